"""The promises, checked against what truly happened: every sound, every receipt, every acknowledgement, at once.

The referee knows what no unit and no desk knows: the true time, which messages were truly signed by whom, and what
truly left each loudspeaker.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import msgspec

from edge.core.effects import DropReceipts, Effect, Journal, Remember
from edge.core.events import Event, MessageArrived, RelayChanged
from edge.core.memory import Shelf
from protocol.keys import decode_bytes, key_id
from protocol.messages import Cancel, Delegation, Order, PlannedBroadcast, Play, Programme, Receipt, Stop
from protocol.names import BroadcastId, DiskHealth, Kind, Reason, Role, Stage
from schedules.hours import within
from schedules.vocabulary import BroadcastClass, Status
from tests.simulation import belief
from tests.simulation.chronicle import seconds_of, true_time
from tests.simulation.player import Sound
from tests.simulation.unit import SimUnit

ROUNDING_S = 0.003
AFTER_HOURS_S = 3.0
"""What sounds when the hours end is silent so soon after; the core allows the last words of what had fitted."""
Wanted = Order | Programme


@dataclass
class Asked:
    """A broadcast that somebody who may has signed: for whom, and by which keys each of them was asked."""

    message: PlannedBroadcast
    signers: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass
class Ban:
    """A broadcast that must not sound any more: up to which class, since when, by which key."""

    rank: int
    since: float
    key: str


@dataclass
class Life:
    """What happened on one disk of one unit: the memory that promises rest on."""

    unit: str
    sounds: defaultdict[BroadcastId, list[Sound]] = field(default_factory=lambda: defaultdict(list))
    receipts: defaultdict[BroadcastId, list[Receipt]] = field(default_factory=lambda: defaultdict(list))
    written: dict[int, Receipt] = field(default_factory=dict)
    bans: dict[BroadcastId, Ban] = field(default_factory=dict)
    ordered: set[BroadcastId] = field(default_factory=set)
    version: tuple[int, int] = (0, -1)
    serial: int = 0
    programme: Programme | None = None
    signer: str = ""
    stops: list[float] = field(default_factory=list)
    told_by_thief: bool = False
    """Whether a stolen key has acknowledged receipts of this disk."""

    def stopped_since(self, at: float) -> bool:
        """Whether an officer's order to end something arrived since then."""
        return any(stop >= at for stop in self.stops)

    def lists(self, id_: BroadcastId) -> bool:
        return self.programme is not None and any(each.id == id_ for each in self.programme.broadcasts)


class Broken(Exception):
    """Raised here, told with a story by the commune."""

    def __init__(self, promise: str, unit: SimUnit | None, said: str, about: str = "") -> None:
        super().__init__(said)
        self.promise, self.unit, self.said, self.about = promise, unit, said, about


