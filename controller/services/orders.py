"""Immediate acts: signed, written down, rung, and rung again until every unit has answered or the window has closed.

An order is obeyed at most once by a unit, so that sending it again is harmless. An emergency travels only this way,
under the emergency key, with its clips inside as far as they are short and not at the units already; an immediate
broadcast of another class stands in the programme as well, and the order only makes it quick. Units that speak in the
same languages share an order, because what they play is the same.

While the emergency key is open to sign an emergency, its cancellation is signed too, one for each unit, and held back
(`OrderRow.published_at` is None) until somebody needs it: taking back never waits for a code.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from controller.domain.reconciliation import order_due, unanswered
from controller.records.plans import BroadcastRow, OrderRow, TargetRow
from controller.services.contact import units_now
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid
from controller.services.phrases import held
from controller.services.playable import Playable, playable
from protocol.envelope import seal
from protocol.keys import SigningKey
from protocol.messages import Cancel, Item, Order, PlannedBroadcast, Play, Stop
from protocol.names import BroadcastId, ClipHash, OrderId, UnitId
from schedules.vocabulary import BroadcastClass

SKEW = timedelta(minutes=2)
"""How far behind ours a unit's clock may be and still obey at once."""
MOST_INLINE = 8
"""As many clips as an order may carry."""
CANCEL_WINDOW = timedelta(minutes=10)
"""How long at least a cancellation is sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What to order: the act, its class, whom, until when, who asked, and the broadcast that it is about."""

    act: Play | Stop | Cancel
    class_: BroadcastClass
    targets: Sequence[UnitId]
    not_after: datetime
    author: str
    broadcast: str | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """An order that is ready to be rung."""

    targets: tuple[UnitId, ...]
    data: bytes


def issue(session: Session, desk: Desk, act: Act, now: datetime, *, held_back: bool = False) -> Signed:
    """Sign and write down an order. Ring it (`ring`) after the commit, unless it is held back.

    `Invalid` (EMERGENCY_LOCKED): it is an emergency's, and nobody holds the emergency key open.
    """
    order = Order(
        id=OrderId(desk.new_id("order")),
        commune=desk.commune,
        targets=tuple(act.targets),
        issued_at=now,
        not_before=now - SKEW,
        not_after=act.not_after,
        class_=act.class_,
        act=act.act,
    )
    signed = Signed(order.targets, seal(order, _key(desk, act.class_, now)))
    session.add(
        OrderRow(
            commune=desk.commune,
            id=order.id,
            act=type(act.act).__struct_config__.tag,
            broadcast=act.broadcast,
            author=act.author,
            issued_at=now,
            targets=list(order.targets),
            answered=[],
            signed=signed.data,
            not_after=act.not_after,
            published_at=None if held_back else now,
        )
    )
    return signed


def _key(desk: Desk, class_: BroadcastClass, now: datetime) -> SigningKey:
    if class_ is not BroadcastClass.EMERGENCY:
        return desk.schedule_key
    key = desk.keys.emergency(now)
    if key is None:
        raise Invalid(Fault("", FaultCode.EMERGENCY_LOCKED))
    return key


def ring(desk: Desk, signed: Iterable[Signed]) -> None:
    """Send orders that were committed."""
    for order in signed:
        desk.doorbell.order(order.targets, order.data)


def issue_due(desk: Desk, now: datetime) -> int:
    """Order the immediate and the emergency broadcasts that are ready and were not ordered yet; say how many.

    An emergency waits until somebody holds the emergency key open; the officer is shown that it does.
    """
    emergency = BroadcastRow.class_ == BroadcastClass.EMERGENCY
    immediate = BroadcastRow.immediate.is_(True)
    waiting = (
        BroadcastRow.ordered_at.is_(None),
        BroadcastRow.not_after >= now,
        or_(immediate, emergency) if desk.keys.emergency(now) is not None else immediate & ~emergency,
    )
    with desk.reading() as session:
        if next(playable(session, desk, *waiting), None) is None:
            return 0
    with desk.writing() as session:
        due = list(playable(session, desk, *waiting))
        signed = [order for one in due for order in _play(session, desk, one, now)]
    ring(desk, signed)
    desk.changes.announce(*(f"broadcast:{one.id}" for one in due))
    return len(due)


def resend(desk: Desk, now: datetime, *, at_once: bool = False) -> int:
    """Ring again for the units that have not answered, and say for how many orders; `at_once`: do not wait for answers.

    After a reconnection there is nothing to wait for: what was rung meanwhile has reached nobody.
    """
    patience = timedelta(seconds=0 if at_once else desk.settings.resend_after_s)
    with desk.reading() as session:
        if not _due(session, desk, now, patience):
            return 0
    with desk.writing() as session:
        rows = _due(session, desk, now, patience)
        for row in rows:
            row.published_at = now
        again = [Signed(_unanswered(row), row.signed) for row in rows]
    ring(desk, again)
    return len(again)


