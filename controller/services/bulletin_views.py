"""Rows of a bulletin become what a page shows of it."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from controller.domain.rendition import Language, RenditionKind, RenditionStatus
from controller.records.bulletins import BulletinRow, ClipRow, RenditionRow
from controller.records.people import UserRow
from controller.records.plans import BroadcastRow, ScheduleRow
from controller.services.views import BulletinView, RenditionView
from schedules.vocabulary import Status


def rendition_of(session: Session, commune: str, bulletin: str) -> RenditionRow | None:
    """Return the rendition of a bulletin. In this version a bulletin has exactly one."""
    return session.scalar(
        select(RenditionRow)
        .where(RenditionRow.commune == commune, RenditionRow.bulletin == bulletin)
        .order_by(RenditionRow.language)
        .limit(1)
    )


def clip_of(session: Session, rendition: RenditionRow | None) -> ClipRow | None:
    """Return the clip of a rendition that is ready."""
    if rendition is None or rendition.status != RenditionStatus.READY or rendition.clip is None:
        return None
    return session.get(ClipRow, (rendition.commune, rendition.clip))


def rendition_view(session: Session, row: RenditionRow) -> RenditionView:
    """Return what a page shows of a rendition."""
    clip = clip_of(session, row)
    return RenditionView(
        language=Language(row.language),
        kind=RenditionKind(row.kind),
        text=row.text,
        spoken=row.spoken,
        repeat=row.repeat,
        announced_as=Status(row.broadcast_status),
        status=RenditionStatus(row.status),
        progress=row.progress,
        error=row.error,
        engine=row.engine,
        voice=row.voice,
        failures=tuple((engine, code) for engine, code in row.failures),
        clip=row.clip,
        duration_ms=clip.duration_ms if clip else None,
        size=clip.size if clip else None,
        loudness_lufs=clip.loudness_lufs if clip else None,
    )


def bulletin_view(session: Session, row: BulletinRow) -> BulletinView:
    """Return what a page shows of a bulletin; `LookupError` without a rendition, which no use case leaves behind."""
    rendition = rendition_of(session, row.commune, row.id)
    if rendition is None:
        raise LookupError(f"bulletin {row.id} has no rendition")
    return BulletinView(
        id=row.id,
        title=row.title,
        author=author_name(session, row.commune, row.author),
        created_at=row.created_at,
        rendition=rendition_view(session, rendition),
        planned=is_planned(session, row.commune, row.id),
    )


def author_name(session: Session, commune: str, user: str) -> str:
    """Return the shown name of a person, or the id of one who is gone."""
    row = session.get(UserRow, (commune, user))
    return row.shown_name if row else user


def is_planned(session: Session, commune: str, bulletin: str) -> bool:
    """Whether any broadcast or schedule, past or coming, uses the bulletin."""
    broadcast = select(BroadcastRow.id).where(BroadcastRow.commune == commune, BroadcastRow.bulletin == bulletin)
    schedule = select(ScheduleRow.id).where(ScheduleRow.commune == commune, ScheduleRow.bulletin == bulletin)
    return bool(session.scalar(select(or_(broadcast.exists(), schedule.exists()))))
