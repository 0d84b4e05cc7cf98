"""From spans to what an engine is given: words, single spaces, and one pause mark at a time."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Final

from audio.reading.spans import Span

_STRENGTH: Final = {"?": 6, "!": 5, ".": 4, ";": 3, ":": 2, ",": 1}
_PAUSES: Final = re.compile(r" ?[.,?!;:](?: ?[.,?!;:])*+")
_TRAILING: Final = re.compile(r"[ ,]++$")
_LEADING: Final = re.compile(r"^[ .,?!;:]++")


def _strongest(marks: "re.Match[str]") -> str:
    return max((mark for mark in marks[0] if mark != " "), key=_STRENGTH.__getitem__)


def joined(spoken: Iterable[str]) -> str:
    """Spoken pieces as one line: where pauses meet, the strongest stays.

    A line neither begins with a pause nor ends with a comma.
    """
    line = " ".join(piece for piece in spoken if piece)
    return _TRAILING.sub("", _LEADING.sub("", _PAUSES.sub(_strongest, line)))


def lines(spans: Iterable[Span], source: str) -> tuple[str, ...]:
    """One spoken line per line of the source: a span that runs over a healed break is said where it begins."""
    said: list[list[str]] = [[] for _ in range(source.count("\n") + 1)]
    line = 0
    for span in spans:
        if span.rule != "line":
            said[line].append(span.spoken)
        line += span.source.count("\n")
    return tuple(joined(pieces) for pieces in said)


def whole(spans: Iterable[Span]) -> str:
    """The notice as one text: a true end of line is at least a full stop, a healed one is nothing."""
    sentences = [
        joined(span.spoken for span in group)
        for is_break, group in groupby(spans, key=lambda span: span.rule == "line")
        if not is_break
    ]
    return joined(sentence if sentence[-1:] in _STRENGTH else f"{sentence}." for sentence in sentences if sentence)
