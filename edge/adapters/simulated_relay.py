"""A relay for a machine without pins: it writes every switch, with its time, to a file that people and tests can read.

Each line is `<UTC time> simulated on|off`. It begins with an `off`, as the pin does.
"""

from datetime import UTC, datetime
from pathlib import Path

from edge.core.ports import RelayFailed


class SimulatedRelay:
    """Says in its log that it is simulated; keeps the contract of the real one."""

    def __init__(self, log: Path) -> None:
        """Begin, off. Raises RelayFailed when the log cannot be written."""
        self._log = log
        self._level: bool | None = None
        self._open = True
        self._switch(level=False)

    def on(self) -> None:
        """Write `on`, unless it is."""
        if not self._open:
            raise RelayFailed("the simulated relay was closed")
        self._switch(level=True)

    def off(self) -> None:
        """Write `off`, unless it is."""
        self._switch(level=False)

    def close(self) -> None:
        """Switch off for good."""
        self._switch(level=False)
        self._open = False

    def _switch(self, *, level: bool) -> None:
        if level is self._level:
            return
        line = f"{datetime.now(UTC).isoformat(timespec='microseconds')} simulated {'on' if level else 'off'}\n"
        try:
            with self._log.open("a", encoding="ascii") as file:
                file.write(line)
        except OSError as error:
            raise RelayFailed(str(error)) from error
        self._level = level
