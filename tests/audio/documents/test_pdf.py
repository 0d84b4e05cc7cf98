import io
import unicodedata

import pypdf
import pytest

from audio.documents import Code, DocumentKind
from audio.documents.pdf import without_running_lines
from tests.audio.documents.conftest import Refused, Taken
from tests.fakes.pdf_files import Line, PdfFile, pdf

TEXT = [
    "THÔNG BÁO",
    "Thực hiện Kế hoạch số 49/KH-UBND của Ủy ban nhân dân huyện về việc tiêm",
    "phòng vắc xin (đợt 2) năm 2026, mời bà con đến nhà văn hóa thôn Nà Lạng.",
    "1. Thời gian: từ 7h30 đến 11h00 ngày 23/11/2026.",
    "Nơi nhận:",
    "- Các thôn; lưu VT.",
]


def page(lines: list[str], header: str = "", footer: str = "") -> list[Line]:
    body = [Line(85, 760 - 20 * place, line) for place, line in enumerate(lines)]
    return [*([Line(250, 800, header)] if header else []), *body, *([Line(280, 40, footer)] if footer else [])]


@pytest.mark.parametrize("word", [True, False], ids=["two fonts", "one font"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_notice_as_it_is_printed(taken: Taken, word: bool, form: str) -> None:
    lines = [unicodedata.normalize(form, line) for line in TEXT]  # type: ignore[arg-type]
    found = taken(pdf([page(lines)], word=word))
    assert found.kind is DocumentKind.PDF
    assert found.pages == 1
    assert found.text.split("\n") == TEXT


def test_two_columns_at_the_top_are_read_one_after_the_other(taken: Taken) -> None:
    left = [Line(60, 800, "UBND XÃ VỊ HƯƠNG"), Line(60, 780, "Số: 12/TB-UBND")]
    right = [Line(300, 800, "CỘNG HÒA XÃ HỘI"), Line(300, 780, "Độc lập - Tự do")]
    found = taken(pdf([left + right + page(TEXT)])).text.split("\n")
    assert found[:4] == ["UBND XÃ VỊ HƯƠNG", "Số: 12/TB-UBND", "CỘNG HÒA XÃ HỘI", "Độc lập - Tự do"]


def test_headers_footers_and_page_numbers_are_dropped(taken: Taken) -> None:
    pages = [page([f"{name} {line}" for line in TEXT], "UBND xã Vị Hương", f"Trang {number}/3")
             for number, name in enumerate(("Một", "Hai", "Ba"), 1)]  # fmt: skip
    found = taken(pdf(pages))
    assert found.pages == 3
    assert found.text.split("\n") == [f"{name} {line}" for name in ("Một", "Hai", "Ba") for line in TEXT]


def test_the_number_of_a_single_page_is_dropped_and_other_numbers_are_not() -> None:
    assert without_running_lines([["Họp thôn", "x", "2", "1"]]) == [["Họp thôn", "x", "2"]]
    assert without_running_lines([["Họp thôn", "x", "- 1 -"]]) == [["Họp thôn", "x"]]
    assert without_running_lines([["Họp thôn", "x", "2"]]) == [["Họp thôn", "x", "2"]]
    assert without_running_lines([[], ["2"], []]) == [[], [], []]


def test_what_two_of_five_pages_have_alike_stays() -> None:
    pages = [
        [f"{letter}{letter}", *f"{letter}123", "Điều này quan trọng" if letter in "ab" else letter, f"{letter}."]
        for letter in "cabde"
    ]
    assert without_running_lines(pages) == pages


def scan(stamp: bytes) -> bytes:
    file = PdfFile()
    image = file.stream(
        bytes(100),
        b" /Type /XObject /Subtype /Image /Width 10 /Height 10 /ColorSpace /DeviceGray /BitsPerComponent 8",
    )
    content = file.stream(b"q 595 0 0 842 0 0 cm /I Do Q " + stamp)
    tree = len(file.objects) + 2
    file.add(
        b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << "
        b"/XObject << /I %d 0 R >> "
        b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>" % (tree, content, image)
    )
    file.add(b"<< /Type /Pages /Kids [%d 0 R] /Count 1 >>" % (tree - 1))
    return file.bytes(file.add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree))


@pytest.mark.parametrize("stamp", [b"", b"BT /F1 9 Tf 60 40 Td (CamScanner) Tj ET"], ids=["bare", "stamped"])
def test_a_scan_has_no_text(refused: Refused, stamp: bytes) -> None:
    assert refused(scan(stamp)) is Code.NO_TEXT


def test_a_short_notice_is_no_scan(taken: Taken) -> None:
    assert taken(pdf([[Line(60, 700, "Mất điện")]])).text == "Mất điện"


def test_a_font_that_hides_its_letters_gives_no_text(refused: Refused) -> None:
    data = pdf([page(["(!$%&*+,-./:;<=>?@[]^_`{|}~)" * 3, "aaaaaaaaaabbbbbbbbbbcccccccccc"])])
    assert refused(data) is Code.NO_TEXT


def encrypted(password: str, owner: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([page(TEXT)])))
    writer.encrypt(user_password=password, owner_password=owner, algorithm="AES-256")
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def test_a_password_is_refused(refused: Refused) -> None:
    assert refused(encrypted("mật khẩu", "chủ")) is Code.PROTECTED


