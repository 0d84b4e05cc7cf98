"""The words that every room shares about what may sound and how urgent it is.

They stand at the bottom of the house so that the plan (controller), the wire (protocol) and the unit (edge)
cannot drift apart in meaning.
"""

from enum import StrEnum


class BroadcastClass(StrEnum):
    """The three legal classes of a bulletin (Thông tư 39/2020/TT-BTTTT): thông thường, ưu tiên, khẩn cấp."""

    ROUTINE = "routine"
    PRIORITY = "priority"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """Higher ranks interrupt lower ones; equal ranks never interrupt each other."""
        return _RANK[self]


_RANK = {BroadcastClass.ROUTINE: 0, BroadcastClass.PRIORITY: 1, BroadcastClass.EMERGENCY: 2}


class Status(StrEnum):
    """Whether a broadcast is meant: a test or an exercise is always heard to be one."""

    ACTUAL = "actual"
    EXERCISE = "exercise"
    TEST = "test"
