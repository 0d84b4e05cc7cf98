import json
from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope import LARGEST, LIMITS, Refused, open_down, open_up, seal
from protocol.keys import Keyring, SigningKey, VerifyKey, decode_bytes, encode_bytes
from protocol.messages import Order, Programme, ReceiptAck, ReceiptBatch, UnitState
from protocol.names import CommuneId, Kind, Refusal, Role, UnitId
from schedules.vocabulary import BroadcastClass
from tests.protocol.messages_made import (
    COMMUNE,
    DESK_KEYS,
    EMERGENCY,
    NOON,
    SCHEDULE,
    STRANGER,
    UNIT,
    UNIT_KEY,
    UNIT_KEYS,
    ack,
    batch,
    order,
    planned,
    programme,
    resigned,
    state,
)


def refusal(data: bytes, expected: type[Programme | Order | ReceiptAck] = Programme) -> Refusal:
    with pytest.raises(Refused) as caught:
        open_down(data, expected, DESK_KEYS, COMMUNE, UNIT)
    return caught.value.reason


def test_what_was_sealed_opens_to_the_same_message():
    sent = programme(planned())
    assert open_down(seal(sent, SCHEDULE), Programme, DESK_KEYS, COMMUNE, UNIT)[0] == sent


def test_the_signed_bytes_are_the_bytes_sent():
    data = seal(programme(planned()), SCHEDULE)
    head, _, payload = data.partition(b"\n")
    signature = decode_bytes(json.loads(head)["sig"], 64)
    assert VerifyKey(Role.SCHEDULE, SCHEDULE.public).verifies(signature, b"loalang-v1\nprogramme\n" + payload)


@given(st.data())
def test_no_changed_byte_is_believed(data):
    sealed = seal(programme(planned()), SCHEDULE)
    at = data.draw(st.integers(0, len(sealed) - 1))
    flipped = sealed[:at] + bytes([sealed[at] ^ data.draw(st.integers(1, 255))]) + sealed[at + 1 :]
    try:
        opened, _ = open_down(flipped, Programme, DESK_KEYS, COMMUNE, UNIT)
    except Refused:
        return
    # Only a change that leaves payload, kind, key and signature as they were may pass: spelling inside the header.
    assert opened == programme(planned())
    assert flipped.partition(b"\n")[2] == sealed.partition(b"\n")[2]


@given(st.binary(max_size=400))
def test_noise_is_refused_and_never_raises_anything_else(noise):
    for expected in (Programme, Order, ReceiptAck):
        with pytest.raises(Refused):
            open_down(noise, expected, DESK_KEYS, COMMUNE, UNIT)
    for expected_up in (ReceiptBatch, UnitState):
        with pytest.raises(Refused):
            open_up(noise, expected_up, UNIT_KEYS, COMMUNE, UNIT)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_any_signed_json_is_parsed_strictly(value):
    payload = json.dumps(value).encode()
    header = {
        "loalang": 1,
        "kind": "programme",
        "key": SCHEDULE.id,
        "sig": encode_bytes(SCHEDULE.sign(b"loalang-v1\nprogramme\n" + payload)),
    }
    assert refusal(json.dumps(header).encode() + b"\n" + payload) is Refusal.MALFORMED


def test_an_oversized_envelope_is_not_parsed():
    assert refusal(b"{" * (LIMITS[Kind.PROGRAMME] + 1)) is Refusal.SIZE
    assert max(LIMITS.values()) == LARGEST


def test_a_message_over_its_limit_is_not_sealed():
    many = tuple(planned(f"b-{number}") for number in range(1900))
    with pytest.raises(ValueError, match="over the limit"):
        seal(programme(*many), SCHEDULE)


def test_deep_nesting_is_malformed_and_not_a_crash():
    data = seal(programme(), SCHEDULE)
    deep = b"[" * 100_000
    assert refusal(data.partition(b"\n")[0] + b"\n" + deep) is Refusal.MALFORMED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", -1),
        ("version", "7"),
        ("volume", 101),
        ("issued_at", "2026-11-22T12:00:00"),
        ("until", "tomorrow"),
        ("unit", "Khau Bang"),
        ("unit", "khau/bang"),
        ("unit", "+"),
        ("unit", "khau-bang\n"),
        ("commune", "vi-huong\n"),
        ("cancelled", ["b-1\n"]),
        ("broadcasts", [{}]),
        ("broadcasts", None),
    ],
)
def test_a_field_of_the_wrong_shape_is_malformed(field, value):
    assert refusal(resigned(seal(programme(), SCHEDULE), SCHEDULE, **{field: value})) is Refusal.MALFORMED


def test_a_later_field_is_ignored_unless_must_names_it():
    data = seal(programme(planned()), SCHEDULE)
    informs = resigned(data, SCHEDULE, colour="blue")
    assert open_down(informs, Programme, DESK_KEYS, COMMUNE, UNIT)[0] == programme(planned())
    assert refusal(resigned(data, SCHEDULE, only_if_raining=True, must=["only-if-raining"])) is Refusal.UNSUPPORTED


def test_a_later_envelope_is_unsupported():
    data = seal(programme(), SCHEDULE).replace(b'"loalang":1', b'"loalang":2')
    assert refusal(data) is Refusal.UNSUPPORTED


