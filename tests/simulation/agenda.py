"""What happens when: a heap of true instants, in seconds from the beginning. Equal ones keep the order of asking."""

import heapq
from collections.abc import Callable

Act = Callable[[], object]


class Entry:
    """One thing that will happen, unless it is called off."""

    __slots__ = ("act", "when")

    def __init__(self, when: float, act: Act) -> None:
        self.when = when
        self.act: Act | None = act

    def call_off(self) -> None:
        self.act = None


class Agenda:
    """The only clock of a simulation. `now` is the true time, and moves only from one happening to the next."""

    def __init__(self) -> None:
        self.now = 0.0
        self.happenings = 0
        self._heap: list[tuple[float, int, Entry]] = []
        self._asked = 0

    def at(self, when: float, act: Act) -> Entry:
        entry = Entry(max(when, self.now), act)
        self._asked += 1
        heapq.heappush(self._heap, (entry.when, self._asked, entry))
        return entry

    def after(self, seconds: float, act: Act) -> Entry:
        return self.at(self.now + seconds, act)

    def run(self, until: float) -> None:
        heap = self._heap
        while heap and heap[0][0] <= until:
            self.now, _, entry = heapq.heappop(heap)
            act, entry.act = entry.act, None
            if act is not None:
                self.happenings += 1
                act()
        self.now = until
