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
from protocol.messages import PlannedBroadcast, Receipt
from protocol.names import BroadcastId, OrderId, Reason
from schedules.vocabulary import BroadcastClass

RETENTION = timedelta(days=15)
"""How long after its last useful instant a record is kept: one day more than the longest plan (14 days)."""


class Shelf(StrEnum):
    """The kinds of durable records. These words are stored on the unit's disk: rename none."""

    PROGRAMME = "programme"  # the one programme held, as it was received
    ORDERED = "ordered"  # broadcasts that came by an order, by broadcast id
    ORDERS = "orders"  # orders that were obeyed or refused, by order id
    PROGRESS = "progress"  # how far a broadcast came, by broadcast id
    CANCELLED = "cancelled"  # broadcasts that must not sound, by broadcast id
    NEWEST = "newest"  # the newest signed times


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


class Tombstone(Struct, frozen=True):
    """A broadcast that must not sound, when its class is not above `class_`."""

    class_: BroadcastClass
    keep_until: datetime


class Newest(Struct, frozen=True, omit_defaults=True):
    """The newest times that the controller ever signed to this unit: a floor under an untrusted clock."""

    order: datetime | None = None
    programme: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """All that the disk holds at the start of a process. `journal` is the name of the receipts' journal."""

    journal: str
    shelves: Mapping[Shelf, Mapping[str, bytes]] = field(default_factory=dict)
    receipts: tuple[Receipt, ...] = ()
    last_number: int = 0


R = TypeVar("R", Progress, SeenOrder, Tombstone, Newest, PlannedBroadcast)


def encode(record: Progress | SeenOrder | Tombstone | Newest | PlannedBroadcast) -> bytes:
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
