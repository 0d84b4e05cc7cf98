"""Numbers that are dialled: said digit by digit, because a person writes them down one digit at a time.

Numbers of subscribers begin with 0 or +84 and have 9 to 11 digits; service numbers begin with 1800 or 1900; the short
numbers (113, 114, 115...) are dialled only where the words around them say so: "114 hộ" is a count.
"""

import re
from typing import Final

from audio.reading.letters import spelled
from audio.reading.numbers import DIGITS, digit_by_digit
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
    r"(?:tài khoản|stk|mst|cccd|cmnd|cmt|căn cước(?: công dân)?|định danh(?: cá nhân)?|số thẻ|số sê ri|serial|imei|"
    r"số máy|máy lẻ|id|pass|passcode|password|mật khẩu|mã cuộc họp|phòng họp|"
    r"đầu số|pin|otp|bưu chính|bưu điện|khách hàng|xác nhận|xác thực|"
    r"mã(?: số| hồ sơ| đơn vị| vùng| thẻ| hộ| vạch| điện| nhân viên| đăng nhập)?"
    r"(?: thuế| bhxh| bhyt| bảo hiểm xã hội| bảo hiểm y tế| hộ gia đình| hồ sơ)?)(?: số| là)?[ :]{1,3}$"
)
_IDENTITY: Final = re.compile(r"(?:căn cước(?: công dân)?|cccd|cmnd|cmt)[ :]{1,3}$")
_LEAST_IDENTITY: Final = 9
"""Digits: "Luật Căn cước 2023" is a year."""
_FILED: Final = re.compile(r"(?:mã|hồ sơ)(?: [^\W\d_]{1,8}){0,3}[ :]{1,3}$")
_ENTERED: Final = re.compile(
    r"(?:gọi|gọi số|tổng đài|hotline|đường dây nóng|bấm|bấm phím|bấm số|đầu số)(?: số)?[ :]{1,3}$"
)
_TEXTED: Final = re.compile(
    r"(?:soạn|nhắn|cú pháp|tin).*(?:gửi|gửi đến|gửi tới|gửi về)(?: đầu số| số| tổng đài)?[ :]{1,3}$"
)
_LANDLINE: Final = re.compile(r"(?:đt|điện thoại|tel|máy bàn|fax|sđt|số máy|liên hệ(?: số)?)[ :.]{1,4}$")
_PREFIXES: Final = re.compile(r"(?:đầu số|tổng đài)[ :]{1,3}(?:1[89]00(?:, | và | hoặc ))?$")
_DIGITS_OF: Final = re.compile(r" {0,2}(?:chữ số|số|ký tự)(?![\w])")


_GAP: Final = r"(?:[ .]{1,2}|-| [-–] (?!0))"
"""Between the groups of one number; a spaced dash before a zero parts two numbers."""


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


def _prefix(match: "re.Match[str]", place: Place) -> Said | None:
    """In "đầu số 1900, 1800": only the beginning of service numbers."""
    return Said(digit_by_digit(match[0]), LIKELY) if _PREFIXES.search(place.behind()) else None


def _masked(match: "re.Match[str]", _place: Place) -> Said | None:
    """A number of which a part is hidden: "0862.xxx.789"."""
    signs = (DIGITS[int(sign)] if sign.isdigit() else "ích" for sign in match[0] if sign not in " .")
    return Said(" ".join(signs), LIKELY)


def _several(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(", ".join(digit_by_digit(number) for number in re.findall(r"[0-9]+", match[0])), LIKELY)


def _short(match: "re.Match[str]", place: Place) -> Said | None:
    around = place.behind() + " " + place.ahead(match.end())[:24].lower()
    if _COUNTED.match(place.ahead(match.end())) or not _CUE.search(around):
        return None
    return Said(digit_by_digit(match[0]), LIKELY)


def _account(match: "re.Match[str]", place: Place) -> Said | None:
    if len(match[0]) < _LEAST_IDENTITY and _IDENTITY.search(place.behind()):
        return None
    if _ACCOUNT.search(place.behind()) is None or _DIGITS_OF.match(place.ahead(match.end())):
        return None
    return Said(digit_by_digit(match[0]), LIKELY)


def _filed(match: "re.Match[str]", place: Place) -> Said | None:
    """The number of a procedure or a file: "mã 1.004227", "000.00.12.H03-250905-0001"."""
    if _FILED.search(place.behind()) is None:
        return None
    said = (_filed_sign(sign) for sign in match[0])
    return Said(" ".join(said), LIKELY)


def _filed_sign(sign: str) -> str:
    if sign.isdigit():
        return DIGITS[int(sign)]
    return {".": "chấm", "-": "gạch ngang"}.get(sign) or spelled(sign)


def _entered(match: "re.Match[str]", place: Place) -> Said | None:
    """A number that is typed into a telephone: "gọi 9090", "soạn BHYT gửi 8079"."""
    behind = place.behind()
    if _COUNTED.match(place.ahead(match.end())) or not (_ENTERED.search(behind) or _TEXTED.search(behind)):
        return None
    return Said(digit_by_digit(match[0]), LIKELY)


def _landline(match: "re.Match[str]", place: Place) -> Said | None:
    digits = re.sub(r"[^0-9]", "", match[0])
    is_number = 6 <= len(digits) <= 8 and _LANDLINE.search(place.behind()) is not None
    return Said(digit_by_digit(digits), LIKELY) if is_number else None


RULES: Final = (
    Rule(
        "telephone",
        re.compile(rf"0[0-9]{{8,10}}(?![0-9])|0[0-9]{{1,4}}(?:{_GAP}[0-9]{{1,7}}){{1,5}}(?![0-9])(?![.,][0-9]|/[1-9])"),
        _subscriber,
    ),
    Rule(
        "telephone",
        re.compile(r"1[89]00[ .-]?(?:[0-9]{4,6}|[0-9]{3}[ .-][0-9]{3}|[0-9]{2}(?:[ .][0-9]{2}){1,2})(?![0-9])"),
        _service,
    ),
    Rule("telephone", re.compile(r"1[89]00(?:[ .](?=[xX]{3,4}(?![\w]))|(?=[xX]{3,4}(?![\w])))"), _service),
    Rule("telephone", re.compile(r"1[89]00(?![0-9]|[.,][0-9])"), _prefix),
    Rule("telephone", re.compile(rf"{_SHORT}(?: ?[/–-] ?{_SHORT}){{1,5}}(?![0-9])"), _several),
    Rule(
        "telephone",
        re.compile(r"0[0-9]{1,3}(?:[ .]?[0-9]{1,4}){0,2}[ .]?[xX*]{2,4}(?:[ .]?[0-9xX*]{2,4}){0,2}(?![\w])"),
        _masked,
    ),
    Rule("telephone", re.compile(rf"{_SHORT}(?=/0[0-9])|{_SHORT}(?![0-9/])(?![.,][0-9])"), _short),
    Rule("code", re.compile(r"[0-9]{1,4}\.[0-9]{4,6}(?![0-9,])|[0-9]{1,4}(?:[.-][0-9A-Z]{1,7}){3,8}(?![\w])"), _filed),
    Rule("code", re.compile(r"[0-9]{3,16}(?:[ .-]?[0-9]{2,6}){0,5}(?![0-9])"), _account),
    Rule("telephone", re.compile(r"[1-9][0-9]{2,5}(?![0-9]|[.,/:][0-9])"), _entered),
    Rule("telephone", re.compile(r"[2-8][0-9]{0,3}(?:[ .-]?[0-9]{2,4}){2,4}(?![0-9]|[.,/][0-9])"), _landline),
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
