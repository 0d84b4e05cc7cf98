"""Delegations: which keys the root key gives, within which caps, and that nobody else can give any."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope import Refused, keyring_of, open_delegation, open_down, seal
from protocol.keys import Keyring, SigningKey, VerifyKey, encode_bytes
from protocol.messages import Caps, DelegatedKey, Delegation, Programme
from protocol.names import CommuneId, Refusal, Role
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
    delegation,
    planned,
    programme,
    resigned,
    signed_again,
)

SEALED = seal(delegation(), ROOT)


def refusal(data: bytes, root: VerifyKey = ROOT_KEY, commune: CommuneId = COMMUNE) -> Refusal:
    with pytest.raises(Refused) as caught:
        open_delegation(data, root, commune)
    return caught.value.reason


def test_the_root_key_delegates():
    assert open_delegation(SEALED, ROOT_KEY, COMMUNE) == delegation()


@pytest.mark.parametrize("key", [SCHEDULE, EMERGENCY, UNIT_KEY, STRANGER])
def test_nobody_but_the_root_key_delegates(key: SigningKey):
    assert refusal(seal(delegation(), key)) is Refusal.UNKNOWN_KEY
    in_roots_name = seal(delegation(), key).replace(key.id.encode(), ROOT.id.encode())
    assert refusal(in_roots_name) is Refusal.SIGNATURE


@pytest.mark.parametrize("role", [Role.SCHEDULE, Role.EMERGENCY, Role.UNIT])
def test_a_key_of_another_role_never_delegates_even_where_the_root_key_is_pinned(role: Role):
    pinned = VerifyKey(role, ROOT.public, UNIT if role is Role.UNIT else None)
    assert refusal(SEALED, pinned) is Refusal.ROLE


def test_another_communes_delegation_is_refused():
    assert refusal(SEALED, commune=CommuneId("yen-son")) is Refusal.COMMUNE


def test_the_root_key_signs_nothing_else():
    keys = Keyring([ROOT_KEY])
    with pytest.raises(Refused) as caught:
        open_down(seal(programme(planned()), ROOT), Programme, keys, COMMUNE, UNIT)
    assert caught.value.reason is Refusal.ROLE


def test_a_delegation_is_never_a_programme_nor_the_reverse():
    with pytest.raises(Refused) as caught:
        open_down(SEALED, Programme, Keyring([ROOT_KEY]), COMMUNE, UNIT)
    assert caught.value.reason is Refusal.MALFORMED
    assert refusal(seal(programme(), ROOT)) is Refusal.MALFORMED


@given(st.data())
def test_no_changed_byte_of_a_delegation_is_believed(data: st.DataObject):
    at = data.draw(st.integers(0, len(SEALED) - 1))
    flipped = SEALED[:at] + bytes([SEALED[at] ^ data.draw(st.integers(1, 255))]) + SEALED[at + 1 :]
    try:
        opened = open_delegation(flipped, ROOT_KEY, COMMUNE)
    except Refused:
        return
    assert opened == delegation()
    assert flipped.partition(b"\n")[2] == SEALED.partition(b"\n")[2]


@given(st.binary(max_size=400))
def test_noise_is_no_delegation(noise: bytes):
    with pytest.raises(Refused):
        open_delegation(noise, ROOT_KEY, COMMUNE)


def key_of(role: str, public: str) -> dict[str, str]:
    return {"role": role, "public": public}


PUBLIC = encode_bytes(SCHEDULE.public)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("serial", 0),
        ("serial", 2**53),
        ("epoch", 0),
        ("issued_at", "2026-11-22T12:00:00"),
        ("keys", [key_of("root", PUBLIC)]),
        ("keys", [key_of("unit", PUBLIC)]),
        ("keys", [key_of("mayor", PUBLIC)]),
        ("keys", [key_of("schedule", PUBLIC[:-1])]),
        ("keys", [key_of("schedule", PUBLIC + "A")]),
        ("keys", [key_of("schedule", PUBLIC + "\n")]),
        ("keys", [key_of("schedule", "+" * 43)]),
        ("keys", [key_of("schedule", PUBLIC)] * 17),
        ("keys", None),
        ("caps", {"hours": [[300, 1441]]}),
        ("caps", {"hours": [[-1, 60]]}),
        ("caps", {"hours": [[1, 2, 3]]}),
        ("caps", {"hours": [[0, 1]] * 13}),
        ("caps", {"hours": None}),
        ("caps", {"utc_offset_min": -721}),
        ("caps", {"utc_offset_min": 841}),
        ("caps", {"length_s": 0}),
        ("caps", {"length_s": 6 * 3600 + 1}),
        ("caps", {"volume": 101}),
        ("caps", {"volume": -1}),
        ("must", ["x"] * 33),
    ],
)
def test_a_delegation_of_the_wrong_shape_is_malformed_although_the_root_key_signed_it(field: str, value: object):
    assert refusal(resigned(SEALED, ROOT, **{field: value})) is Refusal.MALFORMED


@pytest.mark.parametrize("missing", ["commune", "serial", "epoch", "issued_at", "keys"])
def test_a_delegation_without_a_needed_field_is_malformed(missing: str):
    fields = json.loads(SEALED.partition(b"\n")[2])
    del fields[missing]
    assert refusal(signed_again(SEALED, ROOT, json.dumps(fields).encode())) is Refusal.MALFORMED


@pytest.mark.parametrize(
    "caps",
    [
        Caps(),
        Caps(hours=()),
        Caps(hours=((0, 1440),)),
        Caps(hours=((1320, 1440), (0, 300)) * 6),
        Caps(utc_offset_min=-720, length_s=1, volume=0),
        Caps(utc_offset_min=840, length_s=6 * 3600, volume=100),
    ],
)
def test_caps_up_to_their_limits_come_back_as_they_were(caps: Caps):
    sent = delegation(caps)
    assert open_delegation(seal(sent, ROOT), ROOT_KEY, COMMUNE) == sent


def test_the_caps_that_nobody_set():
    assert Caps() == Caps(utc_offset_min=420, hours=((5 * 60, 22 * 60),), length_s=3600, volume=100)
    assert open_delegation(resigned(SEALED, ROOT, caps={}), ROOT_KEY, COMMUNE).caps == Caps()


def test_an_understood_feature_may_be_demanded_and_an_unknown_one_refuses():
    assert open_delegation(seal(delegation(must=("hours",)), ROOT), ROOT_KEY, COMMUNE).must == ("hours",)
    assert refusal(seal(delegation(must=("hours", "weekdays")), ROOT)) is Refusal.UNSUPPORTED


@pytest.mark.parametrize("role", [Role.ROOT, Role.UNIT])
def test_a_root_or_units_key_is_not_made_a_delegated_key(role: Role):
    with pytest.raises(ValueError, match="schedule or an emergency"):
        DelegatedKey(role=role, public=PUBLIC)


def test_without_a_delegation_no_key_is_believed():
    ring = keyring_of(None)
    assert all(ring.get(key.id) is None for key in (ROOT, SCHEDULE, EMERGENCY, UNIT_KEY, STRANGER))


def test_the_keys_of_a_delegation_are_believed_in_their_roles_and_no_others_are():
    ring = keyring_of(delegation())
    assert ring.get(SCHEDULE.id) == VerifyKey(Role.SCHEDULE, SCHEDULE.public)
    assert ring.get(EMERGENCY.id) == VerifyKey(Role.EMERGENCY, EMERGENCY.public)
    assert all(ring.get(key.id) is None for key in (ROOT, UNIT_KEY, STRANGER))
    sealed = seal(programme(planned()), SCHEDULE)
    assert open_down(sealed, Programme, ring, COMMUNE, UNIT) == open_down(sealed, Programme, DESK_KEYS, COMMUNE, UNIT)


def test_who_is_absent_from_the_list_is_revoked():
    without = keyring_of(Delegation(commune=COMMUNE, serial=4, epoch=2, issued_at=delegation().issued_at, keys=()))
    with pytest.raises(Refused) as caught:
        open_down(seal(programme(), SCHEDULE), Programme, without, COMMUNE, UNIT)
    assert caught.value.reason is Refusal.UNKNOWN_KEY


publics = st.binary(min_size=32, max_size=32)
roles = st.sampled_from([Role.SCHEDULE, Role.EMERGENCY])


@given(st.dictionaries(publics, roles, max_size=16))
def test_every_delegated_key_is_found_by_its_id_in_its_role(keys: dict[bytes, Role]):
    listed = tuple(DelegatedKey(role=role, public=encode_bytes(public)) for public, role in keys.items())
    sent = Delegation(commune=COMMUNE, serial=1, epoch=1, issued_at=delegation().issued_at, keys=listed)
    ring = keyring_of(open_delegation(seal(sent, ROOT), ROOT_KEY, COMMUNE))
    for public, role in keys.items():
        key = VerifyKey(role, public)
        assert ring.get(key.id) == key
