"""Days, months, years and their ranges.

Conventions:
- `14/5/2020`, `14-05-2020`, `14.5.2020`: "mười bốn tháng năm năm hai nghìn không trăm hai mươi". A date that stands
  without "ngày" (or a part of the day: "sáng 18/9") gets it, because "từ mười hai tháng năm" can be heard as a length
  of time.
- A solar day is read as written: "ngày ba tháng tư". The days 1 to 10 are "mùng" where the text says mùng or mồng,
  and where the date is said to be lunar ("ngày 10/3 âm lịch": "ngày mùng mười tháng ba âm lịch").
- `3/4` is a date only where the words around it say so or it cannot be a fraction (30/4); "3-5 ngày" is a range,
  never a date.
- `18–19/9` and `20/5–25/5` are ranges with "đến"; so is `2021–2026`.
"""

import re
from typing import Final

from audio.reading.numbers import cardinal, month
from audio.reading.numerals import DASH
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY, SURE
from audio.reading.word_lists import listed

_DAY: Final = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH: Final = r"(?:1[0-2]|0?[1-9])"
_YEAR: Final = r"(?:1[0-9]|2[01])[0-9]{2}"
_ENDS: Final = r"(?![0-9])(?![/.,-][0-9])(?!/[A-ZĐ])"
_NO_PREFIX: Final = listed("ngày mùng mồng sáng trưa chiều tối đêm khuya hôm")
_CUES: Final = listed(
    "từ đến tới trước sau vào hạn lễ dịp niệm khánh tết nhật qua nay kể nghỉ nộp hết lúc sớm hồi tuần cn cuối chót nhất"
)
_WEEKDAY: Final = re.compile(r"thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7])[ ,(]{1,3}$")
_LISTED: Final = re.compile(r"(?:ngày|mùng|mồng|sáng|chiều|tối) [0-9, /]{0,20}(?:,|và|hoặc) ?$")
_AFTER_DATE: Final = re.compile(r"[0-9]/[0-9]{1,2} ?(?:,|;|và|hoặc|đến|đến ngày) ?$")
_LUNAR: Final = re.compile(
    r"(?:/[0-9]{4})?,? {0,2}\(?(?:năm [^\W\d_]{1,6} [^\W\d_]{1,6} |năm )?(?:âm lịch|ÂL|AL|ÂM LỊCH)\b"
)
_PARTS_OF: Final = re.compile(
    r" {0,2}(?:diện tích|dân số|số|tổng|thời gian|quân số|sản lượng|hộ|người|đại biểu|thôn|bản|chi bộ|đảng viên|"
    r"xã|nhân khẩu|"
    r"tiêu chí|chỉ tiêu|quãng|chặng|khối lượng|giá trị|kế hoạch|cử tri|học sinh|cụm|ha|km|đơn vị|giáo viên|trường)\b"
)
_FAMOUS: Final = frozenset({(2, 9), (1, 6)})


def _day(digits: str, *, lunar: bool) -> str:
    number = int(digits)
    return f"mùng {cardinal(number)}" if lunar and number <= 10 else cardinal(number)


def _dated(day: str, month_digits: str, year: str | None, *, lunar: bool) -> str:
    said = f"{_day(day, lunar=lunar)} tháng {month(int(month_digits))}"
    return f"{said} năm {cardinal(int(year))}" if year else said


def _prefix(place: Place) -> str:
    if place.before() in _NO_PREFIX or _LISTED.search(place.behind()):
        return ""
    return "ngày "


def _is_lunar(place: Place, end: int) -> bool:
    already_said = place.before() in ("mùng", "mồng")
    return not already_said and _LUNAR.match(place.ahead(end)) is not None


def _is_valid(day: str, month_digits: str) -> bool:
    longest = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
    return int(day) <= longest.get(int(month_digits), 31)


def _confidence(match: "re.Match[str]", *days: str) -> float:
    """A day that no calendar has (31/2) is read as it stands, and shown to a person."""
    found = match.groupdict()
    return SURE if all(_is_valid(found[day], found[f"month{day[3:]}"]) for day in days) else GUESS


def _full(match: "re.Match[str]", place: Place) -> Said | None:
    said = _dated(match["day"], match["month"], match["year"], lunar=_is_lunar(place, match.end()))
    return Said(_prefix(place) + said, _confidence(match, "day"))


