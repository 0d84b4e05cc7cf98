"""Amounts: numbers with their units, money, percentages, and their ranges.

Conventions: a range has "đến" and one unit at its end (10–15 mm: "mười đến mười lăm mi li mét"); a comma and three
digits before đồng is a foreign thousands sign (12,500 đồng). What follows a slash ("/kg", "/người") is read by
`rates`.
"""

import re
from typing import Final

from audio.reading.followers import DOSE, MEMBERS
from audio.reading.numbers import cardinal
from audio.reading.numerals import DASH, NUMERAL, numeral, value
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY, SURE
from audio.reading.word_lists import LABELS, listed

_UNIT: Final = r"(?:tr\.đ(?:ồng)?|°[CFNEBĐcf]?|[%‰$€']|[A-Za-zμĐđỷồ]{1,6}[23²³]?)(?![\w²³])"
_MARKED: Final = re.compile(r"(?:^|[^\w])(?:môn|điểm|thi|loại)(?![\w])[^.;0-9]{0,16}$")
_LONGEST_MARK: Final = 6
_COMRADE: Final = re.compile(r"/c(?![\w])")
_BY_CONTEXT: Final = (
    ("A", "am pe", re.compile(r"(?:dòng(?: điện)?|áp tô mát|aptomat|cầu dao|công tơ|cường độ|định mức)[^.;,]{0,16}$")),
    ("T", "tấn", re.compile(r"(?:tải|xe|cầu|nặng)[^.;,]{0,16}$")),
    ("t", "tấn", re.compile(r"(?:tải|xe|cầu|nặng)[^.;,]{0,16}$")),
    ("t", "tuổi", re.compile(r"(?:nam|nữ|tuổi|người|trẻ|cụ|từ|trên|dưới|đủ|em|cháu|^)[^.;,0-9]{0,12}[0-9t –-]{0,6}$")),
)
"""Units of one letter that the words before decide."""
_POLES: Final = {
    "N": "vĩ bắc",
    "B": "vĩ bắc",
    "S": "vĩ nam",
    "E": "kinh đông",
    "Đ": "kinh đông",
    "W": "kinh tây",
    "T": "kinh tây",
}
_PLACES: Final = listed("lớp nhà phòng lô căn khối tổ khu số")
_FOREIGN_THOUSANDS: Final = re.compile(r"[0-9]{1,3},[0-9]{3}")
_MONEY_AHEAD: Final = re.compile(r" ?(?:đ|đồng|vnđ|vnd)(?![\w])", re.IGNORECASE)
_SCORE: Final = re.compile(r"t[ỷỉ] số ?$")
COLD: Final = re.compile(r"(?:từ|nơi|xuống|xuống tới|dưới|còn|là|mức|khoảng|nhiệt độ|thấp nhất|đến) ?$")
_GLUED: Final = re.compile(r"[-–][0-9]")


def _unit(written: str, place: Place) -> str | None:
    for sign, words, cue in _BY_CONTEXT:
        if written == sign and cue.search(place.behind()):
            return words
    return place.abbreviations.currency(written) or place.abbreviations.unit(written)


def _is_label(match: "re.Match[str]", place: Place) -> bool:
    glued = match["unit"] is not None and len(match["unit"]) == 1 and match["unit"].isupper()
    return glued and place.before() in _PLACES


def _amount(written: str, place: Place, end: int) -> str:
    if _FOREIGN_THOUSANDS.fullmatch(written) and _MONEY_AHEAD.match(place.ahead(end)):
        return numeral(written.replace(",", "."))
    return numeral(written)


def _quantity(match: "re.Match[str]", place: Place) -> Said | None:
    unit = _unit(match["unit"], place)
    if match["unit"] == "đ" and _COMRADE.match(place.ahead(match.end())):
        return None
    if match["unit"] == "đ" and len(match["number"]) < _LONGEST_MARK and _MARKED.search(place.behind()):
        unit = "điểm"
    if unit is None or _is_label(match, place) or (match["unit"] == "K" and len(match["number"]) == 1):
        return None
    return Said(f"{_amount(match['number'], place, match.end('number'))} {unit}", SURE)


def _range(match: "re.Match[str]", place: Place) -> Said | None:
    low, high = match["low"], match["high"]
    if value(low) >= value(high) or _SCORE.search(place.behind()) or _GLUED.match(place.ahead(match.end())):
        return None
    first = _unit(match["unit"], place) if match["unit"] else ""
    if first is None:
        return None
    last = _amount(high, place, match.end("high"))
    ahead = place.ahead(match.end())
    if match["unit"] is None and place.before() in LABELS and not (DOSE.match(ahead) or MEMBERS.match(ahead)):
        last = f"{place.before()} {last}"
    return Said(f"{_amount(low, place, match.end('high'))} {first} đến {last}".replace("  ", " "), LIKELY)


