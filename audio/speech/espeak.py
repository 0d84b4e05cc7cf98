"""The offline voice: espeak-ng, the one engine that speaks Vietnamese with neither network nor a voice to download.

It sounds like a machine, but it is always there, so every order of voices ends with it.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from audio.child import ChildFailed, Fault, Limits, Reach, run
from audio.reading import sounded
from audio.speech.port import Passage, Reason, SpeechEngine, SpeechFailed, passage_of

_PROGRAM = Path(__file__).with_name("espeak_program.py")
_MEMORY_BYTES = 1 << 30
_SOUND_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class EspeakVoice:
    """How it speaks; the defaults are the ones that measured as most intelligible."""

    voice: str = "vi"
    """Northern; "vi-vn-x-central" and "vi-vn-x-south" exist and are understood less well."""
    words_a_minute: int = 130
    """Sensible: 110 to 140; the library's own 175 is too fast for a horn."""
    volume_percent: int = 70
    """3 dB below the library's own level, at which it touches full scale."""
    timeout_s: float = 60.0
    """Ten thousand characters take about 5 s on a desktop."""

    def __post_init__(self) -> None:
        """Refuse settings that no listener could follow."""
        if not 80 <= self.words_a_minute <= 300:
            raise ValueError(f"words_a_minute must be 80 to 300, not {self.words_a_minute}")
        if not 1 <= self.volume_percent <= 100:
            raise ValueError(f"volume_percent must be 1 to 100, not {self.volume_percent}")


class Espeak(SpeechEngine):
    """Runs `espeak_program` once a passage: a crash or a hang costs one process."""

    def __init__(self, settings: EspeakVoice | None = None, program: Path = _PROGRAM) -> None:
        self._settings = settings or EspeakVoice()
        self._program = program

    @property
    def name(self) -> str:
        """See SpeechEngine."""
        return "espeak"

    @property
    def voice(self) -> str:
        """See SpeechEngine."""
        return self._settings.voice

    @property
    def languages(self) -> frozenset[str]:
        """Vietnamese; it knows none of the other languages of the communes."""
        return frozenset({"vi"})

    @property
    def identity(self) -> str:
        """See SpeechEngine."""
        chosen = self._settings
        return f"{chosen.voice} {chosen.words_a_minute} {chosen.volume_percent}"

    @property
    def offline(self) -> bool:
        """See SpeechEngine."""
        return True

    @property
    def instant(self) -> bool:
        """A minute of speech costs it 60 ms: more than that goes into reading the minute from a card."""
        return True

    def _speak_each(self, texts: Sequence[str], _language: str, within_s: float | None) -> Iterator[Passage]:
        limits = self._limits(within_s)
        for text in texts:
            yield self._speak(text, limits)

    def _speak(self, text: str, limits: Limits) -> Passage:
        with tempfile.TemporaryFile() as written, tempfile.TemporaryFile() as spoken:
            written.write(_paragraphs(sounded(text)).encode())
            written.seek(0)
            try:
                run(self._command(), source=written, result=spoken, limits=limits, reach=Reach(reads=(self._program,)))
            except ChildFailed as failure:
                raise speech_failed(failure) from failure
            spoken.seek(0)
            return passage_of(spoken.read())

    def _command(self) -> list[str]:
        chosen = self._settings
        numbers = (str(chosen.words_a_minute), str(chosen.volume_percent))
        return [sys.executable, "-I", str(self._program), chosen.voice, *numbers]

    def _limits(self, within_s: float | None) -> Limits:
        wall = self._settings.timeout_s if within_s is None else min(self._settings.timeout_s, within_s)
        return Limits(wall_s=wall, cpu_s=int(wall) + 1, memory_bytes=_MEMORY_BYTES, output_bytes=_SOUND_BYTES)


def _paragraphs(text: str) -> str:
    """Only an empty line makes espeak pause, and a line of a notice is meant as one; NUL would end the text."""
    lines = text.replace("\0", " ").splitlines()
    return "\n\n".join(line.strip() for line in lines if line.strip())


def speech_failed(failure: ChildFailed) -> SpeechFailed:
    """Say of a program that gave no result why a voice is silent."""
    if failure.fault is Fault.TIMED_OUT:
        return SpeechFailed(Reason.TIMED_OUT, failure.detail, retryable=True)
    return SpeechFailed(Reason.CRASHED, failure.detail, retryable=failure.fault is Fault.FAILED)
