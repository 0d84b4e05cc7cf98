"""What happens when something nobody foresaw happens: relay off, then the process ends, and systemd begins anew.

A thread that logs an exception and dies, while the service stays "active" and silent, is worse than a restart.
"""

import logging
import os
import sys
import threading
from types import TracebackType
from typing import NoReturn

from edge.adapters.logbook import facts
from edge.adapters.relay_guard import RelayGuard
from edge.core.ports import RelayFailed

log = logging.getLogger("edge")
EXIT_CODE = 70
"""EX_SOFTWARE of sysexits.h: an internal error."""


class LastResort:
    """Ends the process with the relay off. Made with the guard, installed for every thread."""

    def __init__(self, guard: RelayGuard) -> None:
        self._guard = guard

    def install(self) -> None:
        """Catch what no thread, the main one included, has caught."""
        threading.excepthook = lambda hook: self.end(hook.exc_value, str(getattr(hook.thread, "name", "?")))
        sys.excepthook = self._main_thread

    def stuck(self) -> NoReturn:
        """The player did not come back: end the process."""
        self.end(None, "player")

    def end(self, error: BaseException | None, thread: str) -> NoReturn:
        """Relay off, say why, and end at once: other threads may hang, so nobody is waited for."""
        try:
            self._switch_off()
            log.critical("process-ends", extra=facts(thread=thread), exc_info=error)
        finally:
            os._exit(EXIT_CODE)

    def _switch_off(self) -> None:
        try:
            self._guard.close()
        except RelayFailed as error:
            log.critical("relay-not-off", extra=facts(why=error))

    def _main_thread(self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None) -> None:
        self.end(error, "main")
