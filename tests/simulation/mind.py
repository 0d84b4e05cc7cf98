"""What decides in a simulated unit: the core's own rule of deciding and writing, which may die at a chosen point."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from edge.core.deciding import Deciding, durable
from edge.core.effects import Effect, Log, StopSound, WakeAt
from edge.core.events import Event
from edge.core.instant import Instant
from edge.core.setting import Setting
from edge.core.state import State
from edge.core.step import step
from tests.simulation.disk import Disk

Step = Callable[[State, Event, Instant], tuple[State, tuple[Effect, ...]]]


class Death(StrEnum):
    """Where in a decision the process dies."""

    BEFORE_COMMIT = "before the commit"
    AFTER_COMMIT = "after the commit"
    AMONG_THE_REST = "among the rest"


@dataclass(frozen=True, slots=True)
class Doom:
    """The next decision that has an effect of this kind kills the process at this point (None: any decision)."""

    point: Death
    aim: type | None = None
    skip: int = 0


class Died(Exception):
    """The process is dead. `written`: what it had just decided is on the disk."""

    def __init__(self, said: str, *, written: bool) -> None:
        super().__init__(said)
        self.written = written


class CoreFault(Exception):
    """The core raised what it never should: the process of a real unit would end, and perhaps end again and again."""

    def __init__(self, error: Exception, event: Event) -> None:
        super().__init__(f"{type(error).__name__} at {type(event).__name__}: {error}")


class Mind(Deciding):
    """`dies_among` is set when the process must die while the effects of this decision are being carried out."""

    def __init__(self, setting: Setting, disk: Disk, silence: Callable[[int], None], decides: Step = step) -> None:
        super().__init__(setting, disk, silence)
        self._decides = decides
        self.doom: Doom | None = None
        self.dies_among = False
        self.steps = 0

    def _step(self, state: State, event: Event, now: Instant) -> tuple[State, list[Effect]]:
        self.steps += 1
        try:
            after, effects = self._decides(state, event, now)
        except Exception as error:
            raise CoreFault(error, event) from error
        for effect in effects:
            if isinstance(effect, StopSound) and effect.at_once:
                self._silence(effect.serial)
        return after, list(effects)

    def _write(self, effects: Iterable[Effect]) -> None:
        effects = list(effects)
        point = self._doomed(effects)
        if point is Death.BEFORE_COMMIT:
            raise Died(f"{point} of {_told(effects)}", written=False)
        super()._write(effects)
        if point is Death.AFTER_COMMIT:
            raise Died(f"{point} of {_told(effects)}", written=True)
        self.dies_among = point is Death.AMONG_THE_REST

    def _doomed(self, effects: list[Effect]) -> Death | None:
        doom = self.doom
        if doom is None or (doom.aim is not None and not any(isinstance(each, doom.aim) for each in effects)):
            return None
        if doom.aim is None and not durable(effects):
            return None
        if doom.skip > 0:
            self.doom = Doom(doom.point, doom.aim, doom.skip - 1)
            return None
        self.doom = None
        return doom.point


def _told(effects: list[Effect]) -> str:
    names = dict.fromkeys(type(effect).__name__ for effect in effects if not isinstance(effect, Log | WakeAt))
    return ", ".join(names) or "nothing"
