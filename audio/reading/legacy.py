"""Vietnamese typed in the fonts of the nineties, recognised by its words and turned into Unicode.

A notice written in `.VnTime` (TCVN3, also called ABC) or `VNI-Times` looks right only in its font: pasted, "Thông báo"
is "Th«ng b¸o" or "Thoâng baùo", and a voice would spell nonsense. Two accidents of mail are recognised likewise:
UTF-8 and Windows-1258 that were opened as Western text. Which one it is, the words say: an encoding is believed only
when it turns words that are no Vietnamese into words that are, and hardly ever the other way round.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from audio.reading.syllables import is_syllable

_TONES: Final = "\u0300\u0301\u0309\u0303\u0323"
"""Grave, acute, hook, tilde, dot below: the order of the columns in the tables beneath."""

_TCVN3_ROWS: Final = {
    "a": "µ¸¶·¹", "ă": "»¾¼½Æ", "â": "ÇÊÈÉË", "e": "ÌÐÎÏÑ", "ê": "ÒÕÓÔÖ", "i": "×ÝØÜÞ", "o": "ßãáâä", "ô": "åèæçé",
    "ơ": "êíëìî", "u": "ïóñòô", "ư": "õøö÷ù", "y": "úýûüþ",
}  # fmt: skip
_TCVN3_BARE: Final = dict(zip("¨©ª«¬\u00ad®¡¢£¤¥¦§", "ăâêôơưđĂÂÊÔƠƯĐ", strict=True))
_VNI_TONES: Final = "øùûõï"
_VNI_QUALITIES: Final = {"ă": "aêèéúüë", "â": "aâàáåãä", "ê": "eâàáåãä", "ô": "oâàáåãä"}
"""The base letter, the sign of its bare form, then its five tones."""
_VNI_SINGLE: Final = dict(zip("ìíæóòîñôö", "ìíỉĩịỵđơư", strict=True))
_WINDOWS_1258: Final = dict(zip("ÌÒÞìòÐðÕõÝýÃãþ", "\u0300\u0309\u0303\u0301\u0323ĐđƠơƯưĂă₫", strict=True))
_CHUNK: Final = re.compile(r"(?:[A-Za-z]|[Ãº]\xa0|[^\x00-\x7f\s])+")
"""A word, with whatever an encoding made of its letters; the no-break space is part of UTF-8's à and Ạ."""
_ONLY_UNICODE: Final = re.compile("[ăđơưĂĐƠƯ\u0300-\u036f\u1ea0-\u1ef9]")
"""Letters that no Western text and no legacy font has."""

_LEAST_WORDS: Final = 2
_BELIEVED_SHARE: Final = 0.8
"""How many of the words that an encoding changes must become Vietnamese."""
_AGAINST: Final = 0.7
"""At most so many words that were Vietnamese before, for each one that becomes it."""
_STRAY_SHARE: Final = 0.2

