"""The loop keeps its rules: the disk before the relay, silence before the disk, and an end when the player hangs."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from edge import runtime
from edge.core.effects import DropReceipts, Journal, Remember
from edge.core.events import ClipStored, Event, Leaving, LinkUp, MessageArrived, SoundStarted, SoundStopped
from edge.core.instant import Instant
from edge.core.memory import Memory
from edge.core.setting import Setting
from edge.runtime import FLOOD, Inbox, Parts, PlayerStuck, Runtime
from protocol.envelope import open_up, seal
from protocol.keys import Keyring, SigningKey, VerifyKey
from protocol.messages import Play, ReceiptBatch, UnitState
from protocol.names import ClockTrust, Kind, OrderId, Role
from protocol.topics import Leaf
from tests.edge.desk import play_now
from tests.edge.world import COMMUNE, ROOT, SCHEDULE, UNIT, broadcast, clip_hash, delegation

KEY = SigningKey.from_text("C" * 42 + "A")


@dataclass
class Everything:
    """All adapters in one: it writes down what it is asked, in order."""

    inbox: Inbox
    done: list[str] = field(default_factory=list)
    published: list[tuple[Leaf, bytes]] = field(default_factory=list)
    wall_jump: timedelta = timedelta()
    answers: bool = True

    def now(self) -> Instant:
        return Instant(datetime.now(UTC) + self.wall_jump, time.monotonic(), ClockTrust.TRUSTED)

    def load(self) -> Memory:
        return Memory(journal="j-1")

    def commit(self, effects) -> None:
        assert all(isinstance(effect, Remember | Journal | DropReceipts) for effect in effects)
        self.done.append("commit")

    def start_sound(self, order) -> None:
        self.done.append("start")
        if self.answers:
            self.inbox.post(SoundStarted(order.serial, time.monotonic()))

    def stop_sound(self, serial: int) -> None:
        self.done.append("stop")
        self.inbox.post(SoundStopped(serial, 10, 0))

    def want(self, fetch) -> None:
        self.inbox.post(ClipStored(fetch.clip))

    def store(self, clip, data: bytes) -> None:
        self.done.append("store")

    def discard(self, clip) -> None:
        self.done.append("discard")

    def keep_only(self, clips) -> None:
        pass

    def publish(self, leaf: Leaf, data: bytes) -> None:
        self.published.append((leaf, data))

    def describe(self, state: UnitState) -> UnitState:
        return replace(state, disk_free_bytes=1)

    def ready(self) -> None:
        self.done.append("ready")

    def alive(self) -> None:
        pass

    def stopping(self) -> None:
        self.done.append("stopping")


@pytest.fixture
def everything() -> Everything:
    return Everything(Inbox())


def unit(everything: Everything) -> Runtime:
    root = VerifyKey(Role.ROOT, ROOT.public)
    installed = delegation(issued_at=datetime(2026, 1, 1, tzinfo=UTC))
    setting = Setting(
        commune=COMMUNE, unit=UNIT, root=root, delegation=installed, boot="b-1", software="test", settle_s=0.0
    )
    names = ("clock", "memory", "supply", "player", "link", "machine", "notifier")
    return Runtime(setting, Parts(**dict.fromkeys(names, everything), key=KEY), everything.inbox)


def play(everything: Everything) -> None:
    now = datetime.now(UTC)
    planned = replace(broadcast(), start=now, not_after=now + timedelta(minutes=5))
    order = play_now("o-1", planned)
    assert isinstance(order.act, Play)
    assert order.id == OrderId("o-1")
    everything.inbox.post(MessageArrived(Kind.ORDER, seal(order, SCHEDULE)))


def test_the_disk_comes_before_the_relay_and_silence_before_the_disk(everything: Everything):
    play(everything)
    running = unit(everything)
    everything.inbox.post(ClipStored(clip_hash(1)))
    everything.inbox.post(LinkUp())

    class LeaveOnceStarted(Inbox):
        def take(self, timeout_s: float) -> Event | None:
            event = everything.inbox.take(timeout_s)
            if isinstance(event, SoundStarted):
                everything.inbox.post(Leaving())
            return event

    running._inbox = LeaveOnceStarted()
    running.run()
    start, stop = everything.done.index("start"), everything.done.index("stop")
    assert everything.done[start - 1] == "commit"
    assert [word for word in everything.done[stop - 1 :] if word != "keep"] == ["stopping", "stop", "commit", "commit"]


def test_what_is_published_is_signed_by_the_unit_and_knows_the_machine(everything: Everything):
    play(everything)
    for event in (LinkUp(), ClipStored(clip_hash(1)), Leaving()):
        everything.inbox.post(event)
    unit(everything).run()
    keys = Keyring([VerifyKey(Role.UNIT, KEY.public, UNIT)])
    states = [data for leaf, data in everything.published if leaf is Leaf.STATE]
    batches = [data for leaf, data in everything.published if leaf is Leaf.RECEIPT]
    assert open_up(states[-1], UnitState, keys, COMMUNE, UNIT).disk_free_bytes == 1
    assert open_up(batches[0], ReceiptBatch, keys, COMMUNE, UNIT).receipts[0].order == "o-1"


def test_a_player_that_never_answers_ends_the_process(everything: Everything, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runtime, "STUCK_S", -60.0)
    everything.answers = False
    play(everything)
    everything.inbox.post(ClipStored(clip_hash(1)))
    with pytest.raises(PlayerStuck):
        unit(everything).run()


def test_a_wall_clock_that_jumps_is_noticed_without_any_event(everything: Everything):
    running = unit(everything)
    running._seen = everything.now()
    running._wake_at = time.monotonic() + 3600
    everything.wall_jump = timedelta(seconds=5)
    running._inbox = Quiet()
    assert type(running._next()).__name__ == "ClockChanged"


class Quiet(Inbox):
    def take(self, timeout_s: float) -> Event | None:
        assert timeout_s <= 1.0
        return None


def test_a_flood_of_messages_is_cut_off_and_nothing_else_is():
    inbox = Inbox()
    for _ in range(2 * FLOOD):
        inbox.post(MessageArrived(Kind.ORDER, b""))
    inbox.post(Leaving())
    taken = []
    while (event := inbox.take(0)) is not None:
        taken.append(event)
    assert len(taken) == FLOOD + 2
    assert isinstance(taken[-1], Leaving)


def test_an_inbox_with_nothing_in_it_gives_nothing():
    assert Inbox().take(-5) is None
