"""The port behind which every speech engine stands, and the promises that hold for all of them.

An engine may be a program that crashes, a service that vanishes or a voice that says nothing. The base class makes
them alike: whatever goes wrong leaves as SpeechFailed, and what comes back is sound that was looked at.
"""

import io
import unicodedata
import wave
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from audio.speech.language import spoken_as

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
    NOT_SET_UP = "not_set_up"

    @property
    def of_the_text(self) -> bool:
        """Whether the engine is blameless: it would speak another text."""
        return self in {Reason.EMPTY_TEXT, Reason.TEXT_TOO_LONG, Reason.LANGUAGE}


class SpeechFailed(Exception):
    """The engine gave no sound. `retryable` says whether the same text may succeed later.

    `again_s`: for how many seconds the engine itself asks to be left alone, when it says so.
    """

    def __init__(self, reason: Reason, detail: str, *, retryable: bool, again_s: float | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.retryable = retryable
        self.again_s = again_s


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
    """Speaks passages, one after the other. An adapter fills in `_speak_each`; the promises are kept here."""

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

    @property
    def identity(self) -> str:
        """Everything besides text and language that changes what is heard: what was spoken is kept under it."""
        return self.voice

    @property
    def offline(self) -> bool:
        """Whether it needs no network: only such engines are waited for in an emergency."""
        return False

    @property
    def instant(self) -> bool:
        """Whether speaking anew costs less than keeping what was spoken."""
        return False

    def check(self) -> None:
        """Look whether everything is there that it needs, without asking anybody; raises SpeechFailed(NOT_SET_UP)."""
        return

    def knows(self, language: str) -> bool:
        """Whether it speaks the language of this BCP 47 tag."""
        return spoken_as(language, self.languages) is not None

    @abstractmethod
    def _speak_each(self, texts: Sequence[str], language: str, within_s: float | None, /) -> Iterator[Passage]:
        """Speak checked texts in a language that it knows, one passage for each, in order; raises SpeechFailed."""

    def speak(self, text: str, language: str) -> Passage:
        """Speak one text; see `speak_each`."""
        return next(self.speak_each([text], language))

    def speak_each(
        self, texts: Sequence[str], language: str, within_s: float | None = None
    ) -> Generator[Passage, None, None]:
        """Speak `texts`, which must already be in their spoken form (every word spelled out), and yield them in order.

        Args:
            texts: each at most MAX_CHARACTERS long.
            language: the BCP 47 tag of their language.
            within_s: seconds for all of them, where somebody waits; None: as long as the engine is worth waiting for.

        Raises:
            SpeechFailed: and nothing else that the engine's weakness could cause; also between two passages.
        """
        checked = [as_spoken(text) for text in texts]
        for text in checked:
            _check(text)
        tag = spoken_as(language, self.languages)
        if tag is None:
            raise SpeechFailed(Reason.LANGUAGE, f"{self.name} cannot speak {language!r}", retryable=False)
        for text, passage in zip(checked, self._speak_each(checked, tag, within_s), strict=True):
            look_at(passage, text)
            yield passage


def as_spoken(text: str) -> str:
    """The text in its one form: NFC, without blanks around it, without half a surrogate pair."""
    return unicodedata.normalize("NFC", text).encode("utf-8", "replace").decode().strip()


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


def look_at(passage: Passage, text: str) -> None:
    """Refuse what no listener could have understood as `text`; raises SpeechFailed(NO_SOUND)."""
    letters = _letters(text)
    if passage.rate not in _RATES or len(passage.samples) % 2:
        raise SpeechFailed(Reason.NO_SOUND, f"rate {passage.rate}", retryable=True)
    if passage.duration_ms < letters * _MS_PER_LETTER:
        detail = f"{passage.duration_ms} ms for {letters} letters"
        raise SpeechFailed(Reason.NO_SOUND, detail, retryable=True)
    if not any(passage.samples):
        raise SpeechFailed(Reason.NO_SOUND, "silence", retryable=True)


def _check(text: str) -> None:
    if not _letters(text):
        raise SpeechFailed(Reason.EMPTY_TEXT, "no letter or digit to speak", retryable=False)
    if len(text) > MAX_CHARACTERS:
        raise SpeechFailed(Reason.TEXT_TOO_LONG, f"{len(text)} > {MAX_CHARACTERS}", retryable=False)


def _letters(text: str) -> int:
    return sum(character.isalnum() for character in text)
