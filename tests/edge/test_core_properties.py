"""Whatever is lost, repeated, late, reordered or replayed, and wherever the process dies: what must hold, holds.

A random village day is played against the core. The world asserts on its own that a sound is on the disk before it
begins, that the player is never asked while it is busy, that nothing begins after its deadline, and that receipts
are numbered without a gap; the invariants here ask what was heard.
"""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from edge.core.effects import Effect, StartSound
from edge.core.events import ClipFailed, Leaving
from edge.core.memory import Shelf
from edge.core.playback import Phase
from protocol.messages import Cancel, PlannedBroadcast, Play, Stop
from protocol.names import BroadcastId, ClockTrust, DiskHealth, Kind, Reason
from schedules.vocabulary import BroadcastClass
from tests.edge.world import DAWN, Crashed, World, broadcast, clip_hash

NAMES = [f"{class_.value}-{number}" for number in range(4) for class_ in BroadcastClass]
CLASSES = {name: BroadcastClass(name.split("-")[0]) for name in NAMES}
DURATION_S = 10
FINAL = {"finished", "failed", "skipped"}
PASSING = "interrupted(preempted)"

names_of = st.lists(st.sampled_from(NAMES), max_size=4, unique=True)
RARELY = st.integers(0, 59).map(lambda number: number == 41)


