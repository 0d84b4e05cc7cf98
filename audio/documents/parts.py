"""The parts of a zipped office file, read in bounds: a bomb of zeros and a bomb of entities end the same way."""

import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Final
from xml.parsers import expat

from audio.documents.document import Bounds, Code, RefusedDocument

_BLOCK: Final = 1 << 16
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_MOST_PARTS: Final = 5_000
_DEEPEST: Final = 256
_ENCRYPTED: Final = 1

Attributes = dict[str, str]


class Handler:
    """Hears a part element by element; names are "namespace local"."""

    def begin(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, text: str) -> None:
        """Text, possibly in several pieces."""


class Parts:
    """An open zip file."""

    def __init__(self, file: IO[bytes], bounds: Bounds) -> None:
        """Raise RefusedDocument when it is none or has far too many parts."""
        self._bounds = bounds
        try:
            self._archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
            raise RefusedDocument(Code.DAMAGED, str(error)) from error
        if len(self._archive.filelist) > _MOST_PARTS:
            raise RefusedDocument(Code.TOO_LARGE, f"{len(self._archive.filelist)} parts")

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name in self._archive.NameToInfo

    def read(self, name: str, most: int = _BLOCK) -> bytes:
        """The first bytes of a part."""
        return next(self._blocks(name, most), b"")

    def walk(self, name: str, handler: Handler) -> None:
        """Parse an XML part from beginning to end.

        Raises:
            RefusedDocument: it is damaged, too large, or has a document type (from which bombs of entities are made;
                no office program writes one).
        """
        parser = expat.ParserCreate(namespace_separator=" ")
        depth = 0

        def begin(element: str, attributes: Attributes) -> None:
            nonlocal depth
            depth += 1
            if depth > _DEEPEST:
                raise RefusedDocument(Code.DAMAGED, f"{name}: nested more than {_DEEPEST} deep")
            handler.begin(element, attributes)

        def end(element: str) -> None:
            nonlocal depth
            depth -= 1
            handler.end(element)

        def doctype(*_: object) -> None:
            raise RefusedDocument(Code.DAMAGED, f"{name}: a document type")

        parser.StartElementHandler, parser.EndElementHandler = begin, end
        parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = handler.text, doctype
        parser.buffer_text = True
        try:
            for block in self._blocks(name):
                parser.Parse(block, False)  # noqa: FBT003 - not the last one
            parser.Parse(b"", True)  # noqa: FBT003 - the last one
        except expat.ExpatError as error:
            raise RefusedDocument(Code.DAMAGED, f"{name}: {error}") from error

    def _blocks(self, name: str, size: int = _BLOCK) -> Iterator[bytes]:
        info = self._archive.NameToInfo.get(name)
        if info is None:
            raise RefusedDocument(Code.DAMAGED, f"no part {name}")
        if info.flag_bits & _ENCRYPTED:
            raise RefusedDocument(Code.PROTECTED, f"{name} is encrypted")
        if info.compress_type not in _METHODS:
            raise RefusedDocument(Code.DAMAGED, f"{name}: compressed by method {info.compress_type}")
        left = self._bounds.unpacked_bytes
        try:
            with self._archive.open(info) as part:
                while block := part.read(size):
                    left -= len(block)
                    if left < 0:
                        raise RefusedDocument(Code.TOO_LARGE, f"{name}: more than {self._bounds.unpacked_bytes} bytes")
                    yield block
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError, EOFError, OSError) as error:
            raise RefusedDocument(Code.DAMAGED, f"{name}: {error}") from error
