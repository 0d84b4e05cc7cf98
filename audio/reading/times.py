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
_NOT_A_TIME: Final = _RATIO_WORDS | listed("lớp nhà phòng lô căn")


def _time(suffix: str) -> str:
    hour = rf"(?P<h{suffix}>[01]?[0-9]|2[0-4])"
    lettered = (
        rf" ?[hH] ?(?:(?P<a{suffix}>[0-5]?[0-9])(?: ?(?:'|phút|ph|p)(?![^\W\d_]))?)?"
        rf"| ?(?:[gG]|giờ) ?(?P<b{suffix}>[0-5][0-9])(?: ?(?:'|phút|ph|p)(?![^\W\d_]))?"
    )
    colon = rf":(?P<c{suffix}>[0-5][0-9])(?::(?P<s{suffix}>[0-5][0-9]))?(?: ?[hH](?![^\W\d_]))?"
    return rf"{hour}(?:{lettered}|{colon})(?![\w])"


def _words(match: "re.Match[str]", suffix: str) -> str:
    minutes = int(match[f"a{suffix}"] or match[f"b{suffix}"] or match[f"c{suffix}"] or 0)
    seconds = int(match[f"s{suffix}"] or 0)
    said = f"{cardinal(int(match[f'h{suffix}']))} giờ"
    if minutes:
        said += f" {cardinal(minutes)} phút"
    return f"{said} {cardinal(seconds)} giây" if seconds else said


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


def _round_the_clock(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"hai mươi tư trên {'bảy' if match['week'] else 'hai mươi tư giờ'}", LIKELY)


RULES: Final = (
    Rule("time", re.compile(rf"{_time('1')}{DASH}{_time('2')}"), _range),
    Rule("time", re.compile(rf"(?P<from>[01]?[0-9]|2[0-4]){DASH}(?=[0-9]{{1,2}} ?[hHgG]){_time('2')}"), _hours),
    Rule("time", re.compile(_time("1")), _one),
    Rule("time", re.compile(r"24/(?P<to>24)(?: ?(?:h|H|giờ))(?![\w])|24/(?P<week>7)(?![\w/])"), _round_the_clock),
)
"""In order of trial."""
