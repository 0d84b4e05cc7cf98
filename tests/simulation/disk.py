"""The disk of one simulated unit: its durable memory, its clips, and what can be wrong with it.

What was committed survives every end of the process and every power cut. A new disk (a new card) begins a new journal.
It keeps the contract of `edge.core.deciding.DurableMemory`, as `edge.adapters.memory` does.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from edge.core.deciding import MemoryReturned, MemoryTrouble
from edge.core.effects import DropReceipts, Durable, Journal, Remember
from edge.core.memory import ABSENT, Memory, Shelf
from protocol.messages import Receipt
from protocol.names import ClipHash, DiskHealth

ARCHIVED = 1000
_ADOPTED = frozenset({Shelf.PROGRESS, Shelf.ORDERS, Shelf.ORDERED, Shelf.CANCELLED})


@dataclass
class Disk:
    """`written` is every receipt that was ever committed here, whatever became of it."""

    journal: str
    shelves: dict[Shelf, dict[str, bytes]] = field(default_factory=lambda: {shelf: {} for shelf in Shelf})
    receipts: list[Receipt] = field(default_factory=list)
    written: list[Receipt] = field(default_factory=list)
    acknowledged: int = 0
    clips: set[ClipHash] = field(default_factory=set)
    spoilt: set[ClipHash] = field(default_factory=set)
    parts: dict[ClipHash, int] = field(default_factory=dict)
    """Bytes that are there of clips that are not whole."""
    idle: dict[ClipHash, float] = field(default_factory=dict)
    """Clips that no plan needs, since when."""
    health: DiskHealth = DiskHealth.OK
    opens: bool = True
    """Whether the database can be opened while the disk is not healthy."""
    absent: bool = False
    """Whether the present process could not open it when it began."""
    committed: Callable[[list[Durable]], None] = lambda effects: None

    @property
    def last_number(self) -> int:
        return self.written[-1].number if self.written else 0

    def load(self) -> Memory:
        self.absent = self.health is not DiskHealth.OK and not self.opens
        if self.absent:
            return Memory(journal=ABSENT, disk=self.health)
        return Memory(
            journal=self.journal,
            shelves={shelf: dict(records) for shelf, records in self.shelves.items()},
            receipts=tuple(self.receipts),
            last_number=self.last_number,
            acknowledged=self.acknowledged,
        )

    def commit(self, effects: Iterable[Durable]) -> None:
        if self.health is not DiskHealth.OK:
            raise MemoryTrouble(self.health)
        returned, self.absent = self.absent, False
        durable = self._adopted(effects) if returned else list(effects)
        for effect in durable:
            self._write(effect)
        self.committed(durable)
        if returned:
            raise MemoryReturned

    def archived(self, after: int, through: int) -> tuple[Receipt, ...]:
        """Of the acknowledged receipts the last thousand are kept."""
        first = max(after, self.acknowledged - ARCHIVED) + 1
        return tuple(receipt for receipt in self.written if first <= receipt.number <= through)

    def _adopted(self, effects: Iterable[Durable]) -> list[Durable]:
        """What was done without the disk, as it is to be written beside what the disk holds."""
        number, adopted = self.last_number, list[Durable]()
        for effect in effects:
            if isinstance(effect, Journal):
                number += 1
                adopted.append(Journal(replace(effect.receipt, number=number)))
            elif isinstance(effect, Remember) and effect.shelf in _ADOPTED:
                adopted.append(effect)
        return adopted

    def _write(self, effect: Durable) -> None:
        match effect:
            case Remember(shelf, key, None):
                self.shelves[shelf].pop(key, None)
            case Remember(shelf, key, value):
                self.shelves[shelf][key] = value
            case Journal(receipt):
                self.receipts.append(receipt)
                self.written.append(receipt)
            case DropReceipts(through):
                self.acknowledged = max(self.acknowledged, through)
                self.receipts = [receipt for receipt in self.receipts if receipt.number > through]
