"""Sorting files of a stick by what they say that they are, before anything of them is believed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.envelope import LARGEST, LARGEST_HEADER, Refused, kind_of, seal
from protocol.names import Kind, Refusal
from schedules.vocabulary import BroadcastClass
from tests.protocol.messages_made import (
    ROOT,
    SCHEDULE,
    STRANGER,
    UNIT_KEY,
    ack,
    answer,
    batch,
    delegation,
    order,
    programme,
    question,
    state,
)

SEALED = {
    Kind.PROGRAMME: seal(programme(), SCHEDULE),
    Kind.ORDER: seal(order(BroadcastClass.ROUTINE), SCHEDULE),
    Kind.RECEIPT_ACK: seal(ack(), SCHEDULE),
    Kind.DELEGATION: seal(delegation(), ROOT),
    Kind.CLOCK_ANSWER: seal(answer(), SCHEDULE),
    Kind.RECEIPT: seal(batch(), UNIT_KEY),
    Kind.STATE: seal(state(), UNIT_KEY),
    Kind.CLOCK_QUESTION: seal(question(), UNIT_KEY),
}


def refusal(data: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        kind_of(data)
    return caught.value


def header(spaces: int = 0) -> bytes:
    return json.dumps({"loalang": 1, "kind": "order", "key": "k", "sig": "s"}).encode() + b" " * spaces


def test_there_is_an_envelope_of_every_kind():
    assert set(SEALED) == set(Kind)


@pytest.mark.parametrize("kind", Kind)
def test_an_envelope_says_its_kind_whoever_signed_it(kind: Kind):
    assert kind_of(SEALED[kind]) is kind
    assert kind_of(seal(programme(), STRANGER)) is Kind.PROGRAMME


def test_only_the_header_is_read():
    assert kind_of(header() + b"\n") is Kind.ORDER
    assert kind_of(header() + b"\nnot json\nand another line") is Kind.ORDER
    assert kind_of(header() + b"\n" + b"\xff" * (LARGEST + 1)) is Kind.ORDER


def test_a_header_up_to_its_limit_is_read_and_none_above():
    fits = LARGEST_HEADER - len(header())
    assert kind_of(header(fits) + b"\n{}") is Kind.ORDER
    refused = refusal(header(fits + 1) + b"\n{}")
    assert (refused.reason, refused.detail) == (Refusal.MALFORMED, "no envelope header")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"\n{}",
        b"{}",
        b"{}\n{}",
        header(),
        b"{" * 2000,
        b"[" * 1000 + b"\n",
        b"\xff\xfe\n{}",
        b"OggS" + bytes(64) + b"\n",
        header().replace(b'"order"', b'"order-of-merit"') + b"\n{}",
        header().replace(b'"order"', b"3") + b"\n{}",
        header().replace(b"1", b'"1"') + b"\n{}",
        header().replace(b'"key": "k", ', b"") + b"\n{}",
        b" " * (LARGEST + 10) + b"\n",
    ],
)
def test_what_has_no_header_is_no_envelope(data: bytes):
    assert refusal(data).reason is Refusal.MALFORMED


@given(st.binary(max_size=1200))
def test_junk_is_sorted_out_and_never_raises_anything_else(junk: bytes):
    with pytest.raises(Refused):
        kind_of(junk)
    with pytest.raises(Refused):
        kind_of(junk + b"\n")
