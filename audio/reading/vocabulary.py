"""Words: which are plain, which are short for others, which are foreign, and which are only letters.

The order of the questions matters: a commune's entry wins over everything; a word in capitals is an abbreviation
unless it is a Vietnamese syllable that the dictionary does not know, or the whole line is in capitals; what remains
unknown is spelled, with low confidence, so that an officer is shown it.
"""

import re
from typing import Final

from audio.reading import roman
from audio.reading.letters import is_vietnamese, respelled, spelled
from audio.reading.numbers import cardinal
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY, SURE
from audio.reading.syllables import VOWELS, has_mark, is_syllable, is_unmarked_syllable, without_tone
from audio.reading.word_lists import listed

_LONGEST_LETTERS: Final = 6
_SHORTEST_SHOUT: Final = 2
_TITLES: Final = re.compile(r"(?:TM|KT|TL|TUQ|T/M|K/T)\. ?")
_TIMES: Final = re.compile(r"[0-9][^\n.;:]{0,16}$")
_DIGIT_AHEAD: Final = re.compile(r" ?[0-9]")
_DOTTED: Final = listed("TP TT TX BS TS GS KS ĐT TH")
_PLACES: Final = {"Q": "quận", "P": "phường", "H": "huyện", "X": "xã", "T": "tỉnh", "TX": "thị xã"}


def _phrase(word: str, place: Place) -> Said | None:
    for phrase in place.abbreviations.phrases.get(word.lower(), ()):
        if phrase.matches(place.text, place.at):
            end = place.at + len(phrase.written)
            return Said(phrase.reading, LIKELY, end) if phrase.reading else _ambiguous(phrase.written, end, place)
    return None


def _ambiguous(key: str, end: int, place: Place) -> Said | None:
    entry = place.abbreviations.ambiguous.get(key)
    if entry is None:
        return None
    following = _after_dot(key, end, place)
    return Said(entry.likeliest(place.before(), place.after(following)), GUESS, end, entry.choices)


def _known(word: str, place: Place) -> Said | None:
    table = place.abbreviations
    is_word = is_syllable(word)
    if place.shouting and is_word and word.isupper():
        return None
    if word in table.single:
        return Said(table.single[word], SURE)
    if word in table.ambiguous:
        return _ambiguous(word, place.at + len(word), place)
    upper = word.upper()
    if is_word or word.isupper():
        return None
    if upper in table.single and len(word) > 1:
        return Said(table.single[upper], LIKELY)
    return _ambiguous(upper, place.at + len(word), place)


def _title(_word: str, place: Place) -> Said | None:
    found = _TITLES.match(place.text, place.at)
    return Said("", LIKELY, found.end()) if found and place.opens_line() else None


def _address(word: str, place: Place) -> Said | None:
    if word not in _PLACES or place.text[place.at + len(word) : place.at + len(word) + 1] != ".":
        return None
    behind_dot = place.ahead(place.at + len(word) + 1)
    is_name = behind_dot.lstrip(" ")[:1].isupper() and not place.opens_line() and not _follows_name(place)
    if not (behind_dot[:1].isdigit() or is_name):
        return None
    return Said(_PLACES[word], GUESS, place.at + len(word) + 1)


def _follows_name(place: Place) -> bool:
    last = place.text[max(0, place.at - 12) : place.at].rstrip(" ").rsplit(" ", 1)[-1]
    return last[:1].isupper() and last[-1:].isalpha()


def _foreign(word: str, place: Place) -> Said | None:
    known = place.abbreviations.foreign.get(word.lower())
    return Said(known, LIKELY) if known and not (place.shouting and is_syllable(word)) else None


def _letter(word: str, place: Place) -> Said | None:
    if len(word) > 1:
        return None
    if word in "xX" and _TIMES.search(place.behind()) and _DIGIT_AHEAD.match(place.ahead(place.at + 1)):
        return Said("nhân", LIKELY)
    said = word if word != "I" and without_tone(word) in VOWELS else spelled(word)
    return Said(said or respelled(word), LIKELY)


def _capitals(word: str, place: Place) -> Said | None:
    """A word in capitals that no table knows."""
    if not word.isupper():
        return _mixed(word, place)
    if is_syllable(word) or (place.shouting and is_unmarked_syllable(word)):
        return Said(word.lower(), SURE)
    if has_mark(word.replace("Đ", "D").replace("Ư", "U")) or len(word) > _LONGEST_LETTERS:
        return _sounded(word.lower(), place)
    halves = _compound(word, place)
    return halves or _shouted(word, place) or Said(spelled(word), GUESS)


