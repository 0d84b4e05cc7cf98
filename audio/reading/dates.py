"""Days, months, years and their ranges.

Conventions:
- `14/5/2020`, `14-05-2020`, `14.5.2020`: "mười bốn tháng năm năm hai nghìn không trăm hai mươi". A date that stands
  without "ngày" gets it, also behind a part of the day ("sáng 18/9": "sáng ngày mười tám tháng chín"), because "từ mười
  hai tháng năm" can be heard as a length of time.
- A solar day is read as written: "ngày ba tháng tư". The days 1 to 10 are "mùng" where the text says mùng or mồng,
  and where the date is said to be lunar ("ngày 10/3 âm lịch": "ngày mùng mười tháng ba âm lịch").
- `3/4` is a date only where the words around it say so or it cannot be a fraction (30/4); "3-5 ngày" is a range,
  never a date.
- `18–19/9` and `20/5–25/5` are ranges with "đến ngày"; `2021–2026` has "đến"; months and quarters are named twice.
"""

import re
from typing import Final

from audio.reading.followers import DOSE, MEMBERS, WHOLE
from audio.reading.numbers import cardinal, month
from audio.reading.numerals import DASH
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY, SURE
from audio.reading.word_lists import listed

_DAY: Final = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH: Final = r"(?:1[0-2]|0?[1-9])"
_YEAR: Final = r"(?:1[0-9]|2[01])[0-9]{2}"
_ENDS: Final = r"(?![0-9])(?![/.,-][0-9])(?!/[A-ZĐ])"
_DAY_NAMED: Final = listed("ngày mùng mồng hôm rằm")
_PARTS_OF_DAY: Final = listed("sáng trưa chiều tối đêm khuya")
_CUES: Final = listed(
    "từ đến tới trước sau vào hạn lễ dịp niệm khánh tết nhật qua nay kể nghỉ nộp hết lúc sớm hồi tuần cn cuối chót nhất"
)
_WEEKDAY: Final = re.compile(r"thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])[ ,(]{1,3}$")
_LISTED: Final = re.compile(r"(?:ngày|mùng|mồng|sáng|chiều|tối) [0-9][0-9, /]{0,20}(?:,|và|hoặc) ?$")
_AFTER_DATE: Final = re.compile(r"[0-9]/[0-9]{1,2} ?(?:,|;|và|hoặc|đến|đến ngày) ?$")
_LUNAR: Final = re.compile(
    r"(?:/[0-9]{4})?,? {0,2}\(?(?:năm [^\W\d_]{1,6} [^\W\d_]{1,6} |năm )?(?:âm lịch|ÂL|AL|ÂM LỊCH)\b"
)
_FULL_MOON: Final = re.compile(r"rằm tháng ?$")
_NAMED_DAY: Final = re.compile(
    r"(?:[Nn]gày|[Tt]ết|[Ll]ễ|[Tt]háng|[Tt]uần lễ) [\"“']?(?:hội |lễ )?[A-ZÀ-ỸĐ][^0-9.;:,/]{2,48}$"
)
"""The name of a day before its date: "Ngày Pháp luật Việt Nam 9/11"."""
_SCHEDULE: Final = re.compile(r"(?:lịch|thời gian|thời hạn|hạn|ngày|hẹn)[^.;,]{0,30}: ?$")
_UNTIL: Final = frozenset(("đến", "tới", "hết", "còn"))
_COMMON_PARTS: Final = frozenset(((1, 2), (1, 3), (2, 3), (1, 4), (3, 4)))
_GENERAL_NOUN: Final = re.compile(r" [a-zà-ỹđ]{2}")
_BEFORE_DAYS: Final = listed("từ vào trong sáng chiều tối hai ba các")
_COUNTED: Final = re.compile(
    r" (?!tại|lúc|ở|và|đến|tới|là|có|thì|hằng|hàng|năm|âm|vào|từ|sẽ|hoặc|cùng|tổ|mở|diễn|phát|tiêm|nghỉ|họp)"
    r"[a-zà-ỹđ]{2}"
)
"""Behind 12/12: a noun, so that it is a count out of a count, not the twelfth of December."""
_STARTED: Final = re.compile(r"(?:từ|ngày|hạn|trước|nghỉ|mở|kéo dài|lịch)[^.;]{0,40}$")
_MOST_PARTS: Final = 10
"""Tenths are the smallest parts that notices name: 9/11 is a day."""
_RATIOS: Final = listed("lệ áp số binh hạng trang tờ bước thứ")
_FAMOUS: Final = frozenset({(2, 9), (1, 6)})


