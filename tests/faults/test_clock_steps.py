"""The wall clock of a real unit process is stepped, lied about, or unknown: nothing is repeated, moved or skipped.

The unit's time service says all the while that it keeps the clock; the controller's signed time knows better.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from protocol.messages import UnitState
from protocol.names import ClockTrust
from schedules.vocabulary import BroadcastClass
from tests.edge.desk import play_now, sitting
from tests.fakes.clips import tone
from tests.faults.village import Village, in_s, village
from tests.faults.wall_clock import MISSING, WallClock, available

pytestmark = pytest.mark.skipif(not available(), reason=MISSING)
ON_TIME_S = 5.0
"""Until the receipt has come, on a machine that many share. Here the clock is off by an hour at least."""
SIGNED_S = 0.3
"""How far off the controller's word may be, by which a unit goes in a dispute: half of the round trip."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TO = {
    "an-hour-on": lambda: HOUR,
    "an-hour-back": lambda: -HOUR,
    "a-day-on": lambda: DAY,
    "a-day-back": lambda: -DAY,
    "1970": lambda: datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC) - datetime.now(UTC),
    "2038": lambda: datetime(2038, 1, 19, 3, 14, 5, tzinfo=UTC) - datetime.now(UTC),
}


def started_on_time(here: Village, broadcast: str, start: datetime) -> None:
    assert -SIGNED_S <= (here.desk.heard("started", broadcast) - start).total_seconds() < ON_TIME_S
    receipt = here.desk.await_receipt("started", broadcast)
    assert abs((receipt.at - start).total_seconds()) < ON_TIME_S, "the receipt tells another time"
    here.desk.await_settled(broadcast)


@pytest.mark.beside(seconds=14)
@pytest.mark.parametrize("to", TO)
def test_a_clock_stepped_under_a_running_unit_moves_repeats_and_skips_nothing(folder: Path, to: str) -> None:
    clock = WallClock(folder / "clock")
    with village(folder) as here:
        here.unit.environment = clock.environment
        here.begin(tone())
        start = in_s(5)
        days = [sitting("tomorrow", start + DAY, tone()), sitting("next-hour", start + HOUR, tone())]
        here.desk.programme(sitting("news", start, tone()), *days)
        for each in ("news", "tomorrow", "next-hour"):
            here.desk.await_receipt("stored", each)
        clock.step(TO[to]())
        started_on_time(here, "news", start)
        clock.step(timedelta())
        again = in_s(3)
        here.desk.programme(sitting("news", start, tone()), sitting("later", again, tone()), *days)
        started_on_time(here, "later", again)
        here.judge()
        assert [here.desk.stages(each) for each in ("tomorrow", "next-hour")] == [["stored"], ["stored"]]


@pytest.mark.beside(seconds=8)
@pytest.mark.parametrize("to", ["a-day-back", "1970", "a-day-on", "2038"])
def test_a_lying_time_server_loses_against_signed_time(folder: Path, to: str) -> None:
    """From the first moment: the unit is switched on with the wrong time, and told that it is right."""
    clock = WallClock(folder / "clock", TO[to]())
    with village(folder) as here:
        here.unit.environment = clock.environment
        start = in_s(5)
        here.desk.programme(sitting("news", start, tone()))
        here.begin(tone())
        started_on_time(here, "news", start)
        here.judge()

        def known(state: UnitState) -> bool:
            off = clock.offset.total_seconds()
            return state.clock_dispute_s is not None and abs(state.clock_dispute_s - off) < 5

        here.desk.until(lambda: any(map(known, here.desk.states)), "report of the dispute")


@pytest.mark.beside(seconds=8)
def test_a_clock_that_was_rightly_set_is_followed(folder: Path) -> None:
    """The machine's clock was an hour behind, and is set right; the controller confirms it."""
    clock = WallClock(folder / "clock", -HOUR)
    with village(folder) as here:
        here.unit.environment = clock.environment
        here.desk.clock_off = -HOUR
        here.begin(tone())
        here.desk.await_state(lambda state: state.clock is ClockTrust.TRUSTED)
        here.desk.clock_off = timedelta()
        clock.step(timedelta())
        start = in_s(4)
        here.desk.programme(sitting("news", start, tone()))
        started_on_time(here, "news", start)
        here.judge()


@pytest.mark.beside(seconds=12)
def test_with_the_clock_unknown_an_emergency_waits_for_one_answer_and_routine_for_nothing_else(folder: Path) -> None:
    with village(folder, clock="kernel") as here:
        desk = here.desk
        desk.answers_clock = False
        here.begin(tone())
        desk.until(lambda: desk.questions, "question for the time")
        desk.programme(sitting("news", in_s(1), tone(), grace_s=600))
        siren = tone(500, 1500)
        flood = sitting("flood", in_s(0), siren, class_=BroadcastClass.EMERGENCY)
        desk.order(play_now("o-1", flood, {siren.hash: siren.data}))
        asked = len(desk.questions)
        desk.until(lambda: len(desk.questions) > asked, "another question")
        assert not here.unit.evidence().sounds
        desk.answers_clock = True
        desk.await_settled("flood", "news")
        here.judge()
        assert [sound.broadcast for sound in here.unit.evidence().sounds] == ["flood", "news"]
