"""Web and mail addresses, said so that a listener could type them.

Convention: parts that can be cut into syllables are said as such ("dichvucong": "dich vu cong"), others letter by
letter; `.` is "chấm", `@` "a còng", `/` "gạch chéo", `-` "gạch ngang", `_` "gạch dưới"; "https://" is not said,
because nobody types it.
"""

import re
from functools import lru_cache
from typing import Final

from audio.reading.letters import respelled, spelled
from audio.reading.numbers import digit_by_digit
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS
from audio.reading.syllables import is_unmarked_syllable

_SIGNS: Final = {
    ".": "chấm", "@": "a còng", "/": "gạch chéo", "-": "gạch ngang", "_": "gạch dưới", "?": "chấm hỏi",
    "=": "bằng", "&": "và",
    "%": "phần trăm", "#": "thăng", "+": "cộng", ":": "hai chấm",
}  # fmt: skip
_LABELS: Final = {"vn": "vê nờ"}
_PIECE: Final = re.compile(r"[^\W\d_]+|[0-9]+|[^\w]|_")
_LONGEST_CUT: Final = 40


@lru_cache(maxsize=1024)
def _cut(label: str) -> tuple[str, ...] | None:
    """The label as the fewest syllables that make it up, or None."""
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(label) + 1):
        candidates = [
            (*head, label[start:end])
            for start in range(max(0, end - 6), end)
            if (head := best[start]) is not None and end - start > 1 and is_unmarked_syllable(label[start:end])
        ]
        best.append(min(candidates, key=len, default=None))
    return best[-1]


def _label(label: str, place: Place) -> str:
    known = _LABELS.get(label) or place.abbreviations.foreign.get(label)
    if known is not None:
        return known
    syllables = _cut(label) if 1 < len(label) <= _LONGEST_CUT else None
    return (
        respelled(" ".join(syllables))
        if syllables and " " not in label and len(syllables) == 1
        else _join(syllables, label)
    )


def _join(syllables: tuple[str, ...] | None, label: str) -> str:
    return " ".join(syllables) if syllables else spelled(label)


def _say(match: "re.Match[str]", place: Place) -> Said | None:
    address = match["address"].rstrip("/").lower()
    pieces = [
        _SIGNS.get(piece, "")
        if not piece.isalnum()
        else digit_by_digit(piece)
        if piece.isdigit()
        else _label(piece, place)
        for piece in _PIECE.findall(address)
    ]
    return Said(" ".join(piece for piece in pieces if piece), GUESS)


_HOST: Final = r"[A-Za-z0-9][A-Za-z0-9-]{0,40}+(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,40}+){0,6}"
_PATH: Final = r"(?:/[A-Za-z0-9_./?=&%#+-]{0,80}[A-Za-z0-9_/=])?"

RULE: Final = Rule(
    "web address",
    re.compile(
        rf"(?:https?://)?(?P<address>[A-Za-z0-9._+-]{{1,40}}@{_HOST}"
        rf"|(?:www\.)?(?:[A-Za-z0-9][A-Za-z0-9-]{{0,40}}+\.){{1,6}}(?:vn|com|net|org|edu|gov|info)(?![\w]){_PATH})",
        re.IGNORECASE,
    ),
    _say,
)
"""Tried where a letter or a digit stands, when a dot or an at sign follows the word or the word is "http"."""
