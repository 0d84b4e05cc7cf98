"""When a clip may be fetched: how a unit spends its mobile data. Pure questions about values; nothing changes here.

The rule, clip by clip:

- *Urgent* (ordered, or of priority or emergency class): at once. Neither hours nor budget hold it back; its bytes are
  counted all the same.
- *Soon* (a routine broadcast within SOON of now): at any hour, without a spread; the budget holds.
- Everything else (later routine, the pinned bank): inside the download hours and the budget, and not before a random
  part of SPREAD_S, so that the units of a commune do not ask all at once.

A routine clip that the month's budget keeps back stays back until the month ends or the budget grows: its broadcast is
then skipped for DATA_BUDGET. The budget is money, and money is the commune's to decide; what must be heard is urgent.

Without a trusted clock no hour and no month can be judged. Then the hours are open and nothing is "soon"; the budget is
held against the month that was last known. So a unit without a clock still gets its clips, cannot spend a second
month's budget by a clock that lies, and loses nothing: routine broadcasts wait for a trusted clock anyway.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from edge.core.instant import Instant
from edge.core.needs import Need
from edge.core.state import Gate
from protocol.messages import Downloads
from schedules.hours import DAY, open_until

SOON = timedelta(hours=3)
SPREAD_S = 300.0
HEAD_BYTES = 16 * 1024
"""What an answer may bring besides the clip's own bytes: set aside with every download, and no more is taken."""
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every clip in one decision. `spent`: bytes of this month; `utc_offset_min`: of the local day."""

    now: Instant
    downloads: Downloads
    utc_offset_min: int
    spent: int

    def hasty(self, need: Need) -> bool:
        """Whether the clip is to be fetched whatever the hour."""
        if need.urgent or not self.now.trusted:
            return need.urgent
        return need.start is not None and need.start - self.now.wall <= SOON

    def gate(self, need: Need, reserved: int, *, open_now: bool) -> Gate | None:
        """What keeps this clip back while `reserved` bytes of others may still come.

        A begun one counts whole: a server that knows no ranges sends it all again.
        """
        if need.urgent:
            return None
        if not open_now and not self.hasty(need):
            return Gate.HOURS
        budget = self.downloads.month_bytes
        over = budget is not None and self.spent + reserved + cost(need.size) > budget
        return Gate.BUDGET if over else None

    @property
    def open_now(self) -> bool:
        """Whether this is a download hour, as far as that can be judged."""
        hours = self.downloads.hours
        if not hours or not self.now.trusted:
            return True
        return open_until(hours, self.now.wall, self.utc_offset_min, at_most=self.now.wall + _MINUTE) is not None

    @property
    def opens_at(self) -> datetime | None:
        """When the next download hours begin; None when no span of the day is longer than nothing."""
        local = self.now.wall + self.utc_offset_min * _MINUTE
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        begins = (
            midnight + day * DAY + begin * _MINUTE
            for day in (0, 1)
            for begin, end in self.downloads.hours
            if begin < min(end, 1440)
        )
        after = min((begin for begin in begins if begin > local), default=None)
        return None if after is None else self.now.wall + (after - local)


def next_month(wall: datetime, utc_offset_min: int) -> datetime:
    """When the next calendar month begins at the commune."""
    local = wall + utc_offset_min * _MINUTE
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    begins = (first + 32 * DAY).replace(day=1)
    return wall + (begins - local)


def cost(size: int) -> int:
    """The most bytes that one try for a clip of this size may receive."""
    return size + HEAD_BYTES


def local_month(wall: datetime, utc_offset_min: int) -> str:
    """The calendar month at the commune, such as "2026-11"."""
    return (wall + utc_offset_min * _MINUTE).strftime("%Y-%m")
