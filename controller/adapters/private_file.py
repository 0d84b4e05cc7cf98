"""Files that only their owner can read, written whole and forced to the disk before anything depends on them.

What root writes belongs to the owner of its folder: a technician's command must not lock the service out of its own
data.
"""

import os
import secrets
from pathlib import Path


class SecretUnreadable(Exception):
    """A secret's file is damaged, or others can read it. Making a new one would silence every unit, so we stop."""


def read_private(path: Path) -> bytes:
    """Return what the file holds; `SecretUnreadable` when others could read it, `FileNotFoundError`."""
    try:
        if path.stat().st_mode & 0o077:
            raise SecretUnreadable(f"{path} can be read by others: chmod 600 {path}")
        return path.read_bytes()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SecretUnreadable(f"{path} cannot be read: {error.strerror}") from error


def write_private(path: Path, content: bytes) -> None:
    """Put the file in place at once, with mode 0600 from its first byte, in the place of an older one."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    create_private(draft, content)
    try:
        draft.replace(path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def create_private(path: Path, content: bytes) -> None:
    """Write a file that must not be there yet; `FileExistsError`. What was half written is removed."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _give(descriptor, path.parent)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def private_folder(folder: Path) -> None:
    """Make a folder for its owner only, and what is missing above it, if it is not there."""
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        _give(descriptor, folder.parent)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Force names that were added or removed to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _give(descriptor: int, folder: Path) -> None:
    if os.geteuid() == 0:
        owner = folder.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
