"""How exactly scheduled broadcasts start, and how far apart units start that play the same one.

    python -m benchmarks.start [starts] [--units 4]

The error is the first sample against the planned instant, by each unit's clock (here the same one). Limit: 50 ms.
"""

import argparse
import time
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.commune import OFFICER, bulletin, running, since, started, told, tone
from controller.services import planning
from controller.services.planning import At, NewPlan
from loalang.demo.sample import VILLAGES, SampleUnit

LIMIT_MS = 50.0
APART = timedelta(seconds=4)


def main() -> None:
    """Plan so many broadcasts at all units, wait for the last, and print errors and spread."""
    parser = argparse.ArgumentParser()
    parser.add_argument("starts", type=int, nargs="?", default=100)
    parser.add_argument("--units", type=int, default=4)
    options = parser.parse_args()
    count: int = options.starts
    with running("mosquitto", clusters(options.units)) as commune, TemporaryDirectory() as folder:
        desk = commune.desk
        made = bulletin(desk, recording=tone(Path(folder), 1.5))
        villages = tuple(dict.fromkeys(village for unit in commune.units for village in unit.villages))
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
    print(told(f"spread between the {options.units} units", spreads), f" worst / limit {max(spreads) / LIMIT_MS:.2f}")


def clusters(count: int) -> list[SampleUnit]:
    """So many units, each for one of the sample's villages."""
    return [
        SampleUnit(f"cum-{number}", f"Cụm loa {number}", (VILLAGES[number % len(VILLAGES)].id,))
        for number in range(count)
    ]


if __name__ == "__main__":
    main()
