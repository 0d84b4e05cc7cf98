"""A number on its own: a count, an ordinal after "thứ", a section such as 1.2.3, a class such as 12A1."""

import re
from typing import Final

from audio.reading.numbers import cardinal, digit_by_digit, ordinal
from audio.reading.numerals import NUMERAL, coded, numeral
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY, SURE
from audio.reading.word_lists import listed

_CLAUSES: Final = listed("mục điểm khoản phần tiểu điều bản chương bảng hình")
_DOCUMENTS: Final = re.compile(
    r"(?:nghị định|thông tư|luật|nghị quyết|quyết định|chỉ thị|công văn|công điện|thông báo|kế hoạch|tờ trình|"
    r"hướng dẫn|kết luận|quy định|giấy mời|báo cáo|đề án|dự án|mẫu|biểu|phụ lục|phiếu)(?: số)?[ :]{1,3}$"
)
_MIXTURES: Final = re.compile(r"(?:npk|phân|lân|tỷ lệ|tỉ lệ|pha|trộn)[^.;,]{0,16}$")
_WEEKDAYS_LISTED: Final = re.compile(r"thứ [2-7](?: ?(?:,|và|-|–|đến) ?[2-7]){0,5} ?(?:,|và|[-–]|đến) ?$")
_LAST_MUNG: Final = 10
_LUNAR_DAYS: Final = re.compile(
    r"(?:(?:,| và|,? đến| hoặc) (?:ngày )?[0-9]{1,2}){0,4}(?: tháng [0-9]{1,2}| h[ằà]ng tháng)? \(?(?:âm lịch|ÂL)"
)
"""Days in a list that is said to be lunar at its end."""
_WEEKDAYS: Final = frozenset("234567")
_FOREIGN_THOUSANDS: Final = re.compile(r"[0-9]{1,3},[0-9]{3}")
_COUNT_AHEAD: Final = re.compile(
    r" ?(?:đ|đồng|vnđ|vnd|người|hộ|con|cây|em|cháu|suất|lượt|học sinh|đại biểu)(?![\w])", re.IGNORECASE
)
_CLEAR: Final = re.compile(r"[0-9 ]+(?:,[0-9]{1,2}|,[0-9]{4,9})?|[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]+)?")
"""Numerals that can be read in one way only: not 1.5 (a section or a decimal), not 1,500 (a decimal or a thousand)."""

_THOUSANDS_AHEAD: Final = re.compile(r" (?:đồng|đ|người|hộ|ha|tấn|con|cây|m2|m²|km)(?![\w])")


def _sections(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(" chấm ".join(cardinal(int(part)) for part in match[0].split(".")), LIKELY)


def _section(match: "re.Match[str]", place: Place) -> Said | None:
    if not (
        place.before() in _CLAUSES or (place.opens_line() and re.match(r"[.)]? [A-ZÀ-Ỵ]", place.ahead(match.end())))
    ):
        return None
    return _sections(match, place)


def _spaced(match: "re.Match[str]", place: Place) -> Said | None:
    return Said(numeral(match[0]), LIKELY) if _THOUSANDS_AHEAD.match(place.ahead(match.end())) else None


def _chain(match: "re.Match[str]", place: Place) -> Said | None:
    pause = " " if _MIXTURES.search(place.behind()) else ", "
    return Said(pause.join(numeral(part) for part in re.split("[-–:]", match[0])), LIKELY)


def _weekdays(match: "re.Match[str]", place: Place) -> Said | None:
    if place.before() != "thứ":
        return None
    return Said(f"{ordinal(int(match['low']))} đến thứ {ordinal(int(match['high']))}", LIKELY)


def _plain(match: "re.Match[str]", place: Place) -> Said | None:
    written = match[0]
    if place.touches_letter() and written[0] == "0":
        return Said(digit_by_digit(written), LIKELY)
    if written[0] == "0" and len(written) in (2, 3) and _DOCUMENTS.search(place.behind()):
        return Said(coded(written), LIKELY)
    if len(written) < 3 and written.isdigit() and 0 < int(written) <= _LAST_MUNG and place.before() == "ngày":
        is_lunar = _LUNAR_DAYS.match(place.ahead(match.end())) is not None
        return Said(f"{'mùng ' if is_lunar else ''}{cardinal(int(written))}", LIKELY)
    if written.isdigit() and len(written) < 4 and place.before() == "thứ":
        return Said(ordinal(int(written)), SURE)
    if (
        written in _WEEKDAYS
        and _WEEKDAYS_LISTED.search(place.behind())
        and not _COUNT_AHEAD.match(place.ahead(match.end()))
    ):
        return Said(f"thứ {ordinal(int(written))}", LIKELY)
    if _FOREIGN_THOUSANDS.fullmatch(written) and _COUNT_AHEAD.match(place.ahead(match.end())):
        return Said(numeral(written.replace(",", ".")), LIKELY)
    return Said(numeral(written), SURE if _CLEAR.fullmatch(written) else GUESS)


RULES: Final = (
    Rule("section", re.compile(r"[0-9]{1,2}(?:\.[0-9]{1,2}){2,5}+(?![0-9])"), _sections),
    Rule("section", re.compile(r"[0-9]{1,2}\.[0-9]{1,2}(?![0-9]|,[0-9])"), _section),
    Rule("number", re.compile(r"[0-9]{1,4}(?:[-–:][0-9]{1,4}){2,6}+(?![0-9]|[.,:/][0-9])"), _chain),
    Rule("number", re.compile(r"(?P<low>[2-7]) ?[-–] ?(?P<high>[2-7])(?![0-9/]|[.,][0-9])"), _weekdays),
    Rule("number", re.compile(r"[1-9][0-9]{0,2} [0-9]{3}(?![0-9])"), _spaced),
    Rule("number", re.compile(NUMERAL), _plain),
)
"""The last of the rules for digits: the numeral always answers."""

FIRST: Final = RULES[:4]
"""Those that must come before quantities and ranges."""
