"""Before air time: will every village hear it, and if not, why."""

from datetime import datetime, timedelta

from controller.domain.readiness import Readiness
from controller.services import composing, home, programmes, receipts, results, states
from controller.services.planning import At, Now
from protocol.names import ClockTrust, Stage
from tests.fakes.desk import NOON, OFFICER, Office

EVENING = datetime(2026, 3, 2, 17, 0)  # noqa: DTZ001 - the officer's wall time


def verdict(office: Office, broadcast: str) -> Readiness | None:
    return results.broadcast(office.desk, broadcast).targets[0].readiness


def report(office: Office, **more: object) -> None:
    assert states.accept_state(office.desk, "cum-a", office.state("cum-a", **more)) is None


def test_the_way_of_a_broadcast_to_ready(office):
    bulletin = composing.create_bulletin(office.desk, OFFICER, composing.NewBulletin(text="họp"))
    broadcast = office.broadcast(At(EVENING), bulletin=bulletin)
    assert verdict(office, broadcast) is Readiness.VOICE_PENDING
    from controller.services import rendering

    rendering.render_next(office.desk)
    assert verdict(office, broadcast) is Readiness.NEVER_SEEN
    report(office)
    assert verdict(office, broadcast) is Readiness.PROGRAMME_NOT_HELD
    programmes.roll(office.desk, office.clock.now)
    assert verdict(office, broadcast) is Readiness.PROGRAMME_NOT_HELD
    report(office, programme=1, missing_clips=1)
    assert verdict(office, broadcast) is Readiness.CLIP_MISSING
    assert results.broadcast(office.desk, broadcast).targets[0].delivered_at == office.clock.now
    stored = office.receipt(1, Stage.STORED, broadcast)
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", stored))
    assert verdict(office, broadcast) is Readiness.READY
    (sitting,) = home.home(office.desk).next_24h
    assert (sitting.ready, sitting.of) == (1, 1)
    report(office, programme=1, clock=ClockTrust.UNKNOWN)
    assert verdict(office, broadcast) is Readiness.CLOCK_UNTRUSTED
    report(office, programme=1, sound_ok=False)
    assert verdict(office, broadcast) is Readiness.SOUND_FAILED
    assert home.home(office.desk).next_24h[0].ready == 0


def test_a_unit_that_stored_it_is_ready_even_out_of_contact(office):
    broadcast = office.broadcast(At(EVENING))
    report(office)
    office.clock.move(minutes=10)
    assert verdict(office, broadcast) is Readiness.NO_CONTACT
    stored = office.receipt(1, Stage.STORED, broadcast)
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", stored))
    assert verdict(office, broadcast) is Readiness.READY


def test_a_failed_voice_is_told(office):
    bulletin = composing.create_bulletin(office.desk, OFFICER, composing.NewBulletin(text="họp"))
    broadcast = office.broadcast(At(EVENING), bulletin=bulletin)
    from controller.services import rendering

    office.studio.refuse = "crashed"
    rendering.render_next(office.desk)
    assert verdict(office, broadcast) is Readiness.VOICE_FAILED
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