def _day(digits: str, *, lunar: bool) -> str:
    number = int(digits)
    return f"mùng {cardinal(number)}" if lunar and number <= 10 else cardinal(number)


def _dated(day: str, month_digits: str, year: str | None, *, lunar: bool) -> str:
    name = "giêng" if lunar and int(month_digits) == 1 else month(int(month_digits))
    said = f"{_day(day, lunar=lunar)} tháng {name}"
    return f"{said} năm {cardinal(int(year))}" if year else said


def _introduced(said: str, place: Place) -> str:
    """A date with the "ngày" that it needs where it stands, and with one "mùng" only."""
    if place.before() in ("mùng", "mồng"):
        return said.removeprefix("mùng ")
    return said if place.before() in _DAY_NAMED or _LISTED.search(place.behind()) else f"ngày {said}"


def _is_lunar(place: Place, end: int) -> bool:
    return _LUNAR.match(place.ahead(end)) is not None


def _is_valid(day: str, month_digits: str) -> bool:
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
    return int(day) <= longest.get(int(month_digits), 31)


def _confidence(match: "re.Match[str]", *days: str) -> float:
    """A day that no calendar has (31/2) is read as it stands, and shown to a person."""
    found = match.groupdict()
    return SURE if all(_is_valid(found[day], found[f"month{day[3:]}"]) for day in days) else GUESS


def _full(match: "re.Match[str]", place: Place) -> Said | None:
    if place.before() in _HOUSES and place.before() != "số":
        return None
    said = _dated(match["day"], match["month"], match["year"], lunar=_is_lunar(place, match.end()))
    return Said(_introduced(said, place), _confidence(match, "day"))


def _short_year(match: "re.Match[str]", place: Place) -> Said | None:
    if place.before() in _HOUSES:
        return None
    said = _dated(match["day"], match["month"], f"20{match['year']}", lunar=_is_lunar(place, match.end()))
    return Said(_introduced(said, place), GUESS)


def _full_range(match: "re.Match[str]", place: Place) -> Said | None:
    if not match["year2"] and (WHOLE.match(place.ahead(match.end())) or MEMBERS.match(place.ahead(match.end()))):
        return None
    lunar = _is_lunar(place, match.end())
    first = _dated(match["day"], match["month"], match["year"], lunar=lunar)
    second = _dated(match["day2"], match["month2"], match["year2"], lunar=lunar)
    return Said(_introduced(f"{first} đến ngày {second}", place), _confidence(match, "day", "day2"))


def _days_range(match: "re.Match[str]", place: Place) -> Said | None:
    if int(match["day"]) >= int(match["day2"]):
        return None
    lunar = _is_lunar(place, match.end())
    last = _dated(match["day2"], match["month"], match["year"], lunar=lunar)
    confidence = SURE if _is_valid(match["day2"], match["month"]) else GUESS
    until = last if last.startswith("mùng") else f"ngày {last}"
    return Said(_introduced(f"{_day(match['day'], lunar=lunar)} đến {until}", place), confidence)


def _several_days(match: "re.Match[str]", place: Place) -> Said | None:
    days = re.split("[-–]", match["days"])
    if place.before() not in ("ngày", "đợt") or sorted(map(int, days)) != list(map(int, days)):
        return None
    return Said(f"{', '.join(cardinal(int(day)) for day in days)} tháng {month(int(match['month']))}", GUESS)


def _listed_days(match: "re.Match[str]", place: Place) -> Said | None:
    """Days in a row before one month, without "ngày": "9 và 10/11"."""
    if (place.before() not in _BEFORE_DAYS and not place.opens_line()) or MEMBERS.match(place.ahead(match.end())):
        return None
    days = re.sub("[0-9]+", lambda day: cardinal(int(day[0])), match["days"])
    return Said(f"ngày {days} tháng {month(int(match['month']))}", GUESS)


