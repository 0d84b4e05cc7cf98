"""How times are said to an officer: 24-hour clock, dd/mm/yyyy, the weekday, and the lunar day beside it.

Everything is shown in the commune's zone; `now` is passed in, because a page is drawn at one instant.
"""

from datetime import date, datetime, timedelta

from controller.web.layout.place import desk
from schedules.almanac import RAM, lunar_day
from words import say

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_EARLY_DAYS = 10
_TOMORROW = timedelta(days=1)


def local_date(moment: datetime | date) -> date:
    """The civil date of an instant in the commune's zone; a date is itself."""
    return desk().local(moment).date() if isinstance(moment, datetime) else moment


def clock_time(moment: datetime) -> str:
    """Hours and minutes: 05:30."""
    return f"{desk().local(moment):%H:%M}"


def clock_seconds(moment: datetime) -> str:
    """Hours, minutes and seconds: 05:30:04."""
    return f"{desk().local(moment):%H:%M:%S}"


def numeric_date(moment: datetime | date) -> str:
    """Such as 23/11/2026."""
    return f"{local_date(moment):%d/%m/%Y}"


def weekday_name(moment: datetime | date) -> str:
    """Such as thứ Hai."""
    return say(f"weekday-{local_date(moment).isoweekday()}")


def full_date(moment: datetime | date) -> str:
    """Weekday and date: Thứ Hai, 23/11/2026."""
    return say("date-full", weekday=weekday_name(moment), date=numeric_date(moment))


def day_title(moment: datetime | date, now: datetime) -> str:
    """The full date, led by today, tomorrow or yesterday where it is one of them."""
    day, today = local_date(moment), local_date(now)
    near = {today: "day-today", today + _TOMORROW: "day-tomorrow", today - _TOMORROW: "day-yesterday"}
    return say(near[day], date=full_date(day)) if day in near else full_date(day)


def lunar_date(moment: datetime | date) -> str:
    """The lunar day as it is spoken: mùng 3, rằm, 23; with the month, and nhuận for a leap one."""
    lunar = lunar_day(local_date(moment))
    if lunar.day <= _EARLY_DAYS:
        day = say("lunar-early", day=lunar.day)
    else:
        day = say("lunar-ram") if lunar.day == RAM else say("lunar-late", day=lunar.day)
    return say("lunar-leap" if lunar.leap else "lunar-date", day=day, month=say(f"lunar-month-{lunar.month}"))


def ago(moment: datetime, now: datetime) -> str:
    """How long since: just now, 40 seconds, 12 minutes, 3 hours, 2 days."""
    seconds = max(0, int((now - moment).total_seconds()))
    if seconds < _MINUTE:
        return say("ago-seconds", count=seconds)
    if seconds < _HOUR:
        return say("ago-minutes", count=seconds // _MINUTE)
    if seconds < _DAY:
        return say("ago-hours", count=seconds // _HOUR)
    return say("ago-days", count=seconds // _DAY)


def lasting(seconds: float) -> str:
    """How long something has lasted: 40 giây, 12 phút, 2 giờ, 3 ngày; whole units, rounded down."""
    whole = max(0, int(seconds))
    if whole < _MINUTE:
        return say("span-seconds", count=whole)
    if whole < _HOUR:
        return say("span-minutes", count=whole // _MINUTE)
    return say("span-hours", count=whole // _HOUR) if whole < 2 * _DAY else say("span-days", count=whole // _DAY)


def length(milliseconds: int) -> str:
    """A length of sound: 45 giây, 2 phút 5 giây; rounded up, so that nothing that sounds is shown as 0."""
    seconds = -(-milliseconds // 1000)
    minutes, rest = divmod(seconds, _MINUTE)
    if not minutes:
        return say("length-seconds", seconds=rest)
    return say("length-minutes", minutes=minutes, seconds=rest) if rest else say("length-whole", minutes=minutes)
