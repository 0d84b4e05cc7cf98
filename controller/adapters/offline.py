"""The doorbell of a command-line tool: it rings nobody. The running controller does that, from the database."""

from collections.abc import Sequence
from datetime import datetime

from protocol.names import UnitId


class Unattached:
    """Implements `controller.services.ports.Doorbell` for a process that is not connected to a broker, and says so."""

    @property
    def connected_since(self) -> datetime | None:
        """Never."""
        return None

    def programme(self, unit: UnitId, data: bytes) -> None:
        """Leave it in the database."""

    def order(self, targets: Sequence[UnitId], data: bytes) -> None:
        """Leave it in the database."""

    def receipt_ack(self, unit: UnitId, data: bytes) -> None:
        """Leave it: the unit sends its receipts again."""

    def delegation(self, data: bytes) -> None:
        """Leave it in the database."""

    def clock_answer(self, unit: UnitId, data: bytes) -> None:
        """Nobody asks a command for the time."""
