"""One test for each sentence of `schedules.patterns`."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.patterns import LAST, Daily, Monthly, NthWeekday, Once, Pattern, Weekday, Weekly
from schedules.refusal import RuleFault
from tests.schedules.strategies import patterns

START = date(2026, 1, 7)  # a Wednesday


def dates(pattern: Pattern, first: date, last: date, start: date = START) -> list[date]:
    return list(pattern.dates(start, first, last))


def test_once_is_the_start_date_and_no_other() -> None:
    assert dates(Once(), START, date(2026, 12, 31)) == [START]
    assert dates(Once(), START + timedelta(days=1), date(2026, 12, 31)) == []


def test_daily_counts_from_the_start_date() -> None:
    assert dates(Daily(every=3), date(2026, 1, 8), date(2026, 1, 17)) == [
        date(2026, 1, 10),
        date(2026, 1, 13),
        date(2026, 1, 16),
    ]


def test_every_day_is_every_day() -> None:
    assert dates(Daily(), START, START + timedelta(days=2)) == [START + timedelta(days=n) for n in range(3)]


def test_every_second_week_counts_from_the_week_of_the_start_date_which_begins_on_monday() -> None:
    weekly = Weekly((Weekday.MONDAY, Weekday.SUNDAY), every=2)
    assert dates(weekly, START, date(2026, 2, 8)) == [
        date(2026, 1, 11),
        date(2026, 1, 19),
        date(2026, 1, 25),
        date(2026, 2, 2),
        date(2026, 2, 8),
    ]


def test_weekdays_before_the_start_date_do_not_count() -> None:
    assert dates(Weekly((Weekday.MONDAY,)), START, date(2026, 1, 12)) == [date(2026, 1, 12)]


def test_monthly_takes_days_and_nth_weekdays_together() -> None:
    monthly = Monthly(days=(15,), weekdays=(NthWeekday(2, Weekday.MONDAY),))
    assert dates(monthly, START, date(2026, 2, 28)) == [
        date(2026, 1, 12),
        date(2026, 1, 15),
        date(2026, 2, 9),
        date(2026, 2, 15),
    ]


def test_a_day_that_is_both_counts_once() -> None:
    monthly = Monthly(days=(12,), weekdays=(NthWeekday(2, Weekday.MONDAY),))
    assert dates(monthly, START, date(2026, 1, 31)) == [date(2026, 1, 12)]


def test_a_month_without_the_day_passes_it_over() -> None:
    assert dates(Monthly(days=(31,)), START, date(2026, 5, 31)) == [
        date(2026, 1, 31),
        date(2026, 3, 31),
        date(2026, 5, 31),
    ]
    assert dates(Monthly(weekdays=(NthWeekday(5, Weekday.MONDAY),)), START, date(2026, 4, 30)) == [date(2026, 3, 30)]


def test_last_is_the_last_day_whatever_its_number() -> None:
    assert dates(Monthly(days=(LAST,)), START, date(2026, 4, 30)) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]
    assert dates(Monthly(days=(LAST,)), date(2028, 2, 1), date(2028, 2, 29)) == [date(2028, 2, 29)]


def test_the_last_day_named_twice_counts_once() -> None:
    assert dates(Monthly(days=(31, LAST)), START, date(2026, 1, 31)) == [date(2026, 1, 31)]


def test_the_last_such_weekday() -> None:
    assert dates(Monthly(weekdays=(NthWeekday(LAST, Weekday.SUNDAY),)), START, date(2026, 2, 28)) == [
        date(2026, 1, 25),
        date(2026, 2, 22),
    ]


def test_order_and_repetition_carry_no_meaning() -> None:
    assert Weekly((Weekday.SUNDAY, Weekday.MONDAY, Weekday.SUNDAY)) == Weekly((Weekday.MONDAY, Weekday.SUNDAY))
    assert Monthly(days=(3, 1, 3)) == Monthly(days=(1, 3))


def test_weekdays_have_the_numbers_of_iso_8601() -> None:
    assert [Weekday(day.isoweekday()) for day in (date(2026, 1, 5), date(2026, 1, 11))] == [
        Weekday.MONDAY,
        Weekday.SUNDAY,
    ]


@given(patterns, st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 900), st.integers(0, 90))
def test_beginning_later_finds_the_same_dates(pattern: Pattern, start: date, later: int, length: int) -> None:
    first = start + timedelta(days=later)
    last = first + timedelta(days=length)
    whole = [day for day in dates(pattern, start, last, start) if day >= first]
    assert dates(pattern, first, last, start) == whole


@pytest.mark.parametrize(
    ("pattern", "faults"),
    [
        (Once(), []),
        (Daily(every=0), [RuleFault.INTERVAL_OUT_OF_RANGE]),
        (Daily(every=367), [RuleFault.INTERVAL_OUT_OF_RANGE]),
        (Daily(every=366), []),
        (Weekly(()), [RuleFault.NO_WEEKDAYS]),
        (Weekly((Weekday.MONDAY,), every=-1), [RuleFault.INTERVAL_OUT_OF_RANGE]),
        (Weekly((8,)), [RuleFault.WEEKDAY_UNKNOWN]),
        (Weekly((Weekday.MONDAY,)), []),
        (Monthly(), [RuleFault.NO_MONTH_DAYS]),
        (Monthly(days=(0,)), [RuleFault.MONTH_DAY_OUT_OF_RANGE]),
        (Monthly(days=(32,)), [RuleFault.MONTH_DAY_OUT_OF_RANGE]),
        (Monthly(days=(-2,)), [RuleFault.MONTH_DAY_OUT_OF_RANGE]),
        (Monthly(weekdays=(NthWeekday(6, Weekday.MONDAY),)), [RuleFault.NTH_OUT_OF_RANGE]),
        (Monthly(weekdays=(NthWeekday(0, Weekday.MONDAY),)), [RuleFault.NTH_OUT_OF_RANGE]),
        (Monthly(weekdays=(NthWeekday(1, 0),)), [RuleFault.WEEKDAY_UNKNOWN]),
        (Monthly(days=(LAST, 31)), []),
    ],
)
def test_faults(pattern: Pattern, faults: list[RuleFault]) -> None:
    assert list(pattern.faults()) == faults
