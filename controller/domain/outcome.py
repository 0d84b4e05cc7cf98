"""What became of a broadcast, for the officer: over all its units, and said only on evidence."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from protocol.names import Reason, Stage


class Outcome(StrEnum):
    """What became of one broadcast at one unit."""

    WAITING = "waiting"  # its time has not come, or it may still begin
    PLAYING = "playing"
    HEARD = "heard"  # finished
    PARTLY = "partly"  # interrupted or failed after some of it was heard
    MISSED = "missed"  # skipped, failed or refused: did not sound
    UNKNOWN = "unknown"  # it should have sounded, and the unit has said nothing
    CANCELLED = "cancelled"


class BroadcastState(StrEnum):
    """What became of one broadcast over all its units."""

    WAITING_FOR_VOICE = "waiting-for-voice"
    VOICE_FAILED = "voice-failed"
    WAITING_FOR_UNLOCK = "waiting-for-unlock"  # an emergency that nobody has signed: the code was not typed
    PLANNED = "planned"
    ON_AIR = "on-air"
    HEARD = "heard"  # at every unit
    PARTLY = "partly"  # somewhere, or not to its end
    MISSED = "missed"  # nowhere
    UNKNOWN = "unknown"  # over, and at least one unit has not said what it did
    CANCELLED = "cancelled"


_OF_STAGE = {
    Stage.STARTED: Outcome.PLAYING,
    Stage.RESUMED: Outcome.PLAYING,
    Stage.FINISHED: Outcome.HEARD,
    Stage.INTERRUPTED: Outcome.PARTLY,
    Stage.SKIPPED: Outcome.MISSED,
    Stage.FAILED: Outcome.MISSED,
    Stage.REFUSED: Outcome.MISSED,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """The last stage that a unit reported of a broadcast (None: none), its reason, and how much was heard."""

    stage: Stage | None
    reason: str | None = None
    played_ms: int | None = None


def outcome(evidence: Evidence, *, cancelled: bool, over: bool) -> Outcome:
    """Return what became of a broadcast at a unit; `over` says that its end and the grace for receipts have passed."""
    if evidence.stage is Stage.SKIPPED and evidence.reason == Reason.CANCELLED:
        return Outcome.CANCELLED
    if evidence.stage is Stage.FAILED and evidence.played_ms:
        return Outcome.PARTLY
    found = _OF_STAGE.get(evidence.stage) if evidence.stage else None
    if found is Outcome.PLAYING and over:
        return Outcome.UNKNOWN
    if found is not None:
        return found
    if cancelled:
        return Outcome.CANCELLED
    return Outcome.UNKNOWN if over else Outcome.WAITING


def overall(outcomes: Iterable[Outcome], *, cancelled: bool) -> BroadcastState:
    """Return what became of a broadcast over all its units."""
    found = set(outcomes)
    if Outcome.PLAYING in found:
        return BroadcastState.ON_AIR
    if cancelled and found <= {Outcome.CANCELLED, Outcome.WAITING}:
        return BroadcastState.CANCELLED
    if Outcome.WAITING in found or not found:
        return BroadcastState.PLANNED if found <= {Outcome.WAITING} else BroadcastState.ON_AIR
    if Outcome.UNKNOWN in found:
        return BroadcastState.UNKNOWN
    return _ended(found)


def _ended(found: set[Outcome]) -> BroadcastState:
    if found == {Outcome.HEARD}:
        return BroadcastState.HEARD
    if found & {Outcome.HEARD, Outcome.PARTLY}:
        return BroadcastState.PARTLY
    return BroadcastState.MISSED if Outcome.MISSED in found else BroadcastState.CANCELLED
