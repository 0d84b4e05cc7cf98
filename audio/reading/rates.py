"""What a slash between an amount and a unit says: "một" for people's counting, "trên" for physics.

Conventions: money for a unit is "một" (đồng/kg: "đồng một ki lô gam"); so is anything for a word (2 lần/ngày: "hai
lần một ngày", 25 kg/sào: "hai mươi lăm ki lô gam một sào"); a unit for a unit is "trên" (62 km/h, tạ/ha, người/km²),
and so is a length for a time in words (60 km/giờ), and anything before a second amount (300 mm/24h, 01 người/01 hộ). A
slash between other words ("ông/bà") only separates them.
"""

import re
from typing import Final

from audio.reading.place import Place, Rule, Said
from audio.reading.spans import LIKELY
from audio.reading.syllables import is_syllable
from audio.reading.word_lists import listed

COUNTED: Final = listed(
    "người hộ khẩu nhân ngày tháng năm tuần giờ phút giây đêm buổi lần lượt vụ sào mẫu công con cây gốc bao gói "
    "chai hộp viên lứa lượng chỉ bình gùi bó nải quả mâm "
    "liều suất em cháu học sinh gia đình thôn bản xóm xã phường huyện tỉnh cụm trường lớp tổ đơn vị héc lít cân "
    "tạ tấn yến mét cái chiếc bộ kíp tiết môn giải đội thành đoàn khách gian căn khóm luống ao lồng đàn đầu số "
    "phiếu thẻ đợt kỳ quý phòng chuyến xe vé thửa lô hecta sản cuộc tin bài đại hội chi ô tàu mét hécta lao nhiệm khối"
)
_MONEY: Final = re.compile(
    r"(?:đ|đồng|vnđ|vnd|triệu|tỷ|nghìn|ngàn|k|tr|usd|[$])"
    r"(?: ?/ ?[^\W\d_]{1,7}[23²³]?(?: [^\W\d_]{1,6})?){0,3} ?$"
)
_LENGTH: Final = re.compile(r"(?:^|[\W\d])(?:km|m|cm|mm|m3|ki lô mét|mét|mét khối|hải lý) ?$")
_AMOUNT_NEAR: Final = re.compile(
    r"(?:[0-9][0-9.,]*|số|giá|phí|mức|mỗi|[(]) ?(?:[^\W\d_]{1,8}[23²³]? ?){0,3}$|[%°] ?$|[0-9][^;:]{0,24}/[^;:/]{1,16}$"
)
_AMOUNT: Final = re.compile(r"[0-9][0-9.,]* ?(?:[^\W\d_]{1,8}[23²³]? ?){0,3}$")
_COUNT_AHEAD: Final = re.compile(r"[0-9.,]{1,9} ?[^\W\d_]")
_MEASURES: Final = frozenset(("lít", "mét", "tấn"))
_ONE_AHEAD: Final = re.compile(r"0?1 ?[^\W\d_]")
"""The number says the "một" itself: "đồng/1 cây"."""
_GENERATION: Final = re.compile(r"[0-9]G(?![\w])")
_TIMES: Final = frozenset(("giờ", "giây", "phút"))
_DIRECT: Final = frozenset(("quantity", "range", "money", "rate", "fraction"))
_NAMED_UNIT: Final = listed("đ đồng m km kg cm mm lít tấn tạ yến người con cây triệu tỷ")
"""Units that may stand before a slash without an amount: "(đồng/kg)", "ĐVT: km/h"."""


def _per(match: "re.Match[str]", place: Place) -> Said | None:
    written, behind = match["unit"], place.behind()
    unit = place.abbreviations.unit(written)
    is_direct = place.rule in _DIRECT or _MONEY.search(behind) is not None
    is_word = written.lower() in COUNTED or (is_direct and written.islower() and unit is None and is_syllable(written))
    if not (is_word or unit) or not (is_direct or _AMOUNT_NEAR.search(behind)):
        return None
    if _LENGTH.search(behind) and written.lower() in _TIMES:
        return Said(f"trên {written.lower()}", LIKELY)
    if written in _MEASURES and place.rule in ("quantity", "range") and not _MONEY.search(behind):
        return Said(f"trên {written}", LIKELY)
    if is_word or _MONEY.search(behind):
        return Said(f"một {unit if unit and not is_word else written.lower()}", LIKELY)
    return Said(f"trên {unit}", LIKELY)


def _per_amount(match: "re.Match[str]", place: Place) -> Said | None:
    if _GENERATION.match(place.ahead(match.end())):
        return None
    if _MONEY.search(place.behind()) and _ONE_AHEAD.match(place.ahead(match.end())):
        return Said("", LIKELY)
    is_counted = _AMOUNT.search(place.behind()) and _COUNT_AHEAD.match(place.ahead(match.end()))
    is_direct = place.rule in ("quantity", "range", "rate")
    return Said("trên", LIKELY) if is_direct or (is_counted and place.rule in ("word", "money")) else None


def _label(match: "re.Match[str]", place: Place) -> Said | None:
    left, right = match["left"], match["unit"]
    table = place.abbreviations
    if left not in _NAMED_UNIT or (is_syllable(left) and is_syllable(right) and right != "ha"):
        return None
    above, below = table.currency(left) or table.unit(left) or left, table.unit(right)
    if right in COUNTED:
        return Said(f"{above} một {right}", LIKELY)
    if below is None:
        return None
    return Said(f"{above} {'một' if table.currency(left) else 'trên'} {below}", LIKELY)


RULES: Final = (
    Rule("rate", re.compile(r" ?/ ?(?P<unit>[^\W\d_]{1,7}[23²³]?)(?![\w²³])"), _per),
    Rule("rate", re.compile(r" ?/ ?(?=[0-9])"), _per_amount),
)
"""Tried where a slash stands."""

LABEL: Final = Rule("rate", re.compile(r"(?P<left>[^\W\d_]{1,5})/(?P<unit>[^\W\d_]{1,6}[23²³]?)(?![\w²³/])"), _label)
"""Tried where a word stands that a slash follows."""
