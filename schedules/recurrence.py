"""When a rule sounds: what an officer wrote once becomes dated instants.

Calendar rules, besides those of `schedules.patterns` (which dates) and `schedules.conditions` (which kinds of day):
- Times are local wall times of the rule's zone; every time sounds on every date of the rule.
- Order and repetition carry no meaning: a time written twice sounds once.
- A wall time that the clock skips (spring) sounds as much later as the clock was moved: 02:30 at 03:30.
- A wall time that comes twice (autumn) sounds at its first coming only.
- Two wall times that fall on one instant sound once.
- Start and end date are both included; nothing sounds outside them.
- An exception date never sounds.
- An extra date sounds whatever the pattern and the conditions say; it lies within start and end date, and is not an
  exception date too.
- What a rule gives for a window does not depend on how the window is cut.

Only the controller expands rules (a unit is sent instants), so a unit never imports this module or `dateutil`.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import force_setattr

from schedules.conditions import Condition, satisfied
from schedules.patterns import Pattern
from schedules.refusal import RuleFault, RuleRefused, WindowFault, WindowRefused

VIET_NAM = "Asia/Ho_Chi_Minh"
"""The zone of a rule that names none."""

FIRST_DATE, LAST_DATE = date(2000, 1, 1), date(2099, 12, 31)
"""The dates that a rule may name; outside them the calendars underneath are not trusted."""

LONGEST_WINDOW = timedelta(days=400)
"""The longest window that is expanded at once: a year and a month, so that the cost of one call is bounded."""

MOST_TIMES, MOST_DATES, MOST_CONDITIONS = 24, 366, 16
"""Times a day, exception dates and extra dates each, and conditions, that one rule may carry."""

_ZONE_NAME = re.compile(
    r"UTC|(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Etc|Europe|Indian|Pacific)(?:/[A-Za-z0-9_+-]+)+"
)
_DAY = timedelta(days=1)


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What an officer says about when something sounds. A rule that exists is valid; otherwise raises `RuleRefused`."""

    pattern: Pattern
    times: tuple[time, ...]
    start_date: date
    end_date: date | None = None
    except_dates: tuple[date, ...] = ()
    extra_dates: tuple[date, ...] = ()
    conditions: tuple[Condition, ...] = ()
    zone: str = VIET_NAM

    def __post_init__(self) -> None:
        faults = (*_time_faults(self), *_date_faults(self), *_zone_faults(self), *_part_faults(self))
        if faults:
            raise RuleRefused(*faults)
        force_setattr(self, "times", tuple(sorted({wall.replace(fold=0) for wall in self.times})))
        force_setattr(self, "except_dates", tuple(sorted(set(self.except_dates))))
        force_setattr(self, "extra_dates", tuple(sorted(set(self.extra_dates))))

    @property
    def last_date(self) -> date:
        """The last date on which it may sound."""
        return self.end_date or LAST_DATE

    def to_json(self) -> str:
        """The rule as it is stored; equal rules give equal text."""
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The stored rule. Raises `RuleRefused`: `UNREADABLE` for what is no rule, else the rule's own faults."""
        try:
            return msgspec.json.decode(text, type=cls)
        except (msgspec.DecodeError, UnicodeError) as error:
            if isinstance(error.__cause__, RuleRefused):
                raise error.__cause__ from None
            raise RuleRefused(RuleFault.UNREADABLE) from error


def occurrences(rule: Rule, window_start: datetime, window_end: datetime) -> tuple[datetime, ...]:
    """The instants, in UTC, sorted, each once, at which a rule sounds from `window_start` up to before `window_end`.

    Raises `WindowRefused` for a window without zone, reversed, outside 2000 to 2099, or above `LONGEST_WINDOW`.
    """
    start, end = _window(window_start, window_end)
    zone = ZoneInfo(rule.zone)
    # A skipped wall time is moved forward by at most a day (a zone that crosses the date line), hence the day before.
    first = max(start.astimezone(zone).date() - _DAY, rule.start_date)
    last = min(end.astimezone(zone).date(), rule.last_date)
    instants = {_instant(day, wall, zone) for day in _days(rule, first, last) for wall in rule.times}
    return tuple(sorted(instant for instant in instants if start <= instant < end))


def _days(rule: Rule, first: date, last: date) -> Iterator[date]:
    named = frozenset((*rule.except_dates, *rule.extra_dates))
    for day in rule.pattern.dates(rule.start_date, first, last):
        if day not in named and satisfied(rule.conditions, day):
            yield day
    yield from (day for day in rule.extra_dates if first <= day <= last)


def _instant(day: date, wall: time, zone: ZoneInfo) -> datetime:
    """PEP 495: `fold=0`, as in every rule, is the first of two comings; in a gap it takes the offset before the gap."""
    return datetime.combine(day, wall, tzinfo=zone).astimezone(UTC)


def _window(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    if start.utcoffset() is None or end.utcoffset() is None:
        raise WindowRefused(WindowFault.NAIVE)
    if start.year < FIRST_DATE.year or end.year > LAST_DATE.year:
        raise WindowRefused(WindowFault.OUT_OF_RANGE)
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end < start:
        raise WindowRefused(WindowFault.REVERSED)
    if end - start > LONGEST_WINDOW:
        raise WindowRefused(WindowFault.TOO_LONG)
    return start, end


def _time_faults(rule: Rule) -> Iterator[RuleFault]:
    if not rule.times:
        yield RuleFault.NO_TIMES
    if len(rule.times) > MOST_TIMES:
        yield RuleFault.TOO_MANY_TIMES
    if any(wall.tzinfo is not None for wall in rule.times):
        yield RuleFault.TIME_WITH_ZONE
    if any(wall.microsecond for wall in rule.times):
        yield RuleFault.TIME_TOO_FINE


def _date_faults(rule: Rule) -> Iterator[RuleFault]:
    if rule.last_date < rule.start_date:
        yield RuleFault.END_BEFORE_START
    named = (rule.start_date, rule.last_date, *rule.except_dates, *rule.extra_dates)
    if not all(FIRST_DATE <= day <= LAST_DATE for day in named):
        yield RuleFault.DATE_OUT_OF_RANGE
    if len(rule.except_dates) > MOST_DATES or len(rule.extra_dates) > MOST_DATES:
        yield RuleFault.TOO_MANY_DATES
    if not all(rule.start_date <= day <= rule.last_date for day in rule.extra_dates):
        yield RuleFault.EXTRA_DATE_OUTSIDE
    if not frozenset(rule.extra_dates).isdisjoint(rule.except_dates):
        yield RuleFault.EXTRA_DATE_EXCEPTED


def _zone_faults(rule: Rule) -> Iterator[RuleFault]:
    if not _known(rule.zone):
        yield RuleFault.UNKNOWN_ZONE


def _part_faults(rule: Rule) -> Iterator[RuleFault]:
    yield from rule.pattern.faults()
    if len(rule.conditions) > MOST_CONDITIONS:
        yield RuleFault.TOO_MANY_CONDITIONS
    for condition in rule.conditions:
        yield from condition.faults()


@lru_cache(maxsize=64)
def _known(zone: str) -> bool:
    """Whether the zone database has it; a name that means another zone elsewhere (localtime) is never asked for."""
    if not _ZONE_NAME.fullmatch(zone):
        return False
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True
