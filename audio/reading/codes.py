"""Names made of numbers and letters: documents, roads and their milestones.

Conventions: a document is number, "năm", year, then its letters expanded ("49/2024/NĐ-CP": "bốn mươi chín năm hai
nghìn không trăm hai mươi tư nghị định chính phủ"); its leading zero is said ("05/KH-UBND": "không năm kế hoạch ủy ban
nhân dân"); QH15 is the fifteenth National Assembly, "quốc hội khóa mười lăm". A road is its class, then its number
("ĐT.258": "đường tỉnh hai trăm năm mươi tám").
"""

import re
from typing import Final

from audio.reading.abbreviations import Abbreviations
from audio.reading.letters import spelled
from audio.reading.numbers import cardinal, month, ordinal
from audio.reading.numerals import coded, numeral
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY, SURE
from audio.reading.syllables import is_syllable
from audio.reading.word_lists import listed

_LETTERS: Final = r"[A-ZĐƯ][A-Za-zĐđƯư]{0,11}(?:&[A-ZĐ][A-Za-zĐđ]{0,7})?(?:[0-9]{1,2})?"
_GROUPS: Final = rf"{_LETTERS}(?: ?[-–./] ?{_LETTERS}){{0,4}}(?![\w])"
_PIECE: Final = re.compile(r"[^\W\d_&]+(?:&[^\W\d_&]+)?|[0-9]+")
_TERMED: Final = {"QH", "UBTVQH", "HĐND"}
_DOCUMENTS: Final = re.compile(
    r"(?:nghị định|thông tư|luật|nghị quyết|quyết định|pháp lệnh|chỉ thị|công văn|thông báo|kế hoạch|tờ trình|"
    r"hướng dẫn|nđ|tt|nq|qđ)"
    r"(?: số)?[ :]{1,3}$"
)
_ROADS: Final = {
    "QL": "quốc lộ", "TL": "tỉnh lộ", "ĐT": "đường tỉnh", "DT": "đường tỉnh", "ĐH": "đường huyện", "HL": "hương lộ",
    "ĐX": "đường xã", "LTL": "liên tỉnh lộ",
}  # fmt: skip


def _piece(piece: str, table: Abbreviations) -> str | None:
    return table.codes.get(piece) or table.single.get(piece) or table.codes.get(piece.upper())


def expand(letters: str, table: Abbreviations) -> tuple[str, float]:
    """The words of the letters of a document number, and how sure they are: unknown groups are spelled."""
    said: list[str] = []
    confidence = SURE
    previous = ""
    for piece in _PIECE.findall(letters):
        known = _piece(piece, table)
        if piece.isdigit():
            said.append(("khóa " if previous in _TERMED else "") + cardinal(int(piece)))
        elif known is not None:
            said.append(known)
        else:
            confidence = GUESS
            said.append(piece.lower() if is_syllable(piece) and not piece.isupper() else spelled(piece))
        previous = piece
    return " ".join(said), confidence


def _is_code(letters: str, table: Abbreviations) -> bool:
    first = _PIECE.findall(letters)[0]
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


def _road(match: "re.Match[str]", _place: Place) -> Said | None:
    name = _ROADS[match["class"].upper()]
    branch = f" {spelled(match['branch'])}" if match["branch"] else ""
    return Said(f"{name} {cardinal(int(match['number']))}{branch}", LIKELY)


def _milestone(match: "re.Match[str]", _place: Place) -> Said | None:
    metres = f" cộng {numeral(match['metres'])}" if match["metres"] else ""
    return Said(f"ki lô mét {numeral(match['km'])}{metres}", LIKELY)


def _weekday(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"thứ {ordinal(int(match['day']))}", GUESS)


def _month(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(f"tháng {month(int(match['month']))} năm {cardinal(int(match['year']))}")


def _telephone_label(_match: "re.Match[str]", _place: Place) -> Said | None:
    return Said("điện thoại", LIKELY)


NUMBERED: Final = (
    Rule(
        "document",
        re.compile(rf"(?P<number>[0-9]{{1,6}}+)(?: ?/ ?(?P<year>(?:19|20|21)[0-9]{{2}}))? ?/ ?(?P<letters>{_GROUPS})"),
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
)
"""Tried where a digit stands."""

LETTERED: Final = (
    Rule(
        "road",
        re.compile(
            r"(?P<class>QL|TL|ĐT|DT|ĐH|HL|ĐX|"
            r"LTL)[ .]{0,2}(?P<number>[0-9]{1,4})(?P<branch>[A-Z]{0,2})(?![\w])(?![.,/][0-9])"
        ),
        _road,
    ),
    Rule(
        "road",
        re.compile(r"[Kk][Mm] ?(?P<km>[0-9]{1,4})(?: ?\+ ?(?P<metres>[0-9]{1,4}))?(?![\w])(?![.,][0-9])"),
        _milestone,
    ),
    Rule("date", re.compile(r"T(?P<day>[2-7])(?![\w/])"), _weekday),
    Rule("date", re.compile(r"T ?(?P<month>1[0-2]|0?[1-9])/(?P<year>20[0-9]{2})(?![\w/])"), _month),
    Rule("telephone", re.compile(r"(?:ĐT|Đt|đt)(?=[ .]{0,2}(?::|\(?\+?0[0-9]))"), _telephone_label),
)
"""Tried where a letter stands, when the word is one of `LETTERED_WORDS`."""

LETTERED_WORDS: Final = listed("ql tl đt dt đh hl đx ltl km t")
