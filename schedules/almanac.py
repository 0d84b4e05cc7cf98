"""What kind of day a date is in Viet Nam: its lunar day, whether it is Tết, whether it is a public holiday.

The officer plans by the Vietnamese lunar calendar, which is reckoned at UTC+7 and differs from the Chinese one
(Tết 2030 is 2 February here). Sources: `lunar-vn` (Hồ Ngọc Đức's algorithm) and `holidays`; the tests hold them, for
2020 to 2035, to published dates and to new moons and solar terms reckoned apart. Only the controller has these two
packages: a unit never imports this module.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from holidays import country_holidays
from lunar_vn import solar_to_lunar

MUNG_MOT = 1
"""The first day of a lunar month (sóc, the new moon)."""

RAM = 15
"""The fifteenth day of a lunar month (vọng, the full moon)."""

_GIENG, _CHAP = 1, 12
_VIET_NAM = "VN"
_DAY = timedelta(days=1)
_SHORT_MONTH_DAYS = 29


class LunarDay(NamedTuple):
    """A day of the lunar calendar as it is spoken: day 1 to 30, month 1 to 12, and whether the month is a leap one."""

    day: int
    month: int
    leap: bool


@lru_cache(maxsize=4096)
def lunar_day(day: date) -> LunarDay:
    """The Vietnamese lunar day of a civil date. Raises ValueError for a year outside 1900 to 2100."""
    lunar = solar_to_lunar(day)
    return LunarDay(lunar.day, lunar.month, lunar.leap)


def in_tet(day: date, from_chap: int, through_gieng: int) -> bool:
    """Whether a date is Tết, which runs from a day of tháng Chạp through a day of tháng Giêng, both included.

    Tháng Chạp has 29 or 30 days; a `from_chap` of 30 means giao thừa, the last day, also in a month of 29.
    A leap month is never tháng Giêng, and is tháng Chạp only where Tết follows it directly.
    """
    lunar = lunar_day(day)
    if lunar.month == _GIENG:
        return not lunar.leap and lunar.day <= through_gieng
    if lunar.month != _CHAP:
        return False
    eve = _last_of_month(day, lunar)
    return lunar_day(eve + _DAY).month == _GIENG and lunar.day >= min(from_chap, lunar_day(eve).day)


def is_public_holiday(day: date) -> bool:
    """Whether a date is a public holiday of Viet Nam, days off in lieu (nghỉ bù) included.

    The law moves some days off each autumn; those become known with an update of `holidays`.
    """
    return day in _holidays(day.year)


def _last_of_month(day: date, lunar: LunarDay) -> date:
    """The last civil date of the lunar month in which `day` is; a lunar month has 29 or 30 days."""
    twenty_ninth = day + timedelta(days=_SHORT_MONTH_DAYS - lunar.day)
    return twenty_ninth if lunar_day(twenty_ninth + _DAY).day == MUNG_MOT else twenty_ninth + _DAY


@lru_cache(maxsize=256)
def _holidays(year: int) -> frozenset[date]:
    return frozenset(country_holidays(_VIET_NAM, years=year))
