"""An emergency from ready phrases, as an officer meets it: choose, see who understands it, send with the code."""

import io
from urllib.parse import urlencode

import pytest

from controller.domain.phrases import Phrase
from controller.domain.rendition import Language
from controller.services import composing, phrases
from schedules.vocabulary import BroadcastClass
from tests.controller.web.visitor import Page, Visitor
from tests.fakes.desk import CODE

FLOOD = [("phrase", "attention"), ("phrase", "flash-flood"), ("phrase", "high-ground")]
TWO = [("village", "khau-bang"), ("village", "na-chao")]
MEANT = [*FLOOD, *TWO, ("status", "actual"), ("rounds", "1")]


@pytest.fixture(autouse=True)
def _ready(commune) -> None:
    """Vietnamese is spoken, Tày has what a flood needs, Nùng lacks two of three."""
    for language, wanted in ((Language.TAY, FLOOD), (Language.NUNG, FLOOD[:1])):
        for _, phrase in wanted:
            token = composing.keep_upload(commune.desk, io.BytesIO(b"RIFF" + phrase.encode()), name="a").token
            phrases.take_recording(commune.desk, commune.user, phrase, language, token)
    while phrases.render_next(commune.desk):
        pass
    commune.work()


def check(officer: Visitor, pairs=MEANT) -> Page:
    return officer.get(f"/khan-cap/ghep/kiem-tra?{urlencode(pairs)}")


def test_the_emergency_page_leads_to_the_phrases_by_what_they_are_for(officer: Visitor):
    assert "Ghép từ câu thu sẵn" in officer.get("/khan-cap").words
    words = officer.get("/khan-cap/ghep").words
    order = ["Mở đầu", "Nguy hiểm gì", "Ở đâu", "Phải làm gì", "Kết thúc", "Phát ở đâu?", "Đọc mấy lần"]
    assert [word for word in order if word in words] == order
    assert sorted(order, key=words.index) == order
    assert phrases.words_of(Phrase.EXERCISE) not in words


def test_before_sending_it_is_shown_who_understands_which_and_what_is_lacking(officer: Visitor, commune):
    commune.report("khau-bang")
    words = check(officer).words
    assert "Tiếng Tày, Tiếng ViệtThôn Khau Bang" in words
    assert "Tiếng ViệtThôn Nà Chào" in words
    assert f"Tiếng Nùng chưa phát được vì thiếu: {phrases.words_of(Phrase.FLASH_FLOOD)}" in words
    assert "Các câu đã nằm sẵn trong cụm loa." in words
    assert "Cụm loa chưa báo có đủ các câu" in words


def test_it_is_sent_with_the_code_and_the_same_press_sends_it_once(officer: Visitor, commune):
    page = check(officer)
    fields = [*((name, value) for name, value in page.fields if name != "code"), ("code", CODE)]
    first, second = (officer.send("/khan-cap/ghep/phat", fields) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    orders = commune.doorbell.all_orders()
    assert {order.act.broadcast.class_ for order in orders} == {BroadcastClass.EMERGENCY}
    assert sorted((order.targets, len(order.act.broadcast.items)) for order in orders) == [
        (("khau-bang",), 6),
        (("na-chao",), 3),
    ]
    words = officer.follow(first).words
    assert "Khẩn cấp" in words
    assert "Ghép từ câu thu sẵn" in words


def test_a_wrong_code_sends_nothing_and_keeps_what_was_chosen(officer: Visitor, commune):
    page = check(officer)
    again = officer.post(
        "/khan-cap/ghep/phat", [*((n, v) for n, v in page.fields if n != "code"), ("code", "nope-nope")]
    )
    assert again.status == 422
    assert "Mã khẩn cấp không đúng." in again.words
    assert ("phrase", "flash-flood") in again.fields
    assert commune.doorbell.orders == []
    for _ in range(4):
        again = officer.post(
            "/khan-cap/ghep/phat", [*((n, v) for n, v in page.fields if n != "code"), ("code", "nope")]
        )
    assert again.status == 429


def test_without_a_code_the_page_asks_for_it(officer: Visitor, commune):
    page = check(officer)
    again = officer.post("/khan-cap/ghep/phat", [(name, value) for name, value in page.fields if name != "code"])
    assert again.status == 422
    assert "Khóa khẩn cấp đang đóng." in again.words
    assert commune.doorbell.orders == []


@pytest.mark.parametrize(
    ("pairs", "sentence"),
    [
        ([*TWO], "Chưa có tiếng nào"),
        ([*FLOOD], "Chưa chọn thôn nào."),
        ([*FLOOD, ("village", "atlantis")], "Không có thôn “atlantis”"),
        ([*FLOOD, *TWO, ("rounds", "9")], "Số lần đọc phải từ 1 đến 3."),
        ([*FLOOD, *TWO, ("rounds", "x")], "Số lần đọc phải từ 1 đến 3."),
        ([("phrase", "meteorite"), *TWO], "Chưa chọn câu nào."),
    ],
)
def test_a_bad_choice_is_said_where_it_was_made(officer: Visitor, commune, pairs, sentence: str):
    page = check(officer, pairs)
    if pairs == [*TWO]:
        assert page.status == 200  # the first phrase is chosen by itself
        return
    assert page.status == 422
    assert sentence in page.words
    assert "Phát ở đâu?" in page.words


def test_the_names_of_the_chosen_villages_follow_the_phrase_that_leads_to_them(officer: Visitor):
    words = check(officer, [*FLOOD, ("phrase", "villages"), *TWO]).words
    led = f"{phrases.words_of(Phrase.VILLAGES)}Thôn Khau BangThôn Nà Chào{phrases.words_of(Phrase.HIGH_GROUND)}"
    assert led in words
    assert "Tiếng Tày chưa phát được vì thiếu: Bà con các thôn sau đây chú ý. · Thôn Khau Bang" in words


def test_an_exercise_says_so_first(officer: Visitor):
    words = check(officer, [*FLOOD, *TWO, ("status", "exercise"), ("rounds", "1")]).words
    assert words.index(phrases.words_of(Phrase.EXERCISE)) < words.index(phrases.words_of(Phrase.ATTENTION))
