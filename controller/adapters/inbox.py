"""Messages from units on their way to the use cases: taken in order by one worker, counted when they are refused.

The network thread only puts them here, so that a slow commit never makes the broker think that we are gone. The queue
is bounded; what does not fit is dropped and counted: a unit sends its receipts again until they are acknowledged, and
its state every half minute.
"""

import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from protocol.envelope import Refused
from protocol.names import CommuneId, UnitId
from protocol.topics import Leaf, read_unit_topic

log = logging.getLogger(__name__)

BOUND = 2_000
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


class Inbox:
    """Hands each message to the use case of its topic."""

    def __init__(
        self, commune: CommuneId, takers: Mapping[Leaf, Take], fatal: Callable[[str, BaseException], None]
    ) -> None:
        self._commune = commune
        self._takers = takers
        self._fatal = fatal
        self._letters: queue.Queue[Letter | None] = queue.Queue(BOUND)
        self._thread = threading.Thread(target=self._work, name="inbox", daemon=True)
        self.counts: Counter[str] = Counter()
        """How many messages were refused, by reason; for the log and the health page."""

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> None:
        """Deal with what is here, and end; harmless before the start."""
        if not self._thread.is_alive():
            return
        try:
            self._letters.put(None, timeout=timeout_s)
        except queue.Full:
            return
        self._thread.join(timeout_s)

    def put(self, letter: Letter) -> None:
        """Take a message; never waits."""
        try:
            self._letters.put_nowait(letter)
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

    def _work(self) -> None:
        while (letter := self._letters.get()) is not None:
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
