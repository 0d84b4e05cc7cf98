"""Many communes, many weeks: whatever befalls, the promises hold. A seed that breaks one tells a short story.

SEED=41 SEEDS=1 pytest tests/simulation/test_seeds.py   one seed again (DAYS and UNITS make it another size)
make seeds SEEDS=2000                                   many
"""

import os

import pytest

from tests.simulation.chronicle import Violation
from tests.simulation.commune import Commune
from tests.simulation.script import Script, usual, write
from tests.simulation.shrink import how_to_repeat, shrink

FIRST, COUNT = int(os.environ.get("SEED", "1")), int(os.environ.get("SEEDS", "24"))
TRIES = int(os.environ.get("SHRINK", "60"))
"""How often a broken seed is run again to make its story shorter."""


def script_of(seed: int) -> Script:
    if "DAYS" not in os.environ and "UNITS" not in os.environ:
        return usual(seed)
    return write(seed, days=float(os.environ.get("DAYS", "2.5")), units=int(os.environ.get("UNITS", "4")))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + COUNT))
def test_a_commune_keeps_every_promise(seed: int) -> None:
    script = script_of(seed)
    try:
        tally = Commune(script).run()
    except Violation as violation:
        shrunk = shrink(script, violation, tries=TRIES)
        pytest.fail(f"{shrunk.violation}\n{how_to_repeat(shrunk.script)}", pytrace=False)
    assert tally.steps > 0
