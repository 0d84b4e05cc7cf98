"""What units tell the simulated desk: receipts, states, questions for the time, the plan they hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from controller.domain.freshness import Held, Mark, boots_after, staleness
from controller.domain.gaps import NEVER, Asked, answer
from controller.domain.projection import Said, project
from protocol.envelope import Refused, open_up, seal
from protocol.ledger import contiguous as contiguous
from protocol.messages import ClockAnswer, ClockQuestion, Receipt, ReceiptAck, ReceiptBatch, UnitState
from protocol.names import BroadcastId, Refusal, Stage, UnitId
from protocol.topics import OFFLINE, Leaf
from tests.simulation import setbacks
from tests.simulation.books import JournalRow, StateRow

if TYPE_CHECKING:
    from tests.simulation.desk import Desk

TIME_SPACING = timedelta(seconds=1)
_ANSWERS = frozenset({Stage.APPLIED, Stage.REFUSED})


def take(desk: Desk, leaf: Leaf, unit: UnitId, data: bytes) -> None:
    """Take a message on a unit's topic; `Refused` when it is not believed."""
    if unit not in desk.units:
        raise Refused(Refusal.UNKNOWN_KEY)
    match leaf:
        case Leaf.RECEIPT:
            receipts(desk, open_up(data, ReceiptBatch, desk.units[unit], desk.commune, unit))
        case Leaf.STATE:
            _state(desk, open_up(data, UnitState, desk.units[unit], desk.commune, unit))
        case Leaf.CLOCK_QUESTION:
            _time(desk, open_up(data, ClockQuestion, desk.units[unit], desk.commune, unit))
        case Leaf.HELD:
            setbacks.accept_held(desk, unit, data)
        case Leaf.AVAILABILITY if data == OFFLINE:
            row = desk.books.states.get(unit)
            if row is not None:
                desk.books.states[unit] = replace(row, online=False)


def receipts(desk: Desk, batch: ReceiptBatch) -> None:
    """Store what is new, and acknowledge what is here without a gap."""
    name = (batch.unit, batch.journal)
    held = desk.books.receipts.get(name, {})
    new = [receipt for receipt in batch.receipts if receipt.number not in held]
    row = desk.books.journals.get(name, JournalRow())
    numbers = [*held, *(receipt.number for receipt in new)]
    asked = Asked(row.asked, row.asked_at) if row.asked else NEVER
    beyond = [number for number in numbers if number > row.through]
    found = answer(desk.through(row.through, beyond), batch.acknowledged, beyond, asked, desk.now)
    through = desk.through(found.through, beyond)
    ack = ReceiptAck(commune=desk.commune, unit=batch.unit, journal=batch.journal, through=through, again=found.again)
    data = seal(ack, desk.vault.schedule)

    def store() -> None:
        _store(desk, batch, new)
        desk.books.journals[name] = JournalRow(through, found.asked.times, found.asked.last_at)
        for first, last in found.lost:
            desk.tell("receipts {0} to {1} of {2} are lost", first, last, batch.journal)
            desk.books.gaps.add((batch.unit, batch.journal, first, last))

    desk.settle(store, [desk.unit_ring(batch.unit, Leaf.RECEIPT_ACK, data)])


def project_target(desk: Desk, unit: UnitId, broadcast: BroadcastId) -> None:
    """Read all receipts of a broadcast at a unit, and write down what they say together."""
    target = desk.books.targets.get((unit, broadcast))
    if target is None:
        return
    said = [
        _said(journal, receipt)
        for (who, journal), rows in desk.books.receipts.items()
        if who == unit
        for receipt in rows.values()
        if receipt.broadcast == broadcast
    ]
    desk.books.targets[unit, broadcast] = replace(target, known=project(said))


def _store(desk: Desk, batch: ReceiptBatch, new: list[Receipt]) -> None:
    rows = desk.books.receipts.setdefault((batch.unit, batch.journal), {})
    for receipt in new:
        rows[receipt.number] = receipt
        desk.stored(batch.unit, batch.journal, receipt)
    for broadcast in {receipt.broadcast for receipt in new if receipt.broadcast is not None}:
        project_target(desk, batch.unit, broadcast)
    for receipt in new:
        row = None if receipt.order is None else desk.books.orders.get(receipt.order)
        if row is not None and receipt.stage in _ANSWERS and batch.unit in row.targets:
            desk.books.orders[row.id] = replace(row, answered=row.answered | {batch.unit})


def _state(desk: Desk, state: UnitState) -> None:
    row, now = desk.books.states.get(state.unit), desk.now
    held = None if row is None else Held(row.state.boot, row.state.counter, row.boots)
    if staleness(Mark(state.boot, state.counter, state.at, state.clock), held, now) is not None:
        return
    first = row is None or row.received_at < desk.started_at
    boots = () if held is None else tuple(boots_after(state.boot, held))
    desk.books.states[state.unit] = StateRow(state, now, online=True, boots=boots)
    _hold(desk, state)
    if setbacks.notice(desk, state, now) or first:
        desk.kick_roll()


def _hold(desk: Desk, state: UnitState) -> None:
    """Write down which programme of this epoch the unit holds, and so which broadcasts have reached it."""
    row = desk.books.programmes.get(state.unit)
    if row is None:
        return
    held = state.programme if state.epoch in {None, row.epoch} else None
    if row.held_version == held:
        return
    desk.books.programmes[state.unit] = replace(row, held_version=held)
    if held is None or held > row.version:
        return
    for key, target in desk.books.targets.items():
        stood = key[0] == state.unit and target.programme_version is not None and target.programme_version <= held
        if stood and target.delivered_at is None:
            desk.books.targets[key] = replace(target, delivered_at=state.at)


def _time(desk: Desk, question: ClockQuestion) -> None:
    last, now = desk.answered_time.get(question.unit), desk.now
    if last is not None and timedelta() <= now - last < TIME_SPACING:
        return
    desk.answered_time[question.unit] = now
    reply = ClockAnswer(commune=desk.commune, unit=question.unit, nonce=question.nonce, at=now)
    desk.publish(desk.unit_ring(question.unit, Leaf.CLOCK_ANSWER, seal(reply, desk.vault.schedule)))


def _said(journal: str, receipt: Receipt) -> Said:
    return Said(
        journal=journal,
        number=receipt.number,
        at=receipt.at,
        stage=receipt.stage,
        reason=receipt.reason,
        played_ms=receipt.played_ms,
        of_ms=receipt.of_ms,
        error_us=receipt.error_us,
    )
