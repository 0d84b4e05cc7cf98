"""One step of a unit: what happened becomes what is now true and what is to be done. The whole core hangs from here."""

from edge.core import boot, inbox, lives, receipts, report, sounding, supply, turns
from edge.core import tidy as housekeeping
from edge.core.decision import Decision
from edge.core.effects import Effect, WakeAt
from edge.core.events import (
    Booted,
    ClipFailed,
    ClipStored,
    ClockChanged,
    Event,
    Leaving,
    LinkDown,
    LinkUp,
    MessageArrived,
    RelayChanged,
    SoundChecked,
    Woke,
)
from edge.core.instant import Instant
from edge.core.state import State
from protocol.names import Reason


def step(state: State, event: Event, now: Instant) -> tuple[State, tuple[Effect, ...]]:
    """Return the state after an event, and its effects in the order in which they are to be carried out."""
    decision = Decision(state, now)
    _watch_clock(decision)
    _take(decision, event)
    turns.take_turns(decision)
    supply.fetch_needed(decision)
    if now.mono >= decision.state.tidy_at:
        housekeeping.tidy(decision)
    receipts.send(decision)
    report.publish(decision)
    _wake(decision)
    return decision.state, tuple(decision.effects)


def _watch_clock(decision: Decision) -> None:
    since = decision.state.untrusted_since
    if not decision.now.trusted:
        if since is None:
            decision.change(untrusted_since=decision.now.mono, untrusted_from=None)
            decision.log("clock-not-trusted", warning=True, clock=decision.now.trust)
    elif since is not None:
        decision.change(untrusted_since=None, untrusted_from=decision.now.wall_of(since))
        decision.log("clock-trusted", after_s=round(decision.now.mono - since))


def _take(decision: Decision, event: Event) -> None:
    match event:
        case Booted(memory):
            boot.on_booted(decision, memory)
        case MessageArrived():
            inbox.on_message(decision, event)
        case ClipStored():
            supply.on_stored(decision, event)
        case ClipFailed():
            supply.on_failed(decision, event)
        case LinkUp() | LinkDown():
            receipts.on_link(decision, up=isinstance(event, LinkUp))
        case Leaving():
            _leave(decision)
        case RelayChanged(on):
            decision.change(relay=on)
        case SoundChecked(ok):
            decision.change(sound_ok=ok)
        case Woke() | ClockChanged():
            pass
        case _:
            sounding.on_sound(decision, event)


def _leave(decision: Decision) -> None:
    decision.change(leaving=True)
    if decision.state.active is not None:
        lives.halt(decision, decision.state.active, Reason.RESTARTED)


def _wake(decision: Decision) -> None:
    state = decision.state
    publish_at = state.publish_at if state.link else None
    times = [turns.next_turn(decision), supply.next_retry(decision), state.resend_at, publish_at, state.tidy_at]
    decision.do(WakeAt(min(time for time in times if time is not None)))
