"""Ed25519 keys with the role that each may play. Private keys never leave the machine that made them."""

import base64
import binascii
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from protocol.names import KeyId, Role, UnitId


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """A public key, the role that it is trusted in, and for a unit's key the unit."""

    role: Role
    public: bytes
    unit: UnitId | None = None

    def __post_init__(self) -> None:
        """Reject what is not a 32-byte Ed25519 key, and a unit's key without a unit (or the reverse)."""
        if len(self.public) != 32:
            raise ValueError("an Ed25519 public key has 32 bytes")
        if (self.role is Role.UNIT) != (self.unit is not None):
            raise ValueError("a unit's key names its unit, and no other key does")

    @property
    def id(self) -> KeyId:
        """A short name of the key: the first 16 hexadecimal digits of the SHA-256 of its bytes."""
        return key_id(self.public)

    @property
    def text(self) -> str:
        """The public key as it stands in configuration files: base64url without padding."""
        return encode_bytes(self.public)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Return whether this key made the signature over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """A private key. Its representation never shows the secret."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()
        self.id = key_id(self.public)

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the operating system's randomness."""
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read the secret from its base64url text; `ValueError` when it is not one."""
        return cls(Ed25519PrivateKey.from_private_bytes(decode_bytes(text, 32)))

    def secret_text(self) -> str:
        """Return the secret as base64url, to be written to a file that only its owner can read."""
        return encode_bytes(self._private.private_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature."""
        return self._private.sign(message)


class Keyring:
    """The public keys that one side trusts, looked up by key id."""

    def __init__(self, keys: Iterable[VerifyKey]) -> None:
        self._keys = {key.id: key for key in keys}

    def get(self, key: str) -> VerifyKey | None:
        """Return the key of this id, or None when it is not trusted."""
        return self._keys.get(KeyId(key))


def key_id(public: bytes) -> KeyId:
    """Return the id of a public key."""
    return KeyId(hashlib.sha256(public).hexdigest()[:16])


def encode_bytes(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode_bytes(text: str, length: int) -> bytes:
    """Return the bytes of a base64url text of exactly `length` bytes; `ValueError` otherwise."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64url text") from error
    if len(data) != length:
        raise ValueError(f"expected {length} bytes, got {len(data)}")
    return data
