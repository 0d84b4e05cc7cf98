"""Word's own format since 2007 (Office Open XML, ISO 29500): paragraphs, tables and counted lists of the body.

Headers, footers and page numbers stand in other parts and are never opened; what was deleted under "track changes",
notes, and the instructions of fields are in the body and are left out.
"""

from typing import Final

from audio.documents.document import Bounds, Code, RefusedDocument
from audio.documents.lines import Lines
from audio.documents.numbering import Counter, Lists, attribute, whole
from audio.documents.parts import Attributes, Handler, Parts

_RELATIONS: Final = "_rels/.rels"
_USUAL: Final = "word/document.xml"
_NUMBERING: Final = "numbering.xml"
_SPACES: Final = ("schemas.openxmlformats.org/wordprocessingml/", "purl.oclc.org/ooxml/wordprocessingml/")
_LEFT_OUT: Final = frozenset({"del", "moveFrom", "delText", "instrText", "Fallback", "pPrChange", "rPrChange"})
"""`Fallback` says once more, for older programs, what stands beside it; the last two tell how it once looked."""
_SIGNS: Final = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}


def word_text(parts: Parts, bounds: Bounds) -> str:
    """The text of the body, in reading order; RefusedDocument."""
    main = _main_part(parts)
    lists = Lists()
    numbering = f"{main.rpartition('/')[0]}/{_NUMBERING}"
    if parts.has(numbering):
        parts.walk(numbering, lists)
    body = _Body(bounds, Counter(lists))
    parts.walk(main, body)
    if not body.is_word:
        raise RefusedDocument(Code.NOT_A_DOCUMENT, f"{main} is no text of Word")
    return body.lines.text


def is_office(parts: Parts) -> bool:
    """Whether these are the parts of a Word, Excel or PowerPoint file."""
    return parts.has("[Content_Types].xml") and parts.has(_RELATIONS)


def _main_part(parts: Parts) -> str:
    relations = _Relations()
    parts.walk(_RELATIONS, relations)
    main = relations.main or _USUAL
    if not main.endswith(".xml") or main.startswith(("xl/", "ppt/")):
        raise RefusedDocument(Code.NOT_A_DOCUMENT, f"its main part is {main[:80]}")
    return main


class _Relations(Handler):
    def __init__(self) -> None:
        self.main = ""

    def begin(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002 - as in Handler
        if attribute(attributes, "Type").endswith("/officeDocument"):
            self.main = attribute(attributes, "Target").lstrip("/")


class _Body(Handler):
    def __init__(self, bounds: Bounds, counter: Counter) -> None:
        self.lines = Lines(bounds)
        self.is_word = False
        self._counter = counter
        self._left_out = 0
        self._open: list[_Paragraph] = []
        """A text box stands within a paragraph and has paragraphs of its own."""

    def begin(self, name: str, attributes: Attributes) -> None:
        """See Handler."""
        space, _, local = name.rpartition(" ")
        if self._left_out or local in _LEFT_OUT:
            self._left_out += 1
            return
        if not any(known in space for known in _SPACES):
            return
        self.is_word = True
        match local:
            case "p":
                self._open.append(_Paragraph())
            case "tr":
                self.lines.row_begins()
            case "tc":
                self.lines.cell_begins()
            case _ if self._open:
                self._in_paragraph(self._open[-1], local, attributes)

    def _in_paragraph(self, paragraph: "_Paragraph", local: str, attributes: Attributes) -> None:
        match local:
            case "t":
                paragraph.taking = not paragraph.hidden
            case "r":
                paragraph.hidden = False
            case "vanish":
                paragraph.hidden = attribute(attributes, "val") not in {"0", "false", "off"}
            case "ilvl":
                paragraph.level = whole(attribute(attributes, "val"), 8)
            case "numId":
                paragraph.number = attribute(attributes, "val")
            case _ if local in _SIGNS:
                paragraph.pieces.append(_SIGNS[local])

    def end(self, name: str) -> None:
        """See Handler."""
        if self._left_out:
            self._left_out -= 1
            return
        space, _, local = name.rpartition(" ")
        if not any(known in space for known in _SPACES):
            return
        if local == "t" and self._open:
            self._open[-1].taking = False
        elif local == "p" and self._open:
            self._close(self._open.pop())
        elif local == "tr":
            self.lines.row_ends()

    def _close(self, paragraph: "_Paragraph") -> None:
        text = "".join(paragraph.pieces)
        if text.strip() and paragraph.number:
            text = f"{self._counter.label(paragraph.number, paragraph.level)} {text}".lstrip()
        self.lines.paragraph(text)

    def text(self, text: str) -> None:
        """See Handler."""
        if self._open and self._open[-1].taking and not self._left_out:
            self._open[-1].pieces.append(text)


class _Paragraph:
    """One that has begun and not ended."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.taking = self.hidden = False
        self.number, self.level = "", 0
