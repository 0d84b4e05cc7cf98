"""What a slash or a colon between two numbers means when it is neither a date nor a code.

Conventions: a part of a whole is "phần" (3/4 dân số: "ba phần tư"), as far as its parts are few; a score of a count
is "trên" (45/60 đại biểu: "bốn mươi lăm trên sáu mươi"), and so are ratios, scales and house numbers (1:500, ngõ
12/5).
"""

import re
from typing import Final

from audio.reading.followers import FEW, MEMBERS
from audio.reading.letters import spelled
from audio.reading.numbers import cardinal, ordinal
from audio.reading.numerals import NUMERAL, coded, numeral
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY
from audio.reading.word_lists import listed

_MOST_PARTS: Final = 10
_FEWEST: Final = 5
_HOUSES: Final = listed("số nhà ngõ ngách hẻm kiệt lô thửa phòng")
_RATIOS: Final = listed("lệ đồ áp chí tiêu số binh hạng loại trang tờ bước")


def _slash(match: "re.Match[str]", place: Place) -> Said | None:
    above, below = int(match["above"]), int(match["below"])
    if place.before() in _HOUSES:
        return Said(f"{coded(match['above'])} trên {coded(match['below'])}", LIKELY)
    if place.before() == "thứ":
        return Said(f"{ordinal(above)} trên {cardinal(below)}", LIKELY)
    ahead = place.ahead(match.end())
    counted = above == below or FEW.match(ahead) or (below > _FEWEST and MEMBERS.match(ahead))
    if counted or below > _MOST_PARTS or above > below or below == 0 or place.before() in _RATIOS:
        return Said(f"{cardinal(above)} trên {cardinal(below)}", LIKELY)
    return Said(f"{cardinal(above)} phần {'tư' if below == 4 else cardinal(below)}", LIKELY)


def _with_unit(match: "re.Match[str]", place: Place) -> Said | None:
    unit = place.abbreviations.unit(match["unit"])
    said = _slash(match, place)
    return Said(f"{said.spoken} {unit}", said.confidence) if said and unit else None


def _house_number(written: str) -> str:
    digits = written.rstrip("ABCDEGH")
    return f"{coded(digits)} {spelled(written[len(digits) :])}".rstrip()


def _house(match: "re.Match[str]", place: Place) -> Said | None:
    if place.before() not in _HOUSES:
        return Said(", ".join(map(_house_number, match[0].split("/"))), GUESS) if match[0].count("/") > 1 else None
    return Said(" trên ".join(map(_house_number, match[0].split("/"))), LIKELY)


def _scale(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"{numeral(match['above'])} trên {numeral(match['below'])}", GUESS)


RULES: Final = (
    Rule("fraction", re.compile(r"[0-9]{1,4}[A-EGH]?(?:/[0-9]{1,4}[A-EGH]?){1,4}(?![\w/])"), _house),
    Rule(
        "quantity",
        re.compile(r"(?P<above>[0-9]{1,5})/(?P<below>[0-9]{1,5}) ?(?P<unit>[A-Za-z]{1,4}[23²³]?)(?![\w²³])"),
        _with_unit,
    ),
    Rule("fraction", re.compile(r"(?P<above>[0-9]{1,5}) ?/ ?(?P<below>[0-9]{1,5})(?![0-9])(?![.,/][0-9])"), _slash),
    Rule("fraction", re.compile(rf"(?P<above>{NUMERAL})(?: ?/ ?|:)(?P<below>{NUMERAL})"), _scale),
)
"""Tried after dates, times and documents have declined."""
