"""Which receipts the controller holds of a journal, and so what it may acknowledge.

Receipts may come repeated, late or out of order; the acknowledgement is the highest number below which nothing is
missing, so that a unit deletes only what is safe.
"""

from collections.abc import Iterable


def contiguous(through: int, stored: Iterable[int]) -> int:
    """Return the highest n with every number from `through`+1 to n in `stored` (`through` itself when none is)."""
    held = set(stored)
    while through + 1 in held:
        through += 1
    return through
