"""Forgetting: once an hour, and only by a trusted clock, what no message inside its window can name again."""

from collections.abc import Iterable
from datetime import datetime
from operator import itemgetter

from edge.core import supply
from edge.core.decision import Decision
from edge.core.memory import RETENTION, Shelf
from edge.core.needs import needs
from edge.core.plan import planned
from edge.core.playback import WITH_PLAYER

TIDY_S = 3600.0
LEAST = 1000
"""Records of a kind that are kept however long past they are: three months of ten broadcasts a day."""


def tidy(decision: Decision) -> None:
    """Forget what is past, and say which clips must stay.

    Of the other clips nothing is known from here on; one that is needed again is simply asked for again.
    """
    wanted = frozenset(needs(decision.state))
    clips = decision.state.clips & wanted
    checked = {clip: at for clip, at in decision.state.checked.items() if clip in clips}
    decision.change(tidy_at=decision.now.mono + TIDY_S, clips=clips, checked=checked)
    supply.keep(decision, wanted, again=True)
    if decision.now.trusted:
        _forget_past(decision)


def _forget_past(decision: Decision) -> None:
    """What was ordered is forgotten by the clock alone; that it was dealt with, only when much else is remembered too.

    A stolen schedule key may tell any time for an hour: what has been played must not sound again after it.
    """
    state, now = decision.state, decision.now
    past = now.wall if now.rival is None else min(now.wall, now.rival)
    ordered = {id_ for id_, broadcast in state.ordered.items() if broadcast.not_after + RETENTION < past}
    decision.forget(Shelf.ORDERED, set(ordered))
    decision.forget(Shelf.ORDERS, _oldest(((id_, seen.keep_until) for id_, seen in state.orders.items()), past))
    stones = ((id_, stone.keep_until) for id_, stone in state.cancelled.items())
    decision.forget(Shelf.CANCELLED, _oldest(stones, past))
    plan = planned(decision.state)
    lives = (
        (id_, progress.keep_until)
        for id_, progress in state.progress.items()
        if id_ not in plan and progress.phase not in WITH_PLAYER and progress.keep_until is not None
    )
    decision.forget(Shelf.PROGRESS, _oldest(lives, past))


def _oldest(records: Iterable[tuple[str, datetime]], past: datetime) -> set[str]:
    """Return the names of records whose time is over, the oldest first, as far as `LEAST` others remain."""
    oldest = sorted(records, key=itemgetter(1))
    return {name for name, keep_until in oldest[: max(0, len(oldest) - LEAST)] if keep_until < past}
