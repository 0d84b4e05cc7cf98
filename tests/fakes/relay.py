"""A relay for tests of what stands above it: as strict as the port says, with a record and buttons for failure."""

import threading

from edge.core.ports import RelayFailed


class FakeRelay:
    def __init__(self) -> None:
        self.switched: list[bool] = [False]
        self.refuse_on = False
        self.refuse_off = False
        self.closed = False
        self.changed = threading.Condition()

    @property
    def level(self) -> bool:
        return self.switched[-1]

    def on(self) -> None:
        if self.closed or self.refuse_on:
            raise RelayFailed("the relay does not switch on")
        self._switch(level=True)

    def off(self) -> None:
        if self.refuse_off:
            raise RelayFailed("the relay does not switch off")
        self._switch(level=False)

    def close(self) -> None:
        self.off()
        self.closed = True

    def await_level(self, level: bool) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.level is level, timeout=10), f"the relay is not {level}"

    def _switch(self, *, level: bool) -> None:
        with self.changed:
            if level is not self.level:
                self.switched.append(level)
            self.changed.notify_all()
