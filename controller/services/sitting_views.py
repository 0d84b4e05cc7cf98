"""Rows of a broadcast become what a page shows of it; the one place where `over` and `ready` are decided."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.domain.limits import Wanted
from controller.domain.outcome import BroadcastState, Evidence, Outcome, outcome, overall
from controller.domain.readiness import Because, Hindrance, Readiness, TargetFacts, Verdict, readiness
from controller.domain.rendition import RenditionStatus
from controller.records.plans import BroadcastRow, TargetRow
from controller.services.contact import UnitNow
from controller.services.desk import Desk
from controller.services.sounds import Listening
from protocol.names import ClipHash, Stage, UnitId
from schedules.vocabulary import BroadcastClass, Status

_AHEAD = frozenset({Outcome.WAITING, Outcome.PLAYING})


@dataclass(frozen=True, slots=True)
class Voice:
    """How far the sound of a broadcast is: at one unit, or over all of them (then the length is the longest one's)."""

    status: RenditionStatus | None
    duration_ms: int | None
    clips: tuple[ClipHash, ...] = ()
    carried: bool = False
    """It sounds from the units alone: a broadcast that this desk had lost, carried on as it was signed."""


def voice(heard: Listening, row: BroadcastRow, targets: Collection[TargetRow] = ()) -> Voice:
    """Return how far the sound of a broadcast is; where a target has begun to play, by what it plays."""
    sounds = heard.sounds(row.bulletin)
    if sounds is None:
        return Voice(None, None)
    begun = [sum(duration_ms + gap_ms for _, duration_ms, gap_ms in one.items) for one in targets if one.items]
    longest = max(begun) if begun else heard.longest_ms(row.bulletin, row.villages)
    return Voice(sounds.status, longest, carried=sounds.carried_ms is not None)


def voice_at(heard: Listening, row: BroadcastRow, unit: str) -> Voice:
    """Return how far the sound of a broadcast is at one unit, in the languages of its villages."""
    sounds = heard.sounds(row.bulletin)
    if sounds is None:
        return Voice(None, None)
    carried = sounds.carried_ms is not None
    segments = () if carried else heard.segments(row.bulletin, row.villages, unit)
    clips = tuple(dict.fromkeys(one.item.clip for one in segments))
    return Voice(sounds.status, heard.length_ms(row.bulletin, row.villages, unit), clips, carried)


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


def readiness_of(row: BroadcastRow, target: TargetRow, unit: UnitNow | None, heard: Listening) -> Readiness:
    """Return whether the unit will play the broadcast, and if not, why."""
    sound = voice_at(heard, row, target.unit)
    if unit is None:
        return Readiness(Verdict.NOT_READY, (Because(hindrance=Hindrance.NEVER_SEEN),))
    facts = TargetFacts(
        wanted=Wanted(
            start=row.start,
            not_after=row.not_after,
            length=timedelta(milliseconds=sound.duration_ms or 0),
            class_=BroadcastClass(row.class_),
            status=Status(row.status),
        ),
        voice_ready=sound.status is RenditionStatus.READY,
        voice_failed=sound.status is RenditionStatus.FAILED,
        programme_version=target.programme_version,
        delivered=target.delivered_at is not None,
        stored=target.stored_at is not None,
        ordered=row.ordered_at is not None,
        clips=sound.clips,
    )
    return readiness(unit.facts(), facts)


def state_of(row: BroadcastRow, outcomes: Collection[Outcome], sound: Voice) -> BroadcastState:
    """Return what became of a broadcast over all its units."""
    cancelled = row.cancelled_at is not None
    if sound.status is RenditionStatus.FAILED and not cancelled:
        return BroadcastState.VOICE_FAILED
    if row.waiting and not cancelled:
        return BroadcastState.WAITING_FOR_VOICE
    unsigned = row.class_ == BroadcastClass.EMERGENCY and row.ordered_at is None and not cancelled
    if unsigned and sound.status is RenditionStatus.READY and set(outcomes) <= {Outcome.WAITING}:
        return BroadcastState.WAITING_FOR_UNLOCK
    return overall(outcomes, cancelled=cancelled)


def certain(
    row: BroadcastRow, targets: Collection[TargetRow], units: dict[UnitId, UnitNow], heard: Listening, *, over: bool
) -> int:
    """Return at how many units it is certain to sound (while it is ahead), or was heard to its end."""
    count = 0
    for target in targets:
        found = outcome_of(row, target, over=over)
        if found in _AHEAD:
            ready = readiness_of(row, target, units.get(UnitId(target.unit)), heard)
            count += found is Outcome.PLAYING or ready.certain
        else:
            count += found is Outcome.HEARD
    return count
