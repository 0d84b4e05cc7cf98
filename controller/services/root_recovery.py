"""Beginning anew with the root key: after a theft, a lost machine, or a database that went back in time.

A new delegation of a new epoch with a new schedule key ends whatever the units hold, and every unit's programme is
signed anew under it. The same goes to the broker (by the running controller) and onto a stick for units without a link.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import msgspec
from sqlalchemy import select, update

from controller.domain.setback import Choice
from controller.records.places import UnitRow
from controller.records.plans import ProgrammeRow
from controller.records.recovery import SetBackRow
from controller.services import programmes
from controller.services.delegations import Change, delegate
from controller.services.desk import Desk
from protocol.keys import SigningKey
from protocol.messages import Delegation, Programme
from protocol.names import ClipHash, UnitId

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Recovered:
    """What the units are to be given: the delegation, each one's programme, and the clips that these need."""

    delegation: Delegation
    signed: bytes
    programmes: dict[UnitId, bytes]
    clips: tuple[ClipHash, ...]


def recover(desk: Desk, root: SigningKey, *, emergency_code: str | None = None) -> Recovered:
    """Begin a new epoch and return what belongs onto the stick; `Invalid` as `delegations.delegate`.

    With a code the emergency key is new as well. Nobody waits for units to be heard first, and a choice that a person
    was asked for is taken: what this desk plans counts.
    """
    made = delegate(desk, root, Change(schedule=True, emergency_code=emergency_code, new_epoch=True))
    now = desk.clock()
    with desk.writing() as session:
        session.execute(
            update(SetBackRow)
            .where(SetBackRow.commune == desk.commune, SetBackRow.resolved_at.is_(None))
            .values(resolved_at=now, choice=Choice.REPLACE)
        )
    programmes.roll(replace(desk, started_at=LONG_AGO), now)
    signed = _programmes(desk)
    return Recovered(made, desk.keys.in_force.signed, signed, _clips(signed))


def _programmes(desk: Desk) -> dict[UnitId, bytes]:
    rows = (
        select(ProgrammeRow.unit, ProgrammeRow.signed)
        .join(UnitRow, (UnitRow.commune == ProgrammeRow.commune) & (UnitRow.id == ProgrammeRow.unit))
        .where(ProgrammeRow.commune == desk.commune, UnitRow.revoked_at.is_(None))
        .order_by(ProgrammeRow.unit)
    )
    with desk.reading() as session:
        return {UnitId(unit): signed for unit, signed in session.execute(rows)}


def _clips(signed: dict[UnitId, bytes]) -> tuple[ClipHash, ...]:
    found: set[ClipHash] = set()
    for data in signed.values():
        programme = msgspec.json.decode(data.partition(b"\n")[2], type=Programme)
        found |= {item.clip for broadcast in programme.broadcasts for item in broadcast.items}
        found |= {one.clip for one in programme.pinned}
    return tuple(sorted(found))
