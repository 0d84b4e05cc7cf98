"""Many communes, many weeks: whatever befalls, the promises hold. A seed that breaks one tells a short story.

SEED=41 SEEDS=1 DAYS=3 UNITS=6 pytest tests/simulation/test_seeds.py   one seed again
make seeds SEEDS=2000                                                  many
"""

import os

import pytest

from tests.simulation.chronicle import Violation
from tests.simulation.commune import Commune
from tests.simulation.script import Script, write
from tests.simulation.shrink import how_to_repeat, shrink

FIRST, COUNT = int(os.environ.get("SEED", "1")), int(os.environ.get("SEEDS", "24"))
WHOLE_EVERY = 24
"""One seed in so many is a whole commune for a whole week; the others are smaller."""
TRIES = int(os.environ.get("SHRINK", "60"))
"""How often a broken seed is run again to make its story shorter."""


def script_of(seed: int) -> Script:
    days, units = (7.0, 30) if seed % WHOLE_EVERY == 0 else (3.0, 4 + seed % 5)
    return write(seed, days=float(os.environ.get("DAYS", days)), units=int(os.environ.get("UNITS", units)))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + COUNT))
def test_a_commune_keeps_every_promise(seed: int) -> None:
    script = script_of(seed)
    try:
        tally = Commune(script).run()
    except Violation as violation:
        shrunk = shrink(script, violation, tries=TRIES)
        pytest.fail(f"{shrunk.violation}\n{how_to_repeat(shrunk.script)}", pytrace=False)
    assert tally.sounds > 0
    assert tally.foreseen > 0
