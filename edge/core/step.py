"""One step of a unit: what happened becomes what is now true and what is to be done. The whole core hangs from here."""

from edge.core import boot, clock, inbox, lives, orders, receipts, report, sounding, supply, turns
from edge.core import tidy as housekeeping
from edge.core.decision import Decision
from edge.core.effects import Effect, WakeAt
from edge.core.events import (
    Booted,
    ClipAbsent,
    ClipFailed,
    ClipProgress,
    ClipsRemoved,
    ClipStored,
    ClockChanged,
    Event,
    Leaving,
    LinkDown,
    LinkUp,
    MemoryFailed,
    MemoryWorks,
    MessageArrived,
    RelayChanged,
    SoundChecked,
    Woke,
)
from edge.core.instant import Instant
from edge.core.state import State
from protocol.names import DiskHealth, Reason


def step(state: State, event: Event, reading: Instant) -> tuple[State, tuple[Effect, ...]]:
    """Return the state after an event, and its effects in the order in which they are to be carried out.

    `reading` is what the machine's clocks say; the decision goes by the clock that is believed.
    """
    decision = Decision(state, reading)
    if not isinstance(event, Booted):
        clock.look(decision)
    _take(decision, event)
    clock.watch(decision)
    orders.judge_unproven(decision)
    turns.take_turns(decision)
    supply.fetch_needed(decision)
    if reading.mono >= decision.state.tidy_at:
        housekeeping.tidy(decision)
    receipts.send(decision)
    clock.ask(decision)
    report.publish(decision)
    _wake(decision)
    return decision.state, tuple(decision.effects)


def _take(decision: Decision, event: Event) -> None:
    match event:
        case Booted(memory):
            boot.on_booted(decision, memory)
        case MessageArrived():
            inbox.on_message(decision, event)
        case ClipStored() | ClipFailed() | ClipAbsent() | ClipProgress() | ClipsRemoved():
            supply.on_clip(decision, event)
        case LinkUp() | LinkDown():
            _link(decision, up=isinstance(event, LinkUp))
        case Leaving():
            _leave(decision)
        case RelayChanged() | SoundChecked() | MemoryFailed() | MemoryWorks():
            _take_health(decision, event)
        case Woke() | ClockChanged():
            pass
        case _:
            sounding.on_sound(decision, event)


def _take_health(decision: Decision, event: RelayChanged | SoundChecked | MemoryFailed | MemoryWorks) -> None:
    match event:
        case RelayChanged(on):
            decision.change(relay=on)
        case SoundChecked(ok):
            decision.change(sound_ok=ok)
        case MemoryFailed(disk):
            _lose_memory(decision, disk)
        case MemoryWorks():
            decision.change(disk=DiskHealth.OK)
            decision.log("memory-works")


def _link(decision: Decision, *, up: bool) -> None:
    receipts.on_link(decision, up=up)
    if up:
        clock.on_link(decision)


def _lose_memory(decision: Decision, disk: DiskHealth) -> None:
    if decision.state.disk is DiskHealth.OK:
        decision.change(durable_through=decision.state.last_number)
    decision.change(disk=disk)
    decision.log("memory-failed", warning=True, disk=disk)


def _leave(decision: Decision) -> None:
    decision.change(leaving=True)
    if decision.state.active is not None:
        lives.halt(decision, decision.state.active, Reason.RESTARTED)


def _wake(decision: Decision) -> None:
    state = decision.state
    publish_at = state.publish_at if state.link else None
    waits = [turns.next_turn(decision), state.outstanding.look_at, clock.next_question(decision)]
    times = [*waits, state.resend_at, publish_at, state.tidy_at]
    decision.do(WakeAt(min(time for time in times if time is not None)))
