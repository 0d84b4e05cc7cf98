"""How well an engine is: when it last spoke, why it last failed, and until when it is left alone.

Pure: every moment is passed in. An engine that fails is skipped for a while, so that no bulletin waits for a line that
is known to be dead; then it is tried again with the next bulletin, and one success makes it well.

- The first failure of a program, or of its sound, costs no rest: it may have been the text.
- Otherwise the rest is 30 s, and twice as long after each further failure, up to 15 minutes.
- What waiting does not mend (a certificate, a key, a voice that is not installed) rests for 15 minutes at once.
- A service that says how long it wants to be left alone is left alone so long, up to an hour.
- A text that an engine cannot speak (empty, too long, of another language) says nothing about the engine.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from audio.speech.port import Reason, SpeechFailed

FIRST_REST_S: Final = 30.0
LONGEST_REST_S: Final = 900.0
LONGEST_WISH_S: Final = 3_600.0
"""Seconds that a service may ask for; more is taken for a mistake of its own."""

_MEASURABLE_LETTERS = 80
"""For fewer letters the start of a program counts for more than its speed."""
_PERHAPS_THE_TEXT = frozenset({Reason.CRASHED, Reason.NO_SOUND})


class Condition(StrEnum):
    """What the officer sees of an engine."""

    UNTRIED = "untried"
    WORKING = "working"
    FAILING = "failing"
    """It failed last time, and is tried again with the next bulletin."""
    RESTING = "resting"
    """It failed, and is skipped until `resting_until`."""


@dataclass(frozen=True, slots=True)
class EngineHealth:
    """One engine in the order of asking, as the desk may show it. All times are aware, in UTC."""

    engine: str
    voice: str
    languages: tuple[str, ...]
    offline: bool
    condition: Condition
    resting_until: datetime | None
    failing_since: datetime | None
    last_success: datetime | None
    last_reason: Reason | None
    """Why it failed last; kept after it works again."""
    last_detail: str
    """The same for the log, in English."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """What is remembered of one engine."""

    failures: int = 0
    """In a row."""
    failing_since: datetime | None = None
    rest_until: datetime | None = None
    last_success: datetime | None = None
    last_reason: Reason | None = None
    last_detail: str = ""
    s_per_letter: float | None = None
    """Seconds that it last took for each letter."""

    def condition(self, now: datetime) -> Condition:
        """Return the word for how it is."""
        if self.rests(now):
            return Condition.RESTING
        if self.failures:
            return Condition.FAILING
        return Condition.UNTRIED if self.last_success is None else Condition.WORKING

    def rests(self, now: datetime) -> bool:
        """Whether it is to be skipped."""
        return self.rest_until is not None and now < self.rest_until

    def expected_s(self, letters: int) -> float:
        """Seconds that so many letters would take it; 0 when it was never measured."""
        return letters * (self.s_per_letter or 0.0)

    def spoke(self, now: datetime, letters: int, took_s: float) -> "Pulse":
        """It spoke so many letters."""
        return replace(
            self,
            failures=0,
            failing_since=None,
            rest_until=None,
            last_success=now,
            s_per_letter=max(0.0, took_s) / letters if letters >= _MEASURABLE_LETTERS else self.s_per_letter,
        )

    def too_slow(self, letters: int, took_s: float) -> "Pulse":
        """It was given up in an emergency: no failure, but it is known to be at least as slow as that."""
        return replace(self, s_per_letter=max(self.s_per_letter or 0.0, took_s / max(1, letters)))

    def failed(self, now: datetime, failure: SpeechFailed) -> "Pulse":
        """It gave no sound."""
        if failure.reason.of_the_text:
            return self
        failures = self.failures + 1
        rest_s = _rest_s(failures, failure)
        if failure.reason is Reason.RESTING:
            return replace(self, rest_until=_later(self.rest_until, now, rest_s))
        return replace(
            self,
            failures=failures,
            failing_since=self.failing_since or now,
            rest_until=_later(self.rest_until, now, rest_s),
            last_reason=failure.reason,
            last_detail=failure.detail,
        )


def _rest_s(failures: int, failure: SpeechFailed) -> float:
    wish = min(failure.again_s or 0.0, LONGEST_WISH_S)
    if failure.reason is Reason.RESTING:
        return wish or FIRST_REST_S
    if not failure.retryable and failure.reason not in _PERHAPS_THE_TEXT:
        return max(LONGEST_REST_S, wish)
    steps = failures - 2 if failure.reason in _PERHAPS_THE_TEXT else failures - 1
    own = 0.0 if steps < 0 else min(FIRST_REST_S * 2.0 ** min(steps, 10), LONGEST_REST_S)
    return max(own, wish)


def _later(rest_until: datetime | None, now: datetime, rest_s: float) -> datetime | None:
    if rest_s <= 0:
        return rest_until
    until = now + timedelta(seconds=rest_s)
    return until if rest_until is None else max(until, rest_until)
