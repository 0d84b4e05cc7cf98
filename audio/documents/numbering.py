"""The numbers that Word counts itself: in the file a paragraph only says of which list and level it is."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Final

from audio.documents.parts import Attributes, Handler

_LEVELS: Final = 9
_ROMAN: Final = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"),
    (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_LARGEST: Final = 9_999


@dataclass(slots=True)
class Level:
    """How one level of a list is counted: the form of its number, the text around it ("%1."), and the first."""

    form: str = "decimal"
    text: str = ""
    start: int = 1


class Lists(Handler):
    """Reads `word/numbering.xml`: abstract lists and the numbers by which paragraphs call them."""

    def __init__(self) -> None:
        self._abstract: dict[str, dict[int, Level]] = {}
        self._called: dict[str, str] = {}
        self._open: str | None = None
        self._number: str | None = None
        self._level = 0

    def begin(self, name: str, attributes: Attributes) -> None:
        """See Handler."""
        local = name.rpartition(" ")[2]
        value = attribute(attributes, "val")
        match local:
            case "abstractNum":
                self._open = attribute(attributes, "abstractNumId")
                self._abstract[self._open] = {}
            case "num":
                self._open, self._number = None, attribute(attributes, "numId")
            case "abstractNumId" if self._number is not None:
                self._called[self._number] = value
            case "lvl":
                self._level = whole(attribute(attributes, "ilvl"), _LEVELS - 1)
            case "numFmt" | "lvlText" | "start":
                self._describe(local, value)

    def _describe(self, what: str, value: str) -> None:
        if self._open is None:
            return
        level = self._abstract[self._open].setdefault(self._level, Level())
        if what == "numFmt":
            level.form = value
        elif what == "lvlText":
            level.text = value
        else:
            level.start = whole(value, _LARGEST)

    def levels(self, number: str) -> dict[int, Level]:
        """The levels of the list that paragraphs call by this number; none: no such list."""
        return self._abstract.get(self._called.get(number, ""), {})


class Counter:
    """Counts the paragraphs of each list as Word does: a level begins anew when one above it goes on."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)

    def label(self, number: str, depth: int) -> str:
        """What stands before the next paragraph of this list and level: "1.", "b)", "-"; empty: nothing."""
        levels = self._lists.levels(number)
        level = levels.get(depth)
        if level is None or level.form == "none":
            return ""
        counts = self._counts[number]
        counts[depth] = counts[depth] + 1 if depth in counts else level.start
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]
        if level.form == "bullet":
            return "-"
        text = level.text
        for place in range(_LEVELS):
            above = levels.get(place, Level())
            text = text.replace(f"%{place + 1}", _written(counts.get(place, above.start), above.form))
        return text


def attribute(attributes: Attributes, local: str) -> str:
    """The value of an attribute by its local name, whatever its namespace (Word knows two); empty when not there."""
    return next((value for name, value in attributes.items() if name.rpartition(" ")[2] == local), "")


def whole(text: str, most: int) -> int:
    """A number of a stranger's file: 0 to `most`."""
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _written(number: int, form: str) -> str:
    match form:
        case "lowerLetter" | "upperLetter" if number > 0:
            letter = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 % 4 + 1)
            return letter.upper() if form == "upperLetter" else letter
        case "lowerRoman" | "upperRoman":
            roman = _roman(number)
            return roman.upper() if form == "upperRoman" else roman
        case "decimalZero":
            return f"{number:02}"
    return str(number)


def _roman(number: int) -> str:
    written, left = "", min(number, 3_999)
    for value, sign in _ROMAN:
        written += sign * (left // value)
        left %= value
    return written
