"""The messages, frozen. They are checked once, where they enter (`protocol.envelope`); inside, they are trusted.

Compatibility, decided on purpose (docs/protocol.md, "Versions"): a reader ignores a field that it does not know, unless
the writer named that field's feature in `must`; then the whole message is refused as `unsupported`. A field that
narrows what may sound is always named in `must`; a field that only informs never is.
"""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct, field

from protocol.names import (
    Broadcast,
    Clip,
    ClockSource,
    ClockTrust,
    Commune,
    DiskHealth,
    Journal,
    OrderName,
    Reason,
    Role,
    Unit,
)
from schedules.vocabulary import BroadcastClass, Status

Utc = Annotated[datetime, Meta(tz=True)]
Title = Annotated[str, Meta(max_length=300)]
Milliseconds = Annotated[int, Meta(ge=0, le=6 * 3600 * 1000)]
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Percent = Annotated[int, Meta(ge=0, le=100)]
Quantity = Annotated[float, Meta(ge=-1e12, le=1e12)]
PLAIN = r"^[^\x00]*\Z"
"""Text without NUL, which PostgreSQL cannot keep. What a unit says is stored as it came, and must not stop the desk."""
Features = Annotated[tuple[str, ...], Meta(max_length=32)]

Bytes = Annotated[int, Meta(ge=1, le=64 * 1024 * 1024)]
Minute = Annotated[int, Meta(ge=0, le=1440)]
Hours = Annotated[tuple[tuple[Minute, Minute], ...], Meta(max_length=12)]
"""Spans of the local day, each from a minute to a minute after midnight (the second excluded): `((300, 1320),)`."""
PublicKey = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}\Z")]
Nonce = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22}\Z")]

UNDERSTOOD: frozenset[str] = frozenset({"hours"})
"""The features that this software obeys when `must` names them.

`hours`: a programme's own `hours`, which narrow those of the delegation.
"""


FIRST_INSTANT, END_OF_TIME = datetime(1970, 1, 1, tzinfo=UTC), datetime(2300, 1, 1, tzinfo=UTC)
"""Instants from the first, before the second, are taken: what the clock of a Linux machine can show, and so far from
the ends of `datetime` that no sum of an instant and a time to keep something can fall off them."""


class Dated(Struct, frozen=True, kw_only=True):
    """Whatever names instants: one outside the years of a machine's clock makes the whole message malformed."""

    def __post_init__(self) -> None:
        """Raise ValueError for such an instant."""
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime) and not FIRST_INSTANT <= value < END_OF_TIME:
                raise ValueError(f"{name} is outside the years 1970 to 2299")


class Caps(Struct, frozen=True, kw_only=True):
    """How far the schedule key reaches. A unit enforces them itself, whatever it is asked.

    Outside `hours` (wall time at `utc_offset_min`) nothing sounds but an actual emergency; nothing is longer than
    `length_s`, nothing louder than `volume`. An actual emergency is bound by `volume` and the unit's relay limit only.
    """

    utc_offset_min: Annotated[int, Meta(ge=-720, le=840)] = 420
    hours: Hours = ((300, 1320),)
    length_s: Annotated[int, Meta(ge=1, le=6 * 3600)] = 3600
    volume: Percent = 100


class DelegatedKey(Struct, frozen=True, kw_only=True):
    """A public key (base64url) and the role that the root key gives it."""

    role: Role
    public: PublicKey

    def __post_init__(self) -> None:
        """Refuse the roles that are not the root key's to give: its own, and a unit's."""
        if self.role not in {Role.SCHEDULE, Role.EMERGENCY}:
            raise ValueError("a delegated key is a schedule or an emergency key")


class Delegation(Dated, frozen=True, kw_only=True):
    """Which keys a commune's root key authorises, and within which caps. The whole list: who is absent is revoked.

    `serial` only grows. `epoch` numbers the life of the commune's plan: a programme counts only in the epoch of the
    delegation that the unit holds, and a new epoch begins its versions anew. So a recovery signed by the root key ends
    whatever a stolen schedule key, or a database restored from an old copy, has left behind.
    """

    commune: Commune
    serial: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    epoch: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    issued_at: Utc
    keys: Annotated[tuple[DelegatedKey, ...], Meta(max_length=16)]
    caps: Caps = Caps()
    must: Features = ()


class Item(Struct, frozen=True, kw_only=True):
    """One clip of a broadcast, and the silence after it."""

    clip: Clip
    size: Bytes
    duration_ms: Milliseconds
    gap_ms: Annotated[int, Meta(ge=0, le=60_000)] = 0


class PlannedBroadcast(Dated, frozen=True, kw_only=True):
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


class PinnedClip(Struct, frozen=True, kw_only=True):
    """A clip that a unit keeps although no planned broadcast needs it: a phrase of the emergency bank."""

    clip: Clip
    size: Bytes


