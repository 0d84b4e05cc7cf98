"""Whose turn it is: what lapses, what is told to stop, and what begins. Asked after every event.

The order of turns is `schedules.arbitration`, asked about the instant at which a first sample could leave. What it is
not told of cannot sound: anything while the clock is not trusted, a broadcast whose clips are not all here, or one that
the caps do not allow to sound then; and while nothing can be written down, everything but a fresh emergency.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from edge.core import caps, clock, lives, supply
from edge.core.decision import Decision
from edge.core.effects import StartSound
from edge.core.instant import Instant
from edge.core.memory import ABSENT
from edge.core.plan import Sitting, cancellations, in_turn, missing, planned, progress_of, signer, sittings
from edge.core.playback import Happening
from edge.core.state import Active, State
from protocol.messages import PlannedBroadcast
from protocol.names import BroadcastId, DiskHealth, Reason, Stage
from schedules.arbitration import Candidate, Sounding, arbitrate
from schedules.vocabulary import BroadcastClass, Status

NOTICED = timedelta(seconds=60)
"""A broadcast found past its deadline by more than this was not waiting here: it is late, whatever else it lacks."""
MARGIN_S = 60.0
"""Seconds that the relay may stay on beyond what the plan needs."""
FRESH = timedelta(seconds=5)
"""Without a disk only what was ordered so long after this process began may sound: an earlier process knew it not."""


def take_turns(decision: Decision) -> None:
    """End what must end, receipt what is stored, and let the right broadcast sound."""
    _clear_cancelled(decision)
    _clear_late(decision)
    _receipt_stored(decision)
    _clear_barred(decision)
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
    """What is written off can never be heard: that is not decided on the word of a clock that may be about to lose."""
    if not decision.now.trusted or clock.first_word_until(decision) is not None:
        return
    for sitting in list(in_turn(decision.state)):
        if decision.now.wall > sitting.candidate.deadline:
            progress = lives.known(decision, sitting.broadcast)
            lives.lapse(decision, sitting.broadcast.id, progress, _why_late(decision, sitting))


def _why_late(decision: Decision, sitting: Sitting) -> Reason:
    state, now, deadline = decision.state, decision.now, sitting.candidate.deadline
    if now.wall - deadline > NOTICED:
        slept = state.untrusted_from is not None and deadline >= state.untrusted_from
        return Reason.CLOCK_UNTRUSTED if slept else Reason.LATE
    if state.disk is not DiskHealth.OK and not _is_fresh_emergency(state, sitting.broadcast, now):
        return Reason.MEMORY_FAILED
    quiet = caps.never_fits(caps.hours_by_both(state, now), sitting, sitting.candidate.start)
    return _why_lacking(state, sitting) or (Reason.QUIET_HOURS if quiet else Reason.LATE)


def _why_lacking(state: State, sitting: Sitting) -> Reason | None:
    """Why a clip that it needs is not here; None when all are."""
    lacking = missing(state, sitting)
    return supply.why_lacking(state, lacking) if lacking else None


def _clear_barred(decision: Decision) -> None:
    """Skip what the caps can allow no more, and silence what they allow no longer.

    Whether a broadcast may sound one day is judged by the clock believed: that another contradicts it may pass.
    """
    state, now = decision.state, decision.now
    active = state.active
    if active is not None and not caps.may_go_on(caps.hours_by_both(state, now), active, now):
        lives.halt(decision, active, Reason.QUIET_HOURS)
    if now.trusted:
        allowed, soon = caps.hours(state), _soon(state, now)
        for sitting in list(in_turn(decision.state)):
            if state.judge_all or sitting.broadcast.start <= soon:
                _bar(decision, sitting, allowed, soon)
        decision.change(judge_all=False)


def _bar(decision: Decision, sitting: Sitting, allowed: caps.Hours, soon: datetime) -> None:
    start = sitting.candidate.start
    if caps.is_too_long(decision.state, sitting.broadcast):
        reason = Reason.TOO_LONG
    elif not caps.never_fits(allowed, sitting, max(start, soon)):
        return
    elif caps.never_fits(allowed, sitting, start):
        reason = Reason.QUIET_HOURS
    else:
        reason = _why_lacking(decision.state, sitting) or Reason.QUIET_HOURS
    lives.lapse(decision, sitting.broadcast.id, lives.known(decision, sitting.broadcast), reason)


def _receipt_stored(decision: Decision) -> None:
    if decision.state.journal == ABSENT:
        return
    for sitting in list(sittings(decision.state)):
        if not decision.has_room(Stage.STORED):
            return
        if not sitting.progress.stored and not missing(decision.state, sitting):
            progress = lives.known(decision, sitting.broadcast)
            decision.keep_progress(sitting.broadcast.id, replace(progress, stored=True))
            decision.receipt(Stage.STORED, broadcast=sitting.broadcast.id)


def _begin_next(decision: Decision) -> None:
    state, now = decision.state, decision.now
    active = state.active
    soon = _soon(state, now)
    choice = arbitrate(_sounding(active, state), list(_candidates(state, now, soon)), soon)
    if choice.play is None:
        return
    if active is not None:
        lives.preempt(decision, active)
    else:
        _call(decision, planned(state)[BroadcastId(choice.play.id)])


def _soon(state: State, now: Instant) -> datetime:
    """When the first sample could leave of what is decided upon now."""
    return now.wall + timedelta(seconds=state.setting.ahead_s)


def _sounding(active: Active | None, state: State) -> Sounding | None:
    if active is None:
        return None
    return Sounding(Sitting(active.broadcast, progress_of(state, active.broadcast.id)).candidate, active.first_item)


def _candidates(state: State, now: Instant, soon: datetime) -> Iterator[Candidate]:
    """Those in turn that could sound at `soon`. What is not due then is nobody's rival yet."""
    if not now.trusted:
        return
    allowed = caps.hours_by_both(state, now)
    for sitting in in_turn(state):
        due = sitting.broadcast.start <= soon and not missing(state, sitting)
        if due and _can_be_kept(state, sitting, now) and _begin(state, sitting, now, allowed) is not None:
            yield sitting.candidate


