from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.speech.health import FIRST_REST_S, LONGEST_REST_S, LONGEST_WISH_S, Condition, Pulse
from audio.speech.port import Reason, SpeechFailed

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
OF_THE_TEXT = [reason for reason in Reason if reason.of_the_text]
OF_THE_ENGINE = [reason for reason in Reason if not reason.of_the_text and reason is not Reason.RESTING]


def _failure(
    reason: Reason = Reason.UNREACHABLE, *, retryable: bool = True, again_s: float | None = None
) -> SpeechFailed:
    return SpeechFailed(reason, "why", retryable=retryable, again_s=again_s)


def _rest_s(pulse: Pulse, now: datetime = NOW) -> float:
    return (pulse.rest_until - now).total_seconds() if pulse.rest_until else 0.0


def test_nothing_is_known_of_an_engine_that_was_never_asked() -> None:
    assert Pulse().condition(NOW) is Condition.UNTRIED
    assert Pulse().expected_s(1_000) == 0


def test_an_engine_that_fails_is_skipped_then_tried_then_well() -> None:
    down = Pulse().failed(NOW, _failure())
    assert down.condition(NOW) is Condition.RESTING
    after = NOW + timedelta(seconds=FIRST_REST_S)
    assert down.condition(after) is Condition.FAILING
    assert (down.failing_since, down.last_reason, down.last_detail) == (NOW, Reason.UNREACHABLE, "why")
    well = down.spoke(after, 100, 2.0)
    assert well.condition(after) is Condition.WORKING
    assert (well.failing_since, well.last_success, well.last_reason) == (None, after, Reason.UNREACHABLE)


def test_the_rest_doubles_up_to_fifteen_minutes() -> None:
    pulse, rests = Pulse(), []
    for _ in range(8):
        pulse = pulse.failed(NOW, _failure())
        rests.append(_rest_s(pulse))
    assert rests == [30, 60, 120, 240, 480, 900, 900, 900]


@pytest.mark.parametrize("reason", [Reason.CRASHED, Reason.NO_SOUND])
def test_what_may_be_the_text_costs_no_rest_at_first(reason: Reason) -> None:
    once = Pulse().failed(NOW, _failure(reason))
    assert (once.condition(NOW), once.rest_until) == (Condition.FAILING, None)
    assert _rest_s(once.failed(NOW, _failure(reason))) == FIRST_REST_S


@pytest.mark.parametrize("reason", [Reason.UNTRUSTED, Reason.NOT_SET_UP, Reason.REFUSED])
def test_what_waiting_does_not_mend_rests_long_at_once(reason: Reason) -> None:
    assert _rest_s(Pulse().failed(NOW, _failure(reason, retryable=False))) == LONGEST_REST_S


def test_a_service_that_names_its_time_is_left_alone_so_long() -> None:
    assert _rest_s(Pulse().failed(NOW, _failure(Reason.REFUSED, again_s=1_800))) == 1_800
    assert _rest_s(Pulse().failed(NOW, _failure(Reason.REFUSED, again_s=1e9))) == LONGEST_WISH_S


def test_being_told_that_it_rests_is_no_further_failure() -> None:
    down = Pulse().failed(NOW, _failure(Reason.REFUSED))
    told = down.failed(NOW, _failure(Reason.RESTING, again_s=840))
    assert (told.failures, told.last_reason, _rest_s(told)) == (1, Reason.REFUSED, 840)


@pytest.mark.parametrize("reason", OF_THE_TEXT)
def test_a_text_that_cannot_be_spoken_says_nothing_of_the_engine(reason: Reason) -> None:
    assert Pulse().failed(NOW, _failure(reason, retryable=False)) == Pulse()


def test_speed_is_measured_on_texts_of_some_length_only() -> None:
    pulse = Pulse().spoke(NOW, 10, 3.0)
    assert pulse.expected_s(100) == 0
    assert pulse.spoke(NOW, 100, 3.0).expected_s(200) == 6.0
    assert pulse.too_slow(100, 8.0).expected_s(100) == 8.0


@given(
    st.lists(
        st.one_of(
            st.none(),
            st.builds(
                _failure,
                st.sampled_from(list(Reason)),
                retryable=st.booleans(),
                again_s=st.one_of(st.none(), st.floats(0, 1e6)),
            ),
        ),
        max_size=30,
    ),
    st.integers(0, 4_000),
)
def test_whatever_happens_it_is_asked_again_within_an_hour_and_one_success_makes_it_well(
    events: list[SpeechFailed | None], step_s: int
) -> None:
    pulse, now = Pulse(), NOW
    for event in events:
        now += timedelta(seconds=step_s)
        pulse = pulse.spoke(now, 100, 1.0) if event is None else pulse.failed(now, event)
        assert not pulse.rests(now + timedelta(seconds=LONGEST_WISH_S))
        assert (pulse.failures == 0) == (pulse.failing_since is None)
        assert pulse.failing_since is None or pulse.failing_since <= now
        if event is None:
            assert pulse.condition(now) is Condition.WORKING
