"""Who sounds when several want the same loudspeaker: one pure decision, made by the unit and previewed by the desk.

The rules:
- Emergency before priority before routine. A higher class interrupts a lower one that sounds.
- Within a class, what is meant (`actual`) interrupts an exercise or a test: a warning never waits for a rehearsal.
- Equals never interrupt each other: the later waits until the earlier ends, and is skipped if its `not_after` has
  passed by then. So an actual emergency is never interrupted.
- What sounds is never cut for its own `not_after`: that binds the beginning only.
- Those who wait begin in this order: higher class, actual first, earlier planned start, id. The order is total, so
  that every unit and the desk decide alike, in whatever order they heard.
- Nothing begins before its start or after its `not_after`.
- Resume: what was interrupted waits like the others, by its class and its planned start, and begins again at the
  beginning of the item that was cut, until its `not_after` plus its planned length: a sitting that began on time may
  take that long to end anyway. After that it is dropped, as partly played.
- At most once: an item that was played to its end is never begun again, by any interruption, repetition or order of
  arrival; only the item that was cut is heard again from its beginning. An id that is handed in twice, or that sounds
  already, counts once, with the furthest progress.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from schedules.lateness import Verdict, verdict
from schedules.vocabulary import BroadcastClass, Status


class Candidate(Struct, frozen=True, kw_only=True):
    """A broadcast that wants to sound. `start` and `not_after` are aware; `length` is that of all its items.

    `item` is the index of the item to begin with, and `begun` says that some of it was heard before an interruption.
    """

    id: str
    class_: BroadcastClass
    start: datetime
    not_after: datetime
    status: Status = Status.ACTUAL
    length: timedelta = timedelta(0)
    begun: bool = False
    item: int = 0

    @property
    def deadline(self) -> datetime:
        """The last instant at which it may begin, or begin again when some of it was heard."""
        return self.not_after + self.length if self.begun else self.not_after

    @property
    def weight(self) -> tuple[int, bool]:
        """What interrupts what: the greater weight interrupts the lesser, and equal ones never each other."""
        return self.class_.rank, self.status is Status.ACTUAL


class Sounding(Struct, frozen=True):
    """The broadcast that sounds now; `item` is the index of the item that is being heard."""

    broadcast: Candidate
    item: int = 0

    def cut(self) -> Candidate:
        """What an interruption leaves: the same broadcast, to begin again with the item that was cut."""
        return replace(self.broadcast, begun=True, item=self.item)


class Decision(Struct, frozen=True, kw_only=True):
    """What to do now. Every id that waits or is interrupted is in exactly one of `play`, `waiting` and `skipped`.

    `play` begins now, with its `item`; None lets what sounds go on, or leaves silence. `interrupted` is what had to
    stop for it: it stands in `waiting`, or in `skipped` when its deadline has passed. `skipped` will never sound
    again: those that had `begun` were partly played, the others not at all. `waiting` is in the order of turns.
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
        return _decide(None, None, wanting, now)
    cut = playing.cut() if playing else None
    rest = [candidate for candidate in wanting if candidate is not best]
    return _decide(best, cut, [*rest, cut] if cut else rest, now)


def _decide(play: Candidate | None, cut: Candidate | None, rest: Iterable[Candidate], now: datetime) -> Decision:
    turns: list[Candidate] = []
    late: list[Candidate] = []
    for candidate in sorted(rest, key=_order):
        (late if _verdict(candidate, now) is Verdict.LATE else turns).append(candidate)
    return Decision(play=play, interrupted=cut, waiting=tuple(turns), skipped=tuple(late))


def _once(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each id once: of several, the one with the furthest progress, because what was heard must not be heard again."""
    furthest: dict[str, Candidate] = {}
    for candidate in sorted(candidates, key=_progress):
        furthest[candidate.id] = candidate
    return list(furthest.values())


def _progress(
    candidate: Candidate,
) -> tuple[bool, int, tuple[int, bool], Status, datetime, datetime, timedelta]:
    """Greater is further; what stands behind `item` only makes the order total."""
    told = (candidate.weight, candidate.status, candidate.start, candidate.not_after, candidate.length)
    return (candidate.begun, candidate.item, *told)


def _order(candidate: Candidate) -> tuple[int, bool, datetime, str]:
    rank, actual = candidate.weight
    return (-rank, not actual, candidate.start, candidate.id)


def _interrupts(candidate: Candidate, sounding: Candidate) -> bool:
    return candidate.weight > sounding.weight


def _verdict(candidate: Candidate, now: datetime) -> Verdict:
    return verdict(candidate.start, candidate.deadline, now)
