"""What is taken from a file, how much at most, and why it was not."""

from enum import StrEnum
from typing import Final

from msgspec import Struct


class DocumentKind(StrEnum):
    """What the file was."""

    WORD = "docx"
    OPEN_DOCUMENT = "odt"
    PDF = "pdf"
    PLAIN = "txt"


class Code(StrEnum):
    """Why no text was taken; each has its sentence in the catalogue, `document-refusal-<code>`."""

    NOT_A_DOCUMENT = "not-a-document"
    """None of the kinds that are read here: a picture, a spreadsheet, a web page, sound."""
    NO_TEXT = "no-text"
    """Nothing that can be read as letters: a scan, pictures, or a font that hides its letters."""
    PROTECTED = "protected"
    """A password is needed to open it."""
    TOO_LARGE = "too-large"
    """More bytes, pages or text than a notice has."""
    DAMAGED = "damaged"
    TOO_SLOW = "too-slow"
    """Reading it used up its time: a broken or hostile file, or a machine that is far too busy."""
    OLD_WORD = "old-word"
    """Word 97 to 2003 (.doc) or RTF: to be saved as .docx."""


class RefusedDocument(Exception):
    """No text was taken; `detail` is for the log, in English."""

    def __init__(self, code: Code, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


SEAL: Final = "--seal"
"""By which the worker is told that this machine can filter system calls."""


class Bounds(Struct, frozen=True, kw_only=True):
    """What a file may cost. A long notice has 5 pages and 15,000 characters."""

    file_bytes: int = 20_000_000
    unpacked_bytes: int = 60_000_000
    """Of each part of a Word or OpenDocument file, and of each page of a PDF file."""
    pages: int = 60
    characters: int = 100_000
    wall_s: float = 20.0
    cpu_s: int = 15
    memory_bytes: int = 768 << 20


class Document(Struct, frozen=True, kw_only=True):
    """The text of a file: NFC, a paragraph or line of a page on each line, one empty line at most between them."""

    text: str
    kind: DocumentKind
    pages: int | None = None
    """None where the file itself does not know (Word lays pages out anew each time)."""


class Answer(Struct, frozen=True, kw_only=True):
    """What the worker says: a text, or why there is none."""

    text: str = ""
    kind: DocumentKind | None = None
    pages: int | None = None
    refused: Code | None = None
    detail: str = ""
