"""A broker's process, from its birth to its end: started, waited for until it listens, told of changes, ended.

Why a process of its own: a broker that crashes or is overrun takes neither the desk nor the database with it.
It must end with the controller, however that ends. amqtt watches its standard input, which closes with us;
Mosquitto does not, so it is started through a line of Python that asks the kernel to kill it with its parent.
"""

import logging
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path

log = logging.getLogger(__name__)

_STOP_SECONDS = 5.0
_PROBE_SECONDS = 0.05
_LAST_WORDS = 20
SPARE = 64
"""Descriptors that a broker needs beside those of its connections."""

_TIED = """
import ctypes, os, resource, signal, sys
parent, most = int(sys.argv[1]), int(sys.argv[2])
ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGKILL)
if os.getppid() != parent: sys.exit("the controller is gone")
if most:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
os.execv(sys.argv[3], sys.argv[3:])
"""


def tied_to_parent(command: Sequence[str], connections: int = 0) -> list[str]:
    """Return a command that runs `command` in such a way that the kernel kills it when its parent is gone.

    With a number of `connections` it can open so many and no more: the limit of Mosquitto 2.0.11 itself grows, because
    it counts whoever leaves twice.

    The "parent" is the thread that starts it (prctl(2), PR_SET_PDEATHSIG), so that thread must live on. The tie
    survives `exec`, but not a change of user: Mosquitto is therefore configured not to drop to another one.
    """
    return [
        sys.executable,
        "-I",
        "-S",
        "-c",
        _TIED,
        str(os.getpid()),
        str(connections and connections + SPARE),
        *command,
    ]


def provide_descriptors(connections: int) -> None:
    """Let this process hold so many connections, as far as the system allows: many systems begin with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + SPARE
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and wanted > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


class BrokerChild:
    """One run of a broker's program."""

    def __init__(self, command: Sequence[str], name: str) -> None:
        """Start the program.

        Its own session keeps a terminal's Ctrl-C from it: the controller decides when it ends.

        Raises:
            OSError: it cannot be started.
        """
        self.name = name
        self.last_words: deque[str] = deque(maxlen=_LAST_WORDS)
        self._process = subprocess.Popen(
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            cwd=Path("/"),
        )
        self._pidfd = os.pidfd_open(self._process.pid)
        self._listener = threading.Thread(target=self._pass_on_words, name=f"{name}-words", daemon=True)
        self._listener.start()

    @property
    def pid(self) -> int:
        """The process id, for the log and for tests."""
        return self._process.pid

    def has_ended(self) -> bool:
        """Say whether the process is over."""
        return self._process.poll() is not None

    def await_listening(self, host: str, port: int, seconds: float) -> bool:
        """Wait until a connection is accepted at the address; False when the process ended or the time is over."""
        for _ in range(max(1, int(seconds / _PROBE_SECONDS))):
            if self._ended_within(_PROBE_SECONDS):
                return False
            if answers(host, port):
                return not self.has_ended()
        return False

    def await_end_or(self, wake: int, seconds: float) -> bool:
        """Wait for the process's end, for `wake` (a readable descriptor), or for the time; say whether it ended."""
        poller = select.poll()
        poller.register(self._pidfd, select.POLLIN)
        poller.register(wake, select.POLLIN)
        poller.poll(seconds * 1000)
        return self.has_ended()

    def reload(self) -> None:
        """Tell the program that its accounts changed."""
        self._signal(signal.SIGHUP)

    def end(self) -> int:
        """End the program, gently first, and return its exit code (negative: the signal that ended it)."""
        self._signal(signal.SIGTERM)
        if not self._ended_within(_STOP_SECONDS):
            log.warning("%s did not stop when asked; it is killed", self.name)
            self._signal(signal.SIGKILL)
        code = self._process.wait()
        self._listener.join(_STOP_SECONDS)
        for pipe in (self._process.stdin, self._process.stderr):
            if pipe is not None:
                pipe.close()
        os.close(self._pidfd)
        return code

    def _ended_within(self, seconds: float) -> bool:
        select.select([self._pidfd], [], [], seconds)
        return self.has_ended()

    def _signal(self, number: signal.Signals) -> None:
        if not self.has_ended():
            self._process.send_signal(number)

    def _pass_on_words(self) -> None:
        """Repeat what it says, the same complaint only once in a row: a flood of strangers must not fill the log."""
        if self._process.stderr is None:
            return
        complaint = ""
        for raw in self._process.stderr:
            words = raw.decode("utf-8", "replace").rstrip()
            self.last_words.append(words)
            loudly = _sounds_bad(words) and words != complaint
            complaint = words if loudly else complaint
            log.log(logging.WARNING if loudly else logging.DEBUG, "%s: %s", self.name, words)


def answers(host: str, port: int) -> bool:
    """Say whether somebody accepts connections at the address, asking for at most a second."""
    try:
        with socket.create_connection((host, port), timeout=1.0):
            return True
    except OSError:
        return False


def _sounds_bad(words: str) -> bool:
    return any(mark in words.lower() for mark in ("error", "warning", "critical", "denied", "not authori"))
