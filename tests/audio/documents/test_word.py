import unicodedata
import zipfile

import pytest

from audio.documents import Code, DocumentKind
from tests.audio.documents.conftest import Refused, Taken
from tests.fakes.office_files import STRICT, docx, level, listed, numbering, p, table, zipped

HEADING = table(
    (
        p("UBND XÃ VỊ HƯƠNG") + p("Số: 12/TB-UBND"),
        p("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") + p("Vị Hương, ngày 22 tháng 11 năm 2026"),
    )
)


@pytest.fixture
def taken(parsed: Taken) -> Taken:
    return parsed


def test_a_notice_as_it_is_written(taken: Taken) -> None:
    schedule = table(("TT", "Thôn", "Thời gian"), ("1", "Nà Lạng:", "7h30"), ("2", "Khau Bang", ""))
    signed = table((p("Nơi nhận:") + p("- Như trên;"), p("CHỦ TỊCH") + p("Nông Văn A")))
    body = HEADING + p("THÔNG BÁO") + p("") + p("") + p("") + p("Kính mời bà con.") + schedule + signed
    found = taken(docx(body))
    assert found.kind is DocumentKind.WORD
    assert found.pages is None
    assert found.text.split("\n") == [
        "UBND XÃ VỊ HƯƠNG",
        "Số: 12/TB-UBND",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Vị Hương, ngày 22 tháng 11 năm 2026",
        "THÔNG BÁO",
        "",
        "Kính mời bà con.",
        "TT, Thôn, Thời gian",
        "1, Nà Lạng: 7h30",
        "2, Khau Bang",
        "Nơi nhận:",
        "- Như trên;",
        "CHỦ TỊCH",
        "Nông Văn A",
    ]


def test_a_word_in_several_runs_is_one_word(taken: Taken) -> None:
    runs = "".join(f"<w:r><w:rPr><w:b/></w:rPr><w:t>{piece}</w:t></w:r>" for piece in ("Th", "ông", " báo"))
    assert taken(docx(f"<w:p>{runs}</w:p>")).text == "Thông báo"


def test_decomposed_letters_are_composed(taken: Taken) -> None:
    assert taken(docx(p(unicodedata.normalize("NFD", "Ủy ban nhân dân")))).text == "Ủy ban nhân dân"


def test_signs_that_word_writes_as_elements(taken: Taken) -> None:
    body = (
        "<w:p><w:r><w:t>Số:</w:t><w:tab/><w:t>12/TB</w:t><w:noBreakHyphen/><w:t>UBND</w:t><w:br/>"
        "<w:t>họp</w:t><w:softHyphen/><w:t xml:space='preserve'> thôn</w:t></w:r></w:p>"
    )
    assert taken(docx(body)).text == "Số: 12/TB-UBND\nhọp thôn"


def test_counted_lists_have_their_numbers(taken: Taken) -> None:
    lists = numbering(
        level(0, "decimal", "%1.") + level(1, "lowerLetter", "%2)") + level(2, "decimal", "%1.%3."),
        level(0, "bullet", "\uf0b7"),
        level(0, "upperRoman", "%1.", start=4),
    )
    body = (
        listed("Thời gian", 1) + listed("sáng", 1, 1) + listed("chiều", 1, 1) + listed("sâu", 1, 2)
        + listed("Địa điểm", 1) + listed("nhà văn hóa", 1, 1)
        + listed("mang áo mưa", 2) + listed("PHẦN", 3) + listed("không có danh sách", 9)
    )  # fmt: skip
    assert taken(docx(body, {"word/numbering.xml": lists})).text.split("\n") == [
        "1. Thời gian",
        "a) sáng",
        "b) chiều",
        "1.1. sâu",
        "2. Địa điểm",
        "a) nhà văn hóa",
        "- mang áo mưa",
        "IV. PHẦN",
        "không có danh sách",
    ]


def test_what_was_deleted_or_hidden_or_written_twice_is_left_out(taken: Taken) -> None:
    body = (
        "<w:p><w:del><w:r><w:delText>8h</w:delText></w:r></w:del><w:ins><w:r><w:t>7h30</w:t></w:r></w:ins>"
        "<w:moveFrom><w:r><w:t> cũ</w:t></w:r></w:moveFrom>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t> ẩn</w:t></w:r>"
        "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t xml:space='preserve"
        "'> ngày </w:t></w:r><w:r><w:fldChar/><w:instrText>DATE</w:instrText><w:t>23/11</w:t></w:r>"
        "<mc:AlternateContent><mc:Choice><w:r><w:t>!</w:t></w:r></mc:Choice>"
        "<mc:Fallback><w:r><w:t>!</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>"
    )
    assert taken(docx(body)).text == "7h30 ngày 23/11!"


