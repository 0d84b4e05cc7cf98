"""A unit deciding, with its durable memory: what must be on the disk is there before anything else is done.

Only silence waits for nothing. A decision that cannot be written down is thrown away and made again, by a state that
knows that the disk fails: then nothing begins that a later process could begin once more, what is durable piles up in
order, and is written when the disk works again. The runtime and every simulation of a unit go by this one rule.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol

from edge.core.effects import Durable, Effect, Remember, StopSound
from edge.core.events import Booted, Event, LinkUp, MemoryFailed, MemoryWorks, MessageArrived
from edge.core.instant import Instant
from edge.core.memory import Memory, Shelf
from edge.core.setting import Setting
from edge.core.state import State
from edge.core.step import step
from protocol.names import DiskHealth, Kind

RETRY_S = 5.0
"""How often a disk that failed is tried again, in seconds."""


class MemoryTrouble(Exception):
    """Nothing of this could be written down. `disk` says what is wrong."""

    def __init__(self, disk: DiskHealth, detail: str = "") -> None:
        super().__init__(f"{disk}: {detail}")
        self.disk = disk


class MemoryReturned(Exception):
    """What was to be written is on the disk, which could not be read before: it holds more than this process knows."""


class DurableMemory(Protocol):
    """The disk: bytes in, bytes out."""

    def load(self) -> Memory:
        """All that it holds; `disk` says when it could not be opened."""

    def commit(self, effects: Iterable[Durable]) -> None:
        """Write all of this or nothing; when this returns it outlives a power cut.

        Raises:
            MemoryTrouble: nothing was written, now.
            MemoryReturned: written, to a disk that could not be opened when this process began.
        """


@dataclass
class Backlog:
    """What waits to be written: the last word of each record, and every receipt."""

    records: dict[tuple[Shelf, str], Remember] = field(default_factory=dict)
    others: list[Durable] = field(default_factory=list)

    def add(self, effects: Iterable[Durable]) -> None:
        """Put these behind what waits already."""
        for effect in effects:
            if isinstance(effect, Remember):
                self.records[(effect.shelf, effect.key)] = effect
            else:
                self.others.append(effect)

    @property
    def effects(self) -> list[Durable]:
        """All of it, in an order in which it can be written."""
        return [*self.records.values(), *self.others]


class Deciding:
    """Holds the state of one unit and moves it on. `silence` is called at once for each sound that must end.

    What `begin`, `take` and `retry` return is to be carried out then, in order.
    """

    def __init__(self, setting: Setting, memory: DurableMemory, silence: Callable[[int], None]) -> None:
        self.state = State(setting=setting)
        self._memory, self._silence = memory, silence
        self._backlog = Backlog()
        self._absent = False

    def begin(self, now: Instant) -> list[Effect]:
        """Make the first decision, by what the disk remembers."""
        held = self._memory.load()
        self._absent = held.disk is not DiskHealth.OK
        return self.take(Booted(held), now)

    def take(self, event: Event, now: Instant) -> list[Effect]:
        """Decide what an event means, and write down what must be known of it."""
        state, effects = self._step(self.state, event, now)
        if state.disk is DiskHealth.OK:
            try:
                self._write(effects)
            except MemoryTrouble as trouble:
                return self._take_again(event, now, trouble.disk)
        else:
            self._backlog.add(durable(effects))
        self.state = state
        return effects

    def retry_at(self, tried: float) -> float | None:
        """The mono second at which to call `retry`, last called at `tried`; None while the disk works."""
        return None if self.state.disk is DiskHealth.OK else tried + RETRY_S

    def retry(self, now: Instant) -> list[Effect]:
        """Try to write what waits; without success the unit knows what is wrong now."""
        if self._absent and self.state.active is not None:
            return []
        try:
            self._memory.commit(self._backlog.effects)
        except MemoryTrouble as trouble:
            return self.take(MemoryFailed(trouble.disk), now) if trouble.disk is not self.state.disk else []
        except MemoryReturned:
            return self._begin_anew(now)
        self._backlog = Backlog()
        return self._recover(now)

    def _take_again(self, event: Event, now: Instant, disk: DiskHealth) -> list[Effect]:
        """Decide anew what could not be written down, knowing that."""
        if isinstance(event, Booted):
            return self.take(Booted(replace(event.memory, disk=disk)), now)
        failed = self.take(MemoryFailed(disk), now)
        return [*failed, *self.take(event, now)]

    def _recover(self, now: Instant) -> list[Effect]:
        state, effects = self._step(self.state, MemoryWorks(), now)
        try:
            self._write(effects)
        except MemoryTrouble:
            return []
        self.state = state
        return effects

    def _begin_anew(self, now: Instant) -> list[Effect]:
        """Begin again in this process, with all that the disk turned out to hold."""
        before = self.state
        self._backlog = Backlog()
        self.state = State(setting=before.setting, serial=before.serial, counter=before.counter, relay=before.relay)
        effects = self.begin(now)
        held = self.state.delegation
        if before.delegation is not None and (held is None or held.serial < before.delegation.serial):
            effects += self.take(MessageArrived(Kind.DELEGATION, before.delegation_bytes), now)
        return [*effects, *self.take(LinkUp(), now)] if before.link else effects

    def _step(self, state: State, event: Event, now: Instant) -> tuple[State, list[Effect]]:
        after, effects = step(state, event, now)
        for effect in effects:
            if isinstance(effect, StopSound) and effect.at_once:
                self._silence(effect.serial)
        return after, list(effects)

    def _write(self, effects: Iterable[Effect]) -> None:
        written = durable(effects)
        if written:
            self._memory.commit(written)


def durable(effects: Iterable[Effect]) -> list[Durable]:
    """Those of the effects that must be on the disk."""
    return [effect for effect in effects if isinstance(effect, Durable)]
