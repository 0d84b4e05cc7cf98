"""Figures that a run measured, shown at its end: what goes into docs/promises.md."""

FIGURES: list[str] = []


def figure(what: str, value: float, unit: str, *, limit: float | None = None) -> None:
    """Note a figure, and its ratio to the limit if there is one."""
    ratio = "" if limit is None else f" ({value / limit:.2f} of the limit of {limit:g} {unit})"
    FIGURES.append(f"{what}: {value:.1f} {unit}{ratio}")
