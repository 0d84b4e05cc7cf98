"""A clip is the only kind of sound that travels: Ogg Opus, mono, 48 kHz, named by the SHA-256 of its bytes.

Because the name is the content, a clip is never changed, two equal renderings are stored once, and a unit that
has a clip of the right name has the right sound.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audio.studio.findings import Problem

_BLOCK = 1 << 20
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Clip:
    """What everyone needs to know of a stored clip without opening it."""

    hash: str
    """SHA-256 of the file, 64 lower-case hexadecimal digits."""
    size: int
    """Bytes."""
    duration_ms: int
    """Milliseconds, rounded up, so that a unit never switches off before the last sample."""
    loudness_lufs: float
    """Integrated loudness of the decoded clip (EBU R128)."""
    true_peak_dbtp: float
    """True peak of the decoded clip."""
    peaks: tuple[float, ...] = ()
    """Its outline, to be drawn: 400 values of 0 to 1; empty when nobody looked."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with the recording that it was made of."""
    cut_ms: tuple[int, int] = (0, 0)
    """Milliseconds of silence that were left out of that recording, before its first sound and after its last."""


class UnknownClip(LookupError):
    """No clip of that name is in the store, or the name is not a SHA-256."""


class ClipStore:
    """A folder of clips, `<root>/<first 2 digits>/<hash>.opus`, in which a half-written clip can never be seen.

    A clip is written beside its place, forced to the disk, and only then renamed; several processes may share the
    folder. What a crash leaves behind lies in `<root>/incoming` and is removed by `sweep`.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming = root / "incoming"
        self._incoming.mkdir(parents=True, exist_ok=True)

    def add(self, source: Path) -> str:
        """Copy `source` into the store in constant memory and return its hash; a clip already held is kept."""
        with source.open("rb") as reading, tempfile.NamedTemporaryFile(dir=self._incoming, delete=False) as written:
            temporary = Path(written.name)
            try:
                digest = hashlib.sha256()
                while block := reading.read(_BLOCK):
                    digest.update(block)
                    written.write(block)
                written.flush()
                temporary.chmod(0o644)
                os.fsync(written.fileno())
                self._place(temporary, digest.hexdigest())
            finally:
                temporary.unlink(missing_ok=True)
        return digest.hexdigest()

    def path_of(self, clip_hash: str) -> Path:
        """Where the clip lies; raises UnknownClip."""
        path = self._path(clip_hash)
        if not path.is_file():
            raise UnknownClip(clip_hash)
        return path

    def holds(self, clip_hash: str) -> bool:
        """Whether a clip of that name is here (by name only: see `verify`)."""
        return _NAME.fullmatch(clip_hash) is not None and self._path(clip_hash).is_file()

    def verify(self, clip_hash: str) -> bool:
        """Whether the stored bytes still have the hash that they are named by."""
        with self.path_of(clip_hash).open("rb") as stored:
            return hashlib.file_digest(stored, "sha256").hexdigest() == clip_hash

    @contextmanager
    def workspace(self) -> Iterator[Path]:
        """Lend a folder on the store's disk for work in progress; it is gone afterwards, whatever happened."""
        with tempfile.TemporaryDirectory(dir=self._incoming, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def sweep(self) -> int:
        """Remove what a crash left in `incoming` and say how many; only when nobody else works in the store."""
        left = list(self._incoming.iterdir())
        for path in left:
            _remove(path)
        return len(left)

    def _path(self, clip_hash: str) -> Path:
        if not _NAME.fullmatch(clip_hash):
            raise UnknownClip(clip_hash)
        return self.root / clip_hash[:2] / f"{clip_hash}.opus"

    def _place(self, temporary: Path, clip_hash: str) -> None:
        path = self._path(clip_hash)
        if path.is_file() and self.verify(clip_hash):
            return
        path.parent.mkdir(exist_ok=True)
        temporary.rename(path)
        _force_folder(path.parent)
        _force_folder(self.root)


def _remove(path: Path) -> None:
    if path.is_dir():
        for inner in path.iterdir():
            _remove(inner)
        path.rmdir()
    else:
        path.unlink()


def _force_folder(folder: Path) -> None:
    """A rename is on the disk only when the folder that names it is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
