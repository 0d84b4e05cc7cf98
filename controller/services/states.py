"""What units report of themselves: the signed state is evidence, the broker's availability only a hint."""

from datetime import datetime

import msgspec
from sqlalchemy import update
from sqlalchemy.orm import Session

from controller.domain.freshness import Held, Mark, Staleness, boots_after, staleness
from controller.records.places import UnitStateRow
from controller.records.plans import ProgrammeRow, TargetRow
from controller.services import recovery
from controller.services.desk import Desk
from controller.services.receipts import unit_keys
from protocol.envelope import open_up
from protocol.messages import UnitState
from protocol.names import UnitId
from protocol.topics import OFFLINE

_SHOWN_ON_HOME = (
    "playing", "clock", "clock_dispute_s", "relay", "sound_ok", "programme", "missing_clips", "coming", "disk",
    "delegation", "epoch", "undervoltage",
)  # fmt: skip


def accept_state(desk: Desk, unit: UnitId, data: bytes) -> Staleness | None:
    """Take a unit's state, if it is news; return why it is not. `Refused` when it is not believed at all."""
    now = desk.clock()
    with desk.reading() as session:
        keys = unit_keys(session, desk, unit)
    state = open_up(data, UnitState, keys, desk.commune, unit)
    with desk.writing() as session:
        row = session.get(UnitStateRow, (desk.commune, unit))
        held = Held(row.boot, row.counter, row.boots) if row else None
        mark = Mark(state.boot, state.counter, state.at, state.clock)
        if (stale := staleness(mark, held, now)) is not None:
            return stale
        before = msgspec.convert(row.body, UnitState) if row and row.online else None
        first = row is None or row.received_at < desk.started_at
        _keep(session, desk, row, state, now)
        _hold(session, desk, state)
        found = recovery.notice(session, desk, state, now)
    salient = before is None or any(getattr(before, name) != getattr(state, name) for name in _SHOWN_ON_HOME)
    desk.changes.announce("units", *(("home",) if salient else ()), *(("recovery",) if found else ()))
    if first or found:
        desk.kick("roll")  # only now may a programme be signed for it: see `programmes`
        desk.kick("watch")
    return None


def accept_availability(desk: Desk, unit: UnitId, data: bytes) -> bool:
    """Take the broker's word that a unit's connection has ended, and return whether it was news.

    That a unit is there is only believed by its signed state; so `online` changes nothing.
    """
    if data != OFFLINE:
        return False
    with desk.writing() as session:
        row = session.get(UnitStateRow, (desk.commune, unit))
        if row is None or not row.online:
            return False
        row.online = False
    desk.changes.announce("units", "home")
    desk.kick("watch")
    return True


def _keep(session: Session, desk: Desk, row: UnitStateRow | None, state: UnitState, now: datetime) -> None:
    if row is None:
        row = UnitStateRow(commune=desk.commune, unit=state.unit, boot=state.boot, counter=0, boots=[])
        session.add(row)
    row.boots = boots_after(state.boot, Held(row.boot, row.counter, row.boots))
    row.boot, row.counter = state.boot, state.counter
    row.reported_at, row.received_at, row.online = state.at, now, True
    row.body = msgspec.to_builtins(state)


def _hold(session: Session, desk: Desk, state: UnitState) -> None:
    """Write down which programme of this epoch the unit holds, and so which broadcasts have reached it."""
    row = session.get(ProgrammeRow, (desk.commune, state.unit))
    if row is None:
        return
    held = state.programme if state.epoch in {None, row.epoch} else None
    if held is None or held == row.version:
        row.held_until = row.until if held is not None else None
    if row.held_version == held:
        return
    row.held_version = held
    if held is None or held > row.version:
        return
    session.execute(
        update(TargetRow)
        .where(
            TargetRow.commune == desk.commune,
            TargetRow.unit == state.unit,
            TargetRow.programme_version <= held,
            TargetRow.delivered_at.is_(None),
        )
        .values(delivered_at=state.at)
        .execution_options(synchronize_session=False)
    )
