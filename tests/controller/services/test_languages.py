"""Several languages: a bulletin's renditions, what each unit is told to play, what waits, is left out, or missing."""

import io
from datetime import datetime, timedelta

import pytest

from controller.domain.rendition import Language, RenditionStatus
from controller.records.plans import TargetRow
from controller.services import (
    composing,
    enrolment,
    orders,
    phrases,
    planning,
    programmes,
    receipts,
    rendering,
    renditions,
    results,
    states,
    village_languages,
)
from controller.services.faults import FaultCode, Invalid
from controller.services.planning import At, NewPlan, Now
from controller.services.renditions import NewRendition
from controller.services.sounds import BETWEEN_LANGUAGES_MS
from protocol.names import Stage
from schedules.vocabulary import BroadcastClass, Status
from tests.fakes.desk import COMMUNE, OFFICER, Office

VI, TAY, NUNG, DAO = Language.VI, Language.TAY, Language.NUNG, Language.DAO
EVENING = datetime(2026, 3, 2, 17, 0)  # noqa: DTZ001 - the officer's wall time


def upload(office: Office, content: bytes = b"OggS") -> str:
    return composing.keep_upload(office.desk, io.BytesIO(content), name="a.ogg").token


def put(office: Office, bulletin: str, language: Language, *, text: str = "", recorded: bool = True) -> None:
    token = upload(office, language.encode()) if recorded else None
    renditions.put_rendition(office.desk, OFFICER, bulletin, NewRendition(language=language, text=text, upload=token))


def made(office: Office, *languages: Language) -> str:
    """A bulletin in Vietnamese and in these languages, all of them ready."""
    bulletin = office.bulletin()
    for language in languages:
        put(office, bulletin, language)
        assert rendering.render_next(office.desk)
    return bulletin


def understand(office: Office, **villages: tuple[Language, ...]) -> None:
    village_languages.set_languages(
        office.desk, OFFICER, {village.replace("_", "-"): languages for village, languages in villages.items()}
    )


def said_at(office: Office, unit: str) -> list[str]:
    """The clips that a unit's programme tells it to play, in order."""
    programmes.roll(office.desk, office.clock.now)
    (planned,) = office.doorbell.last_programme(unit).broadcasts
    return [item.clip for item in planned.items]


def clips(office: Office, bulletin: str) -> dict[Language, str]:
    return {one.language: one.clip for one in composing.bulletin(office.desk, bulletin).renditions}


def faults(office: Office, bulletin: str, **more: object) -> list[tuple[str, str]]:
    plan = NewPlan(**{"bulletin": bulletin, "villages": ("khau-bang",), "when": At(EVENING), **more})
    return [(fault.field, fault.code) for fault in planning.check(office.desk, plan).faults]


def test_each_unit_says_it_in_the_languages_of_its_villages_in_their_order(office):
    understand(office, khau_bang=(TAY, VI), na_pai=(NUNG,))
    bulletin = made(office, TAY, NUNG)
    of = clips(office, bulletin)
    office.plan(At(EVENING), bulletin=bulletin, villages=("khau-bang", "na-pai"))
    assert said_at(office, "cum-a") == [of[TAY], of[VI], of[NUNG]]
    assert said_at(office, "cum-b") == [of[NUNG]]


def test_between_two_languages_there_is_a_pause_and_the_length_counts_it(office):
    understand(office, khau_bang=(TAY, VI), na_pai=(NUNG,))
    bulletin = made(office, TAY, NUNG)
    broadcast = office.broadcast(At(EVENING), bulletin=bulletin, villages=("khau-bang", "na-pai"))
    programmes.roll(office.desk, office.clock.now)
    (planned,) = office.doorbell.last_programme("cum-a").broadcasts
    assert [item.gap_ms for item in planned.items] == [BETWEEN_LANGUAGES_MS, BETWEEN_LANGUAGES_MS, 0]
    longest = 3 * 30_000 + 2 * BETWEEN_LANGUAGES_MS
    assert planned.duration_ms == longest
    assert results.broadcast(office.desk, broadcast).duration_ms == longest
    check = planning.check(office.desk, NewPlan(bulletin=bulletin, villages=("na-pai",), when=At(EVENING)))
    assert check.duration_ms == 30_000


