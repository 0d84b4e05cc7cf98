"""What an officer sets for one unit beside its volume: the hours in which it may sound, and its mobile data."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.domain.limits import Allowed, allowed, joined, narrowed
from controller.records.places import UnitRow
from controller.records.settings import UnitSettingsRow
from controller.services import delegations
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid, refuse
from protocol.messages import Caps, Downloads, Hours
from protocol.names import UnitId

MEGABYTE = 1_000_000
LARGEST_MONTH_MB = 1_000_000
MOST_SPANS = 12
_MIDNIGHT = 1440


@dataclass(frozen=True, slots=True)
class UnitSettings:
    """One unit's own settings. `hours` None: as the commune."""

    hours: Hours | None = None
    downloads: Downloads = field(default_factory=Downloads)


PLAIN = UnitSettings()


def caps(session: Session, desk: Desk) -> Caps:
    """Return the commune's caps, which its root key has signed; the protocol's own before there are any."""
    delegation = delegations.current(session, desk)
    return delegation.caps if delegation else Caps()


def settings(session: Session, desk: Desk) -> Mapping[UnitId, UnitSettings]:
    """Return the settings of the units that have any."""
    rows = session.scalars(select(UnitSettingsRow).where(UnitSettingsRow.commune == desk.commune))
    return {UnitId(row.unit): _read(row) for row in rows}


def limits(session: Session, desk: Desk) -> tuple[Allowed, Mapping[UnitId, Allowed]]:
    """Return what the commune allows, and what the units with own hours allow."""
    cap = caps(session, desk)
    own = {unit: allowed(cap, one.hours) for unit, one in settings(session, desk).items()}
    return allowed(cap), own


def commune_hours(desk: Desk) -> Hours:
    """Return the commune's hours, as its root key has signed them."""
    with desk.reading() as session:
        return caps(session, desk).hours


def set_hours(desk: Desk, *, unit: str, hours: Hours | None) -> None:
    """Narrow the hours in which a unit sounds; None: as the commune. Its next programme carries it. `Invalid`."""
    with desk.writing() as session:
        row = _row(session, desk, unit)
        if hours is not None:
            hours = _whole("hours", hours)
            widest = caps(session, desk).hours
            if not narrowed(widest, hours):
                raise Invalid(Fault("hours", FaultCode.HOURS_OUTSIDE, {"hours": written(widest)}))
        row.hours = None if hours is None else msgspec.to_builtins(hours)
    _changed(desk)


def set_downloads(desk: Desk, *, unit: str, hours: Hours, month_mb: int | None) -> None:
    """Say when a unit fetches what is not needed soon (no hours: always), and how many MB a month. `Invalid`."""
    with desk.writing() as session:
        row = _row(session, desk, unit)
        row.download_hours = msgspec.to_builtins(_whole("download_hours", hours)) if hours else []
        if month_mb is not None and not 1 <= month_mb <= LARGEST_MONTH_MB:
            raise Invalid(Fault("month_mb", FaultCode.DATA_OUT_OF_RANGE, {"least": 1, "most": LARGEST_MONTH_MB}))
        row.month_bytes = None if month_mb is None else month_mb * MEGABYTE
    _changed(desk)


def written(hours: Hours) -> str:
    """Return hours as they are written on a page: `05:00–22:00, 23:00–24:00`."""
    return ", ".join(f"{_wall(begin)}–{_wall(end)}" for begin, end in hours)


def _wall(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _whole(field: str, hours: Hours) -> Hours:
    """The same hours with each span that goes over midnight cut in two; `Invalid` when they are none."""
    cut = [part for begin, end in hours for part in _parts(begin, end)]
    if not cut or not all(0 <= begin < end <= _MIDNIGHT for begin, end in cut):
        raise Invalid(Fault(field, FaultCode.HOURS_INVALID))
    whole = joined(cut)
    refuse([Fault(field, FaultCode.HOURS_INVALID)] if len(whole) > MOST_SPANS else [])
    return whole


def _parts(begin: int, end: int) -> tuple[tuple[int, int], ...]:
    if begin <= end:
        return ((begin, end),)
    return tuple(part for part in ((begin, _MIDNIGHT), (0, end)) if part[0] < part[1])


def _row(session: Session, desk: Desk, unit: str) -> UnitSettingsRow:
    if session.get(UnitRow, (desk.commune, unit)) is None:
        raise Invalid(Fault("unit", FaultCode.UNIT_UNKNOWN, {"unit": unit}))
    row = session.get(UnitSettingsRow, (desk.commune, unit))
    if row is None:
        row = UnitSettingsRow(commune=desk.commune, unit=unit, hours=None, download_hours=[], month_bytes=None)
        session.add(row)
    return row


def _read(row: UnitSettingsRow) -> UnitSettings:
    return UnitSettings(
        hours=None if row.hours is None else msgspec.convert(row.hours, Hours),
        downloads=Downloads(hours=msgspec.convert(row.download_hours, Hours), month_bytes=row.month_bytes),
    )


def _changed(desk: Desk) -> None:
    desk.kick("roll")
    desk.changes.announce("units", "home", "broadcasts")
