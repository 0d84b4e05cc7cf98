"""How a text is read: seen, mended and asked about, without scripts."""

import io
import re
import zipfile
from urllib.parse import urlencode

import pytest

from controller.services import composing, corrections, dictionary, drafts, results
from tests.browser.ordinary_day import bulletin
from tests.controller.web.visitor import Page, Visitor

TWO = "Theo TT số 39/2020, UBND TT Phủ Thông mời đ/c Hoa."
CHOSEN = urlencode([("village", "khau-bang"), ("when", "now")])


@pytest.fixture
def made(commune) -> str:
    return bulletin(commune, TWO, "Mời họp")


def form(page: Page, **changed: object) -> dict[str, object]:
    kept = {name: value for name, value in page.fields if name != "csrf_token"}
    return {**kept, "language": "vi", **changed}


def marks(page: Page) -> list[str]:
    return list(dict.fromkeys(name for name, _ in page.fields if name.startswith("answer-")))


def hrefs(page: Page) -> list[str]:
    return [found["href"] for tag, found in page.tags if tag == "a" and "said" in (found.get("class") or "")]


def lines(commune, made: str) -> str:
    return corrections.wording(commune.desk, made).reading.spoken


def test_the_listening_page_asks_and_nothing_is_sent_before_the_answer(officer: Visitor, made: str, commune):
    page = officer.get(f"/soan/{made}/nghe")
    assert "Cần chọn cách đọc" in page.words
    assert "Theo TT số 39/2020" in page.words
    assert [page.field(mark) for mark in marks(page)] == ["thông tư", "thị trấn", "đồng chí"]
    check = officer.get(f"/soan/{made}/kiem-tra?{CHOSEN}")
    assert "Còn 3 chữ viết tắt chưa chọn cách đọc." in check.words
    assert "Phát ngay</button>" not in check.html
    refused = officer.post(f"/soan/{made}/phat", [("village", "khau-bang"), ("when", "now"), ("press", "a" * 24)])
    assert refused.status == 422
    now = commune.clock.now
    assert results.sittings(commune.desk, since=now.replace(year=2020), until=now.replace(year=2030), limit=9) == ()


def test_answers_are_taken_and_the_page_that_asked_is_shown_again(officer: Visitor, made: str, commune):
    page = officer.get(f"/soan/{made}/kiem-tra?{CHOSEN}")
    first, second, third = marks(page)
    query = page.field("query")
    given = {first: "thông tư", second: "thông tin", third: "other", "query": query}
    given["other-" + third.removeprefix("answer-")] = "anh"
    back = officer.follow(officer.send(f"/soan/{made}/tra-loi", given))
    assert "Đã chọn xong cách đọc." in back.words
    assert "Kiểm tra lần cuối" in back.words
    assert "Cần chọn cách đọc" not in back.words
    assert "ủy ban nhân dân thông tin Phủ Thông mời anh Hoa" in lines(commune, made)
    assert "Đang tạo giọng đọc" in back.words


def test_an_answer_for_ever_stands_in_the_dictionary(officer: Visitor, made: str, commune):
    page = officer.get(f"/soan/{made}/nghe")
    mark = marks(page)[2]
    answer = {mark: "đồng chí", mark.replace("answer-", "always-"): "1"}
    back = officer.follow(officer.send(f"/soan/{made}/tra-loi", answer))
    assert len(marks(back)) == 2
    assert [(one.written, one.spoken) for one in dictionary.entries(commune.desk)] == [("đ/c", "đồng chí")]


def test_own_words_that_cannot_be_read_are_said_beside_their_question(officer: Visitor, made: str):
    page = officer.get(f"/soan/{made}/nghe")
    mark = marks(page)[0]
    answer = officer.post(
        f"/soan/{made}/tra-loi", {mark: "other", mark.replace("answer-", "other-"): "TT 39", "query": ""}
    )
    assert answer.status == 422
    assert "Cách đọc “TT 39” chưa đọc được." in answer.words
    assert answer.field(mark) == "other"
    assert answer.field(mark.replace("answer-", "other-")) == "TT 39"


def test_own_words_that_are_not_written_leave_the_question_open(officer: Visitor, made: str):
    mark = marks(officer.get(f"/soan/{made}/nghe"))[0]
    back = officer.follow(officer.send(f"/soan/{made}/tra-loi", {mark: "other"}))
    assert len(marks(back)) == 3


