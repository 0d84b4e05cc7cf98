"""Bulletins become clips, one at a time, in the background.

A rendition is claimed in the database before the work and settled after it. A controller that is killed in between
leaves the claim; `recover` takes such claims back at the next start, and a claim older than its lease is taken by
anyone. An edit while the voice is being made takes the claim away, and the outdated result is dropped.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Exists, Select, and_, or_, select
from sqlalchemy.orm import Session

from controller.domain.rendition import Language, RenditionKind, RenditionStatus
from controller.records.bulletins import ClipRow, RenditionRow
from controller.records.plans import BroadcastRow
from controller.services import immediate
from controller.services.alarms import Cause, clear_alarm, raise_alarm
from controller.services.desk import Desk
from controller.services.ports import NotRendered, Rendered, Script
from controller.services.sounds import sounds_of
from controller.services.views import AlarmKind
from schedules.vocabulary import BroadcastClass, Status

log = logging.getLogger(__name__)

_STEP = 0.05
"""Share of the work between two marks of progress: each costs a commit."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One rendition that this worker makes, and since when."""

    bulletin: str
    language: Language
    kind: RenditionKind
    script: Script
    upload: str | None
    claimed_at: datetime


def recover(desk: Desk) -> int:
    """Take back the claims that a killed controller left, and say how many. Call it once, before the worker starts."""
    left = select(RenditionRow).where(
        RenditionRow.commune == desk.commune, RenditionRow.status == RenditionStatus.RENDERING
    )
    with desk.writing() as session:
        rows = list(session.scalars(left))
        for row in rows:
            row.status, row.claimed_at, row.progress = RenditionStatus.PENDING, None, 0.0
    return len(rows)


def render_next(desk: Desk, *, urgent_only: bool = False) -> bool:
    """Make one pending rendition into a clip; return False when there was none.

    `urgent_only`: only what an emergency waits for, also when it is being made already: that was begun at leisure, by
    voices that an emergency does not wait for.
    """
    claim = _claim(desk, urgent_only=urgent_only)
    if claim is None:
        return False
    desk.changes.announce("bulletins", f"bulletin:{claim.bulletin}")
    try:
        rendered = _make(desk, claim)
    except NotRendered as error:
        _settle_failed(desk, claim, error)
    else:
        _settle_ready(desk, claim, rendered)
    desk.changes.announce("bulletins", "home", "broadcasts", f"bulletin:{claim.bulletin}")
    return True


def _claim(desk: Desk, *, urgent_only: bool) -> Claim | None:
    now = desk.clock()
    with desk.writing() as session:
        row = session.scalar(_in_emergency(desk) if urgent_only else _pending(desk, now))
        if row is None:
            return None
        urgent = urgent_only or session.scalar(select(_awaited(desk, row.bulletin, BroadcastClass.EMERGENCY))) is True
        row.status, row.claimed_at, row.progress, row.error = RenditionStatus.RENDERING, now, 0.0, None
        return Claim(
            row.bulletin, Language(row.language), RenditionKind(row.kind), _script(row, urgent), row.upload_path, now
        )


def _pending(desk: Desk, now: datetime) -> Select[RenditionRow]:
    """The next rendition: those that a broadcast waits for go first, then the oldest."""
    expired = now - timedelta(seconds=desk.settings.render_lease_s)
    return (
        select(RenditionRow)
        .where(
            RenditionRow.commune == desk.commune,
            or_(
                RenditionRow.status == RenditionStatus.PENDING,
                and_(RenditionRow.status == RenditionStatus.RENDERING, RenditionRow.claimed_at < expired),
            ),
        )
        .order_by(_awaited(desk).desc(), RenditionRow.updated_at, RenditionRow.bulletin, RenditionRow.language)
        .limit(1)
    )


def _in_emergency(desk: Desk) -> Select[RenditionRow]:
    """The next rendition without which an emergency cannot start."""
    return (
        select(RenditionRow)
        .where(
            RenditionRow.commune == desk.commune,
            RenditionRow.status.in_([RenditionStatus.PENDING, RenditionStatus.RENDERING]),
            _awaited(desk, None, BroadcastClass.EMERGENCY),
        )
        .order_by(RenditionRow.updated_at, RenditionRow.bulletin, RenditionRow.language)
        .limit(1)
    )


def _awaited(desk: Desk, bulletin: str | None = None, class_: BroadcastClass | None = None) -> Exists:
    """Whether a broadcast (of this class) waits for a bulletin: a given one, or that of the rendition looked at."""
    waiting = select(BroadcastRow.id).where(
        BroadcastRow.commune == desk.commune,
        BroadcastRow.bulletin == (RenditionRow.bulletin if bulletin is None else bulletin),
        BroadcastRow.waiting.is_(True),
        BroadcastRow.cancelled_at.is_(None),
    )
    return (waiting if class_ is None else waiting.where(BroadcastRow.class_ == class_)).exists()


