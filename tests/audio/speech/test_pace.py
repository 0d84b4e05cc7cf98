import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.speech.pace import Pace


def test_one_request_a_second() -> None:
    pace = Pace()
    assert [pace.take_turn(10.0), pace.take_turn(10.25), pace.take_turn(20.0)] == [0.0, 0.75, 0.0]


def test_fifteen_minutes_of_rest_after_too_many_requests() -> None:
    pace = Pace()
    assert pace.rest(0.0) == 0
    pace.refused(100.0)
    assert (pace.rest(100.0), pace.rest(999.0), pace.rest(1_000.0)) == (900.0, 1.0, 0.0)


def test_a_minute_of_rest_after_no_answer_never_shortens_a_longer_one() -> None:
    pace = Pace()
    pace.unreachable(0.0)
    assert pace.rest(0.0) == 60
    pace.refused(10.0)
    pace.unreachable(20.0)
    assert pace.rest(20.0) == 890


def test_what_passes_is_tried_again_twice_and_later_each_time() -> None:
    pace = Pace()
    assert [pace.retry_after(attempt) for attempt in (1, 2, 3)] == [2.0, 4.0, None]


def test_a_short_wish_is_waited_for_and_a_long_one_ends_it() -> None:
    pace = Pace()
    assert pace.retry_after(1, 7.0) == 7.0
    assert pace.retry_after(1, 0.0) == 2.0
    assert pace.retry_after(1, 11.0) is None


@pytest.mark.parametrize(("wish", "rest"), [(None, 900.0), (0.0, 60.0), (300.0, 300.0), (86_400.0, 3_600.0)])
def test_the_rest_after_a_refusal_is_as_the_service_wishes_within_reason(wish: float | None, rest: float) -> None:
    assert Pace().refused(0.0, wish) == rest


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from(["turn", "refused", "unreachable"])), max_size=40))
def test_turns_keep_their_distance_and_no_rest_is_shortened(events: list[tuple[float, str]]) -> None:
    pace, now, last_turn = Pace(), 0.0, float("-inf")
    for elapsed, event in events:
        now += elapsed
        before = pace.rest(now)
        if event == "turn":
            turn = now + pace.take_turn(now)
            assert turn >= last_turn + pace.between_s - 1e-6
            last_turn = turn
        else:
            pace.refused(now) if event == "refused" else pace.unreachable(now)
        assert before <= pace.rest(now) <= 3_600
