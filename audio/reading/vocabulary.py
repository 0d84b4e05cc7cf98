"""Words: which are plain, which are short for others, which are foreign, and which are only letters.

The order of the questions matters: a commune's entry wins over everything; a word in capitals is an abbreviation
unless it is a Vietnamese syllable that the dictionary does not know, or the whole line is in capitals; what remains
unknown is spelled, with low confidence, so that an officer is shown it.
"""

import re
from typing import Final

from audio.reading import roman, signature
from audio.reading.letters import is_vietnamese, latin, spelled
from audio.reading.numbers import cardinal, digit_by_digit
from audio.reading.place import Place, Rule, Said
from audio.reading.spans import GUESS, LIKELY, SURE
from audio.reading.syllables import VOWELS, has_mark, is_syllable, is_unmarked_syllable, without_tone
from audio.reading.word_lists import listed

_LONGEST_LETTERS: Final = 6
_SHORTEST_SHOUT: Final = 2
_ACTING: Final = re.compile(r"Q\. ?(?=(?:CHỦ TỊCH|GIÁM ĐỐC|TRƯỞNG|BÍ THƯ|Chủ tịch|Giám đốc|Trưởng|Bí thư|CT ))")
_HOLLOW_BULLET: Final = re.compile(r"o {1,3}(?=[^\W\d_a-zà-ỹđ])")
_NUMBER_WORDS: Final = listed("mỗi một trên số trăm nghìn ngàn triệu chục vạn vài mấy từng cho tính theo năm mười")
_HEADS: Final = listed(
    "BCĐ BCH BQL BTV BTT BTC BCHQS UBND HĐND UBMTTQ MTTQ HTX NVH TYT CLB TTHC BHYT BHXH HVCH CBYT BSCK BĐ CK"
)
_TIMES: Final = re.compile(r"[0-9][^\n;:]{0,36}$")
_DIGIT_AHEAD: Final = re.compile(r" ?(?:[0-9]|(?:rộng|dài|cao|sâu|dày)(?![\w]))")
_NUMBERED: Final = listed("BĐ TDP NQ QĐ NĐ KP TBA TT CT CV TB HD QC KL TTr SN NS TK KDC QL TL TX TP NVH HK")
"""Abbreviations that a number may touch; others with a number are names of varieties and formulas (BC15, CO2)."""
_CODE_TAIL: Final = re.compile(r"-([A-ZĐ]{2,12})(?![\w])")
"""What makes letters a document's: "TT-BYT"."""
_SERIAL: Final = re.compile(r"[A-ZĐ]{2} ?[0-9]{6,9}(?![\w]|[.,][0-9])")
_SCALES: Final = frozenset(("nghìn", "ngàn", "triệu", "tỷ", "tỉ", "trăm"))
_BUILDINGS: Final = frozenset(("tòa", "toà", "nhà", "khu", "lô", "block", "cư", "phòng"))
_NAMING: Final = frozenset(("bão", "tế", "hiệu"))
"""Behind these words capitals are a name: "bão WIPHA"."""
_COMPASS: Final = {"Đ": "đông", "T": "tây", "N": "nam", "B": "bắc"}
_BEARING: Final = re.compile(r"[ĐTNB]{1,3}")
_DOTTED: Final = listed("TP TT TX BS TS GS KS ĐT TH")
_FURTHER_PLACE: Final = re.compile(
    r"^[^.;:]{2,24}[,-] ?(?:Q|P|H|X|T|TX|TP|TT|huyện|tỉnh|quận|xã|phường|thành phố)(?:\.| )"
)
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
    code = _CODE_TAIL.match(place.text, end)
    if code is not None and key in place.abbreviations.codes and code[1] in place.abbreviations.codes:
        return Said(place.abbreviations.codes[key], LIKELY, end)
    following = _after_dot(key, end, place)
    return Said(entry.likeliest(place.before(), place.after(following)), GUESS, end, entry.choices)


def _known(word: str, place: Place) -> Said | None:
    table = place.abbreviations
    is_word = is_syllable(word)
    if place.shouting and is_word and word.isupper():
        return None
    is_named = word not in _NUMBERED or place.before() in _BUILDINGS
    if is_named and word.isupper() and _is_formula(word, place):
        return None
    if word in table.single:
        return Said(_undoubled(table.single[word], place), SURE)
    if word in table.ambiguous:
        return _ambiguous(word, place.at + len(word), place)
    upper = word.upper()
    if is_word or word.isupper() or word in table.units:
        return None
    if upper in table.single and len(word) > 1:
        return Said(_undoubled(table.single[upper], place), LIKELY)
    return _ambiguous(upper, place.at + len(word), place)


