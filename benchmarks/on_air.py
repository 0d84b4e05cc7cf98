"""From the press on "Phát ngay" to the first sample at a unit that does not have the clip yet.

    python -m benchmarks.on_air [tries]

The whole way is real: database, signature, broker, verification, download, hash, relay. The settle time of the
amplifier (1 s by default) is taken off, because it is waited for on purpose. Limit: 3 s.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.commune import OFFICER, SETTLE_MS, Running, bulletin, running, since, started, told, tone
from controller.services import planning
from controller.services.planning import NewPlan, Now

LIMIT_MS = 3000.0


def main() -> None:
    """Print one line per broker."""
    tries = int(sys.argv[1]) if len(sys.argv) > 1 else 30
    for broker in ("amqtt", "mosquitto"):
        with running(broker) as commune, TemporaryDirectory() as folder:
            latencies = [_press(commune, Path(folder), number) for number in range(tries)]
        print(told(f"press to first sample, {broker}", latencies), f" worst / limit {max(latencies) / LIMIT_MS:.2f}")


def _press(commune: Running, folder: Path, number: int) -> float:
    desk = commune.desk
    unit = commune.units[number % len(commune.units)]
    made = bulletin(desk, recording=tone(folder, 2.0 + number / 100))  # another length is another clip
    pressed = desk.clock()
    planned = planning.plan(desk, OFFICER, NewPlan(bulletin=made, villages=unit.villages, when=Now()))
    assert planned.broadcast is not None
    (target,) = started(desk, planned.broadcast, 1).targets
    return since(pressed, target.started_at) - SETTLE_MS


if __name__ == "__main__":
    main()
