"""From a seed that breaks a promise to the fewest incidents that still break it: what is left is the story."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.simulation.chronicle import Violation
from tests.simulation.commune import Commune
from tests.simulation.script import Incident, Script

Run = Callable[[Script], Violation | None]


def run(script: Script) -> Violation | None:
    """The promise that this script breaks, if it breaks one."""
    try:
        Commune(script).run()
    except Violation as violation:
        return violation
    return None


@dataclass
class Shrunk:
    script: Script
    violation: Violation
    runs: int


def shrink(script: Script, violation: Violation, *, tries: int = 60, run: Run = run) -> Shrunk:
    """Leave out kinds of trouble, then halves, then single incidents, as long as the same promise breaks."""
    best = Shrunk(script, violation, 0)

    def breaks(kept: Sequence[Incident]) -> bool:
        if best.runs >= tries:
            return False
        best.runs += 1
        smaller = best.script.with_only(kept)
        found = run(smaller)
        if found is None or found.promise != violation.promise:
            return False
        best.script, best.violation = smaller, found
        return True

    for kind in sorted(script.kinds()):
        breaks([each for each in best.script.incidents if each.what is not kind])
    size = max(1, len(best.script.incidents) // 2)
    while best.runs < tries:
        left = list(best.script.incidents)
        for start in range(0, len(left), size):
            gone = set(left[start : start + size])
            breaks([each for each in best.script.incidents if each not in gone])
        if size == 1:
            break
        size //= 2
    return best


def how_to_repeat(script: Script) -> str:
    """How to see it again, and what to write down as a test."""
    told = "\n".join(f"    {each.written()},  # {each.told()}" for each in script.incidents)
    return (
        f"again:   SEED={script.seed} SEEDS=1 DAYS={script.days:g} UNITS={script.units} "
        f".venv/bin/python -m pytest tests/simulation/test_seeds.py\n"
        f"to keep: Script({script.seed}, {script.days:g}, {script.units}, (\n{told}\n))"
    )
