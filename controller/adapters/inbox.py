"""Messages from units on their way to the use cases: taken in order by one worker, counted when they are refused.

The network thread only puts them here, so that a slow commit never makes the broker think that we are gone. The queue
is bounded; what does not fit is dropped and counted: a unit sends its receipts again until they are acknowledged, and
its state every half minute. What is worth nothing when it is late (questions for the time) has a queue and a worker of
its own, and never stands behind receipts.
"""

import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from protocol.envelope import Refused
from protocol.names import CommuneId, UnitId
from protocol.topics import Leaf, read_unit_topic

log = logging.getLogger(__name__)

BOUND = 2_000
URGENT_BOUND = 500
"""As many as a commune's units can ask at once after a power cut, several times over."""
LOG_EVERY = 100
"""Of the refused messages of one reason the first is logged, then one of so many: a flood must not fill the disk."""
NO_TOPIC = "no-topic"
DROPPED = "dropped"

Take = Callable[[UnitId, bytes], object]


@dataclass(frozen=True, slots=True)
class Letter:
    """One message as it came; `done` is called when it has been dealt with, whatever became of it."""

    topic: str
    payload: bytes
    done: Callable[[], None]


_Queue = queue.Queue[Letter | None]


class Inbox:
    """Hands each message to the use case of its topic."""

    def __init__(
        self,
        commune: CommuneId,
        takers: Mapping[Leaf, Take],
        fatal: Callable[[str, BaseException], None],
        *,
        urgent: Collection[Leaf] = (),
    ) -> None:
        self._commune = commune
        self._takers = takers
        self._fatal = fatal
        self._urgent = frozenset(urgent)
        self._letters, self._express = _Queue(BOUND), _Queue(URGENT_BOUND)
        self._workers = [
            threading.Thread(target=self._work, args=(letters,), name=name, daemon=True)
            for letters, name in ((self._letters, "inbox"), (self._express, "inbox-urgent"))
        ]
        self.counts: Counter[str] = Counter()
        """How many messages were refused, by reason; for the log and the health page."""

    def start(self) -> None:
        """Begin to work."""
        for worker in self._workers:
            worker.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Deal with what is here, and end; harmless before the start."""
        if not any(worker.is_alive() for worker in self._workers):
            return
        try:
            for letters in (self._express, self._letters):
                letters.put(None, timeout=timeout_s)
        except queue.Full:
            return
        for worker in self._workers:
            worker.join(timeout_s)

    def put(self, letter: Letter) -> None:
        """Take a message; never waits."""
        found = read_unit_topic(letter.topic)
        letters = self._express if found is not None and found.leaf in self._urgent else self._letters
        try:
            letters.put_nowait(letter)
        except queue.Full:
            self.refuse(DROPPED, letter.topic)
            letter.done()

    def refuse(self, reason: str, topic: str, detail: str = "") -> None:
        """Count a message that was not believed, and log some of them."""
        self.counts[reason] += 1
        if self.counts[reason] % LOG_EVERY == 1:
            log.warning(
                "message refused: reason=%s topic=%.120r count=%d %s", reason, topic, self.counts[reason], detail
            )

    def _work(self, letters: _Queue) -> None:
        while (letter := letters.get()) is not None:
            try:
                self._open(letter)
            except Exception as error:  # noqa: BLE001 - it ends the process
                self._fatal("inbox", error)
                return
            finally:
                letter.done()

    def _open(self, letter: Letter) -> None:
        found = read_unit_topic(letter.topic)
        take = self._takers.get(found.leaf) if found and found.commune == self._commune else None
        if found is None or take is None:
            self.refuse(NO_TOPIC, letter.topic)
            return
        try:
            take(found.unit, letter.payload)
        except Refused as error:
            self.refuse(error.reason, letter.topic, error.detail)
