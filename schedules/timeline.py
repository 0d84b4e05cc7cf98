"""The day as the officer sees it before saving: what each loudspeaker plays when, and where two sittings collide.

Sittings are half open: one that ends at 07:15 and one that starts at 07:15 do not collide.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from schedules.arbitration import Candidate, Sounding, arbitrate
from schedules.lateness import Verdict, verdict
from schedules.vocabulary import BroadcastClass, Status


class Sitting(Struct, frozen=True, kw_only=True):
    """One planned broadcast at the units that shall play it, under an id that no other sitting has.

    Raises ValueError for an instant without zone, no length, or a `not_after` before the start.
    """

    id: str
    start: datetime
    not_after: datetime
    duration: timedelta
    class_: BroadcastClass
    status: Status
    units: frozenset[str]

    def __post_init__(self) -> None:
        if self.start.utcoffset() is None or self.not_after.utcoffset() is None:
            raise ValueError(f"sitting {self.id} needs aware instants")
        if self.duration <= timedelta(0):
            raise ValueError(f"sitting {self.id} has no length")
        if self.not_after < self.start:
            raise ValueError(f"sitting {self.id} may not begin at its start")

    @property
    def end(self) -> datetime:
        """The first instant after it, if it starts on time and is not interrupted."""
        return self.start + self.duration


class Outcome(StrEnum):
    """What happens to the sitting that yields."""

    INTERRUPTED = "interrupted"
    """It is cut, and goes on afterwards from the item that was cut."""
    CUT_SHORT = "cut-short"
    """It is cut, and the rest is dropped: the time in which it may go on passes meanwhile."""
    WAITS = "waits"
    """It begins when the other has ended."""
    SKIPPED = "skipped"
    """It does not sound at all: its `not_after` passes while the other sounds."""


class Conflict(Struct, frozen=True, kw_only=True):
    """Two sittings that want the same units at the same time, and what becomes of the one that yields.

    A pair is judged alone: what a third sitting delays further shows as further pairs.
    """

    prevails: Sitting
    yields: Sitting
    outcome: Outcome
    units: frozenset[str]
    start: datetime
    end: datetime


def lanes(sittings: Iterable[Sitting], window_start: datetime, window_end: datetime) -> dict[str, tuple[Sitting, ...]]:
    """Per unit, by its id, the sittings that touch the window, in the order: start, higher class, actual first, id."""
    by_unit: defaultdict[str, list[Sitting]] = defaultdict(list)
    for sitting in sorted(sittings, key=_order):
        if sitting.start < window_end and window_start < sitting.end:
            for unit in sitting.units:
                by_unit[unit].append(sitting)
    return {unit: tuple(by_unit[unit]) for unit in sorted(by_unit)}


def conflicts(sittings: Iterable[Sitting]) -> tuple[Conflict, ...]:
    """Every pair of sittings that overlap at a shared unit, by when their overlap begins.

    Does not depend on the order in which the sittings are given; a sitting given twice counts once.
    """
    return tuple(_judge(earlier, later) for earlier, later in _overlapping(sorted(set(sittings), key=_order)))


def _overlapping(ordered: list[Sitting]) -> Iterator[tuple[Sitting, Sitting]]:
    running: list[Sitting] = []
    for later in ordered:
        running = [sitting for sitting in running if sitting.end > later.start]
        for earlier in running:
            if not earlier.units.isdisjoint(later.units):
                yield earlier, later
        running.append(later)


def _judge(earlier: Sitting, later: Sitting) -> Conflict:
    """Ask the arbitration itself, at the moment when the later one becomes due, so that the preview cannot differ."""
    decision = arbitrate(Sounding(_candidate(earlier)), [_candidate(later)], later.start)
    interrupts = decision.play is not None
    prevails, yields = (later, earlier) if interrupts else (earlier, later)
    deadline = replace(_candidate(yields), begun=interrupts).deadline
    in_time = verdict(yields.start, deadline, prevails.end) is not Verdict.LATE
    kept, lost = (Outcome.INTERRUPTED, Outcome.CUT_SHORT) if interrupts else (Outcome.WAITS, Outcome.SKIPPED)
    return Conflict(
        prevails=prevails,
        yields=yields,
        outcome=kept if in_time else lost,
        units=earlier.units & later.units,
        start=later.start,
        end=min(earlier.end, later.end),
    )


def _candidate(sitting: Sitting) -> Candidate:
    return Candidate(
        id=sitting.id,
        class_=sitting.class_,
        status=sitting.status,
        start=sitting.start,
        not_after=sitting.not_after,
        length=sitting.duration,
    )


def _order(sitting: Sitting) -> tuple[datetime, int, bool, str]:
    rank, actual = _candidate(sitting).weight
    return (sitting.start, -rank, not actual, sitting.id)
