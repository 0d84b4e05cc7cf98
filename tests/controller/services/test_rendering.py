"""Bulletins become clips, once, whatever happens in between."""

import pytest

from controller.domain.rendition import RenditionStatus
from controller.services import alarms, composing, rendering, results
from controller.services.composing import NewBulletin
from controller.services.ports import EngineFailure
from controller.services.views import AlarmKind
from tests.fakes.desk import OFFICER, Clock, open_desk


def create(office, text="một"):
    return composing.create_bulletin(office.desk, OFFICER, NewBulletin(text=text))


def rendition(office, made):
    return composing.bulletin(office.desk, made).rendition


def test_a_rendition_becomes_ready_with_its_clip_and_who_spoke_it(office):
    office.studio.fell_over = (EngineFailure("gtts", "unreachable"),)
    made = create(office)
    assert rendering.render_next(office.desk)
    found = rendition(office, made)
    assert found.status is RenditionStatus.READY
    assert (found.engine, found.voice, found.failures) == ("fake", "fake-vi", (("gtts", "unreachable"),))
    assert office.desk.clips.holds(found.clip)
    assert found.duration_ms == 30_000
    assert not rendering.render_next(office.desk)
    assert "roll" in office.kicks


def test_progress_is_seen_meanwhile(office):
    made = create(office)
    seen = []
    office.studio.meanwhile = lambda: seen.append(rendition(office, made))
    rendering.render_next(office.desk)
    assert [(one.status, one.progress) for one in seen] == [(RenditionStatus.RENDERING, 0.5)]


def test_a_failure_is_told_raises_an_alarm_and_can_be_tried_again(office):
    office.studio.refuse = "not-audio"
    made = create(office)
    rendering.render_next(office.desk)
    assert (rendition(office, made).status, rendition(office, made).error) == (RenditionStatus.FAILED, "not-audio")
    (alarm,) = alarms.alarms(office.desk)
    assert (alarm.kind, alarm.bulletin, alarm.detail, alarm.title) == (
        AlarmKind.SPEECH_FAILED,
        made,
        "not-audio",
        "một",
    )
    office.studio.refuse = None
    composing.render_again(office.desk, OFFICER, made)
    assert rendering.render_next(office.desk)
    assert rendition(office, made).status is RenditionStatus.READY
    assert alarms.alarms(office.desk)[0].cleared_at is not None


def test_a_second_failure_raises_the_alarm_anew(office):
    office.studio.refuse = "crashed"
    made = create(office)
    rendering.render_next(office.desk)
    (first,) = alarms.alarms(office.desk)
    alarms.dismiss(office.desk, OFFICER, alarm=first.id)
    composing.render_again(office.desk, OFFICER, made)
    rendering.render_next(office.desk)
    assert [alarm.cleared_at is None for alarm in alarms.alarms(office.desk)] == [True, False]


def test_the_claim_of_a_killed_controller_is_taken_again_at_the_start(office, tmp_path):
    made = create(office)

    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    office.studio.meanwhile = die
    with pytest.raises(Killed):
        rendering.render_next(office.desk)
    again = open_desk(tmp_path, clock=Clock(office.clock.now))
    assert rendition(again, made).status is RenditionStatus.RENDERING
    assert not rendering.render_next(again.desk)
    assert rendering.recover(again.desk) == 1
    assert rendering.render_next(again.desk)
    assert rendition(again, made).status is RenditionStatus.READY
    again.desk.sessions.kw["bind"].dispose()


def test_a_claim_older_than_its_lease_is_taken_by_anyone(office):
    made = create(office)
    office.studio.meanwhile = lambda: (_ for _ in ()).throw(KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        rendering.render_next(office.desk)
    office.studio.meanwhile = lambda: None
    assert not rendering.render_next(office.desk)
    office.clock.move(seconds=office.desk.settings.render_lease_s + 1)
    assert rendering.render_next(office.desk)
    assert rendition(office, made).status is RenditionStatus.READY


def test_an_edit_meanwhile_drops_the_outdated_voice(office):
    made = create(office, "một")
    edited = []

    def edit() -> None:
        if not edited:
            edited.append(True)
            office.clock.move(seconds=1)
            composing.edit_bulletin(office.desk, OFFICER, made, NewBulletin(text="hai"))

    office.studio.meanwhile = edit
    rendering.render_next(office.desk)
    assert rendition(office, made).status is RenditionStatus.PENDING
    rendering.render_next(office.desk)
    assert rendition(office, made).text == "hai"
    assert [script.text for script in office.studio.scripts] == ["một", "hai"]


def test_a_failure_after_an_edit_is_not_laid_upon_the_new_text(office):
    made = create(office, "một")

    def edit() -> None:
        office.clock.move(seconds=1)
        composing.edit_bulletin(office.desk, OFFICER, made, NewBulletin(text="hai"))

    office.studio.meanwhile, office.studio.refuse = edit, "crashed"
    rendering.render_next(office.desk)
    assert rendition(office, made).status is RenditionStatus.PENDING
    assert alarms.alarms(office.desk) == ()


def test_what_a_broadcast_waits_for_is_spoken_first(office):
    create(office, "cũ")
    office.clock.move(seconds=1)
    urgent = create(office, "gấp")
    office.plan(bulletin=urgent)
    rendering.render_next(office.desk)
    assert office.studio.scripts[-1].text == "gấp"


def test_an_immediate_broadcast_starts_when_its_voice_is_ready(office):
    made = create(office)
    broadcast = office.broadcast(bulletin=made)
    assert results.broadcast(office.desk, broadcast).state == "waiting-for-voice"
    assert office.doorbell.orders == []
    ready = office.clock.move(minutes=30)
    rendering.render_next(office.desk)
    view = results.broadcast(office.desk, broadcast)
    assert view.start == ready
    assert view.not_after > ready
    assert view.state == "planned"


def test_a_recording_that_is_lost_fails_and_says_so(office):
    import io

    token = composing.keep_upload(office.desk, io.BytesIO(b"OggS"), name="a").token
    made = composing.create_bulletin(office.desk, OFFICER, NewBulletin(upload=token, title="Họp"))
    (office.desk.uploads / token).unlink()
    rendering.render_next(office.desk)
    assert rendition(office, made).error == "upload-lost"
