"""A sound card for a machine without one: what would have been heard, when it would have been heard, as WAV files.

It keeps time as a card does: a block is taken when its turn to be heard has come, and counts as heard when it has
passed. One file for each sound, `<folder>/<yyyymmddThhmmss>-<label>.wav`, named in UTC by the second of its first
sample; the exact instant stands in the file's INFO list as ICRD. The sizes in the header are written after every
block, so that a file is whole up to its last block even when the process is killed.
"""

import struct
import threading
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from edge.core.ports import Halt, Listener, SoundBroke

RATE = 48_000
LARGEST_BLOCK = RATE


class WavSink:
    """The simulated output. `clock` and `wall` are for tests of its arithmetic; the defaults are the machine's."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], float] = time.monotonic,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._folder, self._clock, self._wall = folder, clock, wall
        self._busy = threading.Lock()

    def play(self, blocks: Iterable[bytes], start: float, halt: Halt, listener: Listener, label: str) -> int:
        """Write the blocks as their time comes; see `Output.play`."""
        if not self._busy.acquire(blocking=False):
            raise RuntimeError("a sound is being played")
        try:
            return self._play(blocks, start, halt, listener, label)
        finally:
            self._busy.release()

    def check(self) -> bool:
        """Whether the folder can be written."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Nothing is held between sounds."""

    def _play(self, blocks: Iterable[bytes], start: float, halt: Halt, listener: Listener, label: str) -> int:
        stream = iter(blocks)
        block = next(stream, None)
        if self._wait(start, halt) or block is None:
            return 0
        begun = max(self._clock(), start)
        frames = 0
        try:
            first_sample = self._wall() - timedelta(seconds=self._clock() - begun)
            with self._create(first_sample, label) as file:
                listener.started(begun)
                while block is not None:
                    check_block(block)
                    frames_after = frames + len(block) // 2
                    _append(file, block, frames_after)
                    block = next(stream, None)
                    if self._wait(begun + frames_after / RATE, halt):
                        heard = min(frames_after, round((self._clock() - begun) * RATE))
                        _append(file, b"", max(frames, heard))
                        return max(frames, heard)
                    frames = frames_after
                    listener.reached(frames)
        except OSError as error:
            raise SoundBroke(str(error), frames) from error
        return frames

    def _wait(self, until: float, halt: Halt) -> bool:
        """Wait until a monotonic second; return whether silence was asked for."""
        while (left := until - self._clock()) > 0:
            if halt.wait(left):
                return True
        return halt.is_set()

    def _create(self, first_sample: datetime, label: str) -> BinaryIO:
        self._folder.mkdir(parents=True, exist_ok=True)
        file = (self._folder / f"{first_sample:%Y%m%dT%H%M%S}-{label}.wav").open("wb", buffering=0)
        file.write(_header(first_sample))
        return file


def check_block(block: bytes) -> None:
    """Raise ValueError for a block that is not 1 to 48,000 whole frames."""
    if not block or len(block) % 2 or len(block) // 2 > LARGEST_BLOCK:
        raise ValueError(f"a block of {len(block)} bytes is not 1 to {LARGEST_BLOCK} frames of 16 bits")


_DATE_BYTES = 32
_HEADER_BYTES = 12 + 24 + 8 + 4 + 8 + _DATE_BYTES + 8


def _header(first_sample: datetime) -> bytes:
    date = first_sample.isoformat(timespec="microseconds").encode("ascii").ljust(_DATE_BYTES, b"\0")
    info = b"INFO" + b"ICRD" + struct.pack("<I", _DATE_BYTES) + date
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, RATE, RATE * 2, 2, 16)
    lists = b"LIST" + struct.pack("<I", len(info)) + info
    return b"RIFF" + struct.pack("<I", _HEADER_BYTES - 8) + b"WAVE" + fmt + lists + b"data" + struct.pack("<I", 0)


def _append(file: BinaryIO, block: bytes, frames: int) -> None:
    """Write a block, then the sizes that make it part of the file; the end is cut to `frames`."""
    file.write(block)
    size = frames * 2
    file.truncate(_HEADER_BYTES + size)
    file.seek(4)
    file.write(struct.pack("<I", _HEADER_BYTES - 8 + size))
    file.seek(_HEADER_BYTES - 4)
    file.write(struct.pack("<I", size))
    file.seek(0, 2)


def repair(folder: Path) -> int:
    """Make the header of every WAV file fit its length, after a power cut; return how many did not."""
    repaired = 0
    for path in folder.glob("*.wav"):
        with path.open("r+b", buffering=0) as file:
            frames = max(0, path.stat().st_size - _HEADER_BYTES) // 2
            file.seek(_HEADER_BYTES - 4)
            if file.read(4) != struct.pack("<I", frames * 2) and path.stat().st_size >= _HEADER_BYTES:
                _append(file, b"", frames)
                repaired += 1
    return repaired