class Downloads(Struct, frozen=True, kw_only=True):
    """How a unit spends its mobile data on clips. Advice, not a cap.

    Clips of orders and of priority and emergency broadcasts are fetched at once. Routine ones are fetched while the
    calendar month's total stays below `month_bytes` (None: no budget), and, unless they are needed within hours, inside
    `hours` (local, as in `Caps`; none given: at any time). What the budget keeps back is skipped as `data-budget`.
    """

    hours: Hours = ()
    month_bytes: Count | None = None


class Programme(Dated, frozen=True, kw_only=True):
    """Desired state of one unit: all that it shall play until `until`, and at which volume.

    `version` only grows for a unit within an `epoch`; a lower one is a replay. `hours` narrows the hours of the
    delegation for this unit; who sets it names `hours` in `must`. `cancelled` names broadcasts that must not sound,
    until their `not_after` has passed: absence alone removes a planned broadcast but does not stop one that sounds.
    """

    commune: Commune
    unit: Unit
    epoch: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    version: Count
    issued_at: Utc
    until: Utc
    volume: Percent
    hours: Hours | None = None
    pinned: Annotated[tuple[PinnedClip, ...], Meta(max_length=200)] = ()
    downloads: Downloads = Downloads()
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


class Order(Dated, frozen=True, kw_only=True):
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
    """The controller has stored every receipt of this journal up to and including number `through`.

    `again`: it once had more, and lost them (a database restored from an older copy): send those after `through` again,
    as far as they are still kept.
    """

    commune: Commune
    unit: Unit
    journal: Journal
    through: Count
    again: bool = False
    must: Features = ()


class ClockQuestion(Struct, frozen=True, kw_only=True):
    """What time is it? The nonce, never used twice, proves that the answer is fresh."""

    commune: Commune
    unit: Unit
    nonce: Nonce


class ClockAnswer(Dated, frozen=True, kw_only=True):
    """The controller's time when it answered the question of this nonce."""

    commune: Commune
    unit: Unit
    nonce: Nonce
    at: Utc
    must: Features = ()


class Receipt(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """One numbered line of a unit's journal.

    `stage` and `reason` are words of `protocol.names`, but a plain string on the wire: a controller stores and
    acknowledges a stage that it does not know yet, rather than lose it.
    """

    number: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    at: Utc
    clock: ClockTrust
    stage: Annotated[str, Meta(max_length=40, pattern=PLAIN)]
    broadcast: Broadcast | None = None
    order: OrderName | None = None
    reason: Annotated[str, Meta(max_length=80, pattern=PLAIN)] | None = None
    played_ms: Milliseconds | None = None
    of_ms: Milliseconds | None = None
    error_us: Annotated[int, Meta(ge=-(2**53), le=2**53)] | None = None
    """For `started`: first sample minus planned instant by the unit's clock, in microseconds."""


class ReceiptBatch(Struct, frozen=True, kw_only=True):
    """Consecutive receipts of one journal. A journal is one unit's database: a new card begins a new journal.

    `acknowledged`: up to this number the unit was told that they are stored, and may not have them any more.
    """

    commune: Commune
    unit: Unit
    journal: Journal
    receipts: Annotated[tuple[Receipt, ...], Meta(min_length=1, max_length=100)]
    acknowledged: Count = 0


class Coming(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A clip that a unit needs and has not: `fetched` of its `size` bytes are there. `reason`: why it waits."""

    clip: Clip
    size: Bytes
    fetched: Count = 0
    reason: Reason | None = None


class UnitState(Dated, frozen=True, kw_only=True, omit_defaults=True):
    """Reported state of one unit, sent at every change and as a heartbeat. Newer is (boot, counter) growing in `at`."""

    commune: Commune
    unit: Unit
    journal: Journal
    boot: Journal
    counter: Count
    at: Utc
    clock: ClockTrust
    software: Annotated[str, Meta(max_length=40, pattern=PLAIN)]
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
    last_refusal: Annotated[str, Meta(max_length=200, pattern=PLAIN)] | None = None
    delegation: Count | None = None
    """The serial of the delegation held; None: this unit knows no key but the root's, and obeys nobody."""
    epoch: Count | None = None
    """The epoch of that delegation."""
    set_back: Count | None = None
    """A version not above the one held, rightly signed and with other content: the controller's database went back."""
    clock_source: ClockSource | None = None
    clock_error_ms: Count | None = None
    """How far the clock may be off, as far as the unit can tell."""
    clock_dispute_s: Quantity | None = None
    """By how much the machine's clock differs from the one believed, when that is more than it may."""
    disk: DiskHealth = DiskHealth.OK
    coming: Annotated[tuple[Coming, ...], Meta(max_length=24)] = ()
    """The missing clips needed soonest."""
    month_bytes: Count | None = None
    """Bytes of clips fetched in this calendar month."""
    disk_free_bytes: Count | None = None
    temperature_c: Quantity | None = None
    undervoltage: bool | None = None
