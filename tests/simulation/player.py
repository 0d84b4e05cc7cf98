"""The player of one simulated unit, by true time: relay, settle, items without a break, tail; and what breaks it.

It keeps the contract of `edge.adapters.performance`: every sound is answered with exactly one end, after the relay is
off; and what truly left the loudspeaker is written down here, for the promises to be judged by.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from edge.core.effects import StartSound
from edge.core.events import (
    Event,
    RelayChanged,
    SoundFailed,
    SoundFinished,
    SoundProgress,
    SoundStarted,
    SoundStopped,
)
from protocol.names import BroadcastId, ClipHash, Reason
from tests.simulation.agenda import Agenda, Entry
from tests.simulation.disk import Disk
from tests.simulation.machine_clock import MachineClock

PROGRESS_S = 40.0
TAIL_S = 0.3
SLOWEST_STOP_S = 0.1


@dataclass
class Sound:
    """One sound as it truly was. `first_item` is the index of its first item in the broadcast, where that is known."""

    order: StartSound
    process: int
    called: float
    heard_s: float = 0.0
    began: float | None = None
    ended: float | None = None
    end: str = ""
    running_since: float | None = None
    stop_asked: bool = False
    told_items: int = 0
    ends_s: tuple[float, ...] = ()
    clock_bound_s: float | None = None
    """How far the unit's clock could be off when it began; None when nothing was promised of it."""

    @property
    def broadcast(self) -> BroadcastId:
        return self.order.broadcast

    @property
    def length_s(self) -> float:
        return self.ends_s[-1]

    def position(self, at: float) -> float:
        running = 0.0 if self.running_since is None else at - self.running_since
        return min(self.heard_s + running, self.length_s)

    def items_done(self, at: float) -> int:
        position = self.position(at) + 1e-6
        return sum(1 for end in self.ends_s if end <= position)


@dataclass
class Audience:
    """Who is told what truly sounds."""

    began: Callable[[Sound], None]
    ended: Callable[[Sound], None]


