"""How long a sign-in must wait after failures: guessing becomes slow, and nobody can lock another person out."""

from datetime import datetime, timedelta

LONGEST_S = 30
FORGOTTEN_AFTER = timedelta(minutes=15)
FREE_BY_NAME = 3
FREE_BY_ADDRESS = 10
"""The whole office may stand behind one address."""


def delay_s(failures: int, free: int) -> int:
    """Return the delay after so many failures in a row: none for the first ones, then doubling up to the longest."""
    if failures < free:
        return 0
    return min(LONGEST_S, 1 << min(failures - free, 10))


def wait_s(failures: int, last_at: datetime, now: datetime, free: int) -> int:
    """Return how many seconds from `now` the next attempt must wait, rounded up; 0 when it may be made."""
    left = last_at + timedelta(seconds=delay_s(failures, free)) - now
    return max(0, min(LONGEST_S, -(-left // timedelta(seconds=1))))


def counted(failures: int, last_at: datetime, now: datetime) -> int:
    """Return how many failures still count: after a quiet quarter of an hour, none."""
    return 0 if now - last_at > FORGOTTEN_AFTER else failures
