"""Broadcasts whose sound is ready, as they are told to units."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from controller.domain.rendition import RenditionStatus
from controller.records.bulletins import BulletinRow, ClipRow, RenditionRow
from controller.records.plans import BroadcastRow
from controller.services.desk import Desk
from protocol.messages import Item, PlannedBroadcast
from protocol.names import BroadcastId, ClipHash
from schedules.vocabulary import BroadcastClass, Status


@dataclass(frozen=True, slots=True)
class Playable:
    """What a unit must know of one broadcast, as plain columns: a horizon holds thousands of them."""

    id: str
    start: datetime
    not_after: datetime
    class_: str
    status: str
    title: str
    clip: str
    size: int
    duration_ms: int

    def message(self) -> PlannedBroadcast:
        """Return it as it stands in a programme or an order."""
        return PlannedBroadcast(
            id=BroadcastId(self.id),
            start=self.start,
            not_after=self.not_after,
            class_=BroadcastClass(self.class_),
            status=Status(self.status),
            title=self.title,
            items=(Item(clip=ClipHash(self.clip), size=self.size, duration_ms=self.duration_ms),),
        )


def playable(session: Session, desk: Desk, *conditions: ColumnElement[bool]) -> Iterator[Playable]:
    """Yield the broadcasts that meet the conditions, are not cancelled, wait for nothing, and whose clip is ready."""
    rows = session.execute(
        select(
            BroadcastRow.id,
            BroadcastRow.start,
            BroadcastRow.not_after,
            BroadcastRow.class_,
            BroadcastRow.status,
            BulletinRow.title,
            ClipRow.hash,
            ClipRow.size,
            ClipRow.duration_ms,
        )
        .join(BulletinRow, (BulletinRow.commune == BroadcastRow.commune) & (BulletinRow.id == BroadcastRow.bulletin))
        .join(
            RenditionRow,
            (RenditionRow.commune == BroadcastRow.commune) & (RenditionRow.bulletin == BroadcastRow.bulletin),
        )
        .join(ClipRow, (ClipRow.commune == RenditionRow.commune) & (ClipRow.hash == RenditionRow.clip))
        .where(
            BroadcastRow.commune == desk.commune,
            BroadcastRow.waiting.is_(False),
            BroadcastRow.cancelled_at.is_(None),
            RenditionRow.status == RenditionStatus.READY,
            *conditions,
        )
        .order_by(BroadcastRow.start, BroadcastRow.id)
    )
    return (Playable(*row) for row in rows)
