"""One written form before any rule looks: NFC, plain spaces and digits, no invisible characters.

Notices are pasted from Word, PDF and telephones, with decomposed accents, no-break spaces, soft hyphens, full-width
letters, the Icelandic eth in place of Đ, the letter gha in place of Ư and Cyrillic letters that look like Latin ones.
Rules that had to expect all of that would each be wrong in their own way.
"""

import re
import unicodedata
from typing import Final

_SPACES: Final = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_BREAKS: Final = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_INVISIBLE: Final = (
    "\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\ufeff"
)
_SAME_SIGN: Final = {
    "Ð": "Đ",
    "ð": "đ",
    "Φ": "Ø",
    "φ": "Ø",
    "⌀": "Ø",
    "Ɖ": "Đ",
    "ɖ": "đ",
    "Ƣ": "Ư",
    "ƣ": "ư",
    "Ǎ": "Ă",
    "ǎ": "ă",
    "℃": "°C",
    "℉": "°F",
    "º": "°",
    "˚": "°",
    "µ": "μ",
    "‐": "-",
    "‑": "-",
    "‒": "-",
    "−": "-",
    "―": "–",
    "—": "–",
    "’": "'",
    "‘": "'",
    "′": "'",
    "ʹ": "'",
    "´": "'",
    "″": '"',
    "“": '"',
    "”": '"',
    "„": '"',
    "㎡": "m²",
    "㎥": "m³",
    "㎏": "kg",
    "㎞": "km",
    "㎜": "mm",
    "㎝": "cm",
    "÷": "–",
    "∕": "/",
    "⁄": "/",
    "٪": "%",
}

_LOOK_ALIKES: Final = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧαονυ", "ABESIJKMHOPCTYXaesijopcyxABEZHIKMNOPTYXaovu"
)
_OTHER_SCRIPT: Final = re.compile("[\u0370-\u052f]")
_LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
_LETTERS: Final = re.compile(r"[^\W\d_]++(?:[\u0300-\u036f]|[^\W\d_])*+")
_LATE_QUALITY: Final = re.compile("([\u0300\u0301\u0303\u0309])([\u0302\u0306])")
"""A tone typed before the circumflex or breve of its vowel: Unicode keeps them apart unless they change places."""


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict.fromkeys((*range(0x20), 0x7F, *range(0x80, 0xA0)))
    table[ord("\n")] = "\n"
    table.update({ord(mark): " " for mark in _SPACES})
    table.update({ord(mark): "\n" for mark in _BREAKS})
    table.update({ord(mark): None for mark in _INVISIBLE})
    table.update({0xFF01 + offset: chr(0x21 + offset) for offset in range(94)})
    table.update({ord(written): plain for written, plain in _SAME_SIGN.items()})
    return table


_TABLE: Final = _table()
_FOREIGN_DIGIT: Final = re.compile(r"(?![0-9])\d")
_SPOKEN_NUMBERS: Final = frozenset("⁰¹²³⁴⁵⁶⁷⁸⁹½¼¾")


def normalise(text: str) -> str:
    """The text with one spelling for every sign; what is removed has neither sound nor sight."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.translate(_TABLE)
    if text.isascii():
        return text
    text = unicodedata.normalize("NFC", _in_order(_latin(text)))
    composed = {ord(sign): _taken_apart(sign) for sign in set(text) if _is_composed(sign)}
    return _FOREIGN_DIGIT.sub(lambda digit: str(unicodedata.decimal(digit[0])), text.translate(composed))


def _latin(text: str) -> str:
    """Cyrillic and Greek letters inside a word of Latin ones, as the Latin ones that they look like."""
    if _OTHER_SCRIPT.search(text) is None:
        return text
    return _LETTERS.sub(lambda word: word[0].translate(_LOOK_ALIKES) if _is_mixed(word[0]) else word[0], text)


def _is_mixed(word: str) -> bool:
    return _OTHER_SCRIPT.search(word) is not None and _LATIN.search(word) is not None


def _in_order(text: str) -> str:
    if _LATE_QUALITY.search(unicodedata.normalize("NFD", text)) is None:
        return text
    return _LATE_QUALITY.sub(r"\2\1", unicodedata.normalize("NFD", text))


def _is_composed(sign: str) -> bool:
    return sign.isnumeric() and not (sign.isdecimal() or sign.isalpha() or sign in _SPOKEN_NUMBERS)


def _taken_apart(sign: str) -> str:
    """`①` as 1 and `Ⅳ` as IV."""
    return unicodedata.normalize("NFKC", sign).translate(_TABLE)
