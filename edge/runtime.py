"""The thin loop: one event in, one decision, its effects out. One thread decides; the others only post events.

What a decision makes durable is committed before any other of its effects is carried out, so "seen" and "started" are
on the disk before the relay closes (`edge.core.deciding`). Only silence waits for nothing, not even for the disk.
"""

import logging
import queue
import time
from dataclasses import dataclass
from typing import Protocol

from edge.adapters.clip_supply import ClipSupply
from edge.adapters.logbook import facts
from edge.adapters.machine import Machine
from edge.adapters.memory import DiskMemory
from edge.adapters.mqtt import Link
from edge.adapters.notify import Notifier
from edge.adapters.player import Player
from edge.core.deciding import Deciding
from edge.core.effects import (
    AskClock,
    DiscardClip,
    DropReceipts,
    Effect,
    FetchClip,
    Journal,
    KeepOnly,
    Log,
    PublishHeld,
    PublishState,
    Remember,
    SendArchived,
    SendReceipts,
    StartSound,
    StopSound,
    StoreClip,
    WakeAt,
)
from edge.core.events import ClockChanged, Event, Leaving, MessageArrived, SoundEvent, Woke
from edge.core.instant import Instant
from edge.core.receipts import BATCH
from edge.core.setting import Setting
from protocol.envelope import seal
from protocol.keys import SigningKey
from protocol.messages import ClockQuestion, Receipt, ReceiptBatch
from protocol.topics import Leaf

log = logging.getLogger("edge")
LOOK_S = 1.0
"""How often the clock is looked at while nothing happens."""
JUMP_S = 0.02
"""A wall clock that has moved by more against the monotonic one since the last decision has jumped."""
LEAVE_S = 3.0
"""How long the end of the process waits for the player's last word."""
STUCK_S = 10.0
"""A player that says nothing of a sound so long after its instant hangs, in the card or on the disk."""
FLOOD = 1000
"""Messages beyond so many undecided events are dropped: the desk repeats, and memory is finite."""


class PlayerStuck(Exception):
    """The player does not answer: the process must end, because nothing would ever sound again."""


class Clock(Protocol):
    """Reads this moment."""

    def now(self) -> Instant:
        """This moment."""


class Inbox:
    """Where every thread puts what happened. A flood of messages is cut off; nothing else ever is."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()

    def post(self, event: Event) -> None:
        """Hand an event to the deciding thread."""
        if isinstance(event, MessageArrived) and self._queue.qsize() > FLOOD:
            return
        self._queue.put(event)

    def take(self, timeout_s: float) -> Event | None:
        """The next event, None when there is none in time."""
        try:
            return self._queue.get(timeout=max(0.0, timeout_s))
        except queue.Empty:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The adapters of a unit, chosen in `edge.__main__`."""

    clock: Clock
    memory: DiskMemory
    supply: ClipSupply
    player: Player
    link: Link
    machine: Machine
    notifier: Notifier
    key: SigningKey


