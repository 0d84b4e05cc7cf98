"""Every promise can be seen to break: a commune with one thing wrong in it is reported, under the right name."""

import pytest

from tests.simulation.chronicle import Violation
from tests.simulation.commune import Commune
from tests.simulation.mutants import MUTANTS
from tests.simulation.script import What, write

SEEDS = range(1, 13)


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_found_out(name: str) -> None:
    mutant = MUTANTS[name]
    only = frozenset(What(word) for word in mutant.only)
    found = None
    for seed in SEEDS:
        commune = Commune(write(seed, days=1.2, units=3, only=only, busy=4.0))
        mutant.breaks(commune)
        try:
            commune.run()
        except Violation as violation:
            found = violation
            break
    assert found is not None, f"{name}: nobody noticed"
    assert found.promise in mutant.promises, str(found)
    assert found.story
