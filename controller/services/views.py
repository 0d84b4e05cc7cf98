"""What the pages and the JSON interface show: frozen, complete, without a database behind it.

Codes are codes (enums); names are what people typed; instants are aware UTC and are shown in the commune's zone.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from controller.domain.limits import Limit
from controller.domain.outcome import BroadcastState, Outcome
from controller.domain.readiness import Readiness
from controller.domain.rendition import Language, RenditionKind, RenditionStatus
from controller.domain.setback import SetBack
from controller.services.faults import Fault
from protocol.messages import Coming, Downloads, Hours
from protocol.names import BroadcastId, ClockTrust, DiskHealth, Stage, UnitId
from schedules.recurrence import Rule
from schedules.timeline import Conflict
from schedules.vocabulary import BroadcastClass, Status


class Health(StrEnum):
    """How a unit is, in one word.

    `ok`; `warn` (in contact, but something is wrong); `lost`; `never` heard of; `revoked` (its key counts no more).
    """

    OK = "ok"
    WARN = "warn"
    LOST = "lost"
    NEVER = "never"
    REVOKED = "revoked"


class AlarmKind(StrEnum):
    """Why an officer must look. The catalogue has `alarm-<kind>`."""

    UNIT_LOST = "unit-lost"
    SOUND_FAILED = "sound-failed"
    BROADCAST_MISSED = "broadcast-missed"
    BROADCAST_UNCONFIRMED = "broadcast-unconfirmed"
    SPEECH_FAILED = "speech-failed"
    BROKER_ABSENT = "broker-absent"
    NOT_READY_SOON = "not-ready-soon"
    CONTROLLER_SET_BACK = "controller-set-back"
    DISK_FAILED = "disk-failed"
    CLOCK_UNTRUSTED = "clock-untrusted"
    CLOCK_DISPUTED = "clock-disputed"
    UNDERVOLTAGE = "undervoltage"
    PLAN_ENDING = "plan-ending"
    RECEIPTS_LOST = "receipts-lost"
    EMERGENCY_WAITS = "emergency-waits"
    DESK_CLOCK = "desk-clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person who signed in. `epoch` grows when the password changes: a session of an older epoch is over."""

    id: str
    name: str
    shown_name: str
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageView:
    """A village and the units that serve it."""

    id: str
    name: str
    households: int
    languages: tuple[Language, ...]
    units: tuple[UnitId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitCard:
    """One unit as it last reported itself. None: it never said."""

    id: UnitId
    name: str
    villages: tuple[str, ...]
    """Names, in the commune's order."""
    health: Health
    last_seen: datetime | None
    volume: int
    playing: str | None
    """The title of what it plays."""
    playing_broadcast: BroadcastId | None
    clock: ClockTrust | None
    relay: bool | None
    sound_ok: bool | None
    simulated: bool
    pending_receipts: int
    missing_clips: int
    clips_held_up: bool
    """Whether a missing clip is kept back by something, and not merely on its way."""
    missing_bytes: int
    programme_held: bool
    """Whether it reports to hold the newest programme that was made for it."""
    temperature_c: float | None
    undervoltage: bool | None
    disk_free_bytes: int | None
    refused: int
    last_refusal: str | None
    software: str | None
    revoked: bool
    set_back: bool
    """Whether it holds a later plan than this desk."""
    delegation_held: bool
    disk: DiskHealth | None
    clock_error_ms: int | None
    clock_dispute_s: float | None
    coming: tuple[Coming, ...]
    """The missing clips that it needs soonest."""
    month_bytes: int | None
    """Of clips, fetched this month."""
    own_hours: Hours | None
    """Its own, narrower hours; None: as the commune."""
    allowed_hours: Hours
    """When it may sound, the commune's hours and its own together."""
    downloads: Downloads


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundView:
    """What was found in a clip."""

    peaks: tuple[float, ...]
    """Its outline: 400 values of 0 to 1; empty when nobody looked."""
    problems: tuple[str, ...]
    """Words of `audio.studio.findings.Problem`, about the recording that it was made of."""
    cut_lead_ms: int
    cut_tail_ms: int
    """Milliseconds of silence that were cut off its ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenditionView:
    """A bulletin in one language, and how far it has become sound."""

    language: Language
    kind: RenditionKind
    text: str
    spoken: str
    repeat: int
    announced_as: Status
    status: RenditionStatus
    left_out: bool
    """It failed, and an officer chose to go on without it."""
    progress: float
    """0.0 to 1.0."""
    error: str | None
    """A code of the studio when it failed; the catalogue has `voice-<code>`."""
    engine: str | None
    voice: str | None
    failures: tuple[tuple[str, str], ...]
    """(engine, code) of each engine that was tried first."""
    clip: str | None
    """The hash under which `/clips/<hash>` serves it; None also for one that is put together from phrases."""
    clips: tuple[str, ...]
    """What is heard, in order: the one clip, or those of the phrases; empty while it is not ready."""
    duration_ms: int | None
    size: int | None
    loudness_lufs: float | None
    sound: SoundView | None
    """Of the one clip; None where several phrases are heard one after the other, and while there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinView:
    """A bulletin, for its own page."""

    id: str
    title: str
    author: str
    """The shown name of who wrote it."""
    created_at: datetime
    rendition: RenditionView
    """The one that stands for the whole: Vietnamese, or else the first that there is."""
    renditions: tuple[RenditionView, ...]
    """One for each language, that one first."""
    planned: bool
    """Whether a broadcast or schedule uses it: then it cannot be edited any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    """One item of a broadcast at a unit. `whole`: by the unit's own word it was heard to its end."""

    language: Language
    duration_ms: int
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetView:
    """One broadcast at one unit, with its stages on evidence. A missing instant: not known to have happened."""

    unit: UnitId
    unit_name: str
    villages: tuple[str, ...]
    delivered_at: datetime | None
    stored_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    stage: Stage | None
    stage_at: datetime | None
    outcome: Outcome
    readiness: Readiness | None
    """Before it ends: will it play, and why or why not. None once it is over."""
    reason: str | None
    played_ms: int | None
    of_ms: int | None
    error_us: int | None
    """First sample minus planned instant, by the unit's clock."""
    in_contact: bool
    items: tuple[ItemView, ...]
    """What it plays, in order; empty while nothing is ready."""

    @property
    def languages(self) -> tuple[Language, ...]:
        """The languages that are heard there, in the order in which they begin."""
        return tuple(dict.fromkeys(item.language for item in self.items))

    @property
    def items_heard(self) -> int:
        """How many items were heard to their end."""
        return sum(item.whole for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastView:
    """One dated sitting, for its own page."""

    id: BroadcastId
    bulletin: str
    title: str
    class_: BroadcastClass
    status: Status
    start: datetime
    not_after: datetime
    duration_ms: int | None
    """None while the clip is not ready."""
    state: BroadcastState
    immediate: bool
    schedule: str | None
    author: str
    created_at: datetime
    cancelled_at: datetime | None
    villages: tuple[str, ...]
    """Names."""
    targets: tuple[TargetView, ...]
    carried: bool
    """Whether it comes from the units: this desk had lost it, and carries it on without its text."""
    rendition: RenditionView
    renditions: tuple[RenditionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnAir:
    """What sounds now, by what units report."""

    broadcast: BroadcastId
    title: str
    class_: BroadcastClass
    status: Status
    since: datetime | None
    units: tuple[str, ...]
    """Names of the units that play it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One line of the coming hours, or of the list of broadcasts."""

    broadcast: BroadcastId
    title: str
    class_: BroadcastClass
    status: Status
    start: datetime
    not_after: datetime
    duration_ms: int | None
    state: BroadcastState
    villages: tuple[str, ...]
    units: tuple[str, ...]
    ready: int
    """At how many of the units it is certain to sound (before air), or was heard (after)."""
    of: int
    schedule: str | None
    carried: bool
    """Whether it comes from the units: this desk had lost it, and carries it on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmView:
    """Something that the officer must see."""

    id: str
    kind: AlarmKind
    unit: UnitId | None
    unit_name: str | None
    broadcast: BroadcastId | None
    bulletin: str | None
    title: str | None
    """Of the broadcast, or of the bulletin."""
    detail: str
    """A code (reason, error), never a sentence."""
    raised_at: datetime
    cleared_at: datetime | None
    standing: bool
    """Whether it lasts as long as its cause; the others are put away by `alarms.dismiss`."""
    places: tuple[str, ...] = ()
    """Names of the units of an alarm that is about several, the first few; `more` counts the others."""
    more: int = 0
    start: datetime | None = None
    """Of the broadcast."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The first page."""

    commune_name: str
    now: datetime
    connected: bool
    """Whether the broker is reached: without it nothing that units report arrives."""
    on_air: tuple[OnAir, ...]
    next_24h: tuple[Sitting, ...]
    recent: tuple[Sitting, ...]
    """The last sittings of the past 24 hours, newest first."""
    units: tuple[UnitCard, ...]
    alarms: tuple[AlarmView, ...]
    """Open ones, newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleView:
    """A repeating plan."""

    id: str
    bulletin: str
    title: str
    rule: Rule
    class_: BroadcastClass
    status: Status
    villages: tuple[str, ...]
    """Names."""
    upcoming: tuple[datetime, ...]
    """The next few instants."""
    author: str
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReached:
    """One unit that a plan would reach, and how it is now."""

    id: UnitId
    name: str
    villages: tuple[str, ...]
    health: Health


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRefusing:
    """One unit that would be silent at an instant of a plan, because of its hours or of the length."""

    name: str
    limit: Limit
    hours: Hours
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Collision:
    """A conflict of the plan with what is planned already; titles are the officer's, the rest is the timeline's."""

    conflict: Conflict
    prevails_title: str
    yields_title: str
    units: tuple[str, ...]
    """Names."""
    own_prevails: bool
    """Whether the plan that is being checked is the one that prevails."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VillageHears:
    """What one of the chosen villages would hear of a bulletin."""

    name: str
    heard: tuple[Language, ...]
    """In its order; empty: nothing that is understood there."""
    missing: tuple[Language, ...]
    """Languages of the village in which the bulletin has no rendition."""
    by_default: bool
    """Whether it hears Vietnamese only because there is none of its own languages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCheck:
    """What the officer sees before pressing send."""

    faults: tuple[Fault, ...]
    units: tuple[UnitReached, ...]
    villages: tuple[str, ...]
    """Names of the villages chosen."""
    villages_without_unit: tuple[str, ...]
    refusing: tuple["UnitRefusing", ...]
    """The units that would not sound it at one of its instants."""
    hears: tuple[VillageHears, ...]
    """What each of the villages would hear, in the commune's order."""
    occurrences: tuple[datetime, ...]
    """The first instants (at most 10), UTC. For "now": the present instant."""
    occurrence_count: int
    """How many lie within the horizon."""
    collisions: tuple[Collision, ...]
    duration_ms: int | None
    """At the unit where it is longest; None while a language is not ready."""
    not_after: datetime | None
    """Of the first occurrence."""
    rendition: RenditionView | None
    now: datetime

    @property
    def missing(self) -> dict[str, tuple[Language, ...]]:
        """By the name of the village: its languages in which the bulletin has no rendition."""
        return {village.name: village.missing for village in self.hears if village.missing}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBroadcast:
    """A broadcast that one side has and the other lacks."""

    id: BroadcastId
    title: str
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBackView:
    """A unit that holds a later plan than this desk, and what a person needs to choose."""

    unit: UnitId
    unit_name: str
    cause: SetBack
    noticed_at: datetime
    in_contact: bool
    our_version: int | None
    unit_version: int | None
    received: bool
    """Whether it has sent what it holds; without that the lists below are empty."""
    unknown: tuple[HeldBroadcast, ...]
    """Held there, still to come, and not known here."""
    lacking: tuple[HeldBroadcast, ...]
    """Planned here, and not held there."""
    cancelled: tuple[HeldBroadcast, ...]
    """Planned here, but the unit was told that they are cancelled."""
    can_keep: bool
    can_replace: bool
