"""The late rule: due from start to `not_after`, both included; never after."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from schedules.lateness import (
    EMERGENCY_GRACE,
    PRIORITY_GRACE,
    ROUTINE_GRACE,
    Verdict,
    default_not_after,
    verdict,
)
from schedules.vocabulary import BroadcastClass
from tests.schedules.strategies import instants

START = datetime(2026, 1, 7, 22, 30, tzinfo=UTC)
NOT_AFTER = START + timedelta(minutes=10)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (START - TICK, Verdict.EARLY),
        (START, Verdict.DUE),
        (NOT_AFTER, Verdict.DUE),
        (NOT_AFTER + TICK, Verdict.LATE),
    ],
)
def test_edges(now: datetime, expected: Verdict) -> None:
    assert verdict(START, NOT_AFTER, now) is expected


def test_a_single_instant_is_enough() -> None:
    assert verdict(START, START, START) is Verdict.DUE


@given(instants, instants, instants)
def test_it_is_never_due_outside_its_times(start: datetime, not_after: datetime, now: datetime) -> None:
    due = verdict(start, not_after, now) is Verdict.DUE
    assert due == (start <= now <= not_after)
    assert (verdict(start, not_after, now) is Verdict.LATE) == (now > not_after)


@pytest.mark.parametrize(
    ("class_", "minutes"),
    [(BroadcastClass.ROUTINE, 10), (BroadcastClass.PRIORITY, 30), (BroadcastClass.EMERGENCY, 60)],
)
def test_default_by_class(class_: BroadcastClass, minutes: int) -> None:
    assert default_not_after(class_, START) == START + timedelta(minutes=minutes)


def test_the_more_urgent_may_be_the_later() -> None:
    assert ROUTINE_GRACE < PRIORITY_GRACE < EMERGENCY_GRACE


def test_without_a_zone_there_is_no_verdict() -> None:
    with pytest.raises(TypeError):
        verdict(START, NOT_AFTER, START.replace(tzinfo=None))
