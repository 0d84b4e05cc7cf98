"""The doors of the amqtt program: who may stand in them, how many, and for how long without saying who he is.

asyncio's own servers count a connection only once its TLS handshake is over, and wait for ever for one that has run
out of descriptors; so connections are accepted here, and counted from their first moment. A stranger (who has not
been let in yet) can hold a place for some seconds only, and gives it up to the next one when too many stand there: a
flood of strangers costs a bounded amount of memory and does not lock out who has a password.
"""

import asyncio
import contextlib
import errno
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

log = logging.getLogger(__name__)

HANDSHAKE_SECONDS = 10.0
MOST_STRANGERS = 256
"""Connections of nobody yet, at one time. 200 units that come back at once need not wait for each other."""
_BREATH_SECONDS = 0.1
_BACKLOG = 512
_OUT_OF_ROOM = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

Serve = Callable[["Visit", asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen, and the file with key and certificate when it is with TLS."""

    host: str
    port: int
    certificate: str | None = None


class Visit:
    """One connection's place. `admitted` turns a stranger into a guest, who keeps it."""

    def __init__(self, door: "Door") -> None:
        self._door = door

    def admitted(self) -> None:
        """Say that it is known now who this is."""
        self._door.strangers.pop(self, None)


class Door:
    """One address that is listened on, with TLS or without."""

    def __init__(self, address: Address, serve: Serve, most: int) -> None:
        """Take the address, whom to pass connections to, and how many."""
        self.strangers: dict[Visit, asyncio.Task[None]] = {}
        self._address = address
        self._serve = serve
        self._most = most
        self._context: ssl.SSLContext | None = None
        self._visits: set[asyncio.Task[None]] = set()
        self._accepting: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to accept; `OSError`, `ssl.SSLError` when that is not possible."""
        if self._address.certificate is not None:
            self._context = _context(self._address.certificate)
        self._accepting = asyncio.create_task(self._accept(_listener(self._address)))

    def close(self) -> None:
        """Accept nobody any more, and send everybody away."""
        for task in (self._accepting, *self._visits):
            if task is not None:
                task.cancel()

    async def wait_closed(self) -> None:
        """Return once everybody has gone."""
        await asyncio.gather(*self._visits, return_exceptions=True)

    def renew(self) -> None:
        """Read the certificate again, for whoever comes from now on; `ssl.SSLError`, `OSError`."""
        if self._context is not None and self._address.certificate is not None:
            self._context.load_cert_chain(self._address.certificate)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        with listener:
            while True:
                try:
                    line, _ = await loop.sock_accept(listener)
                except OSError as error:
                    await self._catch_breath(error)
                else:
                    self._let_in(line)

    def _let_in(self, line: socket.socket) -> None:
        full = len(self._visits) >= self._most
        if full and not self.strangers:
            log.warning("%d connections are the limit; one more was turned away", self._most)
            line.close()
            return
        if full or len(self.strangers) >= MOST_STRANGERS:
            log.info("no room for another stranger; the one who stood there longest is sent away")
            self._send_away_one()
        visit = Visit(self)
        task = asyncio.create_task(self._receive(visit, line))
        self.strangers[visit] = task
        self._visits.add(task)
        task.add_done_callback(self._visits.discard)
        task.add_done_callback(lambda _: visit.admitted())

    async def _catch_breath(self, error: OSError) -> None:
        """Some clients vanish before they are accepted; a lack of descriptors passes when strangers go."""
        if error.errno not in _OUT_OF_ROOM:
            return
        log.warning("no room for another connection: %s", error)
        self._send_away_one()
        await asyncio.sleep(_BREATH_SECONDS)

    def _send_away_one(self) -> None:
        if self.strangers:
            self.strangers.pop(next(iter(self.strangers))).cancel()

    async def _receive(self, visit: Visit, line: socket.socket) -> None:
        try:
            reader, writer = await self._shake_hands(line)
        except (OSError, TimeoutError) as error:
            log.debug("a connection came to nothing: %s", error)
            line.close()
            return
        except asyncio.CancelledError:
            line.close()
            raise
        try:
            await self._serve(visit, reader, writer)
        finally:
            writer.close()

    async def _shake_hands(self, line: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        with contextlib.suppress(OSError):
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(loop=loop)
        protocol = asyncio.StreamReaderProtocol(reader, loop=loop)
        patience = None if self._context is None else HANDSHAKE_SECONDS
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol, line, ssl=self._context, ssl_handshake_timeout=patience
        )
        return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


def _listener(address: Address) -> socket.socket:
    family, kind, protocol, _, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(_BACKLOG)
        listener.settimeout(0)
    except OSError:
        listener.close()
        raise
    return listener


def _context(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate)
    return context
