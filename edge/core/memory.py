"""What a unit never forgets: a few shelves of small records, and the journal of receipts.

The records are written and read here, so that the disk (`edge.adapters.memory`) keeps bytes and knows no meaning, and
so that the tests can restart a unit at any step from nothing but its effects.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

import msgspec
from msgspec import Struct

from edge.core.playback import Phase
from edge.core.timekeeper import Anchors
from protocol.messages import PlannedBroadcast, Receipt
from protocol.names import BroadcastId, DiskHealth, KeyId, OrderId, Reason
from schedules.vocabulary import BroadcastClass

ABSENT = "j-none"
"""The name of the journal while the disk cannot be read: nothing of it is ever sent."""
RETENTION = timedelta(days=15)
"""How long after its last useful instant a record is kept: one day more than the longest plan (14 days)."""


class Shelf(StrEnum):
    """The kinds of durable records. These words are stored on the unit's disk: rename none."""

    PROGRAMME = "programme"  # the one programme held, as it was received
    ORDERED = "ordered"  # broadcasts that came by an order, by broadcast id
    ORDERS = "orders"  # orders that were obeyed or refused, by order id
    PROGRESS = "progress"  # how far a broadcast came, by broadcast id
    CANCELLED = "cancelled"  # broadcasts that must not sound, by broadcast id
    NEWEST = "newest"  # the newest signed time
    DELEGATION = "delegation"  # the one delegation held, as it was received
    CLOCK = "clock"  # what is known of the time since the machine was switched on
    SPENT = "spent"  # the bytes of clips fetched this month


class Progress(Struct, frozen=True, omit_defaults=True):
    """How far one broadcast came here.

    `item` is the first that was not wholly played; `played_ms` is the position in the broadcast that was reached, in
    milliseconds of its planned length `of_ms`.
    """

    phase: Phase = Phase.WAITING
    stored: bool = False
    begun: bool = False
    item: int = 0
    items: int = 0
    played_ms: int = 0
    of_ms: int = 0
    reason: Reason | None = None
    keep_until: datetime | None = None


class SeenOrder(Struct, frozen=True):
    """An order that was dealt with, kept until no repetition of it can be inside its window."""

    keep_until: datetime


class Ordered(Struct, frozen=True, omit_defaults=True):
    """A broadcast that came by an order: who signed it, and when. What was cut is kept likewise, without a time."""

    broadcast: PlannedBroadcast
    key: KeyId
    issued_at: datetime | None = None

    @property
    def not_after(self) -> datetime:
        """The last instant at which it may begin."""
        return self.broadcast.not_after


class Tombstone(Struct, frozen=True, omit_defaults=True):
    """A broadcast that must not sound, when its class is not above `class_`. `key`: who said so."""

    class_: BroadcastClass
    keep_until: datetime
    key: KeyId | None = None


class Newest(Struct, frozen=True, omit_defaults=True):
    """The newest time that was ever signed to this unit: the true time is hardly before it."""

    signed: datetime | None = None


class Spent(Struct, frozen=True):
    """Bytes fetched in a local calendar month, such as "2026-11"; "" until a trusted clock has named the month."""

    month: str = ""
    bytes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All that the disk holds at the start of a process. `journal` is the name of the receipts' journal.

    Up to `acknowledged` the controller has the receipts. `disk` is not OK when the disk could not be opened: then
    nothing of this was remembered, and nothing can be written down.
    """

    journal: str
    shelves: Mapping[Shelf, Mapping[str, bytes]] = field(default_factory=dict)
    receipts: tuple[Receipt, ...] = ()
    last_number: int = 0
    acknowledged: int = 0
    disk: DiskHealth = DiskHealth.OK


R = TypeVar("R", Progress, SeenOrder, Ordered, Tombstone, Newest, Spent, Anchors)


def encode(record: Progress | SeenOrder | Ordered | Tombstone | Newest | Spent | Anchors) -> bytes:
    """Return the bytes that a shelf keeps of a record."""
    return msgspec.json.encode(record)


def decode(data: bytes, type_: type[R]) -> R:
    """Return a record of a shelf; `msgspec.DecodeError` when the disk holds something else."""
    return msgspec.json.decode(data, type=type_)


def broadcasts(shelf: Mapping[str, bytes], type_: type[R]) -> dict[BroadcastId, R]:
    """Return every record of a shelf that is keyed by broadcast."""
    return {BroadcastId(key): decode(value, type_) for key, value in shelf.items()}


def orders(shelf: Mapping[str, bytes]) -> dict[OrderId, SeenOrder]:
    """Return every order that was dealt with."""
    return {OrderId(key): decode(value, SeenOrder) for key, value in shelf.items()}
