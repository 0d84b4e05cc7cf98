"""The units as they last reported themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.domain.contact import Heard, in_contact
from controller.domain.limits import Allowed, allowed
from controller.domain.readiness import UnitFacts
from controller.records.places import UnitRow, UnitStateRow
from controller.records.plans import ProgrammeRow
from controller.records.recovery import SetBackRow
from controller.services import delegations
from controller.services.desk import Desk
from controller.services.unit_settings import PLAIN, UnitSettings, settings
from protocol.messages import Caps, Delegation, UnitState
from protocol.names import UnitId


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitNow:
    """One unit: what was enrolled, what it last said, and whether it is in contact."""

    row: UnitRow
    state: UnitState | None
    received_at: datetime | None
    in_contact: bool
    programme: ProgrammeRow | None
    settings: UnitSettings
    delegation: Delegation | None
    """The delegation in force, which the unit ought to hold."""
    set_back: bool
    """Whether it holds a later plan than this desk."""

    @property
    def id(self) -> UnitId:
        """Its id."""
        return UnitId(self.row.id)

    @property
    def programme_held(self) -> bool:
        """Whether it reports to hold the newest programme that was made for it."""
        return self.programme is not None and self.programme.held_version == self.programme.version

    @property
    def allowed(self) -> Allowed:
        """The hours and the length that it allows."""
        return allowed(self.delegation.caps if self.delegation else Caps(), self.settings.hours)

    @property
    def delegation_held(self) -> bool:
        """Whether it reports to hold the delegation in force (or a later one); true before there is any."""
        if self.delegation is None or self.state is None:
            return True
        return (self.state.delegation or 0) >= self.delegation.serial

    def facts(self) -> UnitFacts:
        """Return what readiness asks of it."""
        programme, state = self.programme, self.state
        known = UnitFacts(
            seen_at=self.received_at,
            in_contact=self.in_contact,
            allowed=self.allowed,
            revoked=self.row.revoked_at is not None,
            set_back=self.set_back,
            held_version=programme.held_version if programme else None,
            held_until=programme.held_until if programme else None,
        )
        if state is None:
            return known
        return replace(
            known,
            delegation_held=self.delegation_held,
            obeys_nobody=self.delegation is not None and state.delegation is None,
            clock=state.clock,
            dispute_s=state.clock_dispute_s,
            disk=state.disk,
            sound_ok=state.sound_ok,
            undervoltage=bool(state.undervoltage),
            coming=state.coming,
        )


def units_now(session: Session, desk: Desk, now: datetime) -> dict[UnitId, UnitNow]:
    """Return every enrolled unit, by id, in the order of their names."""
    rows = session.execute(
        select(UnitRow, UnitStateRow, ProgrammeRow, SetBackRow)
        .outerjoin(UnitStateRow, (UnitStateRow.commune == UnitRow.commune) & (UnitStateRow.unit == UnitRow.id))
        .outerjoin(ProgrammeRow, (ProgrammeRow.commune == UnitRow.commune) & (ProgrammeRow.unit == UnitRow.id))
        .outerjoin(SetBackRow, (SetBackRow.commune == UnitRow.commune) & (SetBackRow.unit == UnitRow.id))
        .where(UnitRow.commune == desk.commune)
        .order_by(UnitRow.name, UnitRow.id)
    )
    common = _Common(settings(session, desk), delegations.current(session, desk), listening_since(desk))
    return {
        UnitId(unit.id): _unit_now(desk, common, unit, (state, programme, set_back), now)
        for unit, state, programme, set_back in rows
    }


def listening_since(desk: Desk) -> datetime | None:
    """Since when this controller can hear units; None while the broker is not reached."""
    since = desk.doorbell.connected_since
    return None if since is None else max(since, desk.started_at)


@dataclass(frozen=True, slots=True)
class _Common:
    """What is the same for all units."""

    settings: Mapping[UnitId, UnitSettings]
    delegation: Delegation | None
    since: datetime | None


def _unit_now(
    desk: Desk,
    common: _Common,
    unit: UnitRow,
    known: tuple[UnitStateRow | None, ProgrammeRow | None, SetBackRow | None],
    now: datetime,
) -> UnitNow:
    state, programme, set_back = known
    heard = Heard(state.received_at, state.online) if state else None
    return UnitNow(
        row=unit,
        state=msgspec.convert(state.body, UnitState) if state else None,
        received_at=state.received_at if state else None,
        in_contact=in_contact(heard, now, common.since, timedelta(seconds=desk.settings.lost_after_s)),
        programme=programme,
        settings=common.settings.get(UnitId(unit.id), PLAIN),
        delegation=common.delegation,
        set_back=set_back is not None and set_back.resolved_at is None and unit.revoked_at is None,
    )
