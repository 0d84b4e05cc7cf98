"""Waiting for what real processes do: looks again and again, up to a deadline, and says what it last saw."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE_S = 60.0
_pause = threading.Event()


def eventually(look: Callable[[], T], *, what: str, patience_s: float = PATIENCE_S) -> T:
    """Return the first true answer of `look`; fail with the last answer when none came in time."""
    deadline = time.monotonic() + patience_s
    while True:
        answer = look()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what}: still {answer!r} after {patience_s} s"
        _pause.wait(0.1)
