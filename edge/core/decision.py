"""One decision being made: the state as it becomes, and the effects as they gather. It lives for one step only."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from edge.core import memory
from edge.core.effects import Effect, Journal, Log, Remember
from edge.core.instant import Instant
from edge.core.memory import Newest, Progress, SeenOrder, Shelf, Tombstone
from edge.core.state import State
from protocol.messages import PlannedBroadcast, Receipt
from protocol.names import BroadcastId, OrderId, Stage


class Decision:
    """Collects changes. Whatever is durable changes here and nowhere else, so state and disk cannot differ."""

    def __init__(self, state: State, now: Instant) -> None:
        self.state = state
        self.now = now
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

    def keep_progress(self, broadcast: BroadcastId, progress: Progress) -> None:
        """Remember how far a broadcast came."""
        self.change(progress={**self.state.progress, broadcast: progress})
        self.do(Remember(Shelf.PROGRESS, broadcast, memory.encode(progress)))

    def keep_ordered(self, broadcast: PlannedBroadcast) -> None:
        """Remember a broadcast that came by an order."""
        self.change(ordered={**self.state.ordered, broadcast.id: broadcast})
        self.do(Remember(Shelf.ORDERED, broadcast.id, memory.encode(broadcast)))

    def keep_order(self, order: OrderId, seen: SeenOrder) -> None:
        """Remember that an order was dealt with."""
        self.change(orders={**self.state.orders, order: seen})
        self.do(Remember(Shelf.ORDERS, order, memory.encode(seen)))

    def keep_tombstone(self, broadcast: BroadcastId, tombstone: Tombstone) -> None:
        """Remember that a broadcast must not sound."""
        self.change(cancelled={**self.state.cancelled, broadcast: tombstone})
        self.do(Remember(Shelf.CANCELLED, broadcast, memory.encode(tombstone)))

    def keep_newest(self, newest: Newest) -> None:
        """Remember the newest signed times."""
        self.change(newest=newest)
        self.do(Remember(Shelf.NEWEST, "signed", memory.encode(newest)))

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
