"""Which units serve which villages, what places are called, and what is understood there."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.domain.languages import DEFAULT
from controller.domain.rendition import Language
from controller.records.places import CoverageRow, UnitRow, VillageRow
from controller.services.desk import Desk
from protocol.names import UnitId


@dataclass(frozen=True, slots=True)
class Places:
    """The commune's villages and units, loaded whole: a commune has at most about 60 of each."""

    villages: tuple[VillageRow, ...]
    """In the commune's order."""
    units: tuple[UnitRow, ...]
    """By name."""
    coverage: dict[str, tuple[UnitId, ...]]
    """Units by village."""

    def village_names(self, ids: list[str]) -> tuple[str, ...]:
        """Return the names of these villages, in the commune's order; one that is gone by its id."""
        chosen = set(ids)
        known = [row.name for row in self.villages if row.id in chosen]
        return (*known, *sorted(chosen - {row.id for row in self.villages}))

    def villages_of(self, unit: str) -> tuple[str, ...]:
        """Return the names of the villages that a unit serves, in the commune's order."""
        return tuple(row.name for row in self.villages if unit in self.coverage.get(row.id, ()))

    def listeners(self, unit: str) -> Iterator[tuple[str, tuple[Language, ...]]]:
        """Yield the villages that a unit serves with what they understand, in the commune's order."""
        return ((row.id, languages_of(row)) for row in self.villages if unit in self.coverage.get(row.id, ()))

    def unit_name(self, unit: str) -> str:
        """Return what a unit is called."""
        return next((row.name for row in self.units if row.id == unit), unit)


def languages_of(village: VillageRow) -> tuple[Language, ...]:
    """Return what a village understands, best first; one of which nobody wrote anything down, Vietnamese."""
    return tuple(Language(language) for language in village.languages) or (DEFAULT,)


def places(session: Session, desk: Desk) -> Places:
    """Return the commune's places as they are now."""
    villages = select(VillageRow).where(VillageRow.commune == desk.commune)
    units = select(UnitRow).where(UnitRow.commune == desk.commune)
    covered: dict[str, list[UnitId]] = {}
    pairs = select(CoverageRow.village, CoverageRow.unit).where(CoverageRow.commune == desk.commune)
    for village, unit in session.execute(pairs.order_by(CoverageRow.village, CoverageRow.unit)):
        covered.setdefault(village, []).append(UnitId(unit))
    return Places(
        tuple(session.scalars(villages.order_by(VillageRow.position, VillageRow.name))),
        tuple(session.scalars(units.order_by(UnitRow.name))),
        {village: tuple(found) for village, found in covered.items()},
    )
