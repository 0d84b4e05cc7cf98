"""What time is it? Answered at once, signed, with the unit's own nonce, and only by a clock that is kept itself."""

import pytest

from controller.services import enrolment, trust_watch
from controller.services.alarms import alarms
from controller.services.clock_answers import ClockAnswers, Silence
from protocol.envelope import Refused, keyring_of, open_down, seal
from protocol.keys import SigningKey
from protocol.messages import ClockAnswer, ClockQuestion
from protocol.names import Refusal, Role
from tests.fakes.desk import COMMUNE, Office

NONCE = "A" * 22


def question(office: Office, unit: str = "cum-a", nonce: str = NONCE, key: SigningKey | None = None) -> bytes:
    return seal(ClockQuestion(commune=COMMUNE, unit=unit, nonce=nonce), key or office.keys[unit])


def test_the_answer_carries_the_nonce_and_our_time_under_the_schedule_key(office):
    assert ClockAnswers(office.desk).answer("cum-a", question(office)) is None
    ((unit, data),) = office.doorbell.answers
    keys = keyring_of(office.desk.keys.in_force.delegation)
    told, key = open_down(data, ClockAnswer, keys, COMMUNE, "cum-a")
    assert (unit, told.nonce, told.at, key.role) == ("cum-a", NONCE, office.clock.now, Role.SCHEDULE)


def test_a_clock_that_nobody_keeps_tells_no_time_and_the_officer_sees_it(office):
    answers = ClockAnswers(office.desk)
    office.clock.trusted = False
    assert answers.answer("cum-a", question(office)) is Silence.UNTRUSTED
    assert office.doorbell.answers == []
    assert not trust_watch.watch(office.desk, office.clock.move(minutes=1))
    assert trust_watch.watch(office.desk, office.clock.move(minutes=2))
    assert [(alarm.kind, alarm.standing) for alarm in alarms(office.desk)] == [("desk-clock", True)]
    office.clock.trusted = True
    assert trust_watch.watch(office.desk, office.clock.move(seconds=5))
    assert alarms(office.desk)[0].cleared_at is not None
    assert answers.answer("cum-a", question(office)) is None


def test_a_unit_that_asks_without_end_is_answered_once_a_second(office):
    answers = ClockAnswers(office.desk)
    assert answers.answer("cum-a", question(office)) is None
    assert answers.answer("cum-a", question(office, nonce="B" * 22)) is Silence.TOO_SOON
    assert answers.answer("cum-b", question(office, "cum-b")) is None
    office.clock.move(seconds=1)
    assert answers.answer("cum-a", question(office)) is None
    office.clock.move(hours=-1)
    assert answers.answer("cum-a", question(office)) is None, "our clock was set back"


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda office: question(office, key=SigningKey.generate()), Refusal.UNKNOWN_KEY),
        (lambda office: question(office, key=office.keys["cum-b"]), Refusal.UNKNOWN_KEY),
        (lambda office: question(office)[:-20], Refusal.MALFORMED),
        (lambda office: question(office).replace(b'"AAAA', b'"BAAA'), Refusal.SIGNATURE),
        (lambda office: b"x" * 3000, Refusal.SIZE),
    ],
)
def test_a_question_that_is_not_the_units_own_is_not_answered(office, made, reason):
    with pytest.raises(Refused) as error:
        ClockAnswers(office.desk).answer("cum-a", made(office))
    assert error.value.reason is reason
    assert office.doorbell.answers == []


def test_a_revoked_unit_is_told_nothing(office):
    enrolment.revoke_unit(office.desk, office.accounts, unit="cum-a")
    with pytest.raises(Refused):
        ClockAnswers(office.desk).answer("cum-a", question(office))
