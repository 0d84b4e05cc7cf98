"""Every unit's programme: complete, signed once for each change, and sent until it is held."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import delete, func, select

from controller.domain.readiness import Hindrance
from controller.records.plans import BroadcastRow, ProgrammeRow, TargetRow
from controller.services import cancelling, delegations, enrolment, programmes, results, states, unit_settings
from controller.services.planning import At, Now, Repeating
from protocol.envelope import open_down
from protocol.keys import Keyring, VerifyKey
from protocol.messages import Downloads, Programme
from protocol.names import Role
from schedules.patterns import Daily
from schedules.recurrence import Rule
from schedules.vocabulary import BroadcastClass
from tests.fakes.desk import COMMUNE, NOON, OFFICER, Office

EVENING = datetime(2026, 3, 2, 17, 0)  # noqa: DTZ001 - the officer's wall time
DAILY = Repeating(Rule(pattern=Daily(), times=(time(5, 30), time(17, 0)), start_date=date(2026, 3, 2)))


def roll(office: Office) -> tuple[str, ...]:
    return programmes.roll(office.desk, office.clock.now)


def test_a_programme_is_verified_by_a_unit_and_lists_what_is_planned_for_it(office):
    broadcast = office.broadcast(At(EVENING))
    assert roll(office) == ("cum-a", "cum-b")
    (data,) = [data for unit, data in office.doorbell.programmes if unit == "cum-a"]
    keys = Keyring([VerifyKey(Role.SCHEDULE, office.desk.schedule_key.public)])
    programme, _ = open_down(data, Programme, keys, COMMUNE, "cum-a")
    (planned,) = programme.broadcasts
    assert (planned.id, planned.start) == (broadcast, NOON + timedelta(hours=5))
    assert planned.duration_ms == 30_000
    assert programme.until >= NOON + timedelta(days=14)
    assert programme.volume == 80
    assert office.doorbell.last_programme("cum-b").broadcasts == ()


def test_nothing_new_is_signed_when_nothing_changed(office):
    office.plan(At(EVENING))
    roll(office)
    for _ in range(3):
        office.clock.move(minutes=10)
        assert roll(office) == ()
    assert office.doorbell.last_programme("cum-a").version == 1


def test_a_sitting_that_passed_does_not_change_the_programme_but_a_new_day_does(office):
    office.plan(At(EVENING))
    roll(office)
    office.clock.move(hours=7)
    assert roll(office) == ()
    office.clock.move(hours=13)
    assert roll(office) == ("cum-a", "cum-b")
    assert office.doorbell.last_programme("cum-a").broadcasts == ()


def test_each_change_makes_the_next_version(office):
    roll(office)
    office.plan(At(EVENING))
    assert roll(office) == ("cum-a",)
    enrolment.set_volume(office.desk, unit="cum-a", volume=55)
    assert roll(office) == ("cum-a",)
    programme = office.doorbell.last_programme("cum-a")
    assert (programme.version, programme.volume) == (3, 55)


def test_a_schedule_is_rolled_forward_fourteen_days_and_each_occurrence_once(office):
    office.plan(DAILY, villages=("na-pai",))
    for _ in range(3):
        roll(office)
    assert len(office.doorbell.last_programme("cum-b").broadcasts) == 30
    office.clock.move(days=1)
    roll(office)
    with office.desk.reading() as session:
        starts = session.scalars(select(BroadcastRow.start)).all()
    assert len(starts) == len(set(starts)) == 32


def test_after_a_long_absence_what_is_still_due_is_made_and_what_is_late_is_not(office):
    office.plan(DAILY)
    office.clock.now = datetime.fromisoformat("2026-05-01T10:05:00+00:00")
    roll(office)
    with office.desk.reading() as session:
        first = session.scalar(select(func.min(BroadcastRow.start)))
    assert first.isoformat() == "2026-05-01T10:00:00+00:00"


def test_a_voice_in_the_making_and_an_emergency_stand_in_no_programme(office):
    from controller.services import composing

    silent = composing.create_bulletin(office.desk, OFFICER, composing.NewBulletin(text="chưa có tiếng"))
    office.plan(At(EVENING), bulletin=silent)
    ready = silent_free(office)
    office.plan(At(EVENING), bulletin=ready, class_=BroadcastClass.EMERGENCY)
    roll(office)
    listed = office.doorbell.last_programme("cum-a").broadcasts
    assert [one.class_ for one in listed if one.class_ is BroadcastClass.EMERGENCY] == []


def silent_free(office: Office) -> str:
    """A bulletin whose voice is ready, made after one that has none."""
    from controller.services import composing, rendering

    made = composing.create_bulletin(office.desk, OFFICER, composing.NewBulletin(text="khẩn"))
    while rendering.render_next(office.desk):
        pass
    return made


def test_a_cancelled_broadcast_is_taken_out_and_named(office):
    broadcast = office.broadcast(At(EVENING))
    roll(office)
    cancelling.cancel_broadcast(office.desk, OFFICER, broadcast=broadcast)
    roll(office)
    programme = office.doorbell.last_programme("cum-a")
    assert (programme.broadcasts, programme.cancelled) == ((), (broadcast,))


def test_an_ended_schedule_leaves_the_programme_and_far_occurrences_are_not_named(office):
    schedule = office.plan(DAILY).schedule
    roll(office)
    cancelling.end_schedule(office.desk, OFFICER, schedule=schedule)
    roll(office)
    programme = office.doorbell.last_programme("cum-a")
    assert programme.broadcasts == ()
    assert len(programme.cancelled) == 2


def test_a_version_that_the_unit_does_not_report_is_published_again_every_15_seconds(office):
    roll(office)
    office.doorbell.programmes.clear()
    office.clock.move(seconds=10)
    states.accept_state(office.desk, "cum-a", office.state("cum-a"))
    assert programmes.resend(office.desk, office.clock.now) == ()
    office.clock.move(seconds=6)
    assert programmes.resend(office.desk, office.clock.now) == ("cum-a",)
    office.clock.move(seconds=16)
    assert programmes.resend(office.desk, office.clock.now) == ()
    states.accept_state(office.desk, "cum-a", office.state("cum-a"))
    assert programmes.resend(office.desk, office.clock.now) == ("cum-a",)
    states.accept_state(office.desk, "cum-a", office.state("cum-a", programme=1))
    office.clock.move(seconds=16)
    assert programmes.resend(office.desk, office.clock.now) == ()


def test_after_a_reconnection_every_programme_is_published_again(office):
    roll(office)
    office.doorbell.programmes.clear()
    assert programmes.publish_all(office.desk, office.clock.now) == ("cum-a", "cum-b")
    assert len(office.doorbell.programmes) == 2


@pytest.mark.parametrize("version", [41, 2**53 - 1])
def test_nothing_is_signed_for_a_unit_that_holds_a_higher_version(office, version):
    """The database was restored from an older copy, or the unit lies: a person decides, the unit keeps its plan."""
    roll(office)
    states.accept_state(office.desk, "cum-a", office.state("cum-a", programme=version))
    office.plan(At(EVENING), villages=("na-pai",))
    assert roll(office) == ("cum-b",)


def test_nothing_new_is_signed_for_a_known_unit_before_it_was_heard_by_this_process(office):
    """It may hold what a restored database does not know."""
    roll(office)
    states.accept_state(office.desk, "cum-a", office.state("cum-a", programme=1))
    office.desk = replace(office.desk, started_at=office.clock.move(minutes=1))
    office.plan(At(EVENING), villages=("na-pai",))
    assert roll(office) == ("cum-b",)
    office.kicks.clear()
    states.accept_state(office.desk, "cum-a", office.state("cum-a", programme=1))
    assert "roll" in office.kicks
    assert roll(office) == ("cum-a",)


def test_what_a_unit_reports_of_another_epoch_is_not_held(office):
    broadcast = office.broadcast(At(EVENING))
    roll(office)
    states.accept_state(office.desk, "cum-a", office.state("cum-a", programme=1))
    delegations.delegate(office.desk, office.root, delegations.Change(new_epoch=True))
    assert roll(office) == ("cum-a", "cum-b")
    programme = office.doorbell.last_programme("cum-a")
    assert (programme.epoch, programme.version) == (2, 2)
    states.accept_state(office.desk, "cum-a", office.state("cum-a", programme=2, epoch=1, delegation=1))
    assert results.broadcast(office.desk, broadcast).targets[0].readiness.first is Hindrance.DELEGATION_NOT_HELD
    with office.desk.reading() as session:
        assert session.get(ProgrammeRow, (COMMUNE, "cum-a")).held_version is None


def test_hours_and_data_of_a_unit_stand_in_its_programme_and_must_be_understood(office):
    unit_settings.set_hours(office.desk, unit="cum-a", hours=((390, 690),))
    unit_settings.set_downloads(office.desk, unit="cum-a", hours=((60, 240),), month_mb=500)
    roll(office)
    programme = office.doorbell.last_programme("cum-a")
    assert (programme.hours, programme.must) == (((390, 690),), ("hours",))
    assert programme.downloads == Downloads(hours=((60, 240),), month_bytes=500_000_000)
    other = office.doorbell.last_programme("cum-b")
    assert (other.hours, other.must, other.downloads) == (None, (), Downloads())


def test_a_revoked_unit_is_signed_nothing(office):
    roll(office)
    enrolment.revoke_unit(office.desk, office.accounts, unit="cum-a")
    enrolment.set_volume(office.desk, unit="cum-a", volume=5)
    assert roll(office) == ()


def test_the_version_in_which_a_broadcast_first_stood_is_kept(office):
    roll(office)
    broadcast = office.broadcast(At(EVENING))
    roll(office)
    enrolment.set_volume(office.desk, unit="cum-a", volume=50)
    roll(office)
    with office.desk.reading() as session:
        assert session.get(TargetRow, (COMMUNE, broadcast, "cum-a")).programme_version == 2


def test_a_lost_programme_row_is_made_again(office):
    roll(office)
    with office.desk.writing() as session:
        session.execute(delete(ProgrammeRow))
    assert roll(office) == ("cum-a", "cum-b")


@pytest.mark.parametrize("when", [Now(), At(EVENING)])
def test_programmes_made_offline_are_in_the_database_for_later(office, when):
    office.doorbell.since = None
    office.plan(when)
    roll(office)
    assert office.doorbell.programmes == []
    office.doorbell.since = office.clock.now
    programmes.publish_all(office.desk, office.clock.now)
    assert len(office.doorbell.last_programme("cum-a").broadcasts) == 1
