"""What stands in a unit's programme, and when it must be signed anew.

A programme lists the broadcasts whose clips are ready, from the beginning of the day to the horizon, emergencies
excepted: those travel only as orders under the emergency key. Because the day (in UTC) begins and ends the window, what
has passed meanwhile does not change it: a unit with nothing new is sent a new programme once a day, not after each
sitting.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import msgspec

from protocol.messages import Downloads, Hours, PinnedClip, PlannedBroadcast
from protocol.names import BroadcastId
from schedules.vocabulary import BroadcastClass

MOST_CANCELLED = 2_000
"""As many as the message may hold: at most 132 kB of identifiers."""
LARGEST_BYTES = 355 * 1024
"""Of the listed broadcasts (at most about 1,500); with cancelled and pinned the envelope stays below 512 KiB."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a programme says beside its broadcasts: the epoch that it counts in, and the settings of the unit."""

    volume: int
    epoch: int = 1
    hours: Hours | None = None
    """When this unit may sound, if that is narrower than the commune's hours."""
    pinned: tuple[PinnedClip, ...] = ()
    downloads: Downloads = field(default_factory=Downloads)

    @property
    def must(self) -> tuple[str, ...]:
        """The features that a unit has to understand: what narrows its hours must not be overlooked."""
        return () if self.hours is None else ("hours",)


@dataclass(frozen=True, slots=True)
class Content:
    """What a programme says, apart from its version and time of issue."""

    until: datetime
    terms: Terms
    broadcasts: tuple[PlannedBroadcast, ...]
    cancelled: tuple[BroadcastId, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the content: when it is that of the last programme, nothing new is signed."""
        said = (self.until, self.terms, self.broadcasts, self.cancelled)
        return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


def window(now: datetime, horizon: timedelta) -> tuple[datetime, datetime]:
    """Return from when to when a programme that is made at `now` speaks: whole days, at least `horizon` ahead."""
    begin = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    return begin, begin + _DAY + horizon


def content(
    planned: Iterable[PlannedBroadcast],
    cancelled: Iterable[tuple[datetime, BroadcastId]],
    *,
    terms: Terms,
    until: datetime,
) -> Content:
    """Return the programme of these broadcasts, and of these cancelled ones with the end of their validity.

    When they are too many, the farthest are left for later and `until` says so: until then the list is complete.
    """
    ordered = sorted(
        (one for one in planned if one.class_ is not BroadcastClass.EMERGENCY), key=lambda one: (one.start, one.id)
    )
    fitting = _fitting(ordered)
    until = ordered[len(fitting)].start if len(fitting) < len(ordered) else until
    listed = tuple(one for one in fitting if one.start < until)
    revoked = sorted(set(cancelled))[:MOST_CANCELLED]
    return Content(until, terms, listed, tuple(sorted({broadcast for _, broadcast in revoked})))


def _fitting(ordered: list[PlannedBroadcast]) -> list[PlannedBroadcast]:
    size = 0
    for count, one in enumerate(ordered):
        size += len(msgspec.json.encode(one)) + 1
        if size > LARGEST_BYTES:
            return ordered[:count]
    return ordered
