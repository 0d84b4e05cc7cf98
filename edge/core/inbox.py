"""Messages that came in: believed or not, and what the believed ones change. Nothing unbelieved gets past this module.

A message that is not believed is counted and logged; it earns no receipt, so that a stranger can make no noise.
"""

from collections.abc import Callable, Mapping

from edge.core import clock, lives, orders, receipts, trust
from edge.core import plan as plan_of
from edge.core.decision import Decision
from edge.core.effects import PublishHeld, Remember
from edge.core.events import MessageArrived
from edge.core.memory import Shelf
from protocol.envelope import Refused, open_down
from protocol.messages import ClockAnswer, Order, PlannedBroadcast, Programme, ReceiptAck
from protocol.names import BroadcastId, Kind, Reason, Refusal

TOLD_AT_ONCE = 10
"""So many refused messages are logged one by one; after them one line a minute says how many there were."""
TOLD_EVERY_S = 60.0
CALM_S = 600.0
"""After so long without a refused message they are logged one by one again."""
HELD_EVERY_S = 60.0
"""A programme that the controller seems to have lost is shown to it no more often."""


def on_message(decision: Decision, event: MessageArrived) -> None:
    """Verify a message and obey it, or count it as refused."""
    try:
        _READERS[event.kind](decision, event.data)
    except Refused as refusal:
        refuse(decision, event.kind, refusal)


def refuse(decision: Decision, kind: Kind, refusal: Refused) -> None:
    """Count a message that was not believed. A flood of them must not fill the card with lines."""
    state, mono = decision.state, decision.now.mono
    told = 0 if mono - state.refusal_told_at > CALM_S else state.refusals_told
    decision.change(refused=state.refused + 1, last_refusal=f"{kind}: {refusal.reason}")
    if told < TOLD_AT_ONCE:
        decision.log("message-refused", warning=True, kind=kind, reason=refusal.reason, detail=refusal.detail)
        decision.change(refusals_told=told + 1, refusal_told_at=mono)
    elif mono - state.refusal_told_at >= TOLD_EVERY_S:
        decision.log("messages-refused", warning=True, count=state.refused + 1, kind=kind, reason=refusal.reason)
        decision.change(refusal_told_at=mono)


def _programme(decision: Decision, data: bytes) -> None:
    programme, key = trust.opened(decision, data)
    held = decision.state.programme
    if held is not None and programme.version <= held.version:
        if data == decision.state.programme_bytes:
            decision.change(set_back=None)
            return
        _show_held(decision, programme)
        raise Refused(Refusal.REPLAYED, f"version {programme.version} after {held.version}")
    waiting = {sitting.broadcast.id: sitting.broadcast for sitting in plan_of.in_turn(decision.state)}
    decision.do(Remember(Shelf.PROGRAMME, trust.HELD, data))
    decision.change(programme=programme, programme_bytes=data, programme_key=key, set_back=None, judge_all=True)
    decision.note_signed(programme.issued_at)
    decision.log("programme-accepted", version=programme.version, broadcasts=len(programme.broadcasts))
    _receipt_withdrawn(decision, waiting)


def _show_held(decision: Decision, programme: Programme) -> None:
    """The controller goes by an older database, or this is a replay: it must see what this unit holds to tell."""
    state, mono = decision.state, decision.now.mono
    decision.change(set_back=programme.version)
    if state.link and (state.held_at is None or mono - state.held_at >= HELD_EVERY_S):
        decision.change(held_at=mono)
        decision.do(PublishHeld(state.programme_bytes))


def _receipt_withdrawn(decision: Decision, waiting: Mapping[BroadcastId, PlannedBroadcast]) -> None:
    """A broadcast that was waiting and is now both out of the plan and cancelled gets its last receipt."""
    ranks, plan = plan_of.cancellations(decision.state), plan_of.planned(decision.state)
    for id_, broadcast in waiting.items():
        if id_ not in plan and broadcast.class_.rank <= ranks.get(id_, -1):
            lives.lapse(decision, id_, lives.known(decision, broadcast), Reason.CANCELLED)


def _order(decision: Decision, data: bytes) -> None:
    setting = decision.state.setting
    order, key = open_down(data, Order, trust.keyring(decision.state), setting.commune, setting.unit)
    orders.on_order(decision, order, key.id)


def _acknowledged(decision: Decision, data: bytes) -> None:
    setting = decision.state.setting
    ack, _ = open_down(data, ReceiptAck, trust.keyring(decision.state), setting.commune, setting.unit)
    receipts.on_acknowledged(decision, ack)


def _clock_answer(decision: Decision, data: bytes) -> None:
    setting = decision.state.setting
    answer, key = open_down(data, ClockAnswer, trust.keyring(decision.state), setting.commune, setting.unit)
    clock.on_answer(decision, answer, key.id)


_READERS: dict[Kind, Callable[[Decision, bytes], None]] = {
    Kind.PROGRAMME: _programme,
    Kind.ORDER: _order,
    Kind.RECEIPT_ACK: _acknowledged,
    Kind.DELEGATION: trust.on_delegation,
    Kind.CLOCK_ANSWER: _clock_answer,
}
