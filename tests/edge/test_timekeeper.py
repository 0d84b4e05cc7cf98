"""The pure rule of which clock is believed: anchors, contradictions, holdover, and what a liar can and cannot do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.core import timekeeper
from edge.core.instant import Instant
from edge.core.timekeeper import DRIFT, HOLDOVER_S, RECENT_S, RENEW_S, TOLERANCE_S, Anchors, Belief, believe, observe
from protocol.names import ClockSource, ClockTrust, KeyId

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
KEY = KeyId("0123456789abcdef")
HOUR = timedelta(hours=1)


def at(mono: float, wall: datetime | None = None, *, synchronised: bool = True) -> Instant:
    """A reading of the machine's clock; right when `wall` is not given."""
    true = NOON + timedelta(seconds=mono)
    return Instant(true if wall is None else wall, mono, ClockTrust.TRUSTED if synchronised else ClockTrust.UNKNOWN)


def off(mono: float, seconds: float, *, synchronised: bool = True) -> Instant:
    return at(mono, NOON + timedelta(seconds=mono + seconds), synchronised=synchronised)


def signed(anchors: Anchors, mono: float, off_s: float = 0, took_s: float = 0, key: KeyId = KEY) -> Anchors:
    answer = NOON + timedelta(seconds=mono - took_s / 2 + off_s)
    return timekeeper.answered(anchors, answer, mono - took_s, at(mono, synchronised=False), key)


def error_s(belief: Belief, mono: float) -> float:
    return (belief.instant.wall - NOON).total_seconds() - mono


def test_nothing_known_is_unknown():
    belief = believe(Anchors(), at(0, synchronised=False), None)
    assert (belief.instant.trust, belief.source, belief.error_s) == (ClockTrust.UNKNOWN, None, None)


def test_a_clock_that_the_network_keeps_is_trusted_and_followed_to_the_microsecond():
    anchors = observe(Anchors(), at(0))
    belief = believe(anchors, off(10, 0.000_007), None)
    assert belief.instant.wall == off(10, 0.000_007).wall
    assert (belief.instant.trust, belief.source) == (ClockTrust.TRUSTED, ClockSource.NETWORK)


def test_without_the_network_it_is_counted_on_for_as_long_as_a_plan():
    anchors = observe(Anchors(), at(0))
    belief = believe(anchors, at(HOLDOVER_S, synchronised=False), None)
    assert (belief.instant.trust, belief.source) == (ClockTrust.TRUSTED, ClockSource.HOLDOVER)
    assert belief.error_s == pytest.approx(0.1 + DRIFT * HOLDOVER_S)
    belief = believe(anchors, at(HOLDOVER_S + 1, synchronised=False), None)
    assert belief.instant.trust is ClockTrust.ESTIMATED
    assert error_s(belief, HOLDOVER_S + 1) == 0


@pytest.mark.parametrize("synchronised", [True, False])
@pytest.mark.parametrize("step_s", [3600, -3600, 86_400, -86_400, -1.8e9, 3.6e8])
def test_a_step_is_not_followed_and_is_told(step_s: float, synchronised: bool):
    anchors = observe(Anchors(), at(0))
    reading = off(60, step_s, synchronised=synchronised)
    assert observe(anchors, reading) is anchors
    belief = believe(anchors, reading, None)
    assert belief.instant.trusted
    assert error_s(belief, 60) == 0
    assert belief.dispute_s == pytest.approx(step_s)
    assert belief.source is ClockSource.HOLDOVER


def test_1970_and_2038_are_such_steps():
    anchors = observe(Anchors(), at(0))
    for year in (1970, 2038):
        belief = believe(anchors, at(60, datetime(year, 1, 19, 3, 14, 8, tzinfo=UTC)), None)
        assert error_s(belief, 60) == 0


def test_the_controllers_word_alone_is_enough():
    belief = believe(
        signed(Anchors(), 0, took_s=0.4), at(60, datetime(1970, 1, 1, tzinfo=UTC), synchronised=False), None
    )
    assert (belief.instant.trust, belief.source) == (ClockTrust.TRUSTED, ClockSource.CONTROLLER)
    assert abs(error_s(belief, 60)) <= belief.error_s
    assert belief.error_s == pytest.approx(0.2 + 60 * DRIFT)
    assert belief.dispute_s is None, "a clock that nobody set is in no dispute"


def test_the_controllers_word_is_called_holdover_when_it_is_old():
    anchors = signed(Anchors(), 0)
    belief = believe(anchors, at(RECENT_S + 1, synchronised=False), None)
    assert (belief.instant.trust, belief.source) == (ClockTrust.TRUSTED, ClockSource.HOLDOVER)
    belief = believe(anchors, at(HOLDOVER_S + 1, synchronised=False), None)
    assert belief.instant.trust is ClockTrust.ESTIMATED


