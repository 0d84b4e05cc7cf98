"""When this database is older than what the units hold: nothing is overwritten until a person has chosen.

A unit that reports a later plan than ours is set back: no programme is signed for it by itself, a standing alarm tells
of it, and what it holds is taken as evidence, because our own key has signed it. The officer sees what each side has
that the other lacks, and keeps the units' plan or replaces it. Orders given meanwhile work as ever.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from controller.domain import setback as rules
from controller.domain.setback import Choice, Difference, Planned, SetBack, Standpoint
from controller.records.bulletins import BulletinRow
from controller.records.plans import BroadcastRow, ProgrammeRow, TargetRow
from controller.records.recovery import SetBackRow
from controller.records.trust import DelegationRow
from controller.services import carrying, delegations
from controller.services.contact import units_now
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, refuse
from controller.services.views import HeldBroadcast, SetBackView, User
from protocol.envelope import Refused, open_down
from protocol.keys import Keyring, VerifyKey, decode_bytes
from protocol.messages import Delegation, Programme, UnitState
from protocol.names import BroadcastId, Refusal, UnitId
from schedules.vocabulary import BroadcastClass


def notice(session: Session, desk: Desk, state: UnitState, now: datetime) -> bool:
    """Compare a unit's report with what this desk knows; return whether a unit was found ahead, or no longer is."""
    programme = session.get(ProgrammeRow, (desk.commune, state.unit))
    row = session.get(SetBackRow, (desk.commune, state.unit))
    found = _found(session, desk, programme, state)
    if found is None:
        if row is None or row.resolved_at is not None:
            return False
        row.resolved_at, row.choice = now, Choice.GONE
        return True
    news = row is None or row.resolved_at is not None or (row.cause, row.unit_version) != (found, state.programme)
    if row is None or row.resolved_at is not None:
        row = _opened(session, desk, row, state.unit, now)
    row.cause, row.our_version = found, programme.version if programme else None
    row.unit_version, row.unit_epoch, row.unit_serial = state.programme, state.epoch, state.delegation
    return news


def frozen(session: Session, desk: Desk) -> frozenset[UnitId]:
    """Return the units that are ahead of this desk, and wait for a person's choice."""
    return frozenset(UnitId(row.unit) for row in _open(session, desk))


def witnessed(session: Session, desk: Desk) -> frozenset[UnitId]:
    """Return those of them that have sent what they hold: nothing more is asked of them."""
    return frozenset(UnitId(row.unit) for row in _open(session, desk) if row.held_version == row.unit_version)


def accept_held(desk: Desk, unit: UnitId, data: bytes) -> bool:
    """Take the programme that a unit holds, as evidence; return whether it was wanted.

    It is our own signed message, so it is believed by our own keys, the present and the former ones; and because any
    client of the broker could show an older one, only the version that the unit itself reports is taken. `Refused`.
    """
    now = desk.clock()
    with desk.reading() as session:
        keys = own_keys(session, desk)
    programme, _ = open_down(data, Programme, keys, desk.commune, unit)
    with desk.writing() as session:
        row = session.get(SetBackRow, (desk.commune, unit))
        if row is None or row.resolved_at is not None:
            return False
        if (programme.version, programme.epoch) != (row.unit_version, row.unit_epoch or programme.epoch):
            raise Refused(Refusal.REPLAYED, f"version {programme.version}")
        row.held, row.held_version, row.held_at = data, programme.version, now
    desk.changes.announce("home", "units", "recovery")
    return True


def own_keys(session: Session, desk: Desk) -> Keyring:
    """Return the public keys that ever signed programmes of this commune, as far as this database knows."""
    rows = session.scalars(select(DelegationRow.signed).where(DelegationRow.commune == desk.commune))
    former = [msgspec.json.decode(signed.partition(b"\n")[2], type=Delegation) for signed in rows]
    listed = {(key.role, key.public) for delegation in former for key in delegation.keys}
    return Keyring(VerifyKey(role, decode_bytes(public, 32)) for role, public in sorted(listed))


