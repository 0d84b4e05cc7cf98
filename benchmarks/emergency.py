"""From the press that starts an emergency to its first sample, on a clean link and on a very bad one.

    python -m benchmarks.emergency [presses] [presses on the bad link]

The bulletin is ready, as one of the bank is; its clip rides inside the order. The whole way is real: lock, database,
signature, broker, verification, disk, relay, and the second in which the amplifier settles. The bad link is simulated
(tests/faults/relay.py): a round trip of 2 s and every tenth segment lost. Limit, for the median on a working link: 3 s.
"""

import statistics
import sys
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.commune import OFFICER, SETTLE_MS, Running, bulletin, running, since, started, told, tone
from controller.services import emergency_lock, planning
from controller.services.planning import NewPlan, Now
from loalang.demo.commune import Login
from schedules.vocabulary import BroadcastClass
from tests.faults.relay import FAIR, FAR_AND_LOSSY, Relay, Weather

LIMIT_MS = 3000.0


def main() -> None:
    """Print one line for each link."""
    counts = [int(word) for word in sys.argv[1:]] or [30, 10]
    for name, weather, count in zip(
        ("clean link", "10 % loss, 2 s round trip"), (FAIR, FAR_AND_LOSSY), counts, strict=True
    ):
        latencies = measure(weather, count)
        ratio = statistics.median(latencies) / LIMIT_MS
        print(
            told(f"emergency, {name}, {SETTLE_MS / 1000:g} s settle included", latencies), f" p50 / limit {ratio:.2f}"
        )


def measure(weather: Weather, count: int) -> list[float]:
    """Milliseconds from so many presses to their first samples."""
    with ExitStack() as stack:

        def through(port: int) -> int:
            relay = Relay(port, weather=weather)
            stack.callback(relay.close)
            return relay.port

        commune = stack.enter_context(running("mosquitto", through=through))
        folder = Path(stack.enter_context(TemporaryDirectory()))
        return [_press(commune, folder, number) for number in range(count)]


def _press(commune: Running, folder: Path, number: int) -> float:
    desk = commune.desk
    unit = commune.units[number % len(commune.units)]
    made = bulletin(desk, recording=tone(folder, 2.0 + number / 100))  # another length is another clip
    emergency_lock.unlock(desk, OFFICER, code=Login.load(commune.places).emergency_code)
    pressed = desk.clock()
    new = NewPlan(bulletin=made, villages=unit.villages, when=Now(), class_=BroadcastClass.EMERGENCY)
    planned = planning.plan(desk, OFFICER, new)
    assert planned.broadcast is not None
    (target,) = started(desk, planned.broadcast, 1).targets
    return since(pressed, target.started_at)


if __name__ == "__main__":
    main()
