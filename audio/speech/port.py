"""The port behind which every speech engine stands, and the promises that hold for all of them.

An engine may be a program that crashes, a service that vanishes or a voice that says nothing. The base class makes
them alike: whatever goes wrong leaves as SpeechFailed, and what comes back is sound that was looked at.
"""

import io
import unicodedata
import wave
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum

MAX_CHARACTERS = 10_000
"""Characters in one passage: about 17 minutes at 130 words a minute. Longer texts come as several passages."""

_RATES = range(16_000, 48_001)
_MS_PER_LETTER = 5
"""A voice that is ten times too fast, or stopped in the middle, has said nothing useful."""


class Reason(StrEnum):
    """Why an engine gave no sound; each has its words in the catalogue."""

    EMPTY_TEXT = "empty_text"
    TEXT_TOO_LONG = "text_too_long"
    LANGUAGE = "language"
    TIMED_OUT = "timed_out"
    CRASHED = "crashed"
    NO_SOUND = "no_sound"
    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    REFUSED = "refused"
    RESTING = "resting"


class SpeechFailed(Exception):
    """The engine gave no sound. `retryable` says whether the same text may succeed later."""

    def __init__(self, reason: Reason, detail: str, *, retryable: bool) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.retryable = retryable


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of speech as sound: signed 16-bit little-endian mono samples."""

    rate: int
    """Samples a second, 16,000 to 48,000; one engine always gives the same."""
    samples: bytes

    @property
    def duration_ms(self) -> int:
        """Milliseconds, rounded down."""
        return len(self.samples) * 500 // self.rate


class SpeechEngine(ABC):
    """Speaks one passage at a time. An adapter fills in `_speak`; the promises are kept here."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Which engine, for the officer and the log: "espeak", "gtts"."""

    @property
    @abstractmethod
    def voice(self) -> str:
        """Which of its voices."""

    @property
    @abstractmethod
    def languages(self) -> frozenset[str]:
        """BCP 47 tags that it can speak."""

    @abstractmethod
    def _speak(self, text: str, language: str, /) -> Passage:
        """Speak one checked text; raises SpeechFailed."""

    def speak(self, text: str, language: str) -> Passage:
        """Speak `text`, which must already be in its spoken form (every word spelled out).

        Raises:
            SpeechFailed: and nothing else that the engine's weakness could cause.
        """
        text = unicodedata.normalize("NFC", text).strip()
        letters = sum(character.isalnum() for character in text)
        if not letters:
            raise SpeechFailed(Reason.EMPTY_TEXT, "no letter or digit to speak", retryable=False)
        if len(text) > MAX_CHARACTERS:
            raise SpeechFailed(Reason.TEXT_TOO_LONG, f"{len(text)} > {MAX_CHARACTERS}", retryable=False)
        if language not in self.languages:
            raise SpeechFailed(Reason.LANGUAGE, f"{self.name} cannot speak {language!r}", retryable=False)
        passage = self._speak(text, language)
        _look_at(passage, letters)
        return passage


def passage_of(wav: bytes) -> Passage:
    """Unpack a WAV file; raises SpeechFailed(NO_SOUND) unless it is whole, mono and 16-bit."""
    try:
        with wave.open(io.BytesIO(wav)) as file:
            shape = (file.getnchannels(), file.getsampwidth())
            rate, count = file.getframerate(), file.getnframes()
            samples = file.readframes(count)
    except (wave.Error, EOFError) as error:
        raise SpeechFailed(Reason.NO_SOUND, f"not a WAV file: {error}", retryable=True) from error
    if shape != (1, 2) or len(samples) != 2 * count:
        detail = f"channels and width {shape}, {len(samples)} of {2 * count} bytes"
        raise SpeechFailed(Reason.NO_SOUND, detail, retryable=True)
    return Passage(rate, samples)


def _look_at(passage: Passage, letters: int) -> None:
    """Refuse what no listener could have understood."""
    if passage.rate not in _RATES or len(passage.samples) % 2:
        raise SpeechFailed(Reason.NO_SOUND, f"rate {passage.rate}", retryable=True)
    if passage.duration_ms < letters * _MS_PER_LETTER:
        detail = f"{passage.duration_ms} ms for {letters} letters"
        raise SpeechFailed(Reason.NO_SOUND, detail, retryable=True)
    if not any(passage.samples):
        raise SpeechFailed(Reason.NO_SOUND, "silence", retryable=True)
