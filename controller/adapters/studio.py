"""The studio: a text goes through the reader to a voice, a recording through the sieve; both become clips."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from audio.reading import read
from audio.speech.order import NoVoice, VoiceOrder
from audio.speech.port import MAX_CHARACTERS
from audio.studio.bulletin import Script as StudioScript
from audio.studio.bulletin import render_bulletin
from audio.studio.chime import Closing, Opening
from audio.studio.composition import Layout
from audio.studio.equipment import Studio as Equipment
from audio.studio.refusal import Refusal, RefusedAudio
from audio.studio.upload import take_upload
from controller.services.ports import EngineFailure, NotRendered, Progress, Rendered, Script
from schedules.vocabulary import Status

log = logging.getLogger(__name__)

PASSAGE = 400
"""Characters: shorter lines are spoken together, because each passage starts the voice anew."""
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
        spoken = list(passages(read(script.text).lines))
        if not spoken:
            raise NotRendered("empty-text")
        layout = _layout(script)
        try:
            made = render_bulletin(
                StudioScript(script.language, (*announced, *spoken), layout), self.voices, self.equipment, progress
            )
        except NoVoice as error:
            failures = tuple(EngineFailure(one.engine, _code(one.reason)) for one in error.failures)
            log.warning("no voice: %s", error)
            raise NotRendered(failures[-1].code, passing=error.retryable, failures=failures) from error
        except RefusedAudio as error:
            raise _refused(error) from error
        failures = tuple(EngineFailure(one.engine, _code(one.reason)) for one in made.failures)
        return Rendered(clip=made.clip, engine=made.engine, voice=made.voice, failures=failures)

    def take_upload(self, path: Path, script: Script, progress: Progress) -> Rendered:  # noqa: ARG002 - as recorded
        """Make a stranger's recording into a clip; `NotRendered` when it is not one that we take."""
        try:
            return Rendered(clip=take_upload(path, self.equipment, progress))
        except RefusedAudio as error:
            raise _refused(error) from error


def _layout(script: Script) -> Layout:
    if script.bare:
        return Layout(repeat=script.repeat, opening=Opening.NONE, closing=Closing.NONE)
    opening = Opening.CHIME if script.status is Status.ACTUAL else Opening.TEST
    return Layout(repeat=script.repeat, opening=opening)


def passages(lines: tuple[str, ...]) -> Iterator[str]:
    """Yield the lines to be spoken as passages: short ones together, too long ones cut between sentences or words."""
    held = ""
    for line in (line.strip() for line in lines):
        if not any(map(str.isalnum, line)):
            continue
        ended = line if line[-1] in ".?!;:," else f"{line}."
        if held and len(held) + len(ended) >= PASSAGE:
            yield from _cut(held)
            held = ""
        held = f"{held} {ended}" if held else ended
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
