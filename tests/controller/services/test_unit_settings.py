"""Hours and data of a unit: narrowed by the officer, never widened, and known before a plan is saved."""

from datetime import date, datetime, time

import pytest

from controller.services import delegations, planning, unit_list, unit_settings
from controller.services.faults import FaultCode, Invalid
from controller.services.planning import At, Now, Repeating
from protocol.messages import Caps
from schedules.patterns import Daily
from schedules.recurrence import Rule
from schedules.vocabulary import BroadcastClass, Status
from tests.fakes.desk import OFFICER, Office


def at(hour: int, minute: int = 0) -> At:
    return At(datetime(2026, 3, 3, hour, minute))  # noqa: DTZ001 - the officer's wall time


def daily(*hours: int) -> Repeating:
    return Repeating(Rule(pattern=Daily(), times=tuple(time(hour) for hour in hours), start_date=date(2026, 3, 3)))


def check(office: Office, when: planning.When, **more: object):
    fields = {"bulletin": office.bulletin(), "villages": ("na-pai",), "when": when, **more}
    return planning.check(office.desk, planning.NewPlan(**fields))


def codes(found) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in found.faults]


def test_hours_are_kept_joined_and_cut_at_midnight(office):
    unit_settings.set_hours(office.desk, unit="cum-a", hours=((1200, 1320), (390, 690), (600, 720)))
    card = unit_list.unit(office.desk, "cum-a")
    assert card.own_hours == ((390, 720), (1200, 1320))
    assert unit_list.unit(office.desk, "cum-b").own_hours is None
    unit_settings.set_downloads(office.desk, unit="cum-a", hours=((1380, 240),), month_mb=None)
    assert unit_list.unit(office.desk, "cum-a").downloads.hours == ((0, 240), (1380, 1440))
    unit_settings.set_hours(office.desk, unit="cum-a", hours=None)
    unit_settings.set_downloads(office.desk, unit="cum-a", hours=(), month_mb=300)
    card = unit_list.unit(office.desk, "cum-a")
    assert (card.own_hours, card.allowed_hours) == (None, ((300, 1320),))
    assert (card.downloads.hours, card.downloads.month_bytes) == ((), 300_000_000)


@pytest.mark.parametrize(
    ("hours", "code"),
    [
        ((), FaultCode.HOURS_INVALID),
        (((300, 300),), FaultCode.HOURS_INVALID),
        (((0, 1441),), FaultCode.HOURS_INVALID),
        (((-1, 60),), FaultCode.HOURS_INVALID),
        (tuple((300 + 20 * n, 310 + 20 * n) for n in range(13)), FaultCode.HOURS_INVALID),
        (((0, 240),), FaultCode.HOURS_OUTSIDE),
    ],
)
def test_bad_hours_are_refused(office, hours, code):
    with pytest.raises(Invalid) as error:
        unit_settings.set_hours(office.desk, unit="cum-a", hours=hours)
    assert [fault.code for fault in error.value.faults] == [code]
    assert unit_list.unit(office.desk, "cum-a").own_hours is None


@pytest.mark.parametrize("month_mb", [0, -5, 1_000_001])
def test_a_budget_out_of_range_is_refused(office, month_mb):
    with pytest.raises(Invalid) as error:
        unit_settings.set_downloads(office.desk, unit="cum-a", hours=(), month_mb=month_mb)
    assert error.value.faults[0].code is FaultCode.DATA_OUT_OF_RANGE


def test_an_unknown_unit_is_refused(office):
    for act in (
        lambda: unit_settings.set_hours(office.desk, unit="x", hours=None),
        lambda: unit_settings.set_downloads(office.desk, unit="x", hours=(), month_mb=None),
    ):
        with pytest.raises(Invalid) as error:
            act()
        assert error.value.faults[0].code is FaultCode.UNIT_UNKNOWN


@pytest.mark.parametrize("when", [at(3, 15), at(22), daily(5, 23)])
def test_a_plan_that_no_unit_would_sound_is_refused_with_the_allowed_hours(office, when):
    found = check(office, when)
    assert codes(found) == [("when", FaultCode.QUIET_HOURS)]
    assert found.faults[0].values == {"hours": "05:00–22:00"}


def test_a_plan_for_now_at_night_is_refused_before_a_voice_is_made(office):
    office.clock.move(hours=15)
    new = planning.NewPlan(bulletin="", villages=("na-pai",), when=Now())
    assert [fault.code for fault in planning.foreseen(office.desk, new)] == [FaultCode.QUIET_HOURS]
    with pytest.raises(Invalid):
        planning.plan(
            office.desk, OFFICER, planning.NewPlan(bulletin=office.bulletin(), villages=("na-pai",), when=Now())
        )


def test_a_real_emergency_is_bound_by_no_hours_and_an_exercise_is(office):
    office.unlock()
    assert codes(check(office, at(3), class_=BroadcastClass.EMERGENCY)) == []
    exercise = office.bulletin("Diễn tập.", status=Status.EXERCISE)
    found = check(office, at(3), class_=BroadcastClass.EMERGENCY, bulletin=exercise)
    assert codes(found) == [("when", FaultCode.QUIET_HOURS)]


def test_a_unit_with_narrower_hours_is_named_and_the_others_are_planned_for(office):
    unit_settings.set_hours(office.desk, unit="cum-b", hours=((390, 690),))
    found = check(office, daily(7, 17))
    assert codes(found) == []
    (refusing,) = found.refusing
    assert (refusing.name, refusing.hours, office.desk.local(refusing.at).hour) == ("CUM-B", ((390, 690),), 17)
    unit_settings.set_hours(office.desk, unit="cum-a", hours=((390, 720),))
    (fault,) = check(office, at(17)).faults
    assert fault.values == {"hours": "06:30–11:30; 06:30–12:00"}


def test_a_bulletin_longer_than_the_commune_allows_is_refused(office):
    office.studio.duration_ms = 61 * 60_000
    (fault,) = check(office, at(12)).faults
    assert (fault.code, fault.values) == (FaultCode.TOO_LONG, {"minutes": 61, "limit_minutes": 60})


def test_the_communes_hours_are_those_that_its_root_key_signed(office):
    change = delegations.Change(caps=Caps(hours=((360, 1200),), length_s=10))
    delegations.delegate(office.desk, office.root, change)
    assert [code for _, code in codes(check(office, at(5, 30)))] == [FaultCode.TOO_LONG]
    assert unit_list.unit(office.desk, "cum-a").allowed_hours == ((360, 1200),)
