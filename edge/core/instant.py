"""The moment of a decision: read once by the runtime and passed in, so that the core never looks at a clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from protocol.names import ClockTrust


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment on both clocks of the machine.

    `wall` is aware UTC and may jump; `mono` counts seconds and only grows; `trust` says how far `wall` is believed.
    `chance` is drawn from [0, 1) for each decision: the jitter of repetitions comes from here and not from the core.
    """

    wall: datetime
    mono: float
    trust: ClockTrust
    chance: float = 0.5

    @property
    def trusted(self) -> bool:
        """Whether `wall` may start, or end the life of, a planned broadcast."""
        return self.trust is ClockTrust.TRUSTED

    def mono_of(self, wall: datetime) -> float:
        """The monotonic second at which the wall clock will show (or showed) this time, if it does not jump."""
        return self.mono + (wall - self.wall).total_seconds()

    def wall_of(self, mono: float) -> datetime:
        """The wall time of a monotonic second."""
        return self.wall + timedelta(seconds=mono - self.mono)
