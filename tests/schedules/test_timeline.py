"""The day as the officer sees it: lanes, and conflicts that say what the arbitration will do."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from schedules.arbitration import Candidate
from schedules.timeline import Conflict, Outcome, Sitting, conflicts, lanes
from schedules.vocabulary import BroadcastClass, Status
from tests.schedules.loudspeaker import MINUTE, Loudspeaker
from tests.schedules.strategies import MORNING, many_sittings, sittings

ROUTINE, PRIORITY, EMERGENCY = BroadcastClass
SEVEN = datetime(2026, 1, 7, 0, 0, tzinfo=UTC)


def sitting(
    name: str,
    start: int,
    length: int,
    class_: BroadcastClass = ROUTINE,
    *,
    grace: int = 10,
    units: tuple[str, ...] = ("khau-bang",),
) -> Sitting:
    begin = SEVEN + start * MINUTE
    return Sitting(
        id=name,
        start=begin,
        not_after=begin + grace * MINUTE,
        duration=length * MINUTE,
        class_=class_,
        status=Status.ACTUAL,
        units=frozenset(units),
    )


def candidate(planned: Sitting) -> Candidate:
    return Candidate(
        id=planned.id,
        class_=planned.class_,
        status=planned.status,
        start=planned.start,
        not_after=planned.not_after,
        length=planned.duration,
    )


def told(*given_sittings: Sitting) -> list[tuple[str, str, Outcome]]:
    return [(c.prevails.id, c.yields.id, c.outcome) for c in conflicts(given_sittings)]


def test_lanes_are_per_unit_sorted_and_within_the_window() -> None:
    both = sitting("b", 30, 15, units=("na-lang", "khau-bang"))
    early = sitting("a", 0, 15)
    urgent = sitting("c", 30, 5, EMERGENCY)
    before = sitting("d", -60, 60)
    after = sitting("e", 60, 5)
    found = lanes([both, after, urgent, before, early], SEVEN, SEVEN + 60 * MINUTE)
    assert found == {"khau-bang": (early, urgent, both), "na-lang": (both,)}
    assert list(found) == ["khau-bang", "na-lang"]


def test_a_sitting_that_reaches_into_the_window_is_in_it() -> None:
    across = sitting("a", -10, 15)
    assert lanes([across], SEVEN, SEVEN + MINUTE) == {"khau-bang": (across,)}


def test_sittings_that_touch_do_not_collide() -> None:
    assert conflicts([sitting("a", 0, 15), sitting("b", 15, 15)]) == ()


def test_sittings_without_a_shared_unit_do_not_collide() -> None:
    assert conflicts([sitting("a", 0, 15), sitting("b", 5, 15, units=("na-lang",))]) == ()


def test_of_equals_the_later_waits() -> None:
    assert told(sitting("b", 5, 15), sitting("a", 0, 15)) == [("a", "b", Outcome.WAITS)]


def test_of_equals_the_later_does_not_sound_when_it_would_wait_too_long() -> None:
    assert told(sitting("a", 0, 30), sitting("b", 5, 15)) == [("a", "b", Outcome.SKIPPED)]


def test_a_higher_class_interrupts() -> None:
    assert told(sitting("a", 0, 15), sitting("b", 5, 5, EMERGENCY)) == [("b", "a", Outcome.INTERRUPTED)]


def test_a_higher_class_that_outlasts_the_others_deadline_cuts_it_short() -> None:
    assert told(sitting("a", 0, 15), sitting("b", 5, 20, EMERGENCY)) == [("b", "a", Outcome.INTERRUPTED)]
    assert told(sitting("a", 0, 15), sitting("b", 5, 21, EMERGENCY)) == [("b", "a", Outcome.CUT_SHORT)]


def test_a_warning_interrupts_a_rehearsal_of_its_class() -> None:
    drill = replace(sitting("a", 0, 15, EMERGENCY), status=Status.EXERCISE)
    assert told(drill, sitting("b", 5, 5, EMERGENCY)) == [("b", "a", Outcome.INTERRUPTED)]


def test_a_lower_class_waits_for_a_higher() -> None:
    assert told(sitting("a", 0, 15, PRIORITY), sitting("b", 10, 15)) == [("a", "b", Outcome.WAITS)]


def test_at_the_same_start_the_higher_class_goes_first_and_equals_go_by_id() -> None:
    assert told(sitting("a", 0, 5), sitting("b", 0, 5, PRIORITY)) == [("b", "a", Outcome.WAITS)]
    assert told(sitting("b", 0, 5), sitting("a", 0, 5)) == [("a", "b", Outcome.WAITS)]


def test_a_conflict_says_where_and_when() -> None:
    first = sitting("a", 0, 15, units=("khau-bang", "na-lang"))
    second = sitting("b", 10, 15, units=("na-lang", "coc-lai"))
    assert conflicts([first, second]) == (
        Conflict(
            prevails=first,
            yields=second,
            outcome=Outcome.WAITS,
            units=frozenset({"na-lang"}),
            start=SEVEN + 10 * MINUTE,
            end=SEVEN + 15 * MINUTE,
        ),
    )


def test_the_overlap_with_a_shorter_sitting_ends_with_it() -> None:
    (conflict,) = conflicts([sitting("a", 0, 30), sitting("b", 5, 5)])
    assert (conflict.start, conflict.end) == (SEVEN + 5 * MINUTE, SEVEN + 10 * MINUTE)


def test_a_long_sitting_collides_with_each_that_falls_into_it() -> None:
    found = told(sitting("a", 0, 60), sitting("b", 5, 5), sitting("c", 20, 5), sitting("d", 60, 5))
    assert found == [("a", "b", Outcome.SKIPPED), ("a", "c", Outcome.SKIPPED)]


def test_a_sitting_given_twice_counts_once() -> None:
    assert conflicts([sitting("a", 0, 15), sitting("a", 0, 15)]) == ()


@pytest.mark.parametrize("name", ["start", "not_after"])
def test_a_sitting_without_a_zone_is_refused(name: str) -> None:
    fields = {name: SEVEN.replace(tzinfo=None)}
    with pytest.raises(ValueError, match="aware"):
        Sitting(
            id="a",
            **({"start": SEVEN, "not_after": SEVEN} | fields),
            duration=MINUTE,
            class_=ROUTINE,
            status=Status.ACTUAL,
            units=frozenset(),
        )


@pytest.mark.parametrize("length", [0, -1])
def test_a_sitting_without_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="no length"):
        sitting("a", 0, length)


def test_a_sitting_that_may_not_begin_at_its_start_is_refused() -> None:
    with pytest.raises(ValueError, match="may not begin"):
        sitting("a", 0, 15, grace=-1)


@given(many_sittings, st.randoms())
def test_the_order_in_which_sittings_are_given_changes_nothing(drawn: list[Sitting], random: object) -> None:
    shuffled = list(drawn)
    random.shuffle(shuffled)
    assert conflicts(shuffled) == conflicts(drawn)
    assert lanes(shuffled, MORNING, MORNING + 20 * MINUTE) == lanes(drawn, MORNING, MORNING + 20 * MINUTE)


@given(many_sittings)
def test_exactly_the_pairs_that_overlap_at_a_shared_unit_collide(drawn: list[Sitting]) -> None:
    overlapping = {
        frozenset((a.id, b.id))
        for a, b in combinations(drawn, 2)
        if a.start < b.end and b.start < a.end and a.units & b.units
    }
    found = conflicts(drawn)
    assert {frozenset((c.prevails.id, c.yields.id)) for c in found} == overlapping
    assert len(found) == len(overlapping)
    for conflict in found:
        assert conflict.units == conflict.prevails.units & conflict.yields.units
        assert conflict.start < conflict.end
        assert conflict.prevails.class_.rank >= conflict.yields.class_.rank


@given(sittings(), sittings())
def test_a_pair_at_a_loudspeaker_ends_as_its_conflict_says(first: Sitting, second: Sitting) -> None:
    found = conflicts([first, second])
    for conflict in found:
        pair = (conflict.prevails, conflict.yields)
        speaker = Loudspeaker(
            {s.id: s.duration // MINUTE for s in pair},
            item_minutes=1,
            waiting=[candidate(s) for s in pair],
        )
        for count in range(120):
            speaker.minute(MORNING + count * MINUTE)
        yields = conflict.yields.id
        cut = [lost.id for lost, _ in speaker.cuts]
        heard = yields in [c.id for _, c in speaker.begun]
        assert conflict.prevails.id in speaker.finished
        assert conflict.prevails.id not in cut
        assert {
            Outcome.INTERRUPTED: yields in cut and yields in speaker.finished,
            Outcome.CUT_SHORT: yields in cut and yields not in speaker.finished,
            Outcome.WAITS: heard and yields not in cut and yields in speaker.finished,
            Outcome.SKIPPED: not heard and yields not in speaker.finished,
        }[conflict.outcome]


def test_a_sitting_ends_after_its_duration() -> None:
    assert sitting("a", 5, 15).end == SEVEN + timedelta(minutes=20)
