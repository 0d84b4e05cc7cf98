"""Whether letters form a Vietnamese syllable: decides if a word in capitals is a word or an abbreviation.

Built from the closed tables of onsets and rimes of the written language; a syllable that ends in a stop (c, ch, p, t)
carries the acute or the dot-below tone, which is what tells the word "CẮT" from the abbreviation "BOT".
"""

import unicodedata
from functools import lru_cache
from typing import Final

from audio.reading.letters import is_vietnamese
from audio.reading.word_lists import listed

_ONSETS: Final = {""} | listed(" b c ch d đ g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x")
_RIMES: Final = listed(
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây e ec em en eng eo ep et "
    "ê êch êm ên êng ênh êp êt êu i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu o oa oac oach oai oam oan "
    "oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong oong ooc op ot ô ôc ôi ôm ôn ông ôp "
    "ôt ơ ơi ơm ơn ơp ơt u ua uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut uân uâng uât uây uy uya "
    "uych uyên uyêt uynh uyt uyu uyp ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt "
    "yêu ăo"
)
_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_STOPS: Final = ("c", "ch", "p", "t")
_STOP_TONES: Final = ("\u0301", "\u0323")
_LONGEST: Final = 7
"""Letters in the longest syllable, "nghiêng"."""

VOWELS: Final = frozenset("aăâeêioôơuưy")


def without_tone(letters: str) -> str:
    """The lower-case letters with their tone removed and their vowel quality (ă â ê ô ơ ư) kept."""
    parts = unicodedata.normalize("NFD", letters.lower())
    return unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))


def _without_marks(letters: str) -> str:
    parts = unicodedata.normalize("NFD", letters.replace("đ", "d"))
    return "".join(part for part in parts if part.isascii())


_UNMARKED_RIMES: Final = frozenset(_without_marks(rime) for rime in _RIMES)


def _has_shape(bare: str, rimes: frozenset[str] = _RIMES) -> bool:
    return any(bare[:cut] in _ONSETS and bare[cut:] in rimes for cut in range(min(4, len(bare))))


def _tone_fits(word: str, bare: str) -> bool:
    if not bare.endswith(_STOPS):
        return True
    return any(tone in unicodedata.normalize("NFD", word) for tone in _STOP_TONES)


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Whether the word, in any case, could be one written Vietnamese syllable with its tone."""
    if len(word) > _LONGEST or not is_vietnamese(word):
        return False
    bare = without_tone(word)
    return _has_shape(bare) and _tone_fits(word.lower(), bare)


@lru_cache(maxsize=8192)
def is_unmarked_syllable(word: str) -> bool:
    """The same for text typed without any marks, where "DIEN" may stand for "ĐIỆN"."""
    bare = _without_marks(word.lower())
    return len(word) <= _LONGEST and is_vietnamese(word) and _has_shape(bare, _UNMARKED_RIMES)


def is_unmarked_only(word: str) -> bool:
    """Whether the word has the shape of a syllable only if marks were left out: "nuoc", "dien", "nguoi"."""
    return is_unmarked_syllable(word) and not has_mark(word) and not _has_shape(word.lower())


def has_mark(word: str) -> bool:
    """Whether a letter carries a Vietnamese tone or quality mark (đ counts)."""
    return any(ord(letter) > 0x7F for letter in word)
