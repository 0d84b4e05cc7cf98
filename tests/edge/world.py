"""A unit's core in a world that a test controls: its disk, its player, its clock, and the messages of its desk.

The world keeps the runtime's rules: what is durable is written before anything else is done, wakes come when they are
due, and a crash may fall between the two. It records what was heard, so that a test can ask what the village heard.

`wall` and `trust` are what the machine's clock and kernel say; what the unit believes is `believed`. The controller's
own clock is right: it runs with `mono` from DAWN, whatever becomes of the machine's.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from edge.core import timekeeper
from edge.core.deciding import RETRY_S, Deciding, MemoryReturned, MemoryTrouble
from edge.core.effects import (
    AskClock,
    DropReceipts,
    Durable,
    Effect,
    FetchClip,
    Journal,
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
from edge.core.events import (
    ClipStored,
    ClockChanged,
    Event,
    LinkDown,
    LinkUp,
    MessageArrived,
    SoundFailed,
    SoundFinished,
    SoundProgress,
    SoundStarted,
    SoundStopped,
    Woke,
)
from edge.core.instant import Instant
from edge.core.memory import ABSENT, Memory, Progress, Shelf, decode
from edge.core.playback import Phase
from edge.core.setting import Setting
from edge.core.state import State
from protocol.envelope import seal
from protocol.keys import SigningKey, VerifyKey
from protocol.messages import (
    Cancel,
    ClockAnswer,
    Order,
    PlannedBroadcast,
    Play,
    Programme,
    Receipt,
    ReceiptAck,
    Stop,
)
from protocol.names import (
    BroadcastId,
    ClipHash,
    ClockTrust,
    DiskHealth,
    Kind,
    OrderId,
    Reason,
    Role,
)
from schedules.vocabulary import BroadcastClass
from tests.edge.said import (
    COMMUNE,
    DAWN,
    EMERGENCY,
    ROOT,
    SCHEDULE,
    STRANGER,
    UNIT,
    broadcast,
    clip_hash,
    delegation,
)

SETTLE_S = 1.0
AHEAD_S = SETTLE_S + 0.5
__all__ = [
    "AHEAD_S",
    "COMMUNE",
    "DAWN",
    "EMERGENCY",
    "ROOT",
    "SCHEDULE",
    "SETTLE_S",
    "STRANGER",
    "UNIT",
    "Crashed",
    "World",
    "broadcast",
    "clip_hash",
    "delegation",
]


class Crashed(Exception):
    """The process died after what is durable was written and before anything else was done."""


@dataclass
class Sound:
    """What the player has in hand."""

    order: StartSound
    begun: bool = False
    stopped: bool = False
    items_done: int = 0


@dataclass
class World:
    trust: ClockTrust = ClockTrust.TRUSTED
    link: bool = False
    wall: datetime = DAWN
    mono: float = 1000.0
    version: int = 0
    orders: int = 0
    epoch: int = 1
    boots: int = 0
    machine_boot: str = "power-on-1"
    installed: bytes | None = field(default_factory=delegation)
    heartbeat_s: float = 30.0
    nonces: int = 0
    questions: list[str] = field(default_factory=list)
    disk: DiskHealth = DiskHealth.OK
    unreadable: bool = False
    returned: bool = False
    shelves: dict[Shelf, dict[str, bytes]] = field(default_factory=lambda: {shelf: {} for shelf in Shelf})
    journal: list[Receipt] = field(default_factory=list)
    held: list[Receipt] = field(default_factory=list)
    acknowledged: int = 0
    shown: list[bytes] = field(default_factory=list)
    again: list[Receipt] = field(default_factory=list)
    sound: Sound | None = None
    wake_at: float | None = None
    sent: list[Receipt] = field(default_factory=list)
    reports: list[PublishState] = field(default_factory=list)
    fetches: list[FetchClip] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    heard: list[tuple[BroadcastId, int]] = field(default_factory=list)
    watchers: list[Callable[[Effect], None]] = field(default_factory=list)
    crash_next: bool = False

    def __post_init__(self) -> None:
        self.boot()

    # ---- time and process

    @property
    def now(self) -> Instant:
        """What the machine's clocks say."""
        self.nonces += 1
        return Instant(self.wall, self.mono, self.trust, nonce=self.nonces.to_bytes(16))

    @property
    def believed(self) -> Instant:
        """The moment by the clock that the unit believes."""
        state = self.state
        return timekeeper.believe(state.anchors, self.now, state.newest.signed).instant

    @property
    def true_wall(self) -> datetime:
        """What a right clock shows, and the controller's."""
        return DAWN + timedelta(seconds=self.mono - 1000.0)

    @property
    def state(self) -> State:
        return self.deciding.state

    @state.setter
    def state(self, state: State) -> None:
        self.deciding.state = state

    def boot(self) -> None:
        """Begin a process with what the disk holds."""
        self.setting = Setting(
            commune=COMMUNE,
            unit=UNIT,
            root=VerifyKey(Role.ROOT, ROOT.public),
            delegation=self.installed,
            machine_boot=self.machine_boot,
            boot=f"boot-{self.boots}",
            software="test",
            settle_s=SETTLE_S,
            tail_s=0.3,
            heartbeat_s=self.heartbeat_s,
        )
        self.sound, self.wake_at, self.fetches, self.questions = None, None, [], []
        self.boots += 1
        self.deciding = Deciding(self.setting, self, self._silence)
        self._done(self.deciding.begin(self.now))
        if self.link:
            self.take(LinkUp())

    def take(self, event: Event) -> list[Effect]:
        """One step: decide, write, carry out; with `crash_next`, die between writing and carrying out."""
        return self._done(self.deciding.take(event, self.now))

    def _done(self, effects: list[Effect]) -> list[Effect]:
        if self.crash_next:
            self.crash_next = False
            raise Crashed
        for effect in effects:
            self._carry_out(effect)
        self.effects += effects
        return effects

    # ---- the disk, as `edge.core.deciding` asks for it

    def load(self) -> Memory:
        if self.unreadable:
            return Memory(journal=ABSENT, disk=self.disk)
        shelves = {shelf: dict(records) for shelf, records in self.shelves.items()}
        last = self.journal[-1].number if self.journal else 0
        return Memory(
            journal="j-1",
            shelves=shelves,
            receipts=tuple(self.held),
            last_number=last,
            acknowledged=self.acknowledged,
        )

    def commit(self, effects: Iterable[Durable]) -> None:
        if self.disk is not DiskHealth.OK:
            raise MemoryTrouble(self.disk)
        if self.unreadable:
            self.unreadable = False
            raise MemoryReturned
        for effect in effects:
            self._write(effect)

    def fail_disk(self, disk: DiskHealth = DiskHealth.FULL) -> None:
        """From now on nothing can be written."""
        self.disk = disk

    def mend_disk(self) -> None:
        """The disk works again, and the unit tries it."""
        self.disk = DiskHealth.OK
        self.retry_disk()

    def retry_disk(self) -> list[Effect]:
        self.pass_s(RETRY_S)
        return self._done(self.deciding.retry(self.now))

    def take_all(self, act: Callable[[], object]) -> list[Effect]:
        """The effects of everything that happens in `act`."""
        mark = len(self.effects)
        act()
        return self.effects[mark:]

    def pass_s(self, seconds: float) -> None:
        """Let time pass, waking the core whenever it asked to be."""
        until = self.mono + seconds
        while self.wake_at is not None and self.wake_at <= until:
            self._move(max(self.wake_at, self.mono + 0.001))
            self.take(Woke())
        self._move(max(until, self.mono))

    def _move(self, mono: float) -> None:
        self.wall += timedelta(seconds=mono - self.mono)
        self.mono = mono

    def _write(self, effect: Effect) -> None:
        match effect:
            case Remember(shelf, key, None):
                self.shelves[shelf].pop(key, None)
            case Remember(shelf, key, value):
                self.shelves[shelf][key] = value
            case Journal(receipt):
                assert receipt.number == (self.journal[-1].number + 1 if self.journal else 1)
                self.journal.append(receipt)
                self.held.append(receipt)
            case DropReceipts(through):
                self.acknowledged = max(self.acknowledged, through)
                self.held = [receipt for receipt in self.held if receipt.number > through]

    def _carry_out(self, effect: Effect) -> None:  # noqa: C901 - one line for each effect
        for watcher in self.watchers:
            watcher(effect)
        match effect:
            case StartSound():
                assert self.sound is None, "a sound was started while the player was busy"
                on_disk = self.remembered(effect.broadcast).phase is Phase.CALLED
                assert on_disk or self.state.disk is not DiskHealth.OK, "not on the disk before the relay closes"
                self.sound = Sound(effect)
            case StopSound(serial, at_once):
                assert self.sound is not None
                assert self.sound.stopped or not at_once, "silence waited for something"
                self._silence(serial)
            case WakeAt(mono):
                assert mono > self.mono, "a wake in the past would keep the unit busy for ever"
                self.wake_at = mono
            case FetchClip():
                self.fetches.append(effect)
            case StoreClip(clip, _):
                self.take(ClipStored(clip))
            case SendReceipts(receipts):
                assert self.link
                self.sent += receipts
            case SendArchived(after, through):
                assert self.link
                self.again += [receipt for receipt in self.journal if after < receipt.number <= through]
            case PublishHeld(data):
                assert self.link
                self.shown.append(data)
            case AskClock(nonce):
                assert self.link
                self.questions.append(nonce)
            case PublishState():
                assert self.link
                self.reports.append(effect)

    def _silence(self, serial: int) -> None:
        assert self.sound is not None
        assert self.sound.order.serial == serial
        self.sound.stopped = True

    # ---- what is on the disk

    def remembered(self, name: str) -> Progress:
        data = self.shelves[Shelf.PROGRESS].get(name)
        return Progress() if data is None else decode(data, Progress)

    def stages(self, name: str) -> list[str]:
        """The receipts of a broadcast, with their reasons."""
        return [
            receipt.stage if receipt.reason is None else f"{receipt.stage}({receipt.reason})"
            for receipt in self.journal
            if receipt.broadcast == name and receipt.order is None
        ]

    def order_stages(self, name: str) -> list[str]:
        return [
            receipt.stage if receipt.reason is None else f"{receipt.stage}({receipt.reason})"
            for receipt in self.journal
            if receipt.order == name
        ]

    def warnings(self) -> list[str]:
        return [effect.what for effect in self.effects if isinstance(effect, Log) and effect.warning]

    # ---- the desk

    def programme(
        self,
        *broadcasts: PlannedBroadcast,
        cancelled: tuple[str, ...] = (),
        key: SigningKey | None = None,
        volume: int = 70,
        hours: tuple[tuple[int, int], ...] | None = None,
    ) -> bytes:
        self.version += 1
        emergency = any(each.class_ is BroadcastClass.EMERGENCY for each in broadcasts)
        message = Programme(
            commune=COMMUNE,
            unit=UNIT,
            epoch=self.epoch,
            version=self.version,
            issued_at=self.true_wall,
            until=DAWN + timedelta(days=14),
            volume=volume,
            hours=hours,
            must=() if hours is None else ("hours",),
            broadcasts=broadcasts,
            cancelled=tuple(BroadcastId(name) for name in cancelled),
        )
        return seal(message, key or (EMERGENCY if emergency else SCHEDULE))

    def order(
        self,
        act: Play | Stop | Cancel,
        class_: BroadcastClass | None = None,
        *,
        name: str | None = None,
        window_s: tuple[float, float] = (0, 600),
        issued_s: float = 0,
        key: SigningKey | None = None,
    ) -> bytes:
        self.orders += 1
        if class_ is None:
            class_ = act.broadcast.class_ if isinstance(act, Play) else BroadcastClass.ROUTINE
        message = Order(
            id=OrderId(name or f"o-{self.orders}"),
            commune=COMMUNE,
            targets=(UNIT,),
            issued_at=self.true_wall + timedelta(seconds=issued_s),
            not_before=self.true_wall + timedelta(seconds=window_s[0]),
            not_after=self.true_wall + timedelta(seconds=window_s[1]),
            class_=class_,
            act=act,
        )
        return seal(message, key or (EMERGENCY if class_ is BroadcastClass.EMERGENCY else SCHEDULE))

    def delegate(self, serial: int = 2, epoch: int | None = None, **more: object) -> bytes:
        """The root key's word, as it comes by the broker."""
        self.epoch = self.epoch if epoch is None else epoch
        data = delegation(serial, self.epoch, **more)
        self.deliver(Kind.DELEGATION, data)
        return data

    def answer_clock(self, *, off_s: float = 0, took_s: float = 0, key: SigningKey = SCHEDULE) -> list[Effect]:
        """Answer the last question, `took_s` later, as a controller whose clock is `off_s` off."""
        at = self.true_wall + timedelta(seconds=off_s + took_s / 2)
        answer = ClockAnswer(commune=COMMUNE, unit=UNIT, nonce=self.questions[-1], at=at)
        self._move(self.mono + took_s)
        return self.deliver(Kind.CLOCK_ANSWER, seal(answer, key))

    def step_clock(self, seconds: float) -> list[Effect]:
        """The machine's clock is set."""
        self.wall += timedelta(seconds=seconds)
        return self.take(ClockChanged())

    def give(self, *broadcasts: PlannedBroadcast, cancelled: tuple[str, ...] = (), **more: object) -> bytes:
        data = self.programme(*broadcasts, cancelled=cancelled, **more)
        self.deliver(Kind.PROGRAMME, data)
        return data

    def command(self, act: Play | Stop | Cancel, class_: BroadcastClass | None = None, **more: object) -> bytes:
        data = self.order(act, class_, **more)
        self.deliver(Kind.ORDER, data)
        return data

    def deliver(self, kind: Kind, data: bytes) -> list[Effect]:
        return self.take(MessageArrived(kind, data))

    def acknowledge(self, through: int, journal: str = "j-1", *, again: bool = False) -> list[Effect]:
        ack = ReceiptAck(commune=COMMUNE, unit=UNIT, journal=journal, through=through, again=again)
        return self.deliver(Kind.RECEIPT_ACK, seal(ack, SCHEDULE))

    def connect(self, *, up: bool = True) -> None:
        self.link = up
        self.take(LinkUp() if up else LinkDown())

    # ---- the player and the disk's clips

    def store(self, *clips: int) -> None:
        for clip in clips:
            self.take(ClipStored(clip_hash(clip)))

    def begin(self) -> None:
        """The first sample leaves, at its instant."""
        sound = self.sound
        assert sound is not None
        self._move(max(self.mono, sound.order.at))
        assert self.mono <= sound.order.latest + 1e-6, "sound after not_after"
        sound.begun = True
        self.take(SoundStarted(sound.order.serial, self.mono))

    def play_item(self) -> None:
        """One more item is heard to its end."""
        sound = self.sound
        assert sound is not None
        item = sound.order.items[sound.items_done]
        self._move(self.mono + item.duration_ms / 1000)
        sound.items_done += 1
        done = len(sound.order.items) - sound.items_done
        self.heard.append((sound.order.broadcast, -done))
        self.take(SoundProgress(sound.order.serial, self.played_ms(sound), sound.items_done))

    def played_ms(self, sound: Sound) -> int:
        return sum(item.duration_ms for item in sound.order.items[: sound.items_done])

    def finish(self) -> None:
        sound = self.sound
        assert sound is not None
        while sound.items_done < len(sound.order.items):
            self.play_item()
        self.sound = None
        self.take(SoundFinished(sound.order.serial, self.played_ms(sound)))

    def obey_stop(self, extra_ms: int = 0) -> None:
        sound = self.sound
        assert sound is not None
        assert sound.stopped
        self.sound = None
        self.take(SoundStopped(sound.order.serial, self.played_ms(sound) + extra_ms, sound.items_done))

    def fail(self, reason: Reason = Reason.SOUND_FAILED, clip: ClipHash | None = None) -> None:
        sound = self.sound
        assert sound is not None
        self.sound = None
        self.take(SoundFailed(sound.order.serial, reason, self.played_ms(sound), sound.items_done, clip))

    def crash(self) -> None:
        """The process dies, and another begins from the disk."""
        self.boot()
