"""Will this unit play this broadcast, and if not, why: said before air time, from what the unit itself reported.

The first reason that holds is given, the most fundamental first: a unit that was never heard of cannot be judged by
its clips. Ready is only said on evidence.
"""

from dataclasses import dataclass
from enum import StrEnum

from protocol.names import ClockTrust


class Readiness(StrEnum):
    """The verdict for one broadcast at one unit."""

    READY = "ready"
    VOICE_PENDING = "voice-pending"
    VOICE_FAILED = "voice-failed"
    NEVER_SEEN = "never-seen"
    NO_CONTACT = "no-contact"
    PROGRAMME_NOT_HELD = "programme-not-held"
    CLIP_MISSING = "clip-missing"
    CLOCK_UNTRUSTED = "clock-untrusted"
    SOUND_FAILED = "sound-failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFacts:
    """What is known of one unit now."""

    seen: bool
    in_contact: bool
    clock: ClockTrust
    sound_ok: bool
    held_version: int | None
    """The programme version that it reports to hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFacts:
    """What is known of one broadcast at this unit."""

    voice_ready: bool
    voice_failed: bool
    programme_version: int | None
    """The version in which the broadcast first stood; None when it stands in none yet."""
    delivered: bool
    stored: bool
    emergency: bool


def readiness(unit: UnitFacts, target: TargetFacts) -> Readiness:
    """Return the verdict; `READY` means that the unit will play on time even if nothing reaches it any more."""
    return _of_desk(target) or _of_contact(unit) or _of_copy(unit, target) or _of_unit(unit, target)


def _of_desk(target: TargetFacts) -> Readiness | None:
    if target.voice_failed:
        return Readiness.VOICE_FAILED
    return None if target.voice_ready else Readiness.VOICE_PENDING


def _of_contact(unit: UnitFacts) -> Readiness | None:
    return None if unit.seen else Readiness.NEVER_SEEN


def _of_copy(unit: UnitFacts, target: TargetFacts) -> Readiness | None:
    if target.stored:
        return None
    if not unit.in_contact:
        return Readiness.NO_CONTACT
    return Readiness.CLIP_MISSING if target.delivered or _held(unit, target) else Readiness.PROGRAMME_NOT_HELD


def _held(unit: UnitFacts, target: TargetFacts) -> bool:
    wanted, held = target.programme_version, unit.held_version
    return wanted is not None and held is not None and held >= wanted


def _of_unit(unit: UnitFacts, target: TargetFacts) -> Readiness:
    if not unit.sound_ok:
        return Readiness.SOUND_FAILED
    if unit.clock is not ClockTrust.TRUSTED and not target.emergency:
        return Readiness.CLOCK_UNTRUSTED
    return Readiness.READY
