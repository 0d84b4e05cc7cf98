"""What a unit will refuse whatever the desk asks: too late at night, too early, too long. Known before it is saved.

The unit enforces the caps of the delegation and its own narrower hours (`schedules.hours`); the desk judges by the
same functions, so that an officer is told at the desk and not by silence at the pole.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from protocol.messages import Caps, Hours
from schedules.hours import DAY, within
from schedules.vocabulary import BroadcastClass, Status

_MINUTE = timedelta(minutes=1)
_ALL_DAY = 1440


class Limit(StrEnum):
    """Why a unit would not sound a broadcast."""

    QUIET_HOURS = "quiet-hours"
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True)
class Allowed:
    """The caps of the commune, narrowed by one unit's own hours: what sounds there lies within these."""

    hours: Hours
    utc_offset_min: int
    length: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """When something is to sound: it begins between `start` and `not_after`, and takes `length`."""

    start: datetime
    not_after: datetime
    length: timedelta
    class_: BroadcastClass
    status: Status


def allowed(caps: Caps, own: Hours | None = None) -> Allowed:
    """Return what a unit with these own hours (None: no narrower ones) allows under these caps."""
    return Allowed(narrowed(caps.hours, own), caps.utc_offset_min, timedelta(seconds=caps.length_s))


def narrowed(hours: Hours, own: Hours | None) -> Hours:
    """Return the spans in both; spans that touch or overlap are joined."""
    if own is None:
        return hours
    both = ((max(one[0], two[0]), min(one[1], two[1])) for one in hours for two in own)
    return joined(span for span in both if span[0] < span[1])


def joined(spans: Iterable[tuple[int, int]]) -> Hours:
    """Return the same minutes in as few spans as can be, in order."""
    found: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return tuple(found)


def refusal(wanted: Wanted, here: Allowed) -> Limit | None:
    """Return why a unit would never sound it, or None when it would, at its start or later up to its deadline.

    An actual emergency is bound by neither; an exercise is, whatever its class.
    """
    if wanted.class_ is BroadcastClass.EMERGENCY and wanted.status is Status.ACTUAL:
        return None
    if wanted.length > here.length:
        return Limit.TOO_LONG
    fits = any(
        within(here.hours, begin, begin + wanted.length, here.utc_offset_min) for begin in _beginnings(wanted, here)
    )
    return None if fits else Limit.QUIET_HOURS


def _beginnings(wanted: Wanted, here: Allowed) -> Iterator[datetime]:
    """The instants at which it could begin: its start, and each later one at which hours open up to its deadline."""
    yield wanted.start
    local = wanted.start.astimezone(UTC) + here.utc_offset_min * _MINUTE
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) - here.utc_offset_min * _MINUTE
    while midnight <= wanted.not_after:
        opens = (midnight + begin * _MINUTE for begin, _ in here.hours)
        yield from (instant for instant in opens if wanted.start < instant <= wanted.not_after)
        midnight += DAY


def open_always(hours: Hours) -> bool:
    """Whether nothing is quiet."""
    return joined(hours) == ((0, _ALL_DAY),)