def _without_tail(reading: str, place: Place) -> str:
    """The reading of "TTg" before "Chính phủ" ends before it."""
    words = reading.split(" ")
    ahead = f"{WORD.sub('', place.ahead(place.at), count=1).lower()} "
    for kept in range(1, len(words) - 1):
        if ahead.startswith(f" {' '.join(words[kept:])} "):
            return " ".join(words[:kept])
    return reading


def _undoubled(reading: str, place: Place) -> str:
    """The reading without its first word where that word stands before: "dịch DTLCP" has one "dịch"."""
    reading = _without_tail(reading, place)
    first, _, rest = reading.partition(" ")
    stands_before = place.text[max(0, place.at - len(first) - 1) : place.at].lower() == f"{first} "
    return rest if rest and stands_before and not place.text[: place.at - len(first) - 1][-1:].isalpha() else reading


def _title(_word: str, place: Place) -> Said | None:
    said = signature.prefix(place)
    if said is not None:
        return said
    if bullet := _HOLLOW_BULLET.match(place.text, place.at) if place.opens_line() else None:
        return Said("", LIKELY, bullet.end())
    acting = _ACTING.match(place.text, place.at)
    return Said("quyền", LIKELY, acting.end()) if acting else None


def _address(word: str, place: Place) -> Said | None:
    if word not in _PLACES or place.text[place.at + len(word) : place.at + len(word) + 1] != ".":
        return None
    behind_dot = place.ahead(place.at + len(word) + 1)
    is_name = behind_dot.lstrip(" ")[:1].isupper() and not _follows_name(place)
    if place.opens_line():
        is_name = is_name and (behind_dot[:1] != " " or _FURTHER_PLACE.search(behind_dot) is not None)
    is_numbered = behind_dot.lstrip(" ")[:1].isdigit() and (word in "QP" or behind_dot[:1] != " ")
    if not (is_numbered or is_name):
        return None
    is_room = word == "P" and re.match(r" ?[1-9][0-9]{2}", behind_dot) is not None
    said = "phòng" if is_room else _PLACES[word]
    return Said("" if place.behind().endswith(f"{said} ") else said, GUESS, place.at + len(word) + 1)


def _follows_name(place: Place) -> bool:
    last = place.text[max(0, place.at - 12) : place.at].rstrip(" ").rsplit(" ", 1)[-1]
    return last[:1].isupper() and last[-1:].isalpha() and (len(last) == 1 or not last.isupper())


def _foreign(word: str, place: Place) -> Said | None:
    if place.shouting and is_syllable(word):
        return None
    table, lower = place.abbreviations, word.lower()
    known = table.words.get(lower)
    if known is None and lower in table.foreign:
        known = lower if word.isupper() else word
    return Said(known, LIKELY) if known else None


def _serial(word: str, place: Place) -> Said | None:
    """The number of a certificate: "CĐ 123456"."""
    found = _SERIAL.match(place.text, place.at) if word.isupper() else None
    if found is None:
        return None
    return Said(f"{spelled(word)} {digit_by_digit(found[0][len(word) :])}", LIKELY, found.end())


def _bearing(word: str, place: Place) -> Said | None:
    """The letters of a direction: "hướng TTB"."""
    if place.before() not in ("hướng", "phía") or _BEARING.fullmatch(word) is None:
        return None
    return Said(" ".join(_COMPASS[letter] for letter in word), LIKELY)


def _domain(word: str, place: Place) -> Said | None:
    """The "vn" of a web address that is written out already."""
    is_written_out = word.isascii() and word.islower() and len(word) > 1 and place.behind().endswith("chấm ")
    return Said(word, LIKELY) if is_written_out else None


def _letter(word: str, place: Place) -> Said | None:
    if len(word) > 1:
        return None
    if word in "xX" and _TIMES.search(place.behind()) and _DIGIT_AHEAD.match(place.ahead(place.at + 1)):
        return Said("nhân", LIKELY)
    if word == "đ" and place.before() in _SCALES:
        return Said("đồng", LIKELY)
    said = word if word != "I" and without_tone(word) in VOWELS else spelled(word)
    return Said(said or latin(word), LIKELY)


