"""What happened, in plain words, so that a broken promise can be told as a short story.

Lines are kept as a pattern and its values, and put together only when a story is told: most runs never tell one.
"""

from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

BEGIN = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
"""The true instant 0.0 of every simulation: midnight in Viet Nam, a Monday begins."""
OFFSET_MIN = 420
KEPT = 400
LINES = 30


def true_time(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def seconds_of(instant: datetime) -> float:
    return (instant - BEGIN).total_seconds()


def told_time(seconds: float) -> str:
    """Day and local time, as people of the commune would say it."""
    local = true_time(seconds) + timedelta(minutes=OFFSET_MIN)
    day = int(seconds // 86400) + 1
    return f"day {day} {local:%H:%M:%S}.{local.microsecond // 1000:03d}"


class Violation(Exception):
    """A promise did not hold. `promise` is its name, `unit` where, `said` what was seen."""

    def __init__(self, promise: str, unit: str | None, said: str, story: str = "") -> None:
        super().__init__(f"{promise} at {unit or 'the desk'}: {said}")
        self.promise, self.unit, self.said, self.story = promise, unit, said, story

    def __str__(self) -> str:
        return f"{self.args[0]}\n{self.story}" if self.story else str(self.args[0])


@dataclass(frozen=True, slots=True)
class Line:
    at: float
    pattern: str
    values: tuple[object, ...]

    def told(self, who: str) -> str:
        return f"  {told_time(self.at)}  {who:<8} {self.pattern.format(*self.values)}"


class Chronicle:
    """The last happenings of every unit, of the desk and of the world at large."""

    def __init__(self) -> None:
        self._lines: dict[str, deque[Line]] = {}

    def tell(self, at: float, who: str, pattern: str, *values: object) -> None:
        lines = self._lines.get(who)
        if lines is None:
            lines = self._lines[who] = deque(maxlen=KEPT)
        lines.append(Line(at, pattern, values))

    def story(self, *whose: str, count: int = LINES, mentions: str = "") -> str:
        """The last lines that concern these, in the order of time; those that mention a word come from further back."""
        kept = [(line.at, line, who) for who in whose for line in self._lines.get(who, ())]
        told = [line.told(who) for _, line, who in sorted(kept, key=lambda each: each[0])]
        if mentions:
            last = told[-count // 2 :]
            earlier = [line for line in told[: -count // 2] if mentions in line][-count // 2 :]
            return "\n".join([*earlier, *last])
        return "\n".join(told[-count:])