def test_only_the_chosen_villages_of_a_unit_decide_its_languages(office):
    understand(office, khau_bang=(TAY,), na_pai=(NUNG,))
    bulletin = made(office, TAY, NUNG)
    office.plan(At(EVENING), bulletin=bulletin, villages=("khau-bang",))
    assert said_at(office, "cum-a") == [clips(office, bulletin)[TAY]]


def test_a_village_without_a_language_of_its_own_hears_vietnamese_and_that_is_said(office):
    understand(office, khau_bang=(DAO,))
    bulletin = made(office, TAY)
    check = planning.check(office.desk, NewPlan(bulletin=bulletin, villages=("khau-bang",), when=At(EVENING)))
    (hears,) = check.hears
    assert (hears.heard, hears.missing, hears.by_default) == ((VI,), (DAO,), True)
    assert check.missing == {"Khau-Bang": (DAO,)}
    assert check.faults == ()
    office.plan(At(EVENING), bulletin=bulletin)
    assert said_at(office, "cum-a") == [clips(office, bulletin)[VI]]


def recording(office: Office, language: Language, status: Status = Status.ACTUAL) -> str:
    new = composing.NewBulletin(title="Họp", upload=upload(office), language=language, status=status)
    bulletin = composing.create_bulletin(office.desk, OFFICER, new)
    rendering.render_next(office.desk)
    return bulletin


def test_a_village_that_would_understand_nothing_is_a_fault_but_not_in_an_emergency(office):
    understand(office, khau_bang=(VI,), na_pai=(TAY,))
    bulletin = recording(office, TAY)
    assert faults(office, bulletin) == [("villages", FaultCode.HEARS_NOTHING)]
    assert faults(office, bulletin, villages=("na-pai",)) == []
    assert faults(office, bulletin, class_=BroadcastClass.EMERGENCY, when=Now()) == []
    with pytest.raises(Invalid):
        office.plan(At(EVENING), bulletin=bulletin)


def test_what_was_planned_is_not_silenced_by_a_later_change_of_the_languages(office):
    bulletin = recording(office, TAY)
    office.plan(At(EVENING), bulletin=bulletin)
    understand(office, khau_bang=(VI,), na_pai=(VI,))
    assert said_at(office, "cum-a") == [clips(office, bulletin)[TAY]]


def test_a_change_of_languages_signs_a_new_programme_for_the_units_that_it_concerns(office):
    bulletin = made(office, TAY)
    understand(office, khau_bang=(VI,), na_pai=(VI,))
    office.plan(At(EVENING), bulletin=bulletin)
    programmes.roll(office.desk, office.clock.now)
    understand(office, khau_bang=(TAY,))
    assert programmes.roll(office.desk, office.clock.now) == ("cum-a",)
    (planned,) = office.doorbell.last_programme("cum-a").broadcasts
    assert [item.clip for item in planned.items] == [clips(office, bulletin)[TAY]]


def test_a_bulletin_in_one_language_is_told_as_before(office):
    bulletin = office.bulletin()
    office.plan(At(EVENING), bulletin=bulletin)
    programmes.roll(office.desk, office.clock.now)
    (planned,) = office.doorbell.last_programme("cum-a").broadcasts
    assert [(item.clip, item.gap_ms) for item in planned.items] == [(clips(office, bulletin)[VI], 0)]


def test_a_broadcast_waits_until_every_language_is_ready(office):
    bulletin = office.bulletin()
    put(office, bulletin, TAY)
    broadcast = office.broadcast(Now(), bulletin=bulletin)
    assert results.broadcast(office.desk, broadcast).state == "waiting-for-voice"
    assert office.doorbell.orders == []
    office.clock.move(seconds=40)
    assert rendering.render_next(office.desk)
    orders.issue_due(office.desk, office.clock.now)
    sent = office.doorbell.last_order().act.broadcast
    assert sent.start == office.clock.now
    assert len(sent.items) == 2


def test_a_planned_broadcast_of_which_one_language_is_not_ready_stands_in_no_programme(office):
    bulletin = office.bulletin()
    put(office, bulletin, TAY)
    office.plan(At(EVENING), bulletin=bulletin)
    programmes.roll(office.desk, office.clock.now)
    assert office.doorbell.last_programme("cum-a").broadcasts == ()
    rendering.render_next(office.desk)
    assert len(said_at(office, "cum-a")) == 2


