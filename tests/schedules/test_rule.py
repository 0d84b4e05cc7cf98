"""A rule that exists is valid: every fault has its code, and what is stored comes back the same."""

from datetime import UTC, date, time, timedelta

import msgspec
import pytest
from hypothesis import given

from schedules.conditions import Mode, OnLunarDays, OnPublicHolidays, OnTet
from schedules.patterns import LAST, Daily, Monthly, NthWeekday, Once, Weekday, Weekly
from schedules.recurrence import FIRST_DATE, LAST_DATE, MOST_CONDITIONS, MOST_DATES, MOST_TIMES, VIET_NAM, Rule
from schedules.refusal import RuleFault, RuleRefused
from tests.schedules.strategies import rules

START = date(2026, 1, 7)
DAY = timedelta(days=1)


def refused(**changes: object) -> tuple[RuleFault, ...]:
    fields: dict[str, object] = {"pattern": Daily(), "times": (time(7),), "start_date": START}
    with pytest.raises(RuleRefused) as refusal:
        Rule(**(fields | changes))
    return refusal.value.faults


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"times": ()}, RuleFault.NO_TIMES),
        ({"times": (time(7),) * (MOST_TIMES + 1)}, RuleFault.TOO_MANY_TIMES),
        ({"times": (time(7, tzinfo=UTC), time(8))}, RuleFault.TIME_WITH_ZONE),
        ({"times": (time(7, 0, 0, 1),)}, RuleFault.TIME_TOO_FINE),
        ({"end_date": START - DAY}, RuleFault.END_BEFORE_START),
        ({"start_date": FIRST_DATE - DAY}, RuleFault.DATE_OUT_OF_RANGE),
        ({"end_date": LAST_DATE + DAY}, RuleFault.DATE_OUT_OF_RANGE),
        ({"except_dates": (LAST_DATE + DAY,)}, RuleFault.DATE_OUT_OF_RANGE),
        ({"except_dates": (START,) * (MOST_DATES + 1)}, RuleFault.TOO_MANY_DATES),
        ({"extra_dates": (START,) * (MOST_DATES + 1)}, RuleFault.TOO_MANY_DATES),
        ({"extra_dates": (START - DAY,)}, RuleFault.EXTRA_DATE_OUTSIDE),
        ({"end_date": START, "extra_dates": (START + DAY,)}, RuleFault.EXTRA_DATE_OUTSIDE),
        ({"extra_dates": (START,), "except_dates": (START,)}, RuleFault.EXTRA_DATE_EXCEPTED),
        ({"pattern": Daily(every=0)}, RuleFault.INTERVAL_OUT_OF_RANGE),
        ({"pattern": Weekly(())}, RuleFault.NO_WEEKDAYS),
        ({"pattern": Monthly()}, RuleFault.NO_MONTH_DAYS),
        ({"conditions": (OnTet(),) * (MOST_CONDITIONS + 1)}, RuleFault.TOO_MANY_CONDITIONS),
        ({"conditions": (OnLunarDays(()),)}, RuleFault.NO_LUNAR_DAYS),
    ],
)
def test_each_fault_has_its_code(changes: dict[str, object], fault: RuleFault) -> None:
    assert refused(**changes) == (fault,)


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Hà Nội",
        "Asia",
        "Asia/Nowhere",
        "Asia/../UTC",
        "../etc/passwd",
        "localtime",
        "posixrules",
        "right/UTC",
        "Asia/" + "x" * 300,
        "Asia/Ho_Chi_Minh\n",
    ],
)
def test_an_unknown_zone_is_refused(zone: str) -> None:
    assert refused(zone=zone) == (RuleFault.UNKNOWN_ZONE,)


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "UTC", "Etc/GMT+7", "America/Argentina/Ushuaia"])
def test_a_known_zone_is_taken(zone: str) -> None:
    assert Rule(pattern=Once(), times=(time(7),), start_date=START, zone=zone).zone == zone


def test_all_faults_are_told_at_once_each_once_and_in_words_for_the_log() -> None:
    with pytest.raises(RuleRefused, match="no-times, end-before-start, lunar-day-out-of-range") as refusal:
        Rule(
            pattern=Daily(),
            times=(),
            start_date=START,
            end_date=START - DAY,
            conditions=(OnLunarDays((0,)), OnLunarDays((99,))),
        )
    assert len(refusal.value.faults) == 3