def _script(row: RenditionRow, urgent: bool) -> Script:  # noqa: FBT001 - one caller
    return Script(
        language=Language(row.language),
        status=Status(row.broadcast_status),
        repeat=row.repeat,
        text=row.text,
        spoken_lines=tuple(row.spoken.split("\n")) if row.spoken else None,
        urgent=urgent,
    )


def _make(desk: Desk, claim: Claim) -> Rendered:
    progress = _Progress(desk, claim)
    if claim.kind is RenditionKind.TEXT:
        return desk.studio.render(claim.script, progress.tell)
    if claim.upload is None or not (desk.uploads / claim.upload).is_file():
        raise NotRendered("upload-lost")
    return desk.studio.take_upload(desk.uploads / claim.upload, claim.script, progress.tell)


class _Progress:
    """Writes down how far the work is, in steps, for the page."""

    def __init__(self, desk: Desk, claim: Claim) -> None:
        self._desk, self._claim, self._told = desk, claim, 0.0

    def tell(self, share: float) -> None:
        if share < self._told + _STEP:
            return
        self._told = share
        with self._desk.writing() as session:
            if row := _held(session, self._desk, self._claim):
                row.progress = min(1.0, share)
        self._desk.changes.announce(f"bulletin:{self._claim.bulletin}")


def _held(session: Session, desk: Desk, claim: Claim) -> RenditionRow | None:
    """The claimed rendition, or None when the claim was lost: edited meanwhile, or taken over."""
    row = session.get(RenditionRow, (desk.commune, claim.bulletin, claim.language))
    return row if row is not None and row.claimed_at == claim.claimed_at else None


def _settle_ready(desk: Desk, claim: Claim, rendered: Rendered) -> None:
    now = desk.clock()
    with desk.writing() as session:
        row = _held(session, desk, claim)
        if row is None:
            return
        keep_clip(session, desk, rendered, now)
        row.status, row.progress, row.clip = RenditionStatus.READY, 1.0, rendered.clip.hash
        row.engine, row.voice = rendered.engine, rendered.voice
        row.failures = [[failure.engine, failure.code] for failure in rendered.failures]
        row.claimed_at, row.updated_at = None, now
        session.flush()
        settle_bulletin(session, desk, claim.bulletin, now)
    desk.kick("roll")


def settle_bulletin(session: Session, desk: Desk, bulletin: str, now: datetime) -> None:
    """Look at a bulletin after one of its languages changed.

    When none has failed, its alarm is cleared; when all are ready, the broadcasts that waited for it start.
    """
    sounds = sounds_of(session, desk, [bulletin]).get(bulletin)
    if sounds is None or sounds.status is RenditionStatus.FAILED:
        return
    clear_alarm(session, desk, Cause(AlarmKind.SPEECH_FAILED, bulletin=bulletin), now)
    if sounds.ready:
        immediate.release(session, desk, bulletin, now)


def _settle_failed(desk: Desk, claim: Claim, error: NotRendered) -> None:
    now = desk.clock()
    log.warning("rendition of %s failed: %s", claim.bulletin, error.code)
    with desk.writing() as session:
        row = _held(session, desk, claim)
        if row is None:
            return
        row.status, row.error, row.claimed_at, row.updated_at = RenditionStatus.FAILED, error.code, None, now
        row.failures = [[failure.engine, failure.code] for failure in error.failures]
        raise_alarm(session, desk, Cause(AlarmKind.SPEECH_FAILED, bulletin=claim.bulletin), now, error.code)
    desk.changes.announce("alarms")


def keep_clip(session: Session, desk: Desk, rendered: Rendered, now: datetime) -> None:
    """Write down a clip that the studio put into the store, with what was found in it.

    One that is known stays as it was measured first: its bytes are the same. What was found is taken anew, because
    that is about the recording, and an older clip may have been made before anybody looked.
    """
    clip = rendered.clip
    row = session.get(ClipRow, (desk.commune, clip.hash))
    if row is None:
        row = ClipRow(
            commune=desk.commune,
            hash=clip.hash,
            size=clip.size,
            duration_ms=clip.duration_ms,
            loudness_lufs=clip.loudness_lufs,
            true_peak_dbtp=clip.true_peak_dbtp,
            created_at=now,
        )
        session.add(row)
    row.peaks, row.problems = list(clip.peaks), [str(problem) for problem in clip.problems]
    row.cut_lead_ms, row.cut_tail_ms = clip.cut_ms
