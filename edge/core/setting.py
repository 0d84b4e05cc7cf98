"""What is fixed for the life of one unit process: who it is, whom it believes, and how its amplifier behaves."""

from dataclasses import dataclass

from protocol.keys import VerifyKey
from protocol.names import CommuneId, UnitId

LEAD_S = 0.5
"""Seconds before the relay closes in which a broadcast is committed to: time to write that down and open the clip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The constants of every decision.

    `root` is the one key that is pinned: it says by a delegation which keys this unit obeys. `delegation` is the
    envelope of the one that the unit was installed with, if any. `boot` names this run of the process and
    `machine_boot` the time since the machine was switched on (the kernel's name of it, empty when it has none).
    `settle_s` is the time that the amplifier needs between relay and sound; `max_on_s` is the longest time, in seconds,
    that the relay may stay on whatever the plan says; `heartbeat_s` is the time between two reports without news.
    """

    commune: CommuneId
    unit: UnitId
    root: VerifyKey
    boot: str
    software: str
    simulated: bool = False
    settle_s: float = 1.0
    tail_s: float = 0.3
    max_on_s: float = 5400.0
    heartbeat_s: float = 30.0
    delegation: bytes | None = None
    machine_boot: str = ""

    @property
    def ahead_s(self) -> float:
        """Seconds from the decision to sound until the first sample, when nothing is late."""
        return self.settle_s + LEAD_S