def _short_year(match: "re.Match[str]", place: Place) -> Said | None:
    said = _dated(match["day"], match["month"], f"20{match['year']}", lunar=_is_lunar(place, match.end()))
    return Said(_prefix(place) + said, GUESS)


def _full_range(match: "re.Match[str]", place: Place) -> Said | None:
    if not match["year2"] and _PARTS_OF.match(place.ahead(match.end())):
        return None
    lunar = _is_lunar(place, match.end())
    first = _dated(match["day"], match["month"], match["year"], lunar=lunar)
    second = _dated(match["day2"], match["month2"], match["year2"], lunar=lunar)
    return Said(f"{_prefix(place)}{first} đến ngày {second}", _confidence(match, "day", "day2"))


def _days_range(match: "re.Match[str]", place: Place) -> Said | None:
    if int(match["day"]) >= int(match["day2"]):
        return None
    lunar = _is_lunar(place, match.end())
    last = _dated(match["day2"], match["month"], match["year"], lunar=lunar)
    confidence = SURE if _is_valid(match["day2"], match["month"]) else GUESS
    return Said(f"{_prefix(place)}{_day(match['day'], lunar=lunar)} đến {last}", confidence)


def _is_date(match: "re.Match[str]", place: Place) -> bool:
    day, month_number = int(match["day"]), int(match["month"])
    if place.before() in _NO_PREFIX or _LISTED.search(place.behind()) or _WEEKDAY.search(place.behind()):
        return True
    if _PARTS_OF.match(place.ahead(match.end())):
        return False
    if _AFTER_DATE.search(place.behind()):
        return True
    if place.before() in _CUES or place.rule in ("time", "date") or _LUNAR.match(place.ahead(match.end())):
        return True
    return (
        (_is_valid(*match.group("day", "month")) and day >= month_number)
        or (day, month_number) in _FAMOUS
        or match["month"][0] == "0"
    )


def _day_month(match: "re.Match[str]", place: Place) -> Said | None:
    if place.before() in _HOUSES or not _is_date(match, place):
        return None
    said = _dated(match["day"], match["month"], None, lunar=_is_lunar(place, match.end()))
    return Said(_prefix(place) + said, min(LIKELY, _confidence(match, "day")))


def _dashed(match: "re.Match[str]", place: Place) -> Said | None:
    if place.before() not in ("ngày", "sáng", "chiều", "tối", "đêm", "mùng") or not _is_valid(
        match["day"], match["month"]
    ):
        return None
    if re.search(r"(?:từ|các|trong|những) ngày ?$", place.behind()) and int(match["day"]) < int(match["month"]):
        return None
    if place.before() == "mùng" or re.match(r" {0,2}(?:tháng|Tết|tết)", place.ahead(match.end())):
        return None
    return Said(_dated(match["day"], match["month"], None, lunar=False), GUESS)


def _month_year(match: "re.Match[str]", place: Place) -> Said | None:
    if place.before() in _DOCUMENTS:
        return None
    prefix = "" if place.before() in ("tháng", "quý") or _months_listed(place) else "tháng "
    name = cardinal(int(match["month"])) if place.before() == "quý" else month(int(match["month"]))
    first = f"{month(int(match['first']))} đến " if match["first"] else ""
    return Said(f"{prefix}{first}{name} năm {cardinal(int(match['year']))}")


def _months_listed(place: Place) -> bool:
    return re.search(r"(?:tháng|quý) [0-9, ]{1,16}(?:,|và|đến|[-–]) ?$", place.behind()) is not None


def _months(match: "re.Match[str]", place: Place) -> Said | None:
    if place.before() != "tháng" or re.match(r" (?:ngày|tuần)", place.ahead(match.end())):
        return None
    last = f" đến {month(int(match['last']))}" if match["last"] else ""
    return Said(month(int(match["month"])) + last, SURE)


def _years(match: "re.Match[str]", place: Place) -> Said | None:
    if int(match["first"]) >= int(match["last"]) or place.before() in ("số", "máy"):
        return None
    return Said(f"{cardinal(int(match['first']))} đến {cardinal(int(match['last']))}")


_HOUSES: Final = listed("số nhà ngõ ngách hẻm kiệt lô thửa phòng lệ chí tiêu")
_DOCUMENTS: Final = listed("định tư luật quyết lệnh thị số văn báo hoạch trình")
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
