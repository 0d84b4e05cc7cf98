"""What it costs to expand a rule for 30 days, next to a plain dateutil rrule of the same dates and times.

Run: `.venv/bin/python benchmarks/recurrence.py`. Both are timed in turns within one run, so that the ratio means the
same on any machine; the rules began two years before the window, as a commune's rules do. The plain rrule gets the
best case for it: its dtstart moved near the window, one `between`, no zone; so the ratio is what zone, UTC, calendar
conditions, validation of the window and sorting cost on top. `far` shows what a plain rrule costs from its own start.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from time import perf_counter

from dateutil.rrule import DAILY, MO, MONTHLY, SA, WEEKLY, rrule

from schedules.conditions import Condition, Mode, OnLunarDays, OnPublicHolidays, OnTet
from schedules.patterns import LAST, Daily, Monthly, Pattern, Weekday, Weekly
from schedules.recurrence import Rule, occurrences

BEGAN = date(2024, 1, 1)
WINDOW_START = datetime(2026, 2, 1, tzinfo=UTC)
WINDOW = timedelta(days=30)
TIMES = (time(5, 30), time(17, 30))
CONDITIONS: tuple[Condition, ...] = (OnTet(), OnPublicHolidays(), OnLunarDays((1, 15), mode=Mode.NEVER))
CALLS, ROUNDS = 200, 15

Call = Callable[[], object]


def ours(pattern: Pattern, conditions: tuple[Condition, ...] = ()) -> Call:
    rule = Rule(pattern=pattern, times=TIMES, start_date=BEGAN, conditions=conditions)
    return lambda: occurrences(rule, WINDOW_START, WINDOW_START + WINDOW)


def plain(freq: int, began: date, **by: object) -> Call:
    start = WINDOW_START.replace(tzinfo=None)
    begin = datetime.combine(began, time())

    def expand() -> object:
        found = rrule(freq, dtstart=begin, byhour=(5, 17), byminute=30, bysecond=0, **by)  # type: ignore[arg-type]
        return found.between(start, start + WINDOW)

    return expand


def microseconds(call: Call) -> float:
    begin = perf_counter()
    for _ in range(CALLS):
        call()
    return (perf_counter() - begin) / CALLS * 1e6


def main() -> None:
    near = WINDOW_START.date() - timedelta(days=1)
    weekly = Weekly((Weekday.MONDAY, Weekday.SATURDAY))
    monthly = Monthly(days=(1, 15, LAST))
    pairs = [
        ("daily", ours(Daily()), plain(DAILY, near)),
        ("daily, with lunar days, Tết and holidays", ours(Daily(), CONDITIONS), plain(DAILY, near)),
        ("weekly, two days", ours(weekly), plain(WEEKLY, near, byweekday=(MO, SA))),
        ("monthly, three days", ours(monthly), plain(MONTHLY, near, bymonthday=(1, 15, -1))),
        ("daily, the rrule far from the window", ours(Daily()), plain(DAILY, BEGAN)),
    ]
    print(f"{'a rule, 30 days, two times a day':42} {'ours':>9} {'rrule':>9}  ratio")
    for name, our, their in pairs:
        microseconds(our), microseconds(their)
        rounds = [(microseconds(our), microseconds(their)) for _ in range(ROUNDS)]
        ours_us, theirs_us = median(a for a, _ in rounds), median(b for _, b in rounds)
        print(f"{name:42} {ours_us:6.0f} µs {theirs_us:6.0f} µs  {median(a / b for a, b in rounds):5.2f}")


if __name__ == "__main__":
    main()
