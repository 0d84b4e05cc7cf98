"""What programmes, acknowledgements, batches and states carry beside the plan, and that the fullest of them fit."""

import json
import string
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from protocol.envelope import LIMITS, Refused, open_delegation, open_down, open_up, seal
from protocol.keys import Keyring, VerifyKey
from protocol.messages import (
    Caps,
    Coming,
    DelegatedKey,
    Delegation,
    Downloads,
    Item,
    Order,
    PinnedClip,
    PlannedBroadcast,
    Play,
    Programme,
    Receipt,
    ReceiptAck,
    ReceiptBatch,
    UnitState,
)
from protocol.names import (
    BroadcastId,
    ClipHash,
    ClockSource,
    ClockTrust,
    CommuneId,
    DiskHealth,
    Kind,
    OrderId,
    Reason,
    Refusal,
    Role,
    Stage,
    UnitId,
)
from schedules.vocabulary import BroadcastClass, Status
from tests.protocol.messages_made import (
    COMMUNE,
    DESK_KEYS,
    NOON,
    ROOT,
    ROOT_KEY,
    SCHEDULE,
    UNIT,
    UNIT_KEY,
    UNIT_KEYS,
    ack,
    batch,
    order,
    planned,
    programme,
    resigned,
    signed_again,
    state,
)

CLIP = ClipHash("cd" * 32)
LONGEST_ID = "a" * 64
COUNT = 2**53 - 1


def opened(data: bytes) -> Programme:
    return open_down(data, Programme, DESK_KEYS, COMMUNE, UNIT)[0]


def refused(data: bytes, expected: type[Programme | Order | ReceiptAck] = Programme) -> Refusal:
    with pytest.raises(Refused) as caught:
        open_down(data, expected, DESK_KEYS, COMMUNE, UNIT)
    return caught.value.reason


def refused_up(data: bytes, expected: type[ReceiptBatch | UnitState]) -> Refusal:
    with pytest.raises(Refused) as caught:
        open_up(data, expected, UNIT_KEYS, COMMUNE, UNIT)
    return caught.value.reason


# ---- programmes

minutes = st.integers(0, 1440)
hours = st.lists(st.tuples(minutes, minutes), max_size=12).map(tuple)
hashes = st.text("0123456789abcdef", min_size=64, max_size=64).map(ClipHash)
sizes = st.integers(1, 64 * 1024 * 1024)
counts = st.integers(0, COUNT)
inner = st.text(string.ascii_lowercase + string.digits + "-", max_size=62)
ids = st.builds(lambda text: BroadcastId(f"a{text}z"), inner)
instants = st.integers(-(10**15), 10**15).map(lambda after: NOON + timedelta(microseconds=after))
items = st.builds(
    Item, clip=hashes, size=sizes, duration_ms=st.integers(0, 6 * 3600 * 1000), gap_ms=st.integers(0, 60_000)
)


@st.composite
def sittings(draw: st.DrawFn) -> PlannedBroadcast:
    start = draw(instants)
    return PlannedBroadcast(
        id=draw(ids),
        start=start,
        not_after=start + timedelta(seconds=draw(st.integers(0, 7200))),
        class_=draw(st.sampled_from([BroadcastClass.ROUTINE, BroadcastClass.PRIORITY])),
        status=draw(st.sampled_from(Status)),
        title=draw(st.text(max_size=300)),
        items=tuple(draw(st.lists(items, min_size=1, max_size=3))),
    )


programmes = st.builds(
    Programme,
    commune=st.just(COMMUNE),
    unit=st.just(UNIT),
    epoch=st.integers(1, COUNT),
    version=counts,
    issued_at=instants,
    until=instants,
    volume=st.integers(0, 100),
    hours=st.none() | hours,
    pinned=st.lists(st.builds(PinnedClip, clip=hashes, size=sizes), max_size=4).map(tuple),
    downloads=st.builds(Downloads, hours=hours, month_bytes=st.none() | counts),
    broadcasts=st.lists(sittings(), max_size=3).map(tuple),
    cancelled=st.lists(ids, max_size=4).map(tuple),
    must=st.sampled_from([(), ("hours",), ("hours", "hours")]),
)