def _due(session: Session, desk: Desk, now: datetime, patience: timedelta) -> list[OrderRow]:
    open_ = select(OrderRow).where(OrderRow.commune == desk.commune, OrderRow.not_after >= now)
    rows = session.scalars(open_.order_by(OrderRow.issued_at, OrderRow.id))
    return [row for row in rows if order_due(row.published_at, row.not_after, now, patience) and _unanswered(row)]


def _unanswered(row: OrderRow) -> tuple[UnitId, ...]:
    return unanswered([UnitId(unit) for unit in row.targets], row.answered)


def _play(session: Session, desk: Desk, one: Playable, now: datetime) -> list[Signed]:
    """Order it: one order for the units that say the same, so that each says it in the languages of its villages."""
    row = session.get_one(BroadcastRow, (desk.commune, one.id))
    row.ordered_at = now
    alike: defaultdict[tuple[Item, ...], list[UnitId]] = defaultdict(list)
    for unit in targets_of(session, desk, one.id):
        if (message := one.at(unit)) is not None:
            alike[message.items].append(unit)
    signed = [_play_at(session, desk, (row, one), units, now) for units in alike.values()]
    if row.class_ == BroadcastClass.EMERGENCY:
        _hold_cancellation(session, desk, row, [unit for units in alike.values() for unit in units], one, now)
    return signed


def _play_at(
    session: Session, desk: Desk, what: tuple[BroadcastRow, Playable], units: Sequence[UnitId], now: datetime
) -> Signed:
    row, one = what
    message = one.at(units[0])
    if message is None:
        raise LookupError(f"broadcast {one.id} has nothing to say at {units[0]}")
    emergency = message.class_ is BroadcastClass.EMERGENCY
    act = Act(
        act=Play(broadcast=message, inline=_inline(session, desk, message, units, now) if emergency else {}),
        class_=message.class_,
        targets=units,
        not_after=one.not_after,
        author=row.author,
        broadcast=one.id,
    )
    return issue(session, desk, act, now)


def _hold_cancellation(
    session: Session, desk: Desk, row: BroadcastRow, targets: Sequence[UnitId], one: Playable, now: datetime
) -> None:
    """Sign the cancellation of an emergency for each unit, and hold it back.

    It counts until the last sound that is possible, and until we have surely stopped sending the order to play.
    """
    until = one.not_after + timedelta(milliseconds=one.longest_ms()) + CANCEL_WINDOW
    for unit in targets:
        issue(session, desk, cancel_act(row, [unit], author=row.author, until=until), now, held_back=True)


def release_cancellations(
    session: Session, desk: Desk, broadcast: str, now: datetime, *, units: Collection[UnitId] | None = None
) -> list[Signed]:
    """Return the cancellations of an emergency at these units (None: all), to be rung after the commit."""
    held = select(OrderRow).where(
        OrderRow.commune == desk.commune,
        OrderRow.broadcast == broadcast,
        OrderRow.published_at.is_(None),
        OrderRow.not_after >= now,
    )
    rows = [row for row in session.scalars(held) if units is None or set(row.targets) <= set(units)]
    for row in rows:
        row.published_at = now
    return [Signed(_unanswered(row), row.signed) for row in rows]


def targets_of(session: Session, desk: Desk, broadcast: str) -> tuple[UnitId, ...]:
    """Return the units of a broadcast."""
    found = select(TargetRow.unit).where(TargetRow.commune == desk.commune, TargetRow.broadcast == broadcast)
    return tuple(UnitId(unit) for unit in session.scalars(found.order_by(TargetRow.unit)))


def _inline(
    session: Session, desk: Desk, message: PlannedBroadcast, units: Sequence[UnitId], now: datetime
) -> dict[ClipHash, bytes]:
    """The clips that ride inside the order: those that are not for certain at all of the units, as far as they fit.

    A phrase that lies at the units already would only make the message longer on a poor link.
    """
    known = units_now(session, desk, now)
    there = frozenset.intersection(*(held(known[unit]) if unit in known else frozenset() for unit in units))
    found: dict[ClipHash, bytes] = {}
    room = desk.settings.inline_bytes
    for item in message.items:
        fits = item.size <= room and len(found) < MOST_INLINE
        if item.clip in there or item.clip in found or not fits or not desk.clips.holds(item.clip):
            continue
        found[item.clip] = desk.clips.path_of(item.clip).read_bytes()
        room -= item.size
    return found


def cancel_act(row: BroadcastRow, targets: Sequence[UnitId], *, author: str, until: datetime) -> Act:
    """Return the order that a broadcast must not sound, under the key of its class."""
    return Act(
        act=Cancel(broadcasts=(BroadcastId(row.id),)),
        class_=BroadcastClass(row.class_),
        targets=targets,
        not_after=until,
        author=author,
        broadcast=row.id,
    )
