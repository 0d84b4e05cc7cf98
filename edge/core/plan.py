"""What this unit is to play, from its programme and its orders, less what is over. Questions only; nothing changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from edge.core.memory import Progress
from edge.core.playback import Phase
from edge.core.state import State
from protocol.messages import Item, PlannedBroadcast
from protocol.names import BroadcastId, ClipHash, KeyId
from schedules.arbitration import Candidate
from schedules.vocabulary import BroadcastClass

_FRESH = Progress()
_ENDED = frozenset({Phase.OVER})
_IN_TURN = frozenset({Phase.WAITING, Phase.CUT})


@dataclass(frozen=True, slots=True)
class Sitting:
    """One broadcast of the plan, and how far it came."""

    broadcast: PlannedBroadcast
    progress: Progress

    @property
    def left(self) -> tuple[Item, ...]:
        """The items that were not wholly played."""
        return self.broadcast.items[self.progress.item :]

    @property
    def candidate(self) -> Candidate:
        """What the arbitration is told of it; its `deadline` is the last instant to begin, or to begin again."""
        broadcast = self.broadcast
        return Candidate(
            id=broadcast.id,
            class_=broadcast.class_,
            status=broadcast.status,
            start=broadcast.start,
            not_after=broadcast.not_after,
            length=timedelta(milliseconds=broadcast.duration_ms),
            begun=self.progress.begun,
            item=self.progress.item,
        )


def progress_of(state: State, broadcast: BroadcastId) -> Progress:
    """How far a broadcast came; of one never heard of: waiting."""
    return state.progress.get(broadcast, _FRESH)


def planned(state: State) -> dict[BroadcastId, PlannedBroadcast]:
    """Every broadcast that was asked for, over or not: those ordered, and those of the programme before its `until`.

    An id in both is the programme's, which is the desk's last word; but what was cut goes on as it began, because its
    progress counts the items of that content.
    """
    plan = {id_: ordered.broadcast for id_, ordered in state.ordered.items()}
    plan.update((broadcast.id, broadcast) for broadcast in _by_programme(state))
    return plan


def signer(state: State, id_: BroadcastId) -> KeyId:
    """Return the key that signed what `planned` has of this broadcast."""
    if state.programme_key is not None and any(broadcast.id == id_ for broadcast in _by_programme(state)):
        return state.programme_key
    return state.ordered[id_].key


def _by_programme(state: State) -> Iterator[PlannedBroadcast]:
    """Those of the plan that are as the programme has them."""
    if state.programme is not None:
        for broadcast in state.programme.broadcasts:
            held = broadcast.id in state.ordered and progress_of(state, broadcast.id).phase is Phase.CUT
            if broadcast.start < state.programme.until and not held:
                yield broadcast


def sittings(state: State) -> Iterator[Sitting]:
    """Every broadcast of the plan that may still sound."""
    for id_, broadcast in planned(state).items():
        progress = progress_of(state, id_)
        if progress.phase not in _ENDED:
            yield Sitting(broadcast, progress)


def in_turn(state: State) -> Iterator[Sitting]:
    """Every broadcast that waits to begin, or to begin again."""
    return (sitting for sitting in sittings(state) if sitting.progress.phase in _IN_TURN)


def cancellations(state: State) -> dict[BroadcastId, int]:
    """The broadcasts that must not sound, each with the highest rank of class that this silences.

    A programme's word silences routine and priority; an emergency only when the programme itself carries one, and was
    therefore signed with the emergency key. An order's word reaches as high as the class of the order.
    """
    ranks = {id_: tombstone.class_.rank for id_, tombstone in state.cancelled.items()}
    if state.programme is not None:
        classes = {broadcast.class_ for broadcast in state.programme.broadcasts}
        rank = max({BroadcastClass.PRIORITY, *classes}, key=lambda class_: class_.rank).rank
        for id_ in state.programme.cancelled:
            ranks[id_] = max(rank, ranks.get(id_, 0))
    return ranks


def missing(state: State, sitting: Sitting) -> frozenset[ClipHash]:
    """The clips that a sitting still needs and the disk has not."""
    return frozenset(item.clip for item in sitting.left) - state.clips


def left_ms(sitting: Sitting) -> int:
    """The planned length of what was not wholly played yet, in milliseconds."""
    return sitting.broadcast.duration_ms - position_ms(sitting.broadcast, sitting.progress.item)


def position_ms(broadcast: PlannedBroadcast, item: int) -> int:
    """The planned position of the beginning of an item in its broadcast, in milliseconds."""
    return sum(each.duration_ms + each.gap_ms for each in broadcast.items[:item])
