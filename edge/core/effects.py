"""What a unit does, as data.

The runtime commits every `Remember`, `Journal` and `DropReceipts` of a step, in one durable transaction, before it
carries out any other effect of that step but StopSound: silence waits for nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edge.core.memory import Shelf
from protocol.messages import Item, Receipt, UnitState
from protocol.names import BroadcastId, ClipHash


@dataclass(frozen=True, slots=True)
class Remember:
    """Put this value on a shelf of the durable memory under this key; None takes it away."""

    shelf: Shelf
    key: str
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Journal:
    """Append this receipt to the durable journal. Its number is the one after the last."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class DropReceipts:
    """The controller has stored every receipt up to `through`: forget them."""

    through: int


@dataclass(frozen=True, slots=True)
class SendReceipts:
    """Publish these consecutive receipts. They stay in the journal until they are acknowledged."""

    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class FetchClip:
    """See to it that this clip is on the disk and right, soonest needed first.

    Answered by ClipStored or ClipFailed. `needed_at` is in monotonic seconds.
    """

    clip: ClipHash
    size: int
    needed_at: float


@dataclass(frozen=True, slots=True)
class StoreClip:
    """Keep these bytes, which came inside an order and were checked, as a clip. Answered like FetchClip."""

    clip: ClipHash
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class DiscardClip:
    """This clip turned out to be unreadable: remove it."""

    clip: ClipHash


@dataclass(frozen=True, slots=True)
class KeepOnly:
    """No plan needs any other clip than these: the others may be removed when old or when space is short."""

    clips: frozenset[ClipHash]


@dataclass(frozen=True, slots=True, kw_only=True)
class StartSound:
    """Relay on, settle, then these items without a break, the first sample at the monotonic second `at`.

    Never first sound after `latest`. `volume` in percent; the relay must be off again `limit_s` seconds after it is on.
    """

    serial: int
    broadcast: BroadcastId
    items: tuple[Item, ...]
    at: float
    latest: float
    volume: int
    limit_s: float


@dataclass(frozen=True, slots=True)
class StopSound:
    """Silence this sound now, before anything else is done. Answered by SoundStopped, or by an end that crossed it."""

    serial: int


@dataclass(frozen=True, slots=True)
class PublishState:
    """Publish this report, retained; the runtime adds what only the machine knows (disk, temperature, supply)."""

    state: UnitState


@dataclass(frozen=True, slots=True)
class WakeAt:
    """Send Woke at this monotonic second, unless another WakeAt replaces it."""

    mono: float


@dataclass(frozen=True, slots=True)
class Log:
    """One line for the technician."""

    what: str
    fields: Mapping[str, object] = field(default_factory=dict)
    warning: bool = False


Durable = Remember | Journal | DropReceipts
Effect = (
    Durable
    | SendReceipts
    | FetchClip
    | StoreClip
    | DiscardClip
    | KeepOnly
    | StartSound
    | StopSound
    | PublishState
    | WakeAt
    | Log
)
