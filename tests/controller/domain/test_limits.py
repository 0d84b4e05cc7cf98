"""What a unit would refuse is known at the desk, by the hours that the unit itself judges by."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.limits import Allowed, Limit, Wanted, allowed, joined, narrowed, open_always, refusal
from protocol.messages import Caps
from schedules.hours import within
from schedules.vocabulary import BroadcastClass, Status

CAPS = Caps()
"""05:00 to 22:00 in Viet Nam, an hour at most."""
spans = st.lists(
    st.tuples(st.integers(0, 1439), st.integers(1, 1440)).map(lambda two: (min(two), max(two) + (two[0] == two[1]))),
    max_size=5,
).map(tuple)


def wanted(hour: int, minute: int = 0, *, minutes: float = 3, grace: int = 10, **more: object) -> Wanted:
    start = datetime(2026, 3, 2, hour, minute, tzinfo=UTC) - timedelta(hours=7)
    fields = {"class_": BroadcastClass.ROUTINE, "status": Status.ACTUAL, **more}
    length = timedelta(minutes=minutes)
    return Wanted(start=start, not_after=start + timedelta(minutes=grace), length=length, **fields)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (wanted(5), None),
        (wanted(12), None),
        (wanted(3, 15), Limit.QUIET_HOURS),
        (wanted(22), Limit.QUIET_HOURS),
        (wanted(21, 57), None),
        (wanted(21, 58), Limit.QUIET_HOURS),
        (wanted(4, 55), None),  # a little early: it sounds when the hours open, before its deadline
        (wanted(4, 49), Limit.QUIET_HOURS),
        (wanted(12, minutes=60), None),
        (wanted(12, minutes=60.1), Limit.TOO_LONG),
        (wanted(3, minutes=61), Limit.TOO_LONG),
        (wanted(3, class_=BroadcastClass.EMERGENCY), None),
        (wanted(3, minutes=90, class_=BroadcastClass.EMERGENCY), None),
        (wanted(3, class_=BroadcastClass.EMERGENCY, status=Status.EXERCISE), Limit.QUIET_HOURS),
        (wanted(3, class_=BroadcastClass.PRIORITY), Limit.QUIET_HOURS),
    ],
)
def test_what_is_refused(one, expected):
    assert refusal(one, allowed(CAPS)) is expected


def test_a_units_own_hours_narrow_and_never_widen():
    school = ((390, 690), (810, 1020))  # 06:30-11:30, 13:30-17:00
    here = allowed(CAPS, school)
    assert here.hours == school
    assert refusal(wanted(12), here) is Limit.QUIET_HOURS
    assert refusal(wanted(7), here) is None
    assert allowed(CAPS, ((0, 1440),)).hours == CAPS.hours
    assert allowed(CAPS, ((0, 60),)).hours == ()


def test_hours_that_touch_over_midnight_are_one():
    here = Allowed(((0, 60), (1380, 1440)), 420, timedelta(hours=1))
    assert refusal(wanted(23, 50, minutes=30), here) is None


@given(spans, spans, st.integers(0, 1439))
def test_narrowed_is_exactly_what_lies_in_both(one, two, minute):
    both = narrowed(one, two)
    inside = [any(begin <= minute < end for begin, end in hours) for hours in (one, two, both)]
    assert inside[2] == (inside[0] and inside[1])


@given(spans, st.integers(0, 1439))
def test_joining_changes_no_minute_and_leaves_gaps_between(hours, minute):
    whole = joined(hours)
    assert any(begin <= minute < end for begin, end in whole) == any(begin <= minute < end for begin, end in hours)
    assert all(one[1] < two[0] for one, two in pairwise(whole))


@given(spans, st.integers(0, 47), st.integers(0, 59), st.integers(0, 90))
def test_what_is_not_refused_fits_at_some_minute_up_to_its_deadline(hours, half_hour, minutes, grace):
    one = wanted(0, minutes=minutes, grace=grace)
    start = one.start + half_hour * timedelta(minutes=30)
    one = Wanted(
        start=start, not_after=start + timedelta(minutes=grace), length=one.length, class_=one.class_, status=one.status
    )
    here = Allowed(hours, 420, timedelta(hours=2))
    fits = any(
        within(hours, start + timedelta(minutes=late), start + timedelta(minutes=late) + one.length, 420)
        for late in range(grace + 1)
    )
    assert (refusal(one, here) is None) == fits


def test_a_whole_day_is_open():
    assert open_always(((720, 1440), (0, 720)))
    assert not open_always(CAPS.hours)
