"""A recording that is sent ahead of its form, and what is shown of the sound that became of it."""

import io
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.studio.findings import Problem
from controller.domain.rendition import Language, RenditionStatus
from controller.services import composing, drafts
from controller.services.ports import Rendered
from controller.services.views import SoundView
from controller.web.layout.sound_words import cut_words, minutes
from controller.web.layout.waveform import HEIGHT, outline
from tests.browser.ordinary_day import bulletin
from tests.controller.web.visitor import Page, Visitor
from words import say_code

WEBM = b"\x1a\x45\xdf\xa3" + bytes(4000)


def ahead(officer: Visitor, content: bytes, name: str = "thu-am.webm"):
    officer.get("/soan")
    return officer.send("/thu-am", file=(io.BytesIO(content), name))


def made_of(officer: Visitor, upload: str, **more: object) -> str:
    kept = {name: value for name, value in officer.get("/soan").fields if name != "csrf_token"}
    form = {**kept, "source": "upload", "upload": upload, "language": "tay", **more}
    answer = officer.send("/soan", form)
    assert answer.status_code == 303, Page(answer).words
    return answer.headers["Location"].split("/")[2]


def test_a_recording_is_received_before_its_form_and_found_by_its_name(officer: Visitor, commune):
    answer = ahead(officer, WEBM)
    assert answer.status_code == 200
    name = answer.get_json()["upload"]
    assert (commune.desk.uploads / name).read_bytes() == WEBM
    made = made_of(officer, name, paper="Slai cần xằng bản hâng.")
    rendition = composing.bulletin(commune.desk, made).rendition
    assert (rendition.language, rendition.text) == (Language.TAY, "Slai cần xằng bản hâng.")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Tệp này rỗng. Hãy chọn tệp khác."),
        (b"\x7fELF" + bytes(5000), "Tệp này không phải tệp âm thanh mà máy đọc được."),
    ],
    ids=["empty", "program"],
)
def test_what_is_no_recording_is_refused_in_words_and_leaves_nothing(officer: Visitor, commune, content, sentence):
    answer = ahead(officer, content)
    assert answer.status_code == 422
    assert sentence in answer.get_json()["problem"]
    assert list(commune.desk.uploads.iterdir()) == []


def test_a_request_without_a_file_is_told_so(officer: Visitor):
    officer.get("/soan")
    answer = officer.send("/thu-am")
    assert (answer.status_code, answer.get_json()) == (422, {"problem": "Chưa có tệp ghi âm. Hãy chọn tệp."})


def test_a_recording_above_the_limit_is_refused_before_it_is_read(officer: Visitor, commune):
    answer = ahead(officer, b"RIFF" + bytes(4 * 1024 * 1024), "dai.wav")
    assert (answer.status_code, answer.get_json()) == (413, {"problem": "Tệp quá lớn, tối đa 2 MB."})
    assert list(commune.desk.uploads.iterdir()) == []


def test_nobody_sends_a_recording_without_signing_in_or_with_a_stranger_s_form(officer: Visitor, commune):
    officer.get("/soan")
    officer.token = "of-another-page"
    headers = {"HX-Request": "true"}
    sound = {"file": (io.BytesIO(WEBM), "a.webm")}
    assert officer.client.post("/thu-am", data={"csrf_token": "x", **sound}, headers=headers).status_code == 400
    officer.lose_session()
    sound = {"file": (io.BytesIO(WEBM), "a.webm")}
    assert officer.client.post("/thu-am", data=sound, headers=headers).status_code in {400, 401}
    assert list(commune.desk.uploads.iterdir()) == []


