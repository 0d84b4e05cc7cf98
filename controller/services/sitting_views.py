"""Rows of a broadcast become what a page shows of it; the one place where `over` and `ready` are decided."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.domain.outcome import BroadcastState, Evidence, Outcome, outcome, overall
from controller.domain.readiness import Readiness, TargetFacts, readiness
from controller.domain.rendition import RenditionStatus
from controller.records.bulletins import ClipRow, RenditionRow
from controller.records.plans import BroadcastRow, TargetRow
from controller.services.contact import UnitNow
from controller.services.desk import Desk
from protocol.names import Stage, UnitId
from schedules.vocabulary import BroadcastClass

_AHEAD = frozenset({Outcome.WAITING, Outcome.PLAYING})


@dataclass(frozen=True, slots=True)
class Voice:
    """How far the sound of a broadcast is."""

    status: RenditionStatus | None
    duration_ms: int | None


def voices(session: Session, desk: Desk, bulletins: Collection[str]) -> dict[str, Voice]:
    """Return how far the sound of each bulletin is."""
    rows = session.execute(
        select(RenditionRow.bulletin, RenditionRow.status, ClipRow.duration_ms)
        .outerjoin(ClipRow, (ClipRow.commune == RenditionRow.commune) & (ClipRow.hash == RenditionRow.clip))
        .where(RenditionRow.commune == desk.commune, RenditionRow.bulletin.in_(bulletins))
    )
    return {bulletin: Voice(RenditionStatus(status), duration) for bulletin, status, duration in rows}


def lengths(session: Session, desk: Desk, bulletins: Collection[str]) -> dict[str, int | None]:
    """Return the length of each bulletin's sound in milliseconds, where it is known."""
    return {bulletin: voice.duration_ms for bulletin, voice in voices(session, desk, bulletins).items()}


def over_at(desk: Desk, row: BroadcastRow, duration_ms: int | None) -> datetime:
    """Return when silence about a broadcast becomes news.

    Its end, and the grace in which receipts come; after its own absence the controller gives units the same grace.
    """
    grace = timedelta(seconds=desk.settings.receipt_grace_s)
    return max(row.start + timedelta(milliseconds=duration_ms or 0), desk.started_at) + grace


def is_over(desk: Desk, row: BroadcastRow, duration_ms: int | None, now: datetime) -> bool:
    """Whether the broadcast's end and its grace have passed."""
    return not row.waiting and now > over_at(desk, row, duration_ms)


def outcome_of(row: BroadcastRow, target: TargetRow, *, over: bool) -> Outcome:
    """Return what became of a broadcast at one unit."""
    evidence = Evidence(Stage(target.stage) if target.stage else None, target.reason, target.played_ms)
    return outcome(evidence, cancelled=row.cancelled_at is not None, over=over)


def readiness_of(row: BroadcastRow, target: TargetRow, unit: UnitNow | None, voice: Voice) -> Readiness:
    """Return whether the unit will play the broadcast, and if not, why."""
    if unit is None:
        return Readiness.NEVER_SEEN
    facts = TargetFacts(
        voice_ready=voice.status is RenditionStatus.READY,
        voice_failed=voice.status is RenditionStatus.FAILED,
        programme_version=target.programme_version,
        delivered=target.delivered_at is not None,
        stored=target.stored_at is not None,
        emergency=row.class_ == BroadcastClass.EMERGENCY,
    )
    return readiness(unit.facts(), facts)


def state_of(row: BroadcastRow, outcomes: Collection[Outcome], voice: Voice) -> BroadcastState:
    """Return what became of a broadcast over all its units."""
    cancelled = row.cancelled_at is not None
    if voice.status is RenditionStatus.FAILED and not cancelled:
        return BroadcastState.VOICE_FAILED
    if row.waiting and not cancelled:
        return BroadcastState.WAITING_FOR_VOICE
    return overall(outcomes, cancelled=cancelled)


def certain(
    row: BroadcastRow, targets: Collection[TargetRow], units: dict[UnitId, UnitNow], voice: Voice, *, over: bool
) -> int:
    """Return at how many units it is certain to sound (while it is ahead), or was heard to its end."""
    count = 0
    for target in targets:
        found = outcome_of(row, target, over=over)
        if found in _AHEAD:
            ready = readiness_of(row, target, units.get(UnitId(target.unit)), voice) is Readiness.READY
            count += found is Outcome.PLAYING or ready
        else:
            count += found is Outcome.HEARD
    return count
