"""How exactly scheduled broadcasts start, and how far apart four units start that play the same one.

    python -m benchmarks.start [starts]

The error is the first sample against the planned instant, by each unit's clock (here the same one). Limit: 50 ms.
"""

import sys
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.commune import OFFICER, bulletin, running, since, started, told, tone
from controller.services import planning
from controller.services.planning import At, NewPlan

LIMIT_MS = 50.0
APART = timedelta(seconds=4)


def main() -> None:
    """Plan so many broadcasts at all units, wait for the last, and print errors and spread."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with running("mosquitto") as commune, TemporaryDirectory() as folder:
        desk = commune.desk
        made = bulletin(desk, recording=tone(Path(folder), 1.5))
        villages = tuple(village for unit in commune.units for village in unit.villages)
        begin = desk.clock().replace(microsecond=0) + timedelta(seconds=20)
        plans = [
            planning.plan(
                desk, OFFICER, NewPlan(bulletin=made, villages=villages, when=At(begin + number * APART))
            ).broadcast
            for number in range(count)
        ]
        errors, spreads = [], []
        for number, planned in enumerate(plans):
            assert planned is not None
            time.sleep(max(0.0, (begin + number * APART - desk.clock()).total_seconds()))
            targets = started(desk, planned, len(commune.units)).targets
            late = [since(begin + number * APART, target.started_at) for target in targets]
            errors += late
            spreads.append(max(late) - min(late))
    print(told("first sample minus plan, each unit", [abs(error) for error in errors]))
    print(told("spread between the units", spreads), f" worst / limit {max(spreads) / LIMIT_MS:.2f}")


if __name__ == "__main__":
    main()
