"""Texts and recordings become bulletins."""

import io
import os
import threading
import unicodedata

import pytest

from controller.domain.rendition import Language, RenditionKind, RenditionStatus
from controller.services import composing, drafts, rendering
from controller.services.composing import NewBulletin
from controller.services.faults import FaultCode, Invalid
from schedules.vocabulary import Status
from tests.fakes.desk import OFFICER, Office


def create(office: Office, **more: object) -> str:
    return composing.create_bulletin(office.desk, OFFICER, NewBulletin(**more))


def upload(office: Office, content: bytes = b"OggS and so on") -> str:
    return composing.keep_upload(office.desk, io.BytesIO(content), name="ban-ghi.ogg").token


def codes(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in error.value.faults]


def test_a_text_becomes_a_bulletin_named_by_its_first_line_and_waits_for_its_voice(office):
    made = create(office, text="\n  UBND xã thông báo  \nHọp lúc 7h30.")
    view = composing.bulletin(office.desk, made)
    assert view.title == "UBND xã thông báo"
    assert view.rendition.kind is RenditionKind.TEXT
    assert view.rendition.status is RenditionStatus.PENDING
    assert "bảy giờ ba mươi" in view.rendition.spoken
    assert not view.planned
    assert office.kicks == ["render"]


@pytest.mark.parametrize("greeting", ["Kính thưa bà con!", "KÍNH GỬI các hộ dân", "Xin chào", "A lô, a lô"])
def test_a_greeting_is_no_title_unless_there_is_nothing_else(office, greeting):
    for text, title in ((f"{greeting}\nMời họp thôn", "Mời họp thôn"), (greeting, greeting)):
        assert composing.bulletin(office.desk, create(office, text=text)).title == title


def test_a_long_first_line_is_shortened_for_the_title(office):
    view = composing.bulletin(office.desk, create(office, text="dài " * 100))
    assert len(view.title) <= composing.FIRST_LINE
    assert view.title.endswith("…")


def test_decomposed_letters_are_stored_composed(office):
    view = composing.bulletin(office.desk, create(office, text=unicodedata.normalize("NFD", "Tiếng Việt")))
    assert view.title == view.rendition.text == unicodedata.normalize("NFC", "Tiếng Việt")


@pytest.mark.parametrize(
    ("form", "field", "code"),
    [
        ({"text": ""}, "text", FaultCode.TEXT_EMPTY),
        ({"text": " \n. - \n"}, "text", FaultCode.TEXT_EMPTY),
        ({"text": "a" * 20_000}, "text", FaultCode.TEXT_TOO_LONG),
        ({"text": "a" * 10_001}, "text", FaultCode.TEXT_TOO_LONG),
        ({"text": "a", "title": "t" * 301}, "title", FaultCode.TITLE_TOO_LONG),
        ({"text": "a", "repeat": 0}, "repeat", FaultCode.REPEAT_OUT_OF_RANGE),
        ({"text": "a", "repeat": 4}, "repeat", FaultCode.REPEAT_OUT_OF_RANGE),
        ({"text": "a", "language": Language.TAY}, "language", FaultCode.LANGUAGE_NEEDS_UPLOAD),
        ({"upload": "upload-9999"}, "upload", FaultCode.UPLOAD_MISSING),
        ({"upload": "../desk.db"}, "upload", FaultCode.UPLOAD_MISSING),
    ],
)
def test_a_bad_form_makes_no_bulletin_and_says_why(office, form, field, code):
    with pytest.raises(Invalid) as error:
        create(office, **form)
    assert codes(error) == [(field, code)]
    assert composing.bulletins(office.desk) == ()


def test_ten_thousand_characters_are_taken(office):
    assert create(office, text="a" * 10_000)


def test_every_fault_is_told_at_once(office):
    with pytest.raises(Invalid) as error:
        create(office, text="", repeat=9, title="t" * 400)
    assert {code for _, code in codes(error)} == {
        FaultCode.TEXT_EMPTY,
        FaultCode.REPEAT_OUT_OF_RANGE,
        FaultCode.TITLE_TOO_LONG,
    }


def test_the_same_press_makes_one_bulletin(office):
    first = create(office, text="một", press="press-0001")
    assert create(office, text="một", press="press-0001") == first
    assert len(composing.bulletins(office.desk)) == 1