def test_a_disk_that_fills_up_leaves_nothing_behind(commune):
    class Full(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise OSError(28, "No space left on device")
            return super().read(10)

    with pytest.raises(OSError, match="No space"):
        composing.keep_upload(commune.desk, Full(WEBM), name="a.webm")
    assert list(commune.desk.uploads.iterdir()) == []


def test_a_draft_keeps_a_recording_without_any_word_and_forgets_one_that_is_gone(officer: Visitor, commune):
    name = ahead(officer, WEBM).get_json()["upload"]
    officer.post("/soan/nhap", {"source": "upload", "upload": name, "upload_name": "Bản thu"})
    page = officer.get("/soan")
    assert page.field("upload") == name
    assert "Đã nhận “Bản thu”" in page.words
    (commune.desk.uploads / name).unlink()
    assert officer.get("/soan").field("upload") == ""
    assert drafts.load_draft(commune.desk, commune.user)["upload"] == name


def test_a_paper_that_is_too_long_is_said_beside_it(officer: Visitor):
    name = ahead(officer, WEBM).get_json()["upload"]
    form = {"source": "upload", "upload": name, "language": "tay", "paper": "a" * 10_001}
    page = officer.post("/soan", form)
    assert page.status == 422
    area = next(found for tag, found in page.tags if tag == "textarea" and found.get("name") == "paper")
    assert area["aria-invalid"] == "true"
    assert "Nội dung dài 10.001 ký tự, tối đa là 10.000." in page.words


def test_the_paper_of_a_recording_is_there_again_when_it_is_edited(officer: Visitor):
    made = made_of(officer, ahead(officer, WEBM).get_json()["upload"], paper="Slai cần xằng.")
    page = officer.get(f"/soan/{made}/sua")
    assert page.field("paper").strip() == "Slai cần xằng."
    assert page.field("text").strip() == ""


def test_the_other_fields_of_a_recorded_bulletin_are_edited_without_recording_it_again(officer: Visitor, commune):
    name = ahead(officer, WEBM).get_json()["upload"]
    made = made_of(officer, name, title="Lời chào")
    commune.work()
    page = officer.get(f"/soan/{made}/sua")
    assert "Đã nhận “Lời chào”" in page.words
    fields = {**dict(page.fields), "title": "Lời chào mới", "source": "upload", "language": "tay"}
    assert officer.send(f"/soan/{made}/sua", fields).status_code == 303
    commune.work()
    view = composing.bulletin(commune.desk, made)
    assert (view.title, view.rendition.status) == ("Lời chào mới", RenditionStatus.READY)
    (commune.desk.uploads / name).unlink()
    assert officer.get(f"/soan/{made}/sua").field("upload") == ""


def test_a_recording_of_a_text_that_waited_keeps_the_text(officer: Visitor, commune):
    made = bulletin(commune, "Mời bà con họp thôn.")
    officer.get(f"/soan/{made}/nghe")
    officer.send(f"/soan/{made}/tieng", {"language": "tay", "language_text": "Mời pỉ noọng pây họp."})
    name = ahead(officer, WEBM).get_json()["upload"]
    officer.send(f"/soan/{made}/tieng", {"language": "tay", "language_upload": name})
    commune.work()
    _, tay = composing.bulletin(commune.desk, made).renditions
    assert (tay.status, tay.text) == (RenditionStatus.READY, "Mời pỉ noọng pây họp.")


def test_a_recording_that_was_received_stays_while_the_language_is_mended(officer: Visitor, commune):
    made = bulletin(commune, "Mời bà con họp thôn.")
    name = ahead(officer, WEBM).get_json()["upload"]
    page = officer.post(
        f"/soan/{made}/tieng", {"language": "nga", "language_upload": name, "language_upload_name": "Bản thu"}
    )
    assert (page.status, page.field("language_upload")) == (422, name)
    assert "Đã nhận “Bản thu”" in page.words


def found_in(commune, **findings: object) -> None:
    """Let the studio find this in what it takes in."""
    taken = commune.studio.take_upload

    def take_upload(path, script, progress) -> Rendered:
        made = taken(path, script, progress)
        return replace(made, clip=replace(made.clip, **findings))

    commune.studio.take_upload = take_upload


def test_the_outline_and_what_is_wrong_with_a_recording_are_shown_and_it_may_go_on(officer: Visitor, commune):
    found_in(
        commune, peaks=(0.0, 0.5, 1.0, 0.25) * 100, problems=(Problem.TOO_QUIET, Problem.CLIPPED), cut_ms=(2_100, 400)
    )
    made = made_of(officer, ahead(officer, WEBM).get_json()["upload"])
    commune.work()
    page = officer.get(f"/soan/{made}/nghe")
    drawing = next(found for tag, found in page.tags if tag == "svg" and found.get("class") == "outline-drawing")
    assert (drawing["viewbox"], drawing["aria-label"]) == ("0 0 400 100", "Dạng sóng của bản ghi, dài 48 giây")
    assert "Đã cắt 2,1 giây im lặng ở đầu." in page.words
    for problem in (Problem.TOO_QUIET, Problem.CLIPPED):
        assert say_code("sound-problem", problem) in page.words
    assert "Vẫn có thể phát bản này nếu nghe rõ." in page.words
    assert any(found.get("href") == f"/soan/{made}/thon" for _, found in page.tags)


def test_a_recording_without_fault_says_nothing_of_faults(officer: Visitor, commune):
    found_in(commune, peaks=(0.5,) * 400)
    made = made_of(officer, ahead(officer, WEBM).get_json()["upload"])
    commune.work()
    words = officer.get(f"/soan/{made}/nghe").words
    assert "Nên nghe kỹ trước khi phát" not in words
    assert "Đã cắt" not in words


def test_what_was_found_is_kept_with_the_clip_and_found_anew_for_the_same_bytes(officer: Visitor, commune):
    first = made_of(officer, ahead(officer, WEBM).get_json()["upload"])
    commune.work()
    assert composing.bulletin(commune.desk, first).rendition.sound == SoundView(
        peaks=(), problems=(), cut_lead_ms=0, cut_tail_ms=0
    )
    found_in(commune, peaks=(0.5,) * 400, problems=(Problem.HUM,), cut_ms=(0, 900))
    made_of(officer, ahead(officer, WEBM).get_json()["upload"])
    commune.work()
    sound = composing.bulletin(commune.desk, first).rendition.sound
    assert (len(sound.peaks), sound.problems, sound.cut_lead_ms, sound.cut_tail_ms) == (400, ("hum",), 0, 900)


@pytest.mark.parametrize(
    ("lead", "tail", "words"),
    [
        (0, 0, ""),
        (499, 300, ""),
        (2_100, 0, "Đã cắt 2,1 giây im lặng ở đầu."),
        (0, 12_000, "Đã cắt 12,0 giây im lặng ở cuối."),
        (500, 3_160, "Đã cắt 0,5 giây im lặng ở đầu và 3,2 giây ở cuối."),
    ],
)
def test_how_much_silence_was_cut_is_said_where_it_is_worth_it(lead: int, tail: int, words: str):
    assert cut_words(SoundView(peaks=(), problems=(), cut_lead_ms=lead, cut_tail_ms=tail)) == words


@pytest.mark.parametrize(("length", "shown"), [(1, "0:01"), (12_000, "0:12"), (59_001, "1:00"), (3_599_999, "60:00")])
def test_a_length_is_shown_as_players_do(length: int, shown: str):
    assert minutes(length) == shown


@given(st.lists(st.floats(-0.5, 1.5), min_size=1, max_size=400))
def test_an_outline_is_the_same_above_and_below_and_stays_inside(peaks: list[float]):
    path = outline(peaks)
    assert re.fullmatch(r"M0 50(V\d+h1)+(V\d+h-1)+z", path)
    heights = [int(found) for found in re.findall(r"V(\d+)", path)]
    above, below = heights[: len(peaks)], heights[len(peaks) :]
    assert [HEIGHT - high for high in reversed(above)] == below
    assert all(0 <= height <= HEIGHT for height in heights)


def test_no_peaks_are_no_drawing():
    assert outline(()) == ""
