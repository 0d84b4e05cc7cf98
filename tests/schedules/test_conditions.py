"""One test for each sentence of `schedules.conditions`."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from schedules.conditions import Condition, Mode, OnLunarDays, OnPublicHolidays, OnTet, satisfied
from schedules.patterns import Daily
from schedules.recurrence import Rule, occurrences
from schedules.refusal import RuleFault

RAM_2026_3 = date(2026, 3, 3)  # rằm tháng Giêng
ORDINARY = date(2026, 3, 10)


def test_a_condition_looks_at_the_civil_date_in_the_rules_zone() -> None:
    """06:00 in Hà Nội is the evening before in UTC; the lunar day is that of Hà Nội's morning."""
    rule = Rule(pattern=Daily(), times=(time(6),), start_date=date(2026, 3, 1), conditions=(OnLunarDays((15,)),))
    found = occurrences(rule, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 20, tzinfo=UTC))
    assert found == (datetime(2026, 3, 2, 23, tzinfo=UTC),)


def test_all_conditions_must_be_satisfied() -> None:
    both = (OnLunarDays((1, 15)), OnTet())
    assert satisfied(both, RAM_2026_3)
    assert not satisfied(both, date(2026, 2, 17))  # mùng một, but Tết
    assert not satisfied(both, ORDINARY)  # not Tết, but neither rằm nor mùng một


def test_without_conditions_every_day_will_do() -> None:
    assert satisfied((), ORDINARY)


@pytest.mark.parametrize(
    ("kind", "inside", "outside"),
    [
        (lambda mode: OnLunarDays((15,), mode=mode), RAM_2026_3, ORDINARY),
        (lambda mode: OnTet(mode=mode), date(2026, 2, 18), ORDINARY),
        (lambda mode: OnPublicHolidays(mode=mode), date(2026, 4, 30), ORDINARY),
    ],
    ids=["lunar", "tet", "holidays"],
)
def test_only_keeps_the_days_of_the_kind_and_never_drops_them(kind, inside: date, outside: date) -> None:
    assert satisfied((kind(Mode.ONLY),), inside)
    assert not satisfied((kind(Mode.ONLY),), outside)
    assert not satisfied((kind(Mode.NEVER),), inside)
    assert satisfied((kind(Mode.NEVER),), outside)


def test_a_lunar_day_is_counted_in_every_month() -> None:
    year = [date(2026, 1, 1) + timedelta(days=count) for count in range(365)]
    found = [day for day in year if satisfied((OnLunarDays((15,)),), day)]
    assert found[:3] == [date(2026, 1, 3), date(2026, 2, 2), RAM_2026_3]
    assert found[-1] == date(2026, 12, 23)
    assert len(found) == 13


def test_a_leap_month_counts_like_any_other() -> None:
    ram_of_leap_6 = date(2025, 8, 8)
    assert satisfied((OnLunarDays((15,)),), ram_of_leap_6)
    assert not satisfied((OnLunarDays((15,), mode=Mode.NEVER),), ram_of_leap_6)


def test_unless_leap_months_are_left_out() -> None:
    ram_of_6, ram_of_leap_6 = date(2025, 7, 9), date(2025, 8, 8)
    only = (OnLunarDays((15,), leap_months=False),)
    assert satisfied(only, ram_of_6)
    assert not satisfied(only, ram_of_leap_6)
    assert satisfied((OnLunarDays((15,), mode=Mode.NEVER, leap_months=False),), ram_of_leap_6)


def test_day_29_does_not_stand_for_a_missing_day_30() -> None:
    last_of_short_month = date(2025, 1, 28)
    assert not satisfied((OnLunarDays((30,)),), last_of_short_month)
    assert satisfied((OnLunarDays((29,)),), last_of_short_month)


def test_tet_runs_from_day_29_through_mung_5_unless_told_otherwise() -> None:
    kept = [day for day in range(1, 29) if satisfied((OnTet(),), date(2026, 2, day))]
    assert kept == [*range(1, 16), *range(22, 29)]  # 16 February is 29 tháng Chạp, 21 February is mùng 5
    longer = (OnTet(from_chap=23, through_gieng=10),)
    assert [day for day in range(1, 29) if satisfied(longer, date(2026, 2, day))] == [*range(1, 10), 27, 28]


def test_a_public_holiday_includes_the_day_off_in_lieu() -> None:
    assert not satisfied((OnPublicHolidays(),), date(2026, 4, 27))


def test_order_and_repetition_of_lunar_days_carry_no_meaning() -> None:
    assert OnLunarDays((15, 1, 15)) == OnLunarDays((1, 15))


@pytest.mark.parametrize(
    ("condition", "faults"),
    [
        (OnLunarDays(()), [RuleFault.NO_LUNAR_DAYS]),
        (OnLunarDays((0,)), [RuleFault.LUNAR_DAY_OUT_OF_RANGE]),
        (OnLunarDays((31,)), [RuleFault.LUNAR_DAY_OUT_OF_RANGE]),
        (OnLunarDays((1, 30)), []),
        (OnTet(from_chap=0), [RuleFault.TET_OUT_OF_RANGE]),
        (OnTet(through_gieng=31), [RuleFault.TET_OUT_OF_RANGE]),
        (OnTet(), []),
        (OnPublicHolidays(), []),
    ],
)
def test_faults(condition: Condition, faults: list[RuleFault]) -> None:
    assert list(condition.faults()) == faults
