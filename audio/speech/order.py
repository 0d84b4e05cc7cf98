"""In which order the voices are asked, how well they are, and what the officer is told about it.

A bulletin is spoken by one voice from beginning to end: when an engine fails in the middle, the next one starts again
from the first word. What it had spoken is kept, so that it can go on there when it is well again.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from audio.speech.cache import PassageCache, key_of
from audio.speech.health import EngineHealth, Pulse
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


@dataclass(frozen=True, slots=True)
class Haste:
    """What an emergency waits for."""

    engines: frozenset[str] | None = None
    """Names of the engines that are asked; None: those that need no network."""
    within_s: float = 2.0
    """Seconds for each engine but the last; one that is known to take longer is not asked."""


class _PassedOver(Exception):
    """An emergency does not wait for this engine; that is no failure of it."""


def utc_now() -> datetime:
    """Return the present instant, for an order that is given no clock."""
    return datetime.now(UTC)


class VoiceOrder:
    """The engines, best first, and how well each of them is. Threads may share it.

    The last engine that needs no network is asked always, however it was: there is nobody behind it.
    """

    def __init__(
        self,
        engines: Sequence[SpeechEngine],
        *,
        cache: PassageCache | None = None,
        haste: Haste | None = None,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        if not engines:
            raise ValueError("an order of voices needs at least one engine")
        self._engines = tuple(engines)
        self._cache = cache
        self._haste = haste or Haste()
        self._clock = clock
        self._pulses = {id(engine): Pulse() for engine in self._engines}
        self._lock = threading.Lock()
        self._urgent = False

    def in_emergency(self) -> "VoiceOrder":
        """Return the same engines with the same health, of which only those are asked that answer at once."""
        other = VoiceOrder(self._engines, cache=self._cache, haste=self._haste, clock=self._clock)
        other._pulses, other._lock, other._urgent = self._pulses, self._lock, True
        return other

    @property
    def languages(self) -> frozenset[str]:
        """BCP 47 tags of everything that one of the engines speaks."""
        return frozenset(tag for engine in self._engines for tag in engine.languages)

    def health(self, now: datetime) -> tuple[EngineHealth, ...]:
        """Return how each engine is, in the order of asking. Asks none of them."""
        with self._lock:
            pulses = dict(self._pulses)
        return tuple(_health(engine, pulses[id(engine)], now) for engine in self._engines)

    def speak(self, texts: Sequence[str], language: str) -> Spoken:
        """Speak all texts with the first engine that can.

        Raises:
            NoVoice: none could.
        """
        failures: list[EngineFailure] = []
        engines = self._asked(language)
        for engine in engines:
            try:
                passages = self._speak_all(engine, texts, language, last=engine is engines[-1])
            except SpeechFailed as error:
                failures.append(_failure(engine, error))
            except _PassedOver:
                continue
            else:
                return Spoken(passages, engine.name, engine.voice, tuple(failures))
        raise NoVoice(tuple(failures))

    def _asked(self, language: str) -> Sequence[SpeechEngine]:
        """Those that know the language; all of them, to say that they do not, when none does."""
        return [engine for engine in self._engines if engine.knows(language)] or self._engines

    def _speak_all(
        self, engine: SpeechEngine, texts: Sequence[str], language: str, *, last: bool
    ) -> tuple[Passage, ...]:
        held = {text: self._kept(engine, text, language) for text in dict.fromkeys(texts)}
        missing = [text for text, passage in held.items() if passage is None]
        if missing:
            within_s = self._allowed(engine, missing, last=last)
            held.update(zip(missing, self._speak_anew(engine, missing, language, within_s), strict=True))
        return tuple(passage for text in texts if (passage := held[text]) is not None)

    def _allowed(self, engine: SpeechEngine, texts: Sequence[str], *, last: bool) -> float | None:
        """Seconds that the engine may take; SpeechFailed(RESTING) or _PassedOver when it is not to be asked now."""
        if last and engine.offline:
            return None
        now, pulse = self._clock(), self._pulse(engine)
        if pulse.rests(now) and pulse.rest_until is not None:
            rest_s = (pulse.rest_until - now).total_seconds()
            told = f"left alone for another {rest_s:.0f} s after {pulse.last_reason}"
            raise SpeechFailed(Reason.RESTING, told, retryable=True)
        if not self._urgent or last:
            return None
        chosen = self._haste.engines
        waited_for = engine.offline if chosen is None else engine.name in chosen
        if not waited_for or pulse.expected_s(sum(map(len, texts))) > self._haste.within_s:
            raise _PassedOver
        return self._haste.within_s

    def _speak_anew(
        self, engine: SpeechEngine, texts: Sequence[str], language: str, within_s: float | None
    ) -> Iterator[Passage]:
        letters, began = sum(map(len, texts)), self._clock()
        try:
            with closing(engine.speak_each(texts, language, within_s)) as passages:
                for text, passage in zip(texts, passages, strict=True):
                    self._keep(engine, text, language, passage)
                    yield passage
        except SpeechFailed as failure:
            self._note_failure(engine, failure, letters, began, hurried=within_s is not None)
            raise
        now = self._clock()
        took_s = (now - began).total_seconds()
        self._note(engine, lambda pulse: pulse.spoke(now, letters, took_s))

    def _note_failure(
        self, engine: SpeechEngine, failure: SpeechFailed, letters: int, began: datetime, *, hurried: bool
    ) -> None:
        now = self._clock()
        took_s = (now - began).total_seconds()
        if hurried and failure.reason is Reason.TIMED_OUT:
            self._note(engine, lambda pulse: pulse.too_slow(letters, max(took_s, 2 * self._haste.within_s)))
        else:
            self._note(engine, lambda pulse: pulse.failed(now, failure))

    def _note(self, engine: SpeechEngine, change: Callable[[Pulse], Pulse]) -> None:
        with self._lock:
            self._pulses[id(engine)] = change(self._pulses[id(engine)])

    def _pulse(self, engine: SpeechEngine) -> Pulse:
        with self._lock:
            return self._pulses[id(engine)]

    def _kept(self, engine: SpeechEngine, text: str, language: str) -> Passage | None:
        if self._cache is None or engine.instant:
            return None
        return self._cache.find(key_of(engine, language, text))

    def _keep(self, engine: SpeechEngine, text: str, language: str, passage: Passage) -> None:
        if self._cache is not None and not engine.instant:
            self._cache.keep(key_of(engine, language, text), passage)


def _health(engine: SpeechEngine, pulse: Pulse, now: datetime) -> EngineHealth:
    return EngineHealth(
        engine=engine.name,
        voice=engine.voice,
        languages=tuple(sorted(engine.languages)),
        offline=engine.offline,
        condition=pulse.condition(now),
        resting_until=pulse.rest_until if pulse.rests(now) else None,
        failing_since=pulse.failing_since,
        last_success=pulse.last_success,
        last_reason=pulse.last_reason,
        last_detail=pulse.last_detail,
    )


def _failure(engine: SpeechEngine, error: SpeechFailed) -> EngineFailure:
    return EngineFailure(engine.name, engine.voice, error.reason, error.detail, error.retryable)
