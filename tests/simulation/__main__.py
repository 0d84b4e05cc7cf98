"""python -m tests.simulation --seed 7 --days 7 --units 30: run one seed, or many, and say what came of it."""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.simulation.chronicle import Violation
from tests.simulation.commune import Commune, Tally
from tests.simulation.script import What, write
from tests.simulation.shrink import how_to_repeat, shrink


def main() -> int:
    arguments = _arguments()
    if arguments.seeds > 1:
        return _many(arguments)
    begin = time.process_time()
    only = frozenset(What(word) for word in arguments.only.split(",")) if arguments.only is not None else None
    script = write(arguments.seed, days=arguments.days, units=arguments.units, only=only)
    try:
        tally = Commune(script).run()
    except Violation as violation:
        shrunk = shrink(script, violation, tries=arguments.shrink)
        sys.stdout.write(f"seed {arguments.seed}: {shrunk.violation}\n{how_to_repeat(shrunk.script)}\n")
        return 1
    took = time.process_time() - begin
    kinds = ",".join(sorted(script.kinds()))
    sys.stdout.write(f"seed {arguments.seed}: {took:.1f} s of CPU; {tally}\n  {kinds}\n")
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.simulation", description="A simulated commune.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="so many seeds, from --seed on")
    parser.add_argument("--days", type=float, default=7.0)
    parser.add_argument("--units", type=int, default=30)
    parser.add_argument("--only", help="only these kinds of trouble, with commas between")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--shrink", type=int, default=60, help="how often to run it again for a shorter story")
    return parser.parse_args()


def _many(arguments: argparse.Namespace) -> int:
    begin, broken, total = time.monotonic(), 0, Tally()
    seeds = range(arguments.seed, arguments.seed + arguments.seeds)
    with ProcessPoolExecutor(arguments.processes) as pool:
        for seed, told in pool.map(_one, ((seed, arguments.days, arguments.units) for seed in seeds)):
            if isinstance(told, str):
                broken += 1
                sys.stdout.write(f"seed {seed}: {told}\n\n")
                sys.stdout.flush()
            else:
                total = Tally(*(a + b for a, b in zip(vars(total).values(), vars(told).values(), strict=True)))
    sys.stdout.write(f"{len(seeds)} seeds, {broken} broken, {time.monotonic() - begin:.0f} s; {total}\n")
    return 1 if broken else 0


def _one(task: tuple[int, float, int]) -> tuple[int, Tally | str]:
    seed, days, units = task
    try:
        return seed, Commune(write(seed, days=days, units=units)).run()
    except Violation as violation:
        return seed, str(violation)
    except Exception as error:  # noqa: BLE001 - a fault of the core itself is told like a broken promise
        return seed, f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    sys.exit(main())