def test_what_anybody_may_open_is_opened(taken: Taken) -> None:
    """Many offices forbid changes only: such a file is encrypted with an empty password."""
    assert taken(encrypted("", "chủ")).text.split("\n") == TEXT


def test_too_many_pages_or_letters_are_refused(refused: Refused) -> None:
    assert refused(pdf([page(TEXT)] * 4), pages=3) is Code.TOO_LARGE
    assert refused(pdf([page(TEXT)] * 4), characters=300) is Code.TOO_LARGE


def looping() -> bytes:
    """A tree of pages that comes back to itself."""
    file = PdfFile()
    file.add(b"<< /Type /Pages /Kids [1 0 R 1 0 R] /Count 2 >>")
    return file.bytes(file.add(b"<< /Type /Catalog /Pages 1 0 R >>"))


def bomb(layers: int) -> bytes:
    """A page whose drawing unpacks to 300 MB of letters that draw nothing."""
    file = PdfFile()
    inner = b"q Q " * 75_000_000 if layers == 1 else b""
    content = file.stream(inner)
    file.add(b"<< /Type /Page /Parent 3 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << >> >>" % content)
    file.add(b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")
    return file.bytes(file.add(b"<< /Type /Catalog /Pages 3 0 R >>"))


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.7\n",
        b"%PDF-1.7\n" + b"\xff" * 5000,
        pdf([page(TEXT)])[: 800],
        pdf([page(TEXT)]).replace(b"/Type /Pages", b"/Type /Other").replace(b"/Kids", b"/Kinder"),
        looping(),
        b"%PDF-1.7\nstartxref\n9999999999999\n%%EOF",
    ],
    ids=["head", "rubbish", "cut off", "no pages", "loop", "far table"],
)  # fmt: skip
def test_broken_files_are_damaged(refused: Refused, data: bytes) -> None:
    assert refused(data) in {Code.DAMAGED, Code.NO_TEXT}


def test_a_bomb_is_ended_by_its_bounds(refused: Refused) -> None:
    data = bomb(1)
    assert len(data) < 2_000_000
    assert refused(data, wall_s=20.0, cpu_s=3) in {Code.DAMAGED, Code.TOO_LARGE, Code.TOO_SLOW, Code.NO_TEXT}


def test_time_runs_out(refused: Refused) -> None:
    assert refused(pdf([page(TEXT)]), wall_s=0.01) is Code.TOO_SLOW
