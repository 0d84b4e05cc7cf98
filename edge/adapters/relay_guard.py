"""The hard limit on the relay's on-time, kept by a thread of its own: it holds even when the player hangs.

Silence is the safe state, so everything that doubts ends here: a limit that was reached, a stop that nobody obeyed, a
thread that died, a signal.
"""

import threading
import time
from collections.abc import Callable

from edge.core.events import RelayChanged
from edge.core.ports import Relay

STUCK_S = 10.0
"""Seconds after the guard switched off within which the player must come back; else the process is to end."""


class RelayGuard:
    """Switches a relay for the player, and off by itself at the latest `limit_s` seconds after it went on.

    `post` is told of every switch, without the lock, in the thread that switched.
    """

    def __init__(self, relay: Relay, post: Callable[[RelayChanged], None], stuck_s: float = STUCK_S) -> None:
        self._relay, self._post, self._stuck_s = relay, post, stuck_s
        self._condition = threading.Condition()
        self._deadline: float | None = None
        self._tripped = False
        self._closed = False
        self._level = False

    def start(self, *, on_limit: Callable[[], None], on_stuck: Callable[[], None]) -> None:
        """Begin to watch. `on_limit` is called when the guard had to act, `on_stuck` when that did not help."""
        arguments = (on_limit, on_stuck)
        threading.Thread(target=self._watch, args=arguments, name="relay-guard", daemon=True).start()

    def on(self, limit_s: float) -> None:
        """Switch on, for `limit_s` seconds at most. Raises RelayFailed, and then the relay is off."""
        with self._condition:
            self._deadline = time.monotonic() + limit_s
            self._tripped = False
            self._condition.notify()
            self._switch(level=True)
        self._post(RelayChanged(on=True))

    def off(self) -> None:
        """Switch off. Raises RelayFailed."""
        with self._condition:
            self._deadline = None
            self._condition.notify()
            changed = self._switch(level=False)
        if changed:
            self._post(RelayChanged(on=False))

    def within(self, limit_s: float) -> None:
        """Silence is wanted: if the player has not switched off in `limit_s` seconds, the guard does."""
        with self._condition:
            if self._deadline is not None and not self._tripped:
                self._deadline = min(self._deadline, time.monotonic() + limit_s)
                self._condition.notify()

    def close(self) -> None:
        """Switch off for good and stop watching."""
        with self._condition:
            self._closed = True
            self._condition.notify()
            self._relay.close()
            self._level = False

    def _switch(self, *, level: bool) -> bool:
        changed = level is not self._level
        if level:
            self._relay.on()
        else:
            self._relay.off()
        self._level = level
        return changed

    def _watch(self, on_limit: Callable[[], None], on_stuck: Callable[[], None]) -> None:
        while True:
            with self._condition:
                self._condition.wait(self._left())
                if self._closed:
                    return
                if self._deadline is None or time.monotonic() < self._deadline:
                    continue
                stuck, first = self._tripped, not self._tripped
                self._tripped = True
                self._deadline = time.monotonic() + self._stuck_s
                changed = self._switch(level=False)
            if changed:
                self._post(RelayChanged(on=False))
            if first:
                on_limit()
            if stuck:
                on_stuck()

    def _left(self) -> float | None:
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())
