"""Who sounds when several want the same loudspeaker: one pure decision, made by the unit and previewed by the desk.

The rules:
- Emergency before priority before routine. A higher class interrupts a lower one that sounds.
- Equals never interrupt each other: the later waits until the earlier ends, and is skipped if its `not_after` has passed
  by then. So an emergency is never interrupted, and what sounds is never cut for its own `not_after`: that binds the
  beginning only.
- Those who wait begin in this order: higher class, earlier planned start, id. The order is total, so that every unit and
  the desk decide alike, in whatever order they heard.
- Nothing begins before its start or after its `not_after`.
- Resume: what was interrupted waits like the others, by its class and its planned start, and begins again at the
  beginning of the item that was cut, unless its `not_after` has passed: then it is dropped, as partly played.
- At most once: an item that was played to its end is never begun again, by any interruption, repetition or order of
  arrival; only the item that was cut is heard again from its beginning. An id that is handed in twice, or that sounds
  already, counts once, with the furthest progress.

Status (actual, exercise, test) has no say here: an exercise is arbitrated exactly as what it rehearses.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from schedules.lateness import Verdict, verdict
from schedules.vocabulary import BroadcastClass


class Candidate(Struct, frozen=True, kw_only=True):
    """A broadcast that wants to sound. `start` and `not_after` are aware.

    `item` is the index of the item to begin with, and `begun` says that some of it was heard before an interruption.
    """

    id: str
    class_: BroadcastClass
    start: datetime
    not_after: datetime
    begun: bool = False
    item: int = 0


class Sounding(Struct, frozen=True):
    """The broadcast that sounds now; `item` is the index of the item that is being heard."""

    broadcast: Candidate
    item: int = 0

    def cut(self) -> Candidate:
        """What an interruption leaves: the same broadcast, to begin again with the item that was cut."""
        return replace(self.broadcast, begun=True, item=self.item)


class Decision(Struct, frozen=True, kw_only=True):
    """What to do now. Every candidate handed in is in exactly one of `play`, `waiting` and `skipped`.

    `play` begins now; None lets what sounds go on, or leaves silence. `interrupted` is what had to stop for it: it stands
    in `waiting`, or in `skipped` when its `not_after` has passed. `skipped` will never sound again: those that had
    `begun` were partly played, the others not at all. `waiting` is in the order in which they would begin.
    """

    play: Candidate | None = None
    interrupted: Candidate | None = None
    waiting: tuple[Candidate, ...] = ()
    skipped: tuple[Candidate, ...] = ()


def arbitrate(playing: Sounding | None, waiting: Sequence[Candidate], now: datetime) -> Decision:
    """Decide who sounds at `now`; asked whenever something starts, ends, arrives or becomes due."""
    sounding_id = playing.broadcast.id if playing else None
    wanting = _once(candidate for candidate in waiting if candidate.id != sounding_id)
    due = [candidate for candidate in wanting if _verdict(candidate, now) is Verdict.DUE]
    best = min(due, key=_order, default=None)
    if best is None or (playing and not _interrupts(best, playing.broadcast)):
        return _sorted(None, None, wanting, now)
    cut = playing.cut() if playing else None
    rest = [candidate for candidate in wanting if candidate is not best]
    return _sorted(best, cut, [*rest, cut] if cut else rest, now)


def _sorted(play: Candidate | None, cut: Candidate | None, rest: Iterable[Candidate], now: datetime) -> Decision:
    ordered = sorted(rest, key=_order)
    late = [candidate for candidate in ordered if _verdict(candidate, now) is Verdict.LATE]
    kept = tuple(candidate for candidate in ordered if candidate not in late)
    return Decision(play=play, interrupted=cut, waiting=kept, skipped=tuple(late))


def _once(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each id once: of several, the one with the furthest progress, because what was heard must not be heard again."""
    furthest: dict[str, Candidate] = {}
    for candidate in sorted(candidates, key=lambda c: (c.begun, c.item, c.class_.rank, c.start, c.not_after)):
        furthest[candidate.id] = candidate
    return list(furthest.values())


def _order(candidate: Candidate) -> tuple[int, datetime, str]:
    return (-candidate.class_.rank, candidate.start, candidate.id)


def _interrupts(candidate: Candidate, sounding: Candidate) -> bool:
    return candidate.class_.rank > sounding.class_.rank


def _verdict(candidate: Candidate, now: datetime) -> Verdict:
    return verdict(candidate.start, candidate.not_after, now)
