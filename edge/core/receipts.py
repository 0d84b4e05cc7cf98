"""Which receipts to send, and which are done with. None is forgotten before the controller says that it has it.

What it has goes into an archive, for a controller whose database was restored from an older copy asks for it again.
While the disk fails, what is not on it is not sent: a number that was sent must never come to mean something else.
"""

from edge.core.decision import Decision
from edge.core.effects import DropReceipts, SendArchived, SendReceipts
from protocol.messages import Receipt, ReceiptAck
from protocol.names import DiskHealth

BATCH = 50
IN_FLIGHT = 500
"""At most so many receipts are sent before an acknowledgement or the next repetition."""
RESEND_FIRST_S = 20.0
RESEND_SPREAD_S = 20.0
"""Unacknowledged receipts are repeated after 20 to 40 s, at random, so that a commune's units do not shout together."""
AGAIN_S = 600.0
"""The archive is sent no more often."""


def on_acknowledged(decision: Decision, ack: ReceiptAck) -> None:
    """The controller has stored all receipts up to a number. Of another journal, or of the future: ignored."""
    state = decision.state
    if ack.journal != state.journal or ack.through > state.last_number:
        decision.log("ack-of-another-journal", warning=True, journal=ack.journal, through=ack.through)
        return
    if ack.again and ack.through < state.acknowledged:
        _send_archived(decision, ack.through)
    if ack.through <= state.acknowledged:
        return
    left = tuple(receipt for receipt in state.receipts if receipt.number > ack.through)
    sent_through = max(state.sent_through, ack.through)
    decision.change(receipts=left, sent_through=sent_through, acknowledged=ack.through)
    decision.do(DropReceipts(ack.through))


def _send_archived(decision: Decision, after: int) -> None:
    state, mono = decision.state, decision.now.mono
    if not state.link or (state.archive_at is not None and mono - state.archive_at < AGAIN_S):
        return
    decision.change(archive_at=mono)
    decision.do(SendArchived(after, state.acknowledged))
    decision.log("receipts-sent-again", warning=True, after=after, through=state.acknowledged)


def on_link(decision: Decision, *, up: bool) -> None:
    """With a new link everything unacknowledged is sent anew; without one, nothing."""
    first = decision.state.receipts[0].number if decision.state.receipts else decision.state.last_number + 1
    decision.change(link=up, sent_through=first - 1, resend_at=None)


def send(decision: Decision) -> None:
    """Send what was not sent yet, and all that is unacknowledged when its time has come."""
    state, now = decision.state, decision.now
    receipts = _sendable(decision)
    if not state.link or not receipts:
        decision.change(resend_at=None)
        return
    first = receipts[0].number
    if state.resend_at is not None and now.mono >= state.resend_at:
        decision.change(sent_through=first - 1, resend_at=None)
    sent = decision.state.sent_through
    fresh = receipts[max(sent - first + 1, 0) : IN_FLIGHT]
    for start in range(0, len(fresh), BATCH):
        decision.do(SendReceipts(fresh[start : start + BATCH]))
    if fresh:
        decision.change(sent_through=fresh[-1].number)
    if decision.state.resend_at is None:
        decision.change(resend_at=now.mono + RESEND_FIRST_S + RESEND_SPREAD_S * now.chance)


def _sendable(decision: Decision) -> tuple[Receipt, ...]:
    state = decision.state
    if state.disk is DiskHealth.OK:
        return state.receipts
    return tuple(receipt for receipt in state.receipts if receipt.number <= state.durable_through)
