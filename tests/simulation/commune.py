"""A commune of simulated units, their desk, the broker between them, and a referee: everything from one seed."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

from edge.core.effects import Effect
from edge.core.events import Event
from protocol.keys import Keyring, VerifyKey
from protocol.names import CommuneId, Role, UnitId
from protocol.topics import Leaf
from tests.simulation.agenda import Agenda
from tests.simulation.books import Books
from tests.simulation.chronicle import Chronicle, Violation, told_time, true_time
from tests.simulation.clip_supply import Road
from tests.simulation.desk import Desk, Ring
from tests.simulation.foresight import Foresight
from tests.simulation.healing import PLANS_HEALED_S, require_healed, require_plans_held
from tests.simulation.network import Network
from tests.simulation.office import Office
from tests.simulation.player import Sound
from tests.simulation.promises import Broken, Referee
from tests.simulation.script import DAY, Script
from tests.simulation.thief import Thief
from tests.simulation.troubles import befall
from tests.simulation.unit import SimUnit
from tests.simulation.vault import Vault
from tests.simulation.villain import Villain

SILENT_WITHIN_S = 1.5


@dataclass
class Tally:
    """What a run came to."""

    steps: int = 0
    happenings: int = 0
    messages: int = 0
    sounds: int = 0
    receipts: int = 0
    foreseen: int = 0
    villainies: int = 0


@dataclass
class Commune:
    """Surroundings of its units (`tests.simulation.unit.Surroundings`)."""

    script: Script
    commune: CommuneId = CommuneId("vi-huong")
    agenda: Agenda = field(default_factory=Agenda)
    chronicle: Chronicle = field(default_factory=Chronicle)
    backups: list[Books] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.referee = Referee(self._must_end)
        self.vault = Vault(self.commune, self.random("keys"))
        self.vault.delegate(true_time(0.0))
        self.referee.published(self.vault.signed)
        self.network = Network(self.agenda, self.commune, self.random("network"), take_up=self._take_up)
        self.units = [self._unit(number) for number in range(self.script.units)]
        self.network.units = {unit.name: unit for unit in self.units}
        self.desk = self._desk()
        self.villain = Villain(self.agenda, self.network, self.random("villain"))
        self.thief = Thief(self.agenda, self.network, self.referee, self.random("thief"), self.vault)
        self.network.tap = self._tap
        self.office = Office(self.desk, self.random("office"), tuple(unit.id for unit in self.units))
        self.foresight = Foresight(self.agenda, self.referee, self.network, self.desk)

    def random(self, purpose: str) -> Random:
        """A stream of randomness of its own for each purpose, so that leaving one thing out changes no other."""
        return Random(f"{self.script.seed} {purpose}")

    def _unit(self, number: int) -> SimUnit:
        name = f"cum-{number + 1:02d}"
        random = self.random(name)
        road = Road(lambda: self.network.way_out(name) and self.desk.open)
        installed = self.vault.signed if random.random() < 0.7 else None
        root = VerifyKey(Role.ROOT, self.vault.root.public)
        return SimUnit(name, self, random, root=root, installed=installed, road=road)

    def _desk(self) -> Desk:
        return Desk(
            self.agenda,
            self.chronicle,
            self.commune,
            self.random("desk"),
            {unit.id: Keyring([VerifyKey(Role.UNIT, unit.key.public, unit.id)]) for unit in self.units},
            self.vault,
            self._ring,
            horizon=timedelta(days=min(14, int(self.script.days) + 3)),
            clock_error=timedelta(seconds=self.random("desk clock").uniform(-0.05, 0.05)),
            stored=lambda unit, journal, receipt: self.referee.desk_stored(unit, journal, receipt),
        )

    # ---- the run

    def run(self) -> Tally:
        """From the first midnight to the end; raises Violation, with a story."""
        try:
            self._prepare()
            self.agenda.run(self.script.end)
            require_healed(self)
        except Broken as broken:
            raise self._told(broken) from broken
        return self.tally()

    def _prepare(self) -> None:
        for unit in self.units:
            self.agenda.at(unit.random.uniform(0, 20), unit.power_on)
        self.agenda.at(0.0, self.desk.begin)
        self.agenda.at(1.0, self.office.furnish)
        self.agenda.at(self.script.quiet_from + PLANS_HEALED_S, lambda: require_plans_held(self))
        for day in range(int(self.script.days) + 1):
            self.agenda.at(day * DAY + 600.0, lambda: self.backups.append(self.desk.books.copy()))
        for incident in self.script.incidents:
            self.agenda.at(incident.at, lambda incident=incident: befall(self, incident))

    def tally(self) -> Tally:
        return Tally(
            steps=sum(unit.steps for unit in self.units),
            happenings=self.agenda.happenings,
            messages=self.network.carried,
            sounds=self.referee.heard,
            receipts=sum(len(life.written) for life in self.referee.lives.values()),
            foreseen=self.foresight.judged,
            villainies=self.villain.acts + self.thief.acts,
        )

    def _told(self, broken: Broken) -> Violation:
        unit = None if broken.unit is None else broken.unit.name
        whose = [name for name in (unit, "desk", "world") if name is not None]
        story = self.chronicle.story(*whose, mentions=broken.about)
        head = f"{told_time(self.agenda.now)}: {broken.said}"
        return Violation(broken.promise, unit, broken.said, f"{head}\n{story}")

    # ---- what units and desk do to the world

    def publish(self, unit: SimUnit, leaf: Leaf, data: bytes) -> None:
        self.network.publish_up(unit, leaf, data)

    def connected(self, unit: SimUnit) -> None:
        self.network.connect(unit)

    def _tap(self, topic: str, data: bytes) -> bool:
        self.thief.listen(topic, data)
        return self.villain.listen(topic, data)

    def _ring(self, ring: Ring) -> None:
        message = self.referee.published(ring.data)
        if message is not None:
            self.foresight.expect(message)
        self.network.publish_down(ring.topic, ring.data, ring.targets)

    def _take_up(self, topic: str, data: bytes) -> None:
        self.desk.take(topic, data)

    def decided(self, unit: SimUnit, event: Event) -> None:
        self.referee.decided(unit, event)
        self.foresight.decided(unit, event)

    def stepped(self, unit: SimUnit, event: Event) -> None:
        self.referee.stepped(unit, event)

    def committed(self, unit: SimUnit, effects: list[Effect]) -> None:
        self.referee.committed(unit, effects)

    def faulted(self, unit: SimUnit, said: str) -> None:
        raise Broken("no-fault", unit, f"the core failed: {said}")

    def began(self, unit: SimUnit, sound: Sound) -> None:
        unit.tell("{0} is heard, from item {1} from the end", sound.broadcast, len(sound.order.items))
        self.referee.began(unit, sound)

    def ended(self, unit: SimUnit, sound: Sound) -> None:
        unit.tell("{0} ends ({1}), {2:.1f} s were heard", sound.broadcast, sound.end, sound.heard_s)
        self.referee.ended(unit, sound)

    def _must_end(self, unit: SimUnit, sound: Sound, why: str) -> None:
        at = self.agenda.now
        self.agenda.after(SILENT_WITHIN_S, lambda: self._require_silence(unit, sound, at, why))

    def _require_silence(self, unit: SimUnit, sound: Sound, since: float, why: str) -> None:
        if unit.player.sound is sound and not unit.paused and not unit.trouble.struck_since(since):
            said = f"{sound.broadcast} still sounds {SILENT_WITHIN_S} s after {why}"
            raise Broken("P-cancel", unit, said, sound.broadcast)

    def unit_named(self, name: UnitId) -> SimUnit:
        return self.network.units[name]
