"""One simulated unit: a machine with power, clocks, a disk and a player, on which the real core decides.

The rules are those of `edge.runtime` and `edge.core.deciding`: silence first, then what is durable in one commit, then
the rest. The process may die before the commit, between the commit and the rest, or in the middle of the rest.
"""

from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Protocol

from edge.core.deciding import RETRY_S
from edge.core.effects import (
    AskClock,
    DiscardClip,
    Effect,
    FetchClip,
    KeepOnly,
    Log,
    PublishHeld,
    PublishState,
    SendArchived,
    SendReceipts,
    StartSound,
    StopSound,
    StoreClip,
    WakeAt,
)
from edge.core.events import ClockChanged, Event, Leaving, LinkDown, LinkUp, MessageArrived, SoundChecked, Woke
from edge.core.instant import Instant
from edge.core.receipts import BATCH
from edge.core.setting import Setting
from edge.core.state import State
from edge.core.step import step
from protocol.envelope import seal
from protocol.keys import VerifyKey
from protocol.messages import ClockQuestion, Receipt, ReceiptBatch
from protocol.names import ClockTrust, CommuneId, DiskHealth, Kind, UnitId
from protocol.topics import Leaf
from tests.simulation.agenda import Agenda, Entry
from tests.simulation.chronicle import Chronicle, told_time, true_time
from tests.simulation.clip_supply import ClipSupply, Road
from tests.simulation.disk import Disk
from tests.simulation.machine_clock import MachineClock
from tests.simulation.mind import CoreFault, Died, Doom, Mind, Step
from tests.simulation.player import Audience, Player, Sound
from tests.simulation.trouble import Trouble
from tests.simulation.vault import new_key

SETTLE_S = 1.0
HEARTBEAT_S = 3600.0
"""Slow: nothing rests on it but how soon the desk knows, and thousands of weeks are to be lived."""
EPOCH_1970 = datetime(1970, 1, 1, 0, 0, 20, tzinfo=UTC)
NOTICED_S = 1.0
"""How long the runtime takes at most to see that the clock jumped."""


class Surroundings(Protocol):
    """What a unit has to do with outside itself."""

    agenda: Agenda
    chronicle: Chronicle
    commune: CommuneId

    def publish(self, unit: "SimUnit", leaf: Leaf, data: bytes) -> None: ...
    def connected(self, unit: "SimUnit") -> None: ...
    def decided(self, unit: "SimUnit", event: Event) -> None: ...
    def stepped(self, unit: "SimUnit", event: Event) -> None: ...
    def committed(self, unit: "SimUnit", effects: list[Effect]) -> None: ...
    def faulted(self, unit: "SimUnit", said: str) -> None: ...
    def began(self, unit: "SimUnit", sound: Sound) -> None: ...
    def ended(self, unit: "SimUnit", sound: Sound) -> None: ...


