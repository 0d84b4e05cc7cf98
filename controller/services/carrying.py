"""Broadcasts that only the units knew: carried on exactly as they were signed, until they are over.

Their text was lost with the newer database. So that lists, results and receipts work as ever, each gets a bulletin that
is no more than its title, and a rendition without a sound of its own; what units are told is the signed words again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from controller.domain.rendition import Language, RenditionKind, RenditionStatus
from controller.domain.setback import Difference
from controller.records.bulletins import BulletinRow, ClipRow, RenditionRow
from controller.records.places import CoverageRow, VillageRow
from controller.records.plans import BroadcastRow, ScheduleRow, TargetRow
from controller.records.recovery import CarriedRow
from controller.services import receipts
from controller.services.desk import Desk
from controller.services.views import User
from protocol.messages import PlannedBroadcast
from protocol.names import UnitId

ONLY_ON_UNITS = "only-on-units"
"""The error of a rendition whose sound lies on units, and not here; the catalogue has `voice-only-on-units`."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A carried broadcast as it was signed, and as it was signed for units that say it in other languages."""

    body: PlannedBroadcast
    others: Mapping[str, PlannedBroadcast]

    def at(self, unit: str) -> PlannedBroadcast:
        """Return it as it stands in this unit's programme, word for word."""
        return self.others.get(unit, self.body)


def adopt(session: Session, desk: Desk, broadcast: PlannedBroadcast, unit: UnitId, by: tuple[User, datetime]) -> None:
    """Let a broadcast that a unit holds be part of our plan for it; a second unit that holds it joins the first."""
    user, now = by
    row = session.get(BroadcastRow, (desk.commune, broadcast.id))
    if row is None:
        row = _broadcast(session, desk, broadcast, user, now)
    if row.cancelled_at is not None or session.get(TargetRow, (desk.commune, broadcast.id, unit)) is not None:
        return
    _differ(session, desk, broadcast, unit)
    row.villages = list(dict.fromkeys([*row.villages, *_served(session, desk, unit)]))
    session.add(TargetRow(commune=desk.commune, broadcast=broadcast.id, unit=unit, delivered_at=now))
    session.flush()
    receipts.project_target(session, desk, unit, broadcast.id, now)


def drop(session: Session, desk: Desk, found: Difference, now: datetime) -> None:
    """Take back again what was taken back after the copy of this database was made."""
    for schedule in found.ended:
        row = session.get_one(ScheduleRow, (desk.commune, schedule))
        row.ended_at = row.ended_at or now
    back = select(BroadcastRow).where(
        BroadcastRow.commune == desk.commune,
        BroadcastRow.cancelled_at.is_(None),
        BroadcastRow.id.in_(found.cancelled) | (BroadcastRow.schedule.in_(found.ended) & (BroadcastRow.start > now)),
    )
    for broadcast in session.scalars(back):
        broadcast.cancelled_at = now


def carried(session: Session, desk: Desk, *conditions: ColumnElement[bool]) -> dict[str, Carried]:
    """Return the carried broadcasts (by id) that meet the conditions and are not cancelled, word for word."""
    rows = session.scalars(
        select(CarriedRow)
        .join(BroadcastRow, (BroadcastRow.commune == CarriedRow.commune) & (BroadcastRow.id == CarriedRow.broadcast))
        .where(CarriedRow.commune == desk.commune, BroadcastRow.cancelled_at.is_(None), *conditions)
    )
    return {row.broadcast: _carried(row) for row in rows}


def _carried(row: CarriedRow) -> Carried:
    others = {unit: msgspec.convert(body, PlannedBroadcast) for unit, body in row.others.items()}
    return Carried(msgspec.convert(row.body, PlannedBroadcast), others)


def _differ(session: Session, desk: Desk, broadcast: PlannedBroadcast, unit: UnitId) -> None:
    """Write down what this unit holds, where it is not what the first one held: its villages hear other languages."""
    row = session.get(CarriedRow, (desk.commune, broadcast.id))
    if row is not None and _carried(row).body != broadcast:
        row.others = {**row.others, unit: msgspec.to_builtins(broadcast)}
        row.duration_ms = max(row.duration_ms, broadcast.duration_ms)


def _broadcast(session: Session, desk: Desk, broadcast: PlannedBroadcast, user: User, now: datetime) -> BroadcastRow:
    bulletin = BulletinRow(
        commune=desk.commune, id=desk.new_id("bulletin"), title=broadcast.title, author=user.id, created_at=now
    )
    session.add(bulletin)
    session.flush()
    session.add(_rendition(session, desk, broadcast, bulletin.id, now))
    row = BroadcastRow(
        commune=desk.commune,
        id=broadcast.id,
        bulletin=bulletin.id,
        start=broadcast.start,
        not_after=broadcast.not_after,
        class_=broadcast.class_,
        status=broadcast.status,
        villages=[],
        author=user.id,
        created_at=now,
    )
    session.add(row)
    session.flush()
    session.add(
        CarriedRow(
            commune=desk.commune,
            broadcast=broadcast.id,
            bulletin=bulletin.id,
            duration_ms=broadcast.duration_ms,
            body=msgspec.to_builtins(broadcast),
            adopted_at=now,
        )
    )
    return row


def _rendition(session: Session, desk: Desk, broadcast: PlannedBroadcast, bulletin: str, now: datetime) -> RenditionRow:
    """The bulletin can be heard and planned again only where its one clip lies here, too."""
    clip = broadcast.items[0].clip
    here = len(broadcast.items) == 1 and session.get(ClipRow, (desk.commune, clip)) is not None
    return RenditionRow(
        commune=desk.commune,
        bulletin=bulletin,
        language=Language.VI,
        kind=RenditionKind.RECORDING,
        broadcast_status=broadcast.status,
        status=RenditionStatus.READY if here else RenditionStatus.FAILED,
        progress=1.0,
        error=None if here else ONLY_ON_UNITS,
        clip=clip if here else None,
        updated_at=now,
    )


def _served(session: Session, desk: Desk, unit: UnitId) -> list[str]:
    rows = (
        select(CoverageRow.village)
        .join(VillageRow, (VillageRow.commune == CoverageRow.commune) & (VillageRow.id == CoverageRow.village))
        .where(CoverageRow.commune == desk.commune, CoverageRow.unit == unit)
    )
    return list(session.scalars(rows.order_by(VillageRow.position)))