def test_viet_nam_is_the_zone_of_a_rule_that_names_none() -> None:
    assert Rule(pattern=Once(), times=(time(7),), start_date=START).zone == VIET_NAM == "Asia/Ho_Chi_Minh"


def test_order_and_repetition_carry_no_meaning() -> None:
    first = Rule(
        pattern=Daily(),
        times=(time(17), time(5), time(17)),
        start_date=START,
        except_dates=(START + DAY, START),
        extra_dates=(START + 3 * DAY, START + 2 * DAY),
    )
    second = Rule(
        pattern=Daily(),
        times=(time(5), time(17)),
        start_date=START,
        except_dates=(START, START + DAY),
        extra_dates=(START + 2 * DAY, START + 3 * DAY),
    )
    assert first == second
    assert hash(first) == hash(second)
    assert first.to_json() == second.to_json()


@given(rules())
def test_a_stored_rule_comes_back_the_same(rule: Rule) -> None:
    assert Rule.from_json(rule.to_json()) == rule
    assert Rule.from_json(rule.to_json().encode()) == rule


def test_the_stored_form_is_stable() -> None:
    """Rules lie in databases for years: a change of this text needs a migration."""
    rule = Rule(
        pattern=Monthly(days=(1, LAST), weekdays=(NthWeekday(2, Weekday.MONDAY),)),
        times=(time(5, 30),),
        start_date=START,
        end_date=date(2026, 12, 31),
        except_dates=(date(2026, 9, 2),),
        extra_dates=(date(2026, 9, 3),),
        conditions=(
            OnLunarDays((15,), mode=Mode.NEVER, leap_months=False),
            OnTet(mode=Mode.ONLY, from_chap=23, through_gieng=7),
            OnPublicHolidays(),
        ),
        zone="UTC",
    )
    assert msgspec.json.decode(rule.to_json()) == {
        "pattern": {"type": "monthly", "days": [-1, 1], "weekdays": [{"nth": 2, "weekday": 1}]},
        "times": ["05:30:00"],
        "start_date": "2026-01-07",
        "end_date": "2026-12-31",
        "except_dates": ["2026-09-02"],
        "extra_dates": ["2026-09-03"],
        "conditions": [
            {"type": "lunar-days", "days": [15], "mode": "never", "leap_months": False},
            {"type": "tet", "mode": "only", "from_chap": 23, "through_gieng": 7},
            {"type": "public-holidays"},
        ],
        "zone": "UTC",
    }
    for pattern, tag in ((Once(), "once"), (Daily(), "daily"), (Weekly((Weekday.MONDAY,)), "weekly")):
        stored = Rule(pattern=pattern, times=(time(5),), start_date=START).to_json()
        assert msgspec.json.decode(stored)["pattern"]["type"] == tag


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        b"\xff",
        b'{"zone":"\xff"}',
        '{"pattern":{"type":"hourly"},"times":["07:00:00"],"start_date":"2026-01-07"}',
        '{"pattern":{"type":"once"},"times":["25:00:00"],"start_date":"2026-01-07"}',
        '{"pattern":{"type":"once"},"times":["07:00:00"],"start_date":"2026-02-30"}',
        '{"pattern":{"type":"once"},"times":["07:00:00"],"start_date":"2026-01-07","loud":true}',
        '{"pattern":{"type":"weekly","weekdays":[8]},"times":["07:00:00"],"start_date":"2026-01-07"}',
    ],
)
def test_a_text_that_is_no_rule_is_unreadable(text: str | bytes) -> None:
    with pytest.raises(RuleRefused) as refusal:
        Rule.from_json(text)
    assert refusal.value.faults == (RuleFault.UNREADABLE,)


def test_a_stored_rule_with_faults_tells_them() -> None:
    text = '{"pattern":{"type":"once"},"times":["07:00:00+07:00"],"start_date":"2026-01-07","end_date":"2026-01-06"}'
    with pytest.raises(RuleRefused) as refusal:
        Rule.from_json(text)
    assert refusal.value.faults == (RuleFault.TIME_WITH_ZONE, RuleFault.END_BEFORE_START)


def test_every_code_is_lower_case_words_so_that_the_catalogue_can_name_it() -> None:
    assert all(fault.replace("-", "").isalpha() and fault == fault.lower() for fault in RuleFault)
