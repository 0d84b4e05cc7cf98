"""The question for the time and its answer: who may ask, who may answer, and for whom an answer is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope import Refused, open_down, open_up, seal
from protocol.keys import Keyring, SigningKey, VerifyKey, encode_bytes
from protocol.messages import ClockAnswer, ClockQuestion
from protocol.names import CommuneId, Refusal, Role, UnitId
from tests.protocol.messages_made import (
    COMMUNE,
    DESK_KEYS,
    EMERGENCY,
    NOON,
    ROOT,
    ROOT_KEY,
    SCHEDULE,
    STRANGER,
    UNIT,
    UNIT_KEY,
    UNIT_KEYS,
    answer,
    question,
    resigned,
)

ELSEWHERE = UnitId("ban-cam")


def refused_answer(data: bytes, keys: Keyring = DESK_KEYS, unit: UnitId = UNIT) -> Refusal:
    with pytest.raises(Refused) as caught:
        open_down(data, ClockAnswer, keys, COMMUNE, unit)
    return caught.value.reason


def refused_question(data: bytes, keys: Keyring = UNIT_KEYS, unit: UnitId = UNIT) -> Refusal:
    with pytest.raises(Refused) as caught:
        open_up(data, ClockQuestion, keys, COMMUNE, unit)
    return caught.value.reason


def test_a_unit_asks_in_its_own_name():
    assert open_up(seal(question(), UNIT_KEY), ClockQuestion, UNIT_KEYS, COMMUNE, UNIT) == question()
    assert refused_question(seal(question(ELSEWHERE), UNIT_KEY)) is Refusal.TARGET
    assert refused_question(seal(question(), UNIT_KEY), unit=ELSEWHERE) is Refusal.TARGET
    assert refused_question(seal(question(), STRANGER)) is Refusal.UNKNOWN_KEY
    assert refused_question(seal(question(), SCHEDULE), DESK_KEYS) is Refusal.ROLE


@pytest.mark.parametrize("key", [SCHEDULE, EMERGENCY])
def test_the_desk_answers_with_either_of_its_keys(key: SigningKey):
    opened, signer = open_down(seal(answer(), key), ClockAnswer, DESK_KEYS, COMMUNE, UNIT)
    assert opened == answer()
    assert opened.at == NOON
    assert signer.id == key.id


def test_neither_a_unit_nor_the_root_key_answers():
    assert refused_answer(seal(answer(), UNIT_KEY), UNIT_KEYS) is Refusal.ROLE
    assert refused_answer(seal(answer(), ROOT), Keyring([ROOT_KEY])) is Refusal.ROLE
    assert refused_answer(seal(answer(), STRANGER)) is Refusal.UNKNOWN_KEY


def test_an_answer_for_another_unit_or_commune_is_not_taken():
    assert refused_answer(seal(answer(ELSEWHERE), SCHEDULE)) is Refusal.TARGET
    elsewhere = seal(ClockAnswer(commune=CommuneId("yen-son"), unit=UNIT, nonce=answer().nonce, at=NOON), SCHEDULE)
    assert refused_answer(elsewhere) is Refusal.COMMUNE


@pytest.mark.parametrize(
    "nonce", ["", "A" * 21, "A" * 23, "A" * 21 + "=", "A" * 21 + "+", "A" * 21 + "ă", "A" * 22 + "\n", 7, None]
)
def test_a_nonce_is_22_characters_of_base64url(nonce: object):
    assert refused_question(resigned(seal(question(), UNIT_KEY), UNIT_KEY, nonce=nonce)) is Refusal.MALFORMED
    assert refused_answer(resigned(seal(answer(), SCHEDULE), SCHEDULE, nonce=nonce)) is Refusal.MALFORMED


@given(st.binary(min_size=16, max_size=16))
def test_sixteen_random_bytes_are_a_nonce(drawn: bytes):
    asked = ClockQuestion(commune=COMMUNE, unit=UNIT, nonce=encode_bytes(drawn))
    assert open_up(seal(asked, UNIT_KEY), ClockQuestion, UNIT_KEYS, COMMUNE, UNIT) == asked


def test_a_time_without_a_zone_is_no_answer():
    data = resigned(seal(answer(), SCHEDULE), SCHEDULE, at="2026-11-22T12:00:00")
    assert refused_answer(data) is Refusal.MALFORMED


def test_an_answer_that_demands_what_this_unit_cannot_is_unsupported():
    data = resigned(seal(answer(), SCHEDULE), SCHEDULE, must=["leap-seconds"])
    assert refused_answer(data) is Refusal.UNSUPPORTED


def test_a_question_is_never_taken_for_an_answer():
    keys = Keyring([VerifyKey(Role.SCHEDULE, UNIT_KEY.public)])
    assert refused_answer(seal(question(), UNIT_KEY), keys) is Refusal.MALFORMED
