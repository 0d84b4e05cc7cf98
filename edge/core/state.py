"""All that a unit knows between two events, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from edge.core.memory import Newest, Ordered, Progress, SeenOrder, Spent, Tombstone
from edge.core.setting import Setting
from edge.core.timekeeper import Anchors, Belief
from protocol.messages import Coming, Delegation, Order, PlannedBroadcast, Programme, Receipt, UnitState
from protocol.names import BroadcastId, ClipHash, DiskHealth, KeyId, OrderId, Reason

DEFAULT_VOLUME = 80
"""Percent, until a programme says otherwise."""


@dataclass(frozen=True, slots=True)
class Active:
    """The broadcast that the player has in hand, as it was when it was called: a new programme does not alter it.

    `key` signed it. Its first sample leaves, or left, at the mono second `starts_at`, its last at `ends_at`.
    """

    serial: int
    broadcast: PlannedBroadcast
    key: KeyId
    first_item: int
    starts_at: float
    ends_at: float
    heard: bool = False


class Gate(StrEnum):
    """What keeps the download of a clip back, by the programme's `downloads`."""

    HOURS = "hours"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True)
class Question:
    """A question for the time, and the mono second at which it was asked."""

    nonce: str
    asked: float


@dataclass(frozen=True, slots=True)
class Unproven:
    """An authentic order that came while no clock was trusted: whether it is fresh cannot be judged yet."""

    order: Order
    key: KeyId


@dataclass(frozen=True, slots=True)
class Fetch:
    """A clip that was asked for: in hand while `retry_at` is None, else to be asked for again at that mono second.

    `here`: bytes of it on the disk; `before`: as many were there when it was last asked for; `received`: bytes that
    came since then. `looking`: in hand, but only on the disk.
    """

    failures: int = 0
    retry_at: float | None = None
    reason: Reason | None = None
    here: int = 0
    before: int = 0
    received: int = 0
    looking: bool = False
    gate: Gate | None = None


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What this unit needs and has not, made anew at every step. `look_at`: the mono second to look at it again."""

    clips: int = 0
    bytes: int = 0
    coming: tuple[Coming, ...] = ()
    look_at: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The state of one unit. Times named `_at` or `_since` are monotonic seconds.

    `booted_at` is when the process began. `untrusted_since` is when the clock was last found not to be trusted, None
    while it is; `untrusted_from` is the wall time of that moment, known only once the clock is trusted again.
    `set_back` is the version of an authentic programme that is not above the one held. While `disk` is not OK, receipts
    above `durable_through` are not on it. `silenced_receipts` counts those not written because too many wait.
    `judge_all`: what the unit may play has changed, so that every broadcast of the plan must be judged anew.
    """

    setting: Setting
    journal: str = ""
    booted_at: float = 0.0
    disk: DiskHealth = DiskHealth.OK
    delegation: Delegation | None = None
    delegation_bytes: bytes = field(default=b"", repr=False)
    programme: Programme | None = None
    programme_bytes: bytes = field(default=b"", repr=False)
    programme_key: KeyId | None = None
    set_back: int | None = None
    held_at: float | None = None
    ordered: Mapping[BroadcastId, Ordered] = field(default_factory=dict)
    orders: Mapping[OrderId, SeenOrder] = field(default_factory=dict)
    progress: Mapping[BroadcastId, Progress] = field(default_factory=dict)
    cancelled: Mapping[BroadcastId, Tombstone] = field(default_factory=dict)
    newest: Newest = field(default_factory=Newest)
    unproven: tuple[Unproven, ...] = ()

    anchors: Anchors = field(default_factory=Anchors)
    belief: Belief | None = None
    questions: tuple[Question, ...] = ()
    unanswered: int = 0
    ask_at: float = 0.0
    disputed_s: float | None = None

    judge_all: bool = True
    active: Active | None = None
    serial: int = 0
    relay: bool = False
    sound_ok: bool = True
    leaving: bool = False

    clips: frozenset[ClipHash] = frozenset()
    fetches: Mapping[ClipHash, Fetch] = field(default_factory=dict)
    checked: Mapping[ClipHash, float] = field(default_factory=dict)
    checking: ClipHash | None = None
    kept: frozenset[ClipHash] = frozenset()
    outstanding: Outstanding = Outstanding()
    spent: Spent = field(default_factory=Spent)
    spent_noted: Spent = field(default_factory=Spent)
    spent_noted_at: float = 0.0

    receipts: tuple[Receipt, ...] = ()
    last_number: int = 0
    durable_through: int = 0
    acknowledged: int = 0
    silenced_receipts: int = 0
    sent_through: int = 0
    resend_at: float | None = None
    archive_at: float | None = None

    link: bool = False
    counter: int = 0
    published: UnitState | None = None
    publish_at: float = 0.0
    tidy_at: float = 0.0
    refused: int = 0
    last_refusal: str | None = None
    refusals_told: int = 0
    refusal_told_at: float = 0.0
    untrusted_since: float | None = None
    untrusted_from: datetime | None = None

    @property
    def volume(self) -> int:
        """The volume in force, in percent: what the programme says, and never more than the delegation allows."""
        wanted = DEFAULT_VOLUME if self.programme is None else self.programme.volume
        return wanted if self.delegation is None else min(wanted, self.delegation.caps.volume)
