"""A commune, its villages and its units come to be known to the desk."""

import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from controller.domain.rendition import Language
from controller.records.places import CommuneRow, CoverageRow, UnitRow, UnitStateRow, VillageRow
from controller.services.alarms import STANDING, Cause, clear_alarm
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid, refuse
from controller.services.ports import BrokerAccounts
from protocol.keys import decode_bytes
from protocol.names import ID_PATTERN, CommuneId, UnitId

_ID = re.compile(ID_PATTERN)
MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A unit that was enrolled. The password is shown once: only its hash is kept."""

    unit: UnitId
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnit:
    """What a technician reads off a unit: the text of its public key, and where it will stand."""

    id: str
    name: str
    public_key: str
    villages: Sequence[str]
    volume: int = 80


def create_commune(sessions: sessionmaker[Session], *, commune: CommuneId, name: str, zone: str) -> None:
    """Make the commune, or rename it when it is there; the one use case before there is a desk. `Invalid`."""
    refuse(_id_faults("commune", commune))
    with sessions.begin() as session:
        row = session.get(CommuneRow, commune)
        if row is None:
            session.add(CommuneRow(commune=commune, name=_composed(name), zone=zone))
        else:
            row.name, row.zone = _composed(name), zone


def the_commune(sessions: sessionmaker[Session]) -> CommuneRow | None:
    """Return the commune of a database that has one; None before `create_commune`."""
    with sessions() as session:
        return session.scalar(select(CommuneRow).order_by(CommuneRow.commune).limit(1))


def add_village(
    desk: Desk, *, village: str, name: str, households: int = 0, languages: Sequence[Language] = (Language.VI,)
) -> None:
    """Add a village at the end of the list, or change it when it is there. `Invalid`."""
    refuse(_id_faults("village", village))
    with desk.writing() as session:
        row = session.get(VillageRow, (desk.commune, village))
        if row is None:
            count = len(session.scalars(select(VillageRow.id).where(VillageRow.commune == desk.commune)).all())
            row = VillageRow(commune=desk.commune, id=village, position=count)
            session.add(row)
        row.name, row.households, row.languages = _composed(name), households, [str(one) for one in languages]
    desk.changes.announce("units", "home")


def enrol_unit(desk: Desk, accounts: BrokerAccounts, new: NewUnit) -> Enrolled:
    """Enrol a unit, or enrol it anew with another key and a new password; `Invalid`.

    The broker's accounts are written after the commit: should the controller die in between, `write_accounts` at its
    next start mends it.
    """
    faults = _id_faults("unit", new.id)
    public = _public_key(new.public_key, faults)
    refuse(faults)
    password = secrets.token_urlsafe(24)
    with desk.writing() as session:
        _refuse_taken(session, desk, new.id, public)
        _refuse_unknown(session, desk, new.villages)
        row = session.get(UnitRow, (desk.commune, new.id))
        if row is None:
            row = UnitRow(commune=desk.commune, id=new.id, enrolled_at=desk.clock())
            session.add(row)
        row.name, row.public_key, row.volume = _composed(new.name), public, new.volume
        row.broker_hash, row.revoked_at = accounts.hash(password), None
        session.flush()
        _cover(session, desk, new)
    write_accounts(desk, accounts)
    desk.kick("roll")
    desk.changes.announce("units", "home")
    return Enrolled(UnitId(new.id), password)


def revoke_unit(desk: Desk, accounts: BrokerAccounts, *, unit: str) -> None:
    """Believe this unit's key no more, and close its account at the broker; `Invalid`: unknown. Twice is harmless.

    What it said before stands. It serves no village any more, and what it should have played stays unknown. It may be
    enrolled anew, with another key.
    """
    with desk.writing() as session:
        row = session.get(UnitRow, (desk.commune, unit))
        if row is None:
            raise Invalid(Fault("unit", FaultCode.UNIT_UNKNOWN, {"unit": unit}))
        row.revoked_at, row.broker_hash = row.revoked_at or desk.clock(), ""
        session.execute(delete(CoverageRow).where(CoverageRow.commune == desk.commune, CoverageRow.unit == unit))
        session.execute(delete(UnitStateRow).where(UnitStateRow.commune == desk.commune, UnitStateRow.unit == unit))
        for kind in STANDING:
            clear_alarm(session, desk, Cause(kind, UnitId(unit)), desk.clock())
    write_accounts(desk, accounts)
    desk.kick("roll")
    desk.changes.announce("units", "home", "broadcasts", "alarms")


def write_accounts(desk: Desk, accounts: BrokerAccounts) -> None:
    """Give the broker the list of units as the database has it."""
    with desk.reading() as session:
        rows = session.execute(select(UnitRow.id, UnitRow.broker_hash).where(UnitRow.commune == desk.commune)).all()
    accounts.write({UnitId(unit): hashed for unit, hashed in rows if hashed})


def set_volume(desk: Desk, *, unit: str, volume: int) -> None:
    """Set the volume of a unit, 0 to 100; its next programme carries it. `Invalid`."""
    if not 0 <= volume <= 100:
        raise Invalid(Fault("volume", FaultCode.VOLUME_OUT_OF_RANGE, {"least": 0, "most": 100}))
    with desk.writing() as session:
        row = session.get(UnitRow, (desk.commune, unit))
        if row is None:
            raise Invalid(Fault("unit", FaultCode.UNIT_UNKNOWN, {"unit": unit}))
        row.volume = volume
    desk.kick("roll")
    desk.changes.announce("units", "home")


def _cover(session: Session, desk: Desk, new: NewUnit) -> None:
    old = select(CoverageRow).where(CoverageRow.commune == desk.commune, CoverageRow.unit == new.id)
    for row in session.scalars(old):
        session.delete(row)
    session.flush()
    session.add_all(
        CoverageRow(commune=desk.commune, unit=new.id, village=village) for village in dict.fromkeys(new.villages)
    )


def _refuse_taken(session: Session, desk: Desk, unit: str, public: bytes) -> None:
    """One key is one unit: with a shared key one could sign the other's receipts."""
    other = select(UnitRow.id).where(UnitRow.commune == desk.commune, UnitRow.public_key == public, UnitRow.id != unit)
    if (taken := session.scalar(other)) is not None:
        raise Invalid(Fault("key", FaultCode.KEY_TAKEN, {"unit": taken}))


def _refuse_unknown(session: Session, desk: Desk, villages: Sequence[str]) -> None:
    known = set(session.scalars(select(VillageRow.id).where(VillageRow.commune == desk.commune)))
    refuse(
        [
            Fault("villages", FaultCode.VILLAGE_UNKNOWN, {"village": village})
            for village in villages
            if village not in known
        ]
    )


def _id_faults(field: str, text: str) -> list[Fault]:
    return [] if _ID.fullmatch(text) else [Fault(field, FaultCode.ID_INVALID, {"id": text[:80]})]


def _public_key(text: str, faults: list[Fault]) -> bytes:
    try:
        return decode_bytes(text.strip(), 32)
    except ValueError:
        faults.append(Fault("key", FaultCode.KEY_INVALID))
        return b""


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name).strip()[:MAX_NAME]
