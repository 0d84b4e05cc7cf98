"""What is fixed for the life of one unit process: who it is, whom it believes, and how its amplifier behaves."""

from dataclasses import dataclass

from protocol.keys import Keyring
from protocol.names import CommuneId, UnitId

LEAD_S = 0.5
"""Seconds before the relay closes in which a broadcast is committed to: time to write that down and open the clip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The constants of every decision.

    `boot` names this run of the process. `settle_s` is the time that the amplifier needs between relay and sound;
    `max_on_s` is the longest time, in seconds, that the relay may stay on whatever the plan says.
    """

    commune: CommuneId
    unit: UnitId
    keys: Keyring
    boot: str
    software: str
    simulated: bool = False
    settle_s: float = 1.0
    tail_s: float = 0.3
    max_on_s: float = 5400.0

    @property
    def ahead_s(self) -> float:
        """Seconds from the decision to sound until the first sample, when nothing is late."""
        return self.settle_s + LEAD_S
