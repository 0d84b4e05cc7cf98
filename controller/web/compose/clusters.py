"""Villages grouped by the units that serve them: the officer chooses villages, and sees which loudspeakers sound."""

from collections.abc import Iterable
from dataclasses import dataclass

from controller.services.views import UnitCard, VillageView


@dataclass(frozen=True, slots=True)
class Cluster:
    """The villages that the same units serve; no unit: nothing can be heard there."""

    units: tuple[UnitCard, ...]
    villages: tuple[VillageView, ...]

    @property
    def households(self) -> int:
        """How many households hear it."""
        return sum(village.households for village in self.villages)


def grouped(villages: Iterable[VillageView], units: Iterable[UnitCard]) -> tuple[Cluster, ...]:
    """Group villages that share the same units, in the commune's order; those without a unit come last."""
    cards = {unit.id: unit for unit in units}
    groups: dict[tuple[UnitCard, ...], list[VillageView]] = {}
    for village in villages:
        groups.setdefault(tuple(cards[unit] for unit in village.units if unit in cards), []).append(village)
    found = (Cluster(serving, tuple(group)) for serving, group in groups.items())
    return tuple(sorted(found, key=lambda cluster: not cluster.units))
