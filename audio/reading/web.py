"""Web and mail addresses, said so that a listener could type them.

Convention: names stay as they are written, in small letters ("dichvucong chấm gov chấm vn"), unless they have no vowel
or would be read as an abbreviation, then letter by letter; numbers digit by digit; `.` is "chấm", `@` "a còng", `/`
"gạch chéo", `-` "gạch ngang", `_` "gạch dưới"; "https://" is not said, because nobody types it.
"""

import re
from typing import Final

from audio.reading.letters import spelled
from audio.reading.numbers import digit_by_digit
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY
from audio.reading.syllables import VOWELS
from audio.reading.word_lists import listed

DOMAINS: Final = listed("vn com net org edu gov info ly me io asia tv app gl xyz page link")
"""What an address may end with."""

_SIGNS: Final = {
    ".": "chấm", "@": "a còng", "/": "gạch chéo", "-": "gạch ngang", "_": "gạch dưới", "?": "chấm hỏi",
    "=": "bằng", "&": "và",
    "%": "phần trăm", "#": "thăng", "+": "cộng", ":": "hai chấm",
}  # fmt: skip
_LONGEST_ENDING: Final = 3
_PIECE: Final = re.compile(r"[^\W\d_]+|[0-9]+|[^\w]|_")


def _label(label: str, place: Place) -> str:
    if label in DOMAINS or label in place.abbreviations.foreign:
        return "vê kép vê kép vê kép" if label == "www" else label
    is_sayable = len(label) > 1 and any(letter in VOWELS for letter in label)
    return label if is_sayable and not place.abbreviations.knows(label) else spelled(label)


def _piece(piece: str, before: str, place: Place) -> str:
    if piece.isdigit():
        return digit_by_digit(piece)
    if piece.isalpha():
        return (
            piece if before == "." and piece.isascii() and 1 < len(piece) <= _LONGEST_ENDING else _label(piece, place)
        )
    return _SIGNS.get(piece, "")


def _said(address: str, place: Place) -> str:
    pieces = _PIECE.findall(address.lower())
    said = (_piece(piece, before, place) for before, piece in zip(["", *pieces], pieces, strict=False))
    return " ".join(piece for piece in said if piece)


def _address(match: "re.Match[str]", place: Place) -> Said | None:
    return Said(_said((match["site"] or match["address"]).rstrip("/"), place), GUESS)


def _ending(match: "re.Match[str]", place: Place) -> Said | None:
    is_alone = place.at == 0 or place.text[place.at - 1] in ' \n("'
    return Said(_said(match[0], place), LIKELY) if is_alone else None


_ENDINGS: Final = "|".join(sorted(DOMAINS))
_HOST: Final = r"[A-Za-z0-9][A-Za-z0-9-]{0,40}+(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,40}+){0,6}"
_PATH: Final = r"(?:/[A-Za-z0-9_./?=&%#+-]{0,80}[A-Za-z0-9_/=])?"

RULE: Final = Rule(
    "web address",
    re.compile(
        rf"https?://(?P<site>{_HOST}{_PATH})(?![\w])"
        rf"|(?:https?://)?(?P<address>[A-Za-z0-9._+-]{{1,40}}@{_HOST}"
        rf"|(?:www\.)?(?:[A-Za-z0-9][A-Za-z0-9-]{{0,40}}+\.){{1,6}}(?:{_ENDINGS})(?![\w]){_PATH})",
        re.IGNORECASE,
    ),
    _address,
)
"""Tried where a letter or a digit stands, when a dot or an at sign follows the word or the word is "http"."""

ENDING: Final = Rule("web address", re.compile(rf"(?:\.(?:{_ENDINGS})(?![\w])){{1,3}}"), _ending)
"""The end of an address on its own, ".gov.vn": tried where a dot stands."""
