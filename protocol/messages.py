"""The messages, frozen. They are checked once, where they enter (`protocol.envelope`); inside, they are trusted.

Compatibility, decided on purpose (docs/protocol.md, "Versions"): a reader ignores a field that it does not know, unless
the writer named that field's feature in `must`; then the whole message is refused as `unsupported`. A field that
narrows what may sound is always named in `must`; a field that only informs never is.
"""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from protocol.names import Broadcast, Clip, ClockTrust, Commune, Journal, OrderName, Unit
from schedules.vocabulary import BroadcastClass, Status

Utc = Annotated[datetime, Meta(tz=True)]
Title = Annotated[str, Meta(max_length=300)]
Milliseconds = Annotated[int, Meta(ge=0, le=6 * 3600 * 1000)]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Features = Annotated[tuple[str, ...], Meta(max_length=32)]

UNDERSTOOD: frozenset[str] = frozenset()
"""The features that this software obeys when `must` names them. None exists in version 1 of the protocol."""


class Item(Struct, frozen=True, kw_only=True):
    """One clip of a broadcast, and the silence after it."""

    clip: Clip
    size: Annotated[int, Meta(ge=1, le=64 * 1024 * 1024)]
    duration_ms: Milliseconds
    gap_ms: Annotated[int, Meta(ge=0, le=60_000)] = 0


class PlannedBroadcast(Struct, frozen=True, kw_only=True):
    """One dated sitting: it starts at `start` and never after `not_after`; its items sound in order, once."""

    id: Broadcast
    start: Utc
    not_after: Utc
    class_: BroadcastClass = field(name="class")
    status: Status
    title: Title
    items: Annotated[tuple[Item, ...], Meta(min_length=1, max_length=50)]

    @property
    def duration_ms(self) -> int:
        """The planned length of the sound, gaps between items included, in milliseconds."""
        return sum(item.duration_ms + item.gap_ms for item in self.items) - self.items[-1].gap_ms


class Programme(Struct, frozen=True, kw_only=True):
    """Desired state of one unit: all that it shall play until `until`, and at which volume.

    `version` only grows for a unit; a lower one is a replay. `cancelled` names broadcasts that must not sound, until
    their `not_after` has passed: absence alone removes a planned broadcast but does not stop one that sounds.
    """

    commune: Commune
    unit: Unit
    version: Count
    issued_at: Utc
    until: Utc
    volume: Percent
    broadcasts: Annotated[tuple[PlannedBroadcast, ...], Meta(max_length=2000)]
    cancelled: Annotated[tuple[Broadcast, ...], Meta(max_length=2000)] = ()
    must: Features = ()


class Play(Struct, frozen=True, kw_only=True, tag="play", tag_field="do"):
    """Add this broadcast to the plan at once. `inline` may carry short clips, by hash, so one message is enough."""

    broadcast: PlannedBroadcast
    inline: Annotated[dict[Clip, bytes], Meta(max_length=8)] = {}


class Stop(Struct, frozen=True, kw_only=True, tag="stop", tag_field="do"):
    """Silence what sounds now, if its class is not above the class of the order."""


class Cancel(Struct, frozen=True, kw_only=True, tag="cancel", tag_field="do"):
    """These broadcasts must not sound; one of them that sounds is stopped. Holds even for an id not seen yet."""

    broadcasts: Annotated[tuple[Broadcast, ...], Meta(min_length=1, max_length=200)]


class Order(Struct, frozen=True, kw_only=True):
    """An immediate act for named units, obeyed once, inside its time window."""

    id: OrderName
    commune: Commune
    targets: Annotated[tuple[Unit, ...], Meta(min_length=1, max_length=2000)]
    issued_at: Utc
    not_before: Utc
    not_after: Utc
    class_: BroadcastClass = field(name="class")
    act: Play | Stop | Cancel
    must: Features = ()


class ReceiptAck(Struct, frozen=True, kw_only=True):
    """The controller has stored every receipt of this journal up to and including number `through`."""

    commune: Commune
    unit: Unit
    journal: Journal
    through: Count
    must: Features = ()


class Receipt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One numbered line of a unit's journal.

    `stage` and `reason` are words of `protocol.names`, but a plain string on the wire: a controller stores and
    acknowledges a stage that it does not know yet, rather than lose it.
    """

    number: Annotated[int, Meta(ge=1)]
    at: Utc
    clock: ClockTrust
    stage: Annotated[str, Meta(max_length=40)]
    broadcast: Broadcast | None = None
    order: OrderName | None = None
    reason: Annotated[str, Meta(max_length=80)] | None = None
    played_ms: Milliseconds | None = None
    of_ms: Milliseconds | None = None
    error_us: int | None = None
    """For `started`: first sample minus planned instant by the unit's clock, in microseconds."""


class ReceiptBatch(Struct, frozen=True, kw_only=True):
    """Consecutive receipts of one journal. A journal is one unit's database: a new card begins a new journal."""

    commune: Commune
    unit: Unit
    journal: Journal
    receipts: Annotated[tuple[Receipt, ...], Meta(min_length=1, max_length=100)]


class UnitState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Reported state of one unit, sent at every change and as a heartbeat. Newer is (boot, counter) growing in `at`."""

    commune: Commune
    unit: Unit
    journal: Journal
    boot: Journal
    counter: Count
    at: Utc
    clock: ClockTrust
    software: Annotated[str, Meta(max_length=40)]
    simulated: bool
    programme: Count | None
    volume: Percent
    relay: bool
    sound_ok: bool
    playing: Broadcast | None = None
    missing_clips: Count = 0
    missing_bytes: Count = 0
    pending_receipts: Count = 0
    refused: Count = 0
    last_refusal: str | None = None
    disk_free_bytes: Count | None = None
    temperature_c: float | None = None
    undervoltage: bool | None = None
