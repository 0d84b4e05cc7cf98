"""What a refusal says beside its reason, and the exact edges at which envelopes are refused."""

import json
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from protocol.envelope import (
    LARGEST_HEADER,
    LIMITS,
    Refused,
    allowed_roles,
    open_delegation,
    open_down,
    open_up,
    seal,
)
from protocol.keys import Keyring, SigningKey, VerifyKey
from protocol.messages import Cancel, Delegation, Order, Programme, ReceiptAck, ReceiptBatch, Stop, UnitState
from protocol.names import BroadcastId, CommuneId, Kind, Refusal, Role, UnitId
from schedules.vocabulary import BroadcastClass
from tests.protocol.messages_made import (
    COMMUNE,
    DESK_KEYS,
    EMERGENCY,
    ROOT,
    ROOT_KEY,
    SCHEDULE,
    STRANGER,
    UNIT,
    UNIT_KEY,
    UNIT_KEYS,
    ack,
    answer,
    batch,
    delegation,
    order,
    planned,
    programme,
    question,
    resigned,
    signed_again,
    state,
)

SEALED = seal(programme(planned()), SCHEDULE)
HEADER, PAYLOAD = json.loads(SEALED.partition(b"\n")[0]), SEALED.partition(b"\n")[2]


def refused(data: bytes, commune: CommuneId = COMMUNE, keys: Keyring = DESK_KEYS) -> Refused:
    with pytest.raises(Refused) as caught:
        open_down(data, Programme, keys, commune, UNIT)
    return caught.value


def with_header(**changes: object) -> bytes:
    return json.dumps(HEADER | changes).encode() + b"\n" + PAYLOAD


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"{" * (LIMITS[Kind.PROGRAMME] + 1), "size: 524289 bytes"),
        (b"{}", "malformed: no envelope header"),
        (SEALED.partition(b"\n")[0], "malformed: no envelope header"),
        (with_header(loalang=2), "unsupported: envelope 2"),
        (with_header(kind="order"), "malformed: order where programme belongs"),
        (with_header(sig="A" * 85), "malformed: signature"),
        (resigned(SEALED, SCHEDULE, must=["a", "b"]), "unsupported: a,b"),
        (seal(programme(), STRANGER), f"unknown-key: {STRANGER.id}"),
        (with_header(key="0123456789abcdefg"), "unknown-key: 0123456789abcdef"),
        (with_header(sig="A" * 86), "signature"),
        (seal(programme(), SCHEDULE).replace(b"vi-huong", b"vi-hoang"), "signature"),
        (seal(programme(planned(class_=BroadcastClass.EMERGENCY)), SCHEDULE), "role: schedule"),
        (seal(programme(unit=UnitId("ban-cam")), SCHEDULE), "target"),
    ],
)
def test_a_refusal_says_in_the_log_what_was_wrong(data: bytes, told: str):
    assert str(refused(data)) == told


def test_the_reason_and_the_detail_stand_apart():
    refusal = Refused(Refusal.TARGET)
    assert (refusal.reason, refusal.detail, str(refusal)) == (Refusal.TARGET, "", "target")
    refusal = Refused(Refusal.ROLE, "unit")
    assert (refusal.reason, refusal.detail, str(refusal)) == (Refusal.ROLE, "unit", "role: unit")


def test_what_cannot_be_parsed_is_told_in_at_most_200_characters():
    assert refused(signed_again(SEALED, SCHEDULE, b'{"commune": 7}')).detail.startswith("Expected `str`, got `int`")
    detail = refused(with_header(kind="x" * 400)).detail
    assert detail.startswith("Invalid enum value 'xxx")
    assert len(detail) == 200


def test_another_commune_is_named():
    elsewhere = CommuneId("yen-son")
    assert refused(SEALED, commune=elsewhere).detail == COMMUNE
    with pytest.raises(Refused) as caught:
        open_up(seal(batch(), UNIT_KEY), ReceiptBatch, UNIT_KEYS, elsewhere, UNIT)
    assert str(caught.value) == f"commune: {COMMUNE}"
    with pytest.raises(Refused) as caught:
        open_delegation(seal(delegation(), ROOT), ROOT_KEY, elsewhere)
    assert str(caught.value) == f"commune: {COMMUNE}"