class Village(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.mail: list[tuple[Kind, bytes]] = []
        self.authentic: set[str] = set()
        self.asked: dict[str, PlannedBroadcast] = {}
        self.with_player_at_death: set[str] = set()
        self.on_disk: set[int] = set()
        self.world.watchers.append(self.watch)

    @initialize(data=st.data(), names=st.lists(st.sampled_from(NAMES), min_size=2, max_size=4, unique=True))
    def a_morning_as_planned(self, data, names) -> None:
        self.on_disk = {1, 2, 3}
        self.world.store(1, 2, 3)
        self.post(Kind.PROGRAMME, self.world.programme(*[self.plan(data, name) for name in names]), False, False)
        self.world.pass_s(max(0.0, (self.world.wake_at or 0) - self.world.mono))

    def watch(self, effect: Effect) -> None:
        if isinstance(effect, StartSound):
            self.check_start(effect)

    def check_start(self, order: StartSound) -> None:
        world = self.world
        assert order.broadcast in self.authentic, "sound without a verified broadcast"
        assert order.broadcast not in self.with_player_at_death, "sound again after a restart in its middle"
        planned = self.asked[order.broadcast]
        now = world.believed
        assert now.trusted, "sound without a trusted clock"
        at = now.wall_of(order.at)
        begun = world.state.progress[order.broadcast].begun
        latest = planned.not_after + timedelta(milliseconds=planned.duration_ms if begun else 0)
        assert planned.start - timedelta(milliseconds=1) <= at <= latest
        assert {item.clip for item in order.items} <= world.state.clips
        heard = [done for name, done in world.heard if name == order.broadcast]
        assert len(order.items) == len(planned.items) - len(heard), "an item that was heard to its end is begun again"

    def plan(self, data: st.DataObject, name: str) -> PlannedBroadcast:
        """The broadcast of this name: made when it is first mentioned, near in time, and the same ever after."""
        if name not in self.asked:
            now_s = (self.world.believed.wall - DAWN).total_seconds()
            start_s = now_s + data.draw(st.integers(-5, 30), label="start")
            clips = tuple(range(1, data.draw(st.integers(1, 3), label="items") + 1))
            self.asked[name] = broadcast(
                name, start_s=start_s, grace_s=60, class_=CLASSES[name], clips=clips, seconds=DURATION_S
            )
        self.authentic.add(name)
        return self.asked[name]

    def planned(self) -> list[PlannedBroadcast]:
        programme = self.world.state.programme
        return list(programme.broadcasts) if programme else []

    def doing(self, crash: bool, act: Callable[[], object]) -> None:
        """Do something that may be cut short by the death of the process."""
        self.world.crash_next = crash
        try:
            act()
        except Crashed:
            self.die()
        self.world.crash_next = False

    @rule(disk=st.sampled_from([DiskHealth.OK, *DiskHealth]))
    def disk(self, disk) -> None:
        if disk is DiskHealth.OK:
            self.world.mend_disk()
        else:
            self.world.fail_disk(disk)

    @rule(wanted=RARELY, epochs=st.integers(0, 1))
    def keys(self, wanted, epochs) -> None:
        """The root key says the same again, or begins a new epoch."""
        if wanted:
            held = self.world.state.delegation
            self.world.delegate(serial=held.serial + 1, epoch=held.epoch + epochs)

    def die(self) -> None:
        """Without a disk a process that dies takes with it what it did: that is another test's matter."""
        world = self.world
        if world.disk is not DiskHealth.OK:
            world.crash_next = False
            world.mend_disk()
        self.with_player_at_death |= {
            name for name in NAMES if world.remembered(name).phase not in {Phase.WAITING, Phase.CUT}
        }
        world.crash_next = False
        world.crash()
        world.store(*sorted(self.on_disk))

    # ---- the desk and the broker

    @rule(data=st.data(), names=names_of, cancelled=names_of, cancels=RARELY, lost=RARELY, crash=RARELY)
    def programme(self, data, names, cancelled, cancels, lost, crash) -> None:
        broadcasts = [self.plan(data, name) for name in names]
        broadcasts += [each for each in self.planned() if each.id not in names and data.draw(st.integers(0, 3))]
        message = self.world.programme(*broadcasts, cancelled=tuple(cancelled) if cancels else ())
        self.post(Kind.PROGRAMME, message, lost, crash)

    @rule(data=st.data(), name=st.sampled_from(NAMES), lost=RARELY, crash=RARELY)
    def play(self, data, name, lost, crash) -> None:
        order = self.world.order(Play(broadcast=self.plan(data, name)), window_s=(0, 60))
        self.post(Kind.ORDER, order, lost, crash)

    @rule(name=st.sampled_from(NAMES), class_=st.sampled_from(BroadcastClass), cancel=st.booleans(), lost=RARELY)
    def stop_or_cancel(self, name, class_, cancel, lost) -> None:
        active = self.world.state.active
        act = Cancel(broadcasts=(BroadcastId(name),)) if cancel else Stop()
        self.post(Kind.ORDER, self.world.order(act, class_, window_s=(0, 60)), lost, crash=False)
        reached = active is not None and active.broadcast.class_.rank <= class_.rank
        applied = self.world.order_stages(f"o-{self.world.orders}") == ["applied"]
        if applied and not cancel and reached:
            assert self.world.sound.stopped, "stop did not lead to silence"

    def post(self, kind: Kind, message: bytes, lost: bool, crash: bool) -> None:
        self.mail.append((kind, message))
        if not lost:
            self.doing(crash, lambda: self.world.deliver(kind, message))

    @precondition(lambda self: self.mail)
    @rule(data=st.data(), crash=RARELY)
    def deliver_late_again_or_out_of_order(self, data, crash) -> None:
        kind, message = data.draw(st.sampled_from(self.mail))
        self.doing(crash, lambda: self.world.deliver(kind, message))

    @precondition(lambda self: self.mail)
    @rule(data=st.data(), at=st.integers(0, 10_000), bit=st.integers(0, 7))
    def deliver_damaged(self, data, at, bit) -> None:
        kind, message = data.draw(st.sampled_from(self.mail))
        head, payload = message.split(b"\n", 1)
        damaged = bytearray(payload)
        damaged[at % len(damaged)] ^= 1 << bit
        before = (self.world.state.refused + 1, self.world.state.programme, self.world.shelves[Shelf.ORDERS].copy())
        self.world.deliver(kind, head + b"\n" + bytes(damaged))
        after = (self.world.state.refused, self.world.state.programme, self.world.shelves[Shelf.ORDERS])
        assert after == before, "a damaged message was not refused, or changed something"

    @rule(up=st.booleans(), share=st.integers(0, 100), journal=st.sampled_from(["j-1", "j-1", "j-other"]))
    def link(self, up, share, journal) -> None:
        self.world.connect(up=up)
        if self.world.sent:
            self.world.acknowledge(max(receipt.number for receipt in self.world.sent) * share // 100, journal)

    # ---- time, disk, process

    @rule(seconds=st.sampled_from([0, 0, 0, 0.2, 5, 20, 90]), crash=RARELY)
    def time(self, seconds, crash) -> None:
        wait = seconds or max(0.0, (self.world.wake_at or 0) - self.world.mono)
        self.doing(crash, lambda: self.world.pass_s(wait))

    @rule(
        trust=st.sampled_from([*[ClockTrust.TRUSTED] * 3, ClockTrust.UNKNOWN]),
        jump_s=st.sampled_from([0, 0, -30, 30]),
        off_s=st.sampled_from([None, None, 0, 0, -30, 30, -3600, 86_400]),
    )
    def clock(self, trust, jump_s, off_s) -> None:
        """The machine's clock jumps, and the controller, whose own may be off, says what time it is."""
        if self.world.sound is None or self.world.sound.begun:
            self.world.trust = trust
            self.world.step_clock(jump_s)
            if off_s is not None and self.world.state.questions:
                self.world.answer_clock(off_s=off_s)

    @rule(clips=st.sampled_from([(1, 2, 3), (1, 2, 3), (1,), (2, 3)]), fails=RARELY, crash=RARELY)
    def clips(self, clips, fails, crash) -> None:
        if fails:
            self.world.take(ClipFailed(clip_hash(clips[0]), Reason.DISK_FULL))
        else:
            self.on_disk |= set(clips)
            self.doing(crash, lambda: self.world.store(*clips))

    @precondition(lambda self: self.world.sound is not None)
    @rule(how=st.sampled_from(["not at all"] * 6 + ["asked", "killed"]))
    def process_ends(self, how) -> None:
        if how == "asked":
            self.world.take(Leaving())
            assert self.world.sound.stopped, "leaving did not lead to silence"
            self.world.obey_stop()
        if how != "not at all":
            self.die()

    # ---- the player

    @precondition(lambda self: self.world.sound is not None)
    @rule(
        act=st.sampled_from(["item"] * 6 + ["end"] * 3 + ["fail"]),
        ms=st.integers(0, DURATION_S * 1000 - 1),
        crash=RARELY,
    )
    def player(self, act, ms, crash) -> None:
        sound = self.world.sound
        if sound.stopped and act != "end":
            self.doing(crash, lambda: self.world.obey_stop(ms if sound.begun else 0))
        elif not sound.begun and self.world.mono > sound.order.latest:
            self.world.fail(Reason.LATE)
        elif act == "fail":
            self.world.fail(Reason.SOUND_FAILED)
        elif not sound.begun:
            self.doing(crash, self.world.begin)
        elif act == "item" and sound.items_done < len(sound.order.items):
            self.doing(crash, self.world.play_item)
        else:
            self.doing(crash, self.world.finish)

    # ---- what must hold

    @invariant()
    def no_item_is_heard_to_its_end_twice(self) -> None:
        assert len(self.world.heard) == len(set(self.world.heard))

    @invariant()
    def a_broadcast_ends_once_and_nothing_follows_its_end(self) -> None:
        for name in NAMES:
            stages = self.world.stages(name)
            ends = [index for index, stage in enumerate(stages) if is_final(stage)]
            assert len(ends) <= 1, stages
            assert not ends or ends[0] == len(stages) - 1, stages

    @invariant()
    def it_starts_once_and_is_stored_before(self) -> None:
        for name in NAMES:
            stages = self.world.stages(name)
            assert stages.count("started") <= 1
            assert stages.count("stored") <= 1
            if "started" in stages:
                assert stages[0] == "stored"
            if "finished" in stages:
                assert "started" in stages

    @invariant()
    def the_player_and_the_core_agree(self) -> None:
        active, sound = self.world.state.active, self.world.sound
        assert (active is None) == (sound is None)
        assert active is None or active.serial == sound.order.serial
        progress = self.world.state.progress.items()
        with_player = [name for name, kept in progress if kept.phase not in IDLE]
        assert with_player == ([] if active is None else [active.broadcast.id])

    @invariant()
    def no_receipt_is_lost_before_it_is_acknowledged(self) -> None:
        world = self.world
        held = [receipt.number for receipt in world.held]
        assert held == list(range(held[0], world.journal[-1].number + 1)) if held else True
        if world.state.disk is DiskHealth.OK:
            assert list(world.state.receipts) == world.held

    @invariant()
    def state_and_disk_agree(self) -> None:
        for name in NAMES if self.world.state.disk is DiskHealth.OK else ():
            kept = self.world.state.progress.get(BroadcastId(name))
            assert kept is None or kept == self.world.remembered(name)


IDLE = {Phase.WAITING, Phase.CUT, Phase.OVER}


def is_final(stage: str) -> bool:
    return stage != PASSING and stage.split("(")[0] in {*FINAL, "interrupted"}


Village.TestCase.settings = settings(
    max_examples=150,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
TestVillage = Village.TestCase