def _range_with_unit(match: "re.Match[str]", place: Place) -> Said | None:
    said = _range(match, place)
    unit = _unit(match["unit2"], place)
    if said is None or unit is None:
        return None
    return Said(f"{said.spoken} {unit}", said.confidence)


def _arc(match: "re.Match[str]", _place: Place) -> Said | None:
    """A latitude or longitude in degrees, minutes and seconds."""
    said = f"{numeral(match['degrees'])} độ {numeral(match['minutes'])} phút"
    if match["seconds"]:
        said += f" {numeral(match['seconds'])} giây"
    return Said(f"{said} {_POLES.get(match['pole'] or '', '')}".rstrip(), LIKELY)


def _coordinates(match: "re.Match[str]", place: Place) -> Said | None:
    north, east = (place.abbreviations.unit(match[name]) for name in ("unit", "unit2"))
    if north is None or east is None or north == east:
        return None
    return Said(f"{numeral(match['low'])} {north}, {numeral(match['high'])} {east}", LIKELY)


def _millions(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"{cardinal(int(match['whole']))} triệu {cardinal(int(match['rest']))}", GUESS)


def _height(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"{numeral(match['metres'])} mét {cardinal(int(match['rest']))}", LIKELY)


def _prefixed(match: "re.Match[str]", place: Place) -> Said | None:
    unit = place.abbreviations.currency(match["unit"])
    return Said(f"{numeral(match['number'])} {unit}", LIKELY) if unit else None


def _below_zero(match: "re.Match[str]", place: Place) -> Said | None:
    unit = place.abbreviations.unit(match["unit"])
    return Said(f"âm {numeral(match['number'])} {unit}", LIKELY) if unit else None


def _below_zero_in_words(match: "re.Match[str]", place: Place) -> Said | None:
    is_cold = COLD.search(place.behind()) or re.search(r"(?:^|[;,:(] ?)$", place.behind())
    return Said(f"âm {numeral(match['number'])}", LIKELY) if is_cold else None


_SPACE_UNIT: Final = rf" ?(?P<unit>{_UNIT})"

RULES: Final = (
    Rule(
        "quantity",
        re.compile(
            r"(?P<degrees>[0-9]{1,3}) ?° ?(?P<minutes>[0-9]{1,2}) ?'"
            r"(?: ?(?P<seconds>[0-9]{1,2}(?:[.,][0-9]{1,3})?) ?(?:\"|''))?"
            r"(?: ?(?P<pole>[NBSĐETW])(?![\w]))?"
        ),
        _arc,
    ),
    Rule(
        "quantity",
        re.compile(rf"(?P<low>{NUMERAL}) ?(?P<unit>°[NB]){DASH}(?P<high>{NUMERAL}) ?(?P<unit2>°[EĐ])(?![\w])"),
        _coordinates,
    ),
    Rule(
        "range",
        re.compile(rf"(?P<low>{NUMERAL})(?:{_SPACE_UNIT})?{DASH}(?P<high>{NUMERAL}) ?(?P<unit2>{_UNIT})"),
        _range_with_unit,
    ),
    Rule(
        "range",
        re.compile(
            rf"(?P<low>{NUMERAL})(?:{_SPACE_UNIT})?{DASH}(?P<high>{NUMERAL})(?![.,/:]?[0-9])(?! ?[hH](?![^\W\d_]))"
        ),
        _range,
    ),
    Rule("quantity", re.compile(r"(?P<metres>[0-9]{1,2})m(?P<rest>[1-9][0-9]|[14-9])(?![\w])(?!/)"), _height),
    Rule("money", re.compile(r"(?P<whole>[0-9]{1,3})tr(?P<rest>[1-9])(?![\w])"), _millions),
    Rule("quantity", re.compile(rf"(?P<number>{NUMERAL}){_SPACE_UNIT}"), _quantity),
)
"""Tried where a digit stands, after times, dates and codes."""

PREFIXED: Final = (
    Rule("money", re.compile(rf"(?P<unit>[$€]) ?(?P<number>{NUMERAL})"), _prefixed),
    Rule("quantity", re.compile(rf"[-–](?P<number>{NUMERAL}) ?(?P<unit>°[CcFf]?)"), _below_zero),
    Rule("quantity", re.compile(rf"[-–](?P<number>{NUMERAL})(?= (?:độ|đến)(?![\w]))"), _below_zero_in_words),
)
"""Tried where a currency sign or a minus stands."""
