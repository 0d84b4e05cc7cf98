"""The items of a broadcast as one stream of samples without a break, and how many of them were heard by a given frame.

Every clip is opened before the first block is asked for, so that an unreadable one is found while there is silence.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from audio.samples.clip_reader import RATE, ClipReader, UnreadableClip, silence
from audio.samples.loudness import gain
from protocol.messages import Item
from protocol.names import ClipHash


class SpoiltClip(Exception):
    """This clip cannot be read, although its hash was right when it was stored."""

    def __init__(self, clip: ClipHash, message: str) -> None:
        super().__init__(f"{clip[:12]}: {message}")
        self.clip = clip


class Reel:
    """Use it as a context: it holds the clips open. `volume` in percent."""

    def __init__(self, items: Sequence[Item], path_of: Callable[[ClipHash], Path], volume: int) -> None:
        self._items, self._path_of, self._volume = items, path_of, volume
        self._stack = ExitStack()
        self._readers: list[ClipReader] = []
        self._ends: list[int] = []

    def __enter__(self) -> "Reel":
        """Open every clip; raises SpoiltClip."""
        with ExitStack() as stack:
            for item in self._items:
                try:
                    self._readers.append(stack.enter_context(ClipReader(self._path_of(item.clip))))
                except UnreadableClip as error:
                    raise SpoiltClip(item.clip, str(error)) from error
            self._stack = stack.pop_all()
        begin = 0
        for item, reader in zip(self._items, self._readers, strict=True):
            self._ends.append(begin + reader.frames)
            begin += reader.frames + _gap_frames(item)
        return self

    def __exit__(self, *_: object) -> None:
        """Close every clip."""
        self._stack.close()

    def blocks(self) -> Iterator[bytes]:
        """The samples of all items with the gaps between them, at the volume; raises SpoiltClip."""
        for index, (item, reader) in enumerate(zip(self._items, self._readers, strict=True)):
            try:
                for block in reader.blocks():
                    yield gain(block, self._volume)
            except UnreadableClip as error:
                raise SpoiltClip(item.clip, str(error)) from error
            if index + 1 < len(self._items):
                yield from silence(_gap_frames(item))

    def items_done(self, frames: int) -> int:
        """How many items were wholly heard when `frames` were."""
        return sum(1 for end in self._ends if end <= frames)


def _gap_frames(item: Item) -> int:
    return item.gap_ms * RATE // 1000
