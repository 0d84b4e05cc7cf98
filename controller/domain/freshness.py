"""Whether a unit's signed state is news: a hostile or confused broker may hold states back and show them again.

A unit counts its states within a boot; each boot has a name of its own. So a state is news when it continues the boot
that is known, or begins one that was never seen. With a trusted clock its time must also be near ours; without one
(a unit after a power cut, no network time yet) the time says nothing, and the boot and counter must do.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from protocol.names import ClockTrust

TOLERANCE = timedelta(minutes=10)
"""How far the time of a state may be from ours."""
REMEMBERED_BOOTS = 64


class Staleness(StrEnum):
    """Why a state is not news."""

    REPEATED = "repeated"  # the one that is held already: the broker's retained copy
    OLDER = "older"  # an earlier one of this boot, or of an earlier boot
    OTHER_TIME = "other-time"  # its time is not near ours


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a state stands in the life of its unit."""

    boot: str
    counter: int
    at: datetime
    clock: ClockTrust


@dataclass(frozen=True, slots=True)
class Held:
    """Where the newest believed state stands, and the boots before it."""

    boot: str
    counter: int
    boots: Collection[str]


def staleness(mark: Mark, held: Held | None, now: datetime) -> Staleness | None:
    """Return why the state is not news, or None when it is."""
    if held is not None and mark.boot == held.boot and mark.counter <= held.counter:
        return Staleness.REPEATED if mark.counter == held.counter else Staleness.OLDER
    if held is not None and mark.boot in held.boots:
        return Staleness.OLDER
    if mark.clock is ClockTrust.TRUSTED and abs(mark.at - now) > TOLERANCE:
        return Staleness.OTHER_TIME
    return None


def boots_after(boot: str, held: Held) -> list[str]:
    """Return the earlier boots to remember once `boot` is the present one, oldest first."""
    if boot == held.boot:
        return list(held.boots)
    return [*held.boots, held.boot][-REMEMBERED_BOOTS:]