def _capitals(word: str, place: Place) -> Said | None:
    """A word in capitals that no table knows."""
    if not word.isupper():
        return _mixed(word, place)
    if _is_formula(word, place):
        return Said(spelled(word), LIKELY)
    if is_syllable(word) or (place.shouting and is_unmarked_syllable(word)):
        return Said(word.lower(), SURE)
    if has_mark(word.replace("Đ", "D").replace("Ư", "U")) or len(word) > _LONGEST_LETTERS:
        return _sounded(word.lower(), place)
    if place.before() in _NAMING and any(letter in VOWELS for letter in word.lower()):
        return _sounded(word.capitalize(), place)
    halves = _compound(word, place)
    return halves or _shouted(word, place) or Said(spelled(word), GUESS)


def _is_formula(word: str, place: Place) -> bool:
    """Letters that a number touches, as in CO2 or SO2."""
    end = place.at + len(word)
    return len(word) <= 3 and word.isascii() and place.text[end : end + 1].isdigit()


def _compound(word: str, place: Place) -> Said | None:
    table = place.abbreviations.single
    for cut in range(len(word) - 2, 1, -1):
        number = roman.parse(word[cut:])
        tail = table.get(word[cut:]) or (cardinal(number) if number else None)
        if word[:cut] in _HEADS and tail is not None:
            return Said(f"{table[word[:cut]]} {tail}", GUESS)
    return None


def _shouted(word: str, place: Place) -> Said | None:
    has_vowel = any(letter in VOWELS for letter in word.lower())
    if place.shouting and has_vowel and len(word) >= _SHORTEST_SHOUT:
        return _sounded(word.lower(), place)
    return None


def _mixed(word: str, _place: Place) -> Said | None:
    bare = latin(word)
    capitals = sum(letter.isupper() for letter in bare)
    if capitals >= 2 and not is_syllable(bare) and len(bare) <= 8 and capitals * 2 >= len(bare):
        return Said(spelled(word), GUESS)
    return None


def _unit(word: str, place: Place) -> Said | None:
    if word == "ha":
        return _hectares(place)
    powered = place.text[place.at + len(word) : place.at + len(word) + 1] in ("2", "3", "²", "³")
    if (
        is_syllable(word)
        or len(word) + powered < 2
        or not (word.islower() or len(word) < 4 or word in place.abbreviations.units)
    ):
        return None
    end = place.at + len(word)
    power = place.text[end : end + 1]
    squared = place.abbreviations.unit(word + power) if power in ("2", "3", "²", "³") else None
    known = squared or place.abbreviations.unit(word)
    return Said(known, LIKELY, end + 1 if squared else end) if known else None


def _hectares(place: Place) -> Said | None:
    """The unit behind a word of number: "mỗi ha", "vài trăm ha"."""
    return Said("héc ta", LIKELY) if place.before() in _NUMBER_WORDS else None


def _plain(word: str, place: Place) -> Said | None:
    if _is_mute(word):
        return Said(spelled(word) or latin(word), GUESS)
    if is_vietnamese(word):
        return Said(word, SURE if is_syllable(word) else LIKELY)
    return _sounded(word, place)


def _is_mute(word: str) -> bool:
    """Whether a short word has no vowel, so that only its letters can be said."""
    return len(word) <= _LONGEST_LETTERS and not any(letter in VOWELS for letter in without_tone(word))


def _sounded(word: str, place: Place) -> Said:
    """A foreign word as it is written, or its letters where these would be short for something else."""
    said = latin(word)
    is_short = len(said) == 1 or _is_mute(said) or (not is_syllable(said) and place.abbreviations.knows(said))
    return Said(spelled(said) if is_short else said, GUESS)


def _roman(word: str, place: Place) -> Said | None:
    found = roman.RULE.pattern.match(place.text, place.at) if word[0] in "IVXLCDM" else None
    said = roman.RULE.say(found, place) if found else None
    return said._replace(end=found.end()) if said and found else None


QUESTIONS: Final = (
    ("title", _title),
    ("abbreviation", _phrase),
    ("web address", _domain),
    ("bearing", _bearing),
    ("code", _serial),
    ("abbreviation", _known),
    ("abbreviation", _address),
    ("roman", _roman),
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
    is_known = lower == "ha" or lower in table.words or lower in table.phrases or word in table.single
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


WORD: Final = re.compile(r"[^\W\d_⁰¹²³⁴⁵⁶⁷⁸⁹½¼¾]++")


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