def test_where_to_go_back_to_is_never_taken_from_the_form_as_it_is(officer: Visitor, made: str):
    for query in ("//evil.example", "?village=a&x=//evil.example", "\r\nLocation: x", "https://evil.example?village=a"):
        answer = officer.send(f"/soan/{made}/tra-loi", {"query": query})
        assert answer.headers["Location"].startswith(f"/soan/{made}/")
        assert "evil" not in answer.headers["Location"]


def test_a_piece_is_opened_said_and_mended_in_this_bulletin(officer: Visitor, made: str, commune):
    page = officer.get(f"/soan/{made}/nghe")
    address = next(href for href in hrefs(page) if href.endswith(f"/{TWO.index('UBND')}#fix")).partition("#")[0]
    page = officer.get(address)
    assert page.field("fix-written") == "UBND"
    assert page.field("fix-spoken") == "ủy ban nhân dân"
    assert "Chữ viết tắt, đọc đủ chữ." in page.words
    sent = {**form(page), "fix-spoken": "ủy ban", "scope": "once"}
    after = officer.follow(officer.send(f"/soan/{made}/doc", sent))
    assert "Đã sửa cách đọc “UBND” trong bản tin này." in after.words
    assert "ủy ban TT" not in lines(commune, made)
    assert "ủy ban thị trấn" in lines(commune, made)
    opened = officer.get(address)
    assert "Anh chị đã sửa cho bản tin này." in opened.words
    officer.send(f"/soan/{made}/doc", {**form(opened), "scope": "undo"})
    assert "ủy ban nhân dân thị trấn" in lines(commune, made)


def test_a_piece_is_mended_for_ever(officer: Visitor, made: str, commune):
    page = officer.get(f"/soan/{made}/doc/{TWO.index('UBND')}")
    officer.send(f"/soan/{made}/doc", {**form(page), "fix-spoken": "ủy ban xã", "scope": "always"})
    assert "ủy ban xã thị trấn" in lines(commune, made)
    assert [one.written for one in dictionary.entries(commune.desk)] == ["UBND"]
    assert "Theo từ điển đọc của xã." in officer.get(f"/soan/{made}/doc/{TWO.index('UBND')}").words


def test_one_place_is_mended_alone(officer: Visitor, made: str, commune):
    page = officer.get(f"/soan/{made}/doc/{TWO.index('TT Phủ')}")
    assert "Chữ này có 2 chỗ trong bản tin." in page.words
    officer.send(f"/soan/{made}/doc", {**form(page), "fix-spoken": "thị tứ", "scope": "once"})
    assert "Theo thông tư số" in lines(commune, made)
    assert "thị tứ Phủ Thông" in lines(commune, made)
    page = officer.get(f"/soan/{made}/doc/{TWO.index('TT Phủ')}")
    fields = {name: value for name, value in form(page).items() if name != "fix-place"}
    officer.send(f"/soan/{made}/doc", {**fields, "fix-spoken": "thị trấn", "scope": "once"})
    assert "Theo thị trấn số" in lines(commune, made)


def test_a_word_that_is_not_marked_can_be_mended_too(officer: Visitor, made: str, commune):
    officer.send(f"/soan/{made}/doc", {"fix-written": "Phủ Thông", "fix-spoken": "Phủ Thông cũ", "scope": "once"})
    assert "thị trấn Phủ Thông cũ mời" in lines(commune, made)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"fix-written": "UBND", "fix-spoken": "UB 1"}, "Cách đọc “UB 1” chưa đọc được."),
        ({"fix-written": "UBND", "fix-spoken": ""}, "Hãy viết thành lời tiếng Việt"),
        ({"fix-written": "HĐND", "fix-spoken": "hội đồng"}, "Không thấy “HĐND” đứng riêng"),
        ({"fix-written": "", "fix-spoken": "hội đồng"}, "phải bắt đầu bằng một chữ cái"),
        ({"fix-written": "39/2020", "fix-spoken": "ba chín", "scope": "always"}, "phải bắt đầu bằng một chữ cái"),
    ],
)
def test_a_bad_correction_is_said_and_what_was_typed_stays(officer: Visitor, made: str, fields, sentence: str):
    page = officer.post(f"/soan/{made}/doc", {"scope": "once", **fields})
    assert page.status == 422
    assert sentence in page.words
    assert page.field("fix-spoken") == fields["fix-spoken"]


