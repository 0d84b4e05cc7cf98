"""The programmes of the simulated desk: rolled forward, signed when changed, as in `services.programmes`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from controller.domain import programme as rules
from controller.domain.identity import occurrence_id
from controller.domain.reconciliation import Standing, may_sign
from protocol.envelope import seal
from protocol.messages import Item, PlannedBroadcast, Programme
from protocol.names import BroadcastId, ClipHash, UnitId
from schedules.lateness import default_not_after
from tests.simulation.books import BroadcastRow, ProgrammeRow, ScheduleRow, TargetRow
from tests.simulation.chronicle import BEGIN

if TYPE_CHECKING:
    from tests.simulation.desk import Desk

NEAR = timedelta(days=1)
Listed = Mapping[UnitId, list[BroadcastRow]]


@dataclass(frozen=True, slots=True)
class Roll:
    """What one roll signed, and which broadcasts stood in which unit's window."""

    signed: dict[UnitId, ProgrammeRow]
    listed: Listed


def occur(desk: Desk, now: datetime, until: datetime) -> None:
    """Make the coming broadcasts of the schedules."""
    for schedule in desk.books.schedules.values():
        if schedule.ended_at is None:
            _occur_one(desk, schedule, now, until)


def sign_changed(desk: Desk, now: datetime, begin: datetime, until: datetime) -> Roll:
    """Sign the programme of every unit that may be signed for and whose content has changed."""
    listed = _listed(desk, begin, until)
    signed = {}
    for unit in desk.units:
        state = desk.books.states.get(unit)
        heard = None if state is None else state.received_at
        if may_sign(heard, desk.started_at, set_back=unit in desk.books.setbacks):
            row = _sign(desk, unit, listed[unit], (now, until))
            if row is not None:
                signed[unit] = row
    return Roll(signed, listed)


def mark(desk: Desk, roll: Roll) -> None:
    """Write down in which version each broadcast first stood."""
    for unit, row in roll.signed.items():
        for listed in roll.listed[unit]:
            key = unit, listed.message.id
            target = desk.books.targets[key]
            if target.programme_version is None and listed.cancelled_at is None:
                desk.books.targets[key] = replace(target, programme_version=row.version)


def standing(desk: Desk, unit: UnitId) -> Standing:
    """How a unit and its newest programme stand to each other."""
    row, state, back = desk.books.programmes[unit], desk.books.states.get(unit), desk.books.setbacks.get(unit)
    return Standing(
        version=row.version,
        published_at=row.published_at,
        held_version=row.held_version,
        reported_at=None if state is None else state.received_at,
        online=state is not None and state.online,
        set_back=back is not None,
        evidence=back is not None and back.held_version == back.unit_version,
    )


def signer(data: bytes) -> str:
    """The key id in the header of one of our own envelopes."""
    head = data.partition(b"\n")[0]
    return str(msgspec.json.decode(head)["key"]) if head else ""


def _occur_one(desk: Desk, schedule: ScheduleRow, now: datetime, until: datetime) -> None:
    grace = default_not_after(schedule.class_, now) - now
    since = max(schedule.created_at, now - grace)
    day = (since - BEGIN).days
    while (start := BEGIN + timedelta(days=day, minutes=schedule.minute)) < until:
        day += 1
        id_ = occurrence_id(schedule.id, start)
        if start >= since and id_ not in desk.books.broadcasts:
            message = _sitting(schedule, id_, start)
            desk.books.broadcasts[id_] = BroadcastRow(message, schedule.targets, now, schedule=schedule.id)
            for unit in schedule.targets:
                desk.books.targets[unit, id_] = TargetRow()


def _sitting(schedule: ScheduleRow, id_: BroadcastId, start: datetime) -> PlannedBroadcast:
    pairs = zip(schedule.clips, schedule.seconds, strict=True)
    return PlannedBroadcast(
        id=id_,
        start=start,
        not_after=default_not_after(schedule.class_, start),
        class_=schedule.class_,
        status=schedule.status,
        title="Thông báo",
        items=tuple(Item(clip=ClipHash(c), size=8000 * s, duration_ms=1000 * s, gap_ms=500) for c, s in pairs),
    )


def _listed(desk: Desk, begin: datetime, until: datetime) -> Listed:
    by_unit: defaultdict[UnitId, list[BroadcastRow]] = defaultdict(list)
    for unit, id_ in desk.books.targets:
        row = desk.books.broadcasts[id_]
        if not row.emergency and row.message.not_after >= begin and row.message.start < until:
            by_unit[unit].append(row)
    return by_unit


def _sign(desk: Desk, unit: UnitId, rows: list[BroadcastRow], span: tuple[datetime, datetime]) -> ProgrammeRow | None:
    now, until = span
    epoch = desk.vault.in_force.epoch
    last = desk.books.programmes.get(unit, ProgrammeRow(epoch=epoch))
    content = rules.content(
        (row.message for row in rows if row.cancelled_at is None),
        ((row.message.not_after, row.message.id) for row in rows if _named_as_cancelled(row)),
        terms=rules.Terms(volume=80, epoch=epoch),
        until=until,
    )
    if last.digest == content.digest and last.epoch == epoch:
        return None
    held = last.held_version if last.epoch == epoch else None
    message = Programme(
        commune=desk.commune,
        unit=unit,
        epoch=epoch,
        version=last.version + 1,
        issued_at=now,
        until=content.until,
        volume=content.terms.volume,
        hours=content.terms.hours,
        broadcasts=content.broadcasts,
        cancelled=content.cancelled,
        must=content.terms.must,
    )
    return ProgrammeRow(
        version=message.version,
        digest=content.digest,
        signed=seal(message, desk.vault.schedule),
        epoch=epoch,
        until=content.until,
        published_at=now,
        held_version=held,
    )


def _named_as_cancelled(row: BroadcastRow) -> bool:
    """A unit may have it in another way than by its programme, or may be playing it."""
    if row.cancelled_at is None:
        return False
    return row.ordered_at is not None or row.cancelled_at > row.message.start - NEAR
