"""What the simulated desk has written down: rows like those of its database, frozen, replaced whole."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from controller.domain.projection import Known
from controller.domain.setback import SetBack
from protocol.messages import PlannedBroadcast, Receipt, UnitState
from protocol.names import BroadcastId, OrderId, UnitId
from schedules.vocabulary import BroadcastClass, Status

Target = tuple[UnitId, BroadcastId]
JournalName = tuple[UnitId, str]


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A sitting that repeats every day at a local minute."""

    id: str
    minute: int
    class_: BroadcastClass
    status: Status
    seconds: tuple[int, ...]
    clips: tuple[str, ...]
    targets: tuple[UnitId, ...]
    created_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class BroadcastRow:
    message: PlannedBroadcast
    targets: tuple[UnitId, ...]
    created_at: datetime
    immediate: bool = False
    ordered_at: datetime | None = None
    schedule: str | None = None
    cancelled_at: datetime | None = None

    @property
    def emergency(self) -> bool:
        return self.message.class_ is BroadcastClass.EMERGENCY

    @property
    def last_sound(self) -> datetime:
        return self.message.not_after + timedelta(milliseconds=self.message.duration_ms)


@dataclass(frozen=True, slots=True)
class TargetRow:
    programme_version: int | None = None
    delivered_at: datetime | None = None
    known: Known = Known()


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    version: int = 0
    digest: str = ""
    signed: bytes = b""
    epoch: int = 1
    until: datetime | None = None
    published_at: datetime | None = None
    held_version: int | None = None
    """What the unit reports to hold of this epoch."""


@dataclass(frozen=True, slots=True)
class OrderRow:
    id: OrderId
    targets: tuple[UnitId, ...]
    signed: bytes
    not_after: datetime
    published_at: datetime | None
    answered: frozenset[UnitId] = frozenset()
    about: BroadcastId | None = None
    plays: bool = False


@dataclass(frozen=True, slots=True)
class StateRow:
    state: UnitState
    received_at: datetime
    online: bool
    boots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalRow:
    through: int = 0
    asked: int = 0
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SetBackRow:
    """A unit that holds a later plan than this desk; `held` is that plan, once the unit has sent it."""

    cause: SetBack
    unit_version: int | None
    unit_epoch: int | None
    noticed_at: datetime
    held: bytes | None = None
    held_version: int | None = None

    @property
    def received(self) -> bool:
        return self.held is not None and self.held_version == self.unit_version


@dataclass
class Books:
    """The database. `receipts` are by journal and number; everything else by its own name."""

    schedules: dict[str, ScheduleRow] = field(default_factory=dict)
    broadcasts: dict[BroadcastId, BroadcastRow] = field(default_factory=dict)
    targets: dict[Target, TargetRow] = field(default_factory=dict)
    programmes: dict[UnitId, ProgrammeRow] = field(default_factory=dict)
    orders: dict[OrderId, OrderRow] = field(default_factory=dict)
    states: dict[UnitId, StateRow] = field(default_factory=dict)
    journals: dict[JournalName, JournalRow] = field(default_factory=dict)
    receipts: dict[JournalName, dict[int, Receipt]] = field(default_factory=dict)
    setbacks: dict[UnitId, SetBackRow] = field(default_factory=dict)
    gaps: set[tuple[UnitId, str, int, int]] = field(default_factory=set)

    def copy(self) -> "Books":
        """A copy such as a backup keeps."""
        return replace(
            self,
            schedules=dict(self.schedules),
            broadcasts=dict(self.broadcasts),
            targets=dict(self.targets),
            programmes=dict(self.programmes),
            orders=dict(self.orders),
            states=dict(self.states),
            journals=dict(self.journals),
            receipts={name: dict(rows) for name, rows in self.receipts.items()},
            setbacks=dict(self.setbacks),
            gaps=set(self.gaps),
        )
