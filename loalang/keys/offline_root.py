"""The root key leaves the machine: sealed into a file, read back and tried, and only then removed here."""

import os
import secrets
from pathlib import Path

from controller.adapters.key_folder import KeyFolder, read_root
from controller.adapters.private_file import create_private
from controller.adapters.sealed_secret import seal_key
from loalang.keys.asking import CannotGoOn
from loalang.terminal import say
from protocol.keys import VerifyKey


def move(keys: KeyFolder, to: Path, passphrase: str, commune: str) -> None:
    """Move the root key into the file `to`, which must not be there yet.

    Raises:
        CannotGoOn: the file would lie in the data folder, or what was read back is not the key.
        FileExistsError: there is such a file.
        OSError: it cannot be written.
    """
    if to.resolve().is_relative_to(keys.folder.parent.resolve()):
        raise CannotGoOn(say("keys-offline-same-place", folder=str(keys.folder.parent)))
    root = read_root(keys.root_file, None)
    create_private(to, seal_key(root, passphrase, what="root", commune=commune))
    if not _opens(to, passphrase, keys.root()):
        raise CannotGoOn(say("keys-offline-not-read-back", file=str(to)))
    keys.remove_root()


def _opens(file: Path, passphrase: str, pinned: VerifyKey | None) -> bool:
    """Whether the file, as it lies on its medium, gives a key that signs for the pinned one."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)  # from the stick, not from the cache
    finally:
        os.close(descriptor)
    challenge = secrets.token_bytes(32)
    return pinned is not None and pinned.verifies(read_root(file, passphrase).sign(challenge), challenge)