def _is_named_day(place: Place) -> bool:
    return _NAMED_DAY.search(place.text[max(0, place.at - 60) : place.at].rsplit("\n", 1)[-1]) is not None


def _is_named(place: Place) -> bool:
    """Whether the word before leaves no doubt."""
    return place.before() in _DAY_NAMED or place.before() in _PARTS_OF_DAY


def _is_listed(place: Place) -> bool:
    """Whether the date stands in a row of dates, or behind a weekday."""
    behind = place.behind()
    return _LISTED.search(behind) is not None or _WEEKDAY.search(behind) is not None


def _is_near_date(match: "re.Match[str]", place: Place) -> bool:
    """Whether something of a date or a deadline stands around."""
    behind = place.behind()
    if place.before() in _UNTIL and _day_and_month(match) in _COMMON_PARTS:
        is_amount = _GENERAL_NOUN.match(place.ahead(match.end())) is not None and _STARTED.search(behind) is None
        return not is_amount
    return (
        _AFTER_DATE.search(behind) is not None
        or _SCHEDULE.search(behind) is not None
        or place.before() in _CUES
        or place.rule in ("time", "date")
        or _is_named_day(place)
        or _LUNAR.match(place.ahead(match.end())) is not None
    )


def _day_and_month(match: "re.Match[str]") -> tuple[int, int]:
    return int(match["day"]), int(match["month"])


def _is_date(match: "re.Match[str]", place: Place) -> bool:
    ahead = place.ahead(match.end())
    day, month_number = pair = _day_and_month(match)
    if DOSE.match(ahead):
        return False
    if _is_named(place):
        return True
    if day == month_number and _COUNTED.match(ahead):
        return False
    if place.before() in _RATIOS or (day <= month_number and (WHOLE.match(ahead) or MEMBERS.match(ahead))):
        return False
    if _is_listed(place) or _is_near_date(match, place) or pair in _FAMOUS:
        return True
    has_zero = match["month"][0] == "0" or match["day"][0] == "0"
    return _is_valid(*match.group("day", "month")) and (day >= month_number or has_zero or month_number > _MOST_PARTS)


def _day_month(match: "re.Match[str]", place: Place) -> Said | None:
    if place.before() in _HOUSES or not _is_date(match, place):
        return None
    said = _dated(match["day"], match["month"], None, lunar=_is_lunar(place, match.end()))
    return Said(_introduced(said, place), min(LIKELY, _confidence(match, "day")))


def _dashed(match: "re.Match[str]", place: Place) -> Said | None:
    is_said = place.before() in _DAY_NAMED
    is_known = is_said or place.before() in _PARTS_OF_DAY or _is_named_day(place)
    if not is_known or not _is_valid(match["day"], match["month"]) or DOSE.match(place.ahead(match.end())):
        return None
    if re.search(r"(?:từ|các|trong|những) ngày ?$", place.behind()) and int(match["day"]) < int(match["month"]):
        return None
    if place.before() == "mùng" or re.match(r" {0,2}(?:tháng|Tết|tết)", place.ahead(match.end())):
        return None
    return Said(("" if is_said else "ngày ") + _dated(match["day"], match["month"], None, lunar=False), GUESS)


def _month_year(match: "re.Match[str]", place: Place) -> Said | None:
    if place.before() in _DOCUMENTS:
        return None
    if place.before() in _ISSUES:
        return (
            Said(f"{cardinal(int(match['month']))} năm {cardinal(int(match['year']))}") if not match["first"] else None
        )
    prefix = "" if place.before() in ("tháng", "quý") or _months_listed(place) else "tháng "
    is_quarter = place.before() == "quý"
    named = cardinal if is_quarter else month
    first = f"{named(int(match['first']))} đến {'quý' if is_quarter else 'tháng'} " if match["first"] else ""
    return Said(f"{prefix}{first}{named(int(match['month']))} năm {cardinal(int(match['year']))}")


def _months_listed(place: Place) -> bool:
    return re.search(r"(?:tháng|quý) [0-9, ]{1,16}(?:,|và|đến|[-–]) ?$", place.behind()) is not None


