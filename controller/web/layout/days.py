"""Lists of sittings by civil day: an officer thinks in days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from controller.services.views import Sitting
from controller.web.layout.moments import local_date


@dataclass(frozen=True, slots=True)
class Day:
    """The sittings of one civil day, for a list with the day as its heading."""

    date: date
    sittings: tuple[Sitting, ...]


def by_day(sittings: Iterable[Sitting]) -> tuple[Day, ...]:
    """Group sittings by civil day, keeping their order."""
    days: dict[date, list[Sitting]] = {}
    for sitting in sittings:
        days.setdefault(local_date(sitting.start), []).append(sitting)
    return tuple(Day(day, tuple(found)) for day, found in days.items())
