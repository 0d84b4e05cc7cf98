"""From a stranger's file to the text that an officer edits: recognised by content, parsed in confinement, looked at."""

import signal
import sys
import tempfile
from pathlib import Path
from typing import Final

import msgspec

from audio.child import ChildFailed, Fault, Limits, best_confinement, run
from audio.documents.document import SEAL, Answer, Bounds, Code, Document, DocumentKind, RefusedDocument
from audio.documents.plain import decode
from audio.documents.tidying import letters, tidy

_HEAD_BYTES: Final = 1024
_ZIP: Final = b"PK\x03\x04"
_COMPOUND: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Files of Word 97, and the wrapping of newer ones that are locked by a password."""
_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_OLD_WORD: Final = "WordDocument".encode("utf-16-le")
_RICH_TEXT: Final = b"{\\rtf"
_ROOM: Final = str(Path(__file__).parents[1])
_BEGIN: Final = f"""
import sys, types
room = sys.modules["audio"] = types.ModuleType("audio")
room.__path__ = [{_ROOM!r}]
from audio.documents.worker import main
main()
"""
"""Of the sources the worker sees this room only, not the folder around it, in which Python would look for it."""
_OUT_OF_TIME: Final = frozenset({-signal.SIGXCPU, -signal.SIGKILL, 128 + signal.SIGXCPU, 128 + signal.SIGKILL})


def text_of(path: Path, *, bounds: Bounds | None = None) -> Document:
    """Take the text of a .docx, .odt, .pdf or .txt file, whatever its name is.

    Raises:
        RefusedDocument: with the code that says why.
        audio.child.ChildFailed: the worker could not be started: not the file's fault.
        OSError: the file cannot be read.
    """
    bounds = bounds or Bounds()
    size = path.stat().st_size
    if size > bounds.file_bytes:
        raise RefusedDocument(Code.TOO_LARGE, f"{size} bytes")
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if head.startswith(_ZIP) or b"%PDF-" in head:
        return _checked(_worked(path, bounds), bounds)
    data = path.read_bytes()
    if head.startswith(_COMPOUND):
        raise _compound(data)
    if head.startswith(_RICH_TEXT):
        raise RefusedDocument(Code.OLD_WORD, "rich text format")
    return _plain(data, bounds)


def _compound(data: bytes) -> RefusedDocument:
    if _LOCKED in data:
        return RefusedDocument(Code.PROTECTED, "an office file with a password")
    if _OLD_WORD in data:
        return RefusedDocument(Code.OLD_WORD, "Word 97 to 2003")
    return RefusedDocument(Code.NOT_A_DOCUMENT, "a compound file without a text")


def _plain(data: bytes, bounds: Bounds) -> Document:
    if len(data) > 4 * bounds.characters:
        raise RefusedDocument(Code.TOO_LARGE, f"{len(data)} bytes of text")
    text = decode(data)
    if text is None:
        raise RefusedDocument(Code.NOT_A_DOCUMENT, "no kind of text that is known here")
    return _checked(Answer(text=text, kind=DocumentKind.PLAIN), bounds)


def _worked(path: Path, bounds: Bounds) -> Answer:
    seal = (SEAL,) if best_confinement().filtered else ()
    told = msgspec.json.encode(bounds).decode()
    command = [sys.executable, "-I", "-c", _BEGIN, told, *seal]
    limits = Limits(bounds.wall_s, bounds.cpu_s, bounds.memory_bytes, 16 * bounds.characters + 4096)
    with path.open("rb") as source, tempfile.TemporaryFile() as result:
        try:
            run(command, source=source, result=result, limits=limits)
        except ChildFailed as failure:
            raise _refused(failure) from failure
        result.seek(0)
        try:
            return msgspec.json.decode(result.read(), type=Answer)
        except msgspec.DecodeError as error:
            raise RefusedDocument(Code.DAMAGED, f"the worker said nothing sensible: {error}") from error


def _refused(failure: ChildFailed) -> Exception:
    if failure.fault is Fault.NOT_STARTED:
        return failure
    late = failure.fault is Fault.TIMED_OUT or failure.status in _OUT_OF_TIME
    return RefusedDocument(Code.TOO_SLOW if late else Code.DAMAGED, failure.detail)


def _checked(answer: Answer, bounds: Bounds) -> Document:
    """The worker had the file in its hands: its answer is looked at as if it were the file."""
    if answer.refused is not None or answer.kind is None:
        raise RefusedDocument(answer.refused or Code.DAMAGED, answer.detail)
    text = tidy(answer.text)
    if len(text) > bounds.characters:
        raise RefusedDocument(Code.TOO_LARGE, f"{len(text)} characters")
    if not letters(text):
        raise RefusedDocument(Code.NO_TEXT, "no letter in it")
    return Document(text=text, kind=answer.kind, pages=answer.pages)
