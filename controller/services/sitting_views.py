"""Rows of a broadcast become what a page shows of it; the one place where `over` and `ready` are decided."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.domain.limits import Wanted
from controller.domain.outcome import BroadcastState, Evidence, Outcome, outcome, overall
from controller.domain.readiness import Because, Hindrance, Readiness, TargetFacts, Verdict, readiness
from controller.domain.rendition import RenditionStatus
from controller.records.bulletins import ClipRow, RenditionRow
from controller.records.plans import BroadcastRow, TargetRow
from controller.records.recovery import CarriedRow
from controller.services.contact import UnitNow
from controller.services.desk import Desk
from protocol.names import ClipHash, Stage, UnitId
from schedules.vocabulary import BroadcastClass, Status

_AHEAD = frozenset({Outcome.WAITING, Outcome.PLAYING})


@dataclass(frozen=True, slots=True)
class Voice:
    """How far the sound of a broadcast is."""

    status: RenditionStatus | None
    duration_ms: int | None
    clip: ClipHash | None = None
    carried: bool = False
    """It sounds from the units alone: a broadcast that this desk had lost, carried on as it was signed."""


def voices(session: Session, desk: Desk, bulletins: Collection[str]) -> dict[str, Voice]:
    """Return how far the sound of each bulletin is."""
    rows = session.execute(
        select(RenditionRow.bulletin, RenditionRow.status, ClipRow.hash, ClipRow.duration_ms, CarriedRow.duration_ms)
        .outerjoin(ClipRow, (ClipRow.commune == RenditionRow.commune) & (ClipRow.hash == RenditionRow.clip))
        .outerjoin(
            CarriedRow, (CarriedRow.commune == RenditionRow.commune) & (CarriedRow.bulletin == RenditionRow.bulletin)
        )
        .where(RenditionRow.commune == desk.commune, RenditionRow.bulletin.in_(bulletins))
    )
    return {
        bulletin: _voice(status, clip, (duration_ms, carried_ms))
        for bulletin, status, clip, duration_ms, carried_ms in rows
    }


def _voice(status: str, clip: str | None, lengths_ms: tuple[int | None, int | None]) -> Voice:
    """`lengths_ms`: of the clip that lies here, and of the broadcast that is carried on."""
    duration_ms, carried_ms = lengths_ms
    if carried_ms is not None:
        return Voice(RenditionStatus.READY, carried_ms, carried=True)
    return Voice(RenditionStatus(status), duration_ms, ClipHash(clip) if clip else None)


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
        return Readiness(Verdict.NOT_READY, (Because(hindrance=Hindrance.NEVER_SEEN),))
    facts = TargetFacts(
        wanted=Wanted(
            start=row.start,
            not_after=row.not_after,
            length=timedelta(milliseconds=voice.duration_ms or 0),
            class_=BroadcastClass(row.class_),
            status=Status(row.status),
        ),
        voice_ready=voice.status is RenditionStatus.READY,
        voice_failed=voice.status is RenditionStatus.FAILED,
        programme_version=target.programme_version,
        delivered=target.delivered_at is not None,
        stored=target.stored_at is not None,
        ordered=row.ordered_at is not None,
        clips=(voice.clip,) if voice.clip else (),
    )
    return readiness(unit.facts(), facts)


def state_of(row: BroadcastRow, outcomes: Collection[Outcome], voice: Voice) -> BroadcastState:
    """Return what became of a broadcast over all its units."""
    cancelled = row.cancelled_at is not None
    if voice.status is RenditionStatus.FAILED and not cancelled:
        return BroadcastState.VOICE_FAILED
    if row.waiting and not cancelled:
        return BroadcastState.WAITING_FOR_VOICE
    unsigned = row.class_ == BroadcastClass.EMERGENCY and row.ordered_at is None and not cancelled
    if unsigned and voice.status is RenditionStatus.READY and set(outcomes) <= {Outcome.WAITING}:
        return BroadcastState.WAITING_FOR_UNLOCK
    return overall(outcomes, cancelled=cancelled)


def certain(
    row: BroadcastRow, targets: Collection[TargetRow], units: dict[UnitId, UnitNow], voice: Voice, *, over: bool
) -> int:
    """Return at how many units it is certain to sound (while it is ahead), or was heard to its end."""
    count = 0
    for target in targets:
        found = outcome_of(row, target, over=over)
        if found in _AHEAD:
            ready = readiness_of(row, target, units.get(UnitId(target.unit)), voice)
            count += found is Outcome.PLAYING or ready.certain
        else:
            count += found is Outcome.HEARD
    return count
