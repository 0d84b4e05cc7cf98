"""Which files of the clip folder go when they are old or room is short. Pure: a list of files in, names out.

What the plan or the pinned bank needs never goes, whole or begun. Of the rest: everything unused for KEEP_S; then, only
as far as room is needed, first what is no clip (parts, drafts, strangers), longest unused first, then clips, longest
unused first. When all of it together would not make the room, nothing but the aged goes: it would be thrown away in
vain. Which of two needed clips gets the last room is decided before: the soonest needed is fetched first, and those
needed later leave a larger reserve (`reserve_for`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

KEEP_S = 7 * 86_400.0
RESERVE_BYTES = 32 * 1024 * 1024
"""Never filled with clips: the memory must always be able to write."""
LOW_BYTES = 4 * RESERVE_BYTES
"""Kept free by clips that are not needed within NEAR_S, so that tomorrow's notice finds room beside next week's."""
NEAR_S = 86_400.0


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of the folder. `unused_s`: seconds since it was written, or since a plan last needed it."""

    name: str
    size: int
    unused_s: float
    needed: bool
    clip: bool = True


def to_remove(files: Iterable[StoredFile], free: int, wanted_free: int) -> tuple[str, ...]:
    """Return the names to remove, in this order, so that of now `free` bytes at least `wanted_free` are free."""
    idle = [file for file in files if not file.needed]
    aged = [file for file in idle if file.unused_s > KEEP_S]
    free += sum(file.size for file in aged)
    rest = sorted((file for file in idle if file.unused_s <= KEEP_S), key=lambda file: (file.clip, -file.unused_s))
    chosen: list[StoredFile] = []
    for file in rest:
        if free >= wanted_free:
            break
        chosen.append(file)
        free += file.size
    return tuple(file.name for file in (*aged, *(chosen if free >= wanted_free else ())))


def reserve_for(needed_in_s: float) -> int:
    """The bytes that must stay free beside a clip that is needed in so many seconds."""
    return RESERVE_BYTES if needed_in_s <= NEAR_S else LOW_BYTES