@given(programmes)
def test_every_programme_comes_back_as_it_was_sent(sent: Programme):
    assert opened(seal(sent, SCHEDULE)) == sent


def test_what_an_older_desk_leaves_out_has_its_meaning():
    plain = opened(seal(programme(planned()), SCHEDULE))
    assert plain.hours is None
    assert plain.pinned == ()
    assert plain.cancelled == ()
    assert plain.downloads == Downloads(hours=(), month_bytes=None)


def test_hours_that_must_be_understood_are_and_an_unknown_feature_refuses_the_whole():
    narrowed = replace(programme(planned()), hours=((360, 420),), must=("hours",))
    assert opened(seal(narrowed, SCHEDULE)) == narrowed
    unknown = replace(narrowed, must=("hours", "only-if-raining"))
    assert refused(seal(unknown, SCHEDULE)) is Refusal.UNSUPPORTED


def test_an_order_and_an_acknowledgement_may_demand_a_feature_too():
    for message in (order(BroadcastClass.ROUTINE), ack()):
        demanding = replace(message, must=("hours",))
        assert open_down(seal(demanding, SCHEDULE), type(message), DESK_KEYS, COMMUNE, UNIT)[0] == demanding
        unknown = replace(message, must=("teleport",))
        assert refused(seal(unknown, SCHEDULE), type(message)) is Refusal.UNSUPPORTED


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epoch", 0),
        ("epoch", 2**53),
        ("epoch", None),
        ("version", 2**53),
        ("hours", [[0, 1441]]),
        ("hours", [[-1, 5]]),
        ("hours", [["05:00", "22:00"]]),
        ("hours", [[0, 1]] * 13),
        ("pinned", [{"clip": "cd" * 32}]),
        ("pinned", [{"clip": "CD" * 32, "size": 1}]),
        ("pinned", [{"clip": "cd" * 32 + "\n", "size": 1}]),
        ("pinned", [{"clip": "cd" * 32, "size": 0}]),
        ("pinned", [{"clip": "cd" * 32, "size": 64 * 1024 * 1024 + 1}]),
        ("pinned", [{"clip": "cd" * 32, "size": 1}] * 201),
        ("downloads", {"hours": [[0, 1441]]}),
        ("downloads", {"month_bytes": -1}),
        ("downloads", {"month_bytes": "3 GB"}),
        ("downloads", None),
        ("cancelled", ["b/1"]),
        ("cancelled", ["b-1"] * 2001),
        ("must", "hours"),
        ("must", [1]),
    ],
)
def test_a_programme_of_the_wrong_shape_is_malformed(field: str, value: object):
    assert refused(resigned(seal(programme(), SCHEDULE), SCHEDULE, **{field: value})) is Refusal.MALFORMED


def test_the_epoch_is_never_left_out():
    sealed = seal(programme(), SCHEDULE)
    without = sealed.partition(b"\n")[2].replace(b'"epoch":1,', b"")
    assert refused(signed_again(sealed, SCHEDULE, without)) is Refusal.MALFORMED


# ---- acknowledgements and batches


def test_an_acknowledgement_may_ask_for_receipts_again():
    assert open_down(seal(ack(again=True), SCHEDULE), ReceiptAck, DESK_KEYS, COMMUNE, UNIT)[0].again is True
    assert open_down(seal(ack(), SCHEDULE), ReceiptAck, DESK_KEYS, COMMUNE, UNIT)[0].again is False
    older = seal(ack(), SCHEDULE)
    without = older.partition(b"\n")[2].replace(b',"again":false', b"")
    assert b"again" not in without
    assert open_down(signed_again(older, SCHEDULE, without), ReceiptAck, DESK_KEYS, COMMUNE, UNIT)[0] == ack()
    assert refused(resigned(seal(ack(), SCHEDULE), SCHEDULE, again="yes"), ReceiptAck) is Refusal.MALFORMED
    assert refused(resigned(seal(ack(), SCHEDULE), SCHEDULE, through=-1), ReceiptAck) is Refusal.MALFORMED