@dataclass
class Referee:
    """Judges at every step. `must_end` is told of a sound that must be silent soon, and why."""

    must_end: Callable[[SimUnit, Sound, str], None] = lambda unit, sound, why: None
    lives: dict[str, Life] = field(default_factory=dict)
    asked: dict[BroadcastId, Asked] = field(default_factory=dict)
    genuine: dict[bytes, tuple[Wanted, str]] = field(default_factory=dict)
    delegations: dict[bytes, Delegation] = field(default_factory=dict)
    by_serial: dict[int, Delegation] = field(default_factory=dict)
    by_thief: set[bytes] = field(default_factory=set)
    thieves: set[str] = field(default_factory=set)
    stored: defaultdict[str, dict[int, Receipt]] = field(default_factory=lambda: defaultdict(dict))
    heard: int = 0
    judged: int = 0

    def life(self, unit: SimUnit) -> Life:
        life = self.lives.get(unit.disk.journal)
        if life is None:
            life = self.lives[unit.disk.journal] = Life(unit.name)
        return life

    def delegation(self, unit: SimUnit) -> Delegation | None:
        """The delegation that a unit holds, as it truly was signed."""
        held = None if unit.state is None else unit.state.delegation
        return None if held is None else self.by_serial.get(held.serial)

    def obeyed(self, unit: SimUnit, class_: BroadcastClass) -> set[str]:
        """The ids of the keys whose word counts at a unit for this class, by the delegation that it holds."""
        delegation = self.delegation(unit)
        keys = () if delegation is None else delegation.keys
        allowed = [key for key in keys if class_ is not BroadcastClass.EMERGENCY or key.role is Role.EMERGENCY]
        return {key_id(decode_bytes(key.public, 32)) for key in allowed}

    # ---- what is asked

    def published(self, data: bytes, *, thief: bool = False) -> Wanted | None:
        """Somebody who may sign has signed this, and it went out; None when it was seen before or asks for nothing."""
        if data in self.genuine or data in self.delegations:
            return None
        head, _, payload = data.partition(b"\n")
        header = msgspec.json.decode(head)
        key = str(header["key"])
        if thief:
            self.by_thief.add(data)
            self.thieves.add(key)
        match header["kind"]:
            case "programme":
                message: Wanted = msgspec.json.decode(payload, type=Programme)
                for broadcast in message.broadcasts:
                    self._ask(broadcast).signers[message.unit].add(key)
            case "order":
                message = msgspec.json.decode(payload, type=Order)
                if isinstance(message.act, Play):
                    for target in message.targets:
                        self._ask(message.act.broadcast).signers[target].add(key)
            case "delegation":
                delegation = self.delegations[data] = msgspec.json.decode(payload, type=Delegation)
                self.by_serial[delegation.serial] = delegation
                return None
            case _:
                return None
        self.genuine[data] = message, key
        return message

    def _ask(self, broadcast: PlannedBroadcast) -> Asked:
        asked = self.asked.get(broadcast.id)
        if asked is None:
            asked = self.asked[broadcast.id] = Asked(broadcast)
        return asked

    # ---- what sounds

    def began(self, unit: SimUnit, sound: Sound) -> None:
        self.heard += 1
        id_, life, asked = sound.broadcast, self.life(unit), self.asked.get(sound.broadcast)
        if asked is None or unit.name not in asked.signers:
            raise Broken("P-quiet", unit, f"{id_} sounds and was never asked of this unit", id_)
        first = len(asked.message.items) - len(sound.order.items)
        if first < 0 or asked.message.items[first:] != sound.order.items:
            raise Broken("P-quiet", unit, f"{id_} sounds with other items than were signed", id_)
        before = [each for each in life.sounds[id_] if each.began is not None]
        life.sounds[id_].append(sound)
        self._once(unit, sound, first, before, life)
        self._in_time(unit, sound, asked.message, resumed=bool(before))
        self._in_hours(unit, sound, asked.message)
        if not sound.stop_asked:
            self._wanted(unit, asked, life, resumed=bool(before))

    def _once(self, unit: SimUnit, sound: Sound, first: int, before: list[Sound], life: Life) -> None:
        id_ = sound.broadcast
        done = sum(each.items_done(unit.now) for each in before)
        if done > first:
            raise Broken("P-once", unit, f"{id_} begins with item {first}, {done} were heard", id_)
        told = life.receipts[id_]
        resumes = before and before[-1].end == "stopped" and told and told[-1].reason == Reason.PREEMPTED
        if before and not resumes:
            raise Broken("P-once", unit, f"{id_} sounds again; the last time it was {before[-1].end}", id_)

    def _in_time(self, unit: SimUnit, sound: Sound, message: PlannedBroadcast, *, resumed: bool) -> None:
        if not belief.trusted(unit):
            raise Broken("P-clock", unit, f"{message.id} sounds while no clock is trusted", message.id)
        error = sound.clock_bound_s = belief.bound_s(unit)
        if error is None:
            return
        at, start = unit.now, seconds_of(message.start)
        latest = seconds_of(message.not_after) + (message.duration_ms / 1000 if resumed else 0)
        if at > latest + error + ROUNDING_S:
            raise Broken("P-late", unit, f"{message.id} begins {at - latest:.3f} s after its last instant", message.id)
        if at < start - error - ROUNDING_S:
            raise Broken("P-late", unit, f"{message.id} begins {start - at:.3f} s before its start", message.id)

    def _in_hours(self, unit: SimUnit, sound: Sound, message: PlannedBroadcast) -> None:
        """By the true local time: as far as the unit's clock, or the network's alone, can be right."""
        bounds = [each for each in (belief.bound_s(unit), belief.network_bound_s(unit)) if each is not None]
        delegation = self.delegation(unit)
        if is_warning(message) or not bounds or delegation is None:
            return
        caps, slack = delegation.caps, timedelta(seconds=min(bounds) + 1.1)
        begin = true_time(unit.now) + slack
        end = max(begin, true_time(unit.now + sound.length_s) - slack)
        if not within(caps.hours, begin, end, caps.utc_offset_min):
            raise Broken("P-hours", unit, f"{message.id} sounds outside the hours", message.id)
        if sound.order.volume > caps.volume or sound.length_s > caps.length_s:
            raise Broken("P-hours", unit, f"{message.id} is louder or longer than the caps allow", message.id)

    def _wanted(self, unit: SimUnit, asked: Asked, life: Life, *, resumed: bool) -> None:
        message = asked.message
        ban = life.bans.get(message.id)
        if ban is not None and message.class_.rank <= ban.rank:
            said = f"{message.id} sounds, and {unit.now - ban.since:.1f} s ago its cancellation had arrived"
            raise Broken("P-cancel", unit, said, message.id)
        if not (resumed or life.lists(message.id) or message.id in life.ordered):
            raise Broken("P-quiet", unit, f"{message.id} sounds; it was withdrawn from the programme", message.id)
        if not asked.signers[unit.name] & self.obeyed(unit, message.class_):
            raise Broken("P-revoked", unit, f"{message.id} sounds; no key that asked for it is trusted", message.id)

    def ended(self, unit: SimUnit, sound: Sound) -> None:
        if sound.began is None:
            return
        if sound.position(unit.now) > sound.length_s + ROUNDING_S:
            raise Broken("P-quiet", unit, f"{sound.broadcast} sounded longer than it is", sound.broadcast)
        asked, error = self.asked[sound.broadcast], belief.network_bound_s(unit)
        delegation = self.delegation(unit)
        if error is None or delegation is None or is_warning(asked.message):
            return
        caps, last = delegation.caps, true_time(unit.now - error - AFTER_HOURS_S)
        held_up = "pause" in unit.trouble.standing or unit.trouble.last > unit.now - AFTER_HOURS_S
        if last > true_time(sound.began) and not held_up and not within(caps.hours, last, last, caps.utc_offset_min):
            raise Broken("P-hours", unit, f"{sound.broadcast} sounded on after the hours", sound.broadcast)

    # ---- what is written down

    def committed(self, unit: SimUnit, effects: list[Effect]) -> None:
        life = self.life(unit)
        for effect in effects:
            match effect:
                case Journal(receipt):
                    self._receipt(unit, life, receipt)
                case DropReceipts(through):
                    self._dropped(unit, life, through)
                case Remember(Shelf.PROGRAMME, _, None):
                    self._programme_dropped(unit, life)
                case Remember(Shelf.PROGRAMME, _, data) if data is not None:
                    self._programme(unit, life, data)
                case Remember(Shelf.DELEGATION, _, data) if data is not None:
                    self._delegation(unit, life, data)

    def _receipt(self, unit: SimUnit, life: Life, receipt: Receipt) -> None:
        if receipt.number != len(life.written) + 1:
            raise Broken("receipts", unit, f"number {receipt.number} follows {len(life.written)}")
        life.written[receipt.number] = receipt
        if receipt.broadcast is None or receipt.order is not None:
            return
        self._true(unit, life, receipt, receipt.broadcast)
        life.receipts[receipt.broadcast].append(receipt)

    def _true(self, unit: SimUnit, life: Life, receipt: Receipt, id_: BroadcastId) -> None:
        sounds, asked = life.sounds[id_], self.asked.get(id_)
        heard_s = true_position(asked.message, sounds, unit.now) if asked else 0.0
        if receipt.stage in {Stage.STARTED, Stage.RESUMED} and not sounds:
            raise Broken("P-truth", unit, f"{id_} is claimed {receipt.stage} and was not heard", id_)
        if receipt.stage == Stage.SKIPPED and sounds:
            raise Broken("P-truth", unit, f"{id_} is claimed skipped and was heard", id_)
        if receipt.stage == Stage.FINISHED:
            done = sum(sound.items_done(unit.now) for sound in sounds)
            wanted = len(asked.message.items) if asked else -1
            if done != wanted:
                raise Broken("P-truth", unit, f"{id_} is claimed finished; {done} of {wanted} items were heard", id_)
        if receipt.played_ms is not None and receipt.played_ms / 1000 > heard_s + ROUNDING_S:
            said = f"{id_} {receipt.stage}: {receipt.played_ms} ms are claimed, {heard_s * 1000:.0f} were heard"
            raise Broken("P-truth", unit, said, id_)

    def _dropped(self, unit: SimUnit, life: Life, through: int) -> None:
        stored = self.stored[unit.disk.journal]
        lost = [number for number in life.written if number <= through and number not in stored]
        if lost and not life.told_by_thief:
            raise Broken("receipts", unit, f"receipts {lost} are dropped and the desk never stored them")

    def _programme(self, unit: SimUnit, life: Life, data: bytes) -> None:
        programme, key = self.genuine.get(data, (None, ""))
        if not isinstance(programme, Programme) or programme.unit != unit.name:
            raise Broken("P-quiet", unit, "a programme is taken that nobody signed for this unit")
        version = (programme.epoch, programme.version)
        if version <= life.version:
            raise Broken("rollback", unit, f"programme {version} is taken after {life.version}")
        life.version, life.programme, life.signer = version, programme, key

    def _programme_dropped(self, unit: SimUnit, life: Life) -> None:
        """Only for a key that is revoked, or a new epoch; versions signed by another key begin anew."""
        delegation, held = self.by_serial.get(life.serial), life.programme
        if delegation is not None and held is not None and held.epoch == delegation.epoch:
            keys = {key_id(decode_bytes(key.public, 32)) for key in delegation.keys}
            if life.signer in keys:
                raise Broken("P-autonomy", unit, f"programme {held.version} is dropped without need")
        life.programme, life.version = None, (0, -1)

    def _delegation(self, unit: SimUnit, life: Life, data: bytes) -> None:
        delegation = self.delegations.get(data)
        if delegation is None:
            raise Broken("P-quiet", unit, "a delegation is taken that the root key never signed")
        if delegation.serial <= life.serial:
            raise Broken("rollback", unit, f"delegation {delegation.serial} is taken after {life.serial}")
        life.serial = delegation.serial
        keys = {key_id(decode_bytes(key.public, 32)) for key in delegation.keys}
        if not any(key in keys for key in self.thieves):
            unit.told_lies = unit.told_lies and unit.misled
            unit.trouble.ends(unit.now, "thief")
        life.bans = {id_: ban for id_, ban in life.bans.items() if ban.key in keys}
        sound = unit.player.sound
        if sound is not None and not self.asked[sound.broadcast].signers[unit.name] & keys:
            self.must_end(unit, sound, "its key was revoked")

    # ---- what arrives

    def decided(self, unit: SimUnit, event: Event) -> None:
        """What was decided is on the disk."""
        if not isinstance(event, MessageArrived):
            return
        message, key = self.genuine.get(event.data, (None, ""))
        if event.data in self.by_thief and key in self.obeyed(unit, BroadcastClass.ROUTINE):
            unit.trouble.begins(unit.now, "thief")
        if not isinstance(message, Order) or event.kind is not Kind.ORDER or unit.name not in message.targets:
            return
        if isinstance(message.act, Play):
            self.life(unit).ordered.add(message.act.broadcast.id)
        elif self._open(unit, message) and key in self.obeyed(unit, message.class_):
            self._taken_back(unit, message, key)

    def stepped(self, unit: SimUnit, event: Event) -> None:
        """After a step and its effects."""
        self.judged += 1
        state, sound = unit.state, unit.player.sound
        if state is None:
            return
        if unit.idle and not isinstance(event, RelayChanged) and (state.active is None) != (sound is None):
            raise Broken("P-quiet", unit, "core and player disagree about whether something sounds")
        belief.disabuse(unit, self.thieves)
        bound = belief.bound_s(unit)
        if bound is not None and abs(belief.error_s(unit)) > bound:
            raise Broken("P-clock", unit, f"it believes a time that is off by {belief.error_s(unit):.3f} s")

    def _open(self, unit: SimUnit, order: Order) -> bool:
        """Whether the order's window is open by the truth, and the unit can know and keep it."""
        error, state = belief.bound_s(unit), unit.state
        if error is None or state is None or state.disk is not DiskHealth.OK:
            return False
        now, margin = true_time(unit.now), timedelta(seconds=error + 0.1)
        return order.not_before + margin <= now <= order.not_after - margin

    def _taken_back(self, unit: SimUnit, order: Order, key: str) -> None:
        life, sound = self.life(unit), unit.player.sound
        hit = False
        match order.act:
            case Cancel(broadcasts=ids):
                for id_ in ids:
                    ban = life.bans.get(id_)
                    if ban is None or ban.rank < order.class_.rank:
                        life.bans[id_] = Ban(order.class_.rank, unit.now, key)
                hit = sound is not None and sound.broadcast in ids
            case Stop():
                life.stops.append(unit.now)
                hit = sound is not None
        if sound is not None and hit and self.asked[sound.broadcast].message.class_.rank <= order.class_.rank:
            self.must_end(unit, sound, "the order to end it had arrived")

    def desk_stored(self, unit: str, journal: str, receipt: Receipt) -> None:
        life = self.lives.get(journal)
        if life is None or life.unit != unit or life.written.get(receipt.number) != receipt:
            raise Broken("P-truth", None, f"the desk believes a receipt of {unit} that it never wrote: {receipt}")
        self.stored[journal][receipt.number] = receipt


def true_position(message: PlannedBroadcast, sounds: list[Sound], now: float) -> float:
    """How many seconds of its planned length a broadcast truly reached, at its furthest."""
    return max((_reached(message, sound, now) for sound in sounds), default=0.0)


def _reached(message: PlannedBroadcast, sound: Sound, now: float) -> float:
    first = len(message.items) - len(sound.order.items)
    before = sum(item.duration_ms + item.gap_ms for item in message.items[:first]) / 1000
    return before + sound.position(now)


def is_warning(message: PlannedBroadcast) -> bool:
    """An actual emergency: what neither hours nor length bind."""
    return message.class_ is BroadcastClass.EMERGENCY and message.status is Status.ACTUAL
