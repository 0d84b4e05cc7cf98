import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.keys import Keyring, SigningKey, VerifyKey, decode_bytes, encode_bytes
from protocol.ledger import contiguous
from protocol.names import CommuneId, Role, UnitId
from protocol.topics import (
    DOWN,
    RETAINED,
    UP,
    Leaf,
    every_unit,
    orders_topic,
    read_unit_topic,
    unit_topic,
)

COMMUNE, UNIT = CommuneId("vi-huong"), UnitId("khau-bang")


def test_a_key_survives_its_text_and_hides_in_its_representation():
    key = SigningKey.generate()
    again = SigningKey.from_text(key.secret_text())
    assert again.public == key.public
    assert again.id == key.id
    assert key.secret_text() not in repr(key)


def test_two_generated_keys_differ():
    assert SigningKey.generate().public != SigningKey.generate().public


@pytest.mark.parametrize("text", ["", "A", "A" * 42, "A" * 44, "!" * 43, "é" * 43])
def test_a_text_that_is_no_key_is_refused(text):
    with pytest.raises(ValueError):
        SigningKey.from_text(text)


@given(st.binary(max_size=100))
def test_base64url_reads_back(data):
    assert decode_bytes(encode_bytes(data), len(data)) == data


def test_a_verify_key_names_a_unit_exactly_when_it_is_a_units():
    public = SigningKey.generate().public
    assert VerifyKey(Role.UNIT, public, UNIT).text == encode_bytes(public)
    for role, unit in ((Role.UNIT, None), (Role.SCHEDULE, UNIT)):
        with pytest.raises(ValueError, match="unit"):
            VerifyKey(role, public, unit)
    with pytest.raises(ValueError, match="32 bytes"):
        VerifyKey(Role.SCHEDULE, public[:31])


def test_a_keyring_knows_only_its_keys():
    key = VerifyKey(Role.SCHEDULE, SigningKey.generate().public)
    ring = Keyring([key])
    assert ring.get(key.id) is key
    assert ring.get("0" * 16) is None


def test_topics_read_back():
    for leaf in Leaf:
        read = read_unit_topic(unit_topic(COMMUNE, UNIT, leaf))
        assert read is not None
        assert (read.commune, read.unit, read.leaf) == (COMMUNE, UNIT, leaf)


@pytest.mark.parametrize(
    "topic",
    [
        "",
        "loalang/v1/vi-huong/orders",
        "loalang/v2/vi-huong/unit/khau-bang/state",
        "loalang/v1/vi-huong/unit/khau-bang/secret",
        "loalang/v1/vi-huong/unit/+/state",
        "loalang/v1/vi-huong/unit/khau-bang/state/more",
        "loalang/v1/vi-huong/unit/Khau/state",
        "loalang/v1/vi-huong/unit//state",
        "loalang/v1/vi-huong/unit/khau-bang/state\n",
    ],
)
def test_other_topics_are_not_a_units(topic):
    assert read_unit_topic(topic) is None


def test_the_fixed_names_of_the_wire():
    assert unit_topic(COMMUNE, UNIT, Leaf.PROGRAMME) == "loalang/v1/vi-huong/unit/khau-bang/programme"
    assert orders_topic(COMMUNE) == "loalang/v1/vi-huong/orders"
    assert every_unit(COMMUNE, Leaf.STATE) == "loalang/v1/vi-huong/unit/+/state"
    assert set(Leaf) == UP | DOWN
    assert not UP & DOWN
    assert Leaf.ORDER not in RETAINED
    assert Leaf.RECEIPT not in RETAINED


@given(st.integers(0, 50), st.sets(st.integers(1, 60)))
def test_an_acknowledgement_never_skips_a_gap(through, stored):
    reached = contiguous(through, stored)
    assert reached >= through
    assert all(number in stored for number in range(through + 1, reached + 1))
    assert reached + 1 not in stored
