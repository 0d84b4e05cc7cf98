"""Broadcasts that start as soon as they can: they wait for their voice, and begin when it is ready."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.records.plans import BroadcastRow
from controller.services.desk import Desk
from schedules.lateness import default_not_after
from schedules.vocabulary import BroadcastClass


def release(session: Session, desk: Desk, bulletin: str, now: datetime) -> list[str]:
    """Let the broadcasts that waited for this bulletin's voice start at `now`, and return their ids."""
    rows = session.scalars(
        select(BroadcastRow).where(
            BroadcastRow.commune == desk.commune,
            BroadcastRow.bulletin == bulletin,
            BroadcastRow.waiting.is_(True),
            BroadcastRow.cancelled_at.is_(None),
        )
    ).all()
    for row in rows:
        row.waiting = False
        row.start = now
        row.not_after = default_not_after(BroadcastClass(row.class_), now)
    return [row.id for row in rows]