def setbacks(desk: Desk) -> tuple[SetBackView, ...]:
    """Return every unit that is ahead of this desk, by name, with what each side has that the other lacks."""
    now = desk.clock()
    with desk.reading() as session:
        units = units_now(session, desk, now)
        rows = {UnitId(row.unit): row for row in _open(session, desk)}
        return tuple(
            _view(session, desk, rows[unit], (here.row.name, here.in_contact, now))
            for unit, here in units.items()
            if unit in rows
        )


def choose(desk: Desk, user: User, *, units: Sequence[UnitId], choice: Choice) -> None:
    """Keep what these units hold, or replace it by this desk's plan. `Invalid`, and then nothing was changed.

    Either way the next programme has a higher version than the one held. Keeping: what the units hold and we do not
    know is carried on until it is over, and what they were told to drop is cancelled here, too.
    """
    now = desk.clock()
    with desk.writing() as session:
        rows = [session.get(SetBackRow, (desk.commune, unit)) for unit in units]
        refuse([fault for unit, row in zip(units, rows, strict=True) for fault in _faults(unit, row, choice)])
        for row in filter(None, rows):
            _carry_out(session, desk, row, choice, (user, now))
    desk.kick("roll")
    desk.changes.announce("home", "units", "broadcasts", "alarms", "recovery")


def _found(session: Session, desk: Desk, programme: ProgrammeRow | None, state: UnitState) -> SetBack | None:
    delegation = delegations.current(session, desk)
    ours = Standpoint(
        serial=delegation.serial if delegation else None,
        epoch=delegation.epoch if delegation else None,
        version=programme.version if programme else None,
    )
    return rules.set_back(Standpoint(serial=state.delegation, epoch=state.epoch, version=state.programme), ours)


def _opened(session: Session, desk: Desk, old: SetBackRow | None, unit: UnitId, now: datetime) -> SetBackRow:
    if old is not None:
        session.delete(old)
        session.flush()
    row = SetBackRow(commune=desk.commune, unit=unit, cause=SetBack.PROGRAMME, noticed_at=now)
    session.add(row)
    return row


def _open(session: Session, desk: Desk) -> Iterable[SetBackRow]:
    rows = select(SetBackRow).where(SetBackRow.commune == desk.commune, SetBackRow.resolved_at.is_(None))
    return session.scalars(rows.order_by(SetBackRow.unit))


def _faults(unit: UnitId, row: SetBackRow | None, choice: Choice) -> Iterable[Fault]:
    values = {"unit": unit}
    if row is None or row.resolved_at is not None:
        yield Fault("unit", FaultCode.RECOVERY_NOT_NEEDED, values)
    elif row.cause != SetBack.PROGRAMME or (row.unit_version or 0) >= rules.HIGHEST_VERSION:
        yield Fault("unit", FaultCode.RECOVERY_NEEDS_ROOT, values)
    elif choice is Choice.KEEP and not _received(row):
        yield Fault("unit", FaultCode.RECOVERY_NOT_RECEIVED, values)


def _received(row: SetBackRow) -> bool:
    return row.held is not None and row.held_version == row.unit_version


def _carry_out(session: Session, desk: Desk, row: SetBackRow, choice: Choice, by: tuple[User, datetime]) -> None:
    user, now = by
    unit = UnitId(row.unit)
    found = _difference(session, desk, row, now)
    if choice is Choice.KEEP and found is not None:
        for broadcast in found.unknown:
            carrying.adopt(session, desk, broadcast, unit, (user, now))
        carrying.drop(session, desk, found, now)
    _count_on(session, desk, row, found, now)
    row.resolved_at, row.choice, row.chosen_by = now, choice, user.id