def test_a_unit_that_speaks_for_another_is_named():
    with pytest.raises(Refused) as caught:
        open_up(seal(batch(UnitId("ban-cam")), UNIT_KEY), ReceiptBatch, UNIT_KEYS, COMMUNE, UNIT)
    assert str(caught.value) == "target: ban-cam"


def padded(size: int) -> bytes:
    """The same programme, rightly signed, with spaces at its end up to this size."""
    short = signed_again(SEALED, SCHEDULE, PAYLOAD + b" ")
    return signed_again(SEALED, SCHEDULE, PAYLOAD + b" " * (size - len(short) + 1))


def test_the_limits_are_part_of_the_contract():
    assert {kind: limit // 1024 for kind, limit in LIMITS.items()} == {
        Kind.PROGRAMME: 512,
        Kind.ORDER: 384,
        Kind.RECEIPT_ACK: 2,
        Kind.DELEGATION: 8,
        Kind.CLOCK_ANSWER: 2,
        Kind.RECEIPT: 64,
        Kind.STATE: 16,
        Kind.CLOCK_QUESTION: 2,
    }
    assert LARGEST_HEADER == 1024


def test_the_limit_itself_is_still_taken_and_one_byte_more_is_not():
    limit = LIMITS[Kind.PROGRAMME]
    assert len(padded(limit)) == limit
    assert open_down(padded(limit), Programme, DESK_KEYS, COMMUNE, UNIT)[0] == programme(planned())
    assert refused(padded(limit + 1)).reason is Refusal.SIZE


def test_a_message_of_exactly_its_limit_is_sealed():
    base = len(seal(ack(), SCHEDULE))
    journal = "j" * (LIMITS[Kind.RECEIPT_ACK] - base + len(ack().journal))
    fits = ReceiptAck(commune=COMMUNE, unit=UNIT, journal=journal, through=4)
    assert len(seal(fits, SCHEDULE)) == LIMITS[Kind.RECEIPT_ACK]
    over = ReceiptAck(commune=COMMUNE, unit=UNIT, journal=journal + "j", through=4)
    with pytest.raises(ValueError, match="a receipt-ack of 2049 bytes is over the limit of 2048"):
        seal(over, SCHEDULE)


def test_a_header_up_to_its_limit_is_read_and_none_above():
    head = SEALED.partition(b"\n")[0]
    fits = head + b" " * (LARGEST_HEADER - len(head)) + b"\n" + PAYLOAD
    assert open_down(fits, Programme, DESK_KEYS, COMMUNE, UNIT)[0] == programme(planned())
    too_long = head + b" " * (LARGEST_HEADER + 1 - len(head)) + b"\n" + PAYLOAD
    assert str(refused(too_long)) == "malformed: no envelope header"


def test_a_payload_of_several_lines_is_one_payload():
    pretty = json.dumps(json.loads(PAYLOAD), indent=1).encode()
    data = signed_again(SEALED, SCHEDULE, pretty)
    assert open_down(data, Programme, DESK_KEYS, COMMUNE, UNIT)[0] == programme(planned())


DESK = frozenset({Role.SCHEDULE, Role.EMERGENCY})
EMERGENCY_ONLY = frozenset({Role.EMERGENCY})
CANCEL = Cancel(broadcasts=(BroadcastId("b-1"),))
ROUTINE, PRIORITY, URGENT = BroadcastClass


@pytest.mark.parametrize(
    ("message", "roles"),
    [
        (delegation(), {Role.ROOT}),
        (batch(), {Role.UNIT}),
        (state(), {Role.UNIT}),
        (question(), {Role.UNIT}),
        (ack(), DESK),
        (answer(), DESK),
        (programme(), DESK),
        (programme(planned(), planned("b-2", PRIORITY)), DESK),
        (programme(planned(), planned("b-2", URGENT)), EMERGENCY_ONLY),
        (order(PRIORITY), DESK),
        (order(PRIORITY, inner=URGENT), EMERGENCY_ONLY),
        (order(URGENT, inner=ROUTINE), EMERGENCY_ONLY),
        (order(PRIORITY, act=Stop()), DESK),
        (order(URGENT, act=Stop()), EMERGENCY_ONLY),
        (order(ROUTINE, act=CANCEL), DESK),
        (order(URGENT, act=CANCEL), EMERGENCY_ONLY),
    ],
)
def test_who_may_sign_what(message, roles):
    assert allowed_roles(message) == roles


