"""What is about to go wrong is an alarm while there is time, one for each broadcast, and goes when it is mended."""

from datetime import datetime, timedelta

import pytest

from controller.services import alarms, cancelling, home, planning, programmes, receipts, states, watching
from controller.services.forewarning import PATIENCE
from controller.services.planning import At, Now
from controller.services.views import AlarmKind, AlarmView, Health
from protocol.names import ClockTrust, DiskHealth, Stage, UnitId
from tests.fakes.desk import OFFICER, Office

EVENING = At(datetime(2026, 3, 2, 17, 0))  # noqa: DTZ001 - the officer's wall time
BOTH = ("khau-bang", "na-pai")


def report(office: Office, *units: str, **more: object) -> None:
    sent = {unit for unit, _ in office.doorbell.programmes}
    for unit in units or ("cum-a", "cum-b"):
        held = office.doorbell.last_programme(unit).version if unit in sent else None
        states.accept_state(office.desk, UnitId(unit), office.state(unit, **{"programme": held, **more}))


def open_alarms(office: Office) -> list[AlarmView]:
    watching.watch(office.desk, office.clock.now)
    return [alarm for alarm in alarms.alarms(office.desk) if alarm.cleared_at is None]


def kinds(office: Office) -> list[AlarmKind]:
    return [alarm.kind for alarm in open_alarms(office)]


def an_hour_before(office: Office) -> str:
    broadcast = office.broadcast(EVENING, villages=BOTH)
    programmes.roll(office.desk, office.clock.now)
    office.clock.move(hours=3, minutes=59)
    report(office)
    return broadcast


def store(office: Office, unit: str, broadcast: str) -> None:
    stored = office.receipt(1, Stage.STORED, broadcast)
    receipts.accept_receipts(office.desk, UnitId(unit), office.receipts(unit, stored))


def test_an_hour_before_its_start_a_broadcast_that_is_not_ready_is_one_alarm_that_names_the_units(office):
    broadcast = an_hour_before(office)
    assert open_alarms(office) == []
    office.clock.move(minutes=2)
    report(office)
    (alarm,) = open_alarms(office)
    assert (alarm.kind, alarm.broadcast, alarm.unit) == (AlarmKind.NOT_READY_SOON, broadcast, None)
    assert (alarm.places, alarm.more, alarm.start) == (("CUM-A", "CUM-B"), 0, office.clock.now + timedelta(minutes=59))
    store(office, "cum-a", broadcast)
    (alarm,) = open_alarms(office)
    assert alarm.places == ("CUM-B",)
    store(office, "cum-b", broadcast)
    assert open_alarms(office) == []


def test_a_silent_unit_that_holds_it_is_no_alarm(office):
    broadcast = an_hour_before(office)
    for unit in ("cum-a", "cum-b"):
        store(office, unit, broadcast)
    office.clock.move(minutes=30)
    assert AlarmKind.NOT_READY_SOON not in kinds(office)


@pytest.mark.parametrize("end", ["cancelled", "begun"])
def test_the_alarm_goes_when_the_broadcast_is_cancelled_or_its_time_has_come(office, end):
    broadcast = an_hour_before(office)
    office.clock.move(minutes=2)
    report(office)
    assert kinds(office) == [AlarmKind.NOT_READY_SOON]
    if end == "cancelled":
        cancelling.cancel_broadcast(office.desk, OFFICER, broadcast=broadcast)
    else:
        office.clock.move(minutes=59)
        report(office)
    assert AlarmKind.NOT_READY_SOON not in kinds(office)


def test_what_was_planned_just_now_has_time_to_reach_the_units(office):
    report(office, programme=None)
    soon = At((office.desk.local(office.clock.now) + timedelta(minutes=10)).replace(tzinfo=None))
    office.broadcast(soon)
    office.broadcast(Now())
    programmes.roll(office.desk, office.clock.now)
    office.clock.now += PATIENCE - timedelta(seconds=1)
    report(office)
    assert AlarmKind.NOT_READY_SOON not in kinds(office)
    office.clock.move(seconds=1)
    assert AlarmKind.NOT_READY_SOON in kinds(office)


