"""Lost receipts: asked for twice, then given up, never hung upon; by example and by property."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.domain.gaps import ASK_EVERY, GIVE_UP_AFTER, NEVER, Asked, answer, missing

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)


def test_nothing_is_asked_while_nothing_is_missing():
    found = answer(7, 7, [9], Asked(1, NOW), NOW)
    assert (found.through, found.again, found.lost, found.asked) == (7, False, (), NEVER)


def test_the_whole_way_from_the_first_notice_to_giving_up():
    found = answer(3, 9, [10], NEVER, NOW)
    assert (found.through, found.again, found.asked) == (3, True, Asked(1, NOW))
    soon = answer(3, 9, [10], found.asked, NOW + timedelta(seconds=20))
    assert (soon.again, soon.asked) == (True, found.asked)
    later = NOW + ASK_EVERY
    second = answer(3, 9, [10], soon.asked, later)
    assert (second.again, second.asked) == (True, Asked(2, later))
    waiting = answer(3, 9, [6, 10], second.asked, later + timedelta(seconds=30))
    assert (waiting.again, waiting.lost, waiting.through) == (True, (), 3)
    at_last = answer(3, 9, [6, 10], waiting.asked, later + GIVE_UP_AFTER)
    assert (at_last.through, at_last.again, at_last.lost, at_last.asked) == (9, False, ((4, 5), (7, 9)), NEVER)


def test_after_a_long_silence_the_unit_is_asked_a_second_time_before_anything_is_given_up():
    found = answer(3, 9, [], Asked(1, NOW), NOW + timedelta(days=7))
    assert (found.again, found.lost, found.asked.times) == (True, (), 2)


@pytest.mark.parametrize(
    ("through", "upto", "stored", "spans"),
    [
        (0, 3, [], ((1, 3),)),
        (0, 3, [1, 2, 3], ()),
        (0, 3, [2], ((1, 1), (3, 3))),
        (2, 2**52, [5], ((3, 4), (6, 2**52))),
        (5, 5, [], ()),
    ],
)
def test_missing_spans(through, upto, stored, spans):
    assert missing(through, upto, stored) == spans


@given(st.integers(0, 20), st.integers(0, 40), st.sets(st.integers(0, 60)))
def test_spans_and_stored_numbers_make_up_the_whole_and_never_meet(through, upto, stored):
    spans = missing(through, upto, stored)
    listed = [number for first, last in spans for number in range(first, last + 1)]
    wanted = set(range(through + 1, upto + 1))
    assert set(listed) == wanted - stored
    assert len(listed) == len(set(listed))


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 3), st.integers(-30, 30), st.booleans())
def test_it_never_goes_back_and_never_asks_for_what_it_gives_up(through, acknowledged, times, minutes, asked_before):
    asked = Asked(times, NOW) if asked_before else NEVER
    found = answer(through, acknowledged, [], asked, NOW + timedelta(minutes=minutes))
    assert found.through >= through
    assert not (found.again and found.lost)
    assert found.again or found.through >= acknowledged
