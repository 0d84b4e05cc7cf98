"""PDF files as the programs of an office write them, made without a font: a reader needs widths and a table of letters.

Two hands are known. Word puts the letters of Latin-1 into one font and the other Vietnamese letters into another, so
that a word like "cộng" is three pieces, each laid at its own place; LibreOffice and printers use one font of all.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

NARROW, WIDE = "ijltfrI.,:;'-()1 ", "mwMWĐƠƯ"


@dataclass(frozen=True)
class Line:
    """A text with its left end and base line in points from the lower left corner."""

    x: float
    y: float
    text: str
    size: float = 13


def width(letter: str) -> int:
    """Thousandths of the size."""
    if letter in NARROW:
        return 300
    return 800 if letter in WIDE else 500 + 150 * letter.isupper()


def length(line: Line) -> float:
    return sum(map(width, line.text)) * line.size / 1000


class PdfFile:
    """Objects, then the table that says where each begins."""

    def __init__(self) -> None:
        self.objects: list[bytes] = []

    def add(self, body: bytes) -> int:
        self.objects.append(body)
        return len(self.objects)

    def stream(self, data: bytes, entries: bytes = b"", *, packed: bool = True) -> int:
        if packed:
            data, entries = zlib.compress(data), entries + b" /Filter /FlateDecode"
        return self.add(b"<< /Length %d%b >>\nstream\n%b\nendstream" % (len(data), entries, data))

    def bytes(self, root: int, trailer: bytes = b"") -> bytes:
        out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
        for number, body in enumerate(self.objects, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        table = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n<< /Size %d /Root %d 0 R %b >>\n" % (len(places) + 1, root, trailer)
        return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def pdf(pages: Sequence[Sequence[Line]], *, word: bool = True, trailer: bytes = b"") -> bytes:
    """A file of these pages, in Word's hand or in one font."""
    file = PdfFile()
    letters = sorted({letter for page in pages for line in page for letter in line.text})
    simple, all_letters = _simple_font(file), _letters_font(file, letters)
    tree = len(file.objects) + 2 * len(pages) + 1
    kids = []
    for page in pages:
        drawn = b"\n".join(_drawn(line, letters, word=word) for line in page)
        content = file.stream(drawn)
        fonts = b"/F1 %d 0 R /F2 %d 0 R" % (simple, all_letters)
        kids.append(
            file.add(
                b"<< /Type /Page /Parent %d 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
                b"/Resources << /Font << %b >> >> >>" % (tree, content, fonts)
            )
        )
    references = b" ".join(b"%d 0 R" % kid for kid in kids)
    assert file.add(b"<< /Type /Pages /Kids [%b] /Count %d >>" % (references, len(kids))) == tree
    return file.bytes(file.add(b"<< /Type /Catalog /Pages %d 0 R >>" % tree), trailer)


def _drawn(line: Line, letters: Sequence[str], *, word: bool) -> bytes:
    if not word:
        return _piece(line.x, line, b"F2", _codes(line.text, letters))
    out, x, run, latin = [], line.x, "", True

    def flush() -> None:
        nonlocal x, run
        if run:
            font, code = (b"F1", b"(%b)" % _escaped(run)) if latin else (b"F2", _codes(run, letters))
            out.append(_piece(x, line, font, code))
            x += sum(map(width, run)) * line.size / 1000
        run = ""

    for letter in line.text:
        if letter.isascii() != latin:
            flush()
            latin = letter.isascii()
        run += letter
    flush()
    return b"\n".join(out)


def _piece(x: float, line: Line, font: bytes, code: bytes) -> bytes:
    return b"BT /%b %.2f Tf 1 0 0 1 %.2f %.2f Tm [%b] TJ ET" % (font, line.size, x, line.y, code)


def _escaped(text: str) -> bytes:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("ascii")


def _codes(text: str, letters: Sequence[str]) -> bytes:
    return b"<%b>" % "".join(f"{letters.index(letter) + 3:04X}" for letter in text).encode()


def _simple_font(file: PdfFile) -> int:
    widths = b" ".join(b"%d" % width(chr(code)) for code in range(32, 127))
    return file.add(
        b"<< /Type /Font /Subtype /TrueType /BaseFont /TimesNewRoman /Encoding /WinAnsiEncoding "
        b"/FirstChar 32 /LastChar 126 /Widths [%b] >>" % widths
    )


def _letters_font(file: PdfFile, letters: Sequence[str]) -> int:
    pairs = "\n".join(
        f"<{code:04X}> <{letter.encode('utf-16-be').hex().upper()}>" for code, letter in enumerate(letters, 3)
    )
    table = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Adobe-Identity-UCS def\n"
        "/CMapType 2 def 1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{pairs}\nendbfchar endcmap CMapName currentdict /CMap defineresource pop end end"
    )
    unicode = file.stream(table.encode())
    widths = b" ".join(b"%d" % width(letter) for letter in letters)
    descendant = file.add(
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEE+TimesNewRoman /DW 1000 /W [3 [%b]] "
        b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>" % widths
    )
    return file.add(
        b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEE+TimesNewRoman /Encoding /Identity-H "
        b"/DescendantFonts [%d 0 R] /ToUnicode %d 0 R >>" % (descendant, unicode)
    )
