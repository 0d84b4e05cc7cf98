"""The controller's own secrets beside its keys: made at its first start, readable by their owner only, never shown."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from controller.adapters.private_file import SecretUnreadable, create_private, private_folder, read_private

__all__ = ["SecretUnreadable", "Secrets", "open_secrets"]


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """Everything that must not be known outside."""

    session_secret: str
    broker_password: str
    api_token: str


def open_secrets(data: Path) -> Secrets:
    """Return the secrets of a data folder, making what is missing; `SecretUnreadable`."""
    keys = data / "keys"
    private_folder(keys)
    return Secrets(
        session_secret=_text(keys / "session.secret"),
        broker_password=_text(keys / "broker.password"),
        api_token=_text(data / "api-token"),
    )


def _text(path: Path) -> str:
    """Return what the file holds; make it when it is not there, forced to the disk before anything depends on it."""
    text = secrets.token_urlsafe(32)
    try:
        create_private(path, text.encode("ascii") + b"\n")
    except FileExistsError:
        text = _read(path)
    if len(text) < 32:
        raise SecretUnreadable(f"{path} is damaged")
    return text


def _read(path: Path) -> str:
    try:
        return read_private(path).decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise SecretUnreadable(f"{path} cannot be read") from error
