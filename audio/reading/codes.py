"""Names made of numbers and letters: documents, roads and their milestones.

Conventions: a document is number, "năm", year, then its letters expanded ("49/2024/NĐ-CP": "bốn mươi chín năm hai
nghìn không trăm hai mươi tư nghị định chính phủ"); its leading zero is said ("05/KH-UBND": "không năm kế hoạch ủy ban
nhân dân"); QH15 is "quốc hội mười lăm". A road is its class, then its number
("ĐT.258": "đường tỉnh hai trăm năm mươi tám").
"""

import re
from typing import Final

from audio.reading.abbreviations import Abbreviations
from audio.reading.letters import spelled
from audio.reading.numbers import cardinal, digit_by_digit, month, ordinal
from audio.reading.numerals import coded, numeral
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY, SURE
from audio.reading.syllables import is_syllable
from audio.reading.word_lists import listed

_LETTERS: Final = r"[A-ZĐƯ][A-Za-zĐđƯư]{0,15}(?:&[A-ZĐ][A-Za-zĐđ]{0,7})?(?:[0-9]{1,2})?"
_GROUPS: Final = rf"{_LETTERS}(?: ?[-–./] ?{_LETTERS}){{0,4}}(?![\w])"
_PIECE: Final = re.compile(r"[^\W\d_&]+(?:&[^\W\d_&]+)?|[0-9]+")
_LETTER_CODES: Final = {"L"}
"""Single letters that name a kind of document: "05/2025/L-CTN" is an order."""
_DOCUMENTS: Final = re.compile(
    r"(?:nghị định|thông tư|luật|nghị quyết|quyết định|pháp lệnh|chỉ thị|công văn|thông báo|kế hoạch|tờ trình|"
    r"hướng dẫn|nđ|tt|nq|qđ)"
    r"(?: số)?[ :]{1,3}$"
)
_ROADS: Final = {
    "QL": "quốc lộ", "TL": "tỉnh lộ", "ĐT": "đường tỉnh", "DT": "đường tỉnh", "ĐH": "đường huyện", "HL": "hương lộ",
    "ĐX": "đường xã", "LTL": "liên tỉnh lộ",
}  # fmt: skip
_PARTS_OF_MONTH: Final = frozenset(("đầu", "giữa", "cuối", "hết", "trong", "lương", "điện", "nước", "phí"))
_MOTORWAY: Final = re.compile(r"(?:cao tốc|đường|tuyến)(?: số)? ?$")
_PLATE: Final = re.compile(r"(?:biển|bks|bsx|kiểm soát|đăng ký|xe)(?: [^\W\d_]{1,7}){0,3}[ :]{1,3}$")
_FEEDER: Final = re.compile(
    r"(?:(?<!quốc )(?<!tỉnh )(?<!hương )(?<!huyện )(?<!đại )lộ|đz|xuất tuyến|máy cắt)[ :]{1,3}$"
)


def _piece(piece: str, table: Abbreviations, previous: str = "") -> str | None:
    if piece == "TT" and previous:
        return "trồng trọt" if "NN" in previous else None
    return table.codes.get(piece) or table.single.get(piece) or table.codes.get(piece.upper())


def expand(letters: str, table: Abbreviations) -> tuple[str, float]:
    """The words of the letters of a document number, and how sure they are: unknown groups are spelled."""
    said: list[str] = []
    confidence = SURE
    previous = ""
    for piece in _PIECE.findall(letters):
        known = _piece(piece, table, previous)
        previous = piece
        if piece.isdigit():
            said.append(cardinal(int(piece)))
        elif known is not None:
            said.append(known)
        else:
            confidence = GUESS
            said.append(piece.lower() if is_syllable(piece) and not piece.isupper() else spelled(piece))
    return " ".join(said), confidence


def _is_code(letters: str, table: Abbreviations) -> bool:
    first = _PIECE.findall(letters)[0]
    if len(first) == 1:
        return first in _LETTER_CODES and "-" in letters
    return _piece(first, table) is not None or sum(letter.isupper() for letter in first) >= 2


def _document(match: "re.Match[str]", place: Place) -> Said | None:
    if not _is_code(match["letters"], place.abbreviations):
        return None
    letters, confidence = expand(match["letters"], place.abbreviations)
    year = f" năm {cardinal(int(match['year']))}" if match["year"] else ""
    return Said(f"{coded(match['number'])}{year} {letters}", confidence)


