"""Receipts that a unit was told are stored, and that are not here: asked for again, and at last given up.

A database that was restored from an older copy has acknowledged more than it holds. Units keep the last thousand
acknowledged receipts; what they send again at most once in ten minutes is waited for twice. What does not come is
recorded as lost, so that nothing hangs and nothing is made up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ASK_EVERY = timedelta(minutes=11)
"""A little longer than the time in which a unit sends its archive at most once."""
GIVE_UP_AFTER = timedelta(minutes=2)
"""How long after the last time of asking the archive may still be on its way."""
MOST_ASKED = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """How often, and when last, a unit was asked for what is missing."""

    times: int
    last_at: datetime | None


NEVER = Asked(0, None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What to acknowledge: `through`, whether to ask again, what is given up, and what to remember."""

    through: int
    again: bool
    lost: tuple[tuple[int, int], ...]
    asked: Asked


def answer(through: int, acknowledged: int, stored: Iterable[int], asked: Asked, now: datetime) -> Answer:
    """Decide about a journal that is here without a gap up to `through`.

    The unit may have forgotten all up to `acknowledged`; `stored` are the numbers beyond `through` that are here.
    """
    if acknowledged <= through:
        return Answer(through, again=False, lost=(), asked=NEVER)
    if asked.last_at is None or (asked.times < MOST_ASKED and now - asked.last_at >= ASK_EVERY):
        return Answer(through, again=True, lost=(), asked=Asked(asked.times + 1, now))
    if asked.times >= MOST_ASKED and now - asked.last_at >= GIVE_UP_AFTER:
        return Answer(acknowledged, again=False, lost=missing(through, acknowledged, stored), asked=NEVER)
    return Answer(through, again=True, lost=(), asked=asked)


def missing(through: int, upto: int, stored: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return the spans (first, last) between `through` and `upto` (included) that are not in `stored`."""
    held: Sequence[int] = sorted({number for number in stored if through < number <= upto})
    spans = []
    begin = through + 1
    for number in (*held, upto + 1):
        if number > begin:
            spans.append((begin, number - 1))
        begin = number + 1
    return tuple(spans)
