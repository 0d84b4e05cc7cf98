"""python -m tests.simulation --seed 7 --days 7 --units 30: run one seed, or many, and say what came of it.

Without a size each seed has its own: mostly a small commune and some days, now and then a whole week of thirty units.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple

from tests.simulation.chronicle import Violation
from tests.simulation.commune import Commune, Tally
from tests.simulation.script import Script, What, usual, write
from tests.simulation.shrink import how_to_repeat, shrink

Size = tuple[float | None, int | None, frozenset[What] | None]


def main() -> int:
    arguments = _arguments()
    only = None if arguments.only is None else frozenset(What(word) for word in arguments.only.split(",") if word)
    size = arguments.days, arguments.units, only
    if arguments.seeds > 1:
        return _many(range(arguments.seed, arguments.seed + arguments.seeds), size, arguments.processes)
    return _one(arguments.seed, size, tries=arguments.shrink)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.simulation", description="A simulated commune.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1, help="so many seeds, from --seed on")
    parser.add_argument("--days", type=float)
    parser.add_argument("--units", type=int)
    parser.add_argument("--only", help="only these kinds of trouble, with commas between")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--shrink", type=int, default=60, help="how often to run it again for a shorter story")
    return parser.parse_args()


def _script(seed: int, size: Size) -> Script:
    days, units, only = size
    if days is None and units is None and only is None:
        return usual(seed)
    return write(seed, days=days or 7.0, units=units or 30, only=only)


def _one(seed: int, size: Size, *, tries: int) -> int:
    begin, script = time.process_time(), _script(seed, size)
    try:
        tally = Commune(script).run()
    except Violation as violation:
        shrunk = shrink(script, violation, tries=tries)
        sys.stdout.write(f"seed {seed}: {shrunk.violation}\n{how_to_repeat(shrunk.script)}\n")
        return 1
    took, kinds = time.process_time() - begin, ",".join(sorted(script.kinds()))
    told = f"{script.units} units, {script.days:g} days, {took:.1f} s of CPU"
    sys.stdout.write(f"seed {seed}: {told}; {tally}\n  {kinds}\n")
    return 0


def _many(seeds: range, size: Size, processes: int) -> int:
    begin, broken, total, cpu = time.monotonic(), 0, Tally(), 0.0
    with ProcessPoolExecutor(processes) as pool:
        for count, (seed, told, took) in enumerate(pool.map(_task, ((seed, size) for seed in seeds)), start=1):
            cpu += took
            if isinstance(told, str):
                broken += 1
                sys.stdout.write(f"seed {seed}: {told}\n\n")
            else:
                total = Tally(*(one + other for one, other in zip(astuple(total), astuple(told), strict=True)))
            if count % 100 == 0:
                sys.stdout.write(f"{count} seeds, {broken} broken, {time.monotonic() - begin:.0f} s\n")
            sys.stdout.flush()
    took_all = f"{time.monotonic() - begin:.0f} s, {cpu:.0f} s of CPU"
    sys.stdout.write(f"{len(seeds)} seeds, {broken} broken, {took_all}; {total}\n")
    return 1 if broken else 0


def _task(task: tuple[int, Size]) -> tuple[int, Tally | str, float]:
    seed, size = task
    begin = time.process_time()
    told: Tally | str
    try:
        told = Commune(_script(seed, size)).run()
    except Violation as violation:
        told = str(violation)
    except Exception as error:  # noqa: BLE001 - a fault of the simulation itself must not end the others
        told = f"{type(error).__name__}: {error}"
    return seed, told, time.process_time() - begin


if __name__ == "__main__":
    sys.exit(main())
