"""A sound card for tests of what stands above it: it plays in no time, or hangs, fails or halts when told to.

Strict as the port says: it refuses a wrong block and a second sound at a time.
"""

import threading
import time
from collections.abc import Iterable

from edge.core.ports import Halt, Listener, SoundBroke

LARGEST = 48_000


class FakeOutput:
    def __init__(self) -> None:
        self.played: list[tuple[str, bytes]] = []
        self.fail_after: int | None = None
        self.hang_after: int | None = None
        self.present = True
        self.playing = threading.Event()
        self.release = threading.Event()
        self._busy = threading.Lock()

    def play(self, blocks: Iterable[bytes], start: float, halt: Halt, listener: Listener, label: str) -> int:
        if not self._busy.acquire(blocking=False):
            raise RuntimeError("a sound is being played")
        try:
            if halt.wait(max(0.0, start - time.monotonic())):
                return 0
            return self._play(blocks, halt, listener, label)
        finally:
            self._busy.release()

    def check(self) -> bool:
        return self.present

    def close(self) -> None:
        self.release.set()

    def _play(self, blocks: Iterable[bytes], halt: Halt, listener: Listener, label: str) -> int:
        heard = b""
        for block in blocks:
            if not block or len(block) % 2 or len(block) // 2 > LARGEST:
                raise ValueError(f"a block of {len(block)} bytes")
            frames = len(heard) // 2
            if self.fail_after is not None and frames >= self.fail_after:
                raise SoundBroke("the card is gone", frames)
            if self.hang_after is not None and frames >= self.hang_after:
                self.playing.set()
                self.release.wait(timeout=30)
            if halt.is_set():
                break
            if not heard:
                listener.started(time.monotonic())
            heard += block
            self.playing.set()
            listener.reached(len(heard) // 2)
        self.played.append((label, heard))
        return len(heard) // 2
