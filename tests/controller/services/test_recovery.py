"""A database restored from an older copy, the whole story: nothing is overwritten before a person has chosen."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select

from controller.domain.outcome import Outcome
from controller.domain.readiness import Hindrance
from controller.domain.rendition import RenditionStatus
from controller.domain.setback import Choice, SetBack
from controller.records.bulletins import ClipRow
from controller.records.plans import BroadcastRow, ReceiptRow
from controller.services import (
    alarms,
    cancelling,
    delegations,
    orders,
    planning,
    programmes,
    receipts,
    recovery,
    results,
    states,
    watching,
)
from controller.services.faults import FaultCode, Invalid
from controller.services.planning import At, Now, Repeating
from controller.services.views import AlarmKind
from protocol.envelope import Refused, open_down, seal
from protocol.keys import Keyring, SigningKey, VerifyKey
from protocol.messages import Programme
from protocol.names import Refusal, Role, Stage, UnitId
from schedules.patterns import Daily
from schedules.recurrence import Rule
from tests.fakes.desk import COMMUNE, NOON, OFFICER, Office, furnish, open_desk

UNITS = ("cum-a", "cum-b")
BOTH = ("khau-bang", "na-pai")


def at(hour: int, day: int = 2) -> At:
    return At(datetime(2026, 3, day, hour, 0))  # noqa: DTZ001 - the officer's wall time


@dataclass
class Story:
    """A desk that was set back: what was planned before and after the copy was made, and what the units hold."""

    folder: Path
    office: Office
    held: dict[str, bytes]
    made: dict[str, str]
    kept_keys: dict[str, SigningKey]

    def report(self, *units: str) -> None:
        """The units say what they hold."""
        for unit in units or UNITS:
            version = programme_of(self.held[unit]).version
            state = self.office.state(unit, boot="boot-2", programme=version, set_back=1)
            states.accept_state(self.office.desk, UnitId(unit), state)

    def send_held(self, *units: str) -> None:
        for unit in units or UNITS:
            assert recovery.accept_held(self.office.desk, UnitId(unit), self.held[unit])

    def roll(self) -> tuple[str, ...]:
        return programmes.roll(self.office.desk, self.office.clock.now)

    def watch(self) -> None:
        watching.watch(self.office.desk, self.office.clock.now)

    def open_alarms(self) -> list[AlarmKind]:
        return [alarm.kind for alarm in alarms.alarms(self.office.desk) if alarm.cleared_at is None]


def programme_of(data: bytes) -> Programme:
    return msgspec.json.decode(data.partition(b"\n")[2], type=Programme)


def copy_database(source: Path, target: Path) -> None:
    with sqlite3.connect(source) as one, sqlite3.connect(target) as two:
        one.backup(two)
    one.close()
    two.close()


@pytest.fixture
def story(tmp_path: Path):
    """Monday: a copy is made. Then much is planned, and heard. On Tuesday the copy is restored."""
    office = open_desk(tmp_path)
    furnish(office)
    made = {"old": office.broadcast(at(17), villages=BOTH), "dropped": office.broadcast(at(18, 3), villages=BOTH)}
    weekly = Rule(pattern=Daily(), times=(time(6, 0),), start_date=date(2026, 3, 5))
    made["ended"] = office.plan(Repeating(weekly), villages=("khau-bang",)).schedule
    roll(office)
    copy_database(tmp_path / "desk.db", tmp_path / "copy.db")

    rule = Rule(pattern=Daily(), times=(time(5, 30),), start_date=date(2026, 3, 4))
    made["schedule"] = office.plan(Repeating(rule), villages=("khau-bang",)).schedule
    made["new"] = office.broadcast(at(19, 3), bulletin=office.bulletin("Tin của riêng hôm ấy."), villages=BOTH)
    made["heard"] = office.broadcast(at(13), villages=("khau-bang",))
    roll(office)
    office.clock.move(hours=1, minutes=5)
    heard = office.receipt(1, Stage.FINISHED, made["heard"], played_ms=30_000, of_ms=30_000)
    receipts.accept_receipts(office.desk, UnitId("cum-a"), office.receipts("cum-a", heard))
    cancelling.cancel_broadcast(office.desk, OFFICER, broadcast=made["dropped"])
    cancelling.end_schedule(office.desk, OFFICER, schedule=made["ended"])
    office.clock.move(hours=20)
    roll(office)
    held = {unit: [data for to, data in office.doorbell.programmes if to == unit][-1] for unit in UNITS}
    office.desk.sessions.kw["bind"].dispose()

    for file in ("desk.db", "desk.db-wal", "desk.db-shm"):
        (tmp_path / file).unlink(missing_ok=True)
    copy_database(tmp_path / "copy.db", tmp_path / "desk.db")
    restored = open_desk(tmp_path, clock=office.clock)
    numbers = count(1)
    restored.desk = replace(restored.desk, new_id=lambda prefix: f"{prefix}-again-{next(numbers)}")
    restored.keys = office.keys
    yield Story(tmp_path, restored, held, made, office.keys)
    restored.desk.sessions.kw["bind"].dispose()


def roll(office: Office) -> None:
    programmes.roll(office.desk, office.clock.now)
    for unit in UNITS:
        version = office.doorbell.last_programme(unit).version
        states.accept_state(office.desk, UnitId(unit), office.state(unit, programme=version))


def test_a_restored_desk_signs_nothing_before_it_has_heard_and_then_nothing_by_itself(story):
    assert story.roll() == ()
    story.report()
    assert story.roll() == ()
    assert [(one.unit, one.cause, one.our_version, one.received) for one in recovery.setbacks(story.office.desk)] == [
        (unit, SetBack.PROGRAMME, 1, False) for unit in UNITS
    ]


def test_it_stands_as_one_alarm_for_all_units_until_it_is_chosen(story):
    story.report()
    story.watch()
    assert story.open_alarms() == [AlarmKind.CONTROLLER_SET_BACK]
    alarm = alarms.alarms(story.office.desk)[0]
    assert (alarm.places, alarm.more, alarm.standing) == (("CUM-A", "CUM-B"), 0, True)
    recovery.choose(story.office.desk, OFFICER, units=[UnitId("cum-a")], choice=Choice.REPLACE)
    story.watch()
    assert alarms.alarms(story.office.desk)[0].places == ("CUM-B",)
    recovery.choose(story.office.desk, OFFICER, units=[UnitId("cum-b")], choice=Choice.REPLACE)
    story.watch()
    assert story.open_alarms() == []


def test_the_older_programme_is_published_until_the_units_have_sent_what_they_hold(story):
    programmes.publish_all(story.office.desk, story.office.clock.now)
    story.office.clock.move(seconds=16)
    story.report()
    assert programmes.resend(story.office.desk, story.office.clock.now) == UNITS
    story.send_held("cum-a")
    story.office.clock.move(seconds=16)
    story.report()
    assert programmes.resend(story.office.desk, story.office.clock.now) == ("cum-b",)
    assert story.office.doorbell.last_programme("cum-b").version == 1


def test_both_sides_of_the_difference_are_shown(story):
    extra = story.office.broadcast(at(20, 3))
    story.report()
    story.send_held()
    first, second = recovery.setbacks(story.office.desk)
    titles = {one.id for one in first.unknown}
    assert story.made["new"] in titles
    assert sum(name.startswith(story.made["schedule"]) for name in titles) == len(titles) - 1 == 15
    assert [one.id for one in first.lacking] == [extra]
    dropped, *ended = [one.id for one in first.cancelled]
    assert dropped == story.made["dropped"]
    assert len(ended) == 13
    assert all(one.startswith(story.made["ended"]) for one in ended)
    assert [one.id for one in second.unknown] == [story.made["new"]]
    assert (first.can_keep, first.can_replace) == (True, True)


def test_kept_the_units_plan_is_carried_on_word_for_word(story):
    extra = story.office.broadcast(at(20, 3))
    story.report()
    story.send_held()
    recovery.choose(story.office.desk, OFFICER, units=UNITS, choice=Choice.KEEP)
    assert set(story.roll()) == set(UNITS)
    before, after = programme_of(story.held["cum-a"]), story.office.doorbell.last_programme("cum-a")
    assert after.version == before.version + 1
    coming = [one for one in before.broadcasts if one.not_after >= story.office.clock.now]
    assert [one for one in after.broadcasts if one.id != extra] == coming
    assert story.made["dropped"] in after.cancelled
    assert results.schedules(story.office.desk) == ()
    shown = results.broadcast(story.office.desk, story.made["new"])
    assert (shown.carried, shown.villages, len(shown.targets)) == (True, ("Khau-Bang", "Na-Pai"), 2)
    assert results.sittings(story.office.desk, since=NOON, until=NOON + timedelta(days=20))[-1].carried
    story.office.clock.move(days=1)
    story.roll()
    assert story.office.doorbell.last_programme("cum-a").broadcasts[-1] == coming[-1]


def test_what_units_did_with_carried_broadcasts_is_seen_whenever_it_was_said(story):
    """The units send again what this database had lost; what was said before the choice counts as what comes after."""
    new, heard = story.made["new"], story.made["heard"]
    early = story.office.receipt(2, Stage.STORED, new)
    again = story.office.receipt(1, Stage.FINISHED, heard, played_ms=30_000, of_ms=30_000)
    receipts.accept_receipts(story.office.desk, UnitId("cum-a"), story.office.receipts("cum-a", again, early))
    story.report()
    story.send_held()
    recovery.choose(story.office.desk, OFFICER, units=UNITS, choice=Choice.KEEP)
    assert results.broadcast(story.office.desk, new).targets[0].stored_at is not None
    done = story.office.receipt(3, Stage.FINISHED, new, played_ms=30_000, of_ms=30_000)
    receipts.accept_receipts(story.office.desk, UnitId("cum-a"), story.office.receipts("cum-a", done))
    assert results.broadcast(story.office.desk, new).targets[0].outcome is Outcome.HEARD
    with story.office.desk.reading() as session:
        assert session.scalar(select(func.count()).select_from(ReceiptRow)) == 3


def test_replaced_the_desks_plan_goes_out_above_the_version_held(story):
    story.report()
    story.send_held()
    recovery.choose(story.office.desk, OFFICER, units=UNITS, choice=Choice.REPLACE)
    assert set(story.roll()) == set(UNITS)
    after = story.office.doorbell.last_programme("cum-a")
    assert after.version == programme_of(story.held["cum-a"]).version + 1
    assert after.broadcasts[0].id == story.made["dropped"]
    assert all(one.id.startswith(story.made["ended"]) for one in after.broadcasts[1:])
    dropped = results.broadcast(story.office.desk, story.made["dropped"]).targets[0]
    assert (dropped.delivered_at, dropped.readiness.first) == (None, Hindrance.PROGRAMME_NOT_HELD)
    states.accept_state(
        story.office.desk, UnitId("cum-a"), story.office.state("cum-a", boot="boot-2", programme=after.version)
    )
    assert recovery.setbacks(story.office.desk) == ()
    assert results.broadcast(story.office.desk, story.made["dropped"]).targets[0].delivered_at is not None


def test_a_unit_may_be_replaced_without_having_sent_anything_but_not_kept(story):
    story.report()
    assert [(one.can_keep, one.can_replace) for one in recovery.setbacks(story.office.desk)] == [(False, True)] * 2
    with pytest.raises(Invalid) as error:
        recovery.choose(story.office.desk, OFFICER, units=UNITS, choice=Choice.KEEP)
    assert [fault.code for fault in error.value.faults] == [FaultCode.RECOVERY_NOT_RECEIVED] * 2
    recovery.choose(story.office.desk, OFFICER, units=UNITS, choice=Choice.REPLACE)
    assert set(story.roll()) == set(UNITS)


def test_orders_are_obeyed_while_a_choice_is_waited_for(story):
    story.report()
    now = story.office.broadcast(Now())
    assert story.office.doorbell.last_order().act.broadcast.id == now
    target = results.broadcast(story.office.desk, now).targets[0]
    assert Hindrance.SET_BACK in [one.hindrance for one in target.readiness.reasons if not one.prevents]
    cancelling.cancel_broadcast(story.office.desk, OFFICER, broadcast=now)
    assert story.office.doorbell.last_order().act.broadcasts == (now,)
    cancelling.stop_now(story.office.desk, OFFICER)
    assert story.roll() == ()
    assert orders.resend(story.office.desk, story.office.clock.move(seconds=16)) > 0


def test_what_is_planned_meanwhile_is_shown_as_not_ready(story):
    story.report()
    planned = story.office.broadcast(at(20, 3))
    assert results.broadcast(story.office.desk, planned).targets[0].readiness.first is Hindrance.SET_BACK


def test_what_was_cancelled_here_after_the_copy_came_back_is_not_carried_on(story):
    story.report()
    story.send_held()
    recovery.choose(story.office.desk, OFFICER, units=[UnitId("cum-a")], choice=Choice.KEEP)
    cancelling.cancel_broadcast(story.office.desk, OFFICER, broadcast=story.made["new"])
    recovery.choose(story.office.desk, OFFICER, units=[UnitId("cum-b")], choice=Choice.KEEP)
    story.roll()
    assert story.made["new"] not in [one.id for one in story.office.doorbell.last_programme("cum-b").broadcasts]


def test_a_carried_bulletin_can_be_planned_again_only_where_its_sound_is(story):
    story.report()
    story.send_held()
    recovery.choose(story.office.desk, OFFICER, units=UNITS, choice=Choice.KEEP)
    shown = results.broadcast(story.office.desk, story.made["new"])
    assert (shown.rendition.status, shown.rendition.error) == (RenditionStatus.FAILED, "only-on-units")
    assert (shown.state, shown.duration_ms) == ("planned", 30_000)
    again = planning.NewPlan(bulletin=shown.bulletin, villages=BOTH, when=Now())
    assert [fault.code for fault in planning.check(story.office.desk, again).faults] == [FaultCode.VOICE_FAILED]


def test_a_carried_bulletin_whose_sound_lies_here_can_be_heard(story):
    held = programme_of(story.held["cum-a"])
    item = next(one for one in held.broadcasts if one.id == story.made["new"]).items[0]
    with story.office.desk.writing() as session:
        session.merge(
            ClipRow(
                commune=COMMUNE, hash=item.clip, size=item.size, duration_ms=item.duration_ms, loudness_lufs=-16.0,
                true_peak_dbtp=-3.0, created_at=NOON,
            )
        )  # fmt: skip
    story.report()
    story.send_held()
    recovery.choose(story.office.desk, OFFICER, units=UNITS, choice=Choice.KEEP)
    assert results.broadcast(story.office.desk, story.made["new"]).rendition.clip == item.clip


def test_only_the_version_that_the_unit_reports_is_taken_as_evidence_and_only_by_our_keys(story):
    desk = story.office.desk
    assert not recovery.accept_held(desk, UnitId("cum-a"), story.held["cum-a"])  # nobody asked
    story.report()
    first = story.office.doorbell
    older = seal(replace_version(programme_of(story.held["cum-a"]), 1), desk.schedule_key)
    with pytest.raises(Refused) as replayed:
        recovery.accept_held(desk, UnitId("cum-a"), older)
    assert replayed.value.reason is Refusal.REPLAYED
    forged = seal(programme_of(story.held["cum-a"]), SigningKey.generate())
    with pytest.raises(Refused) as unknown:
        recovery.accept_held(desk, UnitId("cum-a"), forged)
    assert unknown.value.reason is Refusal.UNKNOWN_KEY
    with pytest.raises(Refused) as other:
        recovery.accept_held(desk, UnitId("cum-a"), story.held["cum-b"])
    assert other.value.reason is Refusal.TARGET
    assert first is story.office.doorbell
    assert not any(one.received for one in recovery.setbacks(desk))


def replace_version(programme: Programme, version: int) -> Programme:
    return msgspec.structs.replace(programme, version=version)


def test_what_a_former_key_signed_is_believed_too(story):
    delegations.delegate(story.office.desk, story.office.root, delegations.Change(schedule=True))
    story.report()
    story.send_held()
    assert all(one.received for one in recovery.setbacks(story.office.desk))


def test_a_unit_that_holds_no_later_plan_any_more_is_let_go_by_itself(story):
    """A new card, or a repair by hand: there is nothing left to ask, and silence would be worse."""
    story.report()
    states.accept_state(story.office.desk, UnitId("cum-a"), story.office.state("cum-a", boot="boot-3", programme=None))
    assert [one.unit for one in recovery.setbacks(story.office.desk)] == ["cum-b"]
    story.office.plan(at(20, 3))
    assert story.roll() == ("cum-a",)


def test_a_later_delegation_freezes_and_needs_the_root_key(story):
    states.accept_state(
        story.office.desk, UnitId("cum-a"), story.office.state("cum-a", boot="boot-2", delegation=2, epoch=2)
    )
    (one,) = recovery.setbacks(story.office.desk)
    assert (one.cause, one.can_keep, one.can_replace) == (SetBack.DELEGATION, False, False)
    for choice in (Choice.KEEP, Choice.REPLACE):
        with pytest.raises(Invalid) as error:
            recovery.choose(story.office.desk, OFFICER, units=[UnitId("cum-a")], choice=choice)
        assert error.value.faults[0].code is FaultCode.RECOVERY_NEEDS_ROOT
    delegations.delegate(story.office.desk, story.office.root, delegations.Change(new_epoch=True))
    states.accept_state(story.office.desk, UnitId("cum-a"), story.office.state("cum-a", boot="boot-3"))
    assert recovery.setbacks(story.office.desk) == ()
    assert "cum-a" in story.roll()
    assert story.office.doorbell.last_programme("cum-a").epoch == 3


def test_a_version_with_no_room_above_it_needs_a_new_epoch(story):
    state = story.office.state("cum-a", boot="boot-2", programme=2**53 - 1)
    states.accept_state(story.office.desk, UnitId("cum-a"), state)
    (one,) = recovery.setbacks(story.office.desk)
    assert not one.can_replace


def test_nothing_is_chosen_for_a_unit_that_is_not_ahead(story):
    for unit in ("cum-a", "cum-x"):
        with pytest.raises(Invalid) as error:
            recovery.choose(story.office.desk, OFFICER, units=[UnitId(unit)], choice=Choice.REPLACE)
        assert error.value.faults[0].code is FaultCode.RECOVERY_NOT_NEEDED


def test_one_choice_that_cannot_be_made_changes_nothing_for_the_others(story):
    story.report()
    story.send_held("cum-a")
    with pytest.raises(Invalid):
        recovery.choose(story.office.desk, OFFICER, units=UNITS, choice=Choice.KEEP)
    assert len(recovery.setbacks(story.office.desk)) == 2
    with story.office.desk.reading() as session:
        assert session.get(BroadcastRow, (COMMUNE, story.made["new"])) is None


def test_a_unit_that_comes_home_much_later_is_asked_about_too(story):
    """It was away while the copy was restored and much was planned anew: it is heard before anything reaches it."""
    story.report("cum-a")
    for hour in range(3):
        story.office.broadcast(at(20 + hour // 3, 3 + hour), villages=("na-pai",))
        story.office.clock.move(hours=25)
        story.roll()
    story.report("cum-b")
    assert [one.unit for one in recovery.setbacks(story.office.desk)] == list(UNITS)
    keys = Keyring([VerifyKey(Role.SCHEDULE, story.office.desk.schedule_key.public)])
    for unit, data in story.office.doorbell.programmes:
        message, _ = open_down(data, Programme, keys, COMMUNE, unit)
        assert message.version == 1


def test_units_that_say_it_in_other_languages_carry_on_each_what_it_holds(story):
    desk, new = story.office.desk, story.made["new"]
    held = programme_of(story.held["cum-b"])
    (mine,) = [one for one in held.broadcasts if one.id == new]
    items = tuple(msgspec.structs.replace(item, clip=clip * 64, gap_ms=1_500) for item in mine.items for clip in "ef")
    other = msgspec.structs.replace(mine, items=items)
    kept = tuple(other if one.id == new else one for one in held.broadcasts)
    story.held["cum-b"] = seal(msgspec.structs.replace(held, broadcasts=kept), desk.schedule_key)
    story.report()
    story.send_held()
    recovery.choose(desk, OFFICER, units=UNITS, choice=Choice.KEEP)
    story.roll()
    told = {
        unit: next(one for one in story.office.doorbell.last_programme(unit).broadcasts if one.id == new)
        for unit in UNITS
    }
    assert told["cum-a"] == next(one for one in programme_of(story.held["cum-a"]).broadcasts if one.id == new)
    assert told["cum-b"] == other
    assert results.broadcast(desk, new).duration_ms == other.duration_ms
