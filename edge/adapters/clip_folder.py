"""The clips of a unit on its disk: `<folder>/<sha256>.opus`, each whole and right, or not there under that name."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Collection
from pathlib import Path

from protocol.names import ClipHash

RESERVE_BYTES = 32 * 1024 * 1024
"""Never filled with clips: the memory must always be able to write."""
KEEP_DAYS = 7.0
LOW_BYTES = 4 * RESERVE_BYTES
_CHUNK = 256 * 1024


class DiskFull(Exception):
    """There is no room for a clip and the reserve."""


class ClipFolder:
    """Stores atomically (temporary file, fsync, rename). `free` tells the free bytes of the disk."""

    def __init__(self, folder: Path, free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free) -> None:
        """Make the folder if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._free = folder, free

    def path(self, clip: ClipHash) -> Path:
        """Where a clip is, or would be."""
        return self._folder / f"{clip}.opus"

    def part(self, clip: ClipHash) -> Path:
        """Where the beginning of a clip is kept while it is fetched."""
        return self._folder / f"{clip}.part"

    def has(self, clip: ClipHash, size: int) -> bool:
        """Whether the clip is here and its bytes are right; one that is not is removed."""
        path = self.path(clip)
        if not path.exists():
            return False
        right = path.stat().st_size == size and _digest(path) == clip
        if not right:
            path.unlink()
        return right

    def require_room(self, size: int) -> None:
        """Raise DiskFull when `size` more bytes would touch the reserve."""
        if self._free(self._folder) - size < RESERVE_BYTES:
            raise DiskFull(f"{size} bytes")

    def store(self, clip: ClipHash, data: bytes) -> None:
        """Keep bytes whose hash was checked; raises DiskFull and OSError."""
        self.require_room(len(data))
        draft = self._folder / f"{clip}.draft"
        draft.write_bytes(data)
        self.accept(clip, draft)

    def accept(self, clip: ClipHash, part: Path) -> None:
        """Turn a whole part into the clip if its hash is right, else remove it and raise ValueError."""
        if _digest(part) != clip:
            part.unlink()
            raise ValueError(f"what came is not clip {clip[:12]}")
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.rename(self.path(clip))
        _sync_folder(self._folder)

    def discard(self, clip: ClipHash) -> None:
        """Remove a clip."""
        self.path(clip).unlink(missing_ok=True)

    def keep_only(self, clips: Collection[ClipHash]) -> list[str]:
        """Remove what no plan needs and is old, or whatever its age when space is low; return the names."""
        low = self._free(self._folder) < LOW_BYTES
        oldest = time.time() - KEEP_DAYS * 86_400
        removed = []
        for path in self._folder.iterdir():
            if path.stem not in clips and (low or path.stat().st_mtime < oldest):
                path.unlink()
                removed.append(path.name)
        return removed


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