@given(counts)
def test_a_batch_says_how_far_it_was_acknowledged(acknowledged: int):
    sent = replace(batch(), acknowledged=acknowledged)
    assert open_up(seal(sent, UNIT_KEY), ReceiptBatch, UNIT_KEYS, COMMUNE, UNIT) == sent


def test_a_batch_of_an_older_unit_was_acknowledged_up_to_nothing():
    sealed = seal(batch(), UNIT_KEY)
    without = sealed.partition(b"\n")[2].replace(b',"acknowledged":0', b"")
    assert b"acknowledged" not in without
    told = open_up(signed_again(sealed, UNIT_KEY, without), ReceiptBatch, UNIT_KEYS, COMMUNE, UNIT)
    assert told.acknowledged == 0
    assert refused_up(resigned(seal(batch(), UNIT_KEY), UNIT_KEY, acknowledged=-1), ReceiptBatch) is Refusal.MALFORMED


@pytest.mark.parametrize("count", [0, 101])
def test_a_batch_has_1_to_100_receipts(count: int):
    one = {"number": 1, "at": NOON.isoformat(), "clock": "trusted", "stage": "started"}
    assert (
        refused_up(resigned(seal(batch(), UNIT_KEY), UNIT_KEY, receipts=[one] * count), ReceiptBatch)
        is Refusal.MALFORMED
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("number", 0),
        ("number", 2**53),
        ("number", 2**70),
        ("stage", "started\x00"),
        ("stage", "s" * 41),
        ("reason", "\x00"),
        ("reason", "r" * 81),
        ("error_us", 2**53 + 1),
        ("error_us", -(2**63)),
        ("played_ms", 6 * 3600 * 1000 + 1),
        ("of_ms", -1),
    ],
)
def test_a_receipt_that_no_database_can_keep_is_malformed(field: str, value: object):
    """Stored as it came, such a number or text would end the controller, at every repetition."""
    one = {"number": 1, "at": NOON.isoformat(), "clock": "trusted", "stage": "started"}
    data = resigned(seal(batch(), UNIT_KEY), UNIT_KEY, receipts=[one | {field: value}])
    assert refused_up(data, ReceiptBatch) is Refusal.MALFORMED


def longest(words: type[Stage | Reason | Refusal]) -> str:
    return max(words, key=len)


def test_the_fullest_batch_fits_its_envelope():
    receipt = Receipt(
        number=COUNT,
        at=NOON + timedelta(microseconds=1),
        clock=ClockTrust.ESTIMATED,
        stage=longest(Stage),
        broadcast=BroadcastId(LONGEST_ID),
        order=OrderId(LONGEST_ID),
        reason=longest(Reason),
        played_ms=6 * 3600 * 1000,
        of_ms=6 * 3600 * 1000,
        error_us=-(2**53),
    )
    full = ReceiptBatch(commune=COMMUNE, unit=UNIT, journal=LONGEST_ID, receipts=(receipt,) * 100, acknowledged=COUNT)
    assert open_up(seal(full, UNIT_KEY), ReceiptBatch, UNIT_KEYS, COMMUNE, UNIT) == full


# ---- states

COMING = Coming(clip=CLIP, size=64 * 1024 * 1024, fetched=64 * 1024 * 1024 - 1, reason=Reason.MEMORY_FAILED)


def full_state() -> UnitState:
    return UnitState(
        commune=CommuneId(LONGEST_ID),
        unit=UnitId(LONGEST_ID),
        journal=LONGEST_ID,
        boot=LONGEST_ID,
        counter=COUNT,
        at=NOON + timedelta(microseconds=1),
        clock=ClockTrust.ESTIMATED,
        software="0" * 40,
        simulated=True,
        programme=COUNT,
        volume=100,
        relay=True,
        sound_ok=False,
        playing=BroadcastId(LONGEST_ID),
        missing_clips=COUNT,
        missing_bytes=COUNT,
        pending_receipts=COUNT,
        refused=COUNT,
        last_refusal=f"{max(Kind, key=len)}: {longest(Refusal)}",
        delegation=COUNT,
        epoch=COUNT,
        set_back=COUNT,
        clock_source=ClockSource.CONTROLLER,
        clock_error_ms=COUNT,
        clock_dispute_s=-123456789012.34567,
        disk=DiskHealth.READ_ONLY,
        coming=(COMING,) * 24,
        month_bytes=COUNT,
        disk_free_bytes=COUNT,
        temperature_c=-12.345678901234567,
        undervoltage=True,
    )


