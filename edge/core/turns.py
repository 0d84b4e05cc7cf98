"""Whose turn it is: what lapses, what is told to stop, and what begins. Asked after every event.

The order of turns is `schedules.arbitration`, asked about the instant at which a first sample could leave. What it is
not told of cannot sound: a broadcast whose clips are not all here, and, while the clock is not trusted, everything but
an emergency that was ordered and proven fresh.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from edge.core import lives
from edge.core.decision import Decision
from edge.core.effects import StartSound
from edge.core.instant import Instant
from edge.core.plan import Sitting, cancellations, in_turn, missing, planned, position_ms, progress_of, sittings
from edge.core.playback import Happening
from edge.core.state import Active, State
from protocol.messages import PlannedBroadcast
from protocol.names import BroadcastId, Reason, Stage
from schedules.arbitration import Candidate, Sounding, arbitrate

NOTICED = timedelta(seconds=60)
"""A broadcast found past its deadline by more than this was not waiting here: it is late, whatever else it lacks."""
MARGIN_S = 60.0
"""Seconds that the relay may stay on beyond what the plan needs."""


def take_turns(decision: Decision) -> None:
    """End what must end, receipt what is stored, and let the right broadcast sound."""
    _clear_cancelled(decision)
    _clear_late(decision)
    _receipt_stored(decision)
    if not decision.state.leaving:
        _begin_next(decision)


def _clear_cancelled(decision: Decision) -> None:
    ranks = cancellations(decision.state)
    active = decision.state.active
    if active is not None and active.broadcast.class_.rank <= ranks.get(active.broadcast.id, -1):
        lives.halt(decision, active, Reason.CANCELLED)
    for sitting in list(in_turn(decision.state)):
        if sitting.broadcast.class_.rank <= ranks.get(sitting.broadcast.id, -1):
            lives.lapse(decision, sitting.broadcast.id, lives.known(decision, sitting.broadcast), Reason.CANCELLED)


def _clear_late(decision: Decision) -> None:
    for sitting in list(in_turn(decision.state)):
        if _is_late(decision.state, sitting, decision.now):
            progress = lives.known(decision, sitting.broadcast)
            lives.lapse(decision, sitting.broadcast.id, progress, _why_late(decision, sitting))


def _is_late(state: State, sitting: Sitting, now: Instant) -> bool:
    """An untrusted wall clock ends no broadcast's life; an emergency's own monotonic deadline does."""
    if now.trusted:
        return now.wall > sitting.candidate.deadline
    return sitting.broadcast.id in state.proven and now.mono > state.proven[sitting.broadcast.id]


def _why_late(decision: Decision, sitting: Sitting) -> Reason:
    state, now, deadline = decision.state, decision.now, sitting.candidate.deadline
    if now.trusted and now.wall - deadline > NOTICED:
        slept = state.untrusted_from is not None and deadline >= state.untrusted_from
        return Reason.CLOCK_UNTRUSTED if slept else Reason.LATE
    lacking = missing(state, sitting)
    if any(clip in state.fetches and state.fetches[clip].reason is Reason.DISK_FULL for clip in lacking):
        return Reason.DISK_FULL
    return Reason.CLIP_MISSING if lacking else Reason.LATE


def _receipt_stored(decision: Decision) -> None:
    for sitting in list(sittings(decision.state)):
        if not sitting.progress.stored and not missing(decision.state, sitting):
            progress = lives.known(decision, sitting.broadcast)
            decision.keep_progress(sitting.broadcast.id, replace(progress, stored=True))
            decision.receipt(Stage.STORED, broadcast=sitting.broadcast.id)


def _begin_next(decision: Decision) -> None:
    state, now = decision.state, decision.now
    active = state.active
    soon = now.wall + timedelta(seconds=state.setting.ahead_s)
    choice = arbitrate(_sounding(active, state), list(_candidates(state, now, soon)), soon)
    if choice.play is None:
        return
    if active is not None:
        lives.preempt(decision, active)
    else:
        _call(decision, planned(state)[BroadcastId(choice.play.id)])


def _sounding(active: Active | None, state: State) -> Sounding | None:
    if active is None:
        return None
    return Sounding(Sitting(active.broadcast, progress_of(state, active.broadcast.id)).candidate, active.first_item)


def _candidates(state: State, now: Instant, soon: datetime) -> Iterator[Candidate]:
    """Those in turn that could sound. One proven fresh is due at once, whatever the untrusted wall clock shows."""
    for sitting in in_turn(state):
        proven = not now.trusted and sitting.broadcast.id in state.proven
        if (now.trusted or proven) and not missing(state, sitting):
            wanting = sitting.candidate
            yield replace(wanting, start=soon, not_after=soon) if proven else wanting


def _call(decision: Decision, broadcast: PlannedBroadcast) -> None:
    state, now, setting = decision.state, decision.now, decision.state.setting
    progress = lives.known(decision, broadcast)
    planned_at = now.mono_of(broadcast.start) if now.trusted else now.mono
    deadline = Sitting(broadcast, progress).candidate.deadline
    latest = now.mono_of(deadline) if now.trusted else state.proven[broadcast.id]
    serial = state.serial + 1
    decision.change(serial=serial, active=Active(serial, broadcast, progress.item))
    lives.befall(decision, broadcast.id, progress, Happening.CALL)
    left_s = (broadcast.duration_ms - position_ms(broadcast, progress.item)) / 1000
    decision.do(
        StartSound(
            serial=serial,
            broadcast=broadcast.id,
            items=broadcast.items[progress.item :],
            at=max(planned_at, now.mono + setting.settle_s),
            latest=latest,
            volume=state.volume,
            limit_s=min(setting.max_on_s, setting.settle_s + left_s + setting.tail_s + MARGIN_S),
        )
    )


def next_turn(decision: Decision) -> float | None:
    """The mono second at which to look at the plan again, None when only an event can change whose turn it is."""
    state, now = decision.state, decision.now
    times = (time for sitting in in_turn(state) for time in _times(state, sitting, now))
    return min((time for time in times if time > now.mono), default=None)


def _times(state: State, sitting: Sitting, now: Instant) -> tuple[float, ...]:
    """When it comes due, and just after it is too late for it."""
    wanting = sitting.candidate
    if now.trusted:
        return now.mono_of(wanting.start) - state.setting.ahead_s, now.mono_of(wanting.deadline) + 0.001
    return (state.proven[BroadcastId(wanting.id)] + 0.001,) if wanting.id in state.proven else ()