def _party(match: "re.Match[str]", place: Place) -> Said | None:
    letters, confidence = expand(match["letters"], place.abbreviations)
    return Said(f"{coded(match['number'])} {letters}", confidence)


def _numbered_year(match: "re.Match[str]", place: Place) -> Said | None:
    if not _DOCUMENTS.search(place.behind()):
        return None
    return Said(f"{coded(match['number'])} năm {cardinal(int(match['year']))}")


def _road(match: "re.Match[str]", place: Place) -> Said | None:
    name = _ROADS[match["class"].upper()]
    branch = f" {spelled(match['branch'])}" if match["branch"] else ""
    if place.behind().endswith("đường "):
        name = name.removeprefix("đường ")
    return Said(f"{name} {coded(match['number'])}{branch}", LIKELY)


def _milestone(match: "re.Match[str]", _place: Place) -> Said | None:
    metres = f" cộng {numeral(match['metres'])}" if match["metres"] else ""
    return Said(f"ki lô mét {numeral(match['km'])}{metres}", LIKELY)


def _standard(match: "re.Match[str]", place: Place) -> Said | None:
    letters, confidence = expand(match["body"], place.abbreviations) if match["body"] else ("", SURE)
    name = place.abbreviations.words.get(match["name"].lower()) or expand(match["name"], place.abbreviations)[0]
    numbers = " ".join(coded(part) for part in re.split("[-.]", match["number"]))
    year = f" năm {cardinal(int(match['year']))}" if match["year"] else ""
    return Said(f"{name} {numbers}{year} {letters}".rstrip(), min(LIKELY, confidence))


def _motorway(match: "re.Match[str]", place: Place) -> Said | None:
    return Said(f"xê tê {coded(match['number'])}", LIKELY) if _MOTORWAY.search(place.behind()) else None


def _plate(match: "re.Match[str]", place: Place) -> Said | None:
    if not _PLATE.search(place.behind()):
        return None
    series = " ".join(digit_by_digit(sign) if sign.isdigit() else spelled(sign) for sign in match["series"])
    return Said(f"{cardinal(int(match['province']))} {series} {digit_by_digit(match['number'])}", LIKELY)


def _feeder(match: "re.Match[str]", place: Place) -> Said | None:
    if match["station"] is None:
        return Said(digit_by_digit(match["number"]), LIKELY) if _FEEDER.search(place.behind()) else None
    station = " chấm ".join(cardinal(int(part)) for part in match["station"].split("."))
    return Said(f"{digit_by_digit(match['number'])} {spelled(match['letter'])} {station}", LIKELY)


