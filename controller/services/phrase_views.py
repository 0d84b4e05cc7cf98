"""What the pages show of the bank of phrases: frozen, complete, without a database behind it."""

from dataclasses import dataclass
from datetime import datetime

from controller.domain.phrases import Part
from controller.domain.rendition import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseView:
    """One phrase of the emergency bank, in one language."""

    id: str
    part: Part
    text: str
    """Its words in Vietnamese."""
    clip: str | None
    """The hash under which `/clips/<hash>` serves it; None while there is none."""
    duration_ms: int | None
    recorded: bool
    """Whether a person says it, and not an engine."""
    coming: bool
    """Whether a recording was received that is not a clip yet."""
    outdated: bool
    """Whether the words were changed after they were recorded."""
    error: str | None
    """A code of the studio when the last attempt failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseCount:
    """How many of the phrases are there in one language."""

    language: Language
    ready: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseBank:
    """The bank in one language, and which of the units that need that language hold all of it; names of units."""

    language: Language
    languages: tuple[PhraseCount, ...]
    """Every language that a village of the commune understands."""
    phrases: tuple[PhraseView, ...]
    villages: tuple[PhraseView, ...]
    """The names of the villages."""
    holding: tuple[str, ...]
    waiting: tuple[str, ...]
    now: datetime
