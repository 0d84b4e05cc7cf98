"""From the villages that an officer chooses to the units that will speak."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from protocol.names import UnitId


@dataclass(frozen=True, slots=True)
class Audience:
    """The units that reach the chosen villages, each once, and the villages that no unit reaches."""

    units: tuple[UnitId, ...]
    unreached: tuple[str, ...]


def audience(villages: Iterable[str], coverage: Mapping[str, Iterable[UnitId]]) -> Audience:
    """Return who hears it. `coverage` names the units of each village; a unit often serves villages not chosen, too."""
    chosen = dict.fromkeys(villages)
    units = sorted({unit for village in chosen for unit in coverage.get(village, ())})
    return Audience(tuple(units), tuple(village for village in chosen if not list(coverage.get(village, ()))))
