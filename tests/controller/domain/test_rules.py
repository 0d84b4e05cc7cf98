"""The small rules: waiting after failures, contact, freshness, audience, identity."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain import throttle
from controller.domain.audience import audience
from controller.domain.contact import Heard, in_contact
from controller.domain.freshness import REMEMBERED_BOOTS, Held, Mark, Staleness, boots_after, staleness
from controller.domain.identity import occurrence_id
from protocol.names import ClockTrust

T0 = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
LOST = timedelta(seconds=75)


def test_the_delay_doubles_up_to_half_a_minute():
    assert [throttle.delay_s(failures, 3) for failures in range(12)] == [0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30]


@given(st.integers(0, 10_000), st.integers(1, 20), st.integers(-10_000, 10_000))
def test_nobody_waits_longer_than_half_a_minute_and_nobody_for_ever(failures, free, seconds):
    wait = throttle.wait_s(failures, T0, T0 + timedelta(seconds=seconds), free)
    assert 0 <= wait <= throttle.LONGEST_S
    if seconds >= throttle.LONGEST_S:
        assert wait == 0


def test_old_failures_do_not_count():
    assert throttle.counted(5, T0, T0 + timedelta(minutes=15)) == 5
    assert throttle.counted(5, T0, T0 + timedelta(minutes=15, seconds=1)) == 0


@pytest.mark.parametrize(
    ("heard", "since", "expected"),
    [
        (None, T0, False),
        (Heard(T0, online=True), None, False),
        (Heard(T0, online=False), T0, False),
        (Heard(T0, online=True), T0 - timedelta(days=1), True),
        (Heard(T0 - timedelta(seconds=76), online=True), T0 - timedelta(days=1), False),
        (Heard(T0 - timedelta(seconds=75), online=True), T0 - timedelta(days=1), True),
        (Heard(T0 - timedelta(days=1), online=True), T0 - timedelta(seconds=75), True),
        (Heard(T0 - timedelta(days=1), online=True), T0 - timedelta(seconds=76), False),
    ],
)
def test_contact(heard, since, expected):
    assert in_contact(heard, T0, since, LOST) is expected


def mark(boot: str, counter: int, *, at: datetime = T0, clock: ClockTrust = ClockTrust.TRUSTED) -> Mark:
    return Mark(boot, counter, at, clock)


HELD = Held("b2", 7, ("b0", "b1"))


@pytest.mark.parametrize(
    ("state", "held", "expected"),
    [
        (mark("b1", 1), None, None),
        (mark("b2", 8), HELD, None),
        (mark("b2", 7), HELD, Staleness.REPEATED),
        (mark("b2", 6), HELD, Staleness.OLDER),
        (mark("b1", 99), HELD, Staleness.OLDER),
        (mark("b3", 0), HELD, None),
        (mark("b3", 0, at=T0 - timedelta(minutes=11)), HELD, Staleness.OTHER_TIME),
        (mark("b3", 0, at=T0 + timedelta(minutes=11)), HELD, Staleness.OTHER_TIME),
        (mark("b3", 0, at=T0 - timedelta(minutes=10)), HELD, None),
        (mark("b3", 0, at=T0 - timedelta(days=900), clock=ClockTrust.UNKNOWN), HELD, None),
    ],
)
def test_freshness(state, held, expected):
    assert staleness(state, held, T0) is expected


def test_boots_are_remembered_and_bounded():
    assert boots_after("b2", HELD) == ["b0", "b1"]
    assert boots_after("b3", HELD) == ["b0", "b1", "b2"]
    many = Held("b", 1, tuple(f"b{n}" for n in range(REMEMBERED_BOOTS)))
    assert len(boots_after("new", many)) == REMEMBERED_BOOTS
    assert boots_after("new", many)[-1] == "b"


@given(st.lists(st.integers(1, 5), min_size=1, max_size=30))
def test_a_state_that_was_taken_is_never_taken_again(boots):
    """Whatever a hostile broker holds back and shows again, in any order."""
    held: Held | None = None
    taken: set[tuple[str, int]] = set()
    for counter, boot in enumerate(boots):
        state = mark(f"b{boot}", counter % 3)
        if staleness(state, held, T0) is None:
            assert (state.boot, state.counter) not in taken
            taken.add((state.boot, state.counter))
            held = Held(state.boot, state.counter, boots_after(state.boot, held) if held else [])


def test_the_audience_names_each_unit_once_and_the_villages_that_none_reaches():
    found = audience(["na-pai", "coc-thoc", "na-pai", "khau"], {"na-pai": ["b", "a"], "khau": ["a"], "coc-thoc": []})
    assert found.units == ("a", "b")
    assert found.unreached == ("coc-thoc",)


def test_an_occurrence_has_one_id_in_whatever_zone_its_instant_is_written():
    local = T0.astimezone(timezone(timedelta(hours=7)))
    assert occurrence_id("schedule-1", T0) == occurrence_id("schedule-1", local) == "schedule-1-20260302t050000z"
