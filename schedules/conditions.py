"""Which kinds of day a rule is held to: only, or never, on lunar days, on Tết, on public holidays.

Calendar rules:
- A condition looks at the civil date of the sitting in the rule's own zone.
- A rule with several conditions sounds only on days that satisfy all of them.
- `Mode.ONLY` keeps the days of the kind and drops the others; `Mode.NEVER` drops them and keeps the others.
- A lunar day is counted in every month; rằm is day 15 and mùng một is day 1.
- A leap lunar month counts like any other month, unless `leap_months` is false: then none of its days is of the kind.
- A lunar month of 29 days has no day 30, and its day 29 does not stand for it.
- Tết runs from day 29 of tháng Chạp through mùng 5 unless other days are given.
- A public holiday includes the day off in lieu of one that fell on a weekend.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import force_setattr

from schedules.almanac import in_tet, is_public_holiday, lunar_day
from schedules.refusal import RuleFault

_LUNAR_DAYS = range(1, 31)


class Mode(StrEnum):
    """How a condition holds a rule to its kind of day."""

    ONLY = "only"
    NEVER = "never"


class OnLunarDays(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="lunar-days"):
    """Days of the lunar month, 1 to 30; order and repetition carry no meaning."""

    days: tuple[int, ...]
    mode: Mode = Mode.ONLY
    leap_months: bool = True

    def __post_init__(self) -> None:
        force_setattr(self, "days", tuple(sorted(set(self.days))))

    def faults(self) -> Iterator[RuleFault]:
        """No day at all, or a day that no lunar month has."""
        if not self.days:
            yield RuleFault.NO_LUNAR_DAYS
        if any(day not in _LUNAR_DAYS for day in self.days):
            yield RuleFault.LUNAR_DAY_OUT_OF_RANGE

    def includes(self, day: date) -> bool:
        """Whether a civil date is one of these lunar days."""
        lunar = lunar_day(day)
        return lunar.day in self.days and (self.leap_months or not lunar.leap)


class OnTet(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="tet"):
    """Tết, from day `from_chap` of tháng Chạp (30: giao thừa, whichever day it is) through mùng `through_gieng`."""

    mode: Mode = Mode.NEVER
    from_chap: int = 29
    through_gieng: int = 5

    def faults(self) -> Iterator[RuleFault]:
        """A day that a lunar month does not have."""
        if self.from_chap not in _LUNAR_DAYS or self.through_gieng not in _LUNAR_DAYS:
            yield RuleFault.TET_OUT_OF_RANGE

    def includes(self, day: date) -> bool:
        """Whether a civil date is in Tết."""
        return in_tet(day, self.from_chap, self.through_gieng)


class OnPublicHolidays(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag="public-holidays"):
    """The public holidays of Viet Nam, days off in lieu included."""

    mode: Mode = Mode.NEVER

    def faults(self) -> Iterator[RuleFault]:
        """Nothing can be wrong with it."""
        yield from ()

    def includes(self, day: date) -> bool:
        """Whether a civil date is a public holiday."""
        return is_public_holiday(day)


Condition = OnLunarDays | OnTet | OnPublicHolidays


def satisfied(conditions: tuple[Condition, ...], day: date) -> bool:
    """Whether a rule under these conditions may sound on a civil date."""
    return all(condition.includes(day) is (condition.mode is Mode.ONLY) for condition in conditions)
