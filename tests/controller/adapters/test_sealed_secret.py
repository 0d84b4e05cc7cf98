"""A key in a file that a passphrase closes: who has the file alone has nothing."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controller.adapters.sealed_secret import (
    MAGIC,
    Cost,
    NotSealed,
    WrongPassphrase,
    is_sealed,
    label_of,
    open_key,
    seal_key,
)
from protocol.keys import SigningKey, encode_bytes

CHEAP = Cost(n=2, r=1, p=1)
KEY = SigningKey.generate()
SEALED = seal_key(KEY, "mã bí mật", what="root", commune="vi-huong", cost=CHEAP)


def relabelled(**changes: object) -> bytes:
    head, label, box, end = SEALED.split(b"\n")
    return b"\n".join((head, msgspec.json.encode({**msgspec.json.decode(label), **changes}), box, end))


def test_the_passphrase_gives_the_key_back():
    assert open_key(SEALED, "mã bí mật").sign(b"x") == KEY.sign(b"x")


def test_its_label_says_whose_key_it_is_and_not_the_key():
    label = label_of(SEALED)
    assert (label.what, label.commune, label.public) == ("root", "vi-huong", encode_bytes(KEY.public))
    assert is_sealed(SEALED)
    assert not is_sealed(KEY.secret_text().encode())
    assert KEY.secret_text().encode() not in SEALED


@pytest.mark.parametrize("passphrase", ["", "mã bí mậ", "Mã bí mật", "mã bí mật "])
def test_another_passphrase_gives_nothing(passphrase):
    with pytest.raises(WrongPassphrase):
        open_key(SEALED, passphrase)


def test_two_sealings_of_one_key_have_nothing_in_common():
    other = seal_key(KEY, "mã bí mật", what="root", commune="vi-huong", cost=CHEAP)
    assert other.split(b"\n")[2] != SEALED.split(b"\n")[2]
    assert label_of(other).salt != label_of(SEALED).salt


@pytest.mark.parametrize(
    "changes",
    [
        {"what": "emergency"},
        {"commune": "vi-hung"},
        {"public": encode_bytes(SigningKey.generate().public)},
        {"n": 4},
        {"salt": "A" * 22},
        {"nonce": "A" * 16},
    ],
)
def test_a_changed_label_opens_nothing(changes):
    with pytest.raises(WrongPassphrase):
        open_key(relabelled(**changes), "mã bí mật")


@pytest.mark.parametrize(
    "changes",
    [
        {"n": 2**30},
        {"n": 0},
        {"n": 3},
        {"r": 99},
        {"p": 99},
        {"what": "schedule"},
        {"salt": "x"},
        {"nonce": "%"},
        {"more": 1},
    ],
)
def test_a_label_that_would_cost_all_memory_or_means_nothing_is_refused(changes):
    with pytest.raises(NotSealed):
        open_key(relabelled(**changes), "mã bí mật")


@pytest.mark.parametrize(
    "data",
    [b"", b"x", MAGIC, MAGIC + b"\n{}\nAAAA\n", b"\xff" * 300, SEALED + SEALED, SEALED[:-5], b"\n".join([MAGIC] * 4)],
)
def test_what_is_no_sealed_key_is_told(data):
    with pytest.raises(NotSealed):
        open_key(data, "mã bí mật")


@settings(max_examples=60, deadline=None)
@given(st.integers(0, len(SEALED) - 1), st.integers(1, 255))
def test_one_changed_byte_anywhere_gives_no_key(at, flip):
    changed = bytearray(SEALED)
    changed[at] ^= flip
    try:
        found = open_key(bytes(changed), "mã bí mật")
    except (NotSealed, WrongPassphrase):
        return
    assert found.id == KEY.id, "base64 has spare bits at its end, and nothing else may be changed unseen"


def test_a_guess_costs_memory_and_time_by_default():
    label = label_of(seal_key(KEY, "x", what="emergency", commune="vi-huong"))
    assert 128 * label.n * label.r >= 128 * 2**20
