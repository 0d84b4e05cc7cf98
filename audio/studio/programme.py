"""A sitting: signature tune, station call, several bulletins with gaps, closing; as clips that a unit plays in order.

It is never melted into one clip. A unit plays clips without a seam, with the silence that each names after itself; so
the tune and the call are downloaded once for ever, a bulletin once for all sittings and villages in which it stands,
and a repetition costs no byte. Only an emergency, which must travel inside one order, is one clip.

Pure, and indifferent to what a clip is here: its hash, its row or an `audio.clip.Clip`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Generic, TypeVar

C = TypeVar("C")

MAX_PARTS = 50
"""As many items as one broadcast may have on the wire."""
MAX_GAP_MS = 60_000
"""The longest silence after an item on the wire."""
MAX_REPEAT = 3


class Role(StrEnum):
    """Why a part stands in a sitting."""

    SIGNATURE = "signature"
    CALL = "call"
    DIVIDER = "divider"
    BULLETIN = "bulletin"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Gaps:
    """Milliseconds of silence; a clip itself begins and ends with 150 ms."""

    after_signature: int = 500
    after_call: int = 1_000
    between_languages: int = 1_200
    """Inside one bulletin: the next rendition says the same in another language."""
    between_bulletins: int = 2_000
    before_repeat: int = 3_000
    before_closing: int = 1_500

    def __post_init__(self) -> None:
        """Refuse what the wire cannot carry."""
        for name in self.__slots__:
            if not 0 <= getattr(self, name) <= MAX_GAP_MS:
                raise ValueError(f"{name} must be 0 to {MAX_GAP_MS} ms, not {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class Part(Generic[C]):
    """One clip of a sitting, and the silence after it; as `protocol.messages.Item`."""

    clip: C
    role: Role
    gap_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting(Generic[C]):
    """What is to be heard. A bulletin, the call and the closing have a clip for each language, in a village's order."""

    bulletins: tuple[tuple[C, ...], ...]
    signature: C | None = None
    call: tuple[C, ...] = ()
    """Who speaks ("Đây là Đài truyền thanh xã …"): made once for each commune and language, and kept."""
    divider: C | None = None
    """Tones between two bulletins, and before a repetition."""
    closing: tuple[C, ...] = ()
    repeat: int = 1
    """How often the bulletins are heard, all of them each time."""
    gaps: Gaps = field(default_factory=Gaps)

    def __post_init__(self) -> None:
        """Refuse a sitting without a bulletin, or with one that has no clip."""
        if not self.bulletins or not all(self.bulletins):
            raise ValueError("a sitting needs a bulletin, and every bulletin a clip")
        if not 1 <= self.repeat <= MAX_REPEAT:
            raise ValueError(f"repeat must be 1 to {MAX_REPEAT}, not {self.repeat}")


def lay_out(sitting: Sitting[C]) -> tuple[Part[C], ...]:
    """The clips in the order in which they are played; the last has no gap.

    Raises:
        ValueError: there are more than MAX_PARTS.
    """
    parts = list(_parts(sitting))
    if len(parts) > MAX_PARTS:
        raise ValueError(f"{len(parts)} parts are more than {MAX_PARTS}")
    return (*parts[:-1], replace(parts[-1], gap_ms=0))


def duration_ms(parts: Sequence[Part[C]], length_ms: Callable[[C], int]) -> int:
    """Milliseconds from the first sample to the last, given the length of each clip."""
    return sum(length_ms(part.clip) + part.gap_ms for part in parts)


def _parts(sitting: Sitting[C]) -> Iterator[Part[C]]:
    gaps = sitting.gaps
    if sitting.signature is not None:
        yield Part(sitting.signature, Role.SIGNATURE, gaps.after_signature)
    yield from _together(sitting.call, Role.CALL, gaps, gaps.after_call)
    rounds = [bulletin for _ in range(sitting.repeat) for bulletin in sitting.bulletins]
    for place, bulletin in enumerate(rounds, start=1):
        last, round_ends = place == len(rounds), place % len(sitting.bulletins) == 0
        gap = gaps.before_closing if last else gaps.before_repeat if round_ends else gaps.between_bulletins
        yield from _together(bulletin, Role.BULLETIN, gaps, gap)
        if sitting.divider is not None and not last:
            yield Part(sitting.divider, Role.DIVIDER, gaps.after_signature)
    yield from _together(sitting.closing, Role.CLOSING, gaps, 0)


def _together(clips: Sequence[C], role: Role, gaps: Gaps, after: int) -> Iterator[Part[C]]:
    """The same in several languages."""
    for place, clip in enumerate(clips, start=1):
        yield Part(clip, role, after if place == len(clips) else gaps.between_languages)
