"""Reads a stored clip block by block, in memory that does not grow with its length."""

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from audio.samples.libsndfile import OGG_OPUS, SoundFile

RATE = 48_000
"""Frames a second, of every clip and every sound card."""
FRAME_BYTES = 2
"""One mono 16-bit sample."""
BLOCK_MS = 20
"""One Opus packet: the natural step."""


class UnreadableClip(Exception):
    """The file is no clip: not Ogg Opus, not mono, or damaged. Its hash was right, so our own studio made it wrong."""


class ClipReader:
    """An open clip. Its first frame is the first that was encoded: the codec's pre-skip is already taken away."""

    def __init__(self, path: Path) -> None:
        """Open the clip; raises UnreadableClip."""
        try:
            self._file = SoundFile(path)
        except OSError as error:
            raise UnreadableClip(str(error)) from error
        shape = (self._file.format, self._file.channels, self._file.rate)
        if shape != (OGG_OPUS, 1, RATE):
            self._file.close()
            raise UnreadableClip(f"{path}: format {shape[0]:#x}, {shape[1]} channels, {shape[2]} Hz")

    @property
    def frames(self) -> int:
        """How many frames the whole clip has."""
        return self._file.frames

    @property
    def duration_ms(self) -> int:
        """Milliseconds, rounded up; equals `Clip.duration_ms`."""
        return -(-self.frames * 1000 // RATE)

    def blocks(self, start_frame: int = 0, block_ms: int = BLOCK_MS) -> Iterator[bytes]:
        """Signed 16-bit samples from `start_frame` to the end; the last block may be shorter.

        Raises:
            UnreadableClip: the clip ended before its declared last frame, or there is no such frame.
        """
        block_frames = RATE * block_ms // 1000
        left = self.frames - start_frame
        try:
            self._file.seek(start_frame)
            while left > 0:
                block = self._file.read(min(block_frames, left))
                if not block:
                    raise UnreadableClip(f"{left} of {self.frames} frames are missing")
                left -= len(block) // FRAME_BYTES
                yield block
        except OSError as error:
            raise UnreadableClip(str(error)) from error

    def close(self) -> None:
        """Close the file; may be repeated."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def samples(path: Path, start_frame: int = 0, block_ms: int = BLOCK_MS) -> Iterator[bytes]:
    """The blocks of a clip; the file is closed when they are used up or dropped. Raises UnreadableClip."""
    with ClipReader(path) as reader:
        yield from reader.blocks(start_frame, block_ms)


def silence(frames: int, block_ms: int = BLOCK_MS) -> Iterator[bytes]:
    """Exactly so many frames of silence, for settling, gaps and tails."""
    step = RATE * block_ms // 1000
    block = bytes(step * FRAME_BYTES)
    for _ in range(frames // step):
        yield block
    if frames % step:
        yield block[: frames % step * FRAME_BYTES]
