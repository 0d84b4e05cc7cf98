"""For every unit the next broadcast, and whether it is certain to sound there: seen before air time, not after."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.domain.outcome import Outcome
from controller.domain.readiness import Readiness
from controller.services import results
from controller.services.desk import Desk
from controller.services.views import UnitCard
from protocol.names import UnitId

AHEAD = timedelta(hours=24)
MOST_LOOKED_AT = 20
"""Sittings that are opened at most: a commune has a few a day."""


@dataclass(frozen=True, slots=True)
class NextBroadcast:
    """The next broadcast at one unit, and whether it will sound there."""

    title: str
    start: datetime
    readiness: Readiness


def next_broadcasts(desk: Desk, units: tuple[UnitCard, ...], now: datetime) -> Mapping[UnitId, NextBroadcast]:
    """The next broadcast of each unit that has one within a day."""
    wanted = {unit.id for unit in units}
    found: dict[UnitId, NextBroadcast] = {}
    for sitting in results.sittings(desk, since=now, until=now + AHEAD, limit=MOST_LOOKED_AT):
        if wanted <= found.keys():
            break
        view = results.broadcast(desk, sitting.broadcast)
        for target in view.targets if view else ():
            if target.unit not in found and target.outcome is Outcome.WAITING and target.readiness:
                found[target.unit] = NextBroadcast(sitting.title, sitting.start, target.readiness)
    return found
