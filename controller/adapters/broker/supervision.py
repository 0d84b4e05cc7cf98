"""Keeps a broker running: started, watched, restarted with back-off when it dies, told when its files change.

Without a broker nothing is lost (the truth is in the databases on both sides), but nothing is heard of the units
either; so its death is said loudly and mended without anybody's help.
"""

import errno
import logging
import os
import queue
import random
import socket
import threading
import time
from abc import ABC, abstractmethod
from pathlib import Path

from controller.adapters.broker.accounts import AccountsUnreadable
from controller.adapters.broker.child import BrokerChild
from controller.adapters.broker.settings import BrokerSettings

log = logging.getLogger(__name__)

_LISTENING_SECONDS = 20.0
_ACCOUNTS_LOOK_SECONDS = 0.5
_STOP_SECONDS = 30.0
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 30.0
_STEADY_SECONDS = 60.0

_Mark = tuple[int, int] | None


class BrokerFailed(Exception):
    """The broker cannot be started, for the reason given; a retry helps only once that reason is gone."""


class PortTaken(BrokerFailed):
    """Another program listens at the address. Choose another port, or stop that program."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"another program already listens on {host} port {port}")
        self.host = host
        self.port = port


class EmbeddedBroker(ABC):
    """A broker that runs as our child. What differs from one broker to the other is only `_prepare`."""

    name: str

    def __init__(self, settings: BrokerSettings, accounts_file: Path) -> None:
        """Take the setup; nothing is started and nothing is read yet."""
        self.settings = settings
        self.accounts_file = accounts_file.absolute()
        self.folder = settings.data_dir.absolute() / "broker"
        self._port = settings.port
        self._tls_port = None if settings.tls is None else settings.tls.port
        self._child: BrokerChild | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._outcome: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
        self._wake = (-1, -1)
        self._files_seen: tuple[_Mark, ...] = ()

    @abstractmethod
    def _prepare(self, port: int) -> list[str]:
        """Write the generated files and return the command that runs the broker on `port`.

        Called before each start.

        Raises:
            AccountsUnreadable: as `read_accounts`.
            OSError: the folder cannot be written.
        """

    def _refresh(self, port: int) -> None:
        """Write the files that a running broker on `port` is then told to read again; errors as `_prepare`."""
        self._prepare(port)

    @property
    def host(self) -> str:
        """The address that it listens on."""
        return self.settings.host

    @property
    def port(self) -> int:
        """The port that it listens on; with port 0 in the settings, known once `start` has returned."""
        return self._port

    @property
    def tls_port(self) -> int | None:
        """The port that it listens on with TLS, known once `start` has returned; None: it has no such door."""
        return self._tls_port

    @property
    def alive(self) -> bool:
        """Whether the broker runs and has been seen to listen. False for a moment while it is restarted."""
        child, keeper = self._child, self._thread
        return child is not None and not child.has_ended() and keeper is not None and keeper.is_alive()

    @property
    def pid(self) -> int | None:
        """The broker's process, for the log and for tests; None while there is none."""
        child = self._child
        return None if child is None else child.pid

    def start(self) -> None:
        """Start the broker and return once it listens.

        Raises:
            PortTaken: another program has the port.
            BrokerFailed: it does not start; the message has its last words.
            AccountsUnreadable: there is nobody whom it could let in.
        """
        if self._thread is not None:
            raise RuntimeError("the broker was already started")
        self._port = free_port(self.host, self.settings.port)
        if self.settings.tls is not None:
            self._tls_port = free_port(self.settings.tls.host, self.settings.tls.port)
        self._stopping.clear()
        self._wake = os.pipe()
        self._thread = threading.Thread(target=self._keep, name="broker-supervision", daemon=True)
        self._thread.start()
        failure = self._outcome.get()
        if failure is not None:
            self._join()
            raise failure
        log.info("%s listens on %s port %d (process %s)", self.name, self.host, self.port, self.pid)
        if self.settings.tls is not None:
            log.info("%s listens on %s port %s with TLS", self.name, self.settings.tls.host, self.tls_port)

    def stop(self) -> None:
        """End the broker and return once it is gone. Harmless when it does not run."""
        if self._thread is None:
            return
        self._stopping.set()
        os.write(self._wake[1], b"x")
        self._join()

    def accounts_changed(self) -> None:
        """Make a running broker look at accounts and certificate now, rather than within the next half second."""
        if self._thread is not None:
            os.write(self._wake[1], b"x")

    def _join(self) -> None:
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)
            self._thread = None
            for end in self._wake:
                os.close(end)

    # What follows runs in the supervising thread, which is also the parent that the kernel ties the child to.

    def _keep(self) -> None:
        try:
            self._child = self._launch()
        except Exception as failure:  # noqa: BLE001  # not swallowed: `start` raises it in the caller's thread
            self._outcome.put(failure)
            return
        self._outcome.put(None)
        pause = _FIRST_PAUSE_SECONDS
        while not self._stopping.is_set():
            began = time.monotonic()
            self._watch(self._child)
            if time.monotonic() - began > _STEADY_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            pause = self._mend(pause)
        self._end_child()

    def _launch(self) -> BrokerChild:
        self._refuse_taken_ports()
        try:
            self._files_seen = self._marks()
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            child = BrokerChild(self._prepare(self.port), self.name)
        except OSError as error:
            raise BrokerFailed(f"{self.name} cannot be started: {error}") from error
        if child.await_listening(self.host, self.port, _LISTENING_SECONDS):
            return child
        code = child.end()
        raise BrokerFailed(f"{self.name} does not listen (exit code {code}): {' / '.join(child.last_words)}")

    def _refuse_taken_ports(self) -> None:
        refuse_taken_port(self.host, self.port)
        if (tls := self.settings.tls) is None or self._tls_port is None:
            return
        refuse_taken_port(tls.host, self._tls_port)
        if not tls.certificates.server.is_file():
            raise BrokerFailed(f"{tls.certificates.server} is missing: TLS needs a certificate")

    def _watch(self, child: BrokerChild | None) -> None:
        """Return when the child has ended or the broker is to stop; pass on changes of accounts meanwhile."""
        if child is None:
            return
        while not child.await_end_or(self._wake[0], _ACCOUNTS_LOOK_SECONDS):
            self._hush_wake()
            if self._stopping.is_set():
                return
            now = self._marks()
            if now != self._files_seen:
                self._files_seen = now
                self._pass_on_files(child)

    def _pass_on_files(self, child: BrokerChild) -> None:
        try:
            self._refresh(self.port)
        except (AccountsUnreadable, OSError):
            log.exception("%s keeps its earlier accounts", self.name)
            return
        child.reload()
        log.info("%s was told of a change of accounts, or of a new certificate", self.name)

    def _mend(self, pause: float) -> float:
        """Start the broker again after `pause` seconds, and return how long the next pause would be."""
        self._end_child()
        if self._stopping.is_set():
            return pause
        log.error("%s has died; it is started again in %.1f s", self.name, pause)
        if self._stopping.wait(pause * random.uniform(0.75, 1.25)):  # noqa: S311 (jitter is no secret)
            return pause
        try:
            self._child = self._launch()
            log.warning("%s runs again (process %d)", self.name, self._child.pid)
        except Exception:  # whatever it was, the next attempt may succeed, and the desk goes on meanwhile
            log.exception("%s could not be started again", self.name)
        return min(pause * 2, _LONGEST_PAUSE_SECONDS)

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            code = child.end()
            if not self._stopping.is_set():
                log.error("%s ended with code %d: %s", self.name, code, " / ".join(child.last_words))

    def _marks(self) -> tuple[_Mark, ...]:
        """What changes when somebody puts another accounts file or another certificate in place."""
        tls = self.settings.tls
        return _mark(self.accounts_file), None if tls is None else _mark(tls.certificates.server)

    def _hush_wake(self) -> None:
        os.set_blocking(self._wake[0], False)
        try:
            while os.read(self._wake[0], 64):
                pass
        except BlockingIOError:
            return


def _mark(path: Path) -> _Mark:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def free_port(host: str, port: int) -> int:
    """Return `port`, or a port that is free at this moment when it is 0.

    Raises:
        BrokerFailed: this machine does not have that address.
    """
    if port:
        return port
    try:
        with _bound(host, 0) as found:
            return int(found.getsockname()[1])
    except OSError as error:
        raise BrokerFailed(f"nothing can listen on {host}: {error}") from error


def refuse_taken_port(host: str, port: int) -> None:
    """Find out before the broker starts whether its port is free: the child's own message comes late and unclear.

    Raises:
        PortTaken: it is not.
        BrokerFailed: this machine does not have that address, or a port below 1024 is not for this user.
    """
    try:
        _bound(host, port).close()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(host, port) from error
        raise BrokerFailed(f"nothing can listen on {host} port {port}: {error}") from error


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    found = socket.socket(family, kind, protocol)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind(address)
    except OSError:
        found.close()
        raise
    return found