class SimUnit:
    def __init__(
        self, name: str, around: Surroundings, random: Random, *, root: VerifyKey, installed: bytes | None, road: Road
    ) -> None:
        self.name, self.id = name, UnitId(name)
        self.around, self.random, self.root, self.installed = around, random, root, installed
        self.agenda = around.agenda
        self.key = new_key(random)
        self.clock = MachineClock(crystal=1.0 + random.uniform(-40e-6, 40e-6))
        self.decides: Step = step
        self.trouble = Trouble()
        audience = Audience(lambda sound: around.began(self, sound), lambda sound: around.ended(self, sound))
        self.player = Player(self.agenda, self.clock, SETTLE_S, random, self.post, audience)
        self.supply = ClipSupply(self.agenda, road, random, self.post, self.trouble)
        self.disks = 0
        self.new_disk()
        self.mind: Mind | None = None
        self.process = 0
        self.spent_steps = 0
        self.powered = self.paused = self.link = False
        self.link_since: float | None = None
        self.doom: Doom | None = None
        self.when_called: Callable[[], object] | None = None
        self.boots = 0
        self.saved_wall = true_time(0.0)
        self.time_server = True
        """Whether a time server is reached; `lie_s` is what it adds to the truth."""
        self.lie_s = 0.0
        self.misled = False
        """Whether since power-on its clock was set by anything but an honest time server."""
        self.kept = False
        """Whether since power-on a time server has been reached."""
        self.told_lies = False
        """Whether since power-on a stolen key has told it the time."""
        self.anchored = False
        """Whether since power-on it has noted the time of an honest server, durably, before it was misled."""
        self.honest_at = 0.0
        self.steps_of_clock = 0
        self._restart: Entry | None = None
        self._sync: Entry | None = None
        self._wake: Entry | None = None
        self._wake_mono: float | None = None
        self._connecting: Entry | None = None
        self._retrying: Entry | None = None
        self._inbox: deque[Event] = deque()
        self._deciding = False

    # ---- what is true of it

    @property
    def state(self) -> State | None:
        return None if self.mind is None else self.mind.state

    @property
    def running(self) -> bool:
        return self.mind is not None

    @property
    def now(self) -> float:
        return self.agenda.now

    @property
    def idle(self) -> bool:
        """Whether everything that happened has been decided."""
        return not self._inbox and not self.paused

    @property
    def steps(self) -> int:
        return self.spent_steps + (0 if self.mind is None else self.mind.steps)

    def tell(self, pattern: str, *values: object) -> None:
        self.around.chronicle.tell(self.now, self.name, pattern, *values)

    def new_disk(self) -> None:
        """A new card: nothing of what was known is there any more."""
        self.disks += 1
        self.disk = Disk(f"j-{self.name}-{self.disks}")
        self.disk.committed = lambda effects: self.around.committed(self, list(effects))
        self.player.disk = self.supply.disk = self.disk
        for word in [word for word in self.trouble.standing if word.startswith("spoilt")]:
            self.trouble.ends(self.agenda.now, word)

    # ---- power and process

    def power_on(self) -> None:
        if self.powered:
            return
        self.powered = True
        self.boots += 1
        wall = EPOCH_1970 if self.random.random() < 0.4 else self.saved_wall
        self.clock.power_on(self.now, wall)
        self.misled = self.kept = self.told_lies = self.anchored = False
        self.steps_of_clock = 0
        self.tell("power comes back; the clock shows {0:%Y-%m-%d %H:%M}", wall)
        self._seek_time(self.random.uniform(2.0, 60.0))
        self._start_after(self.random.uniform(10.0, 30.0))

    def power_off(self) -> None:
        if not self.powered:
            return
        self.tell("the power is cut")
        self.saved_wall = max(EPOCH_1970, self.clock.wall(self.now) - timedelta(seconds=self.random.uniform(0, 3600)))
        self.powered = False
        self._die()
        for entry in (self._restart, self._sync):
            if entry is not None:
                entry.call_off()

    def _start_after(self, seconds: float) -> None:
        if self._restart is not None:
            self._restart.call_off()
        self._restart = self.agenda.after(seconds, self._start)

    def _start(self) -> None:
        if not self.powered or self.running:
            return
        self.process += 1
        self.trouble.ends(self.now, "process")
        self.paused = False
        self.tell("process {0} begins", self.process)
        mind = self.mind = Mind(self._setting(), self.disk, self.player.stop_sound, self.decides)
        mind.doom, self.doom = self.doom, None
        self._guarded(lambda: self._carry_out_all(mind.begin(self.reading())))
        if self.running:
            self._mind_the_disk()
            self.post(SoundChecked(self.player.card_ok))
            self._connect_after(self.random.uniform(0.3, 4.0))

    def _setting(self) -> Setting:
        return Setting(
            commune=self.around.commune,
            unit=self.id,
            root=self.root,
            delegation=self.installed,
            machine_boot=f"power-{self.name}-{self.boots}",
            boot=f"b-{self.name}-{self.process}",
            software="simulated",
            simulated=True,
            settle_s=SETTLE_S,
            heartbeat_s=HEARTBEAT_S,
        )

    def _die(self) -> None:
        """The process is gone; silence, and nothing that it had in hand goes on."""
        if self.mind is None:
            return
        self.spent_steps += self.mind.steps
        self.mind = None
        self.paused = False
        self._inbox.clear()
        self._wake_mono = None
        for entry in (self._wake, self._connecting, self._retrying):
            if entry is not None:
                entry.call_off()
        self.link, self.link_since = False, None
        self.supply.forget()
        self.player.kill()

    def kill(self, why: str = "killed") -> None:
        """kill -9; the service manager starts it again."""
        if self.running:
            self.tell("the process dies: {0}", why)
            self.trouble.begins(self.now, "process")
            self._die()
            self._start_after(self.random.uniform(2.0, 8.0))

    def leave(self) -> None:
        """The process is asked to end, and started again."""
        if not self.running or self.paused:
            return
        self.tell("the process is asked to end")
        self.trouble.begins(self.now, "process")
        self.post(Leaving())
        process = self.process
        self.agenda.after(3.0, lambda: self._left(process))

    def _left(self, process: int) -> None:
        if self.running and self.process == process:
            self._die()
            self._start_after(self.random.uniform(1.0, 5.0))

    def doomed(self, doom: Doom) -> None:
        """The process, or the next one, will die in a decision."""
        if self.mind is None:
            self.doom = doom
        else:
            self.mind.doom = doom

    @property
    def is_doomed(self) -> bool:
        return self.doom is not None or (self.mind is not None and self.mind.doom is not None)

    def pause(self) -> None:
        if self.running and not self.paused:
            self.tell("the process is stopped in its tracks")
            self.trouble.begins(self.now, "pause")
            self.paused = True
            self.player.freeze()

    def go_on(self) -> None:
        self.trouble.ends(self.now, "pause")
        if self.running and self.paused:
            self.tell("the process goes on")
            self.paused = False
            self.player.thaw()
            self._pump()

    # ---- the runtime

    def post(self, event: Event) -> None:
        if self.mind is not None:
            self._inbox.append(event)
            self._pump()

    def _pump(self) -> None:
        if self._deciding or self.paused:
            return
        self._guarded(self._decide_all)

    def _guarded(self, act: Callable[[], None]) -> None:
        """Decide; and die of it, where that is the lot of the process."""
        self._deciding = True
        try:
            act()
        except Died as death:
            self._deciding = False
            self.kill(str(death))
        except CoreFault as fault:
            self.around.faulted(self, str(fault))
        finally:
            self._deciding = False
        if self._inbox and not self.paused:
            self._pump()

    def _decide_all(self) -> None:
        while self._inbox and self.mind is not None:
            self._decide(self.mind, self._inbox.popleft())

    def _decide(self, mind: Mind, event: Event) -> None:
        try:
            effects = mind.take(event, self.reading())
        except Died as death:
            if death.written:
                self.around.decided(self, event)
            raise
        self.around.decided(self, event)
        self._carry_out_all(effects)
        self._mind_the_disk()
        self._note_anchor(mind.state)
        self.around.stepped(self, event)

    def _note_anchor(self, state: State) -> None:
        """Remember whether, and until when, it has known the time from an honest server."""
        if state.disk is not DiskHealth.OK:
            self.anchored = False
        elif not self.misled and state.anchors.network is not None:
            self.anchored, self.honest_at = True, self.now

    def reading(self) -> Instant:
        """What the machine's clocks say."""
        trust = ClockTrust.TRUSTED if self.clock.synchronised else ClockTrust.UNKNOWN
        chance, nonce = self.random.random(), self.random.randbytes(16)
        return Instant(self.clock.wall(self.now), self.clock.mono(self.now), trust, chance, nonce)

    def _mind_the_disk(self) -> None:
        """While the disk fails it is tried again, every few seconds."""
        ailing = self.mind is not None and self.mind.state.disk is not DiskHealth.OK
        if ailing and (self._retrying is None or self._retrying.act is None):
            self._retrying = self.agenda.after(RETRY_S, self._retry)

    def _retry(self) -> None:
        if self.mind is None:
            return
        if self.paused or (self.disk.health is self.mind.state.disk and self.disk.health is not DiskHealth.OK):
            self._retrying = self.agenda.after(RETRY_S, self._retry)
            return
        mind = self.mind
        self._guarded(lambda: self._carry_out_all(mind.retry(self.reading())))
        self._mind_the_disk()

    def _carry_out_all(self, effects: list[Effect]) -> None:
        assert self.mind is not None
        dies, self.mind.dies_among = self.mind.dies_among, False
        last = self.random.randint(0, len(effects)) if dies else len(effects)
        for effect in effects[:last]:
            self._carry_out(effect)
        if dies:
            raise Died(f"among the rest: {last} of {len(effects)} effects were done", written=True)

    def _carry_out(self, effect: Effect) -> None:
        match effect:
            case StopSound(serial, at_once=False):
                self.player.stop_sound(serial)
            case StartSound():
                self.tell("the core asks for {0} in {1:.1f} s", effect.broadcast, effect.at - self.clock.mono(self.now))
                self.player.start_sound(effect, self.process)
                if self.when_called is not None:
                    self.when_called()
                    self.when_called = None
            case WakeAt(mono):
                self._wake_at(mono)
            case Log(what, fields, True):
                self.tell("log: {0} {1}", what, {name: str(value) for name, value in fields.items()})
            case PublishState() | SendReceipts() | SendArchived() | PublishHeld() | AskClock():
                self._publish(effect)
            case FetchClip() | StoreClip() | DiscardClip() | KeepOnly():
                self._carry_clips(effect)

    def _carry_clips(self, effect: FetchClip | StoreClip | DiscardClip | KeepOnly) -> None:
        match effect:
            case FetchClip():
                self.supply.want(effect)
            case StoreClip(clip, _):
                self.supply.store(clip)
            case DiscardClip(clip):
                self.supply.discard(clip)
            case KeepOnly(clips):
                self.supply.keep_only(clips)

    def _publish(self, effect: PublishState | SendReceipts | SendArchived | PublishHeld | AskClock) -> None:
        match effect:
            case PublishState(state):
                self._send(Leaf.STATE, seal(state, self.key))
            case SendReceipts(receipts):
                self._send_receipts(receipts)
            case SendArchived(after, through):
                archived = self.disk.archived(after, through)
                for start in range(0, len(archived), BATCH):
                    self._send_receipts(archived[start : start + BATCH])
            case PublishHeld(data):
                self._send(Leaf.HELD, data)
            case AskClock(nonce):
                question = ClockQuestion(commune=self.around.commune, unit=self.id, nonce=nonce)
                self._send(Leaf.CLOCK_QUESTION, seal(question, self.key))

    def _send_receipts(self, receipts: tuple[Receipt, ...]) -> None:
        assert self.mind is not None
        batch = ReceiptBatch(
            commune=self.around.commune,
            unit=self.id,
            journal=self.mind.state.journal,
            receipts=receipts,
            acknowledged=self.mind.state.acknowledged,
        )
        self._send(Leaf.RECEIPT, seal(batch, self.key))

    def _send(self, leaf: Leaf, data: bytes) -> None:
        if self.link:
            self.around.publish(self, leaf, data)

    def _wake_at(self, mono: float) -> None:
        assert mono > self.clock.mono(self.now) - 1e-6, "a wake in the past would keep the unit busy for ever"
        if mono == self._wake_mono and self._wake is not None and self._wake.act is not None:
            return
        if self._wake is not None:
            self._wake.call_off()
        self._wake_mono = mono
        self._wake = self.agenda.at(self.clock.true_of(mono) + 1e-4, self._woke)

    def _woke(self) -> None:
        if self.paused:
            self._wake = self.agenda.after(1.0, self._woke)
        else:
            self.post(Woke())

    # ---- the link

    def _connect_after(self, seconds: float) -> None:
        if self._connecting is not None:
            self._connecting.call_off()
        self._connecting = self.agenda.after(seconds, lambda: self.around.connected(self))

    def link_up(self) -> None:
        if self.running and not self.link:
            self.link, self.link_since = True, self.now
            self.post(LinkUp())

    def link_lost(self, *, noticed_after: float) -> None:
        """The path is gone. The unit notices, later."""
        self.link_since = None
        process = self.process
        if self._connecting is not None:
            self._connecting.call_off()
        self._connecting = self.agenda.after(noticed_after, lambda: self._link_down(process))

    def _link_down(self, process: int) -> None:
        if self.running and self.process == process and self.link:
            self.link = False
            self.post(LinkDown())
        self._connect_after(self.random.uniform(1.0, 40.0))

    def seek_link(self) -> None:
        """Nothing answered: try again."""
        self._connect_after(self.random.uniform(20.0, 60.0))

    def receive(self, kind: Kind, data: bytes) -> None:
        self.post(MessageArrived(kind, data))

    # ---- the time

    def _seek_time(self, seconds: float) -> None:
        if self._sync is not None:
            self._sync.call_off()
        self._sync = self.agenda.after(seconds, self._synchronise)

    def _synchronise(self) -> None:
        if not self.powered or not self.time_server:
            return
        before, kept = self.clock.error_s(self.now), self.clock.synchronised
        error = self.lie_s + self.random.uniform(-0.004, 0.004)
        self.clock.discipline(self.now, true_time(self.now + error))
        self.kept = True
        self.misled = self.misled or abs(self.lie_s) > 0
        self.steps_of_clock += 1 if self.misled else 0
        if abs(before - error) > 0.02 or not kept:
            self._clock_moved()

    def set_wall(self, wall: datetime) -> None:
        """Somebody or something sets the clock; a time server, if there is one, sets it right again after a while."""
        self.tell("the clock is set from {0:%d %H:%M:%S} to {1:%Y-%m-%d %H:%M:%S}", self.clock.wall(self.now), wall)
        self.misled = True
        self.steps_of_clock += 1
        self.clock.set_wall(self.now, wall)
        self._clock_moved()
        self._seek_time(self.random.uniform(1.0, 1500.0))

    def lose_time_server(self) -> None:
        self.time_server = False
        if self._sync is not None:
            self._sync.call_off()
        self.clock.release(self.now)
        self._clock_moved()

    def find_time_server(self, lie_s: float = 0.0) -> None:
        if lie_s:
            self.tell("the time server lies by {0:.0f} s, from {1} on", lie_s, told_time(self.now))
        self.time_server, self.lie_s = True, lie_s
        self._seek_time(self.random.uniform(1.0, 30.0))

    def _clock_moved(self) -> None:
        mono, self._wake_mono = self._wake_mono, None
        if mono is not None and self.running and not self.paused:
            self._wake_at(max(mono, self.clock.mono(self.now)))
        self.agenda.after(self.random.uniform(0.0, NOTICED_S), lambda: self.post(ClockChanged()))

    # ---- the sound card

    def break_card(self) -> None:
        self.tell("the sound card fails")
        self.trouble.begins(self.now, "card")
        self.player.break_card()
        self.agenda.after(self.random.uniform(0.0, 30.0), self._check_card)

    def mend_card(self) -> None:
        self.player.card_ok = True
        self.trouble.ends(self.now, "card")
        self.agenda.after(self.random.uniform(0.0, 30.0), self._check_card)

    def _check_card(self) -> None:
        if self.player.sound is None:
            self.post(SoundChecked(self.player.card_ok))
