"""Labelled instants at which a process is killed. Product code knows nothing of them: real functions are wrapped.

Each point names a function, whether just before or just after it, and which of its calls count. At the n-th passage
the process kills itself with SIGKILL: nothing is flushed, closed or said, but for one line that tells the test so.
"""

import functools
import importlib
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from edge.core.effects import DropReceipts, Journal, Remember
from edge.core.memory import Shelf
from protocol.names import Stage

SAID = "crash-point"
COMMIT = "edge.adapters.memory:DiskMemory.commit"


def _any(*_args: Any, **_kwargs: Any) -> bool:
    return True


def _keeps(shelf: str) -> Callable[..., bool]:
    return lambda _memory, effects: any(isinstance(each, Remember) and each.shelf == Shelf(shelf) for each in effects)


def _finishes(_memory: Any, effects: Any) -> bool:
    return any(isinstance(each, Journal) and each.receipt.stage == Stage.FINISHED for each in effects)


def _drops(_memory: Any, effects: Any) -> bool:
    return any(isinstance(each, DropReceipts) for each in effects)


def _writes_an_order(_memory: Any, effect: Any) -> bool:
    return isinstance(effect, Remember) and effect.shelf == Shelf.ORDERED


def _has_a_broadcast(_session: Any, _desk: Any, _unit: Any, content: Any, *_last: Any) -> bool:
    return bool(content.broadcasts)


def _names_a_broadcast(_doorbell: Any, _unit: Any, data: bytes) -> bool:
    return b'"broadcasts":[]' not in data


@dataclass(frozen=True)
class Point:
    """`target` is `module:attribute.path`."""

    target: str
    when: Literal["before", "after"] = "before"
    counts: Callable[..., bool] = _any
    passage: int = 1


UNIT: dict[str, Point] = {
    "order-before-seen": Point(COMMIT, "before", _keeps("orders")),
    "order-inside-commit": Point("edge.adapters.memory:DiskMemory._write", "after", _writes_an_order),
    "order-seen": Point(COMMIT, "after", _keeps("orders")),
    "programme-before-commit": Point(COMMIT, "before", _keeps("programme")),
    "programme-committed": Point(COMMIT, "after", _keeps("programme")),
    "delegation-before-commit": Point(COMMIT, "before", _keeps("delegation")),
    "delegation-committed": Point(COMMIT, "after", _keeps("delegation")),
    "before-relay-on": Point("edge.adapters.simulated_relay:SimulatedRelay.on"),
    "after-relay-on": Point("edge.adapters.simulated_relay:SimulatedRelay.on", "after"),
    "mid-sound": Point("edge.adapters.performance:Performance.reached", passage=15),
    "after-last-sample": Point("edge.adapters.wav_sink:WavSink.play", "after"),
    "finished-before-commit": Point(COMMIT, "before", _finishes),
    "finished-committed": Point(COMMIT, "after", _finishes),
    "clip-before-rename": Point("edge.adapters.clip_folder:ClipFolder.accept"),
    "clip-renamed": Point("edge.adapters.clip_folder:_sync_folder"),
    "receipts-before-sent": Point("edge.runtime:Runtime._send_receipts"),
    "receipts-sent": Point("edge.runtime:Runtime._send_receipts", "after", passage=2),
    "acknowledge-before-commit": Point(COMMIT, "before", _drops),
    "acknowledged": Point(COMMIT, "after", _drops),
}

CONTROLLER: dict[str, Point] = {
    "order-signed": Point("controller.services.orders:issue", "after"),
    "order-stored": Point("controller.services.orders:ring"),
    "order-rung": Point("controller.services.orders:ring", "after"),
    "programme-signed": Point("controller.services.programmes:_sign", "after", _has_a_broadcast),
    "programme-stored": Point("controller.adapters.mqtt:MqttDoorbell.programme", "before", _names_a_broadcast),
    "receipts-before-commit": Point("controller.services.receipts:_through", "after"),
    "receipts-before-ack": Point("controller.adapters.mqtt:MqttDoorbell.receipt_ack"),
    "voice-begun": Point("controller.adapters.studio:SpeechStudio.render"),
    "voice-made": Point("controller.adapters.studio:SpeechStudio.render", "after"),
}


def arm(label: str, point: Point, passage: int) -> None:
    """Make this process kill itself at the point."""
    holder, name = _find(point.target)
    real = getattr(holder, name)
    lock, left = threading.Lock(), passage

    @functools.wraps(real)
    def watched(*args: Any, **kwargs: Any) -> Any:
        nonlocal left
        with lock:
            left -= point.counts(*args, **kwargs)
            now = left == 0 and point.counts(*args, **kwargs)
        if now and point.when == "before":
            _die(label)
        answer = real(*args, **kwargs)
        if now:
            _die(label)
        return answer

    setattr(holder, name, watched)


def _find(target: str) -> tuple[Any, str]:
    module, _, path = target.partition(":")
    *between, name = path.split(".")
    return functools.reduce(getattr, between, importlib.import_module(module)), name


def _die(label: str) -> NoReturn:
    os.write(2, f"{SAID} {label}\n".encode())
    os.kill(os.getpid(), signal.SIGKILL)
    threading.Event().wait()
    raise AssertionError
