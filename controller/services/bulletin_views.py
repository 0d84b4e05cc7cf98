"""Rows of a bulletin become what a page shows of it."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from controller.domain.languages import listed
from controller.domain.rendition import Language, RenditionKind, RenditionStatus
from controller.records.bulletins import BulletinRow, ClipRow, RenditionRow
from controller.records.people import UserRow
from controller.records.plans import BroadcastRow, ScheduleRow
from controller.services.views import BulletinView, RenditionView, SoundView
from schedules.vocabulary import Status


def renditions_of(session: Session, commune: str, bulletin: str) -> tuple[RenditionRow, ...]:
    """Return the renditions of a bulletin, Vietnamese first, as the catalogue lists them; those left out come last."""
    rows = session.scalars(
        select(RenditionRow).where(RenditionRow.commune == commune, RenditionRow.bulletin == bulletin)
    )
    by_language = {Language(row.language): row for row in rows}
    ordered = [by_language[language] for language in listed(by_language)]
    return tuple(sorted(ordered, key=lambda row: row.left_out))


def rendition_of(session: Session, commune: str, bulletin: str) -> RenditionRow | None:
    """Return the rendition that stands for the whole bulletin: Vietnamese, or else the first that there is."""
    return next(iter(renditions_of(session, commune, bulletin)), None)


def clip_of(session: Session, rendition: RenditionRow | None) -> ClipRow | None:
    """Return the clip of a rendition that is ready."""
    if rendition is None or rendition.status != RenditionStatus.READY or rendition.clip is None:
        return None
    return session.get(ClipRow, (rendition.commune, rendition.clip))


def rendition_view(session: Session, row: RenditionRow) -> RenditionView:
    """Return what a page shows of a rendition."""
    (view,) = renditions_view(session, (row,))
    return view


def renditions_view(session: Session, rows: Sequence[RenditionRow]) -> tuple[RenditionView, ...]:
    """Return what a page shows of these renditions, in their order."""
    clips = {clip: session.get(ClipRow, (row.commune, clip)) for row in rows for clip in _clips(row)}
    return tuple(_view(row, [found for clip in _clips(row) if (found := clips[clip]) is not None]) for row in rows)


def _clips(row: RenditionRow) -> list[str]:
    if row.parts:
        return [clip for _, clip in row.parts]
    return [row.clip] if row.clip and row.status == RenditionStatus.READY else []


def _view(row: RenditionRow, clips: Sequence[ClipRow]) -> RenditionView:
    return RenditionView(
        language=Language(row.language),
        kind=RenditionKind(row.kind),
        text=row.text,
        spoken=row.spoken,
        repeat=row.repeat,
        announced_as=Status(row.broadcast_status),
        status=RenditionStatus(row.status),
        left_out=row.left_out,
        progress=row.progress,
        error=row.error,
        engine=row.engine,
        voice=row.voice,
        failures=tuple((engine, code) for engine, code in row.failures),
        clip=row.clip,
        clips=tuple(clip.hash for clip in clips),
        duration_ms=sum(clip.duration_ms for clip in clips) or None,
        size=sum(clip.size for clip in clips) or None,
        loudness_lufs=clips[0].loudness_lufs if len(clips) == 1 else None,
        sound=_sound(clips[0]) if len(clips) == 1 else None,
    )


def _sound(clip: ClipRow) -> SoundView:
    return SoundView(
        peaks=tuple(clip.peaks),
        problems=tuple(clip.problems),
        cut_lead_ms=clip.cut_lead_ms,
        cut_tail_ms=clip.cut_tail_ms,
    )


def bulletin_view(session: Session, row: BulletinRow) -> BulletinView:
    """Return what a page shows of a bulletin; `LookupError` without a rendition, which no use case leaves behind."""
    renditions = renditions_view(session, renditions_of(session, row.commune, row.id))
    if not renditions:
        raise LookupError(f"bulletin {row.id} has no rendition")
    return BulletinView(
        id=row.id,
        title=row.title,
        author=author_name(session, row.commune, row.author),
        created_at=row.created_at,
        rendition=renditions[0],
        renditions=renditions,
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