def test_a_strangers_key_is_unknown():
    assert refusal(seal(programme(), STRANGER)) is Refusal.UNKNOWN_KEY


def test_a_stranger_who_names_a_known_key_has_no_signature():
    forged = seal(programme(), STRANGER).replace(STRANGER.id.encode(), SCHEDULE.id.encode())
    assert refusal(forged) is Refusal.SIGNATURE


def test_a_signature_of_another_length_is_malformed():
    data = seal(programme(), SCHEDULE)
    header = json.loads(data.partition(b"\n")[0])
    short = json.dumps(header | {"sig": header["sig"][:20]}).encode() + b"\n" + data.partition(b"\n")[2]
    assert refusal(short) is Refusal.MALFORMED


def test_a_message_of_one_kind_is_never_another():
    data = seal(programme(), SCHEDULE)
    assert refusal(data, Order) is Refusal.MALFORMED
    as_order = data.replace(b'"kind":"programme"', b'"kind":"order"')
    assert refusal(as_order, Order) is Refusal.MALFORMED
    same_fields = resigned(seal(ack(), SCHEDULE), SCHEDULE)
    renamed = same_fields.replace(b'"kind": "receipt-ack"', b'"kind": "order"')
    assert refusal(renamed, Order) is Refusal.MALFORMED


@dataclass
class Case:
    message: Programme | Order | ReceiptAck
    key: SigningKey
    allowed: bool


ROUTINE, PRIORITY, URGENT = BroadcastClass.ROUTINE, BroadcastClass.PRIORITY, BroadcastClass.EMERGENCY


@pytest.mark.parametrize(
    "case",
    [
        Case(programme(planned()), SCHEDULE, True),
        Case(programme(planned(class_=URGENT)), SCHEDULE, False),
        Case(programme(planned(class_=URGENT)), EMERGENCY, True),
        Case(order(ROUTINE), SCHEDULE, True),
        Case(order(PRIORITY), SCHEDULE, True),
        Case(order(URGENT), SCHEDULE, False),
        Case(order(ROUTINE, inner=URGENT), SCHEDULE, False),
        Case(order(URGENT), EMERGENCY, True),
        Case(ack(), SCHEDULE, True),
    ],
)
def test_only_the_emergency_key_signs_an_emergency(case):
    data = seal(case.message, case.key)
    if case.allowed:
        assert open_down(data, type(case.message), DESK_KEYS, COMMUNE, UNIT)[0] == case.message
    else:
        assert refusal(data, type(case.message)) is Refusal.ROLE


def test_a_units_key_signs_nothing_downward():
    keys = Keyring([VerifyKey(Role.UNIT, UNIT_KEY.public, UNIT)])
    with pytest.raises(Refused) as caught:
        open_down(seal(programme(), UNIT_KEY), Programme, keys, COMMUNE, UNIT)
    assert caught.value.reason is Refusal.ROLE


def test_another_communes_message_is_refused():
    with pytest.raises(Refused) as caught:
        open_down(seal(programme(), SCHEDULE), Programme, DESK_KEYS, CommuneId("yen-son"), UNIT)
    assert caught.value.reason is Refusal.COMMUNE


def test_a_message_for_another_unit_is_refused():
    assert refusal(seal(programme(unit=UnitId("ban-cam")), SCHEDULE)) is Refusal.TARGET
    assert refusal(seal(order(ROUTINE, targets=(UnitId("ban-cam"),)), SCHEDULE), Order) is Refusal.TARGET


def test_a_unit_speaks_for_itself_only():
    assert open_up(seal(batch(), UNIT_KEY), ReceiptBatch, UNIT_KEYS, COMMUNE, UNIT) == batch()
    assert open_up(seal(state(), UNIT_KEY), UnitState, UNIT_KEYS, COMMUNE, UNIT) == state()
    for data, topic_unit in (
        (seal(batch(UnitId("ban-cam")), UNIT_KEY), UNIT),
        (seal(batch(UnitId("ban-cam")), UNIT_KEY), UnitId("ban-cam")),
        (seal(batch(), UNIT_KEY), UnitId("ban-cam")),
    ):
        with pytest.raises(Refused) as caught:
            open_up(data, ReceiptBatch, UNIT_KEYS, COMMUNE, topic_unit)
        assert caught.value.reason is Refusal.TARGET


def test_a_receipt_from_another_commune_is_refused():
    with pytest.raises(Refused) as caught:
        open_up(seal(batch(), UNIT_KEY), ReceiptBatch, UNIT_KEYS, CommuneId("yen-son"), UNIT)
    assert caught.value.reason is Refusal.COMMUNE


def test_a_stage_of_a_later_unit_is_kept_as_text():
    data = resigned(
        seal(batch(), UNIT_KEY),
        UNIT_KEY,
        receipts=[{"number": 1, "at": NOON.isoformat(), "clock": "trusted", "stage": "heard-by-microphone"}],
    )
    assert open_up(data, ReceiptBatch, UNIT_KEYS, COMMUNE, UNIT).receipts[0].stage == "heard-by-microphone"


def test_the_planned_duration_counts_gaps_between_items_only():
    assert planned().duration_ms == 2000 + 500 + 2000


def test_messages_are_frozen():
    with pytest.raises(AttributeError):
        programme().version = 8
    assert msgspec.json.decode(msgspec.json.encode(state()), type=UnitState) == state()
