"""How far a key reaches: hours, length and volume, enforced here whatever is asked.

Bound by the hours and the length is everything but an actual emergency; so is an exercise or a test of one. Hours are
those of the delegation and, where it has its own, of the programme: both must allow it. While the network's clock and
the controller's signed one contradict each other, both clocks must allow it too. A mistake, or a stolen schedule key,
wakes nobody at 03:15. Pure questions; `edge.core.turns` acts on the answers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from edge.core.instant import Instant
from edge.core.plan import Sitting, left_ms
from edge.core.state import Active, State
from protocol.messages import PlannedBroadcast
from schedules.hours import DAY, Spans, open_until, within
from schedules.vocabulary import BroadcastClass, Status

LAST_WORDS = timedelta(seconds=1)
"""A sound that ends so shortly after the hours is not cut: it fitted when it began, and the card was a little late."""
_ZERO = timedelta(0)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """When something may sound: inside all of `spans`, by the clock believed and by each one that is `shifts` off it.

    Instants, given and returned, are of the clock believed.
    """

    spans: tuple[Spans, ...]
    utc_offset_min: int
    shifts: tuple[timedelta, ...] = (_ZERO,)

    def hold(self, begin: datetime, end: datetime) -> bool:
        """Whether every moment from `begin` to `end` is allowed."""
        return all(
            within(spans, begin + shift, end + shift, self.utc_offset_min)
            for spans in self.spans
            for shift in self.shifts
        )

    def opening(self, first: datetime, last: datetime, length: timedelta) -> datetime | None:
        """Return the first instant from `first` to `last` at which a sound of this length may begin, None without one.

        Hours come again every day, so that two days are looked at and no more.
        """
        begins = sorted({first, *self._begins(first, min(last, first + 2 * DAY))})
        return next((begin for begin in begins if self.hold(begin, begin + length)), None)

    def close(self, instant: datetime) -> datetime | None:
        """Return when the hours that hold at `instant` end (within two days), None when it is quiet then."""
        ends = [
            open_until(spans, instant + shift, self.utc_offset_min) for spans in self.spans for shift in self.shifts
        ]
        back = [
            None if end is None else end - shift for end, shift in zip(ends, len(self.spans) * self.shifts, strict=True)
        ]
        known = [end for end in back if end is not None]
        return min(known) if known and len(known) == len(back) else None

    def _begins(self, first: datetime, last: datetime) -> Iterator[datetime]:
        for shift in self.shifts:
            away = shift + self.utc_offset_min * _MINUTE
            midnight = (first.astimezone(UTC) + away).replace(hour=0, minute=0, second=0, microsecond=0)
            for begin in {begin for spans in self.spans for begin, _ in spans}:
                for day in range(4):
                    instant = midnight + day * DAY + begin * _MINUTE - away
                    if first < instant <= last:
                        yield instant


def is_bound(broadcast: PlannedBroadcast) -> bool:
    """Whether hours and length bind this broadcast."""
    return broadcast.class_ is not BroadcastClass.EMERGENCY or broadcast.status is not Status.ACTUAL


def is_too_long(state: State, broadcast: PlannedBroadcast) -> bool:
    """Whether this broadcast is longer than the delegation allows."""
    allowed_s = 0 if state.delegation is None else state.delegation.caps.length_s
    return is_bound(broadcast) and broadcast.duration_ms > allowed_s * 1000


def hours(state: State) -> Hours:
    """The hours in force, by the clock believed alone. Without a delegation there are none."""
    if state.delegation is None:
        return Hours(((),), 0)
    caps = state.delegation.caps
    own = None if state.programme is None else state.programme.hours
    return Hours((caps.hours,) if own is None else (caps.hours, own), caps.utc_offset_min)


def hours_by_both(state: State, now: Instant) -> Hours:
    """The hours in force now, by both clocks while the network's contradicts the one believed."""
    allowed = hours(state)
    if now.rival is None:
        return allowed
    return Hours(allowed.spans, allowed.utc_offset_min, (_ZERO, now.rival - now.wall))


def opening(allowed: Hours, sitting: Sitting, first: datetime, last: datetime) -> datetime | None:
    """Return the first instant from `first` to `last` from which what is left of a broadcast may sound."""
    if not is_bound(sitting.broadcast):
        return first
    return allowed.opening(first, last, left(sitting))


def never_fits(allowed: Hours, sitting: Sitting, first: datetime) -> bool:
    """Whether instants from `first` to its deadline are left, and at none of them it may begin."""
    last = sitting.candidate.deadline
    return first <= last and opening(allowed, sitting, first, last) is None


def may_go_on(allowed: Hours, active: Active, now: Instant) -> bool:
    """Whether what the player has in hand may sound, or sound on."""
    if not is_bound(active.broadcast):
        return True
    if not active.heard:
        return allowed.hold(now.wall_of(active.starts_at), now.wall_of(active.ends_at) - LAST_WORDS)
    if allowed.hold(now.wall, now.wall):
        return True
    closed = allowed.close(now.wall - LAST_WORDS)
    return closed is not None and now.wall_of(active.ends_at) <= closed + LAST_WORDS


def left(sitting: Sitting) -> timedelta:
    """The planned length of what was not wholly played yet."""
    return timedelta(milliseconds=left_ms(sitting))
