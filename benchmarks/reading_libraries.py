"""Our reader next to the libraries that read Vietnamese aloud: exact matches per category, all in one run.

The cases are those of tests/audio/reading: `cases.toml`, written with the rules, and `exam.toml`, written by somebody
who had not seen them. The libraries live in an environment of their own and are no dependency of the project; what is
not installed there is left out:

    python3.11 -m venv .venv/libraries
    .venv/libraries/bin/pip install sea-g2p==0.10.0 vinorm==2.0.7 vietnormalizer==0.2.3 g2p-hamster==0.2.8 \
        vn-numberwords==0.2.0 num2words==0.5.14
    PYTHONPATH=. .venv/libraries/bin/python benchmarks/reading_libraries.py

A match is judged by what is heard, in favour of the libraries: capitals, punctuation, hyphens and spellings of the
same sound (uỷ and ủy, tư and bốn after a ten, lẻ and linh, ngàn and nghìn) make no difference.
"""

import random
import re
import tomllib
import unicodedata
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

from audio.reading import read_line
from audio.reading.numbers import cardinal

CASES = Path("tests/audio/reading")
NUMBERS = 2_000
SEED = 20
Reader = Callable[[str], str]


def sea_g2p() -> Reader:
    normalizer = import_module("sea_g2p").Normalizer()
    return lambda text: re.sub(r"</?en>", "", normalizer.normalize(text))


def vinorm() -> Reader:
    return import_module("vinorm").TTSnorm


def vietnormalizer() -> Reader:
    return import_module("vietnormalizer").VietnameseNormalizer().normalize


def g2p_hamster() -> Reader:
    profile = import_module("g2p_hamster").text_to_profile_v2_full
    return lambda text: " ".join(unit["word"] for unit in profile(text)["units"])


LIBRARIES = {"sea-g2p": sea_g2p, "vinorm": vinorm, "vietnormalizer": vietnormalizer, "g2p-hamster": g2p_hamster}
SAME_SOUND = (
    (r"(?<=mươi )bốn\b", "tư"),
    (r"\blẻ\b", "linh"),
    (r"\bngàn\b", "nghìn"),
    (r"\b(?:kí|ky) (?=lô)", "ki "),
    (r"\bbẩy\b", "bảy"),
    (r"\btỉ\b", "tỷ"),
)


def heard(text: str) -> str:
    """The words of a text, as far as they sound different."""
    words = " ".join(re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text).casefold()))
    for pattern, plain in SAME_SOUND:
        words = re.sub(pattern, plain, words)
    return " ".join(map(_without_place_of_tone, words.split()))


def _without_place_of_tone(word: str) -> str:
    """The letters, then the tone: hoà and hòa are one."""
    parts = unicodedata.normalize("NFD", word)
    tones = "".join(sign for sign in parts if sign in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", "".join(sign for sign in parts if sign not in tones)) + tones


def said(reader: Reader, text: str) -> str:
    """What a library says, or its error, which is no match either."""
    try:
        return reader(text)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RuntimeError, OSError) as error:
        return repr(error)


def installed() -> dict[str, Reader]:
    readers: dict[str, Reader] = {"Loa Làng": read_line}
    for name, make in LIBRARIES.items():
        try:
            readers[f"{name} {version(name)}"] = make()
        except ImportError as error:
            print(f"left out: {error}")
    return readers


def compare(name: str, readers: dict[str, Reader]) -> None:
    cases = tomllib.loads((CASES / name).read_text("utf-8"))["case"]
    categories = sorted({case["category"] for case in cases})
    right = {reader: dict.fromkeys(categories, 0) for reader in readers}
    for reader, read in readers.items():
        for case in cases:
            right[reader][case["category"]] += heard(said(read, case["source"])) == heard(case["spoken"])
    print(f"\n{name}: exact matches of {len(cases)}\n")
    print("| category | cases | " + " | ".join(readers) + " |")
    print("|---" * (len(readers) + 2) + "|")
    for category in categories:
        count = sum(case["category"] == category for case in cases)
        print(f"| {category} | {count} | " + " | ".join(str(right[reader][category]) for reader in readers) + " |")
    print(f"| **all** | {len(cases)} | " + " | ".join(str(sum(right[reader].values())) for reader in readers) + " |")


def compare_numbers() -> None:
    """Whole numbers only: for libraries that spell these and nothing else."""
    pick = random.Random(SEED)
    numbers = [pick.randrange(10 ** pick.randint(1, 12)) for _ in range(NUMBERS)]
    spellers: dict[str, Callable[[int], str]] = {}
    try:
        spellers["vn-numberwords"] = import_module("vn_numberwords").number_to_words
        words = import_module("num2words").num2words
        spellers["num2words"] = lambda number: str(words(number, lang="vi"))
    except ImportError as error:
        print(f"left out: {error}")
    print(f"\nnumbers: {NUMBERS} drawn below 10**12, spelled alike")
    for name, spell in spellers.items():
        alike = sum(heard(spell(number)) == heard(cardinal(number)) for number in numbers)
        print(f"{name:16} {alike:6}")


def main() -> None:
    readers = installed()
    compare("cases.toml", readers)
    compare("exam.toml", readers)
    compare_numbers()


if __name__ == "__main__":
    main()
