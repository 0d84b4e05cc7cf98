"""The unit's own private key: made on the unit, readable by its owner only, never sent anywhere."""

import os
from pathlib import Path

from protocol.keys import SigningKey

NAME = "unit.key"


class BadUnitKey(Exception):
    """The key file is there but cannot be used."""


def read_or_make(data: Path) -> SigningKey:
    """Return the key in the folder `data`, made now if there is none. Raises BadUnitKey."""
    path = data / NAME
    try:
        return SigningKey.from_text(path.read_text(encoding="ascii").strip())
    except FileNotFoundError:
        pass
    except (OSError, ValueError) as error:
        raise BadUnitKey(f"{path}: {error}") from error
    try:
        return _make(path)
    except OSError as error:
        raise BadUnitKey(f"{path}: {error}") from error


def _make(path: Path) -> SigningKey:
    """Written whole under another name and then linked, so that a power cut leaves no half of a key."""
    path.parent.mkdir(parents=True, exist_ok=True)
    key = SigningKey.generate()
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.secret_text() + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    return key
