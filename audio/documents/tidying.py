"""Text as an editor wants it: composed letters, no invisible signs, no runs of blanks."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_BLANKS: Final = re.compile(r"[^\S\n]+")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")
_BREAKS: Final = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def tidy(text: str) -> str:
    """NFC; breaks become newlines, blanks single spaces, at most one empty line; what is not seen is left out."""
    text = _BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    seen = "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in _UNSEEN)
    lines = (_BLANKS.sub(" ", line).strip() for line in seen.split("\n"))
    return unicodedata.normalize("NFC", _EMPTY_LINES.sub("\n\n", "\n".join(lines)).strip())


def row(cells: Iterable[list[str]]) -> list[str]:
    """The lines of one row of a table, each cell given by its paragraphs.

    A row of figures is said as one sentence with pauses; a table that only lays out a page (the heading of every
    official document is one) is read cell by cell.
    """
    filled = [lines for cell in cells if (lines := [line.strip() for line in cell if line.strip()])]
    if any(len(lines) > 1 for lines in filled):
        return [line for lines in filled for line in lines]
    said = ""
    for (line,) in filled:
        said += ("" if not said else " " if said[-1] in ".,;:!?" else ", ") + line
    return [said] if said else []


def letters(text: str) -> int:
    """How many letters there are."""
    return sum(map(str.isalpha, text))
