"""The moment of a decision: read once by the runtime and passed in, so that the core never looks at a clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from protocol.names import ClockTrust


@dataclass(frozen=True, slots=True)
class Instant:
    """One moment on both clocks of the machine.

    `wall` is aware UTC; `mono` counts seconds and only grows. As the runtime reads it, `wall` is the machine's own
    clock and may jump, and `trust` says whether the kernel knows it to be synchronised. `step` turns that into the
    clock that is believed (`edge.core.timekeeper`), and everything else in the core sees only this one; `rival` is
    then the network's time when that contradicts the one believed, else None.

    `chance` is drawn from [0, 1) for each decision: the jitter of repetitions comes from here and not from the core.
    `nonce` holds 16 unguessable bytes, other ones each time; without them no question can be asked in this decision.
    """

    wall: datetime
    mono: float
    trust: ClockTrust
    chance: float = 0.5
    nonce: bytes = b""
    rival: datetime | None = None

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
