"""The pages of languages: villages, a bulletin's languages, what is missing before it is sent, what was heard after."""

import io
from urllib.parse import urlencode

import pytest

from controller.domain.rendition import Language
from controller.services import composing, renditions, unit_list
from controller.services.renditions import NewRendition
from protocol.names import Stage
from tests.browser.ordinary_day import at, bulletin, plan
from tests.controller.web.visitor import Visitor

SOUND = b"RIFF....WAVEfmt " + bytes(400)
TAY, NUNG = Language.TAY, Language.NUNG


def sound() -> tuple[io.BytesIO, str]:
    return io.BytesIO(SOUND), "loi-tay.wav"


def put(commune, made: str, language: Language) -> None:
    token = composing.keep_upload(commune.desk, io.BytesIO(SOUND), name="a.wav").token
    renditions.put_rendition(commune.desk, commune.user, made, NewRendition(language=language, upload=token))
    commune.work()


@pytest.fixture
def made(commune) -> str:
    return bulletin(commune, "Ủy ban nhân dân xã mời bà con họp thôn lúc 19h30.", "Mời họp thôn")


def languages_of(commune, village: str) -> tuple[str, ...]:
    return next(one.languages for one in unit_list.villages(commune.desk) if one.id == village)


def test_the_villages_are_listed_with_their_languages_in_order(officer: Visitor):
    page = officer.get("/thon-ban")
    assert "Thôn Cốc Xả" in page.words
    chosen = [fields.get("value") for tag, fields in page.tags if tag == "option" and "selected" in fields]
    assert chosen[:9] == ["tay", "vi", "tay", "vi", "tay", "nung", "vi", "nung", "vi"]


def test_the_languages_of_villages_are_saved_and_an_empty_field_is_passed_over(officer: Visitor, commune):
    officer.get("/thon-ban")
    fields = [
        ("village", "khau-bang"), ("languages-khau-bang", ""), ("languages-khau-bang", "dao"),
        ("languages-khau-bang", "vi"), ("languages-khau-bang", "klingon"), ("village", "na-ngam"),
        ("languages-na-ngam", "tay"), ("languages-na-ngam", "vi"),
    ]  # fmt: skip
    page = officer.follow(officer.send("/thon-ban", fields))
    assert "Đã lưu ngôn ngữ của 1 thôn." in page.words
    assert languages_of(commune, "khau-bang") == ("dao", "vi")
    assert "không đổi" in officer.follow(officer.send("/thon-ban", fields)).words


def test_a_village_without_a_language_is_refused_and_nothing_is_changed(officer: Visitor, commune):
    officer.get("/thon-ban")
    fields = [("village", "khau-bang"), ("village", "na-ngam"), ("languages-na-ngam", "dao"), ("village", "atlantis")]
    page = officer.post("/thon-ban", fields)
    assert page.status == 422
    assert "Thôn Khau Bang chưa có tiếng nào." in page.words
    assert languages_of(commune, "na-ngam") == ("tay", "vi")


def test_a_language_is_added_with_its_paper_and_taken_away_again(officer: Visitor, commune, made: str):
    page = officer.get(f"/soan/{made}/nghe")
    assert "Bà con còn hiểu: Tiếng Tày, Tiếng Nùng, Tiếng Dao, Tiếng Mường" in page.words
    fields = {"language": "tay", "language_text": "Mời pỉ noọng pây họp."}
    page = officer.follow(officer.send(f"/soan/{made}/tieng", fields, language_file=sound()))
    assert "Đã lưu bản Tiếng Tày." in page.words
    commune.work()
    page = officer.get(f"/soan/{made}/nghe")
    assert page.html.count("<audio controls preload") == 2
    assert "Mời pỉ noọng pây họp." in page.words
    assert "Bản ghi âm" in page.words
    page = officer.follow(officer.send(f"/soan/{made}/tieng/tay/bo"))
    assert "Đã bỏ bản Tiếng Tày." in page.words
    assert page.html.count("<audio controls preload") == 1


def test_a_paper_alone_waits_to_be_recorded_and_cannot_be_sent(officer: Visitor, made: str):
    page = officer.follow(officer.send(f"/soan/{made}/tieng", {"language": "tay", "language_text": "Mời pỉ noọng."}))
    assert "Chờ thu âm" in page.words
    page = officer.get(f"/soan/{made}/kiem-tra?village=khau-bang&when=now")
    assert "Bản Tiếng Tày chưa được thu âm." in page.words
    assert "Phát ngay</button>" not in page.html


@pytest.mark.parametrize(
    ("fields", "file", "sentence"),
    [
        ({"language": "tay"}, None, "Chưa có tệp ghi âm."),
        ({"language": "tay"}, (io.BytesIO(b"%PDF-1.7 xx"), "a.wav"), "không phải tệp âm thanh"),
        ({"language": "tay"}, (io.BytesIO(b""), "a.wav"), "Tệp này rỗng."),
        ({"language": "klingon", "language_text": "qapla'"}, None, "Chưa có tiếng này trong danh sách."),
        ({"language": "tay", "language_text": "a" * 10_001}, None, "Nội dung dài 10.001 ký tự"),
    ],
)
def test_a_bad_language_is_said_and_what_was_typed_stays(officer: Visitor, commune, made: str, fields, file, sentence):
    officer.get(f"/soan/{made}/nghe")
    page = officer.post(f"/soan/{made}/tieng", fields, **({"language_file": file} if file else {}))
    assert page.status == 422
    assert sentence in page.words
    assert page.field("language_text") == fields.get("language_text", "")
    assert len(composing.bulletin(commune.desk, made).renditions) == 1


