"""The end of an official letter as an announcer treats it: who signed is said, how the paper was signed is not.

Dropped, with a silent span: the list of receivers ("Nơi nhận:" with its dashes down to "Lưu: VT"), "(Đã ký)", the
prefixes TM., KT., TL., TUQ., and the superior for whom somebody else signed ("KT. CHỦ TỊCH / PHÓ CHỦ TỊCH": only the
vice chairman is named).
"""

import re
from typing import Final

from audio.reading.place import Place, Rule, Said
from audio.reading.spans import LIKELY

_BODIES: Final = r"(?:UBND|ỦY BAN|UỶ BAN|CHỦ TỊCH|BAN |BCH|HĐND|ĐẢNG|BTV|GIÁM|TRƯỞNG|HIỆU)"
_PREFIX: Final = (
    r"(?:(?:TM|KT|TL|TUQ|T/M|K/T|T/L|TU/Q)\. ?(?=[^\W\d_])|(?:T/M|K/T|T/L) "
    rf"|(?:TM|KT|TL|TUQ) (?={_BODIES}))"
)
_DEPUTY: Final = r"(?:PHÓ|CHÁNH|TRƯỞNG|GIÁM ĐỐC|ỦY VIÊN|UỶ VIÊN)\b"
_PREFIXED: Final = re.compile(_PREFIX)
_SUPERIOR: Final = re.compile(
    rf"(?:KT|TL|TUQ|K/T|T/L)\.? ?[^\n/]{{3,40}}?(?:(?=\n{{1,3}} {{0,3}}{_DEPUTY})| ?/ ?(?={_DEPUTY})| (?={_DEPUTY}))"
)
_RECEIVERS: Final = re.compile(r"^ {0,8}nơi nhận ?:?[^\n]{0,80}$", re.IGNORECASE | re.MULTILINE)
_ITEM: Final = re.compile(r"\n(?: {0,8}[-–+*•][^\n]{0,160}| {0,8})(?=\n|$)")
_FILED: Final = re.compile(r"[-–+*•] ?(?:lưu|như (?:trên|điều|kính))", re.IGNORECASE)
_MOST_RECEIVERS: Final = 24


def distribution(text: str) -> dict[int, int]:
    """The lines of the receivers' list: where each begins, and where it ends."""
    mute: dict[int, int] = {}
    for found in _RECEIVERS.finditer(text):
        mute |= _lines(text, found.start(), _list_end(text, found.end()))
    return mute


def _list_end(text: str, start: int) -> int:
    """The end of the dashed lines that follow, if the paper's own copy ("Lưu: VT") is among them."""
    end = start
    for _ in range(_MOST_RECEIVERS):
        item = _ITEM.match(text, end)
        if item is None:
            break
        end = item.end()
    return end if _FILED.search(text, start, end) else start


def _lines(text: str, start: int, end: int) -> dict[int, int]:
    mute: dict[int, int] = {}
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        if stop > start:
            mute[start] = stop
        start = stop + 1
    return mute


def _signed(_match: "re.Match[str]", _place: Place) -> Said | None:
    return Said("", LIKELY)


def prefix(place: Place) -> Said | None:
    """Nothing for "TM." at the beginning of a line, and for the title of a superior whose deputy follows."""
    if not place.opens_line():
        return None
    found = _SUPERIOR.match(place.text, place.at) or _PREFIXED.match(place.text, place.at)
    return Said("", LIKELY, found.end()) if found else None


SIGNED: Final = Rule(
    "silent",
    re.compile(r"\((?:đã ký|ký tên|ký,|ký và|ký và đóng dấu|đã ký và|chữ ký)[^()\n]{0,40}\)", re.IGNORECASE),
    _signed,
)
"""Tried where a bracket stands."""
