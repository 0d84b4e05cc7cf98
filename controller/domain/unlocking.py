"""For how long the emergency key stays open after the right code: some minutes, a little longer for who is at work."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

SPAN = timedelta(minutes=10)
AT_WORK = timedelta(minutes=5)
"""Who has just planned an emergency keeps the key at least this long, so that its voice can be made and signed."""
LONGEST = 2 * SPAN
"""Never longer than this after the code was typed, whatever is planned meanwhile."""


@dataclass(frozen=True, slots=True)
class Opening:
    """One person has typed the code at `since`, and may start emergencies until `until`."""

    since: datetime
    until: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it is open; a clock that was set back does not keep it open."""
        return self.since <= now < self.until

    def at_work(self, now: datetime) -> "Opening":
        """Return the opening of a person who has just planned an emergency in it."""
        return replace(self, until=max(self.until, min(now + AT_WORK, self.since + LONGEST)))


def opened(now: datetime, span: timedelta = SPAN) -> Opening:
    """Return the opening that begins now."""
    return Opening(now, now + span)
