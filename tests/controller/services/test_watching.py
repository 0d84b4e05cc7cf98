"""States, and the watch over them: what is wrong is seen in time, and goes when it is mended."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from controller.domain.freshness import Staleness
from controller.services import alarms, home, receipts, states, unit_list, watching
from controller.services.faults import FaultCode, Invalid
from controller.services.planning import Now
from controller.services.views import AlarmKind, Health
from protocol.envelope import Refused
from protocol.messages import Coming
from protocol.names import ClipHash, ClockTrust, Reason, Refusal, Stage
from tests.fakes.desk import OFFICER, Office


def report(office: Office, unit: str = "cum-a", **more: object):
    return states.accept_state(office.desk, unit, office.state(unit, **more))


def watch(office: Office) -> bool:
    return watching.watch(office.desk, office.clock.now)


def open_kinds(office: Office) -> list[tuple[str, str | None]]:
    return [(alarm.kind, alarm.unit) for alarm in alarms.alarms(office.desk) if alarm.cleared_at is None]


def card(office: Office, unit: str = "cum-a"):
    return unit_list.unit(office.desk, unit)


def test_a_unit_that_reports_is_shown_as_it_says(office):
    assert card(office).health is Health.NEVER
    report(office, volume=80, temperature_c=51.5, missing_clips=0)
    found = card(office)
    assert (found.health, found.last_seen, found.temperature_c) == (Health.OK, office.clock.now, 51.5)
    assert found.villages == ("Khau-Bang", "Na-Pai")
    assert unit_list.unit(office.desk, "cum-x") is None


@pytest.mark.parametrize(
    "trouble",
    [{"sound_ok": False}, {"clock": ClockTrust.UNKNOWN}, {"missing_clips": 2}, {"undervoltage": True}],
)
def test_a_unit_in_trouble_warns(office, trouble):
    report(office, **trouble)
    assert card(office).health is Health.WARN


def test_a_clip_that_is_merely_on_its_way_is_no_trouble_and_one_that_is_kept_back_is(office):
    coming = Coming(clip=ClipHash("ab" * 32), size=1000, fetched=10)
    report(office, missing_clips=1, coming=(coming,))
    assert card(office).health is Health.OK
    report(office, missing_clips=1, coming=(replace(coming, reason=Reason.DISK_FULL),))
    assert card(office).health is Health.WARN


def test_a_silent_unit_is_an_alarm_within_100_seconds_and_none_before_75(office):
    report(office)
    office.clock.move(seconds=75)
    assert not watch(office)
    office.clock.move(seconds=20)
    assert watch(office)
    assert open_kinds(office) == [(AlarmKind.UNIT_LOST, "cum-a")]
    assert card(office).health is Health.LOST
    assert not watch(office)


def test_a_unit_that_returns_clears_its_alarm(office):
    report(office)
    office.clock.move(seconds=95)
    watch(office)
    report(office)
    assert watch(office)
    assert open_kinds(office) == []


def test_the_brokers_word_that_it_is_gone_counts_at_once_and_its_word_that_it_is_there_does_not(office):
    report(office)
    assert states.accept_availability(office.desk, "cum-a", b"offline")
    assert not states.accept_availability(office.desk, "cum-a", b"offline")
    watch(office)
    assert open_kinds(office) == [(AlarmKind.UNIT_LOST, "cum-a")]
    states.accept_availability(office.desk, "cum-a", b"online")
    watch(office)
    assert card(office).health is Health.LOST
    report(office)
    watch(office)
    assert open_kinds(office) == []
    assert "watch" in office.kicks


def test_a_unit_that_was_never_heard_raises_no_alarm(office):
    assert not states.accept_availability(office.desk, "cum-a", b"offline")
    office.clock.move(days=1)
    watch(office)
    assert open_kinds(office) == []


def test_a_controller_that_was_away_loses_nobody_for_its_own_absence(office):
    from dataclasses import replace

    report(office)
    office.clock.move(hours=8)
    office.desk = replace(office.desk, started_at=office.clock.now)
    watch(office)
    assert open_kinds(office) == []
    office.clock.move(seconds=80)
    watch(office)
    assert open_kinds(office) == [(AlarmKind.UNIT_LOST, "cum-a")]


def test_an_absent_broker_is_one_alarm_and_not_one_for_each_unit(office):
    report(office)
    report(office, "cum-b")
    office.doorbell.since = None
    office.clock.move(seconds=90)
    watch(office)
    assert open_kinds(office) == [(AlarmKind.BROKER_ABSENT, None)]
    assert not home.home(office.desk).connected
    office.doorbell.since = office.clock.move(seconds=1)
    watch(office)
    assert open_kinds(office) == []


def test_a_failed_amplifier_is_an_alarm_until_it_works(office):
    report(office, sound_ok=False)
    watch(office)
    assert open_kinds(office) == [(AlarmKind.SOUND_FAILED, "cum-a")]
    report(office, sound_ok=True)
    watch(office)
    assert open_kinds(office) == []


def test_a_broadcast_without_receipts_is_unknown_after_its_end_and_the_grace(office):
    broadcast = office.broadcast(Now())
    office.clock.move(seconds=89)
    assert not watch(office)
    office.clock.move(seconds=2)
    assert watch(office)
    (alarm,) = alarms.alarms(office.desk)
    assert (alarm.kind, alarm.unit, alarm.broadcast) == (AlarmKind.BROADCAST_UNCONFIRMED, "cum-a", broadcast)
    late = office.receipt(1, Stage.FINISHED, broadcast, played_ms=30_000, of_ms=30_000)
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", late))
    assert open_kinds(office) == []


@pytest.mark.parametrize(("stage", "reason"), [(Stage.SKIPPED, "late"), (Stage.FAILED, "sound-failed")])
def test_a_missed_broadcast_is_an_alarm_with_its_reason_that_a_person_puts_away(office, stage, reason):
    broadcast = office.broadcast(Now())
    said = office.receipt(1, stage, broadcast, reason=reason)
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", said))
    watch(office)
    (alarm,) = alarms.alarms(office.desk)
    assert (alarm.kind, alarm.detail, alarm.title) == (
        AlarmKind.BROADCAST_MISSED,
        reason,
        "Kính thưa bà con, mời bà con đi họp.",
    )
    alarms.dismiss(office.desk, OFFICER, alarm=alarm.id)
    assert not watch(office)
    assert open_kinds(office) == []


def test_a_broadcast_that_was_cancelled_at_the_unit_is_no_alarm(office):
    broadcast = office.broadcast(Now())
    said = office.receipt(1, Stage.SKIPPED, broadcast, reason="cancelled")
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", said))
    office.clock.move(minutes=5)
    watch(office)
    assert open_kinds(office) == []


def test_an_alarm_whose_cause_stands_cannot_be_put_away(office):
    report(office, sound_ok=False)
    watch(office)
    for alarm, code in ((alarms.alarms(office.desk)[0].id, FaultCode.ALARM_STANDING), ("x", FaultCode.ALARM_UNKNOWN)):
        with pytest.raises(Invalid) as error:
            alarms.dismiss(office.desk, OFFICER, alarm=alarm)
        assert error.value.faults[0].code == code


def test_the_retained_copy_of_a_state_is_not_news(office):
    data = office.state("cum-a")
    assert states.accept_state(office.desk, "cum-a", data) is None
    office.clock.move(minutes=5)
    assert states.accept_state(office.desk, "cum-a", data) is Staleness.REPEATED
    watch(office)
    assert open_kinds(office) == [(AlarmKind.UNIT_LOST, "cum-a")]


def test_an_older_state_an_earlier_boot_and_another_time_are_not_news(office):
    first, second = office.state("cum-a"), office.state("cum-a")
    states.accept_state(office.desk, "cum-a", second)
    assert states.accept_state(office.desk, "cum-a", first) is Staleness.OLDER
    report(office, boot="boot-2")
    assert states.accept_state(office.desk, "cum-a", office.state("cum-a", boot="boot-1")) is Staleness.OLDER
    assert report(office, boot="boot-3", at=office.clock.now - timedelta(minutes=11)) is Staleness.OTHER_TIME


def test_a_unit_without_network_time_is_heard_all_the_same(office):
    assert report(office, at=office.clock.now - timedelta(days=900), clock=ClockTrust.UNKNOWN) is None
    assert card(office).health is Health.WARN


def test_a_state_by_another_units_key_is_refused(office):
    with pytest.raises(Refused) as error:
        states.accept_state(office.desk, "cum-a", office.state("cum-b"))
    assert error.value.reason is Refusal.UNKNOWN_KEY


def test_what_units_play_is_on_air_and_a_lost_unit_is_not_said_to_play(office):
    broadcast = office.broadcast(Now(), villages=("na-pai",))
    started = office.receipt(1, Stage.STARTED, broadcast)
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", started))
    report(office, playing=broadcast, relay=True)
    report(office, "cum-b", playing=broadcast, relay=True)
    (on_air,) = home.home(office.desk).on_air
    assert (on_air.broadcast, on_air.units, on_air.since) == (broadcast, ("CUM-A", "CUM-B"), office.clock.now)
    assert card(office).playing == "Kính thưa bà con, mời bà con đi họp."
    office.clock.move(seconds=90)
    assert home.home(office.desk).on_air == ()
    assert card(office).playing is None


def test_a_unit_that_plays_what_the_desk_does_not_know_is_shown_with_its_id(office):
    report(office, playing="from-elsewhere", relay=True)
    assert card(office).playing == "from-elsewhere"
    assert home.home(office.desk).on_air == ()
