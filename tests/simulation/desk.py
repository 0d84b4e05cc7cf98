"""The desk of the simulated commune: the controller's own rules (`controller.domain`) over books instead of a database.

Every use case signs, writes down, and only then rings, like the services; the process may die between the three.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from random import Random

from controller.domain import programme as rules
from controller.domain.reconciliation import order_due, programme_due, unanswered
from protocol.envelope import Refused, seal
from protocol.keys import Keyring
from protocol.messages import Cancel, Order, PlannedBroadcast, Play, Receipt, Stop
from protocol.names import BroadcastId, ClipHash, CommuneId, OrderId, UnitId
from protocol.topics import Leaf, delegation_topic, orders_topic, read_unit_topic, unit_topic
from schedules.vocabulary import BroadcastClass
from tests.simulation import desk_inbox, planner
from tests.simulation.agenda import Agenda, Entry
from tests.simulation.books import Books, BroadcastRow, OrderRow, ScheduleRow, TargetRow
from tests.simulation.chronicle import Chronicle, seconds_of, true_time
from tests.simulation.vault import Vault

SKEW = timedelta(minutes=2)
RESEND_AFTER = timedelta(seconds=15)
STOP_WINDOW = timedelta(minutes=2)
CANCEL_WINDOW = timedelta(minutes=10)
LONGEST_EMERGENCY = timedelta(hours=3)
ROLL_AFTER_S = 0.5
CHORES_S = 15.0
GREET_S = 12 * 3600.0
"""The real desk greets every hour; nothing rests on it."""


class DeskDeath(StrEnum):
    """Where in a use case the controller dies."""

    SIGNED = "after signing"
    STORED = "after storing"
    PUBLISHED = "after publishing"


class DeskDied(Exception):
    """The controller's process is dead."""


@dataclass(frozen=True, slots=True)
class Ring:
    """One message that goes out: its topic, whom it shall reach, its bytes."""

    topic: str
    targets: tuple[str, ...]
    data: bytes


