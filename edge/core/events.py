"""What can happen to a unit, as data. The runtime turns every message, timer and thread's word into one of these."""

from dataclasses import dataclass

from edge.core.memory import Memory
from protocol.names import ClipHash, DiskHealth, Kind, Reason


@dataclass(frozen=True, slots=True)
class Booted:
    """The process has begun, with what its disk remembers."""

    memory: Memory


@dataclass(frozen=True, slots=True)
class Leaving:
    """The process was asked to end: silence first."""


@dataclass(frozen=True, slots=True)
class MessageArrived:
    """Bytes came on a topic where `kind` belongs. Nothing about them is believed yet."""

    kind: Kind
    data: bytes


@dataclass(frozen=True, slots=True)
class LinkUp:
    """The broker has accepted this unit and its subscriptions."""


@dataclass(frozen=True, slots=True)
class LinkDown:
    """The broker is not reached."""


@dataclass(frozen=True, slots=True)
class ClipStored:
    """A clip is on the disk and its bytes have the hash that is its name.

    `fetched`, here and below: bytes received from the network for this clip since the last event that told of any.
    """

    clip: ClipHash
    fetched: int = 0


@dataclass(frozen=True, slots=True)
class ClipFailed:
    """A clip could not be fetched or kept this time; `reason` when it is one that a receipt can give.

    `here`: bytes of it on the disk, to go on from. `after_s`: the server asked not to be tried for so many seconds.
    """

    clip: ClipHash
    reason: Reason | None = None
    fetched: int = 0
    here: int = 0
    after_s: float | None = None


@dataclass(frozen=True, slots=True)
class ClipAbsent:
    """A clip was looked for on the disk only, and is not there, or was not right and was removed; `here` as above."""

    clip: ClipHash
    here: int = 0


@dataclass(frozen=True, slots=True)
class ClipProgress:
    """A clip is on its way: `here` bytes of it are on the disk. Told at every tenth of it, and every 30 seconds."""

    clip: ClipHash
    here: int
    fetched: int


@dataclass(frozen=True, slots=True)
class ClipsRemoved:
    """These clips, which no plan needed, were removed to make room."""

    clips: frozenset[ClipHash]


@dataclass(frozen=True, slots=True)
class Woke:
    """A time that the core asked for has come."""


@dataclass(frozen=True, slots=True)
class ClockChanged:
    """The wall clock jumped, or its trust changed: every planned wake must be computed anew."""


@dataclass(frozen=True, slots=True)
class SoundStarted:
    """The first sample of a sound left at the monotonic second `at`. `serial` names the StartSound that it obeys."""

    serial: int
    at: float


@dataclass(frozen=True, slots=True)
class SoundProgress:
    """So many milliseconds of this sound have been heard, and `items_done` of its items wholly."""

    serial: int
    played_ms: int
    items_done: int


@dataclass(frozen=True, slots=True)
class SoundFinished:
    """The last sample left and the relay is off."""

    serial: int
    played_ms: int


@dataclass(frozen=True, slots=True)
class SoundStopped:
    """The player obeyed StopSound and the relay is off."""

    serial: int
    played_ms: int
    items_done: int


@dataclass(frozen=True, slots=True)
class SoundFailed:
    """The player could not go on and the relay is off. `clip` names the clip that could not be read, if that was it."""

    serial: int
    reason: Reason
    played_ms: int
    items_done: int
    clip: ClipHash | None = None


@dataclass(frozen=True, slots=True)
class RelayChanged:
    """The relay was switched."""

    on: bool


@dataclass(frozen=True, slots=True)
class SoundChecked:
    """The sound card was looked at while nothing sounded."""

    ok: bool


@dataclass(frozen=True, slots=True)
class MemoryFailed:
    """What was decided cannot be written down, for this reason. It was not done either, but for silence."""

    disk: DiskHealth


@dataclass(frozen=True, slots=True)
class MemoryWorks:
    """All that could not be written down is on the disk now."""


ClipEvent = ClipStored | ClipFailed | ClipAbsent | ClipProgress | ClipsRemoved
SoundEvent = SoundStarted | SoundProgress | SoundFinished | SoundStopped | SoundFailed
Event = (
    Booted
    | Leaving
    | MessageArrived
    | LinkUp
    | LinkDown
    | ClipEvent
    | Woke
    | ClockChanged
    | SoundEvent
    | RelayChanged
    | SoundChecked
    | MemoryFailed
    | MemoryWorks
)