@dataclass
class Player:
    agenda: Agenda
    clock: MachineClock
    settle_s: float
    random: Random
    post: Callable[[Event], None]
    audience: Audience
    disk: Disk = field(default_factory=lambda: Disk(""))
    card_ok: bool = True
    relay_ok: bool = True
    relay: bool = False
    sound: Sound | None = None
    frozen: bool = False
    _next: Entry | None = None
    _resume: Callable[[], None] | None = field(default=None, repr=False)

    def start_sound(self, order: StartSound, process: int) -> None:
        assert self.sound is None, "the player was asked to play while it plays"
        ends, position = [], 0.0
        for item in order.items:
            ends.append(position + item.duration_ms / 1000)
            position = ends[-1] + item.gap_ms / 1000
        self.sound = Sound(order, process, self.agenda.now, ends_s=tuple(ends))
        self._plan(self.clock.true_of(order.at) - self.settle_s, self._close_relay)

    def stop_sound(self, serial: int) -> None:
        sound = self.sound
        if sound is None or sound.order.serial != serial or sound.stop_asked:
            return
        sound.stop_asked = True
        self.agenda.after(self.random.uniform(0.001, SLOWEST_STOP_S), lambda: self._stop(sound))

    def freeze(self) -> None:
        """The whole process stands still: no sample leaves."""
        self.frozen = True
        self._call_off()
        if self.sound is not None and self.sound.running_since is not None:
            self.sound.heard_s = self.sound.position(self.agenda.now)
            self.sound.running_since = None

    def thaw(self) -> None:
        self.frozen = False
        sound = self.sound
        if sound is None:
            return
        if sound.began is not None:
            sound.running_since = self.agenda.now
        if sound.stop_asked:
            self._stop(sound)
        elif sound.began is not None:
            self._plan_milestone(sound)
        elif self.relay:
            self._plan(self.clock.true_of(sound.order.at), self._begin)
        else:
            self._plan(self.clock.true_of(sound.order.at) - self.settle_s, self._close_relay)

    def kill(self) -> None:
        """The process, or the machine, is dead: silence."""
        self._call_off()
        self.frozen = self.relay = False
        if self.sound is not None:
            self._end(self.sound, "killed")

    def break_card(self) -> None:
        self.card_ok = False
        sound = self.sound
        if sound is not None and sound.began is not None and not self.frozen:
            self._fail(sound, Reason.SOUND_FAILED)

    # ---- the course of one sound

    def _plan(self, when: float, act: Callable[[], None]) -> None:
        self._next = self.agenda.at(when, act)

    def _call_off(self) -> None:
        if self._next is not None:
            self._next.call_off()

    def _close_relay(self) -> None:
        sound = self.sound
        assert sound is not None
        if self.clock.mono(self.agenda.now) + self.settle_s > sound.order.latest + 1e-6:
            self._fail(sound, Reason.LATE)
        elif (spoilt := self._spoilt(sound)) is not None:
            self._fail(sound, Reason.UNREADABLE_CLIP, spoilt)
        elif not self.relay_ok:
            self._fail(sound, Reason.RELAY_FAILED)
        else:
            begin = max(self.clock.true_of(sound.order.at), self.agenda.now + self.settle_s)
            self._plan(begin, self._begin)
            self._switch(on=True)

    def _begin(self) -> None:
        sound = self.sound
        assert sound is not None
        if self.clock.mono(self.agenda.now) > sound.order.latest + 1e-3:
            self._fail(sound, Reason.LATE)
            return
        if not self.card_ok:
            self._fail(sound, Reason.SOUND_FAILED)
            return
        sound.began = sound.running_since = self.agenda.now
        self.audience.began(sound)
        self._plan_milestone(sound)
        self.post(SoundStarted(sound.order.serial, self.clock.mono(self.agenda.now)))

    def _plan_milestone(self, sound: Sound) -> None:
        position = sound.position(self.agenda.now)
        ahead = [end for end in sound.ends_s if end > position + 1e-6]
        if not ahead:
            self._plan(self.agenda.now + TAIL_S, self._finish)
        else:
            self._plan(self.agenda.now + min(ahead[0] - position, PROGRESS_S), self._milestone)

    def _milestone(self) -> None:
        sound = self.sound
        assert sound is not None
        done = sound.items_done(self.agenda.now)
        self._plan_milestone(sound)
        if done < len(sound.ends_s):
            self.post(SoundProgress(sound.order.serial, self._played_ms(sound), done))

    def _finish(self) -> None:
        sound = self.sound
        assert sound is not None
        self._end(sound, "finished")
        self.post(SoundFinished(sound.order.serial, self._played_ms(sound)))

    def _stop(self, sound: Sound) -> None:
        if self.sound is not sound or self.frozen:
            return
        done = sound.items_done(self.agenda.now)
        self._call_off()
        self._end(sound, "stopped")
        self.post(SoundStopped(sound.order.serial, self._played_ms(sound), done))

    def _fail(self, sound: Sound, reason: Reason, clip: ClipHash | None = None) -> None:
        done = sound.items_done(self.agenda.now)
        self._call_off()
        self._end(sound, reason)
        self.post(SoundFailed(sound.order.serial, reason, self._played_ms(sound), done, clip))

    def _end(self, sound: Sound, how: str) -> None:
        sound.heard_s = sound.position(self.agenda.now)
        sound.running_since, sound.ended, sound.end = None, self.agenda.now, how
        self.sound = None
        if self.relay:
            self._switch(on=False)
        self.audience.ended(sound)

    def _switch(self, *, on: bool) -> None:
        self.relay = on
        self.post(RelayChanged(on))

    def _played_ms(self, sound: Sound) -> int:
        return int(sound.position(self.agenda.now) * 1000 + 1e-3)

    def _spoilt(self, sound: Sound) -> ClipHash | None:
        missing = (item.clip for item in sound.order.items if item.clip in self.disk.spoilt)
        return next(missing, None)