def test_a_language_that_failed_is_told_and_left_out_only_by_choice(office):
    bulletin = office.bulletin()
    put(office, bulletin, TAY)
    broadcast = office.broadcast(Now(), bulletin=bulletin)
    office.studio.refuse = "damaged"
    rendering.render_next(office.desk)
    view = results.broadcast(office.desk, broadcast)
    assert view.state == "voice-failed"
    assert [(one.language, one.status) for one in view.renditions] == [(VI, "ready"), (TAY, "failed")]
    assert orders.issue_due(office.desk, office.clock.now) == 0
    assert faults(office, bulletin) == [("bulletin", FaultCode.LANGUAGE_FAILED)]
    office.clock.move(minutes=3)
    renditions.leave_out(office.desk, OFFICER, bulletin, TAY)
    assert orders.issue_due(office.desk, office.clock.now) == 1
    sent = office.doorbell.last_order().act.broadcast
    assert (sent.start, [item.clip for item in sent.items]) == (office.clock.now, [clips(office, bulletin)[VI]])
    view = results.broadcast(office.desk, broadcast)
    assert [(one.language, one.left_out) for one in view.renditions] == [(VI, False), (TAY, True)]
    assert faults(office, bulletin) == []


def test_the_alarm_of_a_failed_language_stands_until_none_has_failed(office):
    from controller.services.alarms import alarms

    bulletin = office.bulletin()
    for language in (TAY, NUNG):
        put(office, bulletin, language)
    office.studio.refuse = "damaged"
    while rendering.render_next(office.desk):
        pass
    assert [alarm.cleared_at for alarm in alarms(office.desk)] == [None]
    renditions.remove_rendition(office.desk, OFFICER, bulletin, TAY)
    assert [alarm.cleared_at for alarm in alarms(office.desk)] == [None]
    office.studio.refuse = None
    renditions.try_again(office.desk, OFFICER, bulletin, NUNG)
    rendering.render_next(office.desk)
    assert [alarm.cleared_at for alarm in alarms(office.desk)] == [office.clock.now]


def test_the_last_language_is_neither_removed_nor_left_out(office):
    bulletin = office.bulletin()
    with pytest.raises(Invalid) as error:
        renditions.remove_rendition(office.desk, OFFICER, bulletin, VI)
    assert error.value.faults[0].code == FaultCode.LANGUAGE_LAST
    office.studio.refuse = "crashed"
    put(office, bulletin, TAY)
    rendering.render_next(office.desk)
    renditions.remove_rendition(office.desk, OFFICER, bulletin, VI)
    with pytest.raises(Invalid) as error:
        renditions.leave_out(office.desk, OFFICER, bulletin, TAY)
    assert error.value.faults[0].code == FaultCode.LANGUAGE_LAST


def test_a_text_of_another_language_is_kept_as_the_paper_to_read_from(office):
    bulletin = office.bulletin()
    put(office, bulletin, TAY, text="  Mời pỉ noọng pây họp.  ", recorded=False)
    assert not rendering.render_next(office.desk)
    (_, tay) = composing.bulletin(office.desk, bulletin).renditions
    assert (tay.status, tay.text) == (RenditionStatus.UNSPOKEN, "Mời pỉ noọng pây họp.")
    assert faults(office, bulletin) == [("bulletin", FaultCode.LANGUAGE_UNSPOKEN)]
    put(office, bulletin, TAY, text="Mời pỉ noọng pây họp.")
    assert rendering.render_next(office.desk)
    put(office, bulletin, TAY, text="Mời pỉ noọng pây họp xã.", recorded=False)
    (_, tay) = composing.bulletin(office.desk, bulletin).renditions
    assert (tay.status, tay.text) == (RenditionStatus.READY, "Mời pỉ noọng pây họp xã.")


def test_vietnamese_is_added_to_a_recording_as_text_and_announced_alike(office):
    bulletin = recording(office, TAY, Status.TEST)
    put(office, bulletin, VI, text="Mời bà con đi họp lúc 7h30.", recorded=False)
    assert rendering.render_next(office.desk)
    vi, tay = composing.bulletin(office.desk, bulletin).renditions
    assert (vi.language, vi.announced_as, tay.announced_as) == (VI, Status.TEST, Status.TEST)
    assert "bảy giờ ba mươi" in vi.spoken


