"""The names of letters, and what to do with letters that Vietnamese does not have.

Convention: the short names used when abbreviations are read aloud (bê, xê, lờ, mờ, nờ, rờ), not the school names
(e-lờ, em-mờ), because a village hears them once, through a horn.
"""

import re
import unicodedata
from typing import Final

_NAMES: Final = {
    "a": "a", "ă": "á", "â": "ớ", "b": "bê", "c": "xê", "d": "dê", "đ": "đê", "e": "e", "ê": "ê", "f": "ép", "g": "giê",
    "h": "hát", "i": "i", "j": "gi", "k": "ca", "l": "lờ", "m": "mờ", "n": "nờ", "o": "ô", "ô": "ô", "ơ": "ơ",
    "p": "pê",
    "q": "quy", "r": "rờ", "s": "ét", "t": "tê", "u": "u", "ư": "ư", "v": "vê", "w": "vê kép", "x": "ích", "y": "y",
    "z": "dét",
}  # fmt: skip

_ALPHABET: Final = "abcdeghiklmnopqrstuvxyđăâêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ"
_VIETNAMESE: Final = re.compile(f"[{_ALPHABET}{_ALPHABET.upper()}]+")
_STAND_INS: Final = {"f": "ph", "w": "u", "z": "d"}
_FOREIGN_LATIN: Final = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "þ": "th", "ı": "i"}


def is_vietnamese(word: str) -> bool:
    """Whether every letter is one of the 29 of the Vietnamese alphabet, with or without a tone."""
    return _VIETNAMESE.fullmatch(word) is not None


def _bare(letter: str) -> str:
    if is_vietnamese(letter):
        return letter
    plain = _FOREIGN_LATIN.get(letter.lower()) or unicodedata.normalize("NFKD", letter)[0]
    return plain if plain.isascii() and plain.isalpha() else ""


def spelled(word: str) -> str:
    """The names of the letters, one by one; letters of other scripts have none and are left out."""
    bare = "".join(_bare(letter) for letter in unicodedata.normalize("NFC", word.lower())).lower()
    return " ".join(_NAMES[letter] for letter in bare if letter in _NAMES)


def latin(word: str) -> str:
    """A foreign word without accents that Vietnamese does not have; letters of other scripts are left out."""
    return "".join(_bare(letter) for letter in word)


def respelled(word: str) -> str:
    """A foreign word in Vietnamese letters: f ph, j gi, w u, z d, foreign accents dropped, other scripts left out."""
    bare = latin(word)
    said = "".join(_stand_in(bare, index) for index in range(len(bare)))
    return said if is_vietnamese(said) else ""


def _stand_in(word: str, index: int) -> str:
    letter = word[index]
    if letter in "jJ":
        stand_in = "g" if word[index + 1 : index + 2].lower() == "i" else "gi"
    else:
        stand_in = _STAND_INS.get(letter.lower(), letter.lower())
    return stand_in.capitalize() if letter.isupper() else stand_in
