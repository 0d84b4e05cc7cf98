"""The notice board in memory: one process, many open pages, none of which can hold up the desk."""

import threading

from controller.services.ports import TooManyWatchers


class NoticeWatch:
    """One page's view. What happened between two calls of `wait` is told as one set of topics."""

    def __init__(self, board: "NoticeBoard", topics: frozenset[str]) -> None:
        self._board = board
        self._topics = topics
        self._told: set[str] = set()

    def wait(self, timeout_s: float) -> frozenset[str] | None:
        """Return the topics since the last call (empty at the time-out), or None: the controller stops."""
        with self._board.condition:
            self._board.condition.wait_for(lambda: self._told or self._board.closed, timeout_s)
            if self._board.closed:
                return None
            told, self._told = frozenset(self._told), set()
        return told

    def close(self) -> None:
        """Stop listening; harmless when done twice."""
        self._board.leave(self)

    def tell(self, topics: frozenset[str]) -> bool:
        """Take note of what concerns this page, and say whether anything did. The board's lock is held."""
        wanted = topics & self._topics if self._topics else topics
        self._told |= wanted
        return bool(wanted)


class NoticeBoard:
    """Topics in, topics out. Nothing is kept for pages that are not open: they read the database when they are."""

    def __init__(self, most_watchers: int = 200) -> None:
        self.condition = threading.Condition()
        self.closed = False
        self._most = most_watchers
        self._watches: set[NoticeWatch] = set()

    def announce(self, *topics: str) -> None:
        """Say that these topics changed."""
        changed = frozenset(topics)
        with self.condition:
            told = [watch.tell(changed) for watch in self._watches]
            if any(told):
                self.condition.notify_all()

    def watch(self, *topics: str) -> NoticeWatch:
        """Listen to these topics (none given: to all); `TooManyWatchers` beyond the bound."""
        found = NoticeWatch(self, frozenset(topics))
        with self.condition:
            if len(self._watches) >= self._most:
                raise TooManyWatchers
            self._watches.add(found)
        return found

    def leave(self, watch: NoticeWatch) -> None:
        """Forget one watch."""
        with self.condition:
            self._watches.discard(watch)

    def close(self) -> None:
        """Send every page away: the controller stops."""
        with self.condition:
            self.closed = True
            self.condition.notify_all()
