"""What a child process writes is taken while it writes: decoded sound is too large to be laid on a disk first.

`audio.child` wants open files; the writing end of a pipe is one. It cannot block the child for ever: the other end is
read by a thread of its own until it is closed, also when what takes the sound has failed.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

_BLOCK = 1 << 18


class _Reader(threading.Thread):
    """Hands on what comes; keeps the error of who takes it, and then closes the pipe, which ends the child."""

    def __init__(self, descriptor: int, take: Callable[[bytes], None]) -> None:
        super().__init__(name="pouring", daemon=True)
        self.error: BaseException | None = None
        self._descriptor, self._take = descriptor, take

    def run(self) -> None:
        try:
            with os.fdopen(self._descriptor, "rb", buffering=0) as reading:
                while block := reading.read(_BLOCK):
                    self._take(block)
        except BaseException as error:  # noqa: BLE001 - raised again by who opened the pipe
            self.error = error


@contextmanager
def poured(take: Callable[[bytes], None]) -> Iterator[IO[bytes]]:
    """Lend a file whose bytes reach `take` in order, in blocks of any length, in another thread.

    When the block ends, everything that was written has been taken. An error of `take` is raised then, in place of the
    one that its closed pipe caused in the child.
    """
    reading, writing = os.pipe()
    reader = _Reader(reading, take)
    reader.start()
    try:
        with os.fdopen(writing, "wb", buffering=0) as file:
            yield file
    except BaseException:
        reader.join()
        if reader.error is not None:
            raise reader.error from None
        raise
    reader.join()
    if reader.error is not None:
        raise reader.error
