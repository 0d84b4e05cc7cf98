"""What the pages and the JSON interface show: frozen, complete, without a database behind it.

Codes are codes (enums); names are what people typed; instants are aware UTC and are shown in the commune's zone.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from controller.domain.outcome import BroadcastState, Outcome
from controller.domain.readiness import Readiness
from controller.domain.rendition import Language, RenditionKind, RenditionStatus
from controller.services.faults import Fault
from protocol.names import BroadcastId, ClockTrust, Stage, UnitId
from schedules.recurrence import Rule
from schedules.timeline import Conflict
from schedules.vocabulary import BroadcastClass, Status


class Health(StrEnum):
    """How a unit is, in one word: `ok`; `warn` (in contact, but something is wrong); `lost`; `never` heard of."""

    OK = "ok"
    WARN = "warn"
    LOST = "lost"
    NEVER = "never"


class AlarmKind(StrEnum):
    """Why an officer must look. The catalogue has `alarm-<kind>`."""

    UNIT_LOST = "unit-lost"
    SOUND_FAILED = "sound-failed"
    BROADCAST_MISSED = "broadcast-missed"
    BROADCAST_UNCONFIRMED = "broadcast-unconfirmed"
    SPEECH_FAILED = "speech-failed"
    BROKER_ABSENT = "broker-absent"


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
    missing_bytes: int
    programme_held: bool
    """Whether it reports to hold the newest programme that was made for it."""
    temperature_c: float | None
    undervoltage: bool | None
    disk_free_bytes: int | None
    refused: int
    last_refusal: str | None
    software: str | None


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
    progress: float
    """0.0 to 1.0."""
    error: str | None
    """A code of the studio when it failed; the catalogue has `voice-<code>`."""
    engine: str | None
    voice: str | None
    failures: tuple[tuple[str, str], ...]
    """(engine, code) of each engine that was tried first."""
    clip: str | None
    """The hash under which `/clips/<hash>` serves it."""
    duration_ms: int | None
    size: int | None
    loudness_lufs: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinView:
    """A bulletin, for its own page."""

    id: str
    title: str
    author: str
    """The shown name of who wrote it."""
    created_at: datetime
    rendition: RenditionView
    planned: bool
    """Whether a broadcast or schedule uses it: then it cannot be edited any more."""


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
    """Before it ends: will it play, and if not, why. None once it is over."""
    reason: str | None
    played_ms: int | None
    of_ms: int | None
    error_us: int | None
    """First sample minus planned instant, by the unit's clock."""
    in_contact: bool


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
    rendition: RenditionView


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
class PlanCheck:
    """What the officer sees before pressing send."""

    faults: tuple[Fault, ...]
    units: tuple[UnitReached, ...]
    villages: tuple[str, ...]
    """Names of the villages chosen."""
    villages_without_unit: tuple[str, ...]
    occurrences: tuple[datetime, ...]
    """The first instants (at most 10), UTC. For "now": the present instant."""
    occurrence_count: int
    """How many lie within the horizon."""
    collisions: tuple[Collision, ...]
    duration_ms: int | None
    """None while the voice is not ready."""
    not_after: datetime | None
    """Of the first occurrence."""
    rendition: RenditionView | None
    now: datetime
