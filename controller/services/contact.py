"""The units as they last reported themselves."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.domain.contact import Heard, in_contact
from controller.domain.readiness import UnitFacts
from controller.records.places import UnitRow, UnitStateRow
from controller.records.plans import ProgrammeRow
from controller.services.desk import Desk
from protocol.messages import UnitState
from protocol.names import ClockTrust, UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNow:
    """One unit: what was enrolled, what it last said, and whether it is in contact."""

    row: UnitRow
    state: UnitState | None
    received_at: datetime | None
    in_contact: bool
    programme: ProgrammeRow | None

    @property
    def id(self) -> UnitId:
        """Its id."""
        return UnitId(self.row.id)

    @property
    def programme_held(self) -> bool:
        """Whether it reports to hold the newest programme that was made for it."""
        return self.programme is not None and self.programme.held_version == self.programme.version

    def facts(self) -> UnitFacts:
        """Return what readiness asks of it."""
        return UnitFacts(
            seen=self.state is not None,
            in_contact=self.in_contact,
            clock=self.state.clock if self.state else ClockTrust.UNKNOWN,
            sound_ok=self.state.sound_ok if self.state else True,
            held_version=self.programme.held_version if self.programme else None,
        )


def units_now(session: Session, desk: Desk, now: datetime) -> dict[UnitId, UnitNow]:
    """Return every enrolled unit, by id, in the order of their names."""
    rows = session.execute(
        select(UnitRow, UnitStateRow, ProgrammeRow)
        .outerjoin(UnitStateRow, (UnitStateRow.commune == UnitRow.commune) & (UnitStateRow.unit == UnitRow.id))
        .outerjoin(ProgrammeRow, (ProgrammeRow.commune == UnitRow.commune) & (ProgrammeRow.unit == UnitRow.id))
        .where(UnitRow.commune == desk.commune)
        .order_by(UnitRow.name, UnitRow.id)
    )
    return {UnitId(unit.id): _unit_now(desk, unit, state, programme, now) for unit, state, programme in rows}


def listening_since(desk: Desk) -> datetime | None:
    """Since when this controller can hear units; None while the broker is not reached."""
    since = desk.doorbell.connected_since
    return None if since is None else max(since, desk.started_at)


def _unit_now(
    desk: Desk, unit: UnitRow, state: UnitStateRow | None, programme: ProgrammeRow | None, now: datetime
) -> UnitNow:
    heard = Heard(state.received_at, state.online) if state else None
    lost_after = timedelta(seconds=desk.settings.lost_after_s)
    return UnitNow(
        row=unit,
        state=msgspec.convert(state.body, UnitState) if state else None,
        received_at=state.received_at if state else None,
        in_contact=in_contact(heard, now, listening_since(desk), lost_after),
        programme=programme,
    )
