"""What must be published again, and to whom: facts in, decisions out.

The broker only rings; what counts is what a unit says that it has. So a programme is sent again when the unit reported,
after the last sending, to hold another one, and an order to those who have not answered. The services ask these
functions about rows of the database, the simulated commune about its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from protocol.names import UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one unit and the newest programme that was signed for it stand to each other."""

    version: int
    published_at: datetime | None
    held_version: int | None
    """What it reports to hold; None: nothing, or nothing of the present epoch."""
    reported_at: datetime | None
    """When its newest state came; None: never."""
    online: bool
    set_back: bool = False
    """It holds a later plan than this desk, and no person has chosen yet."""
    evidence: bool = False
    """It has sent what it holds."""


def programme_due(one: Standing, now: datetime, patience: timedelta) -> bool:
    """Whether the programme is to be published again now.

    Not to a unit that is away (it will be told when it is back), nor before it could have answered. A unit that is
    ahead of this desk refuses the lower version and sends back what it holds; once it has, there is nothing to send.
    """
    if one.held_version == one.version or not one.online:
        return False
    if one.set_back and one.evidence:
        return False
    if one.published_at is None:
        return True
    answered = one.reported_at is not None and one.reported_at >= one.published_at
    return answered and one.published_at <= now - patience


def may_sign(reported_at: datetime | None, listening_since: datetime, *, set_back: bool) -> bool:
    """Whether a new version may be signed for a unit.

    A unit that was heard before this controller was started may hold more than the database knows (it may have been
    restored from an older copy): first it is heard, then it is signed for. And while it is ahead of this desk, a person
    decides.
    """
    return not set_back and (reported_at is None or reported_at >= listening_since)


def unanswered(targets: Sequence[UnitId], answered: Collection[str]) -> tuple[UnitId, ...]:
    """Return to whom an order is still to be sent."""
    return tuple(unit for unit in targets if unit not in answered)


def order_due(published_at: datetime | None, not_after: datetime, now: datetime, patience: timedelta) -> bool:
    """Whether an order is to be sent again to those who have not answered: its window is open and they had time.

    One that was never published is held back for the day when it is needed.
    """
    return published_at is not None and now <= not_after and published_at <= now - patience
