"""Punctuation and signs: which are a pause, which are a word, which are only for the eye.

Pauses keep `. , ? ! ; :`. Brackets and spaced dashes before a capital are a short pause, a dash inside a compound
("kinh tế - xã hội") is none, a dash between two amounts is "đến". List dashes, bullets, quotes, rows of dots and
emoji have no sound: their span says "silent". The full stop of documents, "./.", is one full stop.
"""

import re
from typing import Final

from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY, SURE
from audio.reading.word_lists import listed

SILENT: Final = "silent"

_PAUSES: Final = {
    ".": ".", ",": ",", "?": "?", "!": "!", ";": ";", ":": ":", "(": ",", ")": ",", "[": ",", "]": ",", "{": ",",
    "}": ",",
    "|": ",", "…": ",", "/": ",", "→": ",", "⇒": ",",
}  # fmt: skip
_WORDS: Final = {
    "&": "và", "%": "phần trăm", "‰": "phần nghìn", "°": "độ", "=": "bằng", "≥": "lớn hơn hoặc bằng",
    "≤": "nhỏ hơn hoặc bằng",
    "@": "a còng", "№": "số", "±": "cộng trừ", "€": "ơ rô", "$": "đô la", "½": "một phần hai", "¼": "một phần tư",
    "¾": "ba phần tư", "²": "bình phương", "³": "lập phương", "₫": "đồng",
}  # fmt: skip
_BETWEEN_NUMBERS: Final = {"+": "cộng", "x": "nhân", "×": "nhân", "*": "nhân", "<": "dưới", ">": "trên", "~": "đến"}
_NUMBER_BEHIND: Final = re.compile(r"[0-9][0-9.,]*(?: ?(?:[^\W\d_]{1,3}|%|°C))? ?$")
_LEAD_BEHIND: Final = re.compile(
    r"(ngày|thứ|tháng|lớp|khóa|khoá|quý|tổ|thôn|số|mùng|mồng|cấp|bậc|mục|điều|khoản|trang|km|năm|tuổi|"
    r"khối) [0-9ivx]{1,4} ?$"
)
_BELOW_ZERO: Final = re.compile(r" [-–][0-9]{1,2}(?:,[0-9]{1,2})? ?°")
_SAME_UNIT: Final = re.compile(r"[0-9] ([^\W\d_]{1,10}) ?$")
_SINCE: Final = re.compile(r"(?:^|[^\w])từ [^.;!?]{1,40}$")
_NUMERIC: Final = listed("time date year quantity range number money rate fraction")


def _bullet(_match: "re.Match[str]", place: Place) -> Said | None:
    return Said("", SURE) if place.opens_line() else None


def _dash(match: "re.Match[str]", place: Place) -> Said | None:
    following = place.ahead(match.end()).lstrip(" ")
    if _BELOW_ZERO.match(place.ahead(place.at)) and not _NUMBER_BEHIND.search(place.behind()):
        return None
    if _joins_amounts(place, following):
        return Said("đến", LIKELY)
    is_tight = not match[0].startswith(" ") and place.text[match.end() - 1] != " "
    if is_tight or following[:1].islower():
        return Said("", LIKELY)
    return Said(",", LIKELY)


def _joins_amounts(place: Place, following: str) -> bool:
    behind = place.behind()
    unit = _SAME_UNIT.search(behind)
    if unit is not None and re.match(rf"[0-9.,]{{1,12}} {unit[1]}(?![\w])", following):
        return True
    if place.rule not in _NUMERIC:
        return False
    lead = _LEAD_BEHIND.search(behind)
    if lead is not None and following.lower().startswith(lead[1] + " ") and re.match(r"\S+ [0-9IVX]", following):
        return True
    if _SINCE.search(behind) and re.match(r"[0-9]|(?:ngày|thứ|tháng) [0-9]", following):
        return True
    return following[:1].isdigit() and place.rule == "rate"


def _between(match: "re.Match[str]", place: Place) -> Said | None:
    following = place.ahead(match.end()).lstrip(" ")
    if not following[:1].isdigit() or (match["sign"] not in "<>" and not _NUMBER_BEHIND.search(place.behind())):
        return None
    said = (
        "khoảng"
        if match["sign"] == "~" and not _NUMBER_BEHIND.search(place.behind())
        else _BETWEEN_NUMBERS[match["sign"]]
    )
    return Said(said, LIKELY)


def _about(_match: "re.Match[str]", _place: Place) -> Said | None:
    return Said("khoảng", LIKELY)


def _word(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(_WORDS[match[0]], LIKELY)


def _pause(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(_PAUSES[match[0]], SURE)


def _stop(_match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(".", SURE)


def _leaders(_match: "re.Match[str]", _place: Place) -> Said | None:
    return Said(",", LIKELY)


def _silent(match: "re.Match[str]", _place: Place) -> Said | None:
    return Said("", GUESS if match[0].isalnum() else LIKELY)


def _listed(signs: str) -> str:
    return "[" + "".join(re.escape(sign) for sign in signs) + "]"


RULES: Final = (
    Rule("stop", re.compile(r"\. ?/ ?\.|\./"), _stop),
    Rule("pause", re.compile(r"\.{2,}+|…++|_{2,}+"), _leaders),
    Rule(SILENT, re.compile(r"[-–+*•·●○▪■□►✓➢❖o]{1,3}+(?=[ \n]|[^\W_]|$)"), _bullet),
    Rule("sign", re.compile(rf"(?P<sign>{_listed(''.join(_BETWEEN_NUMBERS))})"), _between),
    Rule("dash", re.compile(r" {0,3}+[-–]{1,3}+ {0,3}+"), _dash),
    Rule("sign", re.compile(r"[~≈](?= ?[0-9])"), _about),
    Rule("sign", re.compile(_listed("".join(_WORDS))), _word),
    Rule("pause", re.compile(_listed("".join(_PAUSES))), _pause),
    Rule(SILENT, re.compile(r".", re.DOTALL), _silent),
)
"""Tried where neither a letter, a digit nor a space stands; the last always answers."""
