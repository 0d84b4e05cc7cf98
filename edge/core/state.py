"""All that a unit knows between two events, as one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from edge.core.memory import Newest, Progress, SeenOrder, Tombstone
from edge.core.setting import Setting
from protocol.messages import PlannedBroadcast, Programme, Receipt, UnitState
from protocol.names import BroadcastId, ClipHash, OrderId, Reason

DEFAULT_VOLUME = 80
"""Percent, until a programme says otherwise."""


@dataclass(frozen=True, slots=True)
class Active:
    """The broadcast that the player has in hand, as it was when it was called: a new programme does not alter it."""

    serial: int
    broadcast: PlannedBroadcast
    first_item: int
    heard: bool = False


@dataclass(frozen=True, slots=True)
class Fetch:
    """A clip that was asked for: in hand while `retry_at` is None, else to be asked for again at that mono second."""

    failures: int = 0
    retry_at: float | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The state of one unit. Times named `_at` or `_since` are monotonic seconds.

    `proven` holds emergencies that were ordered while the clock was not trusted, with the mono second after which
    they must not begin. `untrusted_since` is when the clock was last found not to be trusted, None while it is;
    `untrusted_from` is the wall time of that moment, known only once the clock is trusted again.
    """

    setting: Setting
    journal: str = ""
    programme: Programme | None = None
    programme_bytes: bytes = field(default=b"", repr=False)
    ordered: Mapping[BroadcastId, PlannedBroadcast] = field(default_factory=dict)
    orders: Mapping[OrderId, SeenOrder] = field(default_factory=dict)
    progress: Mapping[BroadcastId, Progress] = field(default_factory=dict)
    cancelled: Mapping[BroadcastId, Tombstone] = field(default_factory=dict)
    newest: Newest = field(default_factory=Newest)
    proven: Mapping[BroadcastId, float] = field(default_factory=dict)

    active: Active | None = None
    serial: int = 0
    relay: bool = False
    sound_ok: bool = True
    leaving: bool = False

    clips: frozenset[ClipHash] = frozenset()
    fetches: Mapping[ClipHash, Fetch] = field(default_factory=dict)

    receipts: tuple[Receipt, ...] = ()
    last_number: int = 0
    sent_through: int = 0
    resend_at: float | None = None

    link: bool = False
    counter: int = 0
    published: UnitState | None = None
    publish_at: float = 0.0
    tidy_at: float = 0.0
    refused: int = 0
    last_refusal: str | None = None
    untrusted_since: float | None = None
    untrusted_from: datetime | None = None

    @property
    def volume(self) -> int:
        """The volume in force, in percent."""
        return DEFAULT_VOLUME if self.programme is None else self.programme.volume
