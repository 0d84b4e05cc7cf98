"""Broadcasts whose sound is ready, as they are told to units: to each in the languages of its villages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from controller.records.bulletins import BulletinRow
from controller.records.plans import BroadcastRow
from controller.services.desk import Desk
from controller.services.reach import places
from controller.services.sounds import Listening, listening
from protocol.messages import Item, PlannedBroadcast
from protocol.names import BroadcastId
from schedules.vocabulary import BroadcastClass, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Playable:
    """What units must know of one broadcast. Units that say the same share one message: a horizon holds thousands."""

    id: str
    start: datetime
    not_after: datetime
    class_: str
    status: str
    title: str
    bulletin: str
    villages: tuple[str, ...]
    listening: Listening
    _made: dict[tuple[Item, ...], PlannedBroadcast] = field(default_factory=dict, compare=False, repr=False)

    def at(self, unit: str) -> PlannedBroadcast | None:
        """Return it as it stands in this unit's programme, or in an order; None: there is nothing to be heard."""
        items = tuple(one.item for one in self.listening.segments(self.bulletin, self.villages, unit))
        if not items:
            return None
        if items not in self._made:
            self._made[items] = self._message(items)
        return self._made[items]

    def longest_ms(self) -> int:
        """Return its length at the unit where it is longest, in milliseconds."""
        return self.listening.longest_ms(self.bulletin, self.villages) or 0

    def _message(self, items: tuple[Item, ...]) -> PlannedBroadcast:
        return PlannedBroadcast(
            id=BroadcastId(self.id),
            start=self.start,
            not_after=self.not_after,
            class_=BroadcastClass(self.class_),
            status=Status(self.status),
            title=self.title,
            items=items,
        )


def playable(session: Session, desk: Desk, *conditions: ColumnElement[bool]) -> Iterator[Playable]:
    """Yield, by start, the broadcasts that meet the conditions, are not cancelled, wait for nothing and have all ready.

    One of whose languages one is still being made is not among them, and neither is one of which a language failed,
    until an officer has left that out.
    """
    rows = session.execute(
        select(
            BroadcastRow.id,
            BroadcastRow.start,
            BroadcastRow.not_after,
            BroadcastRow.class_,
            BroadcastRow.status,
            BulletinRow.title,
            BroadcastRow.bulletin,
            BroadcastRow.villages,
        )
        .join(BulletinRow, (BulletinRow.commune == BroadcastRow.commune) & (BulletinRow.id == BroadcastRow.bulletin))
        .where(
            BroadcastRow.commune == desk.commune,
            BroadcastRow.waiting.is_(False),
            BroadcastRow.cancelled_at.is_(None),
            *conditions,
        )
        .order_by(BroadcastRow.start, BroadcastRow.id)
    ).all()
    if not rows:
        return
    heard = listening(session, desk, {row.bulletin for row in rows}, places(session, desk))
    for row in rows:
        sounds = heard.sounds(row.bulletin)
        if sounds is not None and sounds.ready:
            yield Playable(
                id=row.id,
                start=row.start,
                not_after=row.not_after,
                class_=row.class_,
                status=row.status,
                title=row.title,
                bulletin=row.bulletin,
                villages=tuple(row.villages),
                listening=heard,
            )