def _compound(word: str, place: Place) -> Said | None:
    table = place.abbreviations.single
    for cut in range(len(word) - 2, 1, -1):
        number = roman.parse(word[cut:])
        tail = table.get(word[cut:]) or (cardinal(number) if number else None)
        if word[:cut] in table and tail is not None:
            return Said(f"{table[word[:cut]]} {tail}", GUESS)
    return None


def _shouted(word: str, place: Place) -> Said | None:
    has_vowel = any(letter in VOWELS for letter in word.lower())
    if place.shouting and has_vowel and len(word) >= _SHORTEST_SHOUT:
        return _sounded(word.lower(), place)
    return None


def _mixed(word: str, _place: Place) -> Said | None:
    capitals = sum(letter.isupper() for letter in word)
    if capitals >= 2 and not is_syllable(word) and len(word) <= 8 and capitals * 2 >= len(word):
        return Said(spelled(word), GUESS)
    return None


def _unit(word: str, place: Place) -> Said | None:
    if is_syllable(word) or len(word) < 2 or not (word.islower() or len(word) < 4):
        return None
    end = place.at + len(word)
    power = place.text[end : end + 1]
    squared = place.abbreviations.unit(word + power) if power in ("2", "3", "²", "³") else None
    known = squared or place.abbreviations.unit(word)
    return Said(known, LIKELY, end + 1 if squared else end) if known else None


def _plain(word: str, place: Place) -> Said | None:
    if _is_mute(word):
        return Said(spelled(word) or respelled(word), GUESS)
    if is_vietnamese(word):
        return Said(word, SURE if is_syllable(word) else LIKELY)
    return _sounded(word, place)


def _is_mute(word: str) -> bool:
    """Whether a short word has no vowel, so that only its letters can be said."""
    return len(word) <= _LONGEST_LETTERS and not any(letter in VOWELS for letter in without_tone(word))


def _sounded(word: str, place: Place) -> Said:
    """A foreign word in Vietnamese letters, or their names where these letters would be short for something else."""
    said = respelled(word)
    said = said[:1] + said[1:].lower()
    is_short = len(said) == 1 or _is_mute(said) or (not is_syllable(said) and place.abbreviations.knows(said))
    return Said(spelled(said) if is_short else said, GUESS)


def _roman(word: str, place: Place) -> Said | None:
    found = roman.RULE.pattern.match(place.text, place.at) if word[0] in "IVXLCDM" else None
    said = roman.RULE.say(found, place) if found else None
    return said._replace(end=found.end()) if said and found else None


QUESTIONS: Final = (
    ("title", _title),
    ("abbreviation", _phrase),
    ("abbreviation", _known),
    ("roman", _roman),
    ("abbreviation", _address),
    ("foreign", _foreign),
    ("unit", _unit),
    ("letter", _letter),
    ("capitals", _capitals),
    ("word", _plain),
)
"""In order: the first that answers names the rule of the span."""


def _is_plain(word: str, place: Place) -> bool:
    """Most words of a notice: a syllable in small letters, perhaps with a capital first, that no table knows."""
    table = place.abbreviations
    lower = word.lower()
    is_known = lower in table.foreign or lower in table.phrases or word in table.single
    return word[1:].islower() and not is_known and is_syllable(word)


def _say(match: "re.Match[str]", place: Place) -> tuple[str, Said]:
    word = match[0]
    if _is_plain(word, place):
        return "word", Said(word, SURE)
    for name, ask in QUESTIONS:
        said = ask(word, place)
        if said is not None:
            return name, said
    raise AssertionError("a plain word always answers")


WORD: Final = re.compile(r"[^\W\d_²³½¼¾]++")


def read_word(place: Place) -> tuple[str, Said] | None:
    """The rule and the answer for the word at this place, or None when no letter stands here."""
    match = WORD.match(place.text, place.at)
    if match is None:
        return None
    name, said = _say(match, place)
    end = match.end() if said.end is None else said.end
    return name, said._replace(end=_after_dot(match[0], end, place) if name == "abbreviation" else end)


def _after_dot(word: str, end: int, place: Place) -> int:
    """The dot of "TP. Huế" or "TP.HCM" belongs to the abbreviation; that of a sentence's end is left."""
    following = place.ahead(end)
    is_glued = following[:1] == "." and following[1:2].isalpha()
    is_dotted = word.upper() in _DOTTED and following[:2] == ". " and following[2:3].isupper()
    return end + 1 if is_glued or is_dotted else end


__all__ = ["WORD", "Rule", "read_word"]