def _station(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said("e " + " chấm ".join(cardinal(int(part)) for part in match["station"].split(".")), LIKELY)


def _class(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"khóa {cardinal(int(match['number']))} năm {cardinal(int(match['year']))}", LIKELY)


def _quarter(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"quý {cardinal(int(match['quarter']))} năm {cardinal(int(match['year']))}", LIKELY)


def _weekday(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"thứ {ordinal(int(match['day']))}", GUESS)


def _month(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"tháng {month(int(match['month']))} năm {cardinal(int(match['year']))}")


def _month_range(match: "re.Match[str]", _place: Place) -> Said | None:
    first, last = month(int(match["first"])), month(int(match["last"]))
    return Said(f"tháng {first} đến tháng {last} năm {cardinal(int(match['year']))}", LIKELY)


def _short_month(match: "re.Match[str]", place: Place) -> Said | None:
    """`T9` is a month where it can be no weekday, or where a part of a month is named."""
    number = int(match["month"])
    is_month = number > 7 or place.before() in _PARTS_OF_MONTH
    return Said(f"tháng {month(number)}", LIKELY) if is_month else None


def _born(_match: "re.Match[str]", _place: Place) -> Said | None:
    return Said("sinh", LIKELY)


def _telephone_label(_match: "re.Match[str]", _place: Place) -> Said | None:
    return Said("điện thoại", LIKELY)


NUMBERED: Final = (
    Rule(
        "document",
        re.compile(
            rf"(?P<number>[0-9]{{1,8}}+)(?: ?[/-] ?(?P<year>(?:19|20|21)[0-9]{{2}}))? ?/ ?(?P<letters>{_GROUPS})"
        ),
        _document,
    ),
    Rule(
        "document",
        re.compile(
            rf"(?P<number>[0-9]{{1,6}}+) ?[-–] ?(?P<letters>[A-ZĐ][A-Za-zĐđ]{{1,5}}/{_LETTERS}(?:-{_LETTERS})?)(?![\w])"
        ),
        _party,
    ),
    Rule(
        "document",
        re.compile(r"(?P<number>[0-9]{1,5}+)/(?P<year>(?:19|20|21)[0-9]{2})(?![0-9])(?!/[0-9])"),
        _numbered_year,
    ),
    Rule(
        "code",
        re.compile(
            r"(?P<province>[0-9]{2})(?P<series>[A-ZĐ]{1,2}[0-9]?) ?-? ?(?P<number>[0-9]{3}\.?[0-9]{2}|[0-9]{4})"
            r"(?![0-9])"
        ),
        _plate,
    ),
    Rule(
        "code",
        re.compile(
            r"(?P<number>[1-9][0-9]{2})(?:[ -]{0,3}(?P<letter>[EA])(?P<station>[0-9]{1,2}\.[0-9]{1,2}))?"
            r"(?![\w])(?![.,:/%][0-9])"
        ),
        _feeder,
    ),
)
"""Tried where a digit stands."""

LETTERED: Final = (
    Rule(
        "road",
        re.compile(
            r"(?P<class>QL|TL|ĐT|DT|ĐH|HL|ĐX|"
            r"LTL)[ .]{0,2}(?P<number>0[1-9]|[1-9][0-9]{0,3})(?P<branch>[A-Z]{0,2})(?![\w])(?![.,/-][0-9]| [0-9]{3})"
        ),
        _road,
    ),
    Rule(
        "road",
        re.compile(r"[Kk][Mm] ?(?P<km>[0-9]{1,4})(?: ?\+ ?(?P<metres>[0-9]{1,4}))?(?![\w])(?![.,][0-9])"),
        _milestone,
    ),
    Rule("road", re.compile(r"CT[ .]?(?P<number>[0-9]{1,2})(?![\w]|[.,/][0-9])"), _motorway),
    Rule(
        "standard",
        re.compile(
            r"(?P<name>TCVN|QCVN|TCXDVN|TCXD|TCCS|QCĐP|ISO|IEC) ?(?P<number>[0-9]{1,5}(?:[-.][0-9]{1,2})?)"
            r"(?:[:/-](?P<year>(?:19|20)[0-9]{2}))?(?:/(?P<body>[A-ZĐ]{2,12}))?(?![\w])"
        ),
        _standard,
    ),
    Rule("code", re.compile(r"E(?P<station>[0-9]{1,2}\.[0-9]{1,2})(?![0-9,])"), _station),
    Rule("date", re.compile(r"K(?P<number>[0-9]{1,2})/(?P<year>20[0-9]{2})(?![\w/])"), _class),
    Rule("date", re.compile(r"Q\.?(?P<quarter>[1-4])/(?P<year>20[0-9]{2})(?![\w/])"), _quarter),
    Rule(
        "date",
        re.compile(r"T(?P<first>1[0-2]|[1-9]) ?[-–] ?T?(?P<last>1[0-2]|[1-9])/(?P<year>20[0-9]{2})(?![\w/])"),
        _month_range,
    ),
    Rule("date", re.compile(r"T(?P<month>1[0-2]|[1-9])(?![\w/])"), _short_month),
    Rule("date", re.compile(r"T(?P<day>[2-7])(?![\w/])"), _weekday),
    Rule("abbreviation", re.compile(r"SN(?=[ :]{1,3}[0-9]{1,2}/[0-9]{1,2}/)"), _born),
    Rule("date", re.compile(r"T ?(?P<month>1[0-2]|0?[1-9])/(?P<year>20[0-9]{2})(?![\w/])"), _month),
    Rule("telephone", re.compile(r"(?:ĐT|Đt|đt)(?=[ .]{0,2}(?::|\(?\+?0[0-9]))"), _telephone_label),
)
"""Tried where a letter stands, when the word is one of `LETTERED_WORDS`."""

LETTERED_WORDS: Final = listed("ql tl đt dt đh hl đx ltl km t sn ct q e k tcvn qcvn tcxdvn tcxd tccs qcđp iso iec")
