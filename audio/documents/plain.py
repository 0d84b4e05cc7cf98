"""A plain text file: which of the encodings it is in that notices in Viet Nam are found in."""

import codecs
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MARKUP: Final = ("<!doctype", "<html", "<?xml", "<svg", "mime-version:")
_CONTROLS: Final = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\v\x1a")
_MOST_CONTROLS: Final = 0.001
_SIXTEEN_BITS: Final = 0.3
"""Share of zeros among the upper halves: Vietnamese text has at least so many letters of ASCII."""


def decode(data: bytes) -> str | None:
    """The text, or None when these bytes are no plain text.

    What is neither UTF-8 nor UTF-16 is taken as Western (Windows-1252). If it is Windows-1258, TCVN3 or VNI it looks
    wrong then, and `audio.reading.decoded` recognises by its words which it is: the desk shows what it converted.
    """
    text = _decoded(data)
    if text is None or text.lstrip().lower().startswith(_MARKUP):
        return None
    controls = sum(sign in _CONTROLS for sign in text)
    return None if controls > _MOST_CONTROLS * len(text) else text


def _decoded(data: bytes) -> str | None:
    encodings = [name for mark, name in _MARKS if data.startswith(mark)][:1] or _unmarked(data)
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _unmarked(data: bytes) -> list[str]:
    head = data[:4096]
    for encoding, upper in (("utf-16-le", head[1::2]), ("utf-16-be", head[::2])):
        if len(head) >= 4 and len(data) % 2 == 0 and upper.count(0) > _SIXTEEN_BITS * len(upper):
            return [encoding]
    return ["utf-8", "cp1252", "latin-1"]
