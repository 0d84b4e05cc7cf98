"""Receipts from units: verified, stored once, projected, and only then acknowledged.

A unit keeps a receipt until it has our acknowledgement, and we acknowledge only what is committed without a gap; so
nothing is lost between the two, whatever is repeated, delayed or reordered on the way.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from controller.domain.gaps import Answer, Asked, answer
from controller.domain.projection import Known, Said, project
from controller.records.places import UnitRow
from controller.records.plans import BroadcastRow, JournalRow, OrderRow, ReceiptGapRow, ReceiptRow, TargetRow
from controller.services.alarms import Cause, clear_alarm, raise_alarm
from controller.services.desk import Desk
from controller.services.reach import places
from controller.services.sounds import items_of, listening
from controller.services.views import AlarmKind
from protocol.envelope import Refused, open_up, seal
from protocol.keys import Keyring, VerifyKey
from protocol.ledger import contiguous
from protocol.messages import Receipt, ReceiptAck, ReceiptBatch
from protocol.names import BroadcastId, Refusal, Role, Stage, UnitId

_ANSWERS = frozenset({Stage.APPLIED, Stage.REFUSED})


def unit_keys(session: Session, desk: Desk, unit: UnitId) -> Keyring:
    """Return the keys that this unit's messages are believed under; `Refused`: no such unit, or its key is revoked."""
    row = session.get(UnitRow, (desk.commune, unit))
    if row is None:
        raise Refused(Refusal.UNKNOWN_KEY, "no such unit")
    if row.revoked_at is not None:
        raise Refused(Refusal.UNKNOWN_KEY, "its key is revoked")
    return Keyring([VerifyKey(Role.UNIT, row.public_key, unit)])


def accept_receipts(desk: Desk, unit: UnitId, data: bytes) -> ReceiptAck:
    """Store what a unit says it did, and acknowledge it; `Refused` when not believed, and nothing changes then."""
    now = desk.clock()
    with desk.reading() as session:
        keys = unit_keys(session, desk, unit)
    batch = open_up(data, ReceiptBatch, keys, desk.commune, unit)
    with desk.writing() as session:
        unit_keys(session, desk, unit)
        new = _store(session, desk, batch, now)
        touched = {receipt.broadcast for receipt in new if receipt.broadcast is not None}
        for broadcast in touched:
            project_target(session, desk, unit, broadcast, now)
        for receipt in new:
            _answer(session, desk, unit, receipt)
        said = _through(session, desk, batch, now)
    ack = ReceiptAck(commune=desk.commune, unit=unit, journal=batch.journal, through=said.through, again=said.again)
    desk.doorbell.receipt_ack(unit, seal(ack, desk.schedule_key))
    if said.lost:
        desk.changes.announce("home", "alarms")
    if touched:
        desk.changes.announce("home", "broadcasts", "alarms", *(f"broadcast:{broadcast}" for broadcast in touched))
    return ack


def _store(session: Session, desk: Desk, batch: ReceiptBatch, now: datetime) -> list[Receipt]:
    """Add the receipts that are not there yet, and return them."""
    numbers = [receipt.number for receipt in batch.receipts]
    known = _numbers(session, desk, batch, ReceiptRow.number.in_(numbers))
    new = {receipt.number: receipt for receipt in batch.receipts if receipt.number not in known}
    session.add_all(
        ReceiptRow(
            commune=desk.commune,
            unit=batch.unit,
            journal=batch.journal,
            number=receipt.number,
            broadcast=receipt.broadcast,
            stage=receipt.stage,
            at=receipt.at,
            received_at=now,
            body=msgspec.to_builtins(receipt),
        )
        for receipt in new.values()
    )
    session.flush()
    return list(new.values())


def _numbers(session: Session, desk: Desk, batch: ReceiptBatch, condition: ColumnElement[bool]) -> Collection[int]:
    return set(
        session.scalars(
            select(ReceiptRow.number).where(
                ReceiptRow.commune == desk.commune,
                ReceiptRow.unit == batch.unit,
                ReceiptRow.journal == batch.journal,
                condition,
            )
        )
    )


