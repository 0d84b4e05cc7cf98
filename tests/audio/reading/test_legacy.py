"""Legacy fonts and accidents of mail are recognised by their words, and everything else is left alone."""

import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.reading import Decoded, decoded, read
from audio.reading.legacy import TCVN3, VNI

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))["case"]
NATION = "Cộng hòa xã hội chủ nghĩa Việt Nam"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
NOTICE = (
    "Kính gửi toàn thể bà con nhân dân. Ủy ban nhân dân xã thông báo lịch cắt điện từ 7h30 ngày 18/9/2025 tại các "
    "thôn Nà Khoang, Thủy Điện; đề nghị các hộ gia đình chủ động nguồn điện dự phòng, trước mắt tắt thiết bị."
)
WINDOWS_1258 = {"\u0300": "Ì", "\u0309": "Ò", "\u0303": "Þ", "\u0301": "ì", "\u0323": "ò"} | dict(
    zip("ĐđƠơƯưĂă", "ÐðÕõÝýÃã", strict=True)
)


def in_font(text: str, table: dict[str, str]) -> str:
    back = {letter: sign for sign, letter in reversed(table.items())}
    return "".join(back.get(letter, letter) for letter in text)


def in_windows_1258(text: str) -> str:
    """Quality marks stay in the letter, tones follow it."""
    parts = []
    for letter in text:
        pieces = unicodedata.normalize("NFD", letter)
        tones = [sign for sign in pieces if sign in WINDOWS_1258 and len(pieces) > 1]
        base = unicodedata.normalize("NFC", "".join(sign for sign in pieces if sign not in tones))
        parts.append(WINDOWS_1258.get(base, base) + "".join(WINDOWS_1258[tone] for tone in tones))
    return "".join(parts)


def opened_as_western(text: str) -> str:
    return "".join(
        bytes((byte,)).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode()
    )


@pytest.mark.parametrize(
    ("written", "text", "encoding"),
    [
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", NATION, "TCVN3"),
        ("§éc lËp - Tù do - H¹nh phóc", MOTTO, "TCVN3"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", NATION, "VNI"),
        ("Ñoäc laäp - Töï do - Haïnh phuùc", MOTTO, "VNI"),
        ("COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", NATION.upper(), "VNI"),
        ("THÔNG BÁO: Ñeà nghò baø con chuû ñoäng", "THÔNG BÁO: Đề nghị bà con chủ động", "VNI"),
        ("Céng hoµ. TH¤NG B¸O C¾T §IÖN", "Cộng hoà. THÔNG BÁO CẮT ĐIỆN", "TCVN3"),
        ("ThÃ´ng bÃ¡o cáº¯t Ä‘iá»‡n", "Thông báo cắt điện", "UTF-8"),
    ],
)
def test_a_known_spelling_is_recognised(written: str, text: str, encoding: str) -> None:
    assert decoded(written) == Decoded(text, encoding)


@pytest.mark.parametrize("table", [TCVN3, VNI], ids=["TCVN3", "VNI"])
@pytest.mark.parametrize("text", [NOTICE, NATION, MOTTO])
def test_a_text_comes_back_from_each_font(text: str, table: dict[str, str]) -> None:
    assert decoded(in_font(text, table)).text == text


@pytest.mark.parametrize("text", [NOTICE, NATION, MOTTO])
def test_a_text_comes_back_from_mail(text: str) -> None:
    assert decoded(opened_as_western(text)) == Decoded(text, "UTF-8")
    assert decoded(in_windows_1258(text)) == Decoded(text, "Windows-1258")


def test_a_paragraph_in_unicode_beside_one_in_a_font_is_kept() -> None:
    both = f"{NOTICE}\n{in_font(NOTICE, TCVN3)}"
    assert decoded(both) == Decoded(f"{NOTICE}\n{NOTICE}", "TCVN3")


def test_no_written_case_is_taken_for_a_legacy_one() -> None:
    texts = [case[key] for case in CASES for key in ("source", "spoken")]
    assert [text for text in [*texts, "\n".join(texts)] if decoded(text).encoding is not None] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Le café est fermé, là-bas à côté de l'hôtel, où sont les élèves",
        "Fußgänger über die Straße, schöne Grüße aus München",
        "El niño comió piñas y bebió limón; la canción sonó",
        "© 2025 Điện lực®, «mẫu» ½ · 5°C",
        "Xã có thôn và bé",
        "và là có xã ông bà chó cá",
        "Nhà máy® Vinamilk¹ và café",
        "漢字 Ελληνικά русский",
        "\ud800\x00 ¸·¹",
    ],
)
def test_other_texts_are_left_alone(text: str) -> None:
    assert decoded(text) == Decoded(text, None)


@given(st.text(max_size=120))
def test_no_text_raises_and_ascii_is_never_touched(text: str) -> None:
    result = decoded(text)
    assert (result.encoding is None) == (result.text == text) or result.encoding is not None
    assert [sign for sign in result.text if sign in "0123456789 \n.,"] == [
        sign for sign in text if sign in "0123456789 \n.,"
    ]


def test_a_decoded_text_is_not_decoded_again() -> None:
    once = decoded(in_font(NOTICE, VNI))
    assert decoded(once.text) == Decoded(once.text, None)


def test_the_reader_itself_decodes_nothing() -> None:
    assert read("Th«ng b¸o").source == "Th«ng b¸o"
