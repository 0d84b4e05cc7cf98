"""From what a village understands to what its loudspeakers say.

- A village hears, of the languages that a bulletin has, those that its people understand, in their order.
- One that would hear none of its own hears Vietnamese, if the bulletin has it.
- A unit that serves several villages says what they hear together: each language once, in the order of the villages.
- A unit none of whose villages would hear anything says all that there is: what was planned for it is never silent
  because somebody changed the list of languages afterwards. Before it is sent, such a plan is refused.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from controller.domain.rendition import Language

DEFAULT = Language.VI
"""What is heard where a bulletin has none of the languages of a village."""
_ORDER = {language: place for place, language in enumerate(Language)}


@dataclass(frozen=True, slots=True)
class Heard:
    """What one village hears of a bulletin, and what it lacks."""

    languages: tuple[Language, ...]
    """In the order of the village; empty: it hears nothing that it understands."""
    missing: tuple[Language, ...]
    """Its languages in which there is no rendition."""
    by_default: bool = False
    """Whether it hears Vietnamese only because there is none of its own languages."""

    @property
    def nothing(self) -> bool:
        """Whether nobody there would understand a word."""
        return not self.languages


def listed(languages: Iterable[Language]) -> tuple[Language, ...]:
    """Return the languages, each once, in the order of the catalogue."""
    return tuple(sorted(set(languages), key=_ORDER.__getitem__))


def heard(village: Sequence[Language], available: Collection[Language]) -> Heard:
    """Return what a village that understands these languages, best first, hears of what is `available`."""
    own = tuple(language for language in dict.fromkeys(village) if language in available)
    missing = tuple(language for language in dict.fromkeys(village) if language not in available)
    if own or DEFAULT not in available:
        return Heard(own, missing)
    return Heard((DEFAULT,), missing, by_default=True)


def spoken(villages: Iterable[Sequence[Language]], available: Collection[Language]) -> tuple[Language, ...]:
    """Return what a unit says that serves these villages, in this order: every language of theirs once."""
    union = dict.fromkeys(language for village in villages for language in heard(village, available).languages)
    return tuple(union) or listed(available)
