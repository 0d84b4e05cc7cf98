"""What a slash between an amount and a unit says: "một" for people's counting, "trên" for physics.

Conventions: money for a unit is "một" (đồng/kg: "đồng một ki lô gam"); so is anything for a word (2 lần/ngày: "hai
lần một ngày", 25 kg/sào: "hai mươi lăm ki lô gam một sào"); a unit for a unit is "trên" (62 km/h, tạ/ha, người/km²),
and so is a length for a time in words (60 km/giờ). A slash between other words ("ông/bà") only separates them.
"""

import re
from typing import Final

from audio.reading.place import Place, Rule, Said
from audio.reading.spans import LIKELY
from audio.reading.word_lists import listed

COUNTED: Final = listed(
    "người hộ khẩu nhân ngày tháng năm tuần giờ phút giây đêm buổi lần lượt vụ sào mẫu công con cây gốc bao gói "
    "chai hộp viên "
    "liều suất em cháu học sinh gia đình thôn bản xóm xã phường huyện tỉnh cụm trường lớp tổ đơn vị héc lít cân "
    "tạ tấn mét cái chiếc bộ "
    "phiếu thẻ đợt kỳ quý phòng chuyến xe vé thửa lô hecta sản cuộc tin bài đại hội chi"
)
_MONEY: Final = re.compile(r"(?:đ|đồng|vnđ|vnd|triệu|tỷ|nghìn|ngàn|k|tr|usd|[$]) ?$")
_LENGTH: Final = re.compile(r"(?:^|[\W\d])(?:km|m|cm|mm|ki lô mét|mét) ?$")
_AMOUNT_NEAR: Final = re.compile(r"(?:[0-9][0-9.,]*|số|giá|phí|mức|[(]) ?(?:[^\W\d_]{1,8}[23²³]? ?){0,3}$|[%°] ?$")
_TIMES: Final = frozenset(("giờ", "giây", "phút"))


def _per(match: "re.Match[str]", place: Place) -> Said | None:
    written, behind = match["unit"], place.behind()
    unit = place.abbreviations.unit(written)
    is_word = written.lower() in COUNTED
    if not (is_word or unit) or not (
        place.rule in ("quantity", "range", "money", "rate") or _AMOUNT_NEAR.search(behind)
    ):
        return None
    if _LENGTH.search(behind) and written.lower() in _TIMES:
        return Said(f"trên {written.lower()}", LIKELY)
    if is_word or _MONEY.search(behind):
        return Said(f"một {unit if unit and not is_word else written.lower()}", LIKELY)
    return Said(f"trên {unit}", LIKELY)


def _per_amount(_match: "re.Match[str]", place: Place) -> Said | None:
    return Said("trên", LIKELY) if place.rule in ("quantity", "range", "rate") else None


RULES: Final = (
    Rule("rate", re.compile(r" ?/ ?(?P<unit>[^\W\d_]{1,7}[23²³]?)(?![\w²³])"), _per),
    Rule("rate", re.compile(r" ?/ ?(?=[0-9])"), _per_amount),
)
"""Tried where a slash stands."""
