"""The controller's own secrets: made at its first start, in files that only its owner can read, never shown."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from protocol.keys import SigningKey


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """Everything that must not be known outside."""

    schedule_key: SigningKey
    emergency_key: SigningKey
    session_secret: str
    broker_password: str
    api_token: str


class SecretUnreadable(Exception):
    """A secret's file is damaged, or others can read it. Making a new one would silence every unit, so we stop."""


def open_secrets(data: Path) -> Secrets:
    """Return the secrets of a data folder, making what is missing; `SecretUnreadable`."""
    keys = data / "keys"
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Secrets(
        schedule_key=_key(keys / "schedule.key"),
        emergency_key=_key(keys / "emergency.key"),
        session_secret=_text(keys / "session.secret"),
        broker_password=_text(keys / "broker.password"),
        api_token=_text(data / "api-token"),
    )


def _key(path: Path) -> SigningKey:
    text = _kept(path, lambda: SigningKey.generate().secret_text())
    try:
        return SigningKey.from_text(text)
    except ValueError as error:
        raise SecretUnreadable(f"{path} holds no key") from error


def _text(path: Path) -> str:
    text = _kept(path, lambda: secrets.token_urlsafe(32))
    if len(text) < 32:
        raise SecretUnreadable(f"{path} is damaged")
    return text


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Return what the file holds; make it when it is not there, forced to the disk before anything depends on it."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    text = make()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    return text


def _read(path: Path) -> str:
    if path.stat().st_mode & 0o077:
        raise SecretUnreadable(f"{path} can be read by others: chmod 600 {path}")
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretUnreadable(f"{path} cannot be read") from error
