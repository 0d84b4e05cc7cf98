"""Whether a unit is in contact: it reports every 30 seconds, and says so by its own signed word or not at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Heard:
    """When a unit's last believed state came, and whether its connection has ended since (the broker's word)."""

    received_at: datetime
    online: bool


def in_contact(heard: Heard | None, now: datetime, listening_since: datetime | None, lost_after: timedelta) -> bool:
    """Whether the unit is in contact at `now`.

    A unit is given the full time from when this controller began to listen, so that a restart of the controller or of
    the broker loses nobody. One that was never heard is not in contact, and neither is any while we hear nothing.
    """
    if heard is None or listening_since is None or not heard.online:
        return False
    return now - max(heard.received_at, listening_since) <= lost_after
