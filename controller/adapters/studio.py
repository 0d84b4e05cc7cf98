"""The studio: a text goes through the reader to a voice, a recording through the sieve; both become clips."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from audio.reading import read
from audio.speech.health import EngineHealth
from audio.speech.order import EngineFailure as VoiceFailure
from audio.speech.order import NoVoice, VoiceOrder
from audio.speech.port import MAX_CHARACTERS
from audio.studio.bulletin import Script as StudioScript
from audio.studio.bulletin import render_bulletin
from audio.studio.chime import Closing, Opening
from audio.studio.composition import Layout
from audio.studio.equipment import Studio as Equipment
from audio.studio.refusal import Refusal, RefusedAudio
from audio.studio.upload import take_upload
from controller.domain.rendition import Language
from controller.services.ports import EngineFailure, NotRendered, Progress, Rendered, Script
from schedules.vocabulary import Status

log = logging.getLogger(__name__)

PASSAGE = 160
"""Characters: shorter lines are spoken together, because each passage starts the voice anew.

A line as long as this always ends a passage. So a correction changes the passage it stands in and perhaps the next few,
and all others are taken as they were spoken before.
"""
TAGS: Final[Mapping[Language, str]] = {
    Language.VI: "vi",
    Language.TAY: "tyz",
    Language.NUNG: "nut",
    Language.DAO: "ium",
    Language.MONG: "hmn",
    Language.MUONG: "mtq",
    Language.THAI: "blt",
    Language.KHMER: "km",
    Language.CHAM: "cjm",
    Language.HOA: "yue",
    Language.E_DE: "rad",
    Language.GIA_RAI: "jra",
    Language.BA_NA: "bdq",
    Language.XO_DANG: "sed",
    Language.CO_HO: "kpm",
    Language.VAN_KIEU: "bru",
    Language.OTHER: "mis",
}
"""The languages as engines know them: BCP 47. Where a people has several, the one most spoken in Viet Nam."""
_PASSING = frozenset({Refusal.TOO_SLOW})


@dataclass(frozen=True, slots=True)
class SpeechStudio:
    """Speaks and masters. `announcements` is what is said first of a test or exercise, in its spoken form."""

    equipment: Equipment
    voices: VoiceOrder
    announcements: Mapping[Status, str]

    def render(self, script: Script, progress: Progress) -> Rendered:
        """Speak and master a text; `NotRendered` when no engine could."""
        announced = [self.announcements[script.status]] if script.status in self.announcements else []
        spoken = list(passages(_lines(script)))
        if not spoken:
            raise NotRendered("empty-text")
        said = StudioScript(TAGS[script.language], (*announced, *spoken), _layout(script))
        voices = self.voices.in_emergency() if script.urgent else self.voices
        try:
            made = render_bulletin(said, voices, self.equipment, progress)
        except NoVoice as error:
            failures = _told(error.failures)
            raise NotRendered(failures[-1].code, passing=error.retryable, failures=failures) from error
        except RefusedAudio as error:
            raise _refused(error) from error
        return Rendered(clip=made.clip, engine=made.engine, voice=made.voice, failures=_told(made.failures))

    def health(self, now: datetime) -> tuple[EngineHealth, ...]:
        """Return how each voice is, in the order of asking; asks none of them."""
        return self.voices.health(now)

    def take_upload(self, path: Path, script: Script, progress: Progress) -> Rendered:  # noqa: ARG002 - as recorded
        """Make a stranger's recording into a clip; `NotRendered` when it is not one that we take."""
        try:
            return Rendered(clip=take_upload(path, self.equipment, progress))
        except RefusedAudio as error:
            raise _refused(error) from error


def _lines(script: Script) -> Sequence[str]:
    """What is spoken: what a person saw and approved, else what the reader makes of it; it reads Vietnamese only."""
    if script.spoken_lines is not None:
        return script.spoken_lines
    return read(script.text).lines if script.language is Language.VI else script.text.splitlines()


def _told(failures: Sequence[VoiceFailure]) -> tuple[EngineFailure, ...]:
    """The voices that were passed over, as the desk knows them; the log has the details."""
    for one in failures:
        log.warning("the voice %s (%s) was passed over: %s: %s", one.engine, one.voice, one.reason, one.detail)
    return tuple(EngineFailure(one.engine, _code(one.reason)) for one in failures)


def _layout(script: Script) -> Layout:
    if script.bare:
        return Layout(repeat=script.repeat, opening=Opening.NONE, closing=Closing.NONE)
    opening = Opening.CHIME if script.status is Status.ACTUAL else Opening.TEST
    return Layout(repeat=script.repeat, opening=opening)


def passages(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines to be spoken as passages: short ones together, too long ones cut between sentences or words."""
    held = ""
    for line in (line.strip() for line in lines):
        if not any(map(str.isalnum, line)):
            continue
        ended = line if line[-1] in ".?!;:," else f"{line}."
        held = f"{held} {ended}" if held else ended
        if len(held) >= PASSAGE:
            yield from _cut(held)
            held = ""
    if held:
        yield from _cut(held)


def _cut(text: str) -> Iterator[str]:
    while len(text) > MAX_CHARACTERS:
        end = max(text.rfind(". ", 0, MAX_CHARACTERS), 0) or max(text.rfind(" ", 0, MAX_CHARACTERS), 0)
        end = end + 1 if end else MAX_CHARACTERS
        yield text[:end].strip()
        text = text[end:].strip()
    if any(map(str.isalnum, text)):
        yield text


def _refused(error: RefusedAudio) -> NotRendered:
    log.warning("audio was refused: %s", error)
    return NotRendered(_code(error.code), passing=error.code in _PASSING)


def _code(word: str) -> str:
    """The audio room's codes as the catalogue spells them."""
    return word.replace("_", "-")
