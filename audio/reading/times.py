"""Times of day in all their spellings, and their ranges.

`7h`, `07h00`, `7h30`, `7h30'`, `7:30`, `7g30`, `7 giờ 30`: hours, then minutes with "phút"; full hours name no minutes
("07h00" is "bảy giờ"). `07h00 – 17h00` has "đến". A colon between numbers is a time only when it can be one: in
"tỷ lệ 1:500" it is a ratio.
"""

import re
from typing import Final

from audio.reading.numbers import cardinal
from audio.reading.numerals import DASH
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import LIKELY, SURE
from audio.reading.word_lists import listed

_RATIO_WORDS: Final = listed("lệ lượng pha loãng tỷ tỉ đồ")
_DAY_AHEAD: Final = re.compile(r" (?:sáng|trưa|chiều|tối|đêm|ngày|thứ|hôm|mỗi|hàng|hằng|cùng)(?![\w])")
_NOT_A_TIME: Final = _RATIO_WORDS | listed("lớp nhà phòng lô căn")


def _time(suffix: str) -> str:
    hour = rf"(?P<h{suffix}>[01]?[0-9]|2[0-4])"
    lettered = (
        rf" ?[hH] ?:? ?(?:(?P<a{suffix}>[0-5]?[0-9])(?: ?(?:'|phút|ph|p)(?![^\W\d_]))?)?"
        rf"| ?(?:[gG]|giờ) ?(?P<b{suffix}>[0-5][0-9])(?: ?(?:'|phút|ph|p)(?![^\W\d_]))?"
    )
    colon = rf":(?P<c{suffix}>[0-5][0-9])(?::(?P<s{suffix}>[0-5][0-9]))?(?: ?[hH](?![^\W\d_]))?"
    return rf"{hour}(?:{lettered}|{colon})(?![\w])(?![.,][0-9])"


def _words(match: "re.Match[str]", suffix: str) -> str:
    minutes = int(match[f"a{suffix}"] or match[f"b{suffix}"] or match[f"c{suffix}"] or 0)
    seconds = int(match[f"s{suffix}"] or 0)
    said = f"{cardinal(int(match[f'h{suffix}']))} giờ"
    if minutes:
        said += f" {cardinal(minutes)} phút"
    return f"{said} {cardinal(seconds)} giây" if seconds else said


def _half_day(match: "re.Match[str]", _place: Place) -> Said | None:
    hour = int(match["h1"])
    afternoon = "trưa" if hour == 12 else "chiều" if hour < 6 else "tối"
    part = "sáng" if match["half"][0] in "aA" else afternoon
    return Said(f"{_words(match, '1')} {part}", LIKELY) if hour <= 12 else None


def _one(match: "re.Match[str]", place: Place) -> Said | None:
    if place.before() in _NOT_A_TIME or place.text[match.end() : match.end() + 2].lstrip(":").isdigit():
        return None
    return Said(_words(match, "1"), SURE)


def _range(match: "re.Match[str]", place: Place) -> Said | None:
    if place.before() in _RATIO_WORDS:
        return None
    return Said(f"{_words(match, '1')} đến {_words(match, '2')}", LIKELY)


def _hours(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"{cardinal(int(match['from']))} đến {_words(match, '2')}", LIKELY)


def _to_full_hour(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"{_words(match, '1')} đến {cardinal(int(match['to']))} giờ", LIKELY)


def _short_hour(match: "re.Match[str]", place: Place) -> Said | None:
    """`8g` is eight o'clock only where a part of the day or the like stands beside it."""
    is_time = _DAY_AHEAD.match(place.ahead(match.end())) or place.before() in ("lúc", "hồi")
    return Said(f"{cardinal(int(match['hour']))} giờ", LIKELY) if is_time else None


def _round_the_clock(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"hai mươi tư trên {'bảy' if match['week'] else 'hai mươi tư giờ'}", LIKELY)


RULES: Final = (
    Rule("time", re.compile(rf"{_time('1')}{DASH}{_time('2')}"), _range),
    Rule("time", re.compile(rf"(?P<from>[01]?[0-9]|2[0-4]){DASH}(?=[0-9]{{1,2}} ?[hHgG]){_time('2')}"), _hours),
    Rule("time", re.compile(rf"{_time('1')} ?(?P<half>[AaPp][Mm])(?![\w])"), _half_day),
    Rule("time", re.compile(rf"{_time('1')}{DASH}(?P<to>[01]?[0-9]|2[0-4]) ?giờ(?! ?[0-9])"), _to_full_hour),
    Rule("time", re.compile(_time("1")), _one),
    Rule("time", re.compile(r"(?P<hour>[01]?[0-9]|2[0-4])[gG](?![\w])"), _short_hour),
    Rule("time", re.compile(r"24/(?P<to>24)(?: ?(?:h|H|giờ))(?![\w])|24/(?P<week>7)(?![\w/])"), _round_the_clock),
)
"""In order of trial."""