@pytest.mark.parametrize("lie_s", [3600, -3600, -1.8e9, 3.6e8])
def test_a_time_server_that_lies_from_the_start_loses_against_the_controller(lie_s: float):
    anchors = observe(Anchors(), off(0, lie_s))
    assert error_s(believe(anchors, off(1, lie_s), None), 1) == pytest.approx(lie_s)
    anchors = signed(anchors, 2)
    belief = believe(anchors, off(3, lie_s), None)
    assert abs(error_s(belief, 3)) < 1
    assert belief.dispute_s == pytest.approx(lie_s)
    assert belief.instant.rival == off(3, lie_s).wall


def test_a_time_server_that_lies_later_is_not_followed_with_the_controller_or_without():
    anchors = observe(Anchors(), at(0))
    assert error_s(believe(observe(anchors, off(10, 3600)), off(10, 3600), None), 10) == 0
    anchors = signed(observe(anchors, off(10, 3600)), 20)
    belief = believe(anchors, off(30, 3600), None)
    assert error_s(belief, 30) == 0
    assert belief.instant.rival is None, "the network's own earlier word agrees with the controller"


def test_a_step_that_the_controller_confirms_is_followed():
    anchors = observe(Anchors(), off(0, -3600))
    anchors = observe(anchors, at(10))
    assert error_s(believe(anchors, at(10), None), 10) == -3600
    anchors = observe(signed(anchors, 11), at(11))
    belief = believe(anchors, at(12), None)
    assert (error_s(belief, 12), belief.source, belief.dispute_s) == (0, ClockSource.NETWORK, None)
    assert belief.instant.rival is None


def test_an_old_word_of_the_controller_confirms_nothing():
    anchors = signed(observe(Anchors(), off(0, 3600)), 1)
    later = RECENT_S + 10
    assert observe(anchors, at(later)) is anchors


def test_a_lie_of_the_controllers_key_is_believed_but_the_network_is_named_as_its_rival():
    anchors = signed(observe(Anchors(), at(0)), 10, off_s=9 * 3600)
    belief = believe(anchors, at(20), None)
    assert error_s(belief, 20) == 9 * 3600
    assert belief.instant.rival == at(20).wall
    unplugged = believe(anchors, off(86_400, 0, synchronised=False), None)
    assert unplugged.instant.rival == at(86_400).wall, "the network's word is not forgotten when it goes"


def test_a_network_that_comes_after_such_a_lie_is_named_too():
    anchors = observe(signed(Anchors(), 0, off_s=9 * 3600), at(10))
    belief = believe(anchors, at(10), NOON + 9 * HOUR)
    assert belief.instant.rival == at(10).wall


def test_a_network_before_the_newest_signed_time_is_not_believed():
    floor = NOON + HOUR
    for minutes, trust in ((-11, ClockTrust.UNKNOWN), (-9, ClockTrust.TRUSTED)):
        reading = at(0, floor + timedelta(minutes=minutes))
        assert believe(observe(Anchors(), reading), reading, floor).instant.trust is trust


def test_the_network_is_believed_while_it_lasts_and_then_the_less_uncertain():
    anchors = signed(observe(Anchors(), at(0)), 10, off_s=0.05, took_s=2)
    assert believe(anchors, at(11), None).source is ClockSource.NETWORK
    assert believe(anchors, at(11, synchronised=False), None).error_s == pytest.approx(0.1 + 11 * DRIFT)
    anchors = signed(anchors, 7200, off_s=0.05, took_s=0.1)
    belief = believe(anchors, at(7200, synchronised=False), None)
    assert belief.source is ClockSource.CONTROLLER
    assert belief.error_s == pytest.approx(0.05)


def test_a_worse_answer_does_not_spoil_a_better_one_and_a_contradicting_one_replaces_it():
    better = signed(Anchors(), 0, off_s=0.01, took_s=0.1)
    worse = signed(better, 100, off_s=1, took_s=4)
    assert believe(worse, at(100, synchronised=False), None).error_s == pytest.approx(0.05 + 100 * DRIFT)
    other = signed(better, 100, off_s=60, took_s=4)
    assert error_s(believe(other, at(100, synchronised=False), None), 100) == pytest.approx(60, abs=2)
    stranger = signed(better, 100, off_s=1, took_s=4, key=KeyId("f" * 16))
    assert believe(stranger, at(100, synchronised=False), None).error_s == pytest.approx(2)