def test_a_place_that_is_gone_leads_back_to_the_page(officer: Visitor, made: str):
    for start in ("1", "99999", str(TWO.index("UBND") + 1)):
        assert officer.client.get(f"/soan/{made}/doc/{start}").headers["Location"].endswith("/nghe")
    assert officer.get("/soan/bulletin-x/doc/1").status == 404
    assert officer.client.get(f"/soan/{made}/doc/{'9' * 400}").status_code in {302, 404}


def test_a_planned_bulletin_shows_what_its_clip_says_and_offers_no_pen(officer: Visitor, commune):
    from tests.browser.ordinary_day import at, plan

    made = bulletin(commune, "UBND xã mời họp.", "Mời họp")
    plan(commune, made, at(commune, 11, 0), ("khau-bang",))
    dictionary.put(commune.desk, commune.user, written="UBND", spoken="ủy ban")
    page = officer.get(f"/soan/{made}/nghe")
    assert "ủy ban nhân dân xã mời họp." in page.words
    assert "Dưới đây là lời trong tiếng đã tạo." in page.words
    assert hrefs(page) == []
    assert "Sửa cho bản tin này" not in page.words
    refused = officer.post(f"/soan/{made}/doc", {"fix-written": "UBND", "fix-spoken": "ủy ban", "scope": "once"})
    assert (refused.status, "Bản tin đã đặt lịch" in refused.words) == (422, True)


def test_what_is_not_read_is_shown_to_be_left_out(officer: Visitor, commune):
    made = bulletin(commune, "Mời 你好 bà con họp.", "Mời họp")
    page = officer.get(f"/soan/{made}/nghe")
    assert "Không đọc: 你好" in page.words


def test_while_writing_a_decision_travels_with_the_form(officer: Visitor, commune):
    page = officer.get("/soan")
    opened = officer.post("/soan/cach-doc", form(page, text=TWO, at=str(TWO.index("UBND"))))
    assert opened.field("fix-spoken") == "ủy ban nhân dân"
    fix = {"fix-written": "UBND", "fix-spoken": "ủy ban", "fix-at": str(TWO.index("UBND")), "scope": "once"}
    mended = officer.post("/soan/cach-doc", form(page, text=TWO, **fix))
    assert "Đã sửa cách đọc “UBND”" in mended.words
    kept = mended.field("corrections")
    answer = officer.send("/soan", form(officer.get("/soan"), text=TWO, corrections=kept))
    made = answer.headers["Location"].split("/")[2]
    assert "ủy ban thị trấn" in lines(commune, made)
    undo = {**fix, "scope": "undo"}
    assert officer.post("/soan/cach-doc", form(page, text=TWO, corrections=kept, **undo)).field("corrections") == ""


def test_while_writing_a_bad_decision_is_said_and_a_lasting_one_is_kept_at_once(officer: Visitor, commune):
    page = officer.get("/soan")
    fix = {"fix-written": "UBND", "fix-spoken": "ủy ban 1", "fix-at": str(TWO.index("UBND")), "scope": "once"}
    bad = officer.post("/soan/cach-doc", form(page, text=TWO, **fix))
    assert "chưa đọc được" in bad.words
    assert bad.field("fix-spoken") == "ủy ban 1"
    fix |= {"fix-spoken": "ủy ban xã", "scope": "always"}
    done = officer.post("/soan/cach-doc", form(page, text=TWO, **fix))
    assert "ủy ban xã" in done.words
    assert [one.spoken for one in dictionary.entries(commune.desk)] == ["ủy ban xã"]


def test_an_edited_bulletin_keeps_its_decisions(officer: Visitor, made: str, commune):
    officer.send(f"/soan/{made}/doc", {"fix-written": "UBND", "fix-spoken": "ủy ban", "scope": "once"})
    page = officer.get(f"/soan/{made}/sua")
    assert "ủy ban thị trấn" in officer.post("/soan/cach-doc", form(page)).words
    officer.send(f"/soan/{made}/sua", form(page, text=TWO + "\nXin cảm ơn."))
    assert "ủy ban thị trấn" in lines(commune, made)


