"""Messages that came in: believed or not, and what the believed ones change. Nothing unbelieved gets past this module.

A message that is not believed is counted and logged; it earns no receipt, so that a stranger can make no noise.
"""

from collections.abc import Callable, Mapping

from edge.core import lives, orders, receipts
from edge.core import plan as plan_of
from edge.core.decision import Decision
from edge.core.effects import Remember
from edge.core.events import MessageArrived
from edge.core.memory import Newest, Shelf
from protocol.envelope import Refused, open_down
from protocol.messages import Order, PlannedBroadcast, Programme, ReceiptAck
from protocol.names import BroadcastId, Kind, Reason, Refusal


def on_message(decision: Decision, event: MessageArrived) -> None:
    """Verify a message and obey it, or count it as refused."""
    try:
        _READERS[event.kind](decision, event.data)
    except Refused as refusal:
        refuse(decision, event.kind, refusal)


def refuse(decision: Decision, kind: Kind, refusal: Refused) -> None:
    """Count a message that was not believed."""
    decision.change(refused=decision.state.refused + 1, last_refusal=f"{kind}: {refusal.reason}")
    decision.log("message-refused", warning=True, kind=kind, reason=refusal.reason, detail=refusal.detail)


def _programme(decision: Decision, data: bytes) -> None:
    setting, held = decision.state.setting, decision.state.programme
    programme, _ = open_down(data, Programme, setting.keys, setting.commune, setting.unit)
    if held is not None and programme.version <= held.version:
        if data == decision.state.programme_bytes:
            return
        raise Refused(Refusal.REPLAYED, f"version {programme.version} after {held.version}")
    waiting = {sitting.broadcast.id: sitting.broadcast for sitting in plan_of.in_turn(decision.state)}
    decision.do(Remember(Shelf.PROGRAMME, "held", data))
    decision.change(programme=programme, programme_bytes=data)
    newest = decision.state.newest
    if newest.programme is None or programme.issued_at > newest.programme:
        decision.keep_newest(Newest(newest.order, programme.issued_at))
    decision.log("programme-accepted", version=programme.version, broadcasts=len(programme.broadcasts))
    _receipt_withdrawn(decision, waiting)


def _receipt_withdrawn(decision: Decision, waiting: Mapping[BroadcastId, PlannedBroadcast]) -> None:
    """A broadcast that was waiting and is now both out of the plan and cancelled gets its last receipt."""
    ranks, plan = plan_of.cancellations(decision.state), plan_of.planned(decision.state)
    for id_, broadcast in waiting.items():
        if id_ not in plan and broadcast.class_.rank <= ranks.get(id_, -1):
            lives.lapse(decision, id_, lives.known(decision, broadcast), Reason.CANCELLED)


def _order(decision: Decision, data: bytes) -> None:
    setting = decision.state.setting
    order, _ = open_down(data, Order, setting.keys, setting.commune, setting.unit)
    orders.on_order(decision, order)


def _acknowledged(decision: Decision, data: bytes) -> None:
    setting = decision.state.setting
    ack, _ = open_down(data, ReceiptAck, setting.keys, setting.commune, setting.unit)
    receipts.on_acknowledged(decision, ack)


_READERS: dict[Kind, Callable[[Decision, bytes], None]] = {
    Kind.PROGRAMME: _programme,
    Kind.ORDER: _order,
    Kind.RECEIPT_ACK: _acknowledged,
}
