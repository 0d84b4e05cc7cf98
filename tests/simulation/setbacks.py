"""When the simulated desk went back in time: noticed by what units report, mended by a choice, as the real one does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from controller.domain import setback as rules
from controller.domain.setback import Choice, SetBack, Standpoint
from protocol.envelope import Refused, open_down
from protocol.messages import Programme, UnitState
from protocol.names import Refusal, UnitId
from tests.simulation.books import BroadcastRow, ProgrammeRow, SetBackRow, TargetRow

if TYPE_CHECKING:
    from datetime import datetime

    from tests.simulation.desk import Desk


def notice(desk: Desk, state: UnitState, now: datetime) -> bool:
    """Compare a report with what the desk knows; whether anything changed."""
    books, in_force = desk.books, desk.vault.in_force
    row, programme = books.setbacks.get(state.unit), books.programmes.get(state.unit)
    ours = Standpoint(
        serial=in_force.serial, epoch=in_force.epoch, version=programme.version if programme is not None else None
    )
    found = rules.set_back(Standpoint(serial=state.delegation, epoch=state.epoch, version=state.programme), ours)
    if found is None:
        return books.setbacks.pop(state.unit, None) is not None
    fresh = SetBackRow(found, state.programme, state.epoch, now) if row is None else row
    books.setbacks[state.unit] = replace(fresh, cause=found, unit_version=state.programme, unit_epoch=state.epoch)
    return row is None


def accept_held(desk: Desk, unit: UnitId, data: bytes) -> None:
    """Take what a unit holds as evidence; only the version that it reports itself."""
    programme, _ = open_down(data, Programme, desk.vault.own_keys(), desk.commune, unit)
    row = desk.books.setbacks.get(unit)
    if row is None:
        return
    if (programme.version, programme.epoch) != (row.unit_version, row.unit_epoch or programme.epoch):
        raise Refused(Refusal.REPLAYED)
    desk.books.setbacks[unit] = replace(row, held=data, held_version=programme.version)


def choose(desk: Desk, unit: UnitId, choice: Choice) -> bool:
    """Keep what the unit holds, or replace it; False when that cannot be chosen."""
    row, now = desk.books.setbacks.get(unit), desk.now
    if row is None or row.cause is not SetBack.PROGRAMME or (choice is Choice.KEEP and not row.received):
        return False
    desk.tell("chooses for {0}: {1}", unit, choice)
    if choice is Choice.KEEP and row.held is not None:
        _adopt(desk, unit, msgspec.json.decode(row.held.partition(b"\n")[2], type=Programme), now)
    programme = desk.books.programmes.get(unit, ProgrammeRow(epoch=desk.vault.in_force.epoch))
    version = max(programme.version, row.unit_version or 0)
    desk.books.programmes[unit] = replace(programme, version=version, digest="", held_version=row.unit_version)
    del desk.books.setbacks[unit]
    desk.kick_roll()
    return True


def _adopt(desk: Desk, unit: UnitId, held: Programme, now: datetime) -> None:
    books = desk.books
    known = {id_ for to, id_ in books.targets if to == unit}
    rows = ((id_, books.broadcasts[id_]) for id_ in known)
    ours = sorted(
        ((id_, row) for id_, row in rows if _still_planned(row, now, held.until)),
        key=lambda each: each[1].message.start,
    )
    planned = [
        rules.Planned(id=id_, told=books.targets[unit, id_].programme_version is not None, schedule=row.schedule)
        for id_, row in ours
    ]
    found = rules.difference(held, planned, known, now)
    for message in found.unknown:
        row = books.broadcasts.get(message.id, BroadcastRow(message, (), now))
        books.broadcasts[message.id] = replace(row, targets=tuple(sorted({*row.targets, unit})))
        books.targets[unit, message.id] = TargetRow(delivered_at=now)
        desk.project(unit, message.id)
    for name in found.ended:
        books.schedules[name] = replace(books.schedules[name], ended_at=now)
    for id_, row in list(books.broadcasts.items()):
        ended = row.schedule in found.ended and row.message.start > now
        if row.cancelled_at is None and (id_ in found.cancelled or ended):
            books.broadcasts[id_] = replace(row, cancelled_at=now)


def _still_planned(row: BroadcastRow, now: datetime, until: datetime) -> bool:
    message = row.message
    return row.cancelled_at is None and not row.emergency and message.not_after >= now and message.start < until
