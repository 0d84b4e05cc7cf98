"""What the player says of the sound that it was given, turned into progress and receipts.

Words about another sound than the one in hand (an older serial) are ignored on purpose: that sound has ended.
"""

from dataclasses import replace as renew
from datetime import timedelta

from msgspec.structs import replace

from edge.core import lives
from edge.core.decision import Decision
from edge.core.effects import DiscardClip
from edge.core.events import SoundEvent, SoundFailed, SoundFinished, SoundProgress, SoundStarted, SoundStopped
from edge.core.memory import Ordered, Progress
from edge.core.plan import position_ms, progress_of
from edge.core.playback import Happening, Phase
from edge.core.state import Active
from protocol.names import Reason, Stage

_MICROSECOND = timedelta(microseconds=1)


def on_sound(decision: Decision, event: SoundEvent) -> None:
    """Take the player's word about the sound that it has in hand."""
    active = decision.state.active
    if active is None or active.serial != event.serial:
        decision.log("sound-event-of-the-past", serial=event.serial, event=type(event).__name__)
        return
    match event:
        case SoundStarted():
            _started(decision, active, event)
        case SoundProgress():
            progress = _reached(decision, active, event.played_ms, event.items_done)
            decision.keep_progress(active.broadcast.id, progress)
        case SoundFinished():
            progress = _reached(decision, active, event.played_ms, len(active.broadcast.items) - active.first_item)
            _ended(decision, active, progress)
        case SoundStopped():
            _stopped(decision, active, _reached(decision, active, event.played_ms, event.items_done))
        case SoundFailed():
            _failed(decision, active, event)


def _started(decision: Decision, active: Active, event: SoundStarted) -> None:
    if active.heard:
        return
    length_s = active.ends_at - active.starts_at
    heard = renew(active, heard=True, starts_at=event.at, ends_at=event.at + length_s)
    decision.change(active=heard, sound_ok=True)
    id_ = active.broadcast.id
    before = progress_of(decision.state, id_)
    lives.befall(decision, id_, replace(before, begun=True), Happening.BEGIN)
    at = decision.now.wall_of(event.at)
    if before.begun:
        decision.receipt(Stage.RESUMED, broadcast=id_, played_ms=before.played_ms, of_ms=before.of_ms, at=at)
    else:
        error = (at - active.broadcast.start) // _MICROSECOND if decision.now.trusted else None
        decision.receipt(Stage.STARTED, broadcast=id_, of_ms=before.of_ms, error_us=error, at=at)


def _reached(decision: Decision, active: Active, played_ms: int, items_done: int) -> Progress:
    progress = progress_of(decision.state, active.broadcast.id)
    position = position_ms(active.broadcast, active.first_item) + played_ms if active.heard else progress.played_ms
    return replace(progress, played_ms=position, item=max(progress.item, active.first_item + items_done))


def _ended(decision: Decision, active: Active, progress: Progress) -> None:
    decision.change(active=None)
    lives.befall(decision, active.broadcast.id, progress, Happening.END)
    lives.end(decision, active.broadcast.id, progress, Stage.FINISHED)


def _stopped(decision: Decision, active: Active, progress: Progress) -> None:
    if progress.item >= len(active.broadcast.items):
        _ended(decision, active, progress)
        return
    decision.change(active=None)
    reason = progress.reason
    moved = lives.befall(decision, active.broadcast.id, replace(progress, reason=None), Happening.SILENCE)
    if moved.phase is Phase.CUT:
        decision.keep_ordered(Ordered(active.broadcast, active.key))
    if progress.begun:
        lives.end(decision, active.broadcast.id, moved, Stage.INTERRUPTED, reason)
    elif moved.phase is Phase.OVER:
        lives.end(decision, active.broadcast.id, moved, Stage.SKIPPED, reason)


def _failed(decision: Decision, active: Active, event: SoundFailed) -> None:
    progress = _reached(decision, active, event.played_ms, event.items_done)
    decision.change(active=None)
    if event.clip is not None:
        decision.change(clips=decision.state.clips - {event.clip})
        decision.do(DiscardClip(event.clip))
    if event.reason in {Reason.SOUND_FAILED, Reason.RELAY_FAILED}:
        decision.change(sound_ok=False)
    lives.befall(decision, active.broadcast.id, progress, Happening.BREAK)
    lives.end(decision, active.broadcast.id, progress, _stage(event.reason, progress), event.reason)


def _stage(reason: Reason, progress: Progress) -> Stage:
    """Too late to begin is no failure of this unit; everything else that a player breaks off for is."""
    if reason is not Reason.LATE:
        return Stage.FAILED
    return Stage.INTERRUPTED if progress.begun else Stage.SKIPPED
