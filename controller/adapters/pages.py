"""The web server: waitress with as many threads as watchers plus pages, on a port that is taken before all else."""

import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

from waitress.server import create_server

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_FORM_ROOM = 2 << 20
"""Bytes of a request beside the recording that it carries."""
_BACKLOG = 256


class AddressTaken(Exception):
    """The pages cannot be where they should: another program listens there, or this machine has no such address."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(f"{host} port {port}: {reason}")
        self.host = host
        self.port = port


class PageServer:
    """Binds at once, so that a taken port is known before anything is started; answers from `serve` on."""

    def __init__(self, host: str, port: int, threads: int) -> None:
        self._threads = threads
        self._socket = _bound(host, port)
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self._stopping = False

    @property
    def port(self) -> int:
        """The port that was taken; the system's choice when 0 was asked for."""
        return int(self._socket.getsockname()[1])

    @property
    def alive(self) -> bool:
        """Whether it answers."""
        return self._thread is not None and self._thread.is_alive()

    def serve(self, application: WsgiApplication, *, most_bytes: int) -> None:
        """Begin to answer. `most_bytes` is the largest recording that is taken."""
        self._server = create_server(
            application,
            sockets=[self._socket],
            threads=self._threads,
            max_request_body_size=most_bytes + _FORM_ROOM,
            ident=None,
            channel_timeout=60,
            connection_limit=self._threads * 8,
            channel_request_lookahead=1,  # else a thread is held for a watching browser that has gone
        )
        self._thread = threading.Thread(target=self._run, name="pages", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._server.run()
        except OSError:  # it polls, and `stop` closes what it polls
            if not self._stopping:
                raise

    def stop(self) -> None:
        """Take no new request; those that are being answered have two seconds."""
        self._stopping = True
        if self._server is None:
            self._socket.close()
            return
        self._server.task_dispatcher.shutdown(timeout=2)
        self._server.close()


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise AddressTaken(host, port, str(error)) from error
    found = socket.socket(family, kind, protocol)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
        found.listen(_BACKLOG)
    except OSError as error:
        found.close()
        raise AddressTaken(host, port, str(error)) from error
    return found
