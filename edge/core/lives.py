"""What befalls a broadcast, written down: its phase by the table of `edge.core.playback`, and the receipt due."""

from msgspec.structs import replace

from edge.core import playback
from edge.core.decision import Decision
from edge.core.effects import StopSound
from edge.core.memory import ABSENT, RETENTION, Progress
from edge.core.plan import progress_of
from edge.core.playback import Happening, Phase
from edge.core.state import Active
from protocol.messages import PlannedBroadcast
from protocol.names import BroadcastId, Reason, Stage


def known(decision: Decision, broadcast: PlannedBroadcast) -> Progress:
    """How far a broadcast came, with what a later process must know of it even if no plan names it any more."""
    return replace(
        progress_of(decision.state, broadcast.id),
        items=len(broadcast.items),
        of_ms=broadcast.duration_ms,
        keep_until=broadcast.not_after + RETENTION,
    )


def befall(decision: Decision, id_: BroadcastId, progress: Progress, happening: Happening) -> Progress:
    """Move a broadcast on by the table and remember it; what the table ignores changes no phase."""
    phase = playback.advance(progress.phase, happening)
    moved = progress if phase is None else replace(progress, phase=phase)
    decision.keep_progress(id_, moved)
    return moved


def end(decision: Decision, id_: BroadcastId, progress: Progress, stage: Stage, reason: Reason | None = None) -> None:
    """Give the last receipt of a broadcast, with how much of it was heard when any of it was."""
    heard = progress.begun or stage in {Stage.FINISHED, Stage.INTERRUPTED}
    decision.receipt(
        stage,
        broadcast=id_,
        reason=reason,
        played_ms=progress.played_ms if heard else None,
        of_ms=progress.of_ms if heard else None,
    )


def lapse(decision: Decision, id_: BroadcastId, progress: Progress, reason: Reason) -> None:
    """A broadcast that waits will never sound (again): skipped, or left interrupted when some of it was heard.

    A process that could not read its disk does not know what an earlier one did with it, and claims nothing: it is
    judged anew when the disk can be read.
    """
    if decision.state.journal == ABSENT:
        passed = replace(progress, phase=playback.advance(progress.phase, Happening.LAPSE) or progress.phase)
        decision.change(progress={**decision.state.progress, id_: passed})
        return
    befall(decision, id_, progress, Happening.LAPSE)
    end(decision, id_, progress, Stage.INTERRUPTED if progress.begun else Stage.SKIPPED, reason)


def halt(decision: Decision, active: Active, reason: Reason) -> None:
    """Silence the broadcast that the player has, for good. The first reason stands."""
    _tell_to_stop(decision, active, Happening.HALT, reason)


def preempt(decision: Decision, active: Active) -> None:
    """Silence the broadcast that the player has, for a higher class; it may begin again."""
    _tell_to_stop(decision, active, Happening.PREEMPT, Reason.PREEMPTED)


def _tell_to_stop(decision: Decision, active: Active, happening: Happening, reason: Reason) -> None:
    progress = progress_of(decision.state, active.broadcast.id)
    if playback.advance(progress.phase, happening) is None:
        return
    befall(decision, active.broadcast.id, replace(progress, reason=reason), happening)
    if progress.phase is not Phase.YIELDING:
        decision.do(StopSound(active.serial, at_once=happening is Happening.HALT))
