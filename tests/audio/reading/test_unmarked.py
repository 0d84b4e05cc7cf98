"""A notice typed without its marks is noticed; English, names, codes and short texts are not."""

import tomllib
import unicodedata
from pathlib import Path

import pytest

from audio.reading import lacks_marks

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))["case"]


def bare(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(part for part in parts if not unicodedata.combining(part))


@pytest.mark.parametrize(
    "text",
    [
        "Thong bao cat dien",
        "THONG BAO CAT DIEN TU 7H00 NGAY 18/9/2025",
        "UBND xa thong bao lich cat dien ngay 18/9/2025 tu 7h30 den 17h00 tai cac thon",
        "Kinh moi ba con nhan dan den nha van hoa thon hop luc 19h30",
        "de nghi cac ho gia dinh tiem phong cho dan gia suc truoc ngay 20/9",
        "Ba con luu y giu gin ve sinh moi truong, phong chong sot xuat huyet, moi tham gia tổng vệ sinh va phat quang",
    ],
)
def test_vietnamese_without_marks_is_noticed(text: str) -> None:
    assert lacks_marks(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thong bao",
        "UBND, HĐND, MTTQ",
        "UBND HTX TYT CCCD BHYT THCS",
        "Kính mời bà con nhân dân đến nhà văn hóa thôn họp.",
        "Please come to the meeting at the cultural house tonight",
        "The quick brown fox can hop to the old hat in a hut on the hill",
        "Do not go to the river, the water is high and the current is strong",
        "Facebook Zalo TikTok YouTube Google Viettel VNeID",
        "www.dichvucong.gov.vn ubndxa@langson.gov.vn",
        "Na Lung, Khau Bang, Vi Huong",
        "Microsoft Teams, Google Meet, Zoom, Samsung Galaxy",
        "La mairie est fermee lundi et mardi pour travaux",
        "Toi an com.",
        "QL3, ĐT.258, km 12+500",
        "con ba ba to nam no im",
    ],
)
def test_other_texts_are_not(text: str) -> None:
    assert not lacks_marks(text)


def test_no_written_case_with_marks_is_noticed() -> None:
    marked = [case["source"] for case in CASES if bare(case["source"]) != case["source"]]
    assert [source for source in marked if lacks_marks(source)] == []


def test_nearly_every_long_case_is_noticed_when_its_marks_are_taken_off() -> None:
    long = [bare(case["spoken"]) for case in CASES if len(case["spoken"].split()) >= 10]
    missed = [text for text in long if not lacks_marks(text)]
    assert len(missed) <= 0.02 * len(long), missed
