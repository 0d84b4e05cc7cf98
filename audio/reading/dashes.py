"""What a dash says: "đến" between two amounts or times, a short pause between names, nothing inside a compound.

"từ 7h sáng - 5h chiều" and "từ Nà Lùng - Khau Bang" have "đến"; "Hà Nội - Lạng Sơn" has a pause; "kinh tế - xã hội",
"vắc-xin" and the score "2-1" have nothing.
"""

import re
from typing import Final

from audio.reading.place import Place, Rule, Said
from audio.reading.quantities import COLD
from audio.reading.spans import LIKELY
from audio.reading.word_lists import listed

_NUMERIC: Final = listed("time date year quantity range number money rate fraction roman")
"""Rules whose spans a range may join."""

_NUMBER_BEHIND: Final = re.compile(r"[0-9][0-9.,]*(?: ?(?:(?!đến|tới|và)[^\W\d_]{1,3}|%|°C))? ?$")
_BELOW_ZERO: Final = re.compile(r" [-–][0-9]{1,2}(?:,[0-9]{1,2})? ?°")
_BELOW_ZERO_IN_WORDS: Final = re.compile(r" [-–][0-9]{1,2}(?:,[0-9]{1,2})? (?:độ|đến)(?![\w])")
_LABELLED: Final = re.compile(
    r"(ngày|thứ|tháng|lớp|khóa|khoá|quý|tổ|thôn|số|mùng|mồng|cấp|bậc|mục|điều|khoản|trang|km|năm|tuổi|bđ|báo động|"
    r"khối) ?[0-9ivx]{1,4}(?:/[0-9]{4})? ?$"
)
_SAME_UNIT: Final = re.compile(r"[0-9] ([^\W\d_]{1,10}) ?$")
_SINCE: Final = re.compile(r"(?:^|[^\w])từ [^.;!?]{1,40}$")
_AMOUNT_AHEAD: Final = re.compile(r"[0-9]|(?:ngày|thứ|tháng|mùng|quý|lớp|tuổi|cấp|khóa|năm) [0-9]")
_MONTH_AHEAD: Final = re.compile(r"[0-9]{1,2}/(?:19|20)[0-9]{2}(?![0-9/])")
_CLOCK_BEHIND: Final = re.compile(r"[0-9] ?(?:h|g|giờ)[0-9]{0,2}'? ?(?:sáng|trưa|chiều|tối|đêm) ?$")
_CLOCK_AHEAD: Final = re.compile(r"[0-9]{1,2} ?(?:h|g|giờ|:)")
_SINCE_HOUR: Final = re.compile(r"[0-9] ?(?:h|g|giờ)[^;.]{0,24}$")
_FRACTION_AHEAD: Final = re.compile(r"[0-9]{1,2}/[0-9]")
_SCORES: Final = re.compile(r"(?:t[ỷỉ] số|thắng|thua|hòa|hoà|dẫn)[^.;,]{0,20}$")
_FROM_PLACE: Final = re.compile(r"(?:^|[^\w])từ (?:(?!đến )[^\W\d_]{1,9} ){0,6}[^\W\d_]{1,9}$")
_DAY: Final = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ nhật|t[2-7]|cn)"
_DAY_BEHIND: Final = re.compile(rf"{_DAY} ?$")
_DAY_AHEAD: Final = re.compile(rf"{_DAY}(?![\w])", re.IGNORECASE)
_ROMAN_AHEAD: Final = re.compile(r"[IVX]{1,6}(?![\w])")
_VARIETY: Final = re.compile(r"[^\W\d_][0-9]{0,4}$")
"""A word, or a name such as TH3 in "TH3-3"."""
_SEASONS: Final = re.compile(r"(?:đông|xuân|hè|thu|mùa)$")


def _is_minus(place: Place) -> bool:
    ahead = place.ahead(place.at)
    is_cold = COLD.search(place.behind()) is not None and _BELOW_ZERO_IN_WORDS.match(ahead) is not None
    return is_cold or (_BELOW_ZERO.match(ahead) is not None and not _NUMBER_BEHIND.search(place.behind()))


def _joins_days(behind: str, following: str) -> bool:
    is_clock = _CLOCK_BEHIND.search(behind) is not None and _CLOCK_AHEAD.match(following) is not None
    return is_clock or (_DAY_BEHIND.search(behind) is not None and _DAY_AHEAD.match(following) is not None)


def _repeats(behind: str, following: str) -> bool:
    """Whether the same unit or label stands on both sides: "8 giờ - 10 giờ", "cấp 3 - cấp 4"."""
    unit, label = _SAME_UNIT.search(behind), _LABELLED.search(behind)
    if unit is not None and re.match(rf"[0-9.,]{{1,12}} {unit[1]}(?![\w])", following):
        return True
    return label is not None and re.match(rf"{label[1]} ?[0-9ivx]", following.lower()) is not None


def _goes_on(place: Place, following: str) -> bool:
    """Whether what the last rule said is continued: a month, an hour, a fraction, a rate, a milestone."""
    return bool(
        (place.rule == "road" and following[:2].lower() == "km")
        or (place.rule == "fraction" and _FRACTION_AHEAD.match(following) is not None)
        or (place.rule == "date" and _MONTH_AHEAD.match(following) is not None)
        or (place.rule == "date" and _CLOCK_AHEAD.match(following) is not None and _SINCE_HOUR.search(place.behind()))
        or (place.rule == "rate" and following[:1].isdigit())
    )


def _is_range(place: Place, following: str, *, is_tight: bool) -> bool:
    behind = place.behind()
    if _joins_days(behind, following) or _goes_on(place, following):
        return True
    if (place.rule in (*_NUMERIC, "word") or not is_tight) and _repeats(behind, following):
        return True
    is_open = place.rule in _NUMERIC or (not is_tight and "đến" not in behind)
    return is_open and _SINCE.search(behind) is not None and _AMOUNT_AHEAD.match(following) is not None


def _joins_places(place: Place, following: str) -> bool:
    return following[:1].isupper() and _FROM_PLACE.search(place.behind()) is not None


def _is_roman_range(place: Place, following: str) -> bool:
    """The numeral that follows says its "đến" itself."""
    return place.rule == "roman" and _ROMAN_AHEAD.match(following) is not None


def _pause(place: Place, following: str, *, is_tight: bool) -> str:
    behind = place.behind()
    if following[:1].isdigit():
        is_score = _SCORES.search(behind) is not None
        is_glued = is_tight and _VARIETY.search(place.text[max(0, place.at - 8) : place.at]) is not None
        return "" if is_score or is_glued else ","
    is_season = _SEASONS.search(behind) is not None and _SEASONS.search(following[:5].strip(" ,.").lower()) is not None
    return "" if is_tight or is_season or _is_roman_range(place, following) or following[:1].islower() else ","


def _dash(match: "re.Match[str]", place: Place) -> Said | None:
    if _is_minus(place):
        return None
    following = place.ahead(match.end()).lstrip(" ")
    is_tight = not match[0].startswith(" ") and not match[0].endswith(" ")
    if _is_range(place, following, is_tight=is_tight) or (not is_tight and _joins_places(place, following)):
        return Said("đến", LIKELY)
    return Said(_pause(place, following, is_tight=is_tight), LIKELY)


RULE: Final = Rule("dash", re.compile(r" {0,3}+[-–]{1,3}+ {0,3}+"), _dash)
"""Tried where a dash stands, with the spaces around it."""