def test_the_fullest_state_fits_its_envelope_with_room_for_a_later_one():
    full = full_state()
    assert not [field for field in UnitState.__struct_fields__ if getattr(full, field) is None]
    data = seal(full, UNIT_KEY)
    assert len(data) < LIMITS[Kind.STATE] / 2
    keys = Keyring([VerifyKey(Role.UNIT, UNIT_KEY.public, full.unit)])
    assert open_up(data, UnitState, keys, full.commune, full.unit) == full


def test_a_state_names_at_most_24_missing_clips():
    coming = [{"clip": CLIP, "size": 1}]
    sealed = seal(state(), UNIT_KEY)
    told = open_up(resigned(sealed, UNIT_KEY, coming=coming * 24), UnitState, UNIT_KEYS, COMMUNE, UNIT).coming
    assert told == (Coming(clip=CLIP, size=1, fetched=0, reason=None),) * 24
    assert refused_up(resigned(sealed, UNIT_KEY, coming=coming * 25), UnitState) is Refusal.MALFORMED


def test_a_state_says_nothing_of_what_is_as_usual():
    said = json.loads(seal(state(), UNIT_KEY).partition(b"\n")[2])
    assert not {"coming", "disk", "set_back", "delegation", "clock_dispute_s", "month_bytes"} & set(said)
    assert open_up(seal(state(), UNIT_KEY), UnitState, UNIT_KEYS, COMMUNE, UNIT).disk is DiskHealth.OK


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("disk", "on-fire"),
        ("clock_source", "sundial"),
        ("delegation", -1),
        ("epoch", "2"),
        ("set_back", 2**53),
        ("clock_error_ms", -1),
        ("clock_dispute_s", "long"),
        ("clock_dispute_s", 1e13),
        ("temperature_c", -1e13),
        ("last_refusal", "order: \x00"),
        ("last_refusal", "x" * 201),
        ("software", "0.1\x00"),
        ("month_bytes", 1.5),
        ("coming", [{"clip": "cd" * 31, "size": 1}]),
        ("coming", [{"clip": "cd" * 32, "size": 0}]),
        ("coming", [{"clip": "cd" * 32, "size": 1, "fetched": -1}]),
        ("coming", [{"clip": "cd" * 32, "size": 1, "reason": "lost-interest"}]),
        ("software", "0" * 41),
    ],
)
def test_a_state_of_the_wrong_shape_is_malformed(field: str, value: object):
    assert refused_up(resigned(seal(state(), UNIT_KEY), UNIT_KEY, **{field: value}), UnitState) is Refusal.MALFORMED


# ---- the fullest messages of the desk


def test_the_fullest_delegation_fits_its_envelope():
    keys = tuple(DelegatedKey(role=Role.EMERGENCY, public="A" * 43) for _ in range(16))
    caps = Caps(utc_offset_min=-720, hours=((1430, 1440),) * 12, length_s=21_600)
    full = Delegation(commune=CommuneId(LONGEST_ID), serial=COUNT, epoch=COUNT, issued_at=NOON, keys=keys, caps=caps)
    assert open_delegation(seal(full, ROOT), ROOT_KEY, full.commune) == full


def test_an_order_for_2000_units_with_its_clips_inside_fits_its_envelope():
    everyone = (UNIT, *(UnitId(f"{number:064}") for number in range(1999)))
    item = Item(clip=CLIP, size=64 * 1024 * 1024, duration_ms=6 * 3600 * 1000, gap_ms=60_000)
    sitting = replace(planned(LONGEST_ID), items=(item,) * 50, title="ậ" * 300)
    play = Play(broadcast=sitting, inline={CLIP: bytes(150 * 1024)})
    full = replace(order(BroadcastClass.ROUTINE), id=OrderId(LONGEST_ID), targets=everyone, act=play)
    assert open_down(seal(full, SCHEDULE), Order, DESK_KEYS, COMMUNE, UNIT)[0] == full
