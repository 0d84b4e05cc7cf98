"""Run a foreign program so that it can fail, hang or be attacked without harm to the caller.

ffmpeg reads strangers' files and the offline voice is GPL code, so both run as separate processes: with limits on
time, CPU, memory and output, without privileges to gain, with an empty environment, and dead when their caller dies.
Input and output are regular files, never pipes, so that nothing can block and the kernel bounds what is written.
"""

import shutil
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

_KEPT_LINES = 40
_LINE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: seconds by the clock, seconds of CPU, bytes of address space, bytes per written file."""

    wall_s: float
    cpu_s: int
    memory_bytes: int
    output_bytes: int


class Fault(StrEnum):
    """Why a child gave no result."""

    NOT_STARTED = "not_started"
    TIMED_OUT = "timed_out"
    FAILED = "failed"


class ChildFailed(Exception):
    """The child gave no result. `detail` is the end of what it said on standard error."""

    def __init__(self, fault: Fault, detail: str) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail


def _ignore(line: str) -> None:
    """What the child says is not needed."""
    del line


def run(
    command: Sequence[str],
    *,
    source: IO[bytes] | None,
    result: IO[bytes] | None,
    limits: Limits,
    hear: Callable[[str], None] = _ignore,
) -> None:
    """Run `command` from `source` to `result` (open regular files) and pass each line of standard error to `hear`.

    Raises:
        ChildFailed: it could not be started, ran out of time, or ended with another status than 0.
    """
    process = _start(command, source, result, limits)
    timed_out = threading.Event()

    def kill() -> None:
        timed_out.set()
        process.kill()

    timer = threading.Timer(limits.wall_s, kill)
    timer.daemon = True
    timer.start()
    try:
        said = _listen(process, hear)
        status = process.wait()
    finally:
        timer.cancel()
        _end(process)
    if timed_out.is_set():
        raise ChildFailed(Fault.TIMED_OUT, f"after {limits.wall_s} s")
    if status != 0:
        raise ChildFailed(Fault.FAILED, f"status {status}: {said}")


def _start(
    command: Sequence[str], source: IO[bytes] | None, result: IO[bytes] | None, limits: Limits
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [*_confinement(limits), *command],
            stdin=source or subprocess.DEVNULL,
            stdout=result or subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={"LC_ALL": "C.UTF-8"},
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise ChildFailed(Fault.NOT_STARTED, str(error)) from error


def _confinement(limits: Limits) -> list[str]:
    """The limits stand before the program's first instruction: both tools replace themselves by what follows."""
    setpriv, prlimit = shutil.which("setpriv"), shutil.which("prlimit")
    if setpriv is None or prlimit is None:
        raise ChildFailed(Fault.NOT_STARTED, "setpriv or prlimit is missing (Debian package util-linux)")
    bounds = (
        f"--cpu={limits.cpu_s}",
        f"--as={limits.memory_bytes}",
        f"--fsize={limits.output_bytes}",
        "--nofile=64",
        "--core=0",
    )
    return [setpriv, "--no-new-privs", "--pdeathsig", "KILL", "--", prlimit, *bounds, "--"]


def _listen(process: subprocess.Popen[bytes], hear: Callable[[str], None]) -> str:
    kept: deque[str] = deque(maxlen=_KEPT_LINES)
    if process.stderr is None:
        raise AssertionError("standard error is always a pipe here")
    while line := process.stderr.readline(_LINE_BYTES):
        text = line.decode("utf-8", "replace").rstrip()
        kept.append(text)
        hear(text)
    return "\n".join(kept)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Leave no process and no descriptor behind, also when `hear` raised."""
    if process.poll() is None:
        process.kill()
        process.wait()
    if process.stderr is not None:
        process.stderr.close()
