"""When and where: what is refused, what the officer sees before sending, and what it becomes."""

import threading
from datetime import date, datetime, time, timedelta

import pytest

from controller.services import composing, planning, rendering, results
from controller.services.faults import FaultCode, Invalid
from controller.services.planning import At, NewPlan, Now, Repeating
from controller.services.views import Health
from schedules.patterns import Daily, Once
from schedules.recurrence import Rule
from schedules.timeline import Outcome
from schedules.vocabulary import BroadcastClass, Status
from tests.fakes.desk import NOON, OFFICER, Office

EVENING = datetime(2026, 3, 2, 17, 0)  # noqa: DTZ001 - the officer's wall time
DAILY = Rule(pattern=Daily(), times=(time(5, 30), time(17, 0)), start_date=date(2026, 3, 2))


def new(office: Office, **more: object) -> NewPlan:
    fields = {"bulletin": "", "villages": ("khau-bang",), "when": At(EVENING), **more}
    return NewPlan(**{**fields, "bulletin": fields["bulletin"] or office.bulletin()})


def codes(faults) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in faults]


BAD = {
    "no village": ({"villages": ()}, "villages", FaultCode.NO_VILLAGE),
    "unknown village": ({"villages": ("khau-bang", "ha-noi")}, "villages", FaultCode.VILLAGE_UNKNOWN),
    "no unit": ({"villages": ("coc-thoc",)}, "villages", FaultCode.NO_UNIT),
    "past": ({"when": At(datetime(2026, 3, 2, 11, 59))}, "when", FaultCode.TIME_PAST),  # noqa: DTZ001
    "far": ({"when": At(datetime(2028, 3, 2, 11, 59))}, "when", FaultCode.TIME_TOO_FAR),  # noqa: DTZ001
    "unknown bulletin": ({"bulletin": "bulletin-x"}, "bulletin", FaultCode.BULLETIN_UNKNOWN),
    "other status": ({"status": Status.TEST}, "status", FaultCode.STATUS_DIFFERS),
    "never": (
        {"when": Repeating(Rule(pattern=Once(), times=(time(5),), start_date=date(2026, 3, 1)))},
        "when",
        FaultCode.NEVER_SOUNDS,
    ),
    "repeating emergency": (
        {"when": Repeating(DAILY), "class_": BroadcastClass.EMERGENCY},
        "class",
        FaultCode.EMERGENCY_REPEATS,
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_plan_is_refused_by_check_and_plan_alike(office, case):
    form, field, code = BAD[case]
    plan = new(office, **form)
    assert codes(planning.check(office.desk, plan).faults) == [(field, code)]
    with pytest.raises(Invalid) as error:
        planning.plan(office.desk, OFFICER, plan)
    assert codes(error.value.faults) == [(field, code)]
    assert results.sittings(office.desk, since=NOON - timedelta(days=9), until=NOON + timedelta(days=999)) == ()
    assert results.schedules(office.desk) == ()


def test_a_bulletin_without_voice_is_refused_with_the_reason(office):
    office.studio.refuse = "crashed"
    bulletin = office.bulletin()
    (fault,) = planning.check(office.desk, new(office, bulletin=bulletin)).faults
    assert (fault.code, dict(fault.values)) == (FaultCode.VOICE_FAILED, {"error": "crashed"})


def test_every_fault_is_told_at_once(office):
    plan = new(office, villages=(), when=At(datetime(2020, 1, 1)), bulletin="x")  # noqa: DTZ001
    assert len(planning.check(office.desk, plan).faults) == 3


def test_a_wall_time_is_the_communes(office):
    broadcast = planning.plan(office.desk, OFFICER, new(office)).broadcast
    view = results.broadcast(office.desk, broadcast)
    assert view.start == NOON + timedelta(hours=5)
    assert view.not_after == view.start + timedelta(minutes=10)
    assert view.state == "planned"
    assert [target.unit for target in view.targets] == ["cum-a"]
    assert view.villages == ("Khau-Bang",)
    assert view.author == OFFICER.id


def test_the_check_shows_who_hears_it_and_who_does_not(office):
    check = planning.check(office.desk, new(office, villages=("na-pai", "coc-thoc")))
    assert [unit.id for unit in check.units] == ["cum-a", "cum-b"]
    assert {unit.health for unit in check.units} == {Health.NEVER}
    assert check.villages_without_unit == ("Coc-Thoc",)
    assert check.occurrences == (NOON + timedelta(hours=5),)
    assert check.duration_ms == 30_000
    assert check.faults == ()


def test_the_check_shows_a_collision_and_who_yields(office):
    office.plan(At(EVENING), bulletin=office.bulletin("lịch cũ"))
    check = planning.check(office.desk, new(office, class_=BroadcastClass.PRIORITY))
    (found,) = check.collisions
    assert (found.yields_title, found.own_prevails) == ("lịch cũ", True)
    assert found.units == ("CUM-A",)
    assert found.conflict.outcome in set(Outcome)


def test_sittings_apart_or_elsewhere_do_not_collide(office):
    office.plan(At(EVENING), villages=("na-pai",))
    assert planning.check(office.desk, new(office, when=At(EVENING + timedelta(minutes=1)))).collisions == ()
    office.plan(At(EVENING + timedelta(hours=1)), villages=("khau-bang",))
    assert len(planning.check(office.desk, new(office)).collisions) == 1


def test_now_with_a_ready_voice_is_ordered_at_once(office):
    broadcast = planning.plan(office.desk, OFFICER, new(office, when=Now())).broadcast
    order = office.doorbell.last_order()
    assert order.act.broadcast.id == broadcast
    assert order.targets == ("cum-a",)
    assert office.kicks[-1] == "roll"


def test_a_voice_in_the_making_is_estimated_from_its_text(office):
    bulletin = composing.create_bulletin(office.desk, OFFICER, composing.NewBulletin(text="Kính thưa bà con. " * 100))
    check = planning.check(office.desk, new(office, bulletin=bulletin))
    assert check.duration_ms is None
    assert check.faults == ()
    planning.plan(office.desk, OFFICER, new(office, bulletin=bulletin))
    assert rendering.render_next(office.desk)
    planning.plan(office.desk, OFFICER, new(office, bulletin=bulletin, when=At(EVENING + timedelta(hours=1))))


def test_a_recording_in_the_making_has_an_assumed_length(office):
    import io

    token = composing.keep_upload(office.desk, io.BytesIO(b"OggS"), name="a").token
    bulletin = composing.create_bulletin(office.desk, OFFICER, composing.NewBulletin(upload=token, title="Họp"))
    office.plan(At(EVENING), bulletin=bulletin)
    later = new(office, bulletin=bulletin, when=At(EVENING + timedelta(minutes=2)))
    assert len(planning.check(office.desk, later).collisions) == 1


def test_a_schedule_is_kept_with_its_rule(office):
    planned = planning.plan(office.desk, OFFICER, new(office, when=Repeating(DAILY)))
    (schedule,) = results.schedules(office.desk)
    assert (schedule.id, schedule.rule) == (planned.schedule, DAILY)
    assert schedule.upcoming[0] == NOON + timedelta(hours=5)
    assert len(planning.check(office.desk, new(office, when=Repeating(DAILY))).occurrences) == 10


def test_a_rule_that_begins_far_ahead_is_taken(office):
    rule = Rule(pattern=Once(), times=(time(5),), start_date=date(2027, 12, 1))
    assert planning.check(office.desk, new(office, when=Repeating(rule))).faults == ()


@pytest.mark.parametrize("when", [Now(), At(EVENING), Repeating(DAILY)])
def test_the_same_press_plans_once(office, when):
    plan = new(office, when=when, press="press-0001")
    first = planning.plan(office.desk, OFFICER, plan)
    office.clock.move(hours=9)
    assert planning.plan(office.desk, OFFICER, plan) == first


def test_presses_at_the_same_moment_plan_once(office):
    plan, made = new(office, press="press-0001"), []
    threads = [
        threading.Thread(target=lambda: made.append(planning.plan(office.desk, OFFICER, plan))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 6
    assert len(set(made)) == 1
    assert len(results.sittings(office.desk, since=NOON, until=NOON + timedelta(days=1))) == 1
