"""Where the reader stands in a text, what a rule may look at from there, and what it may answer."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from audio.reading.abbreviations import Abbreviations
from audio.reading.spans import LIKELY

_REACH: Final = 48
"""Characters of context a rule may see on each side: bounded, so that reading stays linear in the text."""

_LAST_WORD: Final = re.compile(r"([^\W\d_]{1,12})[ .:]{0,4}$")
_NEXT_WORD: Final = re.compile(r"[ ]{0,4}([^\W_]{1,12}|:)")


class Place:
    """One position in the healed text. `rule` is the rule of the last span that said something on this line."""

    __slots__ = ("abbreviations", "at", "mute", "rule", "shouting", "text")

    def __init__(self, text: str, abbreviations: Abbreviations) -> None:
        self.text = text
        self.abbreviations = abbreviations
        self.at = 0
        self.rule = ""
        self.shouting = False
        """Whether this line is written in capitals, where a word in capitals means nothing special."""
        self.mute: Mapping[int, int] = {}
        """Where a stretch begins that is not read aloud, and where it ends."""

    def behind(self) -> str:
        """What was written just before, on this line, in small letters."""
        return self.text[max(0, self.at - _REACH) : self.at].rsplit("\n", 1)[-1].lower()

    def ahead(self, end: int) -> str:
        """What is written just after `end`, on this line."""
        return self.text[end : end + _REACH].split("\n", 1)[0]

    def before(self) -> str:
        """The word just before, in small letters, looking through spaces, dots and colons; or an empty string."""
        found = _LAST_WORD.search(self.behind())
        return found[1] if found else ""

    def after(self, end: int) -> str:
        """The next word as it is written (or a colon), or an empty string."""
        found = _NEXT_WORD.match(self.ahead(end))
        return found[1] if found else ""

    def touches_letter(self) -> bool:
        """Whether a letter stands directly before, as in "A01"."""
        return self.at > 0 and self.text[self.at - 1].isalpha()

    def opens_line(self) -> bool:
        """Whether only spaces stand before on this line."""
        start = self.at
        while start > 0 and self.at - start < _REACH and self.text[start - 1] == " ":
            start -= 1
        return start == 0 or self.text[start - 1] == "\n"


class Said(NamedTuple):
    """A rule's answer. `end` is None for the end of its match; `choices` makes it a question to a person."""

    spoken: str
    confidence: float = LIKELY
    end: int | None = None
    choices: tuple[str, ...] = ()


Say = Callable[["re.Match[str]", Place], Said | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table of rules: where `pattern` matches at the place, `say` answers or declines with None."""

    name: str
    pattern: "re.Pattern[str]"
    say: Say
