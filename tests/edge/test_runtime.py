"""The loop keeps its rules: the disk before the relay, silence before the disk, and an end when the player hangs."""

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from edge import runtime
from edge.adapters.memory import DiskMemory
from edge.core import deciding
from edge.core.deciding import MemoryTrouble
from edge.core.effects import AskClock, DropReceipts, Journal, PublishHeld, Remember, SendArchived, StopSound
from edge.core.events import ClipStored, Event, Leaving, LinkUp, MessageArrived, SoundStarted, SoundStopped, Woke
from edge.core.instant import Instant
from edge.core.memory import Memory, Shelf
from edge.core.setting import Setting
from edge.runtime import FLOOD, Inbox, Parts, PlayerStuck, Runtime
from protocol.envelope import open_up, seal
from protocol.keys import Keyring, SigningKey, VerifyKey
from protocol.messages import ClockQuestion, Play, Receipt, ReceiptBatch, UnitState
from protocol.names import ClockTrust, DiskHealth, Kind, OrderId, Role
from protocol.topics import Leaf
from tests.edge.desk import play_now
from tests.edge.small_disk import small_disk
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

    def archived(self, after: int, through: int) -> tuple[Receipt, ...]:
        at = datetime.now(UTC)
        numbers = range(after + 1, through + 1)
        return tuple(Receipt(number=n, at=at, clock=ClockTrust.TRUSTED, stage="stored") for n in numbers)

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


def unit(everything: Everything, **other) -> Runtime:
    root = VerifyKey(Role.ROOT, ROOT.public)
    installed = delegation(issued_at=datetime(2026, 1, 1, tzinfo=UTC))
    setting = Setting(
        commune=COMMUNE, unit=UNIT, root=root, delegation=installed, boot="b-1", software="test", settle_s=0.0
    )
    names = ("clock", "memory", "supply", "player", "link", "machine", "notifier")
    return Runtime(setting, Parts(**{**dict.fromkeys(names, everything), **other}, key=KEY), everything.inbox)


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


# ---- a disk that fails


class Failing:
    """A memory that fails for its first so many commits; what it wrote is kept."""

    def __init__(self, failures: int) -> None:
        self.failures, self.written = failures, []

    def load(self) -> Memory:
        return Memory(journal="j-1")

    def commit(self, effects) -> None:
        if self.failures:
            self.failures -= 1
            raise MemoryTrouble(DiskHealth.FULL)
        self.written += effects


def states(everything: Everything) -> list[UnitState]:
    keys = Keyring([VerifyKey(Role.UNIT, KEY.public, UNIT)])
    published = [data for leaf, data in everything.published if leaf is Leaf.STATE]
    return [open_up(data, UnitState, keys, COMMUNE, UNIT) for data in published]


def test_a_disk_that_fails_ends_no_process_is_reported_and_tried_again(everything, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(deciding, "RETRY_S", 0.0)
    memory = Failing(3)
    running = unit(everything, memory=memory)
    for event in (LinkUp(), Woke(), Woke(), Woke(), Woke(), Leaving()):
        everything.inbox.post(event)
    running.run()
    assert [state.disk for state in states(everything)] == [DiskHealth.FULL, DiskHealth.OK]
    assert any(isinstance(effect, Remember) and effect.shelf is Shelf.DELEGATION for effect in memory.written)


def test_a_real_disk_that_fills_up_is_reported_and_what_was_decided_is_written_when_there_is_room(
    everything: Everything, tmp_path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(deciding, "RETRY_S", 0.0)
    with small_disk(tmp_path / "small") as disk:
        memory = DiskMemory(disk.folder / "memory.sqlite3")
        disk.fill()
        running = unit(everything, memory=memory)
        play(everything)
        everything.inbox.post(LinkUp())
        everything.inbox.post(MessageArrived(Kind.ORDER, b"noise"))

        class Leave(Inbox):
            def take(self, timeout_s: float) -> Event | None:
                if states(everything) and (disk.folder / "ballast").exists():
                    disk.make_room()
                elif states(everything) and states(everything)[-1].disk is DiskHealth.OK:
                    return Leaving()
                return everything.inbox.take(min(timeout_s, 0.1))

        running._inbox = Leave()
        running.run()
        assert [state.disk for state in states(everything)][:1] == [DiskHealth.FULL]
        assert "applied" in [receipt.stage for receipt in memory.load().receipts]
        memory.close()


def test_what_is_asked_again_comes_from_the_archive_in_batches(everything: Everything):
    running = unit(everything)
    running._deciding.begin(everything.now())
    running._carry_out(SendArchived(0, 120))
    running._carry_out(PublishHeld(b"as it was signed"))
    running._carry_out(AskClock("A" * 22))
    keys = Keyring([VerifyKey(Role.UNIT, KEY.public, UNIT)])
    sent = [open_up(data, ReceiptBatch, keys, COMMUNE, UNIT) for leaf, data in everything.published[:3]]
    assert [len(batch.receipts) for batch in sent] == [50, 50, 20]
    assert everything.published[3] == (Leaf.HELD, b"as it was signed")
    leaf, question = everything.published[4]
    assert leaf is Leaf.CLOCK_QUESTION
    assert open_up(question, ClockQuestion, keys, COMMUNE, UNIT).nonce == "A" * 22


def test_a_sound_that_gives_way_is_stopped_once_that_is_written(everything: Everything):
    unit(everything)._carry_out(StopSound(7, at_once=False))
    unit(everything)._carry_out(StopSound(7))
    assert everything.done == ["stop"]