@pytest.mark.parametrize("status", [Status.TEST, Status.EXERCISE])
def test_a_recording_that_is_not_meant_is_heard_to_be_so_or_is_not_sent(office, status):
    bulletin = recording(office, TAY, status)
    assert faults(office, bulletin) == [("bulletin", FaultCode.STATUS_UNSAID)]
    while phrases.render_next(office.desk):
        pass
    assert faults(office, bulletin) == []
    office.plan(At(EVENING), bulletin=bulletin)
    played = said_at(office, "cum-a")
    with office.desk.reading() as session:
        (announced,) = [
            one.clip.clip for (id_, _), one in phrases.spoken(session, office.desk).items() if id_ == status.value
        ]
    assert played == [announced, clips(office, bulletin)[TAY]]


BAD = {
    "nothing": (NewRendition(language=TAY), "upload", FaultCode.UPLOAD_MISSING),
    "blank": (NewRendition(language=TAY, text=" \n."), "upload", FaultCode.UPLOAD_MISSING),
    "no such file": (NewRendition(language=TAY, upload="upload-zzzz"), "upload", FaultCode.UPLOAD_MISSING),
    "a path": (NewRendition(language=TAY, upload="../desk.db"), "upload", FaultCode.UPLOAD_MISSING),
    "too long": (NewRendition(language=TAY, text="a" * 10_001), "text", FaultCode.TEXT_TOO_LONG),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_language_changes_nothing(office, case):
    new, field, code = BAD[case]
    bulletin = office.bulletin()
    with pytest.raises(Invalid) as error:
        renditions.put_rendition(office.desk, OFFICER, bulletin, new)
    assert [(fault.field, fault.code) for fault in error.value.faults] == [(field, code)]
    assert len(composing.bulletin(office.desk, bulletin).renditions) == 1


def test_a_planned_bulletin_gets_no_language_and_loses_none(office):
    bulletin = made(office, TAY)
    office.plan(At(EVENING), bulletin=bulletin)
    for act in (
        lambda: put(office, bulletin, NUNG),
        lambda: renditions.remove_rendition(office.desk, OFFICER, bulletin, TAY),
    ):
        with pytest.raises(Invalid) as error:
            act()
        assert error.value.faults[0].code == FaultCode.BULLETIN_PLANNED
    renditions.leave_out(office.desk, OFFICER, bulletin, TAY)
    assert not any(one.left_out for one in composing.bulletin(office.desk, bulletin).renditions)


def test_what_is_not_there_is_told(office):
    bulletin = office.bulletin()
    for act in (renditions.remove_rendition, renditions.leave_out, renditions.try_again):
        with pytest.raises(Invalid) as error:
            act(office.desk, OFFICER, bulletin, DAO)
        assert error.value.faults[0].code == FaultCode.LANGUAGE_MISSING
    with pytest.raises(Invalid) as error:
        put(office, "bulletin-x", TAY)
    assert error.value.faults[0].code == FaultCode.BULLETIN_UNKNOWN


def test_an_edit_keeps_the_other_languages_and_changes_how_they_are_announced(office):
    bulletin = made(office, TAY)
    new = composing.NewBulletin(text="Lời mới.", status=Status.EXERCISE, repeat=2)
    composing.edit_bulletin(office.desk, OFFICER, bulletin, new)
    vi, tay = composing.bulletin(office.desk, bulletin).renditions
    assert (vi.text, vi.status, vi.announced_as) == ("Lời mới.", RenditionStatus.PENDING, Status.EXERCISE)
    assert (tay.status, tay.announced_as, tay.repeat) == (RenditionStatus.READY, Status.EXERCISE, 2)


def test_collisions_and_limits_count_the_longest_unit(office):
    understand(office, khau_bang=(TAY, VI), na_pai=(VI,))
    office.studio.duration_ms = 1_000_000
    bulletin = made(office, TAY)
    office.plan(At(EVENING), bulletin=bulletin, villages=("khau-bang",))
    office.studio.duration_ms = 30_000
    late = NewPlan(bulletin=office.bulletin("khác"), villages=("khau-bang",), when=At(EVENING + timedelta(minutes=30)))
    assert len(planning.check(office.desk, late).collisions) == 1
    far = NewPlan(bulletin=late.bulletin, villages=("khau-bang",), when=At(EVENING + timedelta(minutes=34)))
    assert planning.check(office.desk, far).collisions == ()


def test_too_long_in_all_languages_together_is_refused_where_one_alone_is_not(office):
    office.studio.duration_ms = 2_000_000
    bulletin = made(office, TAY)
    assert faults(office, bulletin) == [("bulletin", FaultCode.TOO_LONG)]
    understand(office, khau_bang=(VI,))
    assert faults(office, bulletin) == []


def test_what_each_unit_played_is_told_item_by_item_and_a_later_change_does_not_change_it(office):
    understand(office, khau_bang=(TAY, VI), na_pai=(VI,))
    bulletin = made(office, TAY)
    broadcast = office.broadcast(At(EVENING), bulletin=bulletin, villages=("khau-bang", "na-pai"))
    programmes.roll(office.desk, office.clock.now)
    office.clock.move(hours=5)
    started = office.receipt(1, Stage.STARTED, broadcast)
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", started))
    understand(office, khau_bang=(DAO,), na_pai=(DAO,))
    cut = office.receipt(2, Stage.INTERRUPTED, broadcast, played_ms=31_000, of_ms=61_500)
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", cut))
    (target, other) = results.broadcast(office.desk, broadcast).targets
    assert target.languages == (TAY, VI)
    assert (target.items_heard, len(target.items)) == (1, 2)
    assert other.languages == (VI,)
    done = office.receipt(3, Stage.FINISHED, broadcast, played_ms=61_500, of_ms=61_500)
    receipts.accept_receipts(office.desk, "cum-a", office.receipts("cum-a", done))
    view = results.broadcast(office.desk, broadcast)
    assert (view.targets[0].items_heard, len(view.targets[0].items)) == (2, 2)
    assert view.duration_ms == 61_500


def test_readiness_asks_for_every_clip_of_the_unit_and_for_no_other(office):
    from protocol.messages import Coming

    understand(office, khau_bang=(TAY, VI), na_pai=(VI,))
    bulletin = made(office, TAY, NUNG)
    of = clips(office, bulletin)
    broadcast = office.broadcast(At(EVENING), bulletin=bulletin)
    programmes.roll(office.desk, office.clock.now)
    coming = tuple(Coming(clip=of[language], size=1_000) for language in (TAY, NUNG))
    state = office.state("cum-a", programme=1, missing_clips=2, missing_bytes=2_000, coming=coming)
    states.accept_state(office.desk, "cum-a", state)
    (target,) = results.broadcast(office.desk, broadcast).targets
    assert [(one.hindrance, one.clips) for one in target.readiness.reasons] == [("clip-missing", 1)]


def test_an_order_goes_to_each_group_of_units_in_its_own_languages(office):
    understand(office, khau_bang=(TAY,), na_pai=(NUNG,))
    bulletin = made(office, TAY, NUNG)
    of = clips(office, bulletin)
    office.plan(Now(), bulletin=bulletin, villages=("khau-bang", "na-pai"))
    sent = office.doorbell.all_orders()
    played = {order.targets: [item.clip for item in order.act.broadcast.items] for order in sent}
    assert played == {("cum-a",): [of[TAY], of[NUNG]], ("cum-b",): [of[NUNG]]}
    assert len({order.act.broadcast.id for order in sent}) == 1


def test_languages_are_set_for_known_villages_only_and_all_at_once(office):
    with pytest.raises(Invalid) as error:
        village_languages.set_languages(office.desk, OFFICER, {"khau-bang": (DAO,), "ha-noi": (VI,), "na-pai": ()})
    assert [fault.code for fault in error.value.faults] == [FaultCode.VILLAGE_UNKNOWN, FaultCode.LANGUAGES_EMPTY]
    assert village_languages.set_languages(office.desk, OFFICER, {"khau-bang": (TAY, VI)}) == 0
    assert village_languages.set_languages(office.desk, OFFICER, {"khau-bang": (DAO, VI, DAO)}) == 1
    assert "roll" in office.kicks


def test_a_village_of_which_nobody_wrote_anything_understands_vietnamese(office):
    from controller.services.unit_list import villages

    enrolment.add_village(office.desk, village="moi", name="Thôn Mới", languages=())
    assert villages(office.desk)[-1].languages == (VI,)


def test_the_items_are_written_down_with_the_target(office):
    bulletin = made(office, TAY)
    broadcast = office.broadcast(Now(), bulletin=bulletin)
    receipts.accept_receipts(
        office.desk, "cum-a", office.receipts("cum-a", office.receipt(1, Stage.STARTED, broadcast))
    )
    with office.desk.reading() as session:
        kept = session.get(TargetRow, (COMMUNE, broadcast, "cum-a")).items
    assert kept == [["tay", 30_000, BETWEEN_LANGUAGES_MS], ["vi", 30_000, 0]]
