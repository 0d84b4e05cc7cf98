"""The life of one broadcast at one unit, as a table. An illegal step raises and changes nothing.

None in the table means: this can arrive here rightfully and is ignored on purpose (the reason stands beside it).
What is not in the table at all is a fault of this program; it ends the process, with the relay off.
"""

from collections.abc import Mapping
from enum import StrEnum


class Phase(StrEnum):
    """Where a broadcast stands. These words are stored on the unit's disk: rename none."""

    WAITING = "waiting"  # planned; no sample has left
    CALLED = "called"  # given to the player; relay on or about to be
    SOUNDING = "sounding"  # the first sample has left
    YIELDING = "yielding"  # told to stop for a higher class
    STOPPING = "stopping"  # told to stop for good
    CUT = "cut"  # silent, may begin again with the item that was cut
    OVER = "over"  # will never sound again


class Happening(StrEnum):
    """What can befall a broadcast."""

    CALL = "call"  # its turn has come
    BEGIN = "begin"  # its first sample left
    PREEMPT = "preempt"  # a higher class wants the loudspeaker
    HALT = "halt"  # an officer wants silence, or the process ends
    SILENCE = "silence"  # the player stopped because it was told to
    END = "end"  # the last sample left
    BREAK = "break"  # the player could not go on
    LAPSE = "lapse"  # it is too late, or it was cancelled before it sounded
    RESTART = "restart"  # the process began anew


class IllegalStep(Exception):
    """A happening that this program should never let come to a broadcast in this phase."""


P, H = Phase, Happening
_STEPS: Mapping[Phase, Mapping[Happening, Phase | None]] = {
    P.WAITING: {H.CALL: P.CALLED, H.LAPSE: P.OVER, H.RESTART: P.WAITING},
    P.CALLED: {
        H.BEGIN: P.SOUNDING,
        H.PREEMPT: P.YIELDING,
        H.HALT: P.STOPPING,
        H.END: P.OVER,
        H.BREAK: P.OVER,
        H.RESTART: P.OVER,
    },
    P.SOUNDING: {
        H.BEGIN: None,  # said twice
        H.PREEMPT: P.YIELDING,
        H.HALT: P.STOPPING,
        H.END: P.OVER,
        H.BREAK: P.OVER,
        H.RESTART: P.OVER,
    },
    P.YIELDING: {
        H.BEGIN: None,  # its first sample crossed the order to stop
        H.PREEMPT: None,  # already yielding
        H.HALT: P.STOPPING,
        H.END: P.OVER,  # its last sample crossed the order to stop
        H.BREAK: P.OVER,
        H.SILENCE: P.CUT,
        H.RESTART: P.OVER,
    },
    P.STOPPING: {
        H.BEGIN: None,  # its first sample crossed the order to stop
        H.PREEMPT: None,  # stopping already
        H.HALT: None,  # the first reason stands
        H.END: P.OVER,
        H.BREAK: P.OVER,
        H.SILENCE: P.OVER,
        H.RESTART: P.OVER,
    },
    P.CUT: {H.CALL: P.CALLED, H.HALT: P.OVER, H.LAPSE: P.OVER, H.RESTART: P.CUT},
    P.OVER: {H.RESTART: P.OVER},
}

WITH_PLAYER = frozenset({Phase.CALLED, Phase.SOUNDING, Phase.YIELDING, Phase.STOPPING})
"""Phases in which the player has the broadcast in hand."""


def advance(phase: Phase, happening: Happening) -> Phase | None:
    """Return the phase after a happening, None when it is to be ignored; `IllegalStep` when it cannot be."""
    try:
        return _STEPS[phase][happening]
    except KeyError:
        raise IllegalStep(f"{happening} while {phase}") from None
