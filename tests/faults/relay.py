"""A network that is not there: a TCP relay on this machine that delays, loses, cuts, stalls and lies about ends.

The kernels that the tests run on have no netem. This stands between a unit and its broker or clip server, works on
what TCP would have delivered, and takes every chance from its seed: the n-th segment of one way of the k-th connection
meets the same fate each time. A lost segment is late by a retransmission time-out, which doubles while it is lost
again, and holds up all that follows, as in TCP. It says in its `repr` and in its log that it is a simulation.
"""

import asyncio
import contextlib
import itertools
import logging
import random
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Protocol

log = logging.getLogger("tests.faults.relay")
SEGMENT = 1400
WINDOW = 12
"""Segments of one way that are under way at a time; beyond them the sender is made to wait."""
PATIENCE_S = 20.0
_RESET = struct.pack("ii", 1, 0)


class Way(StrEnum):
    UP = "up"  # from who connected
    DOWN = "down"  # to who connected

    @property
    def other(self) -> "Way":
        return Way.DOWN if self is Way.UP else Way.UP


@dataclass(frozen=True, kw_only=True)
class Weather:
    """What a segment meets on one way. Times in seconds; `loss` is a share of all segments, lost repeats included."""

    delay_s: float = 0.0
    jitter_s: float = 0.0
    loss: float = 0.0
    rto_s: float = 1.0

    def __str__(self) -> str:
        return f"{self.delay_s} s and up to {self.jitter_s} s more, {self.loss:.0%} lost (again after {self.rto_s} s)"


FAIR = Weather()
FAR_AND_LOSSY = Weather(delay_s=1.0, loss=0.1, rto_s=2.2)
"""A round trip of 2 s with every tenth segment lost. 2.2 s is the time-out that Linux settles on for such a round trip:
the round trip and its smallest allowance of 200 ms (tcp(7), RFC 6298)."""


class Line:
    """A bandwidth that all connections of its relays share, in each way: a slow modem."""

    def __init__(self, bits_per_s: float) -> None:
        self.bits_per_s = bits_per_s
        self._free_at = dict.fromkeys(Way, 0.0)
        self._lock = threading.Lock()

    def sent_at(self, way: Way, now: float, size: int) -> float:
        """When a segment that comes now has wholly left."""
        with self._lock:
            self._free_at[way] = max(now, self._free_at[way]) + size * 8 / self.bits_per_s
            return self._free_at[way]


class Lane:
    """One way of one connection: when each segment arrives. No clock and no socket of its own."""

    def __init__(self, seed: str, way: Way, line: Line | None = None) -> None:
        self._random, self._way, self._line = random.Random(seed), way, line
        self._last = 0.0

    def due(self, now: float, size: int, weather: Weather) -> float:
        sent = now if self._line is None else self._line.sent_at(self._way, now, size)
        late = weather.delay_s + self._random.random() * weather.jitter_s + self.lost_s(weather)
        self._last = max(self._last, sent + late)
        return self._last

    def lost_s(self, weather: Weather) -> float:
        """How long a segment was being lost."""
        late, wait = 0.0, weather.rto_s
        while self._random.random() < weather.loss:
            late, wait = late + wait, min(wait * 2, 120.0)
        return late


class Tamper(Protocol):
    """Alters one connection. `take` returns what is to travel on instead, and which way."""

    def take(self, way: Way, data: bytes) -> Iterable[tuple[Way, bytes]]: ...


class Honest:
    def take(self, way: Way, data: bytes) -> Iterable[tuple[Way, bytes]]:
        return [(way, data)]


@dataclass(eq=False)
class Connection:
    """One connection through the relay, and what can be done to it."""

    number: int
    tamper: Tamper
    lanes: dict[Way, Lane]
    flowing: dict[Way, asyncio.Event]
    cut_at: dict[Way, int | None]
    writers: dict[Way, asyncio.StreamWriter] = field(default_factory=dict)
    under_way: dict[Way, "asyncio.Queue[tuple[float, bytes] | None]"] = field(default_factory=dict)
    passed: dict[Way, int] = field(default_factory=lambda: dict.fromkeys(Way, 0))
    said: bytearray = field(default_factory=bytearray)
    dead: frozenset[Way] = frozenset()
    standing: bool = True


