"""A private key in a file that a passphrase closes: scrypt, then ChaCha20-Poly1305, with its parameters beside it.

    loalang-secret-1
    {"what":"root","commune":"vi-huong","public":"...","n":131072,"r":8,"p":1,"salt":"...","nonce":"..."}
    <base64url of the ciphertext>

The second line is authenticated with the secret: who changes one letter of the file gets nothing out of it. The cost
of scrypt makes each guess take a good part of a second and 128 MiB of memory, for a thief as for us.
"""

import os
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from msgspec import Meta, Struct

from protocol.keys import SigningKey, decode_bytes, encode_bytes

MAGIC = b"loalang-secret-1"
LARGEST = 4096
_SALT, _NONCE, _BOX = 16, 12, 32 + 16
Closed = Literal["root", "emergency"]
"""The roles whose keys are closed by a passphrase; the schedule key must sign at any hour, without a person."""


class NotSealed(Exception):
    """The file is no sealed secret, or is damaged."""


class WrongPassphrase(Exception):
    """The passphrase does not open the file, or the file was changed: which of the two cannot be told."""


@dataclass(frozen=True, slots=True)
class Cost:
    """The work of one guess: memory is 128 * n * r bytes."""

    n: int = 2**17
    r: int = 8
    p: int = 1


class Label(Struct, frozen=True, forbid_unknown_fields=True):
    """What a sealed file says of itself in the clear. The bounds keep a forged file from taking all memory."""

    what: Closed
    commune: str
    public: str
    n: Annotated[int, Meta(ge=2, le=2**18)]
    r: Annotated[int, Meta(ge=1, le=8)]
    p: Annotated[int, Meta(ge=1, le=4)]
    salt: str
    nonce: str


def seal_key(key: SigningKey, passphrase: str, *, what: Closed, commune: str, cost: Cost | None = None) -> bytes:
    """Return the file that only this passphrase opens."""
    effort = cost or Cost()
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    label = Label(
        what, commune, encode_bytes(key.public), effort.n, effort.r, effort.p, encode_bytes(salt), encode_bytes(nonce)
    )
    head = msgspec.json.encode(label)
    box = ChaCha20Poly1305(_derived(label, passphrase)).encrypt(
        nonce, decode_bytes(key.secret_text(), 32), MAGIC + head
    )
    return b"\n".join((MAGIC, head, encode_bytes(box).encode("ascii"), b""))


def is_sealed(data: bytes) -> bool:
    """Whether a file begins as a sealed secret does."""
    return data.startswith(MAGIC + b"\n")


def label_of(data: bytes) -> Label:
    """Return what the file says of itself, unverified; `NotSealed`."""
    return _parts(data)[0]


def open_key(data: bytes, passphrase: str) -> SigningKey:
    """Return the key; `WrongPassphrase`, `NotSealed`."""
    label, head, box = _parts(data)
    try:
        secret = ChaCha20Poly1305(_derived(label, passphrase)).decrypt(
            decode_bytes(label.nonce, _NONCE), box, MAGIC + head
        )
    except InvalidTag as error:
        raise WrongPassphrase(label.what) from error
    key = SigningKey.from_text(encode_bytes(secret))
    if encode_bytes(key.public) != label.public:
        raise NotSealed("the file names another key than it holds")
    return key


def _parts(data: bytes) -> tuple[Label, bytes, bytes]:
    lines = data[: LARGEST + 1].split(b"\n")
    if len(data) > LARGEST or len(lines) != 4 or lines[0] != MAGIC:
        raise NotSealed("not a sealed key of Loa Làng")
    try:
        label = msgspec.json.decode(lines[1], type=Label)
        decode_bytes(label.salt, _SALT)
        decode_bytes(label.nonce, _NONCE)
        return label, lines[1], decode_bytes(lines[2].decode("ascii"), _BOX)
    except (msgspec.MsgspecError, ValueError) as error:
        raise NotSealed(f"a damaged sealed key: {error}") from error


def _derived(label: Label, passphrase: str) -> bytes:
    if label.n & (label.n - 1):
        raise NotSealed("n is no power of two")
    salt = decode_bytes(label.salt, _SALT)
    return Scrypt(salt=salt, length=32, n=label.n, r=label.r, p=label.p).derive(passphrase.encode("utf-8"))
