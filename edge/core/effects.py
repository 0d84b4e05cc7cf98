"""What a unit does, as data.

The runtime commits every `Remember`, `Journal` and `DropReceipts` of a step, in one durable transaction, before it
carries out any other effect of that step but a StopSound `at_once`: silence waits for nothing.
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
    """The controller has stored every receipt up to `through`: they leave the journal, and stay in the archive."""

    through: int


@dataclass(frozen=True, slots=True)
class SendReceipts:
    """Publish these consecutive receipts. They stay in the journal until they are acknowledged."""

    receipts: tuple[Receipt, ...]


@dataclass(frozen=True, slots=True)
class SendArchived:
    """The controller has lost receipts that it once had: publish those after `after`, up to `through`, once more.

    The archive holds the last thousand or so; what it has no more is not sent.
    """

    after: int
    through: int


@dataclass(frozen=True, slots=True)
class PublishHeld:
    """Publish these bytes, the programme that this unit holds, as they were signed: the controller knows them not."""

    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AskClock:
    """Ask the controller what time it is. The answer carries the nonce."""

    nonce: str


@dataclass(frozen=True, slots=True)
class FetchClip:
    """See to it that this clip is on the disk and right, soonest needed first.

    The disk is always looked at first, and the clip's hash checked. With `only_look` nothing is fetched when it is not
    there. Answered by ClipStored or ClipFailed; by ClipAbsent when it was only to look and it is not there; by nothing
    once a KeepOnly no longer names the clip. `needed_at` is in monotonic seconds (infinite: by no broadcast).
    Another one of the same clip replaces this one.
    """

    clip: ClipHash
    size: int
    needed_at: float
    only_look: bool = False


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
    """No plan needs any other clip than these. Told at every change, and again every hour.

    The others may be removed when old or when space is short, which ClipsRemoved tells; these never.
    """

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
    """Silence this sound. Answered by SoundStopped, or by an end that crossed it.

    `at_once`: before anything else is done, whatever becomes of the decision. Without it another sound is to have its
    turn, and whether it will is known only when that is written down.
    """

    serial: int
    at_once: bool = True


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
    | SendArchived
    | PublishHeld
    | AskClock
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
