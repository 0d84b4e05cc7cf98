"""Immediate acts: signed, written down, rung, and rung again until every unit has answered or the window has closed.

An order is obeyed at most once by a unit, so that sending it again is harmless. An emergency travels only this way,
under the emergency key, with its clip inside when that is short; an immediate broadcast of another class stands in the
programme as well, and the order only makes it quick.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from controller.records.plans import BroadcastRow, OrderRow, TargetRow
from controller.services.desk import Desk
from controller.services.playable import Playable, playable
from protocol.envelope import seal
from protocol.messages import Cancel, Order, Play, Stop
from protocol.names import BroadcastId, ClipHash, OrderId, UnitId
from schedules.vocabulary import BroadcastClass

SKEW = timedelta(minutes=2)
"""How far behind ours a unit's clock may be and still obey at once."""


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


def issue(session: Session, desk: Desk, act: Act, now: datetime) -> Signed:
    """Sign and write down an order. Ring it (`ring`) after the commit."""
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
    key = desk.emergency_key if act.class_ is BroadcastClass.EMERGENCY else desk.schedule_key
    signed = Signed(order.targets, seal(order, key))
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
            published_at=now,
        )
    )
    return signed


def ring(desk: Desk, signed: Iterable[Signed]) -> None:
    """Send orders that were committed."""
    for order in signed:
        desk.doorbell.order(order.targets, order.data)


def issue_due(desk: Desk, now: datetime) -> int:
    """Order the immediate and the emergency broadcasts that are ready and were not ordered yet; say how many."""
    waiting = (
        BroadcastRow.ordered_at.is_(None),
        or_(BroadcastRow.immediate.is_(True), BroadcastRow.class_ == BroadcastClass.EMERGENCY),
        BroadcastRow.not_after >= now,
    )
    with desk.reading() as session:
        if next(playable(session, desk, *waiting), None) is None:
            return 0
    with desk.writing() as session:
        due = list(playable(session, desk, *waiting))
        signed = [order for one in due if (order := _play(session, desk, one, now)) is not None]
    ring(desk, signed)
    desk.changes.announce(*(f"broadcast:{one.id}" for one in due))
    return len(due)


def resend(desk: Desk, now: datetime, *, at_once: bool = False) -> int:
    """Ring again for the units that have not answered, and say for how many orders; `at_once`: do not wait for answers.

    After a reconnection there is nothing to wait for: what was rung meanwhile has reached nobody.
    """
    patience = timedelta(seconds=0 if at_once else desk.settings.resend_after_s)
    open_ = select(OrderRow).where(
        OrderRow.commune == desk.commune,
        OrderRow.not_after >= now,
        OrderRow.published_at <= now - patience,
    )
    with desk.reading() as session:
        if not any(_unanswered(row) for row in session.scalars(open_)):
            return 0
    with desk.writing() as session:
        rows = [row for row in session.scalars(open_) if _unanswered(row)]
        for row in rows:
            row.published_at = now
        again = [Signed(_unanswered(row), row.signed) for row in rows]
    ring(desk, again)
    return len(again)


def _unanswered(row: OrderRow) -> tuple[UnitId, ...]:
    return tuple(UnitId(unit) for unit in row.targets if unit not in row.answered)


def _play(session: Session, desk: Desk, one: Playable, now: datetime) -> Signed | None:
    row = session.get_one(BroadcastRow, (desk.commune, one.id))
    row.ordered_at = now
    targets = targets_of(session, desk, one.id)
    if not targets:
        return None
    message = one.message()
    inline = _inline(desk, one) if message.class_ is BroadcastClass.EMERGENCY else {}
    act = Act(
        act=Play(broadcast=message, inline=inline),
        class_=message.class_,
        targets=targets,
        not_after=one.not_after,
        author=row.author,
        broadcast=one.id,
    )
    return issue(session, desk, act, now)


def targets_of(session: Session, desk: Desk, broadcast: str) -> tuple[UnitId, ...]:
    """Return the units of a broadcast."""
    found = select(TargetRow.unit).where(TargetRow.commune == desk.commune, TargetRow.broadcast == broadcast)
    return tuple(UnitId(unit) for unit in session.scalars(found.order_by(TargetRow.unit)))


def _inline(desk: Desk, one: Playable) -> dict[ClipHash, bytes]:
    """The clip itself, when it is short enough to ride inside the order."""
    if one.size > desk.settings.inline_bytes or not desk.clips.holds(one.clip):
        return {}
    return {ClipHash(one.clip): desk.clips.path_of(one.clip).read_bytes()}


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