Decoder = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text in Unicode, and the name of the encoding that it came in, or None when it was left as it was."""

    text: str
    encoding: str | None


def _composed(letter: str, tone: str) -> str:
    return unicodedata.normalize("NFC", letter + tone)


def _tcvn3() -> dict[str, str]:
    toned = {
        sign: _composed(letter, tone)
        for letter, row in _TCVN3_ROWS.items()
        for sign, tone in zip(row, _TONES, strict=True)
    }
    return toned | _TCVN3_BARE


def _vni() -> dict[str, str]:
    table = dict(_VNI_SINGLE)
    for letter, base in zip("aeouyơư", "aeouyôö", strict=True):
        table |= {base + sign: _composed(letter, tone) for sign, tone in zip(_VNI_TONES, _TONES, strict=True)}
    for letter, row in _VNI_QUALITIES.items():
        base, bare, signs = row[0], row[1], row[2:]
        table |= {base + sign: _composed(letter, tone) for sign, tone in zip(signs, _TONES, strict=True)}
        table[base + bare] = letter
    capitals = {key.upper(): value.upper() for key, value in table.items()}
    mixed = {key[0].upper() + key[1:]: value.upper() for key, value in table.items() if len(key) > 1}
    return capitals | mixed | table


TCVN3: Final = _tcvn3()
VNI: Final = _vni()


def _by_table(table: Mapping[str, str]) -> Decoder:
    """Replace the longest keys first."""
    keys = re.compile("|".join(re.escape(key) for key in sorted(table, key=len, reverse=True)))

    def decode(chunk: str) -> str:
        decoded = unicodedata.normalize("NFC", keys.sub(lambda found: table[found[0]], chunk))
        return decoded.upper() if _is_shouted(chunk) else decoded

    return decode


def _is_shouted(chunk: str) -> bool:
    """Whether the plain letters are capitals: TCVN3 has no capitals with a tone, its fonts drew them."""
    plain = [sign for sign in chunk if sign.isascii() and sign.isalpha()]
    return len(plain) > 1 and all(map(str.isupper, plain))


def _from_utf8(chunk: str) -> str:
    try:
        return bytes(_western(sign) for sign in chunk).decode("utf-8")
    except (UnicodeDecodeError, UnicodeEncodeError, ValueError):
        return chunk


def _western(sign: str) -> int:
    """The byte that Windows shows as this sign. Raises UnicodeEncodeError or ValueError when there is none."""
    return ord(sign) if ord(sign) < 0xA0 else sign.encode("cp1252")[0]


_DECODERS: Final[dict[str, Decoder]] = {
    "TCVN3": _by_table(TCVN3),
    "VNI": _by_table(VNI),
    "Windows-1258": _by_table(_WINDOWS_1258),
    "UTF-8": lambda chunk: unicodedata.normalize("NFC", _from_utf8(chunk)),
}


def _is_word(chunk: str) -> bool:
    return len(chunk) > 1 and is_syllable(chunk)


def _speaks_for(decode: Decoder, chunks: Iterable[str]) -> int:
    """How many words an encoding explains, or 0 when it cannot be believed."""
    changed = [(chunk, decode(chunk)) for chunk in chunks]
    changed = [(chunk, decoded) for chunk, decoded in changed if decoded != chunk]
    right = sum(_is_word(decoded) for _, decoded in changed)
    gained = sum(_is_word(decoded) and not _is_word(chunk) for chunk, decoded in changed)
    kept = sum(_is_word(chunk) for chunk, _ in changed)
    believed = right >= _BELIEVED_SHARE * len(changed) and kept <= _AGAINST * gained
    return gained if believed and gained >= _LEAST_WORDS else 0


def _suspects(line: str) -> list[str]:
    """The words of a line that may be legacy: none when more than a few of its words are Unicode beyond doubt."""
    chunks = [chunk for chunk in _CHUNK.findall(line) if not chunk.isascii()]
    suspects = [chunk for chunk in chunks if _ONLY_UNICODE.search(chunk) is None]
    return suspects if len(chunks) - len(suspects) <= _STRAY_SHARE * len(chunks) else []


def _converted(decode: Decoder, chunk: str) -> str:
    """A word of another source between them, such as THÔNG or Ủy, is kept when it would be none."""
    if chunk.isascii() or _ONLY_UNICODE.search(chunk) is not None:
        return chunk
    decoded = decode(chunk)
    return chunk if _is_word(chunk) and not _is_word(decoded) else decoded


def decoded(text: str) -> Decoded:
    """The text in Unicode when it was written in a legacy Vietnamese encoding, else the text as it is.

    Recognised: TCVN3 (ABC), VNI, and UTF-8 or Windows-1258 opened as Western text. A line of plain Unicode is left,
    so that a text pasted from two sources comes out whole.
    """
    lines = [(line, _suspects(line)) for line in text.split("\n")]
    chunks = {chunk for _, suspects in lines for chunk in suspects}
    scores = {name: _speaks_for(decode, chunks) for name, decode in _DECODERS.items()}
    best = max(scores, key=scores.__getitem__)
    if not scores[best]:
        return Decoded(text, None)
    decode = _DECODERS[best]
    converted = (
        _CHUNK.sub(lambda found: _converted(decode, found[0]), line) if suspects else line for line, suspects in lines
    )
    return Decoded("\n".join(converted), best)