def _through(session: Session, desk: Desk, batch: ReceiptBatch, now: datetime) -> Answer:
    """Move the journal's mark as far as no receipt is missing, or is lost for good; return what to acknowledge."""
    row = session.get(JournalRow, (desk.commune, batch.unit, batch.journal))
    if row is None:
        row = JournalRow(commune=desk.commune, unit=batch.unit, journal=batch.journal, through=0, asked=0)
        session.add(row)
    beyond = _numbers(session, desk, batch, ReceiptRow.number > row.through)
    found = answer(contiguous(row.through, beyond), batch.acknowledged, beyond, Asked(row.asked, row.asked_at), now)
    if found.lost:
        _lose(session, desk, batch, found.lost, now)
    row.through = contiguous(found.through, beyond)
    row.asked, row.asked_at = found.asked.times, found.asked.last_at
    return replace(found, through=row.through)


def _lose(session: Session, desk: Desk, batch: ReceiptBatch, lost: Sequence[tuple[int, int]], now: datetime) -> None:
    """Write down what will never come. What it said stays unknown, and somebody is told."""
    session.add_all(
        ReceiptGapRow(
            commune=desk.commune, unit=batch.unit, journal=batch.journal, first=first, last=last, recorded_at=now
        )
        for first, last in lost
    )
    count = sum(last - first + 1 for first, last in lost)
    raise_alarm(session, desk, Cause(AlarmKind.RECEIPTS_LOST, batch.unit), now, str(count))


def project_target(session: Session, desk: Desk, unit: UnitId, broadcast: BroadcastId, now: datetime) -> None:
    """Read all receipts of this broadcast at this unit again, and write down what they say together."""
    target = session.get(TargetRow, (desk.commune, broadcast, unit))
    if target is None:
        return
    rows = session.scalars(
        select(ReceiptRow).where(
            ReceiptRow.commune == desk.commune, ReceiptRow.broadcast == broadcast, ReceiptRow.unit == unit
        )
    )
    known = project(_said(row) for row in rows)
    if known.started_at is not None and target.items is None:
        target.items = _items(session, desk, target)
    _write(target, known)
    if known.stage is not None and known.stage not in {Stage.STORED, Stage.STARTED, Stage.RESUMED}:
        clear_alarm(session, desk, Cause(AlarmKind.BROADCAST_UNCONFIRMED, unit, broadcast), now)
    if known.stage is Stage.FINISHED:
        clear_alarm(session, desk, Cause(AlarmKind.BROADCAST_MISSED, unit, broadcast), now)


def _items(session: Session, desk: Desk, target: TargetRow) -> list[list[str | int]]:
    """What the unit is playing, in which languages: written down when it has begun, and never changed after."""
    row = session.get_one(BroadcastRow, (desk.commune, target.broadcast))
    found = items_of(listening(session, desk, [row.bulletin], places(session, desk)), row, target.unit)
    return [list(item) for item in found]


def _said(row: ReceiptRow) -> Said:
    receipt = msgspec.convert(row.body, Receipt)
    return Said(
        journal=row.journal,
        number=row.number,
        at=receipt.at,
        stage=receipt.stage,
        reason=receipt.reason,
        played_ms=receipt.played_ms,
        of_ms=receipt.of_ms,
        error_us=receipt.error_us,
    )


def _write(target: TargetRow, known: Known) -> None:
    target.delivered_at = min(filter(None, (target.delivered_at, known.delivered_at)), default=None)
    target.stored_at, target.started_at = known.stored_at, known.started_at
    target.stage, target.stage_at, target.reason = known.stage, known.stage_at, known.reason
    target.played_ms, target.of_ms, target.error_us = known.played_ms, known.of_ms, known.error_us


def _answer(session: Session, desk: Desk, unit: UnitId, receipt: Receipt) -> None:
    """An order that was applied or refused need not be sent to this unit again."""
    if receipt.order is None or receipt.stage not in _ANSWERS:
        return
    row = session.get(OrderRow, (desk.commune, receipt.order))
    if row is not None and unit in row.targets and unit not in row.answered:
        row.answered = [*row.answered, unit]
