"""The account of the bytes that clips cost this month: counted as they come, also those of tries that came to nothing.

It is kept durably, but a card wears: it is written when NOTE_BYTES more have come, or NOTE_S after the first byte that
is not yet written, or when the process is asked to leave. So a crash forgets NOTE_BYTES at most.
"""

from edge.core import memory
from edge.core.decision import Decision
from edge.core.downloads import local_month
from edge.core.effects import Remember
from edge.core.memory import Shelf, Spent
from edge.core.state import State

NOTE_BYTES = 1024 * 1024
NOTE_S = 300.0
KEY = "month"


def on_booted(decision: Decision, held: bytes | None) -> None:
    """Take up the account."""
    spent = Spent() if held is None else memory.decode(held, Spent)
    decision.change(spent=spent, spent_noted=spent, spent_noted_at=decision.now.mono)


def count(decision: Decision, fetched: int) -> None:
    """So many bytes came over the network."""
    if fetched:
        spent = decision.state.spent
        if spent == decision.state.spent_noted:
            decision.change(spent_noted_at=decision.now.mono)
        decision.change(spent=Spent(spent.month, spent.bytes + fetched))


def begin_month(decision: Decision, utc_offset_min: int) -> None:
    """By a trusted clock, a new month begins at nothing. What came before the first known month counts for it."""
    if not decision.now.trusted:
        return
    month, spent = local_month(decision.now.wall, utc_offset_min), decision.state.spent
    if month != spent.month:
        decision.change(spent=Spent(month, 0 if spent.month else spent.bytes))


def note(decision: Decision) -> None:
    """Write the account down when it is time."""
    state = decision.state
    at = note_at(state)
    if at is None:
        return
    much = state.spent.month != state.spent_noted.month or state.spent.bytes - state.spent_noted.bytes >= NOTE_BYTES
    if much or state.leaving or decision.now.mono >= at:
        decision.do(Remember(Shelf.SPENT, KEY, memory.encode(state.spent)))
        decision.change(spent_noted=state.spent)


def note_at(state: State) -> float | None:
    """The mono second by which the account must be written, None when it is or nothing was spent."""
    unwritten = state.spent.bytes > 0 and state.spent != state.spent_noted
    return state.spent_noted_at + NOTE_S if unwritten else None
