"""What the chosen villages would hear of a bulletin, and which of its languages cannot be sent yet."""

from collections.abc import Collection, Iterator

from controller.domain.languages import heard
from controller.domain.rendition import RenditionStatus
from controller.services.faults import Fault, FaultCode
from controller.services.reach import Places, languages_of
from controller.services.sounds import Sounds
from controller.services.views import VillageHears
from schedules.vocabulary import BroadcastClass


def hears(here: Places, villages: Collection[str], sounds: Sounds) -> tuple[VillageHears, ...]:
    """Return what each of these villages hears, in the commune's order."""
    found = ((row.name, heard(languages_of(row), sounds.languages)) for row in here.villages if row.id in villages)
    return tuple(
        VillageHears(name=name, heard=one.languages, missing=one.missing, by_default=one.by_default)
        for name, one in found
    )


def unready(sounds: Sounds | None) -> Iterator[Fault]:
    """What keeps a bulletin from being sent: a language that failed, or is not read aloud, or not heard to be a test.

    One that is still being made is waited for. Of a bulletin in one language the fault names no language.
    """
    if sounds is None:
        return
    for sound in sounds.sounds:
        if sound.status is RenditionStatus.UNSPOKEN:
            yield Fault("bulletin", FaultCode.LANGUAGE_UNSPOKEN, {"tongue": sound.language})
        elif sound.status is RenditionStatus.FAILED and len(sounds.sounds) == 1:
            yield Fault("bulletin", FaultCode.VOICE_FAILED, {"error": sound.error or ""})
        elif sound.status is RenditionStatus.FAILED:
            values = {"tongue": sound.language, "error": sound.error or ""}
            yield Fault("bulletin", FaultCode.LANGUAGE_FAILED, values)
        elif sound.unsaid is not None:
            yield Fault("bulletin", FaultCode.STATUS_UNSAID, {"status": sound.unsaid})


def unheard(villages: Collection[VillageHears], class_: BroadcastClass) -> Iterator[Fault]:
    """The villages that would hear nothing that they understand.

    An emergency is not held up by it: a voice in a foreign language is a warning, too, and the officer has been told.
    """
    nothing = [village.name for village in villages if not village.heard]
    if nothing and class_ is not BroadcastClass.EMERGENCY:
        yield Fault("villages", FaultCode.HEARS_NOTHING, {"villages": ", ".join(nothing)})
