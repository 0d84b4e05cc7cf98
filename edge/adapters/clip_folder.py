"""The clips of a unit on its disk: `<folder>/<sha256>.opus`, each whole and right, or not there under that name.

What must go when room is short is decided by `edge.core.eviction`; this module lists, removes, and writes atomically
(part or draft, hash, fsync, rename, fsync of the folder).
"""

import errno
import hashlib
import os
import shutil
import stat
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from enum import Enum, auto
from pathlib import Path
from typing import BinaryIO

from edge.core.eviction import LOW_BYTES, StoredFile, to_remove
from protocol.names import ClipHash, Reason

_CHUNK = 256 * 1024
_CLIP, _PART, _DRAFT = ".opus", ".part", ".draft"
_REASONS = {
    errno.ENOSPC: Reason.DISK_FULL,
    errno.EDQUOT: Reason.DISK_FULL,
    errno.EROFS: Reason.DISK_READ_ONLY,
    errno.EIO: Reason.DISK_FAILED,
    errno.EUCLEAN: Reason.DISK_FAILED,
    errno.ENODEV: Reason.DISK_FAILED,
    errno.ENXIO: Reason.DISK_FAILED,
    errno.EBADMSG: Reason.DISK_FAILED,
}


class DiskFull(Exception):
    """There is no room for a clip and the reserve."""


class WrongClip(Exception):
    """The bytes do not have the hash that is the clip's name."""


class Found(Enum):
    """What lies under a clip's name. SPOILT: something else, which was removed."""

    RIGHT = auto()
    ABSENT = auto()
    SPOILT = auto()


def trouble_of(error: OSError) -> Reason | None:
    """Tell a full disk from a read-only and a broken one; None for what says nothing about the disk."""
    return _REASONS.get(error.errno or 0)


class ClipFolder:
    """The only writer of its folder. `free` tells the free bytes of the disk, `now` the wall time of its files."""

    def __init__(
        self,
        folder: Path,
        free: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Make the folder if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._free, self._now = folder, free, now
        self._drafts: set[str] = set()
        self._lock = threading.Lock()

    def path(self, clip: ClipHash) -> Path:
        """Where a clip is, or would be."""
        return self._folder / f"{clip}{_CLIP}"

    def part(self, clip: ClipHash) -> Path:
        """Where the beginning of a clip is kept while it is fetched."""
        return self._folder / f"{clip}{_PART}"

    def part_size(self, clip: ClipHash) -> int:
        """How many bytes of a clip were fetched and are kept."""
        try:
            return self.part(clip).stat().st_size
        except OSError:
            return 0

    def look(self, clip: ClipHash, size: int) -> Found:
        """Read the clip whole and check its hash. One that is right was used today; one that is not is removed.

        A file that the disk cannot read any more is not right. That its time cannot be written on a read-only disk is
        no matter: it still plays. Raises OSError when what is wrong cannot be removed.
        """
        path = self.path(clip)
        try:
            right = path.stat().st_size == size and _digest_of(path) == clip
        except FileNotFoundError:
            return Found.ABSENT
        except OSError as error:
            if trouble_of(error) is not Reason.DISK_FAILED:
                raise
            right = False
        if not right:
            path.unlink(missing_ok=True)
            return Found.SPOILT
        with suppress(OSError):
            os.utime(path, (self._now(), self._now()))
        return Found.RIGHT

    def make_room(self, size: int, reserve: int, needed: Collection[str]) -> frozenset[ClipHash]:
        """Remove what is least needed until `size` more bytes leave `reserve` free; return the clips that went.

        Raises DiskFull when that cannot be; then nothing went but what is aged.
        """
        removed = self._remove(needed, size + reserve)
        if self._free(self._folder) < size + reserve:
            raise DiskFull(f"no room for {size} bytes beside {reserve}")
        return removed

    def tidy(self, needed: Collection[str]) -> frozenset[ClipHash]:
        """Remove what is aged, and what is least needed while room is low; return the clips that went."""
        return self._remove(needed, LOW_BYTES)

    def store(self, clip: ClipHash, data: bytes) -> None:
        """Keep bytes as a clip; raises WrongClip and OSError. Make room before."""
        with self._draft(clip) as (draft, file):
            file.write(data)
            file.flush()
            self.accept(clip, draft)

    def take_in(self, clip: ClipHash, source: BinaryIO, size: int) -> None:
        """Keep what another medium offers as a clip, up to `size` bytes; raises WrongClip and OSError."""
        with self._draft(clip) as (draft, file):
            while size > 0 and (chunk := source.read(min(_CHUNK, size))):
                file.write(chunk)
                size -= len(chunk)
            file.flush()
            self.accept(clip, draft)

    def accept(self, clip: ClipHash, part: Path) -> None:
        """Turn a whole part into the clip if what the disk truly took has its hash; else remove it, raise WrongClip."""
        with part.open("rb") as file:
            os.fsync(file.fileno())
        if _digest_of(part) != clip:
            part.unlink()
            raise WrongClip(f"what came is not clip {clip[:12]}")
        part.rename(self.path(clip))
        _sync_folder(self._folder)

    def discard(self, clip: ClipHash) -> None:
        """Remove a clip, and what was fetched of it."""
        self.path(clip).unlink(missing_ok=True)
        self.drop_part(clip)

    def drop_part(self, clip: ClipHash) -> None:
        """Forget what was fetched of a clip."""
        self.part(clip).unlink(missing_ok=True)

    @contextmanager
    def _draft(self, clip: ClipHash) -> Iterator[tuple[Path, BinaryIO]]:
        """A file of a name of its own, which nobody removes while it is written, and which nothing is left of."""
        draft = self._folder / f"{clip}.{threading.get_ident():x}{_DRAFT}"
        with self._lock:
            self._drafts.add(draft.name)
        try:
            with draft.open("wb") as file:
                yield draft, file
        finally:
            draft.unlink(missing_ok=True)
            with self._lock:
                self._drafts.discard(draft.name)

    def _remove(self, needed: Collection[str], wanted_free: int) -> frozenset[ClipHash]:
        with self._lock:
            names = to_remove(self._files(needed), self._free(self._folder), wanted_free)
            for name in names:
                (self._folder / name).unlink(missing_ok=True)
        return frozenset(ClipHash(name.removesuffix(_CLIP)) for name in names if name.endswith(_CLIP))

    def _files(self, needed: Collection[str]) -> Iterator[StoredFile]:
        now = self._now()
        for entry in os.scandir(self._folder):
            try:
                about = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # renamed or removed meanwhile
                continue
            if stat.S_ISDIR(about.st_mode):
                continue
            stem, _, kind = entry.name.partition(".")
            yield StoredFile(
                name=entry.name,
                size=about.st_blocks * 512,
                unused_s=max(0.0, now - about.st_mtime),
                needed=entry.name in self._drafts or (f".{kind}" in {_CLIP, _PART} and stem in needed),
                clip=f".{kind}" == _CLIP,
            )


def _digest_of(path: Path) -> str:
    """The hash of what lies on the disk: what memory still holds of the file is dropped first."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
