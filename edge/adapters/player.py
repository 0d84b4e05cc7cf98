"""The one real-time thread. It obeys StartSound and StopSound of the core, one sound at a time.

Every sound is answered with exactly one end, SoundFinished, SoundStopped or SoundFailed, after the relay is off.
"""

import queue
import threading

from edge.adapters.performance import Performance, Stage
from edge.core.effects import StartSound
from edge.core.events import SoundChecked

CHECK_S = 30.0
"""How often the sound card is looked at while nothing sounds."""
STOP_S = 1.0
"""Seconds after a StopSound within which the relay is off, whoever must do it."""


class Player:
    """Owns the output and, through the guard, the relay, of the stage that it is given."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._orders: queue.SimpleQueue[StartSound | None] = queue.SimpleQueue()
        self._halts: dict[int, threading.Event] = {}
        self._limited = threading.Event()
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)

    def start(self) -> None:
        """Begin to obey."""
        self._thread.start()

    def start_sound(self, order: StartSound) -> None:
        """Play this; the core never asks while a sound has not ended."""
        self._halts[order.serial] = threading.Event()
        self._orders.put(order)

    def stop_sound(self, serial: int) -> None:
        """Silence this sound, if it has not ended."""
        halt = self._halts.get(serial)
        if halt is not None:
            self._stage.relay.within(STOP_S)
            halt.set()

    def limit(self) -> None:
        """The guard has switched the relay off: the sound in hand ends as failed."""
        self._limited.set()
        self._halt_all()

    def close(self) -> None:
        """End the thread, silent."""
        self._halt_all()
        self._orders.put(None)
        self._thread.join(timeout=2 * STOP_S)

    def _halt_all(self) -> None:
        for halt in list(self._halts.values()):
            halt.set()

    def _run(self) -> None:
        self._check()
        while True:
            try:
                order = self._orders.get(timeout=CHECK_S)
            except queue.Empty:
                self._check()
                continue
            if order is None:
                return
            self._limited.clear()
            end = Performance(order, self._stage, self._halts[order.serial], self._limited).play()
            del self._halts[order.serial]
            self._stage.post(end)

    def _check(self) -> None:
        self._stage.post(SoundChecked(self._stage.output.check()))
