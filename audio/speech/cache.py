"""Passages once spoken are kept, so that an edited bulletin has only what changed spoken anew.

An entry is named by who spoke (engine, voice, settings), the language and the text; it carries the hash of its own
bytes, so that a damaged one is noticed, removed and spoken again. Nothing but sound that was looked at comes in here.
It is a cache: when it cannot be written or is lost, all that is lost is time.
"""

import hashlib
import json
import logging
import os
import struct
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from audio.speech.port import Passage, SpeechEngine, as_spoken

log = logging.getLogger(__name__)

_MARK = b"LOAPASS1"
_HEAD = struct.Struct("<8sI32s")  # mark, samples a second, SHA-256 of rate and samples


def key_of(engine: SpeechEngine, language: str, text: str) -> str:
    """Return the name of the entry for this text by this engine as it is set now."""
    parts = (engine.name, engine.identity, language.lower(), as_spoken(text))
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Held:
    used_ns: int
    size: int
    path: Path


class PassageCache:
    """A folder of passages, `<root>/<first 2 digits>/<key>`; what was not used for longest goes first."""

    def __init__(self, root: Path, limit_bytes: int) -> None:
        self._root = root
        self._limit = limit_bytes
        self._stamp = 0
        self._lock = threading.Lock()

    def find(self, key: str) -> Passage | None:
        """Return what was kept under this key, or None; an entry that is damaged is removed."""
        path = self._path(key)
        try:
            passage = _read(path)
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            log.warning("a kept passage is damaged and will be spoken anew: %s", error)
            with suppress(OSError):
                path.unlink(missing_ok=True)
            return None
        with suppress(OSError):
            self._touch(path)
        return passage

    def keep(self, key: str, passage: Passage) -> None:
        """Keep a passage, at the cost of those that were not used for longest; a disk that is full is no failure."""
        if _HEAD.size + len(passage.samples) > self._limit:
            return
        path = self._path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, passage)
            self._touch(path)
            self._make_room()
        except OSError as error:
            log.warning("a passage could not be kept: %s", error)

    def _path(self, key: str) -> Path:
        return self._root / key[:2] / key

    def _touch(self, path: Path) -> None:
        """Mark as used now: later than all that this process used before, whatever the clock does."""
        with self._lock:
            self._stamp = max(time.time_ns(), self._stamp + 1)
            os.utime(path, ns=(self._stamp, self._stamp))

    def _make_room(self) -> None:
        with self._lock:
            held = sorted(self._held(), key=lambda one: one.used_ns)
            excess = sum(one.size for one in held) - self._limit
            for one in held:
                if excess <= 0:
                    break
                one.path.unlink(missing_ok=True)
                excess -= one.size

    def _held(self) -> list[_Held]:
        """Everything in the folder; also what a crash left half written, which goes when its turn comes."""
        found = []
        for path in self._root.glob("*/*"):
            with suppress(FileNotFoundError):  # another process removed it
                status = path.stat()
                found.append(_Held(status.st_mtime_ns, status.st_size, path))
        return found


def _read(path: Path) -> Passage:
    data = path.read_bytes()
    if len(data) <= _HEAD.size:
        raise ValueError(f"{path.name}: {len(data)} bytes")
    mark, rate, digest = _HEAD.unpack_from(data)
    samples = data[_HEAD.size :]
    if mark != _MARK or digest != _digest(rate, samples):
        raise ValueError(f"{path.name}: not what was written")
    return Passage(rate, samples)


def _write(path: Path, passage: Passage) -> None:
    """Write beside its place and rename, so that nobody ever reads half an entry."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as written:
        draft = Path(written.name)
        try:
            written.write(_HEAD.pack(_MARK, passage.rate, _digest(passage.rate, passage.samples)))
            written.write(passage.samples)
            written.flush()
            draft.replace(path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise


def _digest(rate: int, samples: bytes) -> bytes:
    return hashlib.sha256(struct.pack("<I", rate) + samples).digest()
