"""The hours in which something may sound."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.hours import open_until, within

MIDNIGHT = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
"""00:00 on 23 November in Viet Nam."""
DAYTIME = ((300, 1320),)


def at(minutes: float) -> datetime:
    return MIDNIGHT + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("begin", "end", "allowed"),
    [
        (300, 330, True),  # from five sharp
        (299.99, 330, False),
        (1290, 1320, True),  # to ten sharp
        (1290, 1320.01, False),
        (195, 200, False),  # 03:15
        (300, 1440 + 300, False),  # over the night
        (1320, 1320, False),  # the end belongs to the quiet
    ],
)
def test_daytime(begin: float, end: float, allowed: bool):
    assert within(DAYTIME, at(begin), at(end), 420) is allowed


@pytest.mark.parametrize("offset", [0, 420, -720, 840])
def test_the_offset_moves_the_day(offset: int):
    five = datetime(2026, 11, 23, 5, 0, tzinfo=UTC) - timedelta(minutes=offset)
    assert within(DAYTIME, five, five + timedelta(hours=1), offset)
    assert not within(DAYTIME, five - timedelta(seconds=1), five, offset)


def test_spans_that_touch_over_midnight_are_one():
    spans = ((1200, 1440), (0, 60))
    assert within(spans, at(1300), at(1440 + 60), 420)
    assert not within(spans, at(1300), at(1440 + 61), 420)
    assert open_until(spans, at(1300), 420) == at(1500)


def test_no_span_is_always_quiet_and_the_whole_day_never():
    assert open_until((), at(600), 420) is None
    assert within(((0, 1440),), at(10), at(10) + timedelta(days=1), 420)
    end = open_until(((0, 1440),), at(10), 420)
    assert end is not None
    assert end >= at(10) + timedelta(days=2)


SPANS = st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440)), max_size=5)


@given(SPANS, st.integers(0, 2880), st.integers(1, 1500), st.integers(-720, 840))
def test_allowed_means_every_minute_is_allowed(spans: list[tuple[int, int]], begin: int, length: int, offset: int):
    def held(minute: int) -> bool:
        of_day = int((at(minute) + timedelta(minutes=offset) - datetime(2026, 1, 1, tzinfo=UTC)).total_seconds() // 60)
        return any(low <= of_day % 1440 < high for low, high in spans)

    every = all(held(minute) for minute in range(begin, begin + length))
    assert within(spans, at(begin), at(begin + length), offset) is every