def _months(match: "re.Match[str]", place: Place) -> Said | None:
    if place.before() != "tháng" or re.match(r" (?:ngày|tuần)", place.ahead(match.end())):
        return None
    last = f" đến tháng {month(int(match['last']))}" if match["last"] else ""
    is_first_moon = (
        not last
        and int(match["month"]) == 1
        and (_LUNAR.match(place.ahead(match.end())) or _FULL_MOON.search(place.behind()))
    )
    return Said("giêng" if is_first_moon else month(int(match["month"])) + last, SURE)


def _years(match: "re.Match[str]", place: Place) -> Said | None:
    if int(match["first"]) >= int(match["last"]) or place.before() in ("số", "máy"):
        return None
    return Said(f"{cardinal(int(match['first']))} đến {cardinal(int(match['last']))}")


_HOUSES: Final = listed("số nhà ngõ ngách hẻm kiệt lô thửa phòng lệ chí tiêu")
_ISSUES: Final = listed("đợt lần khóa khoá vụ kỳ kì tập số")
_DOCUMENTS: Final = listed("định tư luật quyết lệnh thị văn báo hoạch trình")
_SLASH: Final = r" ?/ ?"
_D_M: Final = rf"(?P<day>{_DAY}){_SLASH}(?P<month>{_MONTH})"

RULES: Final = (
    Rule(
        "date",
        re.compile(
            rf"{_D_M}(?:{_SLASH}(?P<year>{_YEAR}))?{DASH}(?:ngày )?(?P<day2>{_DAY}){_SLASH}(?P<month2>{_MONTH})"
            rf"(?:{_SLASH}(?P<year2>{_YEAR}))?{_ENDS}"
        ),
        _full_range,
    ),
    Rule(
        "date",
        re.compile(rf"(?P<day>{_DAY}){DASH}(?P<day2>{_DAY})/(?P<month>{_MONTH})(?:/(?P<year>{_YEAR}))?{_ENDS}"),
        _days_range,
    ),
    Rule("date", re.compile(rf"(?P<days>{_DAY}(?:[-–]{_DAY}){{2,4}})/(?P<month>{_MONTH}){_ENDS}"), _several_days),
    Rule(
        "date",
        re.compile(rf"(?P<days>{_DAY}(?:, {_DAY}){{0,4}}(?: và |, ){_DAY})/(?P<month>{_MONTH}){_ENDS}"),
        _listed_days,
    ),
    Rule("date", re.compile(rf"{_D_M}{_SLASH}(?P<year>{_YEAR}){_ENDS}"), _full),
    Rule("date", re.compile(rf"(?P<day>{_DAY})-(?P<month>{_MONTH})-(?P<year>{_YEAR}){_ENDS}"), _full),
    Rule("date", re.compile(rf"(?P<day>{_DAY})\.(?P<month>{_MONTH})\.(?P<year>{_YEAR}){_ENDS}"), _full),
    Rule("date", re.compile(rf"(?P<year>{_YEAR})-(?P<month>{_MONTH})-(?P<day>{_DAY}){_ENDS}"), _full),
    Rule("date", re.compile(rf"(?P<day>{_DAY})/(?P<month>{_MONTH})/(?P<year>[0-9]{{2}}){_ENDS}"), _short_year),
    Rule("date", re.compile(rf"{_D_M}{_ENDS}"), _day_month),
    Rule("date", re.compile(rf"(?P<day>{_DAY})[.-](?P<month>{_MONTH}){_ENDS}"), _dashed),
    Rule(
        "date",
        re.compile(
            rf"(?:(?P<first>{_MONTH}){DASH})?(?P<month>{_MONTH}) ?[/-] ?(?P<year>(?:19|20|21)[0-9]{{2}}){_ENDS}"
        ),
        _month_year,
    ),
    Rule("date", re.compile(rf"(?P<month>{_MONTH})(?:{DASH}(?P<last>{_MONTH}))?(?![0-9])(?![/.,-][0-9])"), _months),
    Rule(
        "year",
        re.compile(rf"(?P<first>(?:1[89]|2[01])[0-9]{{2}}){DASH}(?P<last>(?:1[89]|2[01])[0-9]{{2}})(?![0-9])"),
        _years,
    ),
)
"""In order of trial: the longest and surest first."""