@dataclass
class Desk:
    agenda: Agenda
    chronicle: Chronicle
    commune: CommuneId
    random: Random
    units: dict[UnitId, Keyring]
    vault: Vault
    publish: Callable[[Ring], None]
    horizon: timedelta = timedelta(days=14)
    books: Books = field(default_factory=Books)
    open: bool = False
    away: bool = False
    doom: DeskDeath | None = None
    clips: dict[ClipHash, bytes] = field(default_factory=dict)
    stored: Callable[[UnitId, str, Receipt], None] = lambda unit, journal, receipt: None
    refused: int = 0
    clock_error: timedelta = timedelta(0)
    started_at: datetime = true_time(0.0)
    answered_time: dict[UnitId, datetime] = field(default_factory=dict)
    _chores: Entry | None = None
    _roll: Entry | None = None
    _life: int = 0
    _delegated_at: datetime | None = None

    @property
    def now(self) -> datetime:
        return true_time(self.agenda.now) + self.clock_error

    def tell(self, pattern: str, *values: object) -> None:
        self.chronicle.tell(self.agenda.now, "desk", pattern, *values)

    # ---- the process

    def begin(self) -> None:
        if self.open or self.away:
            return
        self.open, self.started_at = True, self.now
        self._life += 1
        self.tell("the controller begins")
        if not self.vault.delegations:
            self.vault.delegate(self.now)
        self._guarded(self.roll)
        self._guarded(self.greet)
        self._daily(self._life)
        self._greet_later(self._life)

    def die(self, why: str, *, again_s: float | None = 5.0) -> None:
        if not self.open:
            return
        self.tell("the controller ends: {0}", why)
        self.open = False
        for entry in (self._chores, self._roll):
            if entry is not None:
                entry.call_off()
        self._chores = self._roll = None
        self.answered_time.clear()
        if again_s is not None:
            self.agenda.after(again_s, self.begin)

    def restore(self, backup: Books) -> None:
        """The database is put back to an older copy; the key folder is as it was."""
        self.die("its database is restored from an older copy", again_s=None)
        self.books = backup.copy()
        self._sign_anew(self.now)
        self.begin()

    def do(self, act: Callable[[], object]) -> bool:
        """An officer's act, if the desk is open."""
        if not self.open:
            return False
        self._guarded(act)
        return True

    def _guarded(self, act: Callable[[], object]) -> None:
        if not self.open:
            return
        try:
            act()
        except DeskDied as death:
            self.die(str(death))
        else:
            self._plan_chores()

    def settle(self, store: Callable[[], None], rings: Iterable[Ring]) -> None:
        """What was signed is stored, then published; the process may die between."""
        doom, self.doom = self.doom, None
        if doom is DeskDeath.SIGNED:
            raise DeskDied(doom)
        store()
        if doom is DeskDeath.STORED:
            raise DeskDied(doom)
        for ring in rings:
            self.publish(ring)
        if doom is DeskDeath.PUBLISHED:
            raise DeskDied(doom)

    # ---- chores

    def kick_roll(self) -> None:
        if self._roll is None or self._roll.act is None:
            self._roll = self.agenda.after(ROLL_AFTER_S, lambda: self._guarded(self.roll))

    def _daily(self, life: int) -> None:
        if self.open and life == self._life:
            midnight = datetime.combine(self.now.date() + timedelta(days=1), time(0, 0, 20), UTC)
            self.agenda.at(seconds_of(midnight), lambda: (self._rolled(life), self._daily(life)))

    def _rolled(self, life: int) -> None:
        if life == self._life:
            self._guarded(self.roll)

    def _greet_later(self, life: int) -> None:
        if self.open and life == self._life:
            self.agenda.after(GREET_S, lambda: self._greeted(life))

    def _greeted(self, life: int) -> None:
        if life == self._life:
            self._guarded(self.greet)
            self._greet_later(life)

    def _plan_chores(self) -> None:
        if self.open and (self._chores is None or self._chores.act is None) and self._anything_open():
            self._chores = self.agenda.after(CHORES_S, lambda: self._guarded(self.resend))

    def _anything_open(self) -> bool:
        now, books = self.now, self.books
        waiting = (row for row in books.orders.values() if row.published_at is not None and now <= row.not_after)
        if any(len(row.answered) < len(row.targets) for row in waiting):
            return True
        online = {unit for unit, row in books.states.items() if row.online}
        if any(row.held_version != row.version and unit in online for unit, row in books.programmes.items()):
            return True
        return any((books.states[unit].state.delegation or 0) < self.vault.in_force.serial for unit in online)

    def greet(self) -> None:
        """The broker is reached anew, and may have forgotten everything."""
        self._publish_delegation()
        self._publish_programmes(list(self.books.programmes))
        self._resend_orders(timedelta(0))

    def resend(self) -> None:
        self._resend_delegation()
        due = [
            one for one in self.books.programmes if programme_due(planner.standing(self, one), self.now, RESEND_AFTER)
        ]
        self._publish_programmes(due)
        self._resend_orders(RESEND_AFTER)

    def _publish_delegation(self) -> None:
        self._delegated_at = self.now
        self.publish(Ring(delegation_topic(self.commune), tuple(self.units), self.vault.signed))

    def _resend_delegation(self) -> None:
        at = self._delegated_at
        if at is None or at > self.now - RESEND_AFTER:
            return
        heard = (row for row in self.books.states.values() if row.online and row.received_at >= at)
        if any((row.state.delegation or 0) < self.vault.in_force.serial for row in heard):
            self._publish_delegation()

    def _publish_programmes(self, units: Iterable[UnitId]) -> None:
        for unit in units:
            row = self.books.programmes[unit]
            self.books.programmes[unit] = replace(row, published_at=self.now)
            self.publish(self.unit_ring(unit, Leaf.PROGRAMME, row.signed))

    def _resend_orders(self, patience: timedelta) -> None:
        for row in list(self.books.orders.values()):
            left = unanswered(row.targets, row.answered)
            if left and order_due(row.published_at, row.not_after, self.now, patience):
                self.books.orders[row.id] = replace(row, published_at=self.now)
                self.publish(self._order_ring(left, row.signed))

    def unit_ring(self, unit: UnitId, leaf: Leaf, data: bytes) -> Ring:
        return Ring(unit_topic(self.commune, unit, leaf), (unit,), data)

    def _order_ring(self, targets: tuple[UnitId, ...], data: bytes) -> Ring:
        if len(targets) == 1:
            return self.unit_ring(targets[0], Leaf.ORDER, data)
        return Ring(orders_topic(self.commune), targets, data)

    def roll(self) -> None:
        """New days, new programmes, and immediate acts that a crash kept from being ordered."""
        now = self.now
        begin, until = rules.window(now, self.horizon)
        planner.occur(self, now, until)
        for row in list(self.books.broadcasts.values()):
            waits = row.ordered_at is None and (row.immediate or row.emergency) and row.cancelled_at is None
            if waits and row.message.not_after >= now:
                self._order_play(row, now)
        roll = planner.sign_changed(self, now, begin, until)
        if not roll.signed:
            return

        def store() -> None:
            self.books.programmes |= roll.signed
            planner.mark(self, roll)

        self.settle(store, [self.unit_ring(unit, Leaf.PROGRAMME, row.signed) for unit, row in roll.signed.items()])

    # ---- what officers do

    def schedule(self, row: ScheduleRow) -> None:
        hour, minute = divmod(row.minute, 60)
        self.tell("plans {0} every day at {1:02d}:{2:02d} for {3} units", row.id, hour, minute, len(row.targets))
        self.books.schedules[row.id] = row
        self.kick_roll()

    def announce(self, message: PlannedBroadcast, targets: tuple[UnitId, ...], *, immediate: bool) -> None:
        """A single broadcast, now or later; an emergency travels as an order only."""
        row = BroadcastRow(message, targets, self.now, immediate=immediate)
        self.tell("plans {0} ({1}, {2}) for {3}", message.id, message.class_, message.status, ",".join(targets))
        self.books.broadcasts[message.id] = row
        for unit in targets:
            self.books.targets[unit, message.id] = TargetRow()
        if row.immediate or row.emergency:
            self._order_play(row, self.now)
        if not row.emergency:
            self.kick_roll()

    def cancel(self, id_: BroadcastId) -> None:
        now, row = self.now, self.books.broadcasts[id_]
        if row.cancelled_at is not None or now > row.last_sound:
            return
        self.tell("cancels {0}", id_)
        changed = replace(row, cancelled_at=now)
        if row.emergency:
            self._release({id_: changed}, self._held_back(id_, set(row.targets)), ())
        else:
            until = max(row.last_sound, now + CANCEL_WINDOW)
            order = self._sign(Cancel(broadcasts=(id_,)), row.message.class_, row.targets, until, about=id_)
            self._release({id_: changed}, (), (order,))
            self.kick_roll()

    def stop(self, units: tuple[UnitId, ...]) -> None:
        """Stop what sounds: the order reaches as high as the schedule key; emergencies are cancelled at these units."""
        now = self.now
        self.tell("stops what sounds at {0}", ",".join(units))
        order = self._sign(Stop(), BroadcastClass.PRIORITY, units, now + STOP_WINDOW)
        held: list[OrderRow] = []
        changed: dict[BroadcastId, BroadcastRow] = {}
        for id_, row in self.books.broadcasts.items():
            live = row.emergency and row.ordered_at is not None and row.cancelled_at is None
            if live and now - LONGEST_EMERGENCY < row.message.start <= now + SKEW:
                held += self._held_back(id_, set(units))
                if now <= row.last_sound and set(row.targets) <= set(units):
                    changed[id_] = replace(row, cancelled_at=now)
        self._release(changed, held, (order,))

    def _order_play(self, row: BroadcastRow, now: datetime) -> None:
        message = row.message
        inline = {item.clip: self.clips[item.clip] for item in message.items} if row.emergency else {}
        act = Play(broadcast=message, inline=inline)
        order = self._sign(act, message.class_, row.targets, message.not_after, about=message.id)
        back = [self._held_cancel(row, unit) for unit in row.targets] if row.emergency else []
        changed = replace(row, ordered_at=now)

        def store() -> None:
            self.books.orders |= {each.id: each for each in (order, *back)}
            self.books.broadcasts[message.id] = changed

        self.settle(store, [self._order_ring(order.targets, order.signed)])

    def _held_cancel(self, row: BroadcastRow, unit: UnitId) -> OrderRow:
        act = Cancel(broadcasts=(row.message.id,))
        until = row.last_sound + CANCEL_WINDOW
        order = self._sign(act, row.message.class_, (unit,), until, about=row.message.id)
        return replace(order, published_at=None)

    def _held_back(self, id_: BroadcastId, units: set[UnitId]) -> list[OrderRow]:
        rows = (row for row in self.books.orders.values() if row.about == id_ and row.published_at is None)
        return [row for row in rows if set(row.targets) <= units and row.not_after >= self.now]

    def _release(
        self, changed: dict[BroadcastId, BroadcastRow], held: Iterable[OrderRow], fresh: Iterable[OrderRow]
    ) -> None:
        rows = [*(replace(row, published_at=self.now) for row in held), *fresh]

        def store() -> None:
            self.books.broadcasts |= changed
            self.books.orders |= {row.id: row for row in rows}

        self.settle(store, [self._order_ring(row.targets, row.signed) for row in rows])

    def _sign(
        self,
        act: Play | Stop | Cancel,
        class_: BroadcastClass,
        targets: tuple[UnitId, ...],
        until: datetime,
        *,
        about: BroadcastId | None = None,
    ) -> OrderRow:
        order = Order(
            id=OrderId(f"order-{self.random.getrandbits(40):x}"),
            commune=self.commune,
            targets=targets,
            issued_at=self.now,
            not_before=self.now - SKEW,
            not_after=until,
            class_=class_,
            act=act,
        )
        key = self.vault.emergency if class_ is BroadcastClass.EMERGENCY else self.vault.schedule
        plays = isinstance(act, Play)
        return OrderRow(order.id, targets, seal(order, key), until, self.now, about=about, plays=plays)

    # ---- keys

    def rotate(self, *, schedule: bool, emergency: bool, new_epoch: bool) -> None:
        """A new delegation: keys that are replaced are revoked, a new epoch ends all that units hold."""
        serials = (row.state.delegation or 0 for row in self.books.states.values())
        self.vault.delegate(
            self.now, schedule=schedule, emergency=emergency, new_epoch=new_epoch, beyond=max(serials, default=0)
        )
        made = self.vault.in_force
        self.tell("delegation {0}, epoch {1}", made.serial, made.epoch)
        self._sign_anew(self.now)
        self._publish_delegation()
        self.kick_roll()

    def _sign_anew(self, now: datetime) -> None:
        """What was signed by a key that is not in force any more is signed again at the next roll."""
        known, books = self.vault.known_ids(), self.books
        for unit, row in books.programmes.items():
            if planner.signer(row.signed) not in known:
                books.programmes[unit] = replace(row, digest="")
        for order in list(books.orders.values()):
            if order.not_after < now or planner.signer(order.signed) in known:
                continue
            del books.orders[order.id]
            about = None if order.about is None else books.broadcasts.get(order.about)
            if order.plays and about is not None and about.message.not_after >= now and about.cancelled_at is None:
                books.broadcasts[about.message.id] = replace(about, ordered_at=None)

    # ---- what comes up

    def take(self, topic: str, data: bytes) -> None:
        found = read_unit_topic(topic)
        if not self.open or found is None or found.commune != self.commune:
            return
        self._guarded(lambda: self._take(found.leaf, found.unit, data))

    def _take(self, leaf: Leaf, unit: UnitId, data: bytes) -> None:
        try:
            self.taken(leaf, unit, data)
        except Refused:
            self.refused += 1

    def taken(self, leaf: Leaf, unit: UnitId, data: bytes) -> None:
        """Hand a message to the use case of its topic; `Refused`."""
        desk_inbox.take(self, leaf, unit, data)

    def project(self, unit: UnitId, broadcast: BroadcastId) -> None:
        """Read all receipts of a broadcast at a unit again."""
        desk_inbox.project_target(self, unit, broadcast)

    def through(self, through: int, numbers: list[int]) -> int:
        """How far a journal is stored without a gap."""
        return desk_inbox.contiguous(through, numbers)
