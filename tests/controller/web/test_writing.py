import io
import re

import pytest

from controller.domain.rendition import RenditionStatus
from controller.services import composing, drafts
from controller.services.ports import EngineFailure
from tests.controller.web.visitor import Page, Visitor

NOTICE = "UBND xã thông báo: 07h30 ngày 24/11/2026 mời bà con họp thôn."


def form(page: Page, **changed: object) -> dict[str, object]:
    kept = {name: value for name, value in page.fields if name != "csrf_token"}
    return {**kept, "language": "vi", **changed}


def compose(officer: Visitor, **changed: object) -> str:
    page = officer.get("/soan")
    answer = officer.send("/soan", form(page, text=NOTICE, **changed))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return answer.headers["Location"].split("/")[2]


def test_a_text_becomes_a_bulletin_that_can_be_heard(officer: Visitor, commune):
    made = compose(officer, repeat="2", status="test")
    assert "Đang chờ đến lượt" in officer.get(f"/soan/{made}/nghe").words
    commune.work()
    page = officer.get(f"/soan/{made}/nghe")
    assert "48 giây" in page.words
    assert "eSpeak (trên máy này), giọng vi" in page.words
    assert any(tag == "audio" and found["src"].startswith("/clips/") for tag, found in page.tags)
    assert commune.studio.rendered[0].repeat == 2


def test_what_will_be_read_differently_is_marked_and_doubts_are_asked(officer: Visitor):
    page = officer.get("/soan")
    found = officer.post("/soan/cach-doc", form(page, text="UBND xã mời đ/c Hoa lúc 07h30."))
    assert "ủy ban nhân dân" in found.words.lower()
    assert any(tag == "mark" for tag, _ in found.tags)
    assert "chữ viết tắt có nhiều nghĩa" in found.words
    assert "Chưa có chữ để đọc" in officer.post("/soan/cach-doc", form(page, text="  ")).words


def test_an_engine_that_failed_first_is_named(officer: Visitor, commune):
    commune.studio.failed_first = (EngineFailure("gtts", "unreachable"),)
    made = compose(officer)
    commune.work()
    words = officer.get(f"/soan/{made}/nghe").words
    assert "đã chuyển sang giọng này" in words
    assert "Google (qua Internet): không nối được Internet" in words


def test_speech_that_failed_can_be_tried_again(officer: Visitor, commune):
    commune.studio.broken = "crashed"
    made = compose(officer)
    commune.work()
    assert "chương trình đọc bị lỗi" in officer.get(f"/soan/{made}/nghe").words
    commune.studio.broken = None
    officer.follow(officer.send(f"/soan/{made}/nghe/lai"))
    commune.work()
    assert "eSpeak" in officer.get(f"/soan/{made}/nghe").words


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": ""}, "Chưa có nội dung. Hãy gõ hoặc dán bản tin."),
        ({"text": " \n … "}, "Chưa có nội dung."),
        ({"text": "a" * 20_000}, "Nội dung dài 20.000 ký tự, tối đa là 10.000."),
        ({"text": NOTICE, "title": "t" * 301}, "Tên dài 301 ký tự, tối đa là 300."),
        ({"text": NOTICE, "repeat": "9"}, "Số lần đọc phải từ 1 đến 3."),
        ({"text": NOTICE, "repeat": "nhiều"}, "Số lần đọc phải từ 1 đến 3."),
        ({"source": "upload"}, "Chưa có tệp ghi âm. Hãy chọn tệp."),
        ({"source": "upload", "upload": "../../etc/passwd"}, "Chưa có tệp ghi âm. Hãy chọn tệp."),
    ],
)
def test_a_bad_form_is_explained_beside_its_field_and_loses_nothing(officer: Visitor, changed, sentence: str):
    page = officer.get("/soan")
    answer = officer.post("/soan", form(page, **changed))
    assert answer.status == 422
    assert sentence in answer.words
    if changed.get("text", "").strip():
        assert answer.field("text").strip() == changed["text"].strip()
        assert officer.get("/soan").field("text").strip() == changed["text"].strip()


def test_a_fault_is_tied_to_its_field_for_a_screen_reader(officer: Visitor):
    page = officer.post("/soan", form(officer.get("/soan"), text=""))
    area = next(found for tag, found in page.tags if tag == "textarea")
    assert area["aria-invalid"] == "true"
    described = (area["aria-describedby"] or "").split()
    ids = {found.get("id") for _, found in page.tags}
    assert described
    assert set(described) <= ids


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "rong.mp3", "Tệp này rỗng."),
        (b"\x7fELF" + b"x" * 5000, "virus.mp3", "không phải tệp âm thanh"),
        (b"<html>" * 1000, "trang.wav", "không phải tệp âm thanh"),
    ],
)
def test_a_file_that_is_no_sound_is_refused_at_once(officer: Visitor, content: bytes, name: str, sentence: str):
    page = officer.get("/soan")
    answer = officer.post("/soan", form(page, source="upload", title="Lời chào"), file=(io.BytesIO(content), name))
    assert answer.status == 422
    assert sentence in answer.words
    assert answer.field("title") == "Lời chào"


def test_a_recording_above_the_limit_is_refused_and_the_draft_is_shown(officer: Visitor, commune):
    officer.get("/soan")
    officer.post("/soan/nhap", {"title": "Chương trình tối", "source": "upload"})
    huge = io.BytesIO(b"RIFF" + bytes(4 * 1024 * 1024))
    answer = officer.post("/soan", {"source": "upload", "title": "Chương trình tối"}, file=(huge, "dai.wav"))
    assert answer.status == 413
    assert "Tệp quá lớn, tối đa 2 MB." in answer.words
    assert answer.field("title") == "Chương trình tối"