class Relay:
    """Listens on `port` of this machine and passes on to `target`. Everything public may be called from any thread."""

    def __init__(
        self,
        target: int,
        *,
        seed: int = 1,
        weather: Weather = FAIR,
        line: Line | None = None,
        tamper: Callable[[int], Tamper] = lambda _number: Honest(),
    ) -> None:
        self.target, self.seed, self.weather = target, seed, weather
        self.connections: list[Connection] = []
        self.log: list[str] = []
        self._line, self._tamper = line, tamper
        self._cuts: dict[Way, deque[int]] = {way: deque() for way in Way}
        self._numbers = itertools.count(1)
        self._stalled: set[Way] = set()
        self._refusing = False
        self._changed = threading.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()
        self._server = self._do(self._listen())
        self.port = int(self._server.sockets[0].getsockname()[1])
        self._say("begins")

    def __repr__(self) -> str:
        line = "" if self._line is None else f", {self._line.bits_per_s / 1000:g} kbit/s"
        return f"<simulated network to port {self.target}: seed {self.seed}, {self.weather}{line}>"

    def close(self) -> None:
        self._do(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_S)
        self._loop.close()

    # The buttons

    def cut_next(self, way: Way, *after_bytes: int) -> None:
        """Reset each of the next connections after so many bytes of this way."""
        self._cuts[way].extend(after_bytes)

    def cut(self) -> None:
        """Reset every connection now."""
        self._call(lambda: [self._reset(one) for one in self._standing()])

    def refuse(self) -> None:
        """Cut, and let nobody in until `flow`."""
        self._refusing = True
        self.cut()

    def stall(self, *ways: Way) -> None:
        """Let nothing through (both ways, unless told), for old and new connections; all stay open."""
        self._stalled = set(ways or Way)
        self._call(lambda: [self._set_flow(one) for one in self._standing()])

    def flow(self) -> None:
        """End of `stall` and `refuse`: what waited arrives."""
        self._stalled, self._refusing = set(), False
        self._call(lambda: [self._set_flow(one) for one in self._standing()])

    def half_open(self, *dead: Way) -> None:
        """The connections of now die without either side being told: nothing on the dead ways, and no end, arrives.

        As when a unit's power fails or a router forgets a connection. New connections are served.
        """
        self._call(lambda: [self._half_open(one, frozenset(dead or Way)) for one in self._standing()])

    def say_again(self, number: int) -> bytes:
        """Repeat on a connection of its own all that the client of connection `number` has said; return the answer."""
        said = bytes(self.await_connection(number).said)
        with socket.create_connection(("127.0.0.1", self.target), timeout=PATIENCE_S) as twin:
            twin.sendall(said)
            twin.settimeout(1.0)
            heard = b""
            with contextlib.suppress(OSError):
                while data := twin.recv(65536):
                    heard += data
            return heard

    def inject(self, way: Way, data: bytes) -> None:
        """Say something on the newest connection that neither side said."""
        self._do(self._inject(way, data))

    def await_connection(self, number: int) -> Connection:
        """Wait for the `number`-th connection (the first is 1)."""

        def found() -> Connection | None:
            return next((one for one in self.connections if one.number == number), None)

        with self._changed:
            assert self._changed.wait_for(lambda: found() is not None, PATIENCE_S), (
                f"no connection {number}: {self.log}"
            )
        connection = found()
        assert connection is not None
        return connection

    def await_passed(self, way: Way, size: int, number: int = 1) -> None:
        """Wait until so many bytes of a connection have arrived."""
        connection = self.await_connection(number)
        with self._changed:
            assert self._changed.wait_for(lambda: connection.passed[way] >= size, PATIENCE_S), self.log

    def _standing(self) -> list[Connection]:
        return [one for one in self.connections if one.standing]

    # What follows runs in the relay's own thread.

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(PATIENCE_S)

    def _call(self, act: Callable[[], object]) -> None:
        async def work() -> None:
            act()

        self._do(work())

    async def _listen(self) -> asyncio.Server:
        return await asyncio.start_server(self._accept, "127.0.0.1", 0)

    async def _end(self) -> None:
        self._server.close()
        for one in self._standing():
            self._reset(one)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if self._refusing:
            _reset(writer)
            return
        number = next(self._numbers)
        connection = self._new(number)
        connection.writers[Way.DOWN] = writer
        self.connections.append(connection)
        self._announce()
        try:
            await self._serve(connection, reader)
        except (OSError, asyncio.CancelledError) as error:  # cancelled only by `close`
            self._say(f"connection {number}: {error!r}")
        finally:
            self._reset(connection)
            self._announce()

    def _new(self, number: int) -> Connection:
        lanes = {way: Lane(f"{self.seed}/{number}/{way}", way, self._line) for way in Way}
        cuts = {way: self._cuts[way].popleft() if self._cuts[way] else None for way in Way}
        events = {way: asyncio.Event() for way in Way}
        connection = Connection(number, self._tamper(number), lanes, events, cuts)
        self._set_flow(connection)
        return connection

    async def _serve(self, connection: Connection, reader: asyncio.StreamReader) -> None:
        """The handshake takes a round trip, and a second more, doubling, for each of its segments that is lost."""
        syn = replace(self.weather, rto_s=1.0)
        await asyncio.sleep(sum(self.weather.delay_s + connection.lanes[way].lost_s(syn) for way in Way))
        for way in Way:
            await connection.flowing[way].wait()
            connection.under_way[way] = asyncio.Queue(WINDOW)
        far, connection.writers[Way.UP] = await asyncio.open_connection("127.0.0.1", self.target)
        self._say(f"connection {connection.number} stands")
        ways = ((Way.UP, reader), (Way.DOWN, far))
        work = [self._read(connection, *each) for each in ways] + [self._deliver(connection, way) for way in Way]
        tasks = [asyncio.ensure_future(each) for each in work]
        try:
            await asyncio.gather(*tasks)
            for writer in connection.writers.values():
                writer.close()
        finally:
            for each in tasks:
                each.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, connection: Connection, way: Way, reader: asyncio.StreamReader) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(SEGMENT):
                if way is Way.UP:
                    connection.said += data
                for onward, piece in connection.tamper.take(way, data):
                    await self._send(connection, onward, piece)
        if connection.dead:
            await asyncio.Event().wait()
        await connection.under_way[way].put(None)

    async def _send(self, connection: Connection, way: Way, data: bytes) -> None:
        for start in range(0, len(data), SEGMENT):
            piece = data[start : start + SEGMENT]
            due = connection.lanes[way].due(time.monotonic(), len(piece), self.weather)
            await connection.under_way[way].put((due, piece))

    async def _deliver(self, connection: Connection, way: Way) -> None:
        writer = connection.writers[way]
        while (item := await connection.under_way[way].get()) is not None:
            due, data = item
            await asyncio.sleep(due - time.monotonic())
            await connection.flowing[way].wait()
            left = connection.cut_at[way]
            cut = left is not None and connection.passed[way] + len(data) >= left
            if left is not None:
                data = data[: left - connection.passed[way]]
            writer.write(data)
            await writer.drain()
            connection.passed[way] += len(data)
            self._announce()
            if cut:
                self._say(f"connection {connection.number}: cut after {left} bytes {way}")
                self._reset(connection)
                return
        await connection.flowing[way].wait()
        with contextlib.suppress(OSError):
            writer.write_eof()

    async def _inject(self, way: Way, data: bytes) -> None:
        await self._send(self._standing()[-1], way, data)

    def _set_flow(self, connection: Connection) -> None:
        for way, event in connection.flowing.items():
            if way in connection.dead | self._stalled:
                event.clear()
            else:
                event.set()

    def _half_open(self, connection: Connection, dead: frozenset[Way]) -> None:
        connection.dead = dead
        self._set_flow(connection)
        self._say(f"connection {connection.number}: half open, nothing arrives {' and '.join(sorted(dead))}")

    def _reset(self, connection: Connection) -> None:
        for writer in connection.writers.values():
            _reset(writer)
        if connection.standing:
            connection.standing = False
            self._say(f"connection {connection.number} ended")

    def _announce(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _say(self, what: str) -> None:
        self.log.append(what)
        log.info("%r: %s", self, what)


def _reset(writer: asyncio.StreamWriter) -> None:
    if not writer.transport.is_closing():
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        writer.transport.abort()