def test_two_presses_at_the_same_moment_make_one_bulletin(office):
    made: list[str] = []
    threads = [
        threading.Thread(target=lambda: made.append(create(office, text="một", press="press-0001"))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(made) == 6
    assert len(set(made)) == 1


def test_a_recording_in_a_local_language_becomes_a_bulletin(office):
    made = create(office, upload=upload(office), title="Họp", language=Language.TAY, status=Status.TEST)
    assert rendering.render_next(office.desk)
    view = composing.bulletin(office.desk, made)
    assert view.rendition.kind is RenditionKind.RECORDING
    assert view.rendition.status is RenditionStatus.READY
    assert view.rendition.engine is None
    assert office.studio.uploads == [office.desk.uploads / "upload-0002"] or len(office.studio.uploads) == 1


@pytest.mark.parametrize(
    ("content", "code"), [(b"", FaultCode.UPLOAD_EMPTY), (b"x" * 2001, FaultCode.UPLOAD_TOO_LARGE)]
)
def test_an_empty_or_too_large_file_leaves_nothing_behind(tmp_path, office, content, code):
    from dataclasses import replace

    desk = replace(office.desk, settings=replace(office.desk.settings, max_upload_bytes=2000))
    with pytest.raises(Invalid) as error:
        composing.keep_upload(desk, io.BytesIO(content), name="a.mp3")
    assert codes(error) == [("upload", code)]
    assert list(desk.uploads.iterdir()) == []


def test_received_files_that_nobody_used_are_swept_and_used_ones_kept(office):
    used, unused, fresh = upload(office), upload(office), upload(office)
    create(office, upload=used, title="Họp")
    then = office.clock.now.timestamp()
    for token in (used, unused):
        os.utime(office.desk.uploads / token, (then - 3 * 86400, then - 3 * 86400))
    os.utime(office.desk.uploads / fresh, (then, then))
    assert composing.sweep_uploads(office.desk, office.clock.now) == 1
    assert sorted(path.name for path in office.desk.uploads.iterdir()) == sorted([used, fresh])


def test_an_unplanned_bulletin_can_be_edited_and_is_spoken_anew(office):
    made = office.bulletin("một")
    composing.edit_bulletin(office.desk, OFFICER, made, NewBulletin(text="hai", title="Tên mới", repeat=2))
    view = composing.bulletin(office.desk, made)
    assert (view.title, view.rendition.text, view.rendition.repeat) == ("Tên mới", "hai", 2)
    assert view.rendition.status is RenditionStatus.PENDING


def test_a_planned_bulletin_cannot_be_edited(office):
    made = office.bulletin("một")
    office.plan(bulletin=made)
    with pytest.raises(Invalid) as error:
        composing.edit_bulletin(office.desk, OFFICER, made, NewBulletin(text="hai"))
    assert codes(error) == [("", FaultCode.BULLETIN_PLANNED)]
    assert composing.bulletin(office.desk, made).rendition.text == "một"
    assert composing.bulletin(office.desk, made).planned


def test_an_unknown_bulletin_is_told(office):
    assert composing.bulletin(office.desk, "bulletin-x") is None
    for act in (
        lambda: composing.edit_bulletin(office.desk, OFFICER, "bulletin-x", NewBulletin(text="hai")),
        lambda: composing.render_again(office.desk, OFFICER, "bulletin-x"),
    ):
        with pytest.raises(Invalid) as error:
            act()
        assert codes(error) == [("", FaultCode.BULLETIN_UNKNOWN)]


def test_a_draft_outlives_the_session_and_is_dropped_when_done(office):
    form = {"text": "Kính thưa bà con" * 2000, "title": "Họp"}
    drafts.save_draft(office.desk, OFFICER, form={"text": "cũ"})
    drafts.save_draft(office.desk, OFFICER, form=form)
    assert drafts.load_draft(office.desk, OFFICER) == form
    drafts.drop_draft(office.desk, OFFICER)
    assert drafts.load_draft(office.desk, OFFICER) == {}


def test_a_draft_is_bounded(office):
    drafts.save_draft(office.desk, OFFICER, form={"text": "x" * 300_000, "title": "Họp"})
    kept = drafts.load_draft(office.desk, OFFICER)
    assert len(kept["text"]) == drafts.LONGEST_FORM
    assert kept["title"] == ""
