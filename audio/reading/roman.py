"""Roman numerals, read as numbers only where the words around them say that they are numbers.

"quý II", "khóa XVI", "cấp III", "lần thứ IV", a heading "II. Nội dung"; but "xã VI HƯƠNG" and "CD" stay letters.
"""

import re
from typing import Final

from audio.reading.letters import spelled
from audio.reading.numbers import cardinal, ordinal
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY
from audio.reading.word_lists import LABELS, listed

_VALUES: Final = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_WELL_FORMED: Final = re.compile(r"M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})")
_NUMBERED: Final = listed(
    "quý khóa khoá cấp hạng loại kỳ kì lần thứ hội kỷ phần chương mục vùng khu bậc nhóm đoạn đợt tập quyển lục giai "
    "tuyến chiến khối trung động bđ tổ xóm đội thôn bản xã phường học bảng hệ biểu cụm tầng độ mức năm "
    "kíp ca giải tiết số khoa"
)
_PLACES: Final = listed("tổ xóm đội thôn bản xã phường")
"""Before a name in capitals they say nothing ("XÃ VI HƯƠNG"), and X hides a name ("thôn X")."""

_NAME_BEHIND: Final = re.compile(r"[^\W\d_a-zà-ỹđ][a-zà-ỹ]{1,6} [^\W\d_a-zà-ỹđ][a-zà-ỹ]{1,6} $")
"""Two words of a name: the school "Vi Hương I"."""
_JOINT: Final = r"(?: {0,3}[-–,&/] {0,3}| (?:và|hoặc|đến|tới) )"
_LISTED: Final = re.compile(rf"({'|'.join(sorted(_NUMBERED))}) (?:[ivxlc]{{1,6}}(?:/[0-9]{{4}})?{_JOINT}){{1,6}}$")
"""A list such as "cấp I, II, III", up to the place of its next numeral."""

_RANGE: Final = re.compile(r"[ivx] {0,3}[-–] {0,3}$")
_PLAIN_LETTERS: Final = listed("C D L M CD DC MD")
_CLEAR: Final = listed("II III IV VII VIII IX XII XIII XIV XVI XVII XVIII XX XXI XXII")


def parse(letters: str) -> int | None:
    """The value of a well-formed Roman numeral in capitals, or None."""
    if not letters or len(letters) > 12 or _WELL_FORMED.fullmatch(letters) is None:
        return None
    values = [_VALUES[letter] for letter in letters]
    following = [*values[1:], 0]
    return sum(-one if one < two else one for one, two in zip(values, following, strict=True))


def _confidence(match: "re.Match[str]", place: Place) -> float | None:
    heading = place.opens_line() and place.text[match.end() : match.end() + 1] in (".", ")", "/", "-", "–")
    if place.before() in _PLACES and match["letters"] == "X":
        return None
    if place.before() in _PLACES and place.after(match.end())[:1].isupper():
        return None
    if (
        match["letters"] == "I"
        and _NAME_BEHIND.search(place.text[max(0, place.at - 24) : place.at])
        and not place.shouting
    ):
        return LIKELY
    if heading or place.before() in _NUMBERED or _follows_numeral(place):
        return LIKELY
    if match["letters"] in _CLEAR and not place.shouting:
        return GUESS
    return None


def _follows_numeral(place: Place) -> bool:
    return _LISTED.search(place.behind()) is not None


def _year(match: "re.Match[str]") -> str:
    return f" năm {cardinal(int(match['year']))}" if match["year"] else ""


def _say(match: "re.Match[str]", place: Place) -> Said | None:
    number = parse(match["letters"])
    confidence = _confidence(match, place)
    if number is None or confidence is None or match["letters"] in _PLAIN_LETTERS:
        return None
    said = ordinal(number) if place.before() == "thứ" else cardinal(number)
    range_sign = ""
    if _RANGE.search(place.behind()) and _follows_numeral(place):
        label = listed_under[1] if (listed_under := _LISTED.search(place.behind())) else ""
        range_sign = f"đến {label} " if label in LABELS else "đến "
    branch = f" {spelled(match['branch'])}" if match["branch"] else ""
    if branch and confidence is GUESS:
        return None
    return Said(f"{range_sign}{said}{branch}{_year(match)}", confidence)


RULE: Final = Rule(
    "roman",
    re.compile(r"(?P<letters>[IVXLCDM]{1,12}+)(?P<branch>[ABEGH])?(?:[/-](?P<year>(?:19|20|21)[0-9]{2}))?(?![\w])"),
    _say,
)
"""The optional year belongs to a quarter: "quý II/2026"."""