@pytest.mark.parametrize("act", [Stop(), CANCEL])
@pytest.mark.parametrize(("class_", "key"), [(PRIORITY, SCHEDULE), (PRIORITY, EMERGENCY), (URGENT, EMERGENCY)])
def test_orders_that_silence_are_opened_like_those_that_play(
    act: Stop | Cancel, class_: BroadcastClass, key: SigningKey
):
    sent = order(class_, act=act)
    opened, signer = open_down(seal(sent, key), Order, DESK_KEYS, COMMUNE, UNIT)
    assert opened == sent
    assert signer.id == key.id


def test_the_signer_of_a_message_is_told():
    assert open_down(SEALED, Programme, DESK_KEYS, COMMUNE, UNIT)[1] == VerifyKey(Role.SCHEDULE, SCHEDULE.public)


TOO_EARLY = ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1969-12-31T23:59:59.999999Z")
TOO_LATE = ("2300-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-12:00")
DATED = (
    (programme(), SCHEDULE, ("issued_at", "until")),
    (order(ROUTINE, act=Stop()), SCHEDULE, ("issued_at", "not_before", "not_after")),
    (answer(), SCHEDULE, ("at",)),
    (delegation(), ROOT, ("issued_at",)),
    (state(), UNIT_KEY, ("at",)),
)
FIELDS = [(message, key, field) for message, key, names in DATED for field in names]


def opened(message: object, data: bytes) -> object:
    if isinstance(message, Delegation):
        return open_delegation(data, ROOT_KEY, COMMUNE)
    if isinstance(message, UnitState):
        return open_up(data, UnitState, UNIT_KEYS, COMMUNE, UNIT)
    return open_down(data, type(message), DESK_KEYS, COMMUNE, UNIT)[0]


@pytest.mark.parametrize("instant", [*TOO_EARLY, *TOO_LATE])
@pytest.mark.parametrize(("message", "key", "field"), FIELDS)
def test_an_instant_that_no_sum_may_be_made_of_is_malformed_although_rightly_signed(message, key, field, instant):
    """Added to a time to keep it, such an instant falls off the end of `datetime`: the unit would end, and again."""
    with pytest.raises(Refused) as caught:
        opened(message, resigned(seal(message, key), key, **{field: instant}))
    assert str(caught.value).startswith(f"malformed: {field} is outside the years 1970 to 2299")


@pytest.mark.parametrize("instant", ["1970-01-01T00:00:00Z", "2038-01-19T03:14:08Z", "2299-12-31T23:59:59.999999Z"])
@pytest.mark.parametrize(("message", "key", "field"), FIELDS)
def test_every_instant_that_a_machines_clock_can_show_is_taken(message, key, field, instant):
    got = opened(message, resigned(seal(message, key), key, **{field: instant}))
    assert getattr(got, field) == datetime.fromisoformat(instant)


@pytest.mark.parametrize("instant", [*TOO_EARLY, *TOO_LATE])
def test_such_an_instant_is_malformed_inside_a_message_too(instant: str):
    sitting = json.loads(PAYLOAD)["broadcasts"][0]
    for field in ("start", "not_after"):
        refusal = refused(resigned(SEALED, SCHEDULE, broadcasts=[sitting | {field: instant}]))
        assert refusal.reason is Refusal.MALFORMED
    receipt = {"number": 1, "at": instant, "clock": "unknown", "stage": "started"}
    with pytest.raises(Refused, match="malformed"):
        open_up(resigned(seal(batch(), UNIT_KEY), UNIT_KEY, receipts=[receipt]), ReceiptBatch, UNIT_KEYS, COMMUNE, UNIT)


def test_a_message_with_such_an_instant_is_not_even_made():
    with pytest.raises(ValueError, match="until is outside the years"):
        replace(programme(), until=datetime.max.replace(tzinfo=UTC))