def test_a_recording_becomes_a_bulletin_in_the_language_spoken(officer: Visitor, commune):
    page = officer.get("/soan")
    sound = (io.BytesIO(b"RIFF....WAVEfmt " + bytes(4000)), "loi-tay.wav")
    answer = officer.send("/soan", form(page, source="upload", language="tay", text=""), file=sound)
    made = answer.headers["Location"].split("/")[2]
    commune.work()
    page = officer.get(f"/soan/{made}/nghe")
    assert "Tiếng Tày" in page.words
    assert "Bản ghi âm ngày 23/11/2026" in page.words


def test_a_recording_stays_received_while_another_field_is_mended(officer: Visitor):
    page = officer.get("/soan")
    sound = (io.BytesIO(b"RIFF....WAVEfmt " + bytes(4000)), "loi-tay.wav")
    faulty = officer.post("/soan", form(page, source="upload", repeat="7"), file=sound)
    assert "Đã nhận “loi-tay.wav”" in faulty.words
    answer = officer.send("/soan", form(faulty, source="upload", repeat="1"))
    assert answer.status_code == 303


def test_the_same_press_twice_is_one_bulletin(officer: Visitor, commune):
    page = officer.get("/soan")
    first, second = (officer.send("/soan", form(page, text=NOTICE)) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert len(composing.bulletins(commune.desk)) == 1


def test_a_draft_is_kept_while_it_is_written_and_forgotten_when_it_became_a_bulletin(officer: Visitor, commune):
    page = officer.get("/soan")
    assert officer.post("/soan/nhap", form(page, text="Dang dở")).words == "Đã lưu nháp lúc 08:00:00"
    assert officer.get("/soan").field("text") == "Dang dở"
    compose(officer)
    assert drafts.load_draft(commune.desk, commune.user) == {}


def test_a_draft_can_be_thrown_away(officer: Visitor):
    officer.post("/soan/nhap", form(officer.get("/soan"), text="Dang dở"))
    page = officer.follow(officer.send("/soan/bo-nhap"))
    assert page.field("text") == ""


def test_a_lost_session_in_the_middle_of_writing_loses_no_text(officer: Visitor):
    page = officer.get("/soan")
    text = "Dòng một\nDòng hai: 1 < 2 & “trích” 'đơn'\n\nDòng cuối ₫"
    written = form(page, text=text, title="Họp <thôn>", repeat="3")
    officer.lose_session()
    gate = officer.post("/soan", written)
    assert gate.status == 401
    assert "Phần chữ bạn vừa gửi đang được giữ" in gate.words
    wrong = officer.post("/dang-nhap", {"name": "hoa", "password": "sai", "next": "/soan", "kept": gate.field("kept")})
    answer = officer.sign_in(next_=wrong.field("next"), kept=wrong.field("kept"))
    after = officer.follow(answer)
    assert after.field("text").replace("\r\n", "\n") == text
    assert after.field("title") == "Họp <thôn>"
    assert after.field("repeat") == "3"


def test_what_rides_along_on_the_sign_in_page_is_only_believed_as_text(visitor: Visitor, commune):
    for kept in ("no json", "[1]", '{"text": 7}', '{"user": "x"}', "x" * 200_000):
        visitor.lose_session()
        assert visitor.sign_in(kept=kept).status_code == 303
        assert drafts.load_draft(commune.desk, commune.user) == {}


def test_a_form_of_an_older_session_keeps_its_text_and_does_nothing(officer: Visitor, commune):
    page = officer.get("/soan")
    answer = officer.post("/soan", {**form(page, text=NOTICE), "csrf_token": "of-an-older-session"})
    assert answer.status == 400
    assert "Phiên làm việc đã hết nên chưa gửi được." in answer.words
    assert answer.field("text") == NOTICE
    assert composing.bulletins(commune.desk) == ()
    assert officer.send("/soan", form(answer)).status_code == 303


def test_a_bulletin_is_edited_until_it_is_planned(officer: Visitor, commune):
    made = compose(officer)
    page = officer.get(f"/soan/{made}/sua")
    assert page.field("text") == NOTICE
    assert officer.send(f"/soan/{made}/sua", form(page, text="Văn bản mới.")).status_code == 303
    commune.work()
    assert commune.studio.rendered[-1].text == "Văn bản mới."
    officer.send(f"/soan/{made}/phat", {"village": "khau-bang", "when": "now"})
    page = officer.follow(officer.client.get(f"/soan/{made}/sua"))
    assert "không sửa được nữa" in page.words
    refused = officer.post(f"/soan/{made}/sua", form(officer.get("/soan"), text="Muộn rồi."))
    assert "không sửa được nữa" in refused.words
    assert refused.field("text") == "Muộn rồi."


def test_the_live_part_of_listening_stops_asking_when_the_voice_is_ready(officer: Visitor, commune):
    made = compose(officer)
    assert "hx-get" in officer.get(f"/soan/{made}/nghe/tien-do").html
    commune.work()
    assert "hx-get" not in officer.get(f"/soan/{made}/nghe/tien-do").html
    assert composing.bulletin(commune.desk, made).rendition.status is RenditionStatus.READY


def test_decomposed_accents_are_stored_composed(officer: Visitor, commune):
    import unicodedata

    made = compose(officer, title=unicodedata.normalize("NFD", "Thôn Nà Ngăm"))
    assert composing.bulletin(commune.desk, made).title == "Thôn Nà Ngăm"


def test_the_page_shows_the_length_as_the_officer_writes_it(officer: Visitor):
    officer.post("/soan/nhap", form(officer.get("/soan"), text="a" * 1234))
    assert re.search(r"1\.234\s*/ 10\.000 ký tự", officer.get("/soan").words)
