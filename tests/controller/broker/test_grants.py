"""Which topic falls under which filter: MQTT 3.1.1, section 4.7, sentence by sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.adapters.broker.grants import MAX_TOPIC_BYTES, Grants, covers, is_topic, matches

LEVEL = st.sampled_from(["a", "b", "unit", "na-lom"])
TOPIC = st.lists(LEVEL, min_size=1, max_size=4).map("/".join)
FILTER = st.builds(
    lambda levels, tail: "/".join(levels) + tail,
    st.lists(st.one_of(LEVEL, st.just("+")), min_size=1, max_size=4),
    st.sampled_from(["", "/#"]),
)


@pytest.mark.parametrize(
    ("topic_filter", "topic", "expected"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/c", False),
        ("a/b", "a/b/c", False),
        ("a/b/c", "a/b", False),
        ("a/+", "a/b", True),
        ("a/+", "a/b/c", False),
        ("a/+", "a", False),
        ("+/b", "a/b", True),
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("a/#", "ab/c", False),
        ("#", "a/b", True),
        ("#", "$SYS/broker", False),
        ("+/broker", "$SYS/broker", False),
        ("$SYS/#", "$SYS/broker", True),
    ],
)
def test_a_topic_falls_under_a_filter(topic_filter: str, topic: str, expected: bool) -> None:
    assert matches(topic_filter, topic) is expected


@pytest.mark.parametrize(
    ("granted", "asked", "expected"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/+", False),
        ("a/b", "#", False),
        ("a/+", "a/+", True),
        ("a/+", "a/b", True),
        ("a/+", "a/#", False),
        ("a/+", "+/b", False),
        ("a/#", "a/+/c", True),
        ("a/#", "a/#", True),
        ("a/#", "a", True),
        ("a/#", "#", False),
        ("a/#", "+/#", False),
    ],
)
def test_a_grant_covers_a_subscription(granted: str, asked: str, expected: bool) -> None:
    assert covers(granted, asked) is expected


@given(granted=FILTER, asked=FILTER, topic=TOPIC)
def test_what_a_covered_subscription_matches_is_always_granted(granted: str, asked: str, topic: str) -> None:
    if covers(granted, asked) and matches(asked, topic):
        assert matches(granted, topic)


@given(granted=FILTER, topic=TOPIC)
def test_a_subscription_to_one_topic_is_covered_exactly_when_the_topic_is_granted(granted: str, topic: str) -> None:
    assert covers(granted, topic) is matches(granted, topic)


@pytest.mark.parametrize(
    "name", ["", "a/+", "a/#", "$SYS/x", "a\0b", "x" * (MAX_TOPIC_BYTES + 1), "ơ" * MAX_TOPIC_BYTES]
)
def test_nothing_is_published_under_a_name_that_is_no_topic(name: str) -> None:
    assert not is_topic(name)
    assert not Grants(write=("a/#", "+")).may_write(name)


@pytest.mark.parametrize("bad", ["", "#", "a/#/b", "a/b+", "a b", "a\nuser controller", "A/b", "a//b", "$SYS/#", "a/"])
def test_a_filter_that_could_break_out_of_a_line_is_never_granted(bad: str) -> None:
    with pytest.raises(ValueError, match="filter"):
        Grants(read=(bad,))
    with pytest.raises(ValueError, match="filter"):
        Grants(write=(bad,))


def test_reading_does_not_allow_writing_nor_the_other_way_round() -> None:
    grants = Grants(read=("a/b",), write=("c/d",))
    assert grants.may_read("a/b")
    assert not grants.may_write("a/b")
    assert grants.may_write("c/d")
    assert not grants.may_read("c/d")
    assert not grants.may_subscribe("c/d")
