"""Numbers that are dialled: said digit by digit, because a person writes them down one digit at a time.

Numbers of subscribers begin with 0 or +84 and have 9 to 11 digits; service numbers begin with 1800 or 1900; the short
numbers (113, 114, 115...) are dialled only where the words around them say so: "114 hộ" is a count.
"""

import re
from typing import Final

from audio.reading.numbers import digit_by_digit
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import LIKELY, SURE

_SHORT: Final = r"(?:11[1-5]|1022|119|156|5656|18001[0-9]{3})"
_CUE: Final = re.compile(
    r"gọi|điện thoại|tổng đài|hotline|đường dây nóng|liên hệ|báo ngay|báo cho|máy|cấp cứu|cứu hỏa|cứu hoả|"
    r"cảnh sát|cứu nạn|pccc|"
    r"cnch|nhắn tin|sđt|đt|quay số|11[1-5]"
)
_COUNTED: Final = re.compile(
    r" {0,2}(?:người|hộ|ca|trường hợp|con|đại biểu|triệu|tỷ|tỉ|nghìn|đồng|ngày|tháng|năm|giờ|phút|thôn|bản|cụm|"
    r"xã|kg|ha|km|m|m2|%"
    r"|cuộc|lượt|suất|cây|nhà|em|cháu|học sinh|đồng chí|hội viên|đảng viên)\b"
)
_LENGTHS: Final = range(9, 13)
_ACCOUNT: Final = re.compile(
    r"(?:tài khoản|stk|cccd|cmnd|căn cước(?: công dân)?|định danh|mã số(?: thuế)?|mã)(?: số)?[ :]{1,3}$"
)


def _subscriber(match: "re.Match[str]", _place: Place) -> Said | None:
    digits = re.sub(r"[^0-9]", "", match[0])
    if len(digits) not in _LENGTHS:
        return None
    head = "cộng " if match[0].lstrip("( ").startswith("+") else ""
    return Said(head + digit_by_digit(digits), SURE)


def _service(match: "re.Match[str]", place: Place) -> Said | None:
    is_written_together = match[0].isdigit()
    if is_written_together and not _CUE.search(place.behind()):
        return None
    return Said(digit_by_digit(match[0]), LIKELY)


def _several(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(", ".join(digit_by_digit(number) for number in re.findall(r"[0-9]+", match[0])), LIKELY)


def _short(match: "re.Match[str]", place: Place) -> Said | None:
    around = place.behind() + " " + place.ahead(match.end())[:24].lower()
    if _COUNTED.match(place.ahead(match.end())) or not _CUE.search(around):
        return None
    return Said(digit_by_digit(match[0]), LIKELY)


def _account(match: "re.Match[str]", place: Place) -> Said | None:
    return Said(digit_by_digit(match[0]), LIKELY) if _ACCOUNT.search(place.behind()) else None


RULES: Final = (
    Rule(
        "telephone",
        re.compile(r"0[0-9]{8,10}(?![0-9])|0[0-9]{1,4}(?:[ .-]{1,3}[0-9]{2,7}){1,4}(?![0-9])(?![.,/][0-9])"),
        _subscriber,
    ),
    Rule(
        "telephone",
        re.compile(r"1[89]00[ .-]?(?:[0-9]{4,6}|[0-9]{3}[ .-][0-9]{3}|[0-9]{2}[ .][0-9]{2})(?![0-9])"),
        _service,
    ),
    Rule("telephone", re.compile(r"1[89]00(?= ?[xX]{3,4}(?![\w]))"), _service),
    Rule("telephone", re.compile(rf"{_SHORT}(?: ?[/–-] ?{_SHORT}){{1,5}}(?![0-9])"), _several),
    Rule("telephone", re.compile(rf"{_SHORT}(?![0-9/])(?![.,][0-9])"), _short),
    Rule("code", re.compile(r"[0-9]{5,16}(?![0-9])"), _account),
)
"""Tried where a digit stands."""

PREFIXED: Final = (
    Rule(
        "telephone", re.compile(r"\+84[ .-]?(?:\(0\) ?)?[0-9]{1,9}(?:[ .-]{1,3}[0-9]{2,7}){0,4}(?![0-9])"), _subscriber
    ),
    Rule(
        "telephone",
        re.compile(r"\(\+?0?[0-9]{2,4}\)[ .-]{0,3}[0-9]{1,8}(?:[ .-]{1,3}[0-9]{2,7}){0,3}(?![0-9])"),
        _subscriber,
    ),
)
"""Tried where a plus or a bracket stands."""
