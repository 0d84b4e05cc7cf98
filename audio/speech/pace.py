"""How often a free service may be asked: a pause between requests, and a rest after it said no.

Pure: the time (seconds of a monotonic clock) is passed in, so that the rule can be tested without waiting.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Pace:
    """Remembers the last request and until when to leave the service alone."""

    between_s: float = 1.0
    """Pause between two requests."""
    refused_s: float = 900.0
    """Rest after "too many requests" (HTTP 429): 15 minutes; asking on would lengthen the ban."""
    unreachable_s: float = 60.0
    """Rest after no answer, so that the next bulletin does not wait for a dead line again."""
    _next: float = float("-inf")
    _rest_until: float = float("-inf")

    def rest(self, now: float) -> float:
        """Seconds for which nothing may be asked; 0 when it may."""
        return max(0.0, self._rest_until - now)

    def take_turn(self, now: float) -> float:
        """Book the next request and return the seconds to wait before it."""
        turn = max(now, self._next)
        self._next = turn + self.between_s
        return turn - now

    def refused(self, now: float) -> None:
        """The service said that it was asked too often."""
        self._rest_until = now + self.refused_s

    def unreachable(self, now: float) -> None:
        """The service did not answer."""
        self._rest_until = max(self._rest_until, now + self.unreachable_s)