def test_a_slow_lie_of_the_network_can_creep_by_little_only():
    """A server that lies by a little more each hour stays within what the monotonic clock allows."""
    anchors, crept = observe(Anchors(), at(0)), 0.0
    for hour in range(1, 25):
        mono = hour * RENEW_S
        crept += TOLERANCE_S + DRIFT * RENEW_S + 0.09
        anchors = observe(anchors, off(mono, crept))
    assert abs(error_s(believe(anchors, off(mono, crept), None), mono)) <= 24 * (TOLERANCE_S + DRIFT * RENEW_S + 0.1)
    anchors = observe(signed(anchors, mono), off(mono, crept))
    assert abs(error_s(believe(anchors, off(mono, crept), None), mono)) < 0.1


def test_the_networks_anchor_is_renewed_by_the_hour_only():
    anchors = observe(Anchors(), at(0))
    assert observe(anchors, at(RENEW_S - 1)) is anchors
    assert observe(anchors, at(RENEW_S)).network.mono == RENEW_S
    assert observe(anchors, at(RENEW_S, synchronised=False)) is anchors


def test_a_network_that_returns_after_holdover_is_believed_again():
    anchors = observe(Anchors(), at(0))
    late = off(HOLDOVER_S + 5, 500)
    assert error_s(believe(observe(anchors, late), late, None), late.mono) == 500


def test_what_an_earlier_process_noted_holds_until_the_machine_is_switched_off():
    noted = replace_boot(signed(observe(Anchors(), at(0)), 10), "power-on-1")
    assert timekeeper.recalled(noted, "power-on-1", 20) == noted
    for boot, mono in (("power-on-2", 20), ("", 20), ("power-on-1", 5)):
        assert timekeeper.recalled(noted, boot, mono) == Anchors(boot)
    assert timekeeper.recalled(Anchors(), "", 20) == Anchors()


def replace_boot(anchors: Anchors, boot: str) -> Anchors:
    return Anchors(boot, anchors.network, anchors.signed)


def test_the_word_of_a_revoked_key_is_forgotten():
    anchors = signed(observe(Anchors(), at(0)), 10)
    assert timekeeper.without(anchors, frozenset({KEY})) is anchors
    assert timekeeper.without(anchors, frozenset()).signed is None
    assert timekeeper.without(Anchors(), frozenset()) == Anchors()


# ---- whatever the machine's clock does

lies = st.floats(-1e6, 1e6).filter(lambda seconds: abs(seconds) > 30)
readings = st.lists(st.tuples(st.floats(1, 7000), st.one_of(st.just(0.0), lies), st.booleans()), max_size=40)


@given(readings, st.booleans())
def test_once_right_and_then_whatever_the_machines_clock_says_the_belief_stays_right(given_readings, answers: bool):
    """Without the controller, and with it answering now and then: the first word was honest."""
    anchors, mono = observe(Anchors(), at(0)), 0.0
    for passed, lie_s, synchronised in given_readings:
        mono += passed
        reading = off(mono, lie_s, synchronised=synchronised)
        anchors = observe(anchors, reading)
        if answers:
            anchors = observe(signed(anchors, mono, took_s=0.2), reading)
        belief = believe(anchors, reading, None)
        assert belief.instant.trusted
        assert abs(error_s(belief, mono)) <= 0.2


@given(readings, lies)
def test_however_the_network_lies_the_controllers_answers_are_right(given_readings, first: float):
    anchors, mono = observe(Anchors(), off(0, first)), 0.0
    for passed, lie_s, synchronised in given_readings:
        mono += passed
        reading = off(mono, lie_s, synchronised=synchronised)
        anchors = observe(signed(observe(anchors, reading), mono, took_s=0.2), reading)
        belief = believe(anchors, reading, None)
        assert belief.instant.trusted
        assert abs(error_s(belief, mono)) <= 0.2


@given(readings, lies)
def test_no_word_of_the_controllers_key_hides_what_an_honest_network_says(given_readings, lie_s: float):
    """A stolen schedule key lies; the network is honest whenever it is there. Its time is believed or is the rival."""
    anchors, mono = observe(Anchors(), at(0)), 0.0
    for passed, by_s, there in given_readings:
        mono += passed
        reading = at(mono) if there else off(mono, by_s, synchronised=False)
        anchors = observe(signed(observe(anchors, reading), mono, off_s=lie_s), reading)
        now = believe(anchors, reading, NOON + timedelta(seconds=mono + lie_s)).instant
        seen = [wall for wall in (now.wall, now.rival) if wall is not None]
        closest = min(abs((wall - NOON).total_seconds() - mono) for wall in seen)
        assert closest <= TOLERANCE_S + 0.2 + 2 * DRIFT * mono


def test_a_belief_keeps_what_the_reading_carries():
    reading = replace(at(0), chance=0.25, nonce=b"n" * 16)
    now = believe(signed(Anchors(), 0), reading, None).instant
    assert (now.chance, now.nonce, now.mono) == (0.25, b"n" * 16, 0)