def test_many_units_are_counted_after_the_first(office):
    from controller.services.enrolment import NewUnit, enrol_unit
    from protocol.keys import SigningKey, encode_bytes

    for number in range(5):
        key = SigningKey.generate()
        new = NewUnit(id=f"d-{number}", name=f"D{number}", public_key=encode_bytes(key.public), villages=["na-pai"])
        enrol_unit(office.desk, office.accounts, new)
    an_hour_before(office)
    office.clock.move(minutes=2)
    report(office)
    (alarm,) = open_alarms(office)
    assert (alarm.places, alarm.more) == (("CUM-A", "CUM-B", "D0"), 4)


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        ({"disk": DiskHealth.FULL}, AlarmKind.DISK_FAILED),
        ({"disk": DiskHealth.READ_ONLY}, AlarmKind.DISK_FAILED),
        ({"clock": ClockTrust.UNKNOWN}, AlarmKind.CLOCK_UNTRUSTED),
        ({"clock_dispute_s": -7200.0}, AlarmKind.CLOCK_DISPUTED),
        ({"undervoltage": True}, AlarmKind.UNDERVOLTAGE),
        ({"sound_ok": False}, AlarmKind.SOUND_FAILED),
    ],
)
def test_trouble_of_a_unit_is_an_alarm_at_the_next_look_and_goes_with_its_cause(office, trouble, kind):
    """P-fault: a unit reports a change at once, and the watch looks every 5 seconds."""
    report(office, "cum-a", **trouble)
    (alarm,) = open_alarms(office)
    assert (alarm.kind, alarm.unit, alarm.standing) == (kind, "cum-a", True)
    assert home.home(office.desk).units[0].health is Health.WARN
    report(office, "cum-a")
    assert open_alarms(office) == []


def test_a_changed_detail_is_told_in_the_same_alarm(office):
    report(office, "cum-a", disk=DiskHealth.FULL)
    assert [alarm.detail for alarm in open_alarms(office)] == ["full"]
    report(office, "cum-a", disk=DiskHealth.READ_ONLY)
    assert [alarm.detail for alarm in open_alarms(office)] == ["read-only"]
    assert len(alarms.alarms(office.desk)) == 1


def test_a_weak_supply_comes_after_what_makes_a_village_silent(office):
    report(office, "cum-a", sound_ok=False)
    watching.watch(office.desk, office.clock.now)
    office.clock.move(seconds=5)
    report(office, "cum-b", undervoltage=True)
    watching.watch(office.desk, office.clock.now)
    assert [alarm.kind for alarm in home.home(office.desk).alarms] == [AlarmKind.SOUND_FAILED, AlarmKind.UNDERVOLTAGE]


def test_the_plan_of_a_silent_unit_that_comes_to_its_end_is_said_before_and_after(office):
    programmes.roll(office.desk, office.clock.now)
    report(office, "cum-a")
    office.clock.move(days=11)
    assert kinds(office) == [AlarmKind.UNIT_LOST]
    office.clock.move(days=2)
    told = {alarm.kind: alarm.detail for alarm in open_alarms(office)}
    assert told[AlarmKind.PLAN_ENDING] == "soon"
    office.clock.move(days=3)
    told = {alarm.kind: alarm.detail for alarm in open_alarms(office)}
    assert told[AlarmKind.PLAN_ENDING] == "ended"
    report(office, "cum-a")
    assert kinds(office) == []


def test_the_end_of_the_programme_that_a_unit_holds_is_known_and_not_that_of_a_newer_one(office):
    programmes.roll(office.desk, office.clock.now)
    report(office, "cum-a")
    office.clock.move(days=13)
    assert programmes.roll(office.desk, office.clock.now) == ("cum-a", "cum-b")
    assert AlarmKind.PLAN_ENDING in kinds(office)


def test_a_plan_that_no_unit_can_sound_any_more_is_warned_of(office):
    """The commune's hours were narrowed after it was planned."""
    from controller.services import delegations
    from protocol.messages import Caps

    broadcast = an_hour_before(office)
    for unit in ("cum-a", "cum-b"):
        store(office, unit, broadcast)
    office.clock.move(minutes=2)
    report(office)
    assert open_alarms(office) == []
    delegations.delegate(office.desk, office.root, delegations.Change(caps=Caps(hours=((300, 720),))))
    report(office)
    assert kinds(office) == [AlarmKind.NOT_READY_SOON]
    assert planning.foreseen(office.desk, planning.NewPlan(bulletin="", villages=BOTH, when=EVENING)) != ()
