"""A public key as people compare it, on paper or by telephone: eight groups of four hexadecimal digits."""

import hashlib
from collections.abc import Iterator

from protocol.keys import decode_bytes
from protocol.messages import Delegation
from protocol.names import Role

GROUPS = 8


def fingerprint(public: bytes) -> str:
    """Return the first 128 bits of the SHA-256 of a key; the first four groups are its id in logs and files."""
    digits = hashlib.sha256(public).hexdigest()[: GROUPS * 4]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def fingerprints(root: bytes, delegation: Delegation) -> Iterator[tuple[Role, str]]:
    """Yield role and fingerprint of the root key and of every key that it authorises."""
    yield Role.ROOT, fingerprint(root)
    for key in delegation.keys:
        yield key.role, fingerprint(decode_bytes(key.public, 32))
