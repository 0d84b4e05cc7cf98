"""The unit's own account of itself: sent at every change that matters to the desk, and as a heartbeat."""

from msgspec.structs import replace

from edge.core.decision import Decision
from edge.core.effects import PublishState
from edge.core.state import State
from edge.core.timekeeper import Belief
from protocol.messages import UnitState
from protocol.names import BroadcastId


def publish(decision: Decision) -> None:
    """Publish when there is a link and something changed, or the last report is a heartbeat old."""
    state, now = decision.state, decision.now
    if not state.link:
        decision.change(published=None)
        return
    report = _report(decision)
    if state.published is not None and _same(report, state.published) and now.mono < state.publish_at:
        return
    report = replace(report, counter=state.counter + 1)
    decision.change(counter=report.counter, published=report, publish_at=now.mono + state.setting.heartbeat_s)
    decision.do(PublishState(report))


def _report(decision: Decision) -> UnitState:
    state, now = decision.state, decision.now
    report = UnitState(
        commune=state.setting.commune,
        unit=state.setting.unit,
        journal=state.journal,
        boot=state.setting.boot,
        counter=0,
        at=now.wall,
        clock=now.trust,
        software=state.setting.software,
        simulated=state.setting.simulated,
        programme=None if state.programme is None else state.programme.version,
        volume=state.volume,
        relay=state.relay,
        sound_ok=state.sound_ok,
        playing=_playing(state),
        missing_clips=state.outstanding.clips,
        missing_bytes=state.outstanding.bytes,
        coming=state.outstanding.coming,
        month_bytes=state.spent.bytes,
        pending_receipts=len(state.receipts),
        refused=state.refused,
        last_refusal=state.last_refusal,
        delegation=None if state.delegation is None else state.delegation.serial,
        epoch=None if state.delegation is None else state.delegation.epoch,
        set_back=state.set_back,
        disk=state.disk,
    )
    return report if state.belief is None else _with_clock(report, state.belief)


def _with_clock(report: UnitState, belief: Belief) -> UnitState:
    return replace(
        report,
        clock_source=belief.source,
        clock_error_ms=None if belief.error_s is None else round(1000 * belief.error_s),
        clock_dispute_s=None if belief.dispute_s is None else round(belief.dispute_s, 3),
    )


def _playing(state: State) -> BroadcastId | None:
    """Said only of what is heard: a broadcast that was merely called is not playing."""
    return state.active.broadcast.id if state.active is not None and state.active.heard else None


def _same(one: UnitState, other: UnitState) -> bool:
    """Whether two reports differ only in what a heartbeat may bring: no flood of messages makes a flood of reports."""
    return _loud(one) == _loud(other)


def _loud(report: UnitState) -> tuple[object, ...]:
    return (
        report.clock,
        report.programme,
        report.volume,
        report.relay,
        report.sound_ok,
        report.playing,
        report.missing_clips,
        report.delegation,
        report.set_back,
        report.disk,
        report.clock_source,
        report.clock_dispute_s is None,
    )
