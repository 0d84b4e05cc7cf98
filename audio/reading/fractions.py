"""What a slash or a colon between two numbers means when it is neither a date nor a code.

Conventions: a part of a whole is "phần" (3/4 dân số: "ba phần tư"), as far as its parts are few; a score of a count
is "trên" (45/60 đại biểu: "bốn mươi lăm trên sáu mươi"), and so are ratios, scales and house numbers (1:500, ngõ
12/5).
"""

import re
from typing import Final

from audio.reading.numbers import cardinal
from audio.reading.numerals import NUMERAL, coded, numeral
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY
from audio.reading.word_lists import listed

_MOST_PARTS: Final = 10
_HOUSES: Final = listed("số nhà ngõ ngách hẻm kiệt lô thửa phòng")
_RATIOS: Final = listed("lệ đồ áp chí tiêu số")
_COUNTS: Final = re.compile(
    r" {0,2}(?:đại biểu|đồng chí|đảng viên|thôn|bản|hộ|xã|phường|tiêu chí|chi bộ|chỉ tiêu|cụm|trường|người|"
    r"nhân khẩu|em|cháu|cử tri|"
    r"phiếu|ý kiến|thành viên|tổ|đơn vị)\b"
)


def _slash(match: "re.Match[str]", place: Place) -> Said | None:
    above, below = int(match["above"]), int(match["below"])
    if place.before() in _HOUSES:
        return Said(f"{coded(match['above'])} trên {coded(match['below'])}", LIKELY)
    counted = below > 5 and _COUNTS.match(place.ahead(match.end())) is not None
    if counted or below > _MOST_PARTS or above > below or below == 0 or place.before() in _RATIOS:
        return Said(f"{cardinal(above)} trên {cardinal(below)}", LIKELY)
    return Said(f"{cardinal(above)} phần {'tư' if below == 4 else cardinal(below)}", LIKELY)


def _scale(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"{numeral(match['above'])} trên {numeral(match['below'])}", GUESS)


RULES: Final = (
    Rule("fraction", re.compile(r"(?P<above>[0-9]{1,5}) ?/ ?(?P<below>[0-9]{1,5})(?![0-9])(?![.,/][0-9])"), _slash),
    Rule("fraction", re.compile(rf"(?P<above>{NUMERAL}) ?[/:] ?(?P<below>{NUMERAL})"), _scale),
)
"""Tried after dates, times and documents have declined."""
