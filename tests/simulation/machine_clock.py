"""The clocks of one simulated machine, as they truly are: what `mono` and `wall` show at a true instant.

A machine has no battery clock. Its crystal is off by some parts in a million while no time service disciplines it;
then both clocks run right, and the wall clock shows what the time server says, which may be a lie.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.simulation.chronicle import true_time


@dataclass
class MachineClock:
    """`since` is the true second at which `mono_base` and `wall_base` were shown; `rate` holds from then on."""

    crystal: float
    since: float = 0.0
    mono_base: float = 0.0
    wall_base: datetime = datetime.min
    rate: float = 1.0
    synchronised: bool = False

    def power_on(self, at: float, wall: datetime) -> None:
        self.since, self.mono_base, self.wall_base = at, 10.0, wall
        self.rate, self.synchronised = self.crystal, False

    def mono(self, at: float) -> float:
        return self.mono_base + (at - self.since) * self.rate

    def wall(self, at: float) -> datetime:
        return self.wall_base + timedelta(seconds=(at - self.since) * self.rate)

    def true_of(self, mono: float) -> float:
        """The true second at which the monotonic clock shows this, if nothing changes its rate."""
        return self.since + (mono - self.mono_base) / self.rate

    def _rebase(self, at: float) -> None:
        self.mono_base, self.wall_base, self.since = self.mono(at), self.wall(at), at

    def set_wall(self, at: float, wall: datetime) -> None:
        self._rebase(at)
        self.wall_base = wall

    def discipline(self, at: float, wall: datetime) -> None:
        """A time service keeps the clock from now on, and shows this."""
        self.set_wall(at, wall)
        self.rate, self.synchronised = 1.0, True

    def release(self, at: float) -> None:
        """No time service keeps it any more: the crystal counts on."""
        self._rebase(at)
        self.rate, self.synchronised = self.crystal, False

    def error_s(self, at: float) -> float:
        """By how much the wall clock is ahead of the truth."""
        return (self.wall(at) - true_time(at)).total_seconds()
