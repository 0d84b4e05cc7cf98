"""Messages and clips that a person carries to the unit: files in its inbox folder, or on a USB stick put into it.

So a unit without any network can be given a delegation, a programme and its clips. Nothing here is believed: a message
is posted like one that the broker brought, and a clip is kept only when a plan lacks it and its hash is right.

- `*.loalang`: an envelope (`protocol.envelope`). Posted once for each new (name, size, time of change), delegations
  first; after a delegation the other messages are posted once more, for they may have been refused for want of it.
- `<sha256>.opus`: a clip.

A file counts once it is the same in two looks, so that a half-copied one is left alone. Anything else (links, pipes,
folders, what is too large) is passed over, and every look does a bounded amount of work. It has a thread of its own:
a bad stick may hang for minutes.
"""

import logging
import os
import re
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

from edge.adapters.clip_folder import DiskFull, WrongClip
from edge.adapters.logbook import facts
from edge.core.events import Event, MessageArrived
from protocol.envelope import LARGEST, Refused, kind_of
from protocol.names import ClipHash, Kind

log = logging.getLogger("edge.stick")
LOOK_S = 10.0
MOST_FILES = 2000
MOST_MESSAGES = 16
MOST_CLIPS = 8
"""How many files of a folder are noticed, and how many messages and clips are read, in one look."""
LARGEST_CLIP = 64 * 1024 * 1024
WAIT_LOOKS = 30
"""A clip that could not be read or kept is tried again after so many looks."""
KINDS = (Kind.DELEGATION, Kind.PROGRAMME, Kind.ORDER)
"""What a person may carry, in the order in which it is to be read."""
_CLIP = re.compile(r"([0-9a-f]{64})\.opus")
_Mark = tuple[int, int]


class Clips(Protocol):
    """Where clips are taken in."""

    def lacks(self, clip: ClipHash) -> bool:
        """Whether a plan needs this clip and the disk has it not."""

    def take_in(self, clip: ClipHash, source: BinaryIO, size: int) -> None:
        """Keep it; raises DiskFull, WrongClip and OSError."""


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    mark: _Mark

    @property
    def size(self) -> int:
        return self.mark[0]


class Stick:
    """Looks into `folders` every LOOK_S seconds. One that is not there is no error: nothing is plugged in."""

    def __init__(self, folders: Sequence[Path], clips: Clips, post: Callable[[Event], None]) -> None:
        self._folders, self._clips, self._post = tuple(folders), clips, post
        self._last: dict[Path, _Mark] = {}
        self._done: dict[Path, _Mark] = {}
        self._wait: dict[Path, int] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="stick", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def close(self) -> None:
        """Look no more; nobody waits for a look in hand."""
        self._closing.set()

    def look(self) -> None:
        """Post what is new, and take in what is lacking."""
        files = [file for folder in self._folders for file in _files(folder)]
        now = {file.path: file.mark for file in files}
        steady = [file for file in files if self._last.get(file.path) == file.mark]
        self._last = now
        self._done = {path: mark for path, mark in self._done.items() if path in now}
        self._wait = {path: left - 1 for path, left in self._wait.items() if path in now and left > 1}
        fresh = [file for file in steady if self._done.get(file.path) != file.mark and file.path not in self._wait]
        self._take_messages([file for file in fresh if not _clip_of(file)])
        lacking = (file for file in fresh if (clip := _clip_of(file)) and self._clips.lacks(clip))
        for file in islice(lacking, MOST_CLIPS):
            self._take_clip(file)

    def _run(self) -> None:
        while not self._closing.wait(LOOK_S):
            self.look()

    def _take_messages(self, files: Sequence[_File]) -> None:
        read = [(file, self._read(file)) for file in files[:MOST_MESSAGES]]
        messages = [(kind, data) for _, (kind, data) in read if kind is not None]
        delegated = any(kind is Kind.DELEGATION for kind, _ in messages)
        if delegated:
            self._done = {path: mark for path, mark in self._done.items() if _CLIP.fullmatch(path.name)}
        self._done |= {file.path: file.mark for file, _ in read}
        for kind, data in sorted(messages, key=lambda message: KINDS.index(message[0])):
            log.info("message-from-a-stick", extra=facts(kind=kind, bytes=len(data)))
            self._post(MessageArrived(kind, data))

    def _read(self, file: _File) -> tuple[Kind | None, bytes]:
        try:
            with _opened(file) as stream:
                data = stream.read(LARGEST + 1)
            kind = kind_of(data)
        except (OSError, Refused) as error:
            log.warning("file-of-a-stick-not-read", extra=facts(name=file.path.name, why=error))
            return None, b""
        return (kind, data) if kind in KINDS else (None, b"")

    def _take_clip(self, file: _File) -> None:
        clip = _clip_of(file)
        if clip is None:
            return
        try:
            with _opened(file) as stream:
                self._clips.take_in(clip, stream, file.size)
        except WrongClip as error:
            self._done[file.path] = file.mark
            log.warning("clip-of-a-stick-is-wrong", extra=facts(why=error))
        except (OSError, DiskFull) as error:
            self._wait[file.path] = WAIT_LOOKS
            log.warning("clip-of-a-stick-not-kept", extra=facts(clip=clip[:12], why=error))
        else:
            log.info("clip-from-a-stick", extra=facts(clip=clip[:12]))


def _files(folder: Path) -> Iterator[_File]:
    """The files of a folder that could be meant for a unit, in the order of their names."""
    found: list[_File] = []
    with suppress(OSError), os.scandir(folder) as entries:
        found += filter(None, map(_meant, islice(entries, MOST_FILES)))
    return iter(sorted(found, key=lambda file: file.path))


def _meant(entry: os.DirEntry[str]) -> _File | None:
    limit = LARGEST if entry.name.endswith(".loalang") else LARGEST_CLIP if _CLIP.fullmatch(entry.name) else 0
    try:
        about = entry.stat(follow_symlinks=False)
    except OSError:
        return None
    meant = stat.S_ISREG(about.st_mode) and 0 < about.st_size <= limit
    return _File(Path(entry.path), (about.st_size, about.st_mtime_ns)) if meant else None


def _clip_of(file: _File) -> ClipHash | None:
    match = _CLIP.fullmatch(file.path.name)
    return None if match is None else ClipHash(match[1])


def _opened(file: _File) -> BinaryIO:
    """Open it if it is still the plain file that it was; raises OSError."""
    stream = os.fdopen(os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    about = os.fstat(stream.fileno())
    if not stat.S_ISREG(about.st_mode) or (about.st_size, about.st_mtime_ns) != file.mark:
        stream.close()
        raise OSError("it was exchanged")
    return stream
