"""The dictionary's page, without scripts: add, find, change, delete, hand on, take in."""

import codecs
import io

import pytest

from controller.services import dictionary
from tests.controller.web.visitor import Visitor


def held(commune) -> dict[str, str]:
    return {entry.written: entry.spoken for entry in dictionary.entries(commune.desk)}


def add(officer: Visitor, written: str = "BX", spoken: str = "bến xe", **more: str):
    officer.get("/tu-dien")
    return officer.send("/tu-dien", {"written": written, "spoken": spoken, **more})


def hand_in(officer: Visitor, content: bytes, name: str = "tu-dien.csv"):
    officer.get("/tu-dien")
    return officer.post("/tu-dien/nhap", file=(io.BytesIO(content), name))


def test_an_empty_dictionary_says_what_it_is_for(officer: Visitor):
    assert "Chưa có chữ nào." in officer.get("/tu-dien").words


def test_a_word_is_added_changed_and_deleted(officer: Visitor, commune):
    page = officer.follow(add(officer))
    assert "Đã ghi “BX” vào từ điển." in page.words
    assert "Hoàng Thị Hoa ghi ngày 23/11/2026" in page.words
    add(officer, "BX", "bến xe khách", instead_of="BX")
    assert held(commune) == {"BX": "bến xe khách"}
    page = officer.follow(officer.send("/tu-dien/xoa", {"written": "BX"}))
    assert "Đã xóa “BX” khỏi từ điển." in page.words
    assert held(commune) == {}
    gone = officer.post("/tu-dien/xoa", {"written": "BX"})
    assert (gone.status, "Không còn chữ “BX” trong từ điển." in gone.words) == (422, True)


@pytest.mark.parametrize(
    ("written", "spoken", "sentence"),
    [
        ("", "bến xe", "phải bắt đầu bằng một chữ cái"),
        ("24/7", "suốt ngày đêm", "phải bắt đầu bằng một chữ cái"),
        ("BX", "bến xe 2", "Cách đọc “bến xe 2” chưa đọc được."),
        ("BX", "<script>", "Cách đọc “<script>” chưa đọc được."),
        ("B" * 61, "bến xe", "Dài 61 ký tự, tối đa là 60."),
    ],
)
def test_a_bad_word_is_explained_beside_its_field_and_stays(officer: Visitor, commune, written, spoken, sentence):
    officer.get("/tu-dien")
    page = officer.post("/tu-dien", {"written": written, "spoken": spoken})
    assert page.status == 422
    assert sentence in page.words
    assert page.field("spoken") == spoken
    assert "<script>" not in page.html.replace("&lt;", "")
    assert held(commune) == {}


def test_words_are_found_without_marks(officer: Visitor):
    add(officer, "ĐLN", "đường lâm nghiệp")
    add(officer, "NVH", "nhà văn hóa")
    words = officer.get("/tu-dien?tim=duong").words
    assert "đường lâm nghiệp" in words
    assert "nhà văn hóa" not in words
    assert "Không có chữ nào giống “xyz”." in officer.get("/tu-dien?tim=xyz").words


def test_of_many_words_the_first_are_shown_and_the_others_found(officer: Visitor, commune):
    dictionary.put_all(commune.desk, commune.user, {f"T{chr(97 + i // 26)}{chr(97 + i % 26)}": "a" for i in range(250)})
    words = officer.get("/tu-dien").words
    assert "250 chữ" in words
    assert "Còn 50 chữ nữa." in words


def test_the_file_for_excel_is_handed_out_and_only_to_who_is_signed_in(officer: Visitor):
    add(officer)
    answer = officer.client.get("/tu-dien/tu-dien-doc.csv")
    assert answer.data.startswith(codecs.BOM_UTF8)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="tu-dien-doc.csv"'
    officer.lose_session()
    assert officer.client.get("/tu-dien/tu-dien-doc.csv").status_code in {302, 303, 401}


def test_a_list_is_shown_before_anything_is_changed_then_taken_over(officer: Visitor, commune):
    add(officer)
    page = hand_in(officer, "BX;bến xe khách\nNC;nương chè\nsai\n4G;bốn gờ".encode())
    assert "Thêm 1 chữ" in page.words
    assert "Đổi 1 chữ" in page.words
    assert "Dòng 3: “sai”. Dòng phải có đúng hai cột" in page.words
    assert "Dòng 4: “4G;bốn gờ”. Chữ viết phải bắt đầu bằng một chữ cái." in page.words
    assert held(commune) == {"BX": "bến xe"}
    left = officer.post("/tu-dien/nhap/ghi", {"text": page.field("text")})
    assert "Đã thêm 1 chữ, đổi 1 chữ." in left.words
    assert held(commune) == {"BX": "bến xe khách", "NC": "nương chè"}
    assert left.field("text").split() == ["sai", "4G;bốn", "gờ"]
    again = officer.post("/tu-dien/nhap", {"text": "BG;bốn gờ"})
    officer.follow(officer.send("/tu-dien/nhap/ghi", {"text": again.field("text")}))
    assert held(commune)["BG"] == "bốn gờ"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Tệp không có dòng nào."),
        (b"PK\x03\x04\0\0 an xlsx", "Tệp này không phải danh sách chữ."),
        (b"\xff\xd8\xff\xe0 a picture", "Tệp này không phải danh sách chữ."),
        (b"A,a\n" * 80_000, "Tệp quá lớn, tối đa 256 KB."),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_its_reason(officer: Visitor, content, sentence):
    page = hand_in(officer, content)
    assert page.status == 422
    assert sentence in page.words


def test_no_file_is_said(officer: Visitor):
    officer.get("/tu-dien")
    assert "Tệp không có dòng nào." in officer.post("/tu-dien/nhap").words


def test_the_dictionary_is_in_the_menu_and_needs_a_person(visitor: Visitor, officer: Visitor):
    assert 'href="/tu-dien"' in officer.get("/").html
    officer.lose_session()
    assert officer.client.get("/tu-dien").status_code in {302, 303, 401}
