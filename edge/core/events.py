"""What can happen to a unit, as data. The runtime turns every message, timer and thread's word into one of these."""

from dataclasses import dataclass

from edge.core.memory import Memory
from protocol.names import ClipHash, Kind, Reason


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
    """A clip is on the disk and its bytes have the hash that is its name."""

    clip: ClipHash


@dataclass(frozen=True, slots=True)
class ClipFailed:
    """A clip could not be fetched or kept this time; `reason` when it is one that a receipt can give."""

    clip: ClipHash
    reason: Reason | None = None


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


SoundEvent = SoundStarted | SoundProgress | SoundFinished | SoundStopped | SoundFailed
Event = (
    Booted
    | Leaving
    | MessageArrived
    | LinkUp
    | LinkDown
    | ClipStored
    | ClipFailed
    | Woke
    | ClockChanged
    | SoundEvent
    | RelayChanged
    | SoundChecked
)
