"""One sound from silence to silence: relay on, settle, items without a break, tail, relay off."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from audio.samples.clip_reader import RATE
from edge.adapters.reel import Reel, SpoiltClip
from edge.adapters.relay_guard import RelayGuard
from edge.core.effects import StartSound
from edge.core.events import Event, SoundFailed, SoundFinished, SoundProgress, SoundStarted, SoundStopped
from edge.core.ports import Output, RelayFailed, SoundBroke
from protocol.names import ClipHash, Reason

PROGRESS_S = 5.0
"""How often the position is told, so that little of it is lost by a crash."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What every performance of a unit needs. `settle_s` and `tail_s` are the relay's times around the sound."""

    output: Output
    relay: RelayGuard
    path_of: Callable[[ClipHash], Path]
    post: Callable[[Event], None]
    settle_s: float
    tail_s: float


class Performance:
    """Plays one order of the core and is the listener of its output. `halt` and `limited` are set by other threads."""

    def __init__(self, order: StartSound, stage: Stage, halt: threading.Event, limited: threading.Event) -> None:
        self._order, self._stage, self._halt, self._limited = order, stage, halt, limited
        self._reel = Reel(order.items, stage.path_of, order.volume)
        self._frames = self._told_frames = self._told_items = 0

    def play(self) -> Event:
        """Play to the end, or as far as it goes, and return how it ended; the relay is off by then.

        Raises:
            RelayFailed: the relay could not be switched off. The process must end: only the hardware can help now.
        """
        try:
            with self._reel:
                return self._with_relay()
        except SpoiltClip as error:
            return self._failed(Reason.UNREADABLE_CLIP, error.clip)

    def started(self, at: float) -> None:
        """The output says that the first sample left."""
        self._stage.post(SoundStarted(self._order.serial, at))

    def reached(self, frames: int) -> None:
        """The output says how far it came."""
        self._frames = frames
        items = self._reel.items_done(frames)
        if items > self._told_items or frames - self._told_frames >= PROGRESS_S * RATE:
            self._told_items, self._told_frames = items, frames
            self._stage.post(SoundProgress(self._order.serial, self._played_ms, items))

    def _with_relay(self) -> Event:
        order, stage = self._order, self._stage
        if self._halt.wait(max(0.0, order.at - stage.settle_s - time.monotonic())):
            return self._stopped()
        if time.monotonic() + stage.settle_s > order.latest:
            return self._failed(Reason.LATE)
        try:
            try:
                stage.relay.on(order.limit_s)
            except RelayFailed:
                return self._failed(Reason.RELAY_FAILED)
            return self._sound(max(order.at, time.monotonic() + stage.settle_s))
        finally:
            stage.relay.off()

    def _sound(self, start: float) -> Event:
        try:
            self._frames = self._stage.output.play(self._reel.blocks(), start, self._halt, self, self._order.broadcast)
        except SoundBroke as error:
            self._frames = max(self._frames, error.frames)
            return self._failed(Reason.SOUND_FAILED)
        if self._limited.is_set():
            return self._failed(Reason.RELAY_LIMIT)
        if self._halt.is_set():
            return self._stopped()
        self._halt.wait(self._stage.tail_s)
        return SoundFinished(self._order.serial, self._played_ms)

    @property
    def _played_ms(self) -> int:
        return self._frames * 1000 // RATE

    def _stopped(self) -> Event:
        return SoundStopped(self._order.serial, self._played_ms, self._reel.items_done(self._frames))

    def _failed(self, reason: Reason, clip: ClipHash | None = None) -> Event:
        done = self._reel.items_done(self._frames)
        return SoundFailed(self._order.serial, reason, self._played_ms, done, clip)
