"""Word and OpenDocument files, zipped by hand: only the parts that matter, in the form that the programs write them."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
_RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="%s"/></Relationships>'
)
_ODT = "application/vnd.oasis.opendocument.text"


def zipped(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return written.getvalue()


def p(text: str, inside: str = "") -> str:
    """A paragraph of one run; `inside` stands before the run (properties)."""
    return f'<w:p>{inside}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def listed(text: str, number: int, level: int = 0) -> str:
    counted = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
    return p(text, counted)


def table(*rows: tuple[str, ...]) -> str:
    """Rows of cells; a cell that begins with "<" is XML already."""
    cells = ("".join(f"<w:tc>{cell if cell[:1] == '<' else p(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def numbering(*lists: str) -> str:
    """The lists that paragraphs call by 1, 2, …; each is the XML of its levels."""
    abstract = "".join(f'<w:abstractNum w:abstractNumId="{n}">{one}</w:abstractNum>' for n, one in enumerate(lists))
    called = "".join(f'<w:num w:numId="{n + 1}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(len(lists)))
    return f'<w:numbering xmlns:w="{W}">{abstract}{called}</w:numbering>'


def level(place: int, form: str, text: str, start: int = 1) -> str:
    described = f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{place}">{described}</w:lvl>'


def docx(body: str, more: Mapping[str, str | bytes] | None = None, *, space: str = W, main: str = "word/document.xml",
         head: str = "") -> bytes:  # fmt: skip
    names = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:o="urn:other"'
    document = f'<?xml version="1.0"?>{head}<w:document xmlns:w="{space}" {names}><w:body>{body}</w:body></w:document>'
    parts = {"[Content_Types].xml": _TYPES, "_rels/.rels": _RELATIONS % main, main: document}
    return zipped(parts | dict(more or {}))


def odt(body: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "text", "table")
    )
    text = f"<office:body><office:text>{body}</office:text></office:body>"
    content = f"<office:document-content {spaces}>{text}</office:document-content>"
    return zipped({"mimetype": _ODT, "content.xml": content} | dict(more or {}))
