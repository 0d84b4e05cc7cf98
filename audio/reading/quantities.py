"""Amounts: numbers with their units, money, percentages, and their ranges.

Conventions: a range has "đến" and one unit at its end (10–15 mm: "mười đến mười lăm mi li mét"); a comma and three
digits before đồng is a foreign thousands sign (12,500 đồng). What follows a slash ("/kg", "/người") is read by
`rates`.
"""

import re
from typing import Final

from audio.reading.numbers import cardinal
from audio.reading.numerals import DASH, NUMERAL, numeral, value
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY, SURE
from audio.reading.word_lists import listed

_UNIT: Final = r"(?:°[CFNEBĐcf]?|[%‰$€']|[A-Za-zμĐđỷồ]{1,6}[23²³]?)(?![\w²³])"
_PLACES: Final = listed("lớp nhà phòng lô căn khối tổ khu số")
_FOREIGN_THOUSANDS: Final = re.compile(r"[0-9]{1,3},[0-9]{3}")
_MONEY_AHEAD: Final = re.compile(r" ?(?:đ|đồng|vnđ|vnd)(?![\w])", re.IGNORECASE)
_SCORE: Final = re.compile(r"t[ỷỉ] số ?$")
_GLUED: Final = re.compile(r"[-–][0-9]")


def _unit(written: str, place: Place) -> str | None:
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
    if unit is None or _is_label(match, place):
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
    return Said(f"{_amount(low, place, match.end('high'))} {first} đến {last}".replace("  ", " "), LIKELY)


def _range_with_unit(match: "re.Match[str]", place: Place) -> Said | None:
    said = _range(match, place)
    unit = _unit(match["unit2"], place)
    if said is None or unit is None:
        return None
    return Said(f"{said.spoken} {unit}", said.confidence)


def _millions(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"{cardinal(int(match['whole']))} triệu {cardinal(int(match['rest']))}", GUESS)


def _prefixed(match: "re.Match[str]", place: Place) -> Said | None:
    unit = place.abbreviations.currency(match["unit"])
    return Said(f"{numeral(match['number'])} {unit}", LIKELY) if unit else None


def _below_zero(match: "re.Match[str]", place: Place) -> Said | None:
    unit = place.abbreviations.unit(match["unit"])
    return Said(f"âm {numeral(match['number'])} {unit}", LIKELY) if unit else None


_SPACE_UNIT: Final = rf" ?(?P<unit>{_UNIT})"

RULES: Final = (
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
    Rule("money", re.compile(r"(?P<whole>[0-9]{1,3})tr(?P<rest>[1-9])(?![\w])"), _millions),
    Rule("quantity", re.compile(rf"(?P<number>{NUMERAL}){_SPACE_UNIT}"), _quantity),
)
"""Tried where a digit stands, after times, dates and codes."""

PREFIXED: Final = (
    Rule("money", re.compile(rf"(?P<unit>[$€]) ?(?P<number>{NUMERAL})"), _prefixed),
    Rule("quantity", re.compile(rf"[-–](?P<number>{NUMERAL}) ?(?P<unit>°[CcFf]?)"), _below_zero),
)
"""Tried where a currency sign or a minus stands."""
