"""The text of a PDF file, page by page, without what is printed on every page. A scan has none."""

import importlib
import logging
import pkgutil
import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from typing import IO, Final

import pypdf
import pypdf.errors

from audio.documents.document import Bounds, Code, RefusedDocument
from audio.documents.tidying import letters, tidy

_EDGE: Final = 3
"""So many lines at the top and at the bottom of a page may be its header and footer."""
_NUMBER: Final = re.compile(
    r"(?:trang |page |tr\. ?)?[-–— (\[]*([0-9]{1,3})(?: ?(?:/|trên|of) ?[0-9]{1,3})?[-–— )\]]*", re.IGNORECASE
)
_DIGITS: Final = re.compile(r"[0-9]+")
_FEWEST_LETTERS: Final = 20
"""Pages that were scanned often have a few: the stamp of who signed, the name of the program."""
_READABLE: Final = 0.5
"""Share of letters and digits among all signs; a font without a table of its letters gives signs at random."""


def load_pdf() -> None:
    """Import what pypdf imports only when it needs it: after sealing, no module can be opened any more."""
    for module in pkgutil.walk_packages(pypdf.__path__, "pypdf."):
        with suppress(ImportError):  # for pictures, which need more than is installed
            importlib.import_module(module.name)


def pdf_text(file: IO[bytes], bounds: Bounds) -> tuple[str, int]:
    """The text and the number of pages.

    Raises:
        RefusedDocument: with the code that says why.
        Exception: whatever else a parser of damaged files meets.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(file)
        pages = _pages(reader, bounds)
    except pypdf.errors.LimitReachedError as error:
        raise RefusedDocument(Code.TOO_LARGE, str(error)) from error
    text = "\n".join("\n".join(lines) for lines in without_running_lines(pages))
    signs = sum(not sign.isspace() for sign in text)
    few = letters(text) < _FEWEST_LETTERS and any(map(_has_picture, reader.pages))
    if not letters(text) or few or sum(map(str.isalnum, text)) < _READABLE * signs:
        raise RefusedDocument(Code.NO_TEXT, f"{len(pages)} pages, {letters(text)} letters in {signs} signs")
    return text, len(pages)


def _has_picture(page: pypdf.PageObject) -> bool:
    held = page.get("/Resources")
    drawn = held.get_object().get("/XObject") if held is not None else None
    return drawn is not None and any(
        one.get_object().get("/Subtype") == "/Image" for one in drawn.get_object().values()
    )


def _pages(reader: pypdf.PdfReader, bounds: Bounds) -> list[list[str]]:
    if reader.is_encrypted and not reader.decrypt(""):
        raise RefusedDocument(Code.PROTECTED, "it does not open without a password")
    count = len(reader.pages)
    if count > bounds.pages:
        raise RefusedDocument(Code.TOO_LARGE, f"{count} pages")
    pages, total = [], 0
    for page in reader.pages:
        text = tidy(page.extract_text())
        total += len(text)
        if total > bounds.characters:
            raise RefusedDocument(Code.TOO_LARGE, f"more than {bounds.characters} characters")
        pages.append([line for line in text.split("\n") if line])
    return pages


def without_running_lines(pages: Sequence[Sequence[str]]) -> list[list[str]]:
    """The lines of each page without page numbers, and without headers and footers: what most pages have alike."""
    edges = Counter(alike for page in pages for alike in {_alike(page[place]) for place in _edge(page)})
    most = max(2, (len(pages) + 1) // 2)
    kept = []
    for number, page in enumerate(pages, 1):
        dropped = {place for place in _edge(page) if edges[_alike(page[place])] >= most}
        dropped |= {place for place in (0, len(page) - 1) if page and _is_number(page[place], number)}
        kept.append([line for place, line in enumerate(page) if place not in dropped])
    return kept


def _edge(page: Sequence[str]) -> set[int]:
    """The places at the top and at the bottom; of a short page, not its middle."""
    reach = min(_EDGE, len(page) // 3)
    return {*range(reach), *range(len(page) - reach, len(page))}


def _alike(line: str) -> str:
    """What is equal on every page: numbers change."""
    return _DIGITS.sub("#", line)


def _is_number(line: str, page: int) -> bool:
    found = _NUMBER.fullmatch(line)
    return found is not None and int(found[1]) == page
