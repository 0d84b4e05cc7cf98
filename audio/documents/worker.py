"""The program that parses a stranger's file: file on standard input, answer on standard output, nothing else open.

It loads what it needs, then seals itself (`call_filter.SEALED`), and only then reads the first byte: from there on it
can neither open a file nor make anything. What it says is believed as little as the file (`taking`). It may crash;
that means that the file is damaged.

    python -m audio.documents.worker '{}' < notice.docx
"""

import codecs
import os
import sys
from typing import IO, Final

import msgspec

from audio.confinement.call_filter import SEALED, assemble
from audio.confinement.kernel import filter_calls
from audio.documents.document import SEAL, Answer, Bounds, Code, DocumentKind, RefusedDocument
from audio.documents.open_document import is_open_document, open_document_text
from audio.documents.parts import Parts
from audio.documents.pdf import load_pdf, pdf_text
from audio.documents.tidying import tidy
from audio.documents.word import is_office, word_text

_CODECS: Final = ("utf-8", "utf-16", "utf-16-be", "utf-16-le", "latin-1", "ascii", "cp437", "cp1252", "mac-roman")


def take(file: IO[bytes], bounds: Bounds) -> Answer:
    """Take the text of a zipped office file or a PDF file, whichever it is."""
    try:
        if file.read(4) != b"PK\x03\x04":
            file.seek(0)
            return _printed(file, bounds)
        file.seek(0)
        text, kind = _zipped(Parts(file, bounds), bounds)
        return Answer(text=tidy(text), kind=kind)
    except RefusedDocument as refused:
        return Answer(refused=refused.code, detail=refused.detail[:500])


def _printed(file: IO[bytes], bounds: Bounds) -> Answer:
    try:
        text, pages = pdf_text(file, bounds)
    except RefusedDocument:
        raise
    except Exception as error:  # a parser of damaged files meets whatever there is
        raise RefusedDocument(Code.DAMAGED, f"{type(error).__name__}: {error}") from error
    return Answer(text=tidy(text), kind=DocumentKind.PDF, pages=pages)


def _zipped(parts: Parts, bounds: Bounds) -> tuple[str, DocumentKind]:
    if is_open_document(parts):
        return open_document_text(parts, bounds), DocumentKind.OPEN_DOCUMENT
    if is_office(parts):
        return word_text(parts, bounds), DocumentKind.WORD
    raise RefusedDocument(Code.NOT_A_DOCUMENT, "a zip file, but of no office program")


def load() -> None:
    """Have everything at hand that is loaded at its first use: after sealing nothing can be."""
    load_pdf()
    for name in _CODECS:
        codecs.lookup(name)


def main() -> None:
    """Read the call: bounds, and whether this machine can seal."""
    bounds = msgspec.json.decode(sys.argv[1], type=Bounds)
    sys.setrecursionlimit(2_000)
    load()
    if SEAL in sys.argv:
        filter_calls(assemble(SEALED, os.uname().machine), os.uname().machine)
    sys.stdout.buffer.write(msgspec.json.encode(take(sys.stdin.buffer, bounds)))


if __name__ == "__main__":
    main()
