"""What a reading is made of: spans of the source with their spoken form, and the questions left to a person."""

from dataclasses import dataclass
from typing import Final

SURE: Final = 1.0
LIKELY: Final = 0.9
GUESS: Final = 0.5
UNSURE_BELOW: Final = 0.7


@dataclass(frozen=True, slots=True)
class Span:
    """One piece of the normalised source and what is said for it: `source == text[source_start:source_end]`.

    `spoken` is words, a pause mark, or empty (rules "space", "healed" and "silent"). `rule` names why; `confidence`
    is 0 to 1 and below `UNSURE_BELOW` an officer should look.
    """

    source_start: int
    source_end: int
    source: str
    spoken: str
    rule: str
    confidence: float

    @property
    def is_changed(self) -> bool:
        """Whether the voice says something else than what is written (a preview shows these)."""
        return self.spoken != self.source and self.rule not in ("space", "healed", "line")

    @property
    def is_unsure(self) -> bool:
        """Whether the reader guessed, so that a person should hear or see this piece before it is sent."""
        return self.confidence < UNSURE_BELOW


@dataclass(frozen=True, slots=True)
class Question:
    """An abbreviation with several readings that only a person can settle; `chosen` is said until then."""

    source_start: int
    source_end: int
    source: str
    choices: tuple[str, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A whole notice as it will be said.

    `source` is the normalised text (NFC, plain spaces) that the spans tile without gap or overlap; `spoken` holds only
    Vietnamese letters, single spaces and `. , ? ! ; :`; `lines` has one spoken line per line of `source`.
    """

    source: str
    spans: tuple[Span, ...]
    spoken: str
    lines: tuple[str, ...]
    questions: tuple[Question, ...]
