"""The almanac against published dates, and against astronomy reckoned apart (`tests.schedules.ephemeris`)."""

from datetime import date, timedelta

import pytest
from holidays import country_holidays

from schedules.almanac import MUNG_MOT, RAM, LunarDay, in_tet, is_public_holiday, lunar_day
from tests.schedules.ephemeris import local_date, months, new_moon

DAY = timedelta(days=1)
TET = (
    date(2020, 1, 25),
    date(2021, 2, 12),
    date(2022, 2, 1),
    date(2023, 1, 22),
    date(2024, 2, 10),
    date(2025, 1, 29),
    date(2026, 2, 17),
    date(2027, 2, 6),
    date(2028, 1, 26),
    date(2029, 2, 13),
    date(2030, 2, 2),
    date(2031, 1, 23),
    date(2032, 2, 11),
    date(2033, 1, 31),
    date(2034, 2, 19),
    date(2035, 2, 8),
)
LEAP_MONTHS = {2020: 4, 2023: 2, 2025: 6, 2028: 5, 2031: 3, 2033: 11}


def days(first: date, last: date) -> list[date]:
    return [first + DAY * count for count in range((last - first).days + 1)]


@pytest.mark.parametrize("tet", TET, ids=str)
def test_mung_mot_tet(tet: date) -> None:
    assert lunar_day(tet) == LunarDay(day=1, month=1, leap=False)
    assert lunar_day(tet - DAY).month == 12


@pytest.mark.parametrize("year", range(2020, 2035))
def test_each_lunar_year_has_its_published_leap_month_and_no_other(year: int) -> None:
    lunar_year = days(TET[year - 2020], TET[year - 2019] - DAY)
    leap = {lunar.month for lunar in map(lunar_day, lunar_year) if lunar.leap}
    assert leap == ({LEAP_MONTHS[year]} if year in LEAP_MONTHS else set())


@pytest.mark.parametrize(
    ("day", "lunar"),
    [
        (date(2023, 3, 21), LunarDay(30, 2, leap=False)),
        (date(2023, 3, 22), LunarDay(1, 2, leap=True)),
        (date(2024, 2, 24), LunarDay(15, 1, leap=False)),  # rằm tháng Giêng
        (date(2024, 4, 18), LunarDay(10, 3, leap=False)),  # giỗ Tổ Hùng Vương
        (date(2024, 8, 18), LunarDay(15, 7, leap=False)),  # Vu Lan
        (date(2024, 9, 17), LunarDay(15, 8, leap=False)),  # Trung thu
        (date(2025, 7, 25), LunarDay(1, 6, leap=True)),
        (date(2025, 9, 6), LunarDay(15, 7, leap=False)),
        (date(2025, 10, 6), LunarDay(15, 8, leap=False)),
        (date(2026, 2, 10), LunarDay(23, 12, leap=False)),  # ông Công ông Táo
    ],
)
def test_known_feasts(day: date, lunar: LunarDay) -> None:
    assert lunar_day(day) == lunar


def test_every_day_from_2020_to_2035_agrees_with_astronomy() -> None:
    reckoned: dict[date, LunarDay] = {}
    for year in range(2019, 2037):
        listed = months(year)
        ends = [first for first, _, _ in listed[1:]] + [months(year + 1)[0][0]]
        for (first, number, leap), end in zip(listed, ends, strict=True):
            reckoned.update({day: LunarDay((day - first).days + 1, number, leap) for day in days(first, end - DAY)})
    wanted = days(date(2020, 1, 1), date(2035, 12, 31))
    assert {day: lunar_day(day) for day in wanted} == {day: reckoned[day] for day in wanted}


def test_the_ephemeris_knows_a_published_new_moon() -> None:
    assert local_date(new_moon(372)) == date(2030, 2, 2)  # 16:07 UTC: the third of February in Beijing already


def test_the_calendar_of_holidays_has_the_same_tet() -> None:
    found = {
        day
        for day, name in country_holidays("VN", years=range(2020, 2036), language="vi").items()
        if name == "Tết Nguyên Đán"
    }
    assert found == set(TET)


def test_ram_and_mung_mot_have_their_numbers() -> None:
    assert (MUNG_MOT, RAM) == (1, 15)


@pytest.mark.parametrize("day", [date(1899, 12, 31), date(2101, 1, 1)])
def test_a_year_outside_the_calendar_is_refused(day: date) -> None:
    with pytest.raises(ValueError, match="range"):
        lunar_day(day)


def tet_days(year: int, from_chap: int, through_gieng: int) -> list[date]:
    return [day for day in days(date(year, 1, 1), date(year, 12, 31)) if in_tet(day, from_chap, through_gieng)]


def test_tet_runs_from_the_29th_of_a_long_thang_chap() -> None:
    assert tet_days(2024, 29, 5) == days(date(2024, 2, 8), date(2024, 2, 14))  # Chạp has 30 days


def test_tet_runs_from_the_29th_of_a_short_thang_chap_which_is_its_eve() -> None:
    assert tet_days(2025, 29, 5) == days(date(2025, 1, 28), date(2025, 2, 2))  # Chạp has 29 days


@pytest.mark.parametrize(("year", "eve"), [(2024, date(2024, 2, 9)), (2025, date(2025, 1, 28))])
def test_day_30_means_the_eve_in_a_short_thang_chap_too(year: int, eve: date) -> None:
    assert tet_days(year, 30, 1) == [eve, eve + DAY]


def test_no_leap_month_is_tet_from_2020_to_2035() -> None:
    leap = [day for day in days(date(2020, 1, 1), date(2035, 12, 31)) if lunar_day(day).leap]
    assert leap
    assert not any(in_tet(day, 1, 30) for day in leap)


@pytest.mark.parametrize(
    ("month", "following", "tet"),
    [((12, False), (12, True), False), ((12, True), (1, False), True), ((1, True), (2, False), False)],
    ids=["Chạp before a leap Chạp is not", "a leap Chạp before Tết is", "a leap Giêng is not"],
)
def test_leap_months_next_to_tet(
    monkeypatch: pytest.MonkeyPatch, month: tuple[int, bool], following: tuple[int, bool], *, tet: bool
) -> None:
    """No such month comes before 2100, so that a month of 29 days and the one after it are written out here."""
    begin = date(2050, 1, 1)

    def written(day: date) -> LunarDay:
        count = (day - begin).days
        return LunarDay(count + 1, *month) if count < 29 else LunarDay(count - 28, *following)

    monkeypatch.setattr("schedules.almanac.lunar_day", written)
    assert in_tet(begin + DAY * 28, 29, 29) is tet


@pytest.mark.parametrize(
    "day",
    [
        date(2024, 1, 1),
        date(2024, 2, 10),
        date(2024, 4, 18),
        date(2024, 4, 30),
        date(2024, 5, 1),
        date(2024, 9, 2),
        date(2025, 4, 7),
        date(2026, 4, 26),
    ],
)
def test_public_holidays(day: date) -> None:
    assert is_public_holiday(day)


def test_the_day_off_in_lieu_of_a_weekend_is_a_public_holiday() -> None:
    assert date(2026, 4, 26).isoweekday() == 7
    assert is_public_holiday(date(2026, 4, 27))


@pytest.mark.parametrize("day", [date(2024, 3, 8), date(2024, 12, 25), date(2026, 4, 28)])
def test_other_days_are_not_public_holidays(day: date) -> None:
    assert not is_public_holiday(day)
