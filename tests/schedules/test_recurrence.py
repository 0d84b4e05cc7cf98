"""One test for each sentence of `schedules.recurrence`, then what must hold for every rule and every window."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schedules.conditions import OnLunarDays, OnTet, satisfied
from schedules.patterns import Daily, Once, Weekday, Weekly
from schedules.recurrence import LONGEST_WINDOW, Rule, occurrences
from schedules.refusal import WindowFault, WindowRefused
from tests.schedules.strategies import rules_and_windows

DAY = timedelta(days=1)
START = date(2026, 1, 7)
HA_NOI = ZoneInfo("Asia/Ho_Chi_Minh")
PARIS = "Europe/Paris"


def at(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def daily(*times: time, start: date = START, **fields: object) -> Rule:
    return Rule(pattern=Daily(), times=times, start_date=start, **fields)


def test_every_time_sounds_on_every_date_in_local_wall_time() -> None:
    rule = daily(time(17), time(5, 30))
    assert occurrences(rule, at(2026, 1, 6, 17), at(2026, 1, 8, 17)) == (
        at(2026, 1, 6, 22, 30),
        at(2026, 1, 7, 10),
        at(2026, 1, 7, 22, 30),
        at(2026, 1, 8, 10),
    )


def test_a_morning_that_is_still_the_day_before_in_utc_is_found() -> None:
    assert occurrences(daily(time(5, 30)), at(2026, 1, 8, 22), at(2026, 1, 8, 23)) == (at(2026, 1, 8, 22, 30),)


def test_a_time_written_twice_sounds_once() -> None:
    assert len(occurrences(daily(time(7), time(7)), at(2026, 1, 7), at(2026, 1, 8))) == 1


def test_a_wall_time_that_the_clock_skips_sounds_later_by_the_gap() -> None:
    rule = daily(time(2, 30), zone=PARIS)
    (found,) = occurrences(rule, at(2026, 3, 29), at(2026, 3, 29, 12))
    assert found == at(2026, 3, 29, 1, 30)
    assert found.astimezone(ZoneInfo(PARIS)).time() == time(3, 30)


def test_a_wall_time_that_comes_twice_sounds_at_its_first_coming_only() -> None:
    rule = daily(time(2, 30), zone=PARIS)
    assert occurrences(rule, at(2026, 10, 24, 12), at(2026, 10, 25, 12)) == (at(2026, 10, 25, 0, 30),)


def test_the_fold_of_a_written_time_is_not_heeded() -> None:
    rule = daily(time(2, 30, fold=1), zone=PARIS)
    assert occurrences(rule, at(2026, 10, 24, 12), at(2026, 10, 25, 12)) == (at(2026, 10, 25, 0, 30),)


def test_two_wall_times_that_fall_on_one_instant_sound_once() -> None:
    rule = daily(time(2, 30), time(3, 30), zone=PARIS)
    assert occurrences(rule, at(2026, 3, 29), at(2026, 3, 29, 12)) == (at(2026, 3, 29, 1, 30),)


def test_wall_time_stays_while_the_offset_changes() -> None:
    rule = daily(time(7), zone=PARIS)
    assert occurrences(rule, at(2026, 3, 28), at(2026, 3, 30)) == (at(2026, 3, 28, 6), at(2026, 3, 29, 5))


def test_a_date_that_a_zone_skips_sounds_on_the_next() -> None:
    """Samoa had no 30 December 2011: what was written for it falls together with the day after."""
    rule = Rule(pattern=Once(), times=(time(9),), start_date=date(2011, 12, 30), zone="Pacific/Apia")
    (found,) = occurrences(rule, at(2011, 12, 29), at(2012, 1, 2))
    assert found.astimezone(ZoneInfo("Pacific/Apia")) == datetime(2011, 12, 31, 9, tzinfo=ZoneInfo("Pacific/Apia"))
    assert occurrences(rule, found, found + timedelta(seconds=1)) == (found,)


def test_start_and_end_date_are_both_included() -> None:
    rule = daily(time(7), end_date=START + DAY)
    found = occurrences(rule, at(2026, 1, 1), at(2026, 2, 1))
    assert [moment.astimezone(HA_NOI).date() for moment in found] == [START, START + DAY]


def test_an_exception_date_never_sounds() -> None:
    rule = daily(time(7), end_date=START + 2 * DAY, except_dates=(START + DAY,))
    found = occurrences(rule, at(2026, 1, 1), at(2026, 2, 1))
    assert [moment.astimezone(HA_NOI).date() for moment in found] == [START, START + 2 * DAY]


def test_an_extra_date_sounds_whatever_pattern_and_conditions_say() -> None:
    tuesday_in_tet = date(2026, 2, 17)
    rule = Rule(
        pattern=Weekly((Weekday.WEDNESDAY,)),
        times=(time(7),),
        start_date=START,
        extra_dates=(tuesday_in_tet,),
        conditions=(OnTet(),),
    )
    found = occurrences(rule, at(2026, 2, 10), at(2026, 2, 27))
    days = [moment.astimezone(HA_NOI).date() for moment in found]
    assert days == [date(2026, 2, 11), tuesday_in_tet, date(2026, 2, 25)]


def test_an_extra_date_on_which_the_pattern_falls_sounds_once() -> None:
    rule = daily(time(7), extra_dates=(START,), conditions=(OnLunarDays((15,)),))
    assert len(occurrences(rule, at(2026, 1, 6), at(2026, 1, 8))) == 1


def test_the_window_includes_its_start_and_not_its_end() -> None:
    rule = daily(time(7))
    assert occurrences(rule, at(2026, 1, 8), at(2026, 1, 9)) == (at(2026, 1, 8),)


def test_a_window_may_stand_in_any_zone_and_gives_utc() -> None:
    start = datetime(2026, 1, 8, 7, tzinfo=HA_NOI)
    (found,) = occurrences(daily(time(7)), start, start + timedelta(hours=1))
    assert found == start
    assert found.tzinfo is UTC


def test_a_window_within_a_repeated_hour_is_taken_by_its_instants() -> None:
    """02:00 to 02:59 in the second coming: the wall clock alone would take it for the first."""
    paris = ZoneInfo(PARIS)
    start = datetime(2026, 10, 25, 2, 0, tzinfo=paris, fold=1)
    end = datetime(2026, 10, 25, 2, 59, tzinfo=paris, fold=1)
    assert occurrences(daily(time(2, 30), zone=PARIS), start, end) == ()


def test_a_window_over_a_repeated_hour_is_not_reversed() -> None:
    paris = ZoneInfo(PARIS)
    start = datetime(2026, 10, 25, 2, 20, tzinfo=paris)
    end = datetime(2026, 10, 25, 2, 10, tzinfo=paris, fold=1)
    assert occurrences(daily(time(2, 30), zone=PARIS), start, end) == (at(2026, 10, 25, 0, 30),)


def test_an_empty_window_gives_nothing() -> None:
    assert occurrences(daily(time(7)), at(2026, 1, 8), at(2026, 1, 8)) == ()


@pytest.mark.parametrize(
    ("start", "end", "fault"),
    [
        (datetime(2026, 1, 1), at(2026, 1, 2), WindowFault.NAIVE),  # noqa: DTZ001 - naive is what is refused
        (at(2026, 1, 1), datetime(2026, 1, 2), WindowFault.NAIVE),  # noqa: DTZ001
        (at(2026, 1, 2), at(2026, 1, 1), WindowFault.REVERSED),
        (at(2026, 1, 1), at(2026, 1, 1) + LONGEST_WINDOW + timedelta(microseconds=1), WindowFault.TOO_LONG),
        (at(1999, 12, 31), at(2000, 1, 2), WindowFault.OUT_OF_RANGE),
        (at(2099, 12, 1), at(2100, 1, 2), WindowFault.OUT_OF_RANGE),
        (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=HA_NOI), WindowFault.OUT_OF_RANGE),
    ],
)
def test_a_window_that_cannot_be_expanded_is_refused(start: datetime, end: datetime, fault: WindowFault) -> None:
    with pytest.raises(WindowRefused, match=fault) as refusal:
        occurrences(daily(time(7)), start, end)
    assert refusal.value.fault is fault


def test_the_longest_window_and_the_edges_of_the_calendar_are_taken() -> None:
    assert len(occurrences(daily(time(7)), at(2026, 1, 8), at(2026, 1, 8) + LONGEST_WINDOW)) == 400
    first = Rule(pattern=Daily(), times=(time(7),), start_date=date(2000, 1, 1), conditions=(OnTet(),))
    assert len(occurrences(first, at(2000, 1, 1), at(2000, 1, 8))) == 7
    assert len(occurrences(first, at(2099, 12, 24), at(2099, 12, 31, 23))) == 8


@given(rules_and_windows())
def test_occurrences_are_sorted_unique_in_utc_and_inside_the_window(drawn: tuple[Rule, datetime, datetime]) -> None:
    rule, start, end = drawn
    found = occurrences(rule, start, end)
    assert list(found) == sorted(set(found))
    assert all(start <= moment < end and moment.tzinfo is UTC for moment in found)


@given(rules_and_windows(), st.floats(0, 1))
def test_two_adjacent_windows_give_what_the_whole_gives(drawn: tuple[Rule, datetime, datetime], where: float) -> None:
    rule, start, end = drawn
    middle = start + (end - start) * where
    assert occurrences(rule, start, middle) + occurrences(rule, middle, end) == occurrences(rule, start, end)


@given(rules_and_windows())
def test_every_occurrence_is_a_date_and_a_time_of_the_rule(drawn: tuple[Rule, datetime, datetime]) -> None:
    """Only a clock change may move a wall time; elsewhere date and time are exactly as written."""
    rule, start, end = drawn
    zone = ZoneInfo(rule.zone)
    for moment in occurrences(rule, start, end):
        local = moment.astimezone(zone)
        moved = (moment - DAY).astimezone(zone).utcoffset() != (moment + DAY).astimezone(zone).utcoffset()
        assert moved or local.time() in rule.times
        assert rule.start_date <= local.date() <= rule.last_date or moved
        assert local.date() not in rule.except_dates or moved
        assert moved or local.date() in rule.extra_dates or satisfied(rule.conditions, local.date())


@given(rules_and_windows())
def test_no_date_of_the_rule_is_left_out(drawn: tuple[Rule, datetime, datetime]) -> None:
    """The plainest reading of a rule, a day at a time, finds the same instants."""
    rule, start, end = drawn
    zone, plain = ZoneInfo(rule.zone), set()
    day = start.date() - 2 * DAY
    while day <= end.date() + 2 * DAY:
        on_pattern = rule.start_date <= day <= rule.last_date and day in rule.pattern.dates(rule.start_date, day, day)
        wanted = on_pattern and day not in rule.except_dates and satisfied(rule.conditions, day)
        if wanted or day in rule.extra_dates:
            plain |= {datetime.combine(day, wall, tzinfo=zone).astimezone(UTC) for wall in rule.times}
        day += DAY
    assert set(occurrences(rule, start, end)) == {moment for moment in plain if start <= moment < end}