def _begin(state: State, sitting: Sitting, now: Instant, allowed: caps.Hours) -> datetime | None:
    """When the first sample may leave, of what is due; None when that is not soon."""
    first = max(sitting.broadcast.start, now.wall + timedelta(seconds=state.setting.settle_s))
    return caps.opening(allowed, sitting, first, _soon(state, now))


def _can_be_kept(state: State, sitting: Sitting, now: Instant) -> bool:
    """At most once: what begins is on the disk before. Without a disk, only what no other process can have played."""
    return state.disk is DiskHealth.OK or _is_fresh_emergency(state, sitting.broadcast, now)


def _is_fresh_emergency(state: State, broadcast: PlannedBroadcast, now: Instant) -> bool:
    ordered = state.ordered.get(broadcast.id)
    actual = broadcast.class_ is BroadcastClass.EMERGENCY and broadcast.status is Status.ACTUAL
    if not actual or ordered is None or ordered.issued_at is None:
        return False
    return ordered.issued_at > now.wall_of(state.booted_at) + FRESH


def _call(decision: Decision, broadcast: PlannedBroadcast) -> None:
    state, now, setting = decision.state, decision.now, decision.state.setting
    progress = lives.known(decision, broadcast)
    sitting = Sitting(broadcast, progress)
    allowed = caps.hours_by_both(state, now)
    begin = _begin(state, sitting, now, allowed) or now.wall
    at = now.mono_of(begin)
    left_s = caps.left(sitting).total_seconds()
    serial = state.serial + 1
    active = Active(serial, broadcast, signer(state, broadcast.id), progress.item, at, at + left_s)
    decision.change(serial=serial, active=active)
    lives.befall(decision, broadcast.id, progress, Happening.CALL)
    decision.do(
        StartSound(
            serial=serial,
            broadcast=broadcast.id,
            items=broadcast.items[progress.item :],
            at=at,
            latest=now.mono_of(_latest(sitting, begin, allowed)),
            volume=state.volume,
            limit_s=min(setting.max_on_s, setting.settle_s + left_s + setting.tail_s + MARGIN_S),
        )
    )


def _latest(sitting: Sitting, begin: datetime, allowed: caps.Hours) -> datetime:
    """The last instant at which the player may begin, should it be held up: the deadline, and inside the hours."""
    deadline = sitting.candidate.deadline
    closes = allowed.close(begin)
    if closes is None or not caps.is_bound(sitting.broadcast):
        return deadline
    return min(deadline, closes - caps.left(sitting) + caps.LAST_WORDS)


def next_turn(decision: Decision) -> float | None:
    """The mono second at which to look at the plan again, None when only an event can change whose turn it is."""
    state, now = decision.state, decision.now
    times = [*_close(state, now)]
    if (until := clock.first_word_until(decision)) is not None:
        times.append(until)
    if now.trusted:
        times += [time for sitting in in_turn(state) for time in _times(state, sitting, now)]
    return min((time for time in times if time > now.mono), default=None)


def _close(state: State, now: Instant) -> Iterator[float]:
    """When the hours end in which something sounds."""
    if state.active is not None and caps.is_bound(state.active.broadcast):
        closes = caps.hours_by_both(state, now).close(now.wall)
        if closes is not None:
            yield now.mono_of(closes)


def _times(state: State, sitting: Sitting, now: Instant) -> Iterator[float]:
    """When it comes due, when the hours open for it, and just after it is too late for it, or fits no longer."""
    wanting = sitting.candidate
    yield now.mono_of(wanting.start) - state.setting.ahead_s
    yield now.mono_of(wanting.deadline) + 0.001
    soon = _soon(state, now)
    if wanting.start <= soon <= wanting.deadline and caps.is_bound(sitting.broadcast):
        allowed, left = caps.hours_by_both(state, now), caps.left(sitting)
        opens, closes = allowed.opening(soon, wanting.deadline, left), allowed.close(soon)
        if opens is not None and opens > soon:
            yield now.mono_of(opens) - state.setting.ahead_s
        if closes is not None:
            yield now.mono_of(closes - left) - state.setting.ahead_s + 0.001