class Runtime:
    """Runs one unit until `leave` is called."""

    def __init__(self, setting: Setting, parts: Parts, inbox: Inbox) -> None:
        self._parts, self._inbox = parts, inbox
        self._deciding = Deciding(setting, parts.memory, parts.player.stop_sound)
        self._wake_at = 0.0
        self._retried = 0.0
        self._seen: Instant | None = None
        self._leave_by: float | None = None
        self._player_by: float | None = None

    def run(self) -> None:
        """Decide, event by event, until the process is to end and the player has fallen silent.

        Raises:
            PlayerStuck: the player does not answer.
        """
        now = self._seen = self._parts.clock.now()
        self._carry_out_all(self._deciding.begin(now))
        self._parts.notifier.ready()
        while not self._has_left():
            event = self._next()
            self._require_player(event)
            self._parts.notifier.alive()
            if isinstance(event, Leaving):
                self._leave_by = time.monotonic() + LEAVE_S
                self._parts.notifier.stopping()
            if event is not None:
                self._decide(event)
            self._retry_memory()

    def _require_player(self, event: Event | None) -> None:
        """Any word about a sound shows that the player lives; from then on the relay's guard watches it."""
        if isinstance(event, SoundEvent):
            self._player_by = None
        if self._player_by is not None and time.monotonic() > self._player_by:
            raise PlayerStuck

    def _has_left(self) -> bool:
        return self._leave_by is not None and (self._deciding.state.active is None or time.monotonic() > self._leave_by)

    def _next(self) -> Event | None:
        """What happened next: an event, a wake that is due, a clock that jumped; None when nothing did for a while."""
        event = self._inbox.take(min(self._wake_at - time.monotonic(), LOOK_S))
        if event is not None:
            return event
        now = self._parts.clock.now()
        if self._seen is not None and _jumped(self._seen, now):
            return ClockChanged()
        return Woke() if now.mono >= self._wake_at else None

    def _decide(self, event: Event) -> None:
        now = self._seen = self._parts.clock.now()
        self._carry_out_all(self._deciding.take(event, now))

    def _retry_memory(self) -> None:
        retry_at = self._deciding.retry_at(self._retried)
        if retry_at is not None and time.monotonic() >= retry_at:
            self._retried = time.monotonic()
            self._carry_out_all(self._deciding.retry(self._parts.clock.now()))

    def _carry_out_all(self, effects: list[Effect]) -> None:
        for effect in effects:
            self._carry_out(effect)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case StopSound(serial, at_once=False):
                self._parts.player.stop_sound(serial)
            case Remember() | Journal() | DropReceipts() | StopSound():
                pass
            case StartSound():
                self._player_by = max(effect.at, time.monotonic()) + STUCK_S
                self._parts.player.start_sound(effect)
            case WakeAt(mono):
                self._wake_at = mono
            case Log(what, fields, warning):
                log.log(logging.WARNING if warning else logging.INFO, what, extra=facts(**fields))
            case PublishState() | SendReceipts() | SendArchived() | PublishHeld() | AskClock():
                self._publish(effect)
            case _:
                self._carry_clips(effect)

    def _publish(self, effect: PublishState | SendReceipts | SendArchived | PublishHeld | AskClock) -> None:
        publish, key, setting = self._parts.link.publish, self._parts.key, self._deciding.state.setting
        match effect:
            case PublishState(state):
                publish(Leaf.STATE, seal(self._parts.machine.describe(state), key))
            case SendReceipts(receipts):
                self._send_receipts(receipts)
            case SendArchived(after, through):
                archived = self._parts.memory.archived(after, through)
                for start in range(0, len(archived), BATCH):
                    self._send_receipts(archived[start : start + BATCH])
            case PublishHeld(data):
                publish(Leaf.HELD, data)
            case AskClock(nonce):
                question = ClockQuestion(commune=setting.commune, unit=setting.unit, nonce=nonce)
                publish(Leaf.CLOCK_QUESTION, seal(question, key))

    def _carry_clips(self, effect: FetchClip | StoreClip | DiscardClip | KeepOnly) -> None:
        match effect:
            case FetchClip():
                self._parts.supply.want(effect)
            case StoreClip(clip, data):
                self._parts.supply.store(clip, data)
            case DiscardClip(clip):
                self._parts.supply.discard(clip)
            case KeepOnly(clips):
                self._parts.supply.keep_only(clips)

    def _send_receipts(self, receipts: tuple[Receipt, ...]) -> None:
        state = self._deciding.state
        batch = ReceiptBatch(
            commune=state.setting.commune,
            unit=state.setting.unit,
            journal=state.journal,
            receipts=receipts,
            acknowledged=state.acknowledged,
        )
        self._parts.link.publish(Leaf.RECEIPT, seal(batch, self._parts.key))


def _jumped(before: Instant, now: Instant) -> bool:
    moved = (now.wall - before.wall).total_seconds() - (now.mono - before.mono)
    return abs(moved) > JUMP_S or now.trust is not before.trust
