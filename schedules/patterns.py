"""On which dates a rule falls before exceptions and conditions: once, daily, weekly, monthly.

Calendar rules:
- Once: the start date, and no other.
- Daily, every n days: the start date and every n-th day after it.
- Weekly, every n weeks: the chosen weekdays of the week that holds the start date and of every n-th week after it;
  a week begins on Monday; days before the start date do not count.
- Monthly: the chosen days of each month together with the chosen nth weekdays; a day that is both counts once.
- A month without a chosen day (the 31st in April, a fifth Monday) passes it over; nothing moves to another day.
- `LAST` is the last day of the month, whatever its number; the nth weekday `LAST` is the month's last such weekday.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from enum import IntEnum

from dateutil.rrule import DAILY, MO, MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekday as rrule_weekday
from msgspec import Struct
from msgspec.structs import force_setattr

from schedules.refusal import RuleFault

LAST = -1
"""The last day, or the last such weekday, of a month."""

_INTERVALS = range(1, 367)
_MONTH_DAYS = frozenset({LAST, *range(1, 32)})
_NTHS = frozenset({LAST, *range(1, 6)})
_WEEK = timedelta(days=7)


class Weekday(IntEnum):
    """The days of the week by their ISO 8601 numbers, as `date.isoweekday` gives them."""

    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6
    SUNDAY = 7


class Once(Struct, frozen=True, forbid_unknown_fields=True, tag="once"):
    """The rule's start date alone; the date stands in the rule, so that it is written in one place only."""

    def faults(self) -> Iterator[RuleFault]:
        """Nothing can be wrong with it."""
        yield from ()

    def dates(self, start: date, first: date, last: date) -> Iterable[date]:
        """The start date, if it lies from `first` to `last`."""
        return (start,) if first <= start <= last else ()


class Daily(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="daily"):
    """Every n days, counted from the start date; n is 1 to 366."""

    every: int = 1

    def faults(self) -> Iterator[RuleFault]:
        """An interval below 1 or above 366 days."""
        if self.every not in _INTERVALS:
            yield RuleFault.INTERVAL_OUT_OF_RANGE

    def dates(self, start: date, first: date, last: date) -> Iterable[date]:
        """Its dates from `first`, which is not before `start`, to `last`, both included."""
        missed = -(-(first - start).days // self.every)
        begin = start + timedelta(days=missed * self.every)
        return _dates(rrule(DAILY, interval=self.every, dtstart=begin, until=last))


class Weekly(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="weekly"):
    """The chosen weekdays of every n-th week, counted from the week of the start date; n is 1 to 366."""

    weekdays: tuple[Weekday, ...]
    every: int = 1

    def __post_init__(self) -> None:
        force_setattr(self, "weekdays", tuple(sorted(set(self.weekdays))))

    def faults(self) -> Iterator[RuleFault]:
        """No weekday, a number that is none, or an interval below 1 or above 366 weeks."""
        if not self.weekdays:
            yield RuleFault.NO_WEEKDAYS
        if not frozenset(self.weekdays) <= frozenset(Weekday):
            yield RuleFault.WEEKDAY_UNKNOWN
        if self.every not in _INTERVALS:
            yield RuleFault.INTERVAL_OUT_OF_RANGE

    def dates(self, start: date, first: date, last: date) -> Iterable[date]:
        """Its dates from `first`, which is not before `start`, to `last`, both included."""
        cycle = _WEEK * self.every
        begin = start + (first - start) // cycle * cycle
        weekdays = [weekday - 1 for weekday in self.weekdays]
        found = rrule(WEEKLY, interval=self.every, byweekday=weekdays, wkst=MO, dtstart=begin, until=last)
        return (day for day in _dates(found) if day >= first)


class NthWeekday(Struct, frozen=True, forbid_unknown_fields=True, order=True):
    """Such as the second Monday of a month: `nth` is 1 to 5, or `LAST`."""

    nth: int
    weekday: Weekday


class Monthly(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="monthly"):
    """Days of the month, 1 to 31 or `LAST`, and nth weekdays; at least one of either."""

    days: tuple[int, ...] = ()
    weekdays: tuple[NthWeekday, ...] = ()

    def __post_init__(self) -> None:
        force_setattr(self, "days", tuple(sorted(set(self.days))))
        force_setattr(self, "weekdays", tuple(sorted(set(self.weekdays))))

    def faults(self) -> Iterator[RuleFault]:
        """Neither day nor weekday, or one that no month has."""
        if not self.days and not self.weekdays:
            yield RuleFault.NO_MONTH_DAYS
        if not _MONTH_DAYS.issuperset(self.days):
            yield RuleFault.MONTH_DAY_OUT_OF_RANGE
        if not _NTHS.issuperset(chosen.nth for chosen in self.weekdays):
            yield RuleFault.NTH_OUT_OF_RANGE
        if not frozenset(Weekday).issuperset(chosen.weekday for chosen in self.weekdays):
            yield RuleFault.WEEKDAY_UNKNOWN

    def dates(self, start: date, first: date, last: date) -> Iterable[date]:  # noqa: ARG002 - every month counts
        """Its dates from `first` to `last`, both included."""
        found: set[date] = set()
        if self.days:
            found.update(_dates(rrule(MONTHLY, bymonthday=self.days, dtstart=first, until=last)))
        if self.weekdays:
            nths = [rrule_weekday(chosen.weekday - 1, chosen.nth) for chosen in self.weekdays]
            found.update(_dates(rrule(MONTHLY, byweekday=nths, dtstart=first, until=last)))
        return sorted(found)


Pattern = Once | Daily | Weekly | Monthly


def _dates(found: rrule) -> Iterator[date]:
    return (moment.date() for moment in found)
