"""Will this unit play this broadcast, and if not, why: said before air time, from what the unit itself reported.

A verdict comes with every reason that holds, those that prevent it first, the most fundamental of them first; each
carries the facts that a person needs to act. Ready is only said on evidence.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from controller.domain.limits import Allowed, Limit, Wanted, refusal
from protocol.messages import Coming
from protocol.names import ClipHash, ClockTrust, DiskHealth, Reason
from schedules.vocabulary import BroadcastClass


class Verdict(StrEnum):
    """Whether a broadcast will sound at a unit."""

    READY = "ready"
    READY_UNSEEN = "ready-unseen"  # all of it is stored there, but the unit is not in contact now
    NOT_READY = "not-ready"


class Hindrance(StrEnum):
    """What keeps a unit from playing, or may. In the order in which it is told; the catalogue has `ready-<code>`."""

    REVOKED = "revoked"
    VOICE_FAILED = "voice-failed"
    VOICE_PENDING = "voice-pending"
    NEVER_SEEN = "never-seen"
    TOO_LONG = "too-long"
    QUIET_HOURS = "quiet-hours"
    NO_CONTACT = "no-contact"
    DELEGATION_NOT_HELD = "delegation-not-held"
    SET_BACK = "set-back"
    SOUND_FAILED = "sound-failed"
    DISK_FAILED = "disk-failed"
    CLOCK_UNTRUSTED = "clock-untrusted"
    PROGRAMME_NOT_HELD = "programme-not-held"
    CLIP_MISSING = "clip-missing"
    DATA_BUDGET = "data-budget"
    CLOCK_DISPUTED = "clock-disputed"
    UNDERVOLTAGE = "undervoltage"


class Holding(StrEnum):
    """What a silent unit has of the broadcast, as far as it told."""

    BROADCAST = "broadcast"  # all of it
    PLAN = "plan"  # it knows of it, but not every clip was there
    PREVIOUS = "previous"  # an earlier programme, without it
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """One reason with its facts; those that belong to another hindrance are None."""

    hindrance: Hindrance
    prevents: bool = True
    """Whether it will not sound unless this is mended; else it is a warning."""
    since: datetime | None = None
    """NO_CONTACT: when the unit was last heard."""
    holding: Holding | None = None
    """NO_CONTACT: what it has."""
    plan_until: datetime | None = None
    """NO_CONTACT: until when the programme reaches that it holds, where known."""
    clips: int | None = None
    """CLIP_MISSING: how many."""
    percent: int | None = None
    """CLIP_MISSING: of their bytes, how many hundredths are there; None when the unit did not say."""
    clock: ClockTrust | None = None
    """CLOCK_UNTRUSTED: how far the unit believes it."""
    seconds: float | None = None
    """CLOCK_DISPUTED: by how much the two clocks differ. TOO_LONG: how long it is."""
    limit_s: int | None = None
    """TOO_LONG: how long it may be."""
    hours: tuple[tuple[int, int], ...] | None = None
    """QUIET_HOURS: the hours that the unit allows, in minutes of the local day."""
    disk: DiskHealth | None = None
    """DISK_FAILED."""


@dataclass(frozen=True, slots=True)
class Readiness:
    """The verdict for one broadcast at one unit, and why: what prevents it first, then warnings."""

    verdict: Verdict
    reasons: tuple[Because, ...] = ()

    @property
    def certain(self) -> bool:
        """Whether it will sound on time even if nothing reaches the unit any more."""
        return self.verdict is not Verdict.NOT_READY

    @property
    def first(self) -> Hindrance | None:
        """The hindrance that is told first."""
        return self.reasons[0].hindrance if self.reasons else None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFacts:
    """What is known of one unit now, mostly by its own last report."""

    seen_at: datetime | None
    """When its last state came; None: never."""
    in_contact: bool
    allowed: Allowed
    revoked: bool = False
    set_back: bool = False
    """It holds a later plan than this desk: no programme is signed for it until a person has chosen."""
    delegation_held: bool = True
    """Whether it holds the delegation that is in force."""
    obeys_nobody: bool = False
    """It holds none at all."""
    held_version: int | None = None
    """The programme version that it reports to hold."""
    held_until: datetime | None = None
    clock: ClockTrust = ClockTrust.UNKNOWN
    dispute_s: float | None = None
    disk: DiskHealth = DiskHealth.OK
    sound_ok: bool = True
    undervoltage: bool = False
    coming: tuple[Coming, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFacts:
    """What is known of one broadcast at this unit."""

    wanted: Wanted
    voice_ready: bool
    voice_failed: bool
    programme_version: int | None
    """The version in which the broadcast first stood; None when it stands in none yet."""
    delivered: bool
    """Whether the unit ever said that it knows of it."""
    stored: bool
    """Whether it ever said that it holds all of its clips."""
    ordered: bool = False
    """Whether it was sent as an order, too."""
    clips: tuple[ClipHash, ...] = ()

    @property
    def emergency(self) -> bool:
        """Whether it is of the class that needs neither a clock nor a disk."""
        return self.wanted.class_ is BroadcastClass.EMERGENCY


def readiness(unit: UnitFacts, target: TargetFacts) -> Readiness:
    """Return the verdict with its reasons."""
    order = list(Hindrance)
    found = sorted(_reasons(unit, target), key=lambda one: (not one.prevents, order.index(one.hindrance)))
    if any(one.prevents for one in found):
        return Readiness(Verdict.NOT_READY, tuple(found))
    return Readiness(Verdict.READY if unit.in_contact else Verdict.READY_UNSEEN, tuple(found))


def _reasons(unit: UnitFacts, target: TargetFacts) -> Iterator[Because]:
    yield from _of_desk(unit, target)
    if unit.seen_at is None:
        yield Because(hindrance=Hindrance.NEVER_SEEN)
        return
    yield from _of_trust(unit, target)
    yield from _of_copy(unit, target)
    yield from _of_machine(unit, target)


def _of_desk(unit: UnitFacts, target: TargetFacts) -> Iterator[Because]:
    """What the desk knows without asking the unit."""
    if unit.revoked:
        yield Because(hindrance=Hindrance.REVOKED)
    if target.voice_failed:
        yield Because(hindrance=Hindrance.VOICE_FAILED)
    elif not target.voice_ready:
        yield Because(hindrance=Hindrance.VOICE_PENDING)
    limit = refusal(target.wanted, unit.allowed)
    if limit is Limit.QUIET_HOURS:
        yield Because(hindrance=Hindrance.QUIET_HOURS, hours=unit.allowed.hours)
    if limit is Limit.TOO_LONG:
        yield Because(
            hindrance=Hindrance.TOO_LONG,
            seconds=target.wanted.length.total_seconds(),
            limit_s=int(unit.allowed.length.total_seconds()),
        )


def _of_trust(unit: UnitFacts, target: TargetFacts) -> Iterator[Because]:
    """Whether the unit would take what this desk signs. What it has stored already is not undone by a later key."""
    if unit.obeys_nobody or not unit.delegation_held:
        prevents = unit.obeys_nobody or not target.stored
        yield Because(hindrance=Hindrance.DELEGATION_NOT_HELD, prevents=prevents)
    if unit.set_back:
        yield Because(hindrance=Hindrance.SET_BACK, prevents=not (target.stored or target.ordered))


def _of_copy(unit: UnitFacts, target: TargetFacts) -> Iterator[Because]:
    """Whether the broadcast and its clips are there."""
    there = _there(unit, target)
    if not unit.in_contact:
        yield Because(
            hindrance=Hindrance.NO_CONTACT,
            prevents=not (there and target.stored),
            since=unit.seen_at,
            holding=_holding(unit, target),
            plan_until=unit.held_until,
        )
    elif not there:
        yield Because(hindrance=Hindrance.PROGRAMME_NOT_HELD)
    elif not target.stored:
        yield from _of_clips(unit, target)


def _of_clips(unit: UnitFacts, target: TargetFacts) -> Iterator[Because]:
    coming = [one for one in unit.coming if one.clip in target.clips]
    missing = Because(hindrance=Hindrance.CLIP_MISSING, clips=len(coming) or max(1, len(target.clips)))
    if coming:
        missing = replace(missing, percent=percent(coming))
    yield missing
    if any(one.reason is Reason.DATA_BUDGET for one in coming):
        yield Because(hindrance=Hindrance.DATA_BUDGET)


def percent(coming: list[Coming]) -> int:
    """Return how many hundredths of the missing clips were fetched, rounded down: 100 is only said when all is."""
    return 100 * sum(min(one.fetched, one.size) for one in coming) // sum(one.size for one in coming)


def _of_machine(unit: UnitFacts, target: TargetFacts) -> Iterator[Because]:
    """The unit's own health, as it last reported it."""
    if not unit.sound_ok:
        yield Because(hindrance=Hindrance.SOUND_FAILED)
    if unit.disk is not DiskHealth.OK:
        yield Because(hindrance=Hindrance.DISK_FAILED, prevents=not target.emergency, disk=unit.disk)
    if unit.clock is not ClockTrust.TRUSTED:
        yield Because(hindrance=Hindrance.CLOCK_UNTRUSTED, prevents=not target.emergency, clock=unit.clock)
    if unit.dispute_s is not None:
        yield Because(hindrance=Hindrance.CLOCK_DISPUTED, prevents=False, seconds=abs(unit.dispute_s))
    if unit.undervoltage:
        yield Because(hindrance=Hindrance.UNDERVOLTAGE, prevents=False)


def _holding(unit: UnitFacts, target: TargetFacts) -> Holding:
    if _there(unit, target):
        return Holding.BROADCAST if target.stored else Holding.PLAN
    return Holding.NOTHING if unit.held_version is None else Holding.PREVIOUS


def _there(unit: UnitFacts, target: TargetFacts) -> bool:
    """Whether the unit plans it: by the programme that it reports to hold now, or by an order that reached it.

    That it had it once is not enough: a new card, or a programme of a new epoch, begins with nothing.
    """
    if target.ordered and target.delivered:
        return True
    wanted, held = target.programme_version, unit.held_version
    return wanted is not None and held is not None and held >= wanted
