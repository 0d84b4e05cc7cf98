"""How often a service may be asked: a pause between requests, patience with what passes, a rest after it said no.

Pure: the time (seconds of a monotonic clock) is passed in, so that the rule can be tested without waiting.
"""

from dataclasses import dataclass

LONGEST_REST_S = 3_600.0
"""Seconds that a service may ask to be left alone for; more is taken for a mistake of its own."""


@dataclass(slots=True)
class Pace:
    """Remembers the last request and until when to leave the service alone."""

    between_s: float = 1.0
    """Pause between two requests."""
    refused_s: float = 900.0
    """Rest after "too many requests" (HTTP 429): 15 minutes; asking on would lengthen the ban."""
    unreachable_s: float = 60.0
    """Rest after no answer, so that the next bulletin does not wait for a dead line again."""
    retries: int = 2
    """How often one request is repeated after what passes by itself (HTTP 5xx, an answer that broke off)."""
    retry_s: float = 2.0
    """Pause before the first repetition; each further one is twice as long."""
    soon_s: float = 10.0
    """A service that asks for no longer rest than this is waited for."""
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

    def retry_after(self, attempt: int, wish_s: float | None = None) -> float | None:
        """Seconds to wait after the failed attempt of this number, from 1, or None: enough.

        `wish_s`: what the service asked for, if it did.
        """
        if attempt > self.retries or (wish_s is not None and wish_s > self.soon_s):
            return None
        return max(self.retry_s * 2.0 ** (attempt - 1), wish_s or 0.0)

    def refused(self, now: float, wish_s: float | None = None) -> float:
        """The service said that it was asked too often; returns the seconds for which it is left alone."""
        rest_s = self.refused_s if wish_s is None else min(max(wish_s, self.unreachable_s), LONGEST_REST_S)
        self._rest_until = max(self._rest_until, now + rest_s)
        return self.rest(now)

    def unreachable(self, now: float) -> float:
        """The service did not answer; returns the seconds for which it is left alone."""
        self._rest_until = max(self._rest_until, now + self.unreachable_s)
        return self.rest(now)
