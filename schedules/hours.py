"""Hours in which something may sound, as spans of the local day. What lies outside them is quiet.

The desk says before saving, and the unit enforces, by the same function. Spans are pairs of minutes after local
midnight, the second excluded; spans that touch, also over midnight, are one. A unit imports this module.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

Spans = Sequence[tuple[int, int]]
DAY = timedelta(days=1)
_MINUTE = timedelta(minutes=1)


def within(spans: Spans, begin: datetime, end: datetime, utc_offset_min: int) -> bool:
    """Whether every moment from `begin` to `end` (aware) lies inside the spans, at this offset from UTC in minutes."""
    last = open_until(spans, begin, utc_offset_min, at_most=end)
    return last is not None and last >= end


def open_until(
    spans: Spans, instant: datetime, utc_offset_min: int, *, at_most: datetime | None = None
) -> datetime | None:
    """Return when the hours that hold at `instant` end, None when it is quiet then.

    Hours without an end (the whole day) are looked at no further than `at_most`, or two days.
    """
    limit = instant + 2 * DAY if at_most is None else at_most
    cursor = instant
    while (end := _span_end(spans, cursor, utc_offset_min)) is not None:
        cursor = end
        if cursor >= limit:
            break
    return cursor if cursor > instant else None


def _span_end(spans: Spans, instant: datetime, utc_offset_min: int) -> datetime | None:
    """When the latest-ending span that holds at this instant ends."""
    local = instant.astimezone(UTC) + utc_offset_min * _MINUTE
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    ends = (end for begin, end in spans if midnight + begin * _MINUTE <= local < midnight + end * _MINUTE)
    last = max(ends, default=None)
    return None if last is None else instant + (midnight + last * _MINUTE - local)
