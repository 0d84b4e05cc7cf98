"""Punctuation and signs: which are a pause, which are a word, which are only for the eye.

Pauses keep `. , ? ! ; :`. Brackets and spaced dashes before a capital are a short pause, a dash inside a compound
("kinh tế - xã hội") is none, a dash between two amounts is "đến". List dashes, bullets, quotes, rows of dots and
emoji have no sound: their span says "silent". The full stop of documents, "./.", is one full stop.
"""

import re
from typing import Final

from audio.reading import dashes
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY, SURE

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
    "¾": "ba phần tư", "²": "bình phương", "³": "lập phương", "₫": "đồng", "^": "mũ",
}  # fmt: skip
_COMPARISONS: Final = {
    ">=": "lớn hơn hoặc bằng", "=>": ",", "<=": "nhỏ hơn hoặc bằng", "->": ",", "<>": "khác", "!=": "khác",
}  # fmt: skip
_BETWEEN_NUMBERS: Final = {
    "+": "cộng",
    "x": "nhân",
    "×": "nhân",
    "*": "nhân",
    "<": "nhỏ hơn",
    ">": "lớn hơn",
    "~": "đến",
}
_ABOUT: Final = frozenset(("khoảng", "gần", "hơn", "chừng", "độ"))
_AGES: Final = {"<": "dưới", ">": "trên"}
_AGE_AHEAD: Final = re.compile(r"[0-9]{1,3} ?(?:tháng |ngày |năm )?tuổi")
_NUMBER_BEHIND: Final = re.compile(r"[0-9][0-9.,]*(?: ?(?:(?!đến|tới|và)[^\W\d_]{1,3}|%|°C))? ?$")


def _bullet(_match: "re.Match[str]", place: Place) -> Said | None:
    return Said("", SURE) if place.opens_line() else None


def _between(match: "re.Match[str]", place: Place) -> Said | None:
    following = place.ahead(match.end()).lstrip(" ")
    if not following[:1].isdigit() or (match["sign"] not in "<>" and not _NUMBER_BEHIND.search(place.behind())):
        return None
    if match["sign"] == "~" and not _NUMBER_BEHIND.search(place.behind()):
        return _about(match, place)
    if match["sign"] in _AGES and _AGE_AHEAD.match(following):
        return Said(_AGES[match["sign"]], LIKELY)
    return Said(_BETWEEN_NUMBERS[match["sign"]], LIKELY)


def _compared(match: "re.Match[str]", place: Place) -> Said | None:
    said = _COMPARISONS[match["sign"]]
    if said != "," and not place.ahead(match.end()).lstrip(" ")[:1].isdigit():
        return None
    return Said(said, LIKELY)


def _plus(match: "re.Match[str]", place: Place) -> Said | None:
    """The plus of "18+", and the spaced one between two things."""
    following = place.ahead(match.end())
    if following[:1].isdigit() and place.at > 0 and place.text[place.at - 1] == " " and not place.opens_line():
        return Said("cộng", LIKELY)
    is_at_end = place.at > 0 and place.text[place.at - 1].isdigit() and not following[:1].isalnum()
    if place.opens_line() or not (is_at_end or following[:1] == " "):
        return None
    return Said("cộng" if is_at_end or following.lstrip(" ")[:1].isdigit() else "và", LIKELY)


def _tested(match: "re.Match[str]", place: Place) -> Said | None:
    """The result of a test, unless the words have said it."""
    said = "dương tính" if "+" in match[0] else "âm tính"
    return Said("" if place.behind().endswith(f"{said} ") else said, LIKELY)


def _note(_match: "re.Match[str]", place: Place) -> Said | None:
    """The number of a footnote behind a word is for the eye only."""
    behind = place.text[max(0, place.at - 3) : place.at]
    return Said("", LIKELY) if behind.isalpha() and len(behind) == 3 else None


def _cited(_match: "re.Match[str]", place: Place) -> Said | None:
    is_behind_word = place.at > 0 and place.text[place.at - 1] not in " \n"
    return Said("", LIKELY) if is_behind_word else None


def _about(_match: "re.Match[str]", place: Place) -> Said | None:
    return Said("" if place.before() in _ABOUT else "khoảng", LIKELY)


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
    Rule(SILENT, re.compile(r"[=~#*^+]{3,}+"), _silent),
    Rule(SILENT, re.compile(r"[-–+*•·●○◦▪■□►✓✔➢➤❖]{1,3}+(?=[ \n]|[^\W_]|$)"), _bullet),
    Rule("sign", re.compile(r"(?P<sign>>=|=>|<=|->|<>|!=)"), _compared),
    Rule("sign", re.compile(rf"(?P<sign>{_listed(''.join(_BETWEEN_NUMBERS))})"), _between),
    Rule("sign", re.compile(r"\([-–+]\)"), _tested),
    Rule("sign", re.compile(r"\+"), _plus),
    Rule(SILENT, re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}"), _note),
    Rule(SILENT, re.compile(r"\[[0-9]{1,2}\]|\([0-9]{1,2}\)|\*{1,3}"), _cited),
    dashes.RULE,
    Rule("sign", re.compile(r"[~≈](?= ?[0-9])"), _about),
    Rule("sign", re.compile(_listed("".join(_WORDS))), _word),
    Rule("pause", re.compile(_listed("".join(_PAUSES))), _pause),
    Rule(SILENT, re.compile(r".", re.DOTALL), _silent),
)
"""Tried where neither a letter, a digit nor a space stands; the last always answers."""