def test_headers_and_footers_are_never_opened(taken: Taken) -> None:
    more = {"word/header1.xml": b"\xff not even XML", "word/footer1.xml": "<trang>", "word/media/image1.png": bytes(9)}
    assert taken(docx(p("Họp thôn"), more)).text == "Họp thôn"


def test_text_boxes_and_tables_in_tables_are_read_where_they_stand(taken: Taken) -> None:
    box = f"<w:p><w:r><w:txbxContent>{p('Trong khung')}</w:txbxContent></w:r><w:r><w:t>Ngoài khung</w:t></w:r></w:p>"
    nested = table((f"{p('ô ngoài')}{table(('a', 'b'))}", "ô bên"))
    assert taken(docx(box + nested)).text == "Trong khung\nNgoài khung\nô ngoài\na, b\nô bên"


def test_the_strict_form_and_another_place_are_word_too(taken: Taken) -> None:
    assert taken(docx(p("Họp thôn"), space=STRICT)).text == "Họp thôn"
    assert taken(docx(p("Họp thôn"), main="word/document2.xml")).text == "Họp thôn"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (docx(""), Code.NO_TEXT),
        (docx(p("  ")), Code.NO_TEXT),
        (docx(p("1. 2.")), Code.NO_TEXT),
        (docx(p("x"), space="urn:other"), Code.NOT_A_DOCUMENT),
        (docx(p("x"), main="xl/workbook.xml"), Code.NOT_A_DOCUMENT),
        (docx(p("x"), main="ppt/presentation.xml"), Code.NOT_A_DOCUMENT),
        (docx(p("x"), main="../../etc/passwd"), Code.NOT_A_DOCUMENT),
        (zipped({"a.txt": "Họp thôn"}), Code.NOT_A_DOCUMENT),
        (docx("<w:p>"), Code.DAMAGED),
        (docx(p("x"))[:-60], Code.DAMAGED),
        (zipped({"[Content_Types].xml": "", "_rels/.rels": "<Relationships/>"}), Code.DAMAGED),
        (zipped({"[Content_Types].xml": "", "_rels/.rels": ""}), Code.DAMAGED),
        (docx("<w:p>" * 300 + "</w:p>" * 300), Code.DAMAGED),
        (docx(p("x" * 101), head=""), Code.TOO_LARGE),
    ],
    ids=["nothing", "blanks", "figures", "other words", "excel", "powerpoint", "outside", "zip",
         "open element", "cut off", "no main part", "no relations", "deep", "long"],
)  # fmt: skip
def test_what_is_refused(refused: Refused, data: bytes, code: Code) -> None:
    assert refused(data, characters=100) is code


def test_a_bomb_of_entities_is_refused_at_its_document_type(refused: Refused) -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<!DOCTYPE w:document [<!ENTITY l0 "ha">{laughs}]>'
    assert refused(docx("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>", head=head)) is Code.DAMAGED
    outside = '<!DOCTYPE w:document [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    assert refused(docx("<w:p><w:r><w:t>&x;</w:t></w:r></w:p>", head=outside)) is Code.DAMAGED


def test_a_bomb_of_zeros_is_refused_by_what_it_unpacks_to(refused: Refused) -> None:
    blanks = " " * 70_000_000
    data = docx(blanks)
    assert len(data) < 500_000
    assert refused(data) is Code.TOO_LARGE


def test_a_size_that_lies_is_no_help(refused: Refused) -> None:
    """The declared size of a part is a stranger's word: 10 bytes, it says, of 30 million."""
    data = bytearray(docx("<w:p/>" * 5_000_000))
    size = (6 * 5_000_000).to_bytes(4, "little")[2:]
    for place in range(len(data) - 4):
        if data[place + 2 : place + 4] == size and data[place] + data[place + 1]:
            data[place : place + 4] = (10).to_bytes(4, "little")
    assert refused(bytes(data), unpacked_bytes=1_000_000) in {Code.TOO_LARGE, Code.DAMAGED}


def test_thousands_of_parts_are_refused(refused: Refused) -> None:
    assert refused(docx(p("x"), {f"word/{n}": "" for n in range(5_001)})) is Code.TOO_LARGE


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_no_office_program_packs_like_this(refused: Refused, method: int) -> None:
    parts = zipfile.ZipFile(__import__("io").BytesIO(docx(p("x"))))
    assert refused(zipped({name: parts.read(name) for name in parts.namelist()}, method)) is Code.DAMAGED


def test_a_part_that_is_encrypted_is_protected(refused: Refused) -> None:
    data = bytearray(docx(p("x")))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = -1
        while (place := data.find(mark, place + 1)) >= 0:
            data[place + flags] |= 1
    assert refused(bytes(data)) is Code.PROTECTED
