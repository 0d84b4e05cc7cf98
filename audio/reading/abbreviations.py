"""The dictionary of what is written short: shipped as an editable file, and a commune's own words laid over it.

Officers keep reading dictionaries today because products misread their abbreviations; here the dictionary is data, so
that a correction needs no new release. A reading must be fully spelled: it is checked when it enters, not when it is
already on air.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any, Final

from audio.reading.letters import is_vietnamese

_SPELLED: Final = re.compile(r"[^\W\d_]+(?:,? [^\W\d_]+)*")
_FIRST_LETTERS: Final = re.compile(r"[^\W\d_]+")
_NAME: Final = "<Name>"
_NUMBER: Final = "<Number>"


class BadEntryError(ValueError):
    """An entry that cannot be spoken: an empty key, or a reading with digits, signs or foreign letters in it."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """An abbreviation that a person must settle; the pairs (words, reading) only choose what is said until then."""

    choices: tuple[str, ...]
    default: str
    preceded_by: tuple[tuple[frozenset[str], str], ...] = ()
    followed_by: tuple[tuple[frozenset[str], str], ...] = ()

    def likeliest(self, before: str, after: str) -> str:
        """The reading that the neighbouring words (lower-case before, as written after) speak for."""
        for words, reading in self.followed_by:
            if after in words or (_NUMBER in words and after[:1].isdigit()):
                return reading
            if _NAME in words and after[:1].isupper() and not after.isupper():
                return reading
        return next((reading for words, reading in self.preceded_by if before in words), self.default)


@dataclass(frozen=True, slots=True)
class Phrase:
    """An entry whose key holds signs or spaces, such as "TT&TT" or "v/v"; an ambiguous one has an empty reading."""

    written: str
    reading: str

    def matches(self, text: str, at: int) -> bool:
        """Whether the key stands at this place as a whole; a key in small letters matches any case."""
        end = at + len(self.written)
        found = text[at:end]
        same = found == self.written or (self.written.islower() and found.lower() == self.written)
        return same and not text[end : end + 1].isalnum()


@dataclass(frozen=True, slots=True)
class Abbreviations:
    """The tables of the abbreviation file, made ready for look-up; `with_entries` lays a commune's words over them."""

    single: Mapping[str, str]
    ambiguous: Mapping[str, Ambiguous]
    codes: Mapping[str, str]
    units: Mapping[str, str]
    folded_units: Mapping[str, str]
    currencies: Mapping[str, str]
    words: Mapping[str, str]
    labels: Mapping[str, str]
    foreign: Mapping[str, str]
    phrases: Mapping[str, tuple[Phrase, ...]]

    def with_entries(self, entries: Mapping[str, str]) -> "Abbreviations":
        """These tables with one fixed reading for each entry, also for what was ambiguous. Raises BadEntryError."""
        fixed = {_key(written): _reading(written, spoken) for written, spoken in entries.items()}
        return replace(
            self,
            single={**self.single, **fixed},
            words={**self.words, **{key.lower(): fixed[key] for key in fixed if key != key.upper()}},
            ambiguous={key: value for key, value in self.ambiguous.items() if key not in fixed},
            phrases=_phrases([*fixed.items(), *_entries(self.single, self.words, self.ambiguous)]),
        )

    def knows(self, word: str) -> bool:
        """Whether the letters stand in a table, in any case."""
        tables = (self.single, self.ambiguous, self.units, self.words)
        return any(form in table for form in (word.upper(), word.lower()) for table in tables)

    def unit(self, written: str) -> str | None:
        """The words of a unit as written after a numeral (`km2`, `m²`, `KM`), or None."""
        plain = written.replace("²", "2").replace("³", "3")
        known = self.units.get(plain)
        return known or (self.folded_units.get(plain.lower()) if len(plain) > 1 else None)

    def currency(self, written: str) -> str | None:
        """The words of a currency as written after an amount (`đ`, `VNĐ`), or None."""
        return self.currencies.get(written.lower())


def _key(written: str) -> str:
    key = unicodedata.normalize("NFC", written.strip())
    if _FIRST_LETTERS.match(key) is None:
        raise BadEntryError(f"an entry must begin with a letter, not {written!r}")
    return key


def _reading(written: str, spoken: str) -> str:
    reading = " ".join(unicodedata.normalize("NFC", spoken).split())
    if _SPELLED.fullmatch(reading) is None or not is_vietnamese(re.sub("[ ,]", "", reading)):
        raise BadEntryError(f"the reading of {written!r} must be fully spelled Vietnamese words, not {spoken!r}")
    return reading


def _phrases(entries: Iterable[tuple[str, str]]) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, dict[str, Phrase]] = {}
    for written, reading in entries:
        first = _FIRST_LETTERS.match(written)
        if first is not None and first[0] != written:
            found.setdefault(first[0].lower(), {}).setdefault(written, Phrase(written, reading))
    return {
        first: tuple(sorted(group.values(), key=lambda phrase: -len(phrase.written))) for first, group in found.items()
    }


def _entries(
    single: Mapping[str, str], words: Mapping[str, str], ambiguous: Mapping[str, Ambiguous]
) -> list[tuple[str, str]]:
    return [*((key, "") for key in ambiguous), *single.items(), *words.items()]


def _neighbours(pairs: Iterable[Iterable[str]]) -> tuple[tuple[frozenset[str], str], ...]:
    return tuple((frozenset(words.split("|")), reading) for words, reading in pairs)


def _ambiguous(table: Mapping[str, Any]) -> Ambiguous:
    return Ambiguous(
        choices=tuple(table["choices"]),
        default=table["default"],
        preceded_by=_neighbours((words.lower(), reading) for words, reading in table.get("preceded_by", ())),
        followed_by=_neighbours(table.get("followed_by", ())),
    )


def _readings(table: Mapping[str, str]) -> dict[str, str]:
    return {unicodedata.normalize("NFC", key): _reading(key, spoken) for key, spoken in table.items()}


def parse(toml: str) -> Abbreviations:
    """The tables of an abbreviation file. Raises BadEntryError for a reading that is not fully spelled."""
    tables = tomllib.loads(toml)
    single, words = _readings(tables["single"]), _readings(tables["words"])
    units = _readings(tables["units"])
    ambiguous = {key: _ambiguous(table) for key, table in tables["ambiguous"].items()}
    return Abbreviations(
        single=single,
        ambiguous=ambiguous,
        codes=_readings(tables["codes"]),
        units=units,
        folded_units={key.lower(): spoken for key, spoken in reversed(units.items())},
        currencies=_readings(tables["currencies"]),
        words=words,
        labels=_readings(tables["labels"]),
        foreign=_readings(tables["foreign"]),
        phrases=_phrases(_entries(single, words, ambiguous)),
    )


DEFAULT: Final = parse((files(__package__) / "abbreviations.toml").read_text("utf-8"))
"""The file that ships with the package."""