def _count_on(session: Session, desk: Desk, row: SetBackRow, found: Difference | None, now: datetime) -> None:
    """Let the next programme be signed with a higher version, and forget in which one stood what the unit lacks."""
    programme = session.get(ProgrammeRow, (desk.commune, row.unit))
    if programme is None:
        programme = ProgrammeRow(
            commune=desk.commune, unit=row.unit, version=0, digest="", signed=b"", issued_at=now, until=now
        )
        session.add(programme)
    programme.version, programme.digest = max(programme.version, row.unit_version or 0), ""
    programme.held_version = row.unit_version
    lacking = select(TargetRow.broadcast).where(TargetRow.commune == desk.commune, TargetRow.unit == row.unit)
    if found is not None:
        lacking = lacking.where(TargetRow.broadcast.in_([*found.lacking, *found.cancelled]))
    session.execute(
        update(TargetRow)
        .where(
            TargetRow.commune == desk.commune,
            TargetRow.unit == row.unit,
            TargetRow.stage.is_(None),
            TargetRow.broadcast.in_(lacking),
        )
        .values(programme_version=None, delivered_at=None)
        .execution_options(synchronize_session=False)
    )


def _difference(session: Session, desk: Desk, row: SetBackRow, now: datetime) -> Difference | None:
    """What each side has that the other lacks; None while the unit has not sent what it holds."""
    if row.held is None or not _received(row):
        return None
    held = msgspec.json.decode(row.held.partition(b"\n")[2], type=Programme)
    known, planned = _of_unit(session, desk, row.unit, (now, held.until))
    return rules.difference(held, planned, known, now)


def _of_unit(
    session: Session, desk: Desk, unit: str, span: tuple[datetime, datetime]
) -> tuple[set[str], list[Planned]]:
    """Every broadcast of this unit in the database, and those of them that its next programme would list, by start."""
    now, until = span
    rows = session.execute(
        select(BroadcastRow, TargetRow.programme_version)
        .join(TargetRow, (TargetRow.commune == BroadcastRow.commune) & (TargetRow.broadcast == BroadcastRow.id))
        .where(TargetRow.commune == desk.commune, TargetRow.unit == unit)
        .order_by(BroadcastRow.start, BroadcastRow.id)
    ).all()
    planned = [
        Planned(id=BroadcastId(row.id), told=version is not None, schedule=row.schedule)
        for row, version in rows
        if row.cancelled_at is None
        and not row.waiting
        and row.class_ != BroadcastClass.EMERGENCY
        and row.not_after >= now
        and row.start < until
    ]
    return {row.id for row, _ in rows}, planned


def _view(session: Session, desk: Desk, row: SetBackRow, here: tuple[str, bool, datetime]) -> SetBackView:
    name, in_contact, now = here
    found = _difference(session, desk, row, now)
    unknown = found.unknown if found else ()
    return SetBackView(
        unit=UnitId(row.unit),
        unit_name=name,
        cause=SetBack(row.cause),
        noticed_at=row.noticed_at,
        in_contact=in_contact,
        our_version=row.our_version,
        unit_version=row.unit_version,
        received=found is not None,
        unknown=tuple(HeldBroadcast(id=one.id, title=one.title, start=one.start) for one in unknown),
        lacking=_known(session, desk, found.lacking if found else ()),
        cancelled=_known(session, desk, found.cancelled if found else ()),
        can_keep=not list(_faults(UnitId(row.unit), row, Choice.KEEP)),
        can_replace=not list(_faults(UnitId(row.unit), row, Choice.REPLACE)),
    )


def _known(session: Session, desk: Desk, ids: Sequence[BroadcastId]) -> tuple[HeldBroadcast, ...]:
    rows = session.execute(
        select(BroadcastRow.id, BulletinRow.title, BroadcastRow.start)
        .join(BulletinRow, (BulletinRow.commune == BroadcastRow.commune) & (BulletinRow.id == BroadcastRow.bulletin))
        .where(BroadcastRow.commune == desk.commune, BroadcastRow.id.in_(ids))
        .order_by(BroadcastRow.start, BroadcastRow.id)
    )
    return tuple(HeldBroadcast(id=BroadcastId(id_), title=title, start=start) for id_, title, start in rows)
