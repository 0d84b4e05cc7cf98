"""Which clips this unit needs, for what and by when: those of its plan, and those that it keeps pinned."""

from dataclasses import dataclass
from datetime import datetime

from edge.core.plan import sittings
from edge.core.state import State
from protocol.messages import Item, PinnedClip, PlannedBroadcast
from protocol.names import ClipHash
from schedules.vocabulary import BroadcastClass


@dataclass(frozen=True, slots=True)
class Need:
    """One clip and the soonest broadcast that needs it.

    `start` is when that broadcast begins, None when no plan but only the pinned bank needs the clip. `urgent`: a
    broadcast that needs it was ordered, or is of priority or emergency class; nothing may hold it back.
    """

    clip: ClipHash
    size: int
    start: datetime | None = None
    urgent: bool = False

    @property
    def turn(self) -> tuple[bool, float, ClipHash]:
        """The order in which clips are wanted: soonest needed first, the pinned ones last."""
        return self.start is None, 0.0 if self.start is None else self.start.timestamp(), self.clip


def needs(state: State) -> dict[ClipHash, Need]:
    """Every clip that the plan or the pinned bank needs."""
    wanted: dict[ClipHash, Need] = {}
    for sitting in sittings(state):
        urgent = _is_urgent(state, sitting.broadcast)
        for item in sitting.left:
            held = wanted.get(item.clip)
            if held is None or held.start is None or sitting.broadcast.start < held.start:
                wanted[item.clip] = _need(item, sitting.broadcast, urgent=urgent or (held is not None and held.urgent))
            elif urgent and not held.urgent:
                wanted[item.clip] = Need(held.clip, held.size, held.start, urgent=True)
    for pinned in _pinned(state):
        wanted.setdefault(pinned.clip, Need(pinned.clip, pinned.size))
    return wanted


def _is_urgent(state: State, broadcast: PlannedBroadcast) -> bool:
    return broadcast.id in state.ordered or broadcast.class_ is not BroadcastClass.ROUTINE


def _need(item: Item, broadcast: PlannedBroadcast, *, urgent: bool) -> Need:
    return Need(item.clip, item.size, broadcast.start, urgent)


def _pinned(state: State) -> tuple[PinnedClip, ...]:
    return () if state.programme is None else state.programme.pinned
