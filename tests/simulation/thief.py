"""Somebody who has stolen the schedule key: everything signed rightly, and meant badly. Caps and revocation must hold.

The thief hears the broker, and can therefore answer a unit that asks for the time, faster than the desk, with a lie.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

import msgspec

from protocol.envelope import seal
from protocol.keys import SigningKey
from protocol.messages import (
    Cancel,
    ClockAnswer,
    ClockQuestion,
    Item,
    Order,
    PlannedBroadcast,
    Play,
    Programme,
    ReceiptAck,
    Stop,
)
from protocol.names import BroadcastId, ClipHash, Kind, OrderId
from protocol.topics import Leaf
from schedules.vocabulary import BroadcastClass, Status
from tests.simulation.agenda import Agenda
from tests.simulation.chronicle import true_time
from tests.simulation.network import Network
from tests.simulation.promises import Referee
from tests.simulation.unit import SimUnit
from tests.simulation.vault import Vault

EVERY_S = 1800.0


@dataclass
class Thief:
    agenda: Agenda
    network: Network
    referee: Referee
    random: Random
    vault: Vault
    key: SigningKey | None = None
    busy: bool = False
    lies_s: float = 0.0
    epoch: int = 1
    acts: int = 0
    made: int = 0
    misled: set[str] = field(default_factory=set)

    def begin(self) -> None:
        self.key, self.epoch = self.vault.schedule, self.vault.in_force.epoch
        self.lies_s = self.random.choice((0.0, 3600.0, 6 * 3600.0, -5 * 3600.0, 86_400.0, 20 * 86_400.0))
        self.busy = True
        self.referee.thieves.add(self.key.id)
        self._later()

    def end(self) -> None:
        self.busy = False

    def listen(self, topic: str, data: bytes) -> None:
        """Answer questions for the time before the desk does."""
        if not (self.busy and self.lies_s and topic.endswith(f"/{Leaf.CLOCK_QUESTION}")):
            return
        try:
            question = msgspec.json.decode(data.partition(b"\n")[2], type=ClockQuestion)
        except msgspec.DecodeError:
            return
        unit = self.network.units.get(question.unit)
        if unit is not None:
            self.acts += 1
            at = self._now() + timedelta(seconds=self.lies_s)
            answer = ClockAnswer(commune=self.network.commune, unit=question.unit, nonce=question.nonce, at=at)
            self.agenda.after(0.02, lambda: self._tell_time(unit, self._signed(answer)))

    def _tell_time(self, unit: SimUnit, data: bytes) -> None:
        if self.network.open(unit) and unit.link:
            unit.told_lies = unit.told_lies or self._is_obeyed(unit)
            self._mark(unit)
            unit.receive(Kind.CLOCK_ANSWER, data)

    def _later(self) -> None:
        self.agenda.after(self.random.expovariate(1 / EVERY_S), self._act)

    def _act(self) -> None:
        if not self.busy:
            return
        self._later()
        self.acts += 1
        unit = self.random.choice(list(self.network.units.values()))
        self.random.choice((self._plan, self._play, self._play, self._take_back, self._acknowledge))(unit)

    def _plan(self, unit: SimUnit) -> None:
        """A programme above every version, for the small hours and for the day."""
        now = self._now()
        spans = [timedelta(minutes=self.random.uniform(1, 1440)) for _ in range(4)]
        programme = Programme(
            commune=self.network.commune,
            unit=unit.id,
            epoch=self.epoch,
            version=2**40 + self.made,
            issued_at=now + self.random.choice((timedelta(0), timedelta(0), timedelta(days=30))),
            until=now + timedelta(days=14),
            volume=100,
            broadcasts=tuple(self._broadcast(now + span) for span in spans),
        )
        self._send(unit, Kind.PROGRAMME, self._signed(programme))

    def _play(self, unit: SimUnit) -> None:
        act = Play(broadcast=self._broadcast(self._now()))
        self._order(unit, act, self.random.choice((BroadcastClass.ROUTINE, BroadcastClass.PRIORITY)))

    def _take_back(self, unit: SimUnit) -> None:
        sound = unit.player.sound
        act = Stop() if sound is None or self.random.random() < 0.5 else Cancel(broadcasts=(sound.broadcast,))
        self._order(unit, act, BroadcastClass.PRIORITY)

    def _acknowledge(self, unit: SimUnit) -> None:
        """Receipts that the desk never had."""
        ack = ReceiptAck(
            commune=self.network.commune, unit=unit.id, journal=unit.disk.journal, through=unit.disk.last_number
        )
        self.referee.life(unit).told_by_thief = True
        self._send(unit, Kind.RECEIPT_ACK, self._signed(ack))

    def _order(self, unit: SimUnit, act: Play | Stop | Cancel, class_: BroadcastClass) -> None:
        now = self._now()
        order = Order(
            id=OrderId(f"thief-{self.random.getrandbits(40):x}"),
            commune=self.network.commune,
            targets=(unit.id,),
            issued_at=now,
            not_before=now - timedelta(hours=1),
            not_after=now + timedelta(hours=2),
            class_=class_,
            act=act,
        )
        self._send(unit, Kind.ORDER, self._signed(order))

    def _broadcast(self, start: datetime) -> PlannedBroadcast:
        """Of clips that the unit has, or of none that exists; as an exercise it may not pass for a warning."""
        self.made += 1
        clips = sorted({clip for unit in self.network.units.values() for clip in unit.disk.clips})
        clip = self.random.choice(clips) if clips else ClipHash(sha256(b"nothing").hexdigest())
        seconds = self.random.choice((20, 60, 5000))
        return PlannedBroadcast(
            id=BroadcastId(f"thief-{self.made}"),
            start=start,
            not_after=start + timedelta(hours=self.random.choice((0.2, 2, 12))),
            class_=self.random.choice((BroadcastClass.ROUTINE, BroadcastClass.PRIORITY)),
            status=Status.ACTUAL,
            title="Thông báo",
            items=(Item(clip=clip, size=8000, duration_ms=1000 * seconds),),
        )

    def _send(self, unit: SimUnit, kind: Kind, data: bytes) -> None:
        self.referee.published(data, thief=True)
        if self.network.open(unit) and unit.link:
            self._mark(unit)
            unit.receive(kind, data)

    def _is_obeyed(self, unit: SimUnit) -> bool:
        return self.key is not None and self.key.id in self.referee.obeyed(unit, BroadcastClass.ROUTINE)

    def _mark(self, unit: SimUnit) -> None:
        """Until the key is revoked there, nothing is promised of what this unit plays, but of what it does not."""
        if self._is_obeyed(unit):
            unit.trouble.begins(unit.now, "thief")

    def _signed(self, message: Programme | Order | ReceiptAck | ClockAnswer) -> bytes:
        assert self.key is not None
        return seal(message, self.key)

    def _now(self) -> datetime:
        return true_time(self.agenda.now)