@pytest.mark.parametrize(
    "kept", ["no json", "[1]", '{"UBND": 7}', '{"UBND": "ủy ban 9"}', "[" * 100_000, '{"a\\nb": "x"}']
)
def test_decisions_that_no_page_of_ours_made_are_left_out(officer: Visitor, commune, kept: str):
    answer = officer.send("/soan", form(officer.get("/soan"), text=TWO, corrections=kept))
    made = answer.headers["Location"].split("/")[2]
    assert "ủy ban nhân dân thị trấn" in lines(commune, made)


def test_a_draft_and_a_lost_session_keep_decisions(officer: Visitor, commune):
    page = officer.get("/soan")
    written = form(page, text=TWO, corrections='{"UBND": "ủy ban"}')
    officer.post("/soan/nhap", written)
    assert officer.get("/soan").field("corrections") == '{"UBND": "ủy ban"}'
    drafts.drop_draft(commune.desk, commune.user)
    officer.lose_session()
    gate = officer.post("/soan", written)
    after = officer.follow(officer.sign_in(next_="/soan", kept=gate.field("kept")))
    assert after.field("corrections") == '{"UBND": "ủy ban"}'


TCVN3 = "Th«ng b¸o: UBND x· mêi bµ con häp th«n lóc 7h30."


def test_a_text_in_an_older_encoding_is_shown_converted_before_it_becomes_a_bulletin(officer: Visitor, commune):
    page = officer.post("/soan", form(officer.get("/soan"), text=TCVN3))
    assert page.status == 200
    assert "Đã chuyển từ bảng mã TCVN3 sang Unicode." in page.words
    assert page.field("text") == "Thông báo: UBND xã mời bà con họp thôn lúc 7h30."
    assert composing.bulletins(commune.desk) == ()
    assert officer.get("/soan").field("text").startswith("Thông báo")
    assert officer.send("/soan", form(page)).status_code == 303


def test_a_conversion_is_taken_back_and_not_made_again(officer: Visitor, commune):
    page = officer.post("/soan", form(officer.get("/soan"), text=TCVN3))
    back = officer.post("/soan/tra-lai", form(page))
    assert back.field("text") == TCVN3
    assert officer.post("/soan/bang-ma", form(back)).words.strip() == ""
    answer = officer.send("/soan", form(back))
    assert answer.status_code == 303
    assert composing.bulletins(commune.desk)[0].rendition.text == TCVN3


def test_a_pasted_text_is_answered_with_its_unicode_or_with_nothing(officer: Visitor):
    page = officer.get("/soan")
    found = officer.post("/soan/bang-ma", form(page, text=TCVN3))
    converted = next(found for tag, found in found.tags if "data-converted" in found)
    assert converted["value"] == "Thông báo: UBND xã mời bà con họp thôn lúc 7h30."
    assert officer.post("/soan/bang-ma", form(page, text=TWO)).words.strip() == ""


def test_a_text_without_marks_is_warned_about_and_not_refused(officer: Visitor):
    text = "Thong bao cat dien toan xa tu 7h30 den 16h, ba con chu y."
    page = officer.get("/soan")
    assert "Có vẻ thiếu dấu." in officer.post("/soan/cach-doc", form(page, text=text)).words
    assert "Có vẻ thiếu dấu." not in officer.post("/soan/cach-doc", form(page, text=TWO)).words
    answer = officer.send("/soan", form(page, text=text))
    assert "Có vẻ thiếu dấu." in officer.follow(answer).words


def test_every_rule_of_the_reader_has_words_for_why():
    from audio.reading import codes, rules, vocabulary, web
    from controller.services import pronunciation
    from words import knows

    names = {rule.name for rule in (*rules.DIGITS, *rules.SIGNS, *codes.LETTERED, web.RULE)}
    names |= {name for name, _ in vocabulary.QUESTIONS} | {pronunciation.CORRECTED, pronunciation.FROM_DICTIONARY}
    assert sorted(name for name in names if not knows(f"reading-rule-{name.replace(' ', '-')}")) == []


