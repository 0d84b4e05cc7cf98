"""One decision being made: the state as it becomes, and the effects as they gather. It lives for one step only."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from edge.core import memory
from edge.core.effects import Effect, Journal, Log, Remember
from edge.core.instant import Instant
from edge.core.memory import Newest, Ordered, Progress, SeenOrder, Shelf, Tombstone
from edge.core.state import State
from edge.core.timekeeper import Anchors
from protocol.messages import Receipt
from protocol.names import BroadcastId, OrderId, Stage

MOST_RECEIPTS = 5000
"""Beyond so many unacknowledged receipts only what was played, or was not, is written down: see `Decision.has_room`."""
SPOKEN = frozenset({Stage.STARTED, Stage.INTERRUPTED, Stage.RESUMED, Stage.FINISHED, Stage.SKIPPED, Stage.FAILED})
"""The stages that say what a village heard or did not hear. Their receipts are always written."""


class Decision:
    """Collects changes. Whatever is durable changes here and nowhere else, so state and disk cannot differ."""

    def __init__(self, state: State, raw: Instant) -> None:
        self.state = state
        self.raw = raw
        """What the machine's clock says; everything but `edge.core.clock` goes by `now`, the clock believed."""
        self.now = raw
        self.effects: list[Effect] = []

    def change(self, **fields: Any) -> None:  # noqa: ANN401 - the fields of State, checked by dataclasses.replace
        """Alter fields of the state that need not outlive the process."""
        self.state = replace(self.state, **fields)

    def do(self, effect: Effect) -> None:
        """Add an effect."""
        self.effects.append(effect)

    def log(self, what: str, /, *, warning: bool = False, **fields: object) -> None:
        """Add a line for the technician."""
        self.effects.append(Log(what, fields, warning))

    def receipt(
        self,
        stage: Stage,
        *,
        broadcast: BroadcastId | None = None,
        order: OrderId | None = None,
        reason: str | None = None,
        played_ms: int | None = None,
        of_ms: int | None = None,
        error_us: int | None = None,
        at: datetime | None = None,
    ) -> None:
        """Append the next receipt to the journal; `at` when it happened at another moment than this one."""
        if not self.has_room(stage):
            self._leave_out(stage)
            return
        receipt = Receipt(
            number=self.state.last_number + 1,
            at=at or self.now.wall,
            clock=self.now.trust,
            stage=stage,
            broadcast=broadcast,
            order=order,
            reason=reason,
            played_ms=played_ms,
            of_ms=of_ms,
            error_us=error_us,
        )
        self.change(last_number=receipt.number, receipts=(*self.state.receipts, receipt))
        self.do(Journal(receipt))
        facts = {"broadcast": broadcast, "order": order, "reason": reason, "played_ms": played_ms, "error_us": error_us}
        told = {name: fact for name, fact in facts.items() if fact is not None}
        self.do(Log(f"receipt-{stage}", {"number": receipt.number, **told}))

    def has_room(self, stage: Stage) -> bool:
        """Whether a receipt of this stage is written down.

        A unit whose controller has been gone for months does not fill its card with word of what it stored or was told;
        what was heard it never leaves out. A plan ends after 14 days, so that this cannot grow for ever either.
        """
        return stage in SPOKEN or len(self.state.receipts) < MOST_RECEIPTS

    def _leave_out(self, stage: Stage) -> None:
        silenced = self.state.silenced_receipts + 1
        self.change(silenced_receipts=silenced)
        if silenced.bit_count() == 1:
            self.log("receipts-left-out", warning=True, stage=stage, count=silenced, waiting=len(self.state.receipts))

    def keep_progress(self, broadcast: BroadcastId, progress: Progress) -> None:
        """Remember how far a broadcast came."""
        self.change(progress={**self.state.progress, broadcast: progress})
        self.do(Remember(Shelf.PROGRESS, broadcast, memory.encode(progress)))

    def keep_ordered(self, ordered: Ordered) -> None:
        """Remember a broadcast that came by an order."""
        id_ = ordered.broadcast.id
        self.change(ordered={**self.state.ordered, id_: ordered})
        self.do(Remember(Shelf.ORDERED, id_, memory.encode(ordered)))

    def keep_order(self, order: OrderId, seen: SeenOrder) -> None:
        """Remember that an order was dealt with."""
        self.change(orders={**self.state.orders, order: seen})
        self.do(Remember(Shelf.ORDERS, order, memory.encode(seen)))

    def keep_tombstone(self, broadcast: BroadcastId, tombstone: Tombstone) -> None:
        """Remember that a broadcast must not sound."""
        self.change(cancelled={**self.state.cancelled, broadcast: tombstone})
        self.do(Remember(Shelf.CANCELLED, broadcast, memory.encode(tombstone)))

    def keep_newest(self, newest: Newest) -> None:
        """Remember the newest signed time."""
        self.change(newest=newest)
        self.do(Remember(Shelf.NEWEST, "signed", memory.encode(newest)))

    def note_signed(self, at: datetime) -> None:
        """Something was signed at this time: remember it when nothing newer ever was."""
        newest = self.state.newest.signed
        if newest is None or at > newest:
            self.keep_newest(Newest(at))

    def keep_anchors(self, anchors: Anchors) -> None:
        """Remember what is known of the time."""
        self.change(anchors=anchors)
        self.do(Remember(Shelf.CLOCK, "anchors", memory.encode(anchors)))

    def forget(self, shelf: Shelf, keys: set[str]) -> None:
        """Take records away for good."""
        names = {
            Shelf.ORDERED: "ordered",
            Shelf.ORDERS: "orders",
            Shelf.PROGRESS: "progress",
            Shelf.CANCELLED: "cancelled",
        }
        name = names[shelf]
        held = getattr(self.state, name)
        self.change(**{name: {key: value for key, value in held.items() if key not in keys}})
        for key in sorted(keys):
            self.do(Remember(shelf, key, None))
