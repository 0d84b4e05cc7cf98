"""In which order the voices are asked, and what the officer is told about it.

A bulletin is spoken by one voice from beginning to end: when an engine fails in the middle, the next one starts
again from the first word.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from audio.speech.port import Passage, Reason, SpeechEngine, SpeechFailed


@dataclass(frozen=True, slots=True)
class EngineFailure:
    """Why one engine was passed over."""

    engine: str
    voice: str
    reason: Reason
    detail: str
    """For the log, in English."""
    retryable: bool


@dataclass(frozen=True, slots=True)
class Spoken:
    """A whole bulletin's passages, by one voice, and who failed before it."""

    passages: tuple[Passage, ...]
    engine: str
    voice: str
    failures: tuple[EngineFailure, ...]


class NoVoice(Exception):
    """Every engine failed; `failures` says why, in the order in which they were asked."""

    def __init__(self, failures: tuple[EngineFailure, ...]) -> None:
        super().__init__("; ".join(f"{failure.engine}: {failure.reason}" for failure in failures))
        self.failures = failures

    @property
    def retryable(self) -> bool:
        """Whether the same text may succeed later."""
        return any(failure.retryable for failure in self.failures)


class VoiceOrder:
    """The engines, best first. An emergency's order should hold off-line engines only: nothing to wait for."""

    def __init__(self, engines: Sequence[SpeechEngine]) -> None:
        if not engines:
            raise ValueError("an order of voices needs at least one engine")
        self._engines = tuple(engines)

    def speak(self, texts: Sequence[str], language: str) -> Spoken:
        """Speak all texts with the first engine that can.

        Raises:
            NoVoice: none could.
        """
        failures: list[EngineFailure] = []
        for engine in self._engines:
            try:
                passages = _speak_all(engine, texts, language)
            except SpeechFailed as error:
                failures.append(_failure(engine, error))
            else:
                return Spoken(passages, engine.name, engine.voice, tuple(failures))
        raise NoVoice(tuple(failures))


def _speak_all(engine: SpeechEngine, texts: Sequence[str], language: str) -> tuple[Passage, ...]:
    spoken = {text: engine.speak(text, language) for text in dict.fromkeys(texts)}
    return tuple(spoken[text] for text in texts)


def _failure(engine: SpeechEngine, error: SpeechFailed) -> EngineFailure:
    return EngineFailure(engine.name, engine.voice, error.reason, error.detail, error.retryable)
