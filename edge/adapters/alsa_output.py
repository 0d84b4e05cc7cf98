"""The sound card, through ALSA by pyalsaaudio.

The handle is opened once and kept. A sound begins with silence that runs through the card while the amplifier settles;
from the card's own count (frames queued and not yet heard) follows where in that silence the planned instant lies, and
there the first sample is put. So the start does not depend on how long the card takes to wake, and the instant that is
reported is the card's.

A device that swallows frames at once, as ALSA's file and null plugins do, is paced by the monotonic clock instead.
"""

import threading
import time
from collections.abc import Iterable
from typing import Any

from edge.adapters.wav_sink import check_block
from edge.core.ports import Halt, Listener, SoundBroke

RATE = 48_000
PERIOD = 480
"""Frames in one step of silence and between two interrupts of the card: 10 ms."""
PERIODS = 8
"""The card's buffer in periods: 80 ms, all of which may still sound after the last write."""
WARM_S = 0.4
"""Seconds before the planned instant at which silence begins to run."""
_SILENCE = bytes(2 * PERIOD)
_ENODEV = -19
_EPIPE = -32
"""What a write returns after the queue ran empty; pyalsaaudio has prepared the card again by then."""
UNDERRUNS_IN_A_ROW = 5
"""A card that runs empty so often without taking a frame is broken."""


class AlsaOutput:
    """One ALSA device. `alsa` is the module alsaaudio (at least 0.10, for its time stamps), imported by __main__."""

    def __init__(self, alsa: Any, device: str) -> None:  # noqa: ANN401 - an untyped module
        self._alsa, self._device = alsa, device
        self._pcm: Any = None
        self._buffer = PERIOD * PERIODS
        self._busy = threading.Lock()
        self.underruns = 0

    def play(self, blocks: Iterable[bytes], start: float, halt: Halt, listener: Listener, label: str) -> int:  # noqa: ARG002
        """Play the blocks on the card; see `Output.play`."""
        if not self._busy.acquire(blocking=False):
            raise RuntimeError("a sound is being played")
        run = _Run(listener)
        try:
            if halt.wait(max(0.0, start - WARM_S - time.monotonic())):
                return 0
            self._open()
            if self._run_silence_until(start, halt):
                self._stream(blocks, halt, run)
        except self._alsa.ALSAAudioError as error:
            self._drop_handle()
            raise SoundBroke(str(error), run.heard) from error
        finally:
            self._silence_now()
            self._busy.release()
        return run.heard

    def check(self) -> bool:
        """Whether the card is there: it can be opened, or is open and not disconnected."""
        try:
            self._open()
            self._queued()
        except self._alsa.ALSAAudioError:
            self._drop_handle()
            return False
        return True

    def close(self) -> None:
        """Let go of the card."""
        self._drop_handle()

    def _open(self) -> None:
        if self._pcm is not None:
            return
        alsa = self._alsa
        self._pcm = alsa.PCM(
            type=alsa.PCM_PLAYBACK,
            mode=alsa.PCM_NORMAL,
            rate=RATE,
            channels=1,
            format=alsa.PCM_FORMAT_S16_LE,
            periodsize=PERIOD,
            periods=PERIODS,
            device=self._device,
        )
        info = self._pcm.info()
        self._buffer = info["buffer_size"]
        if (info["rate"], info["channels"]) != (RATE, 1):
            raise alsa.ALSAAudioError(f"the card gives {info['rate']} Hz and {info['channels']} channels")

    def _run_silence_until(self, start: float, halt: Halt) -> bool:
        """Run silence so that the next frame written is heard at `start`; False when silence is wanted for good."""
        while (frames := round((start - self._next_heard_at()) * RATE)) > 0:
            if halt.is_set():
                return False
            self._write(_SILENCE[: 2 * min(frames, PERIOD)])
            if self._queued() == 0 and halt.wait(min(frames, PERIOD) / RATE):
                return False
        return not halt.is_set()

    def _stream(self, blocks: Iterable[bytes], halt: Halt, run: "_Run") -> None:
        run.first_at = self._next_heard_at()
        for block in blocks:
            check_block(block)
            for begin in range(0, len(block), 2 * PERIOD):
                if halt.is_set():
                    return
                run.written += self._write(block[begin : begin + 2 * PERIOD])
                queued = self._queued()
                if queued == 0 and halt.wait(max(0.0, run.ends_at - time.monotonic())):
                    return
                run.tell(queued)
        while (queued := self._queued()) > 0 and not halt.wait(queued / RATE):
            run.tell(queued)
        if not halt.is_set():
            run.tell(0)

    def _write(self, data: bytes) -> int:
        """Write a whole slice, blocking as the card takes it; return its frames."""
        total, failures = len(data) // 2, 0
        while data:
            done = self._pcm.write(data)
            if done == _EPIPE and failures < UNDERRUNS_IN_A_ROW:
                self.underruns += 1
                failures += 1
            elif done < 0:
                raise self._alsa.ALSAAudioError(f"write: {done}")
            else:
                data = data[2 * done :]
        return total

    def _queued(self) -> int:
        """Frames that were written and not heard; 0 when the card ran empty or was not started."""
        available = self._pcm.avail()
        if available == _ENODEV or self._pcm.state() == self._alsa.PCM_STATE_DISCONNECTED:
            raise self._alsa.ALSAAudioError("the card is gone")
        return max(0, self._buffer - available) if available >= 0 else 0

    def _next_heard_at(self) -> float:
        """The monotonic second at which a frame written now would be heard."""
        return time.monotonic() + self._queued() / RATE

    def _silence_now(self) -> None:
        if self._pcm is None:
            return
        try:
            self._pcm.drop()
        except self._alsa.ALSAAudioError:
            self._drop_handle()

    def _drop_handle(self) -> None:
        if self._pcm is not None:
            self._pcm.close()
            self._pcm = None


class _Run:
    """How far one sound came, by the card's count."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._begun = False
        self.first_at = 0.0
        self.written = 0
        self.heard = 0

    @property
    def ends_at(self) -> float:
        """When all that was written has been heard, by the monotonic clock."""
        return self.first_at + self.written / RATE

    def tell(self, queued: int) -> None:
        """Tell the listener what was heard, by what still waits in the card."""
        heard = self.written - queued
        if heard <= self.heard:
            return
        if not self._begun:
            self._begun = True
            self._listener.started(self.first_at)
        self.heard = heard
        self._listener.reached(heard)
