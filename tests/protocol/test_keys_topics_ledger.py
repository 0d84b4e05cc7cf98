import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.keys import Keyring, SigningKey, VerifyKey, decode_bytes, encode_bytes
from protocol.ledger import contiguous
from protocol.names import ID, CommuneId, Role, UnitId
from protocol.topics import (
    DOWN,
    RETAINED,
    UP,
    Leaf,
    UnitTopic,
    delegation_topic,
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
    assert unit_topic(COMMUNE, UNIT, Leaf.CLOCK_QUESTION) == "loalang/v1/vi-huong/unit/khau-bang/clock-question"
    assert unit_topic(COMMUNE, UNIT, Leaf.CLOCK_ANSWER) == "loalang/v1/vi-huong/unit/khau-bang/clock-answer"
    assert unit_topic(COMMUNE, UNIT, Leaf.HELD) == "loalang/v1/vi-huong/unit/khau-bang/held"
    assert orders_topic(COMMUNE) == "loalang/v1/vi-huong/orders"
    assert delegation_topic(COMMUNE) == "loalang/v1/vi-huong/delegation"
    assert every_unit(COMMUNE, Leaf.STATE) == "loalang/v1/vi-huong/unit/+/state"


def test_every_leaf_is_written_by_one_side():
    assert set(Leaf) == UP | DOWN
    assert not UP & DOWN
    assert {Leaf.CLOCK_QUESTION, Leaf.HELD} < UP
    assert Leaf.CLOCK_ANSWER in DOWN


def test_only_what_a_late_comer_needs_is_kept_by_the_broker():
    assert {Leaf.PROGRAMME, Leaf.STATE, Leaf.AVAILABILITY} == RETAINED


@pytest.mark.parametrize("topic", [orders_topic(COMMUNE), delegation_topic(COMMUNE), every_unit(COMMUNE, Leaf.STATE)])
def test_a_communes_topic_is_no_units(topic):
    assert read_unit_topic(topic) is None


@given(st.from_regex(ID, fullmatch=True), st.from_regex(ID, fullmatch=True), st.sampled_from(Leaf))
def test_a_topic_of_any_unit_reads_back(commune, unit, leaf):
    commune, unit = CommuneId(commune), UnitId(unit)
    assert read_unit_topic(unit_topic(commune, unit, leaf)) == UnitTopic(commune, unit, leaf)


@given(st.text("loangv1/+#-uitseA \n\0", max_size=80) | st.text(max_size=80))
def test_what_reads_as_a_units_topic_is_exactly_that_topic(topic):
    read = read_unit_topic(topic)
    assert read is None or unit_topic(read.commune, read.unit, read.leaf) == topic


@given(st.integers(0, 50), st.sets(st.integers(1, 60)))
def test_an_acknowledgement_never_skips_a_gap(through, stored):
    reached = contiguous(through, stored)
    assert reached >= through
    assert all(number in stored for number in range(through + 1, reached + 1))
    assert reached + 1 not in stored
