"""Word, OpenDocument, PDF and plain files, parsed as the worker does: a text, or why there is none."""

import io
import zipfile

from audio.documents.document import Answer, Bounds
from audio.documents.plain import decode
from audio.documents.tidying import tidy
from audio.documents.worker import take
from tests.fakes.office_files import docx, level, listed, numbering, odt, p, table, zipped
from tests.fakes.pdf_files import Line, PdfFile, pdf
from tests.fuzz.target import Target

BOUNDS = Bounds(unpacked_bytes=1_000_000, characters=5_000, pages=20)


def judged(data: bytes) -> Answer:
    answer = take(io.BytesIO(data), BOUNDS)
    assert (answer.kind is None) != (answer.refused is None)
    assert answer.text == tidy(answer.text)
    assert "\r" not in answer.text
    return answer


def office_file(data: bytes) -> None:
    """A zip file as it came."""
    judged(b"PK\x03\x04" + data[4:])


def word_body(data: bytes) -> None:
    """The XML of a Word file, in a zip file that is whole."""
    judged(zipped(PARTS | {"word/document.xml": data}))


def word_lists(data: bytes) -> None:
    """The XML by which paragraphs are counted."""
    judged(zipped(PARTS | {"word/numbering.xml": data}))


def open_document(data: bytes) -> None:
    """The XML of an OpenDocument file."""
    judged(odt("", {"content.xml": data}))


def pdf_file(data: bytes) -> None:
    """A PDF file as it came."""
    judged(b"%PDF-1.7" + data)


def pdf_drawing(data: bytes) -> None:
    """What a page draws, in a file that is whole."""
    file = PdfFile()
    content = file.stream(data)
    file.add(
        b"<< /Type /Page /Parent 3 0 R /MediaBox [0 0 595 842] /Contents %d 0 R /Resources << /Font << /F1 << /Type "
        b"/Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >> >> >> >>" % content
    )
    file.add(b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")
    judged(file.bytes(file.add(b"<< /Type /Catalog /Pages 3 0 R >>")))


def plain_text(data: bytes) -> None:
    """A plain file."""
    found = decode(data)
    assert found is None or tidy(tidy(found)) == tidy(found)


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


LISTS = numbering(level(0, "decimal", "%1.") + level(1, "lowerRoman", "%1.%2)"))
WORD = docx(
    listed("Họp thôn", 1) + listed("lúc 7h", 1, 1) + table(("a", p("b") + p("c"))), {"word/numbering.xml": LISTS}
)
PARTS = _parts(WORD)
ODT = odt("<text:p>Họp<text:s text:c='2'/></text:p>")
PDF = pdf([[Line(60, 700, "Mời bà con đến họp thôn lúc 7 giờ 30")]])
DRAWING = b"BT /F1 12 Tf 1 0 0 1 60 700 Tm [(Thong) -250 (bao hop thon luc bay gio)] TJ T* (x) ' ET q 1 0 0 1 0 0 cm Q"
TEXTS = ("Thông báo", "Th«ng b¸o mêi häp")
TARGETS = (
    Target("office-file", office_file, (WORD, ODT), changes=150),
    Target("word-body", word_body, (PARTS["word/document.xml"],), changes=150),
    Target("word-lists", word_lists, (PARTS["word/numbering.xml"],), share=0.5, changes=150),
    Target("open-document", open_document, (_parts(ODT)["content.xml"],), share=0.5, changes=150),
    Target("pdf-file", pdf_file, (PDF,), changes=150),
    Target("pdf-drawing", pdf_drawing, (DRAWING,), changes=150),
    Target(
        "plain-text",
        plain_text,
        (TEXTS[0].encode(), TEXTS[0].encode("utf-16"), TEXTS[1].encode("cp1252")),
        longest=400,
        share=0.5,
    ),
)
