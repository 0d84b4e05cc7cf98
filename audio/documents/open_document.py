"""The format of LibreOffice (OpenDocument, ISO 26300): paragraphs, headings and tables of the body."""

from typing import Final

from audio.documents.document import Bounds, Code, RefusedDocument
from audio.documents.lines import Lines
from audio.documents.numbering import attribute, whole
from audio.documents.parts import Attributes, Handler, Parts

_TYPE: Final = "application/vnd.oasis.opendocument.text"
_CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_TEXT: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_TABLE: Final = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_LEFT_OUT: Final = frozenset({"tracked-changes", "note", "annotation", "ruby-text", "forms", "settings"})
_MOST_SPACES: Final = 100


def open_document_text(parts: Parts, bounds: Bounds) -> str:
    """The text of the body, in reading order; RefusedDocument."""
    if parts.has(_MANIFEST):
        parts.walk(_MANIFEST, _Manifest())
    body = _Body(bounds)
    parts.walk(_CONTENT, body)
    return body.lines.text


def is_open_document(parts: Parts) -> bool:
    """Whether these are the parts of a text in this format."""
    return parts.has("mimetype") and parts.read("mimetype").strip() == _TYPE.encode()


class _Manifest(Handler):
    """Says of each part whether it is encrypted."""

    def begin(self, name: str, attributes: Attributes) -> None:  # noqa: ARG002 - as in Handler
        if name.endswith(" encryption-data"):
            raise RefusedDocument(Code.PROTECTED, "a part is encrypted")


class _Body(Handler):
    def __init__(self, bounds: Bounds) -> None:
        self.lines = Lines(bounds)
        self._left_out = 0
        self._open: list[list[str]] = []

    def begin(self, name: str, attributes: Attributes) -> None:
        """See Handler."""
        space, _, local = name.rpartition(" ")
        if self._left_out or local in _LEFT_OUT:
            self._left_out += 1
        elif space == _TABLE and local == "table-row":
            self.lines.row_begins()
        elif space == _TABLE and local == "table-cell":
            self.lines.cell_begins()
        elif space == _TEXT and local in {"p", "h"}:
            self._open.append([])
        elif space == _TEXT and self._open:
            self._sign(local, attributes)

    def _sign(self, local: str, attributes: Attributes) -> None:
        match local:
            case "s":
                self._open[-1].append(" " * max(1, whole(attribute(attributes, "c"), _MOST_SPACES)))
            case "tab":
                self._open[-1].append("\t")
            case "line-break":
                self._open[-1].append("\n")

    def end(self, name: str) -> None:
        """See Handler."""
        space, _, local = name.rpartition(" ")
        if self._left_out:
            self._left_out -= 1
        elif space == _TEXT and local in {"p", "h"} and self._open:
            self.lines.paragraph("".join(self._open.pop()))
        elif space == _TABLE and local == "table-row":
            self.lines.row_ends()

    def text(self, text: str) -> None:
        """See Handler."""
        if self._open and not self._left_out:
            self._open[-1].append(text)
