"""Before air time: will every village hear it, and if not, why."""

from datetime import datetime, timedelta

import pytest

from controller.domain.readiness import Hindrance, Holding, Readiness, Verdict
from controller.services import composing, enrolment, home, programmes, receipts, results, states, unit_settings
from controller.services.planning import At, Now
from protocol.messages import Coming
from protocol.names import ClockTrust, DiskHealth, Stage
from tests.fakes.desk import NOON, OFFICER, Office

EVENING = datetime(2026, 3, 2, 17, 0)  # noqa: DTZ001 - the officer's wall time


def readiness(office: Office, broadcast: str) -> Readiness:
    found = results.broadcast(office.desk, broadcast).targets[0].readiness
    assert found is not None
    return found


def why(office: Office, broadcast: str) -> Hindrance | None:
    return readiness(office, broadcast).first


def report(office: Office, **more: object) -> None:
    assert states.accept_state(office.desk, "cum-a", office.state("cum-a", **more)) is None


def store(office: Office, broadcast: str) -> None:
    stored = office.receipt(1, Stage.STORED, broadcast)
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", stored))


def test_the_way_of_a_broadcast_to_ready(office):
    bulletin = composing.create_bulletin(office.desk, OFFICER, composing.NewBulletin(text="họp"))
    broadcast = office.broadcast(At(EVENING), bulletin=bulletin)
    assert why(office, broadcast) is Hindrance.VOICE_PENDING
    from controller.services import rendering

    rendering.render_next(office.desk)
    assert why(office, broadcast) is Hindrance.NEVER_SEEN
    report(office)
    assert why(office, broadcast) is Hindrance.PROGRAMME_NOT_HELD
    programmes.roll(office.desk, office.clock.now)
    assert why(office, broadcast) is Hindrance.PROGRAMME_NOT_HELD
    clip = results.broadcast(office.desk, broadcast).rendition.clip
    report(office, programme=1, missing_clips=1, coming=(Coming(clip=clip, size=1000, fetched=625),))
    (missing,) = readiness(office, broadcast).reasons
    assert (missing.hindrance, missing.clips, missing.percent) == (Hindrance.CLIP_MISSING, 1, 62)
    assert results.broadcast(office.desk, broadcast).targets[0].delivered_at == office.clock.now
    store(office, broadcast)
    report(office, programme=1)
    assert readiness(office, broadcast) == Readiness(Verdict.READY)
    (sitting,) = home.home(office.desk).next_24h
    assert (sitting.ready, sitting.of) == (1, 1)


@pytest.mark.parametrize(
    ("said", "expected", "ready"),
    [
        ({"clock": ClockTrust.UNKNOWN}, Hindrance.CLOCK_UNTRUSTED, 0),
        ({"clock_dispute_s": 3600.0}, Hindrance.CLOCK_DISPUTED, 1),
        ({"sound_ok": False}, Hindrance.SOUND_FAILED, 0),
        ({"disk": DiskHealth.READ_ONLY}, Hindrance.DISK_FAILED, 0),
        ({"undervoltage": True}, Hindrance.UNDERVOLTAGE, 1),
        ({"delegation": None}, Hindrance.DELEGATION_NOT_HELD, 0),
        ({"programme": None}, Hindrance.PROGRAMME_NOT_HELD, 0),
    ],
)
def test_what_the_unit_says_of_itself_counts(office, said, expected, ready):
    broadcast = ready_one(office)
    report(office, **{"programme": 1, **said})
    assert why(office, broadcast) is expected
    assert home.home(office.desk).next_24h[0].ready == ready


def ready_one(office: Office) -> str:
    broadcast = office.broadcast(At(EVENING))
    programmes.roll(office.desk, office.clock.now)
    report(office, programme=1)
    store(office, broadcast)
    return broadcast


def test_a_unit_that_stored_it_is_ready_even_out_of_contact(office):
    broadcast = office.broadcast(At(EVENING))
    programmes.roll(office.desk, office.clock.now)
    report(office, programme=1)
    seen = office.clock.now
    office.clock.move(minutes=10)
    (lost,) = readiness(office, broadcast).reasons
    assert (lost.hindrance, lost.since, lost.holding) == (Hindrance.NO_CONTACT, seen, Holding.PLAN)
    assert lost.plan_until >= NOON + timedelta(days=14)
    store(office, broadcast)
    assert readiness(office, broadcast).verdict is Verdict.READY_UNSEEN
    assert home.home(office.desk).next_24h[0].ready == 1


def test_a_silent_unit_holds_the_plan_from_before(office):
    programmes.roll(office.desk, office.clock.now)
    report(office, programme=1)
    broadcast = office.broadcast(At(EVENING))
    office.clock.move(hours=2)
    programmes.roll(office.desk, office.clock.now)
    (lost,) = readiness(office, broadcast).reasons
    assert (lost.hindrance, lost.holding) == (Hindrance.NO_CONTACT, Holding.PREVIOUS)


def test_hours_that_were_narrowed_after_the_plan_are_told(office):
    broadcast = ready_one(office)
    unit_settings.set_hours(office.desk, unit="cum-a", hours=((300, 720),))
    found = readiness(office, broadcast)
    assert (found.first, found.reasons[0].hours) == (Hindrance.QUIET_HOURS, ((300, 720),))


def test_a_revoked_unit_is_not_ready(office):
    broadcast = ready_one(office)
    enrolment.revoke_unit(office.desk, office.accounts, unit="cum-a")
    assert why(office, broadcast) is Hindrance.REVOKED


def test_a_failed_voice_is_told(office):
    bulletin = composing.create_bulletin(office.desk, OFFICER, composing.NewBulletin(text="họp"))
    broadcast = office.broadcast(At(EVENING), bulletin=bulletin)
    from controller.services import rendering

    office.studio.refuse = "crashed"
    rendering.render_next(office.desk)
    assert why(office, broadcast) is Hindrance.VOICE_FAILED
    assert results.broadcast(office.desk, broadcast).state == "voice-failed"


def test_lists_show_what_became_of_each(office):
    heard = office.broadcast(Now(), villages=("na-pai",))
    for unit in ("cum-a", "cum-b"):
        said = office.receipt(1, Stage.FINISHED, heard)
        receipts.accept_receipts(office.desk, unit, office.receipts(unit, said))
    office.clock.move(hours=1)
    unknown = office.broadcast(Now())
    office.clock.move(hours=1)
    rows = results.sittings(office.desk, since=NOON, until=NOON + timedelta(days=1))
    assert [(row.broadcast, row.state, row.ready, row.of) for row in rows] == [
        (heard, "heard", 2, 2),
        (unknown, "unknown", 0, 1),
    ]
    assert [row.broadcast for row in home.home(office.desk).recent] == [unknown, heard]
    assert results.sittings(office.desk, since=NOON, until=NOON + timedelta(days=1), limit=1) == rows[:1]
    assert results.broadcast(office.desk, "x") is None


def test_a_schedule_that_ended_is_listed_only_when_asked_for(office):
    from datetime import date, time

    from controller.services import cancelling
    from controller.services.planning import Repeating
    from schedules.patterns import Daily
    from schedules.recurrence import Rule

    rule = Rule(pattern=Daily(), times=(time(5, 30),), start_date=date(2026, 3, 2))
    schedule = office.plan(Repeating(rule)).schedule
    cancelling.end_schedule(office.desk, OFFICER, schedule=schedule)
    assert results.schedules(office.desk) == ()
    (ended,) = results.schedules(office.desk, ended=True)
    assert (ended.ended_at, ended.upcoming) == (office.clock.now, ())