def test_a_planned_bulletin_goes_on_without_a_language_that_failed(officer: Visitor, commune, made: str):
    token = composing.keep_upload(commune.desk, io.BytesIO(SOUND), name="a.wav").token
    renditions.put_rendition(commune.desk, commune.user, made, NewRendition(language=TAY, upload=token))
    commune.studio.broken = "damaged"
    sent = plan(commune, made, at(commune, 17, 0), ("khau-bang",))
    words = officer.get(f"/ket-qua/{sent}").words
    assert "Bản Tiếng Tày chưa có tiếng: Tệp bị hỏng giữa chừng." in words
    page = officer.get(f"/soan/{made}/nghe")
    assert "Phát không có tiếng này" in page.words
    page = officer.follow(officer.send(f"/soan/{made}/tieng/tay/bo"))
    assert "Bản tin phát không có tiếng này." in page.words
    assert "Chờ phát" in officer.get(f"/ket-qua/{sent}").words


def test_a_language_that_failed_is_tried_again(officer: Visitor, commune, made: str):
    commune.studio.broken = "crashed"
    composing.edit_bulletin(commune.desk, commune.user, made, composing.NewBulletin(text="Lời mới."))
    commune.work()
    officer.get(f"/soan/{made}/nghe")
    commune.studio.broken = None
    page = officer.follow(officer.send(f"/soan/{made}/tieng/vi/lai"))
    assert "Đang chờ đến lượt" in page.words
    assert "Bản tin không có Tiếng Dao." in officer.follow(officer.send(f"/soan/{made}/tieng/dao/lai")).words
    assert officer.send(f"/soan/{made}/tieng/klingon/bo").status_code == 404


def test_the_check_says_which_village_hears_which_and_what_is_missing(officer: Visitor, commune, made: str):
    put(commune, made, TAY)
    chosen = urlencode([("village", "khau-bang"), ("village", "na-chao"), ("village", "dong-luong"), ("when", "now")])
    words = officer.get(f"/soan/{made}/kiem-tra?{chosen}").words
    assert "Tiếng Tày, Tiếng Việt Thôn Khau Bang" in words
    assert "Tiếng Việt Thôn Nà Chào, Thôn Đông Lương" in words
    assert "Chưa có Tiếng Nùng: Thôn Nà Chào." in words
    assert "Chưa có Tiếng Mường: Thôn Đông Lương." in words
    assert "1 phút 38 giây (ở cụm loa phát lâu nhất)" in words


def test_a_village_that_would_understand_nothing_is_named_at_the_villages(officer: Visitor, commune):
    officer.get("/soan")
    new = composing.NewBulletin(
        title="Họp", language=TAY, upload=composing.keep_upload(commune.desk, io.BytesIO(SOUND), name="a.wav").token
    )
    made = composing.create_bulletin(commune.desk, commune.user, new)
    commune.work()
    page = officer.get(f"/soan/{made}/kiem-tra?village=khau-bang&village=thuy-dien&when=now")
    assert page.status == 422
    assert "Bản tin không có tiếng nào bà con hiểu ở: Thôn Thủy Điện." in page.words
    assert "Phát ở đâu?" in page.words


def test_the_result_says_what_each_unit_played_item_by_item(officer: Visitor, commune, made: str):
    put(commune, made, TAY)
    sent = plan(commune, made, at(commune, 17, 0), ("khau-bang", "na-chao"))
    commune.clock.advance(hours=9)
    commune.receipt("khau-bang", sent, Stage.STARTED)
    commune.receipt("khau-bang", sent, Stage.INTERRUPTED, played_ms=50_000, of_ms=97_500, reason="stopped")
    words = officer.get(f"/ket-qua/{sent}").words
    assert "Tiếng Tày, Tiếng Việt 1/2 mục" in words
    assert "Phát thiếu: 50/98 giây." in words


def test_a_page_of_phrases_for_each_language_and_a_recording_for_each_phrase(officer: Visitor, commune):
    from controller.services import phrases

    while phrases.render_next(commune.desk):
        pass
    page = officer.get("/cau-khan-cap")
    assert "Tiếng Việt: đã có 24/24 câu" in page.words
    page = officer.get("/cau-khan-cap?tieng=tay")
    assert "Tiếng Tày: đã có 0/24 câu" in page.words
    assert "Chưa thu" in page.words
    taken = officer.follow(officer.send("/cau-khan-cap/tay/storm", file=sound()))
    assert "Đã nhận bản thu. Máy đang xử lý." in taken.words
    while phrases.render_next(commune.desk):
        pass
    assert "đã có 1/24 câu" in officer.get("/cau-khan-cap/danh-sach?tieng=tay").words
    page = officer.follow(officer.send("/cau-khan-cap/tay/storm/bo"))
    assert "đã có 0/24 câu" in page.words


@pytest.mark.parametrize(
    ("address", "file", "status", "sentence"),
    [
        ("/cau-khan-cap/tay/storm", None, 422, "Chưa có tệp ghi âm."),
        ("/cau-khan-cap/tay/storm", (io.BytesIO(b"<html>"), "a.mp3"), 422, "không phải tệp âm thanh"),
        ("/cau-khan-cap/tay/meteorite", (io.BytesIO(SOUND), "a.wav"), 422, "Không có câu này trong danh sách."),
        ("/cau-khan-cap/klingon/storm", (io.BytesIO(SOUND), "a.wav"), 404, ""),
    ],
)
def test_a_bad_recording_of_a_phrase_is_said(officer: Visitor, address: str, file, status: int, sentence: str):
    officer.get("/cau-khan-cap?tieng=tay")
    page = officer.post(address, {}, **({"file": file} if file else {}))
    assert page.status == status
    assert sentence in page.words
    assert officer.get("/cau-khan-cap?tieng=klingon").status == 404
