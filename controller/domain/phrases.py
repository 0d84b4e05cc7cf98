"""The phrases of which an emergency is put together, and the order in which they are said."""

from collections.abc import Iterable
from enum import StrEnum

from schedules.vocabulary import Status

VILLAGE = "thon."
"""A phrase whose name begins so is the name of the village that follows; no other phrase has a dot in its name."""


class Phrase(StrEnum):
    """The standard phrases, in the order in which they are said: each says one thing, and stands on its own."""

    EXERCISE = "exercise"
    TEST = "test"
    ATTENTION = "attention"
    OPENING = "opening"
    FLASH_FLOOD = "flash-flood"
    LANDSLIDE = "landslide"
    DAM_RELEASE = "dam-release"
    STORM = "storm"
    FOREST_FIRE = "forest-fire"
    VILLAGES = "villages"
    HIGH_GROUND = "high-ground"
    EVACUATE = "evacuate"
    KEEP_AWAY = "keep-away"
    ALL_CLEAR = "all-clear"
    CLOSING = "closing"


class Part(StrEnum):
    """What a phrase is for; the page groups them by it."""

    STATUS = "status"  # chosen by the status, never by hand
    BEGIN = "begin"
    HAZARD = "hazard"
    PLACE = "place"
    ACT = "act"
    END = "end"


PART = {
    Phrase.EXERCISE: Part.STATUS,
    Phrase.TEST: Part.STATUS,
    Phrase.ATTENTION: Part.BEGIN,
    Phrase.OPENING: Part.BEGIN,
    Phrase.FLASH_FLOOD: Part.HAZARD,
    Phrase.LANDSLIDE: Part.HAZARD,
    Phrase.DAM_RELEASE: Part.HAZARD,
    Phrase.STORM: Part.HAZARD,
    Phrase.FOREST_FIRE: Part.HAZARD,
    Phrase.VILLAGES: Part.PLACE,
    Phrase.HIGH_GROUND: Part.ACT,
    Phrase.EVACUATE: Part.ACT,
    Phrase.KEEP_AWAY: Part.ACT,
    Phrase.ALL_CLEAR: Part.END,
    Phrase.CLOSING: Part.END,
}


ANNOUNCED = {Status.EXERCISE: Phrase.EXERCISE, Status.TEST: Phrase.TEST}
"""What is said first of what is not meant in earnest."""


def of_village(village: str) -> str:
    """Return the name of the phrase that says a village's name."""
    return f"{VILLAGE}{village}"


def village_of(phrase: str) -> str | None:
    """Return the village whose name a phrase says; None: it is a standard phrase."""
    return phrase.removeprefix(VILLAGE) if phrase.startswith(VILLAGE) else None


def in_order(chosen: Iterable[str], villages: Iterable[str]) -> tuple[str, ...]:
    """Return these phrases, each once, as they are said: the names of villages after the phrase that leads to them.

    `villages` is the commune's order of them. A name that is neither a standard phrase nor one of these is left out.
    """
    wanted = set(chosen)
    names = [of_village(village) for village in villages]
    order: list[str] = []
    for phrase in Phrase:
        order.append(phrase)
        order += names if phrase is Phrase.VILLAGES else []
    return tuple(phrase for phrase in order if phrase in wanted)
