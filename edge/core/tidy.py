"""Forgetting: once an hour, and only by a trusted clock, what no message inside its window can name again."""

from edge.core import supply
from edge.core.decision import Decision
from edge.core.memory import RETENTION, Shelf
from edge.core.needs import needs
from edge.core.plan import planned
from edge.core.playback import WITH_PLAYER

TIDY_S = 3600.0


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
    state, wall = decision.state, decision.now.wall
    ordered = {id_ for id_, broadcast in state.ordered.items() if broadcast.not_after + RETENTION < wall}
    decision.forget(Shelf.ORDERED, set(ordered))
    decision.forget(Shelf.ORDERS, {id_ for id_, seen in state.orders.items() if seen.keep_until < wall})
    decision.forget(Shelf.CANCELLED, {id_ for id_, stone in state.cancelled.items() if stone.keep_until < wall})
    plan = planned(decision.state)
    past = {
        id_
        for id_, progress in state.progress.items()
        if id_ not in plan
        and progress.phase not in WITH_PLAYER
        and progress.keep_until is not None
        and progress.keep_until < wall
    }
    decision.forget(Shelf.PROGRESS, set(past))
