"""What a voice that knows only Vietnamese is given for foreign words: their sounds in Vietnamese letters.

The reader leaves "Facebook" and "dichvucong chấm gov chấm vn" as an announcer's script has them, because a large voice
says them well and an officer knows them at sight. A small one would spell or mangle them; it is given this form.
"""

import re
from functools import lru_cache
from typing import Final

from audio.reading.abbreviations import DEFAULT, Abbreviations
from audio.reading.letters import is_vietnamese, respelled

_WORD: Final = re.compile(r"[^\W\d_]+")


def _key(name: str) -> str:
    return " ".join(_WORD.findall(name.lower()))


@lru_cache(maxsize=4)
def _names(keys: tuple[str, ...]) -> "re.Pattern[str]":
    """The names of several words, longest first, as the reader leaves them: without their signs."""
    several = sorted({_key(key) for key in keys if " " in _key(key)}, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, several)) or '(?!)'})(?!\w)", re.IGNORECASE)


def sounded(spoken: str, abbreviations: Abbreviations = DEFAULT) -> str:
    """A spoken form with every foreign word in Vietnamese sounds: only letters that Vietnamese has are left."""
    foreign = {_key(key): sounds for key, sounds in abbreviations.foreign.items()}

    def said(found: "re.Match[str]") -> str:
        word = found[0]
        known = foreign.get(word.lower()) or abbreviations.labels.get(word.lower())
        return known or (word if is_vietnamese(word) else respelled(word))

    names = _names(tuple(abbreviations.foreign))
    return _WORD.sub(said, names.sub(lambda found: foreign[found[0].lower()], spoken))
