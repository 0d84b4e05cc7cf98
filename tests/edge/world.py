"""A unit's core in a world that a test controls: its disk, its player, its clock, and the messages of its desk.

The world keeps the runtime's rules: what is durable is written before anything else is done, wakes come when they are
due, and a crash may fall between the two. It records what was heard, so that a test can ask what the village heard.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from edge.core.effects import (
    DropReceipts,
    Effect,
    FetchClip,
    Journal,
    Log,
    PublishState,
    Remember,
    SendReceipts,
    StartSound,
    StopSound,
    StoreClip,
    WakeAt,
)
from edge.core.events import (
    Booted,
    ClipStored,
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
from edge.core.memory import Memory, Progress, Shelf, decode
from edge.core.playback import Phase
from edge.core.setting import Setting
from edge.core.state import State
from edge.core.step import step
from protocol.envelope import seal
from protocol.keys import Keyring, SigningKey, VerifyKey
from protocol.messages import Cancel, Item, Order, PlannedBroadcast, Play, Programme, Receipt, ReceiptAck, Stop
from protocol.names import BroadcastId, ClipHash, ClockTrust, CommuneId, Kind, OrderId, Reason, Role, UnitId
from schedules.vocabulary import BroadcastClass, Status

COMMUNE = CommuneId("vi-huong")
UNIT = UnitId("khau-bang")
DAWN = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
SCHEDULE = SigningKey.from_text("A" * 43)
EMERGENCY = SigningKey.from_text("B" * 42 + "A")
STRANGER = SigningKey.from_text("D" * 42 + "A")
SETTLE_S = 1.0
AHEAD_S = SETTLE_S + 0.5


def clip_hash(number: int) -> ClipHash:
    return ClipHash(f"{number:064x}")


def broadcast(
    name: str = "b-1",
    *,
    start_s: float = 60,
    grace_s: float = 600,
    class_: BroadcastClass = BroadcastClass.ROUTINE,
    clips: tuple[int, ...] = (1,),
    seconds: int = 10,
    gap_ms: int = 0,
) -> PlannedBroadcast:
    """A broadcast that starts `start_s` seconds after DAWN; every item lasts `seconds`."""
    start = DAWN + timedelta(seconds=start_s)
    items = [Item(clip=clip_hash(clip), size=1000, duration_ms=1000 * seconds, gap_ms=gap_ms) for clip in clips]
    return PlannedBroadcast(
        id=BroadcastId(name),
        start=start,
        not_after=start + timedelta(seconds=grace_s),
        class_=class_,
        status=Status.ACTUAL,
        title="Thông báo",
        items=tuple(items),
    )


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
    boots: int = 0
    shelves: dict[Shelf, dict[str, bytes]] = field(default_factory=lambda: {shelf: {} for shelf in Shelf})
    journal: list[Receipt] = field(default_factory=list)
    held: list[Receipt] = field(default_factory=list)
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
        keys = Keyring([VerifyKey(Role.SCHEDULE, SCHEDULE.public), VerifyKey(Role.EMERGENCY, EMERGENCY.public)])
        self.setting = Setting(
            commune=COMMUNE, unit=UNIT, keys=keys, boot="boot", software="test", settle_s=SETTLE_S, tail_s=0.3
        )
        self.boot()

    # ---- time and process

    @property
    def now(self) -> Instant:
        return Instant(self.wall, self.mono, self.trust)

    def boot(self) -> None:
        """Begin a process with what the disk holds."""
        self.sound, self.wake_at, self.fetches = None, None, []
        self.boots += 1
        self.state = State(setting=self.setting)
        shelves = {shelf: dict(records) for shelf, records in self.shelves.items()}
        last = self.journal[-1].number if self.journal else 0
        memory = Memory(journal="j-1", shelves=shelves, receipts=tuple(self.held), last_number=last)
        self.take(Booted(memory))
        if self.link:
            self.take(LinkUp())

    def take(self, event: Event) -> list[Effect]:
        """One step: decide, write, carry out; with `crash_next`, die between writing and carrying out."""
        self.state, effects = step(self.state, event, self.now)
        for effect in effects:
            self._write(effect)
        if self.crash_next:
            self.crash_next = False
            raise Crashed
        for effect in effects:
            self._carry_out(effect)
        self.effects += effects
        return list(effects)

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
        self._move(until)

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
                self.held = [receipt for receipt in self.held if receipt.number > through]

    def _carry_out(self, effect: Effect) -> None:
        for watcher in self.watchers:
            watcher(effect)
        match effect:
            case StartSound():
                assert self.sound is None, "a sound was started while the player was busy"
                assert self.remembered(effect.broadcast).phase is Phase.CALLED, (
                    "not on the disk before the relay closes"
                )
                self.sound = Sound(effect)
            case StopSound(serial):
                assert self.sound is not None
                assert self.sound.order.serial == serial
                self.sound.stopped = True
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
            case PublishState():
                assert self.link
                self.reports.append(effect)

    # ---- the disk

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
        self, *broadcasts: PlannedBroadcast, cancelled: tuple[str, ...] = (), key: SigningKey | None = None
    ) -> bytes:
        self.version += 1
        emergency = any(each.class_ is BroadcastClass.EMERGENCY for each in broadcasts)
        message = Programme(
            commune=COMMUNE,
            unit=UNIT,
            epoch=1,
            version=self.version,
            issued_at=self.wall,
            until=DAWN + timedelta(days=14),
            volume=70,
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
    ) -> bytes:
        self.orders += 1
        if class_ is None:
            class_ = act.broadcast.class_ if isinstance(act, Play) else BroadcastClass.ROUTINE
        message = Order(
            id=OrderId(name or f"o-{self.orders}"),
            commune=COMMUNE,
            targets=(UNIT,),
            issued_at=self.wall + timedelta(seconds=issued_s),
            not_before=self.wall + timedelta(seconds=window_s[0]),
            not_after=self.wall + timedelta(seconds=window_s[1]),
            class_=class_,
            act=act,
        )
        return seal(message, EMERGENCY if class_ is BroadcastClass.EMERGENCY else SCHEDULE)

    def give(self, *broadcasts: PlannedBroadcast, cancelled: tuple[str, ...] = ()) -> bytes:
        data = self.programme(*broadcasts, cancelled=cancelled)
        self.deliver(Kind.PROGRAMME, data)
        return data

    def command(self, act: Play | Stop | Cancel, class_: BroadcastClass | None = None, **more: object) -> bytes:
        data = self.order(act, class_, **more)
        self.deliver(Kind.ORDER, data)
        return data

    def deliver(self, kind: Kind, data: bytes) -> list[Effect]:
        return self.take(MessageArrived(kind, data))

    def acknowledge(self, through: int, journal: str = "j-1") -> list[Effect]:
        ack = ReceiptAck(commune=COMMUNE, unit=UNIT, journal=journal, through=through)
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
