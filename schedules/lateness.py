"""The late rule: a broadcast may begin from its start until its `not_after`, and never after.

A notice about the power cut at seven is worse than silence at nine. `not_after` is fixed when a broadcast is planned
and travels with it, so that the desk and the unit judge by the same instant. A unit imports this module.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from schedules.vocabulary import BroadcastClass

ROUTINE_GRACE = timedelta(minutes=10)
"""Long enough for a unit to boot after a power cut or to wait for a short sitting; people listen at known hours."""

PRIORITY_GRACE = timedelta(minutes=30)
"""Longer than a routine or priority sitting of common length (15 to 30 minutes) that it may have to wait for."""

EMERGENCY_GRACE = timedelta(minutes=60)
"""A warning still helps late; after an hour it may be wrong, and whoever gave it must give it anew."""

_GRACE = {
    BroadcastClass.ROUTINE: ROUTINE_GRACE,
    BroadcastClass.PRIORITY: PRIORITY_GRACE,
    BroadcastClass.EMERGENCY: EMERGENCY_GRACE,
}


class Verdict(StrEnum):
    """What the late rule says about beginning a broadcast now."""

    EARLY = "early"
    DUE = "due"
    LATE = "late"


def verdict(start: datetime, not_after: datetime, now: datetime) -> Verdict:
    """Whether a broadcast may begin at `now`: due from `start` to `not_after`, both included. All three aware.

    Late is asked first, so that a broadcast whose `not_after` lies before its start is never due.
    """
    if now > not_after:
        return Verdict.LATE
    return Verdict.EARLY if now < start else Verdict.DUE


def default_not_after(class_: BroadcastClass, start: datetime) -> datetime:
    """The last instant at which a broadcast of this class may begin, when the officer says nothing else."""
    return start + _GRACE[class_]
