"""A unit killed with SIGKILL at every labelled point, and started again as systemd does.

Two broadcasts are under way: one planned, one by order. Whatever the instant of death: neither sounds twice, nothing
is claimed that was not heard, every receipt arrives once and in order, the relay is off, and the unit goes on.
"""

from pathlib import Path

import pytest

from protocol.topics import Leaf
from tests.edge.desk import play_now, sitting
from tests.fakes.clips import tone
from tests.faults.crash_points import SAID, UNIT
from tests.faults.village import in_s, village

SIGKILLED = -9
PLANNED, ORDERED = tone(1200, 700), tone(900, 1500)

BEFORE_IT_WAS_CALLED = {
    "order-before-seen",
    "order-inside-commit",
    "order-seen",
    "programme-before-commit",
    "programme-committed",
    "delegation-before-commit",
    "delegation-committed",
    "clip-before-rename",
    "clip-renamed",
    "receipts-before-sent",
}
"""Killed before the relay was to close, unless the machine was slow: afterwards both are heard to their ends."""


@pytest.mark.beside(seconds=6)
@pytest.mark.parametrize("label", UNIT)
def test_killed_at_any_point_nothing_sounds_twice_and_nothing_is_claimed_or_lost(folder: Path, label: str) -> None:
    with village(folder) as here:
        desk, unit = here.desk, here.unit
        unit.crashing(label)
        here.begin(PLANNED, ORDERED)
        order = desk.order(play_now("o-1", sitting("ordered", in_s(0), ORDERED)))
        desk.programme(sitting("planned", in_s(2.5), PLANNED))
        assert unit.await_exit() == SIGKILLED
        unit.await_line(SAID, label)
        unit.relay_off()
        assert unit.evidence().relay_is_off
        called = any(level == "on" for _, level in unit.evidence().relay)
        unit.sound()
        unit.start()
        unit.await_line("broker-reached", times=2)
        desk.send(Leaf.ORDER, order)
        desk.await_state(lambda state: state.programme == 1)
        desk.await_settled("ordered", "planned")
        here.judge()
        if label in BEFORE_IT_WAS_CALLED and not called:
            assert [desk.stages(each)[-1] for each in ("ordered", "planned")] == ["finished", "finished"]
        whole = {f"{clip.hash}.opus" for clip in (PLANNED, ORDERED)}
        assert {path.name for path in (unit.data / "clips").iterdir()} == whole, "something half-made was left"
        assert unit.stop() == 0