def test_a_recording_is_not_asked_about(officer: Visitor, commune):
    sound = (io.BytesIO(b"RIFF....WAVEfmt " + bytes(4000)), "TT.wav")
    page = officer.get("/soan")
    made = officer.send("/soan", form(page, source="upload", title="TT Phủ Thông"), file=sound).headers["Location"]
    assert "Cần chọn cách đọc" not in officer.get(made).words
    assert not re.search("Cách máy sẽ đọc", officer.get(made).words)


WORD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'
PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def word_file(*paragraphs: str) -> bytes:
    """The least that Word calls a document."""
    content = io.BytesIO()
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("[Content_Types].xml", types)
        file.writestr("_rels/.rels", links)
        file.writestr("word/document.xml", WORD.format("".join(map(PARAGRAPH.format, paragraphs))))
    return content.getvalue()


def hand_in(officer: Visitor, content: bytes, name: str = "thong-bao.docx", **changed: object) -> Page:
    page = officer.get("/soan")
    return officer.post("/soan/tu-tep", form(page, **changed), document=(io.BytesIO(content), name))


def test_the_text_of_a_word_file_is_put_into_the_field_behind_what_stands_there(officer: Visitor, commune):
    page = hand_in(
        officer, word_file("UBND xã thông báo", "Mời bà con họp lúc 7h30."), text="Kính thưa bà con!", title="Họp"
    )
    assert page.field("text") == "Kính thưa bà con!\n\nUBND xã thông báo\nMời bà con họp lúc 7h30."
    assert page.field("title") == "Họp"
    assert "Đã lấy 42 ký tự từ “thong-bao.docx”." in page.words
    assert officer.get("/soan").field("text") == page.field("text")
    assert list((commune.desk.uploads).iterdir()) == []
    assert composing.bulletins(commune.desk) == ()


def test_a_word_file_in_a_font_of_the_nineties_is_converted_and_that_can_be_taken_back(officer: Visitor):
    page = hand_in(officer, word_file("Mêi bµ con häp th«n lóc 7h30, ®Õn ®óng giê."), text="Kính thưa bà con!")
    assert "Mời bà con họp thôn lúc 7h30, đến đúng giờ." in page.field("text")
    assert "Đã chuyển từ bảng mã TCVN3" in page.words
    back = officer.post("/soan/tra-lai", form(page))
    assert back.field("text").startswith("Kính thưa bà con!")
    assert "häp th«n" in back.field("text")


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(2000), "anh.png", "Tệp này không phải Word"),
        (b"PK\x03\x04" + bytes(100), "hong.docx", "Chưa lấy được chữ:"),
        (b"%PDF-1.7\n" + b"\xff" * 500, "hong.pdf", "Chưa lấy được chữ:"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "cu.doc", "Tệp Word kiểu cũ"),
        (b"{\\rtf1 x}", "cu.rtf", "Tệp Word kiểu cũ"),
        (b"", "rong.docx", "Chưa lấy được chữ:"),
    ],
)
def test_a_file_whose_text_is_not_taken_is_refused_with_its_reason_and_loses_nothing(
    officer: Visitor, commune, content: bytes, name: str, sentence: str
):
    page = hand_in(officer, content, name, text="Kính thưa bà con!")
    assert page.status == 422
    assert sentence in page.words
    assert page.field("text") == "Kính thưa bà con!"
    assert list((commune.desk.uploads).iterdir()) == []


def test_no_file_is_said(officer: Visitor):
    page = officer.post("/soan/tu-tep", form(officer.get("/soan"), text="Kính thưa bà con!"))
    assert (page.status, "Chưa chọn tệp Word hoặc PDF." in page.words) == (422, True)
    assert page.field("text") == "Kính thưa bà con!"


@pytest.mark.parametrize("address", ["/soan/tu-tep", "/soan/tra-lai"])
def test_a_session_that_is_lost_at_a_file_loses_no_text(officer: Visitor, address: str):
    written = form(officer.get("/soan"), text=TWO, title="Họp")
    stale = officer.post(address, {**written, "csrf_token": "of-an-older-session"})
    assert (stale.status, stale.field("text")) == (400, TWO)
    officer.lose_session()
    gate = officer.post(address, written)
    assert gate.status == 401
    after = officer.follow(officer.sign_in(next_=gate.field("next"), kept=gate.field("kept")))
    assert after.field("text") == TWO
