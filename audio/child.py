"""Run a foreign program so that it can fail, hang or be attacked without harm to the caller.

ffmpeg reads strangers' files and the offline voice is GPL code, so both run as separate processes: with limits on
time, CPU, memory and output, without privileges to gain, with an empty environment, and dead when their caller dies.
They make no connection, start no other program, send no signal, and see no files but their own (`audio.confinement`).
Input and output are regular files, never pipes, so that nothing can block and the kernel bounds what is written.
"""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import IO

from audio.confinement.degree import CANDIDATES, LIMITS_ONLY, PROBE, Confinement, held
from audio.confinement.own_files import own_files
from audio.confinement.plan import NOT_STARTED, Plan

log = logging.getLogger(__name__)

_KEPT_LINES = 40
_LINE_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may use: seconds by the clock, seconds of CPU, bytes of address space, bytes per written file."""

    wall_s: float
    cpu_s: int
    memory_bytes: int
    output_bytes: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Files and folders that a child may open beside those that its program needs to begin at all."""

    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    """Folders in which it may make, change and remove files."""


NOTHING_MORE = Reach()
NO_VARIABLES: Mapping[str, str] = {}


class Fault(StrEnum):
    """Why a child gave no result."""

    NOT_STARTED = "not_started"
    TIMED_OUT = "timed_out"
    FAILED = "failed"


class ChildFailed(Exception):
    """The child gave no result. `detail` is the end of what it said on standard error."""

    def __init__(self, fault: Fault, detail: str, status: int | None = None) -> None:
        super().__init__(f"{fault}: {detail}")
        self.fault = fault
        self.detail = detail
        self.status = status
        """With which it ended; negative: the signal that ended it. None: it never began, or was ended by us."""


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
    reach: Reach = NOTHING_MORE,
    confinement: Confinement | None = None,
    environment: Mapping[str, str] = NO_VARIABLES,
) -> None:
    """Run `command` from `source` to `result` (open files) and pass each line of standard error to `hear`.

    `confinement` is for those who measure one; everybody else gets the best that this machine has. `environment`:
    variables beside that of the language, which are all that the child has.

    Raises:
        ChildFailed: it could not be confined or started, ran out of time, or ended with another status than 0.
    """
    process = _start(_launch(command, limits, reach, confinement or best_confinement()), source, result, environment)
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
        fault = Fault.NOT_STARTED if status == NOT_STARTED else Fault.FAILED
        raise ChildFailed(fault, f"status {status}: {said}", status)


@cache
def best_confinement() -> Confinement:
    """The best confinement that really holds on this machine: each is tried by a child that attempts what it may not.

    Takes about 60 ms, once a process; call it at the start, so that the log says early what was reached.
    """
    for candidate in CANDIDATES:
        missed = _missed(candidate)
        if not missed:
            (log.info if candidate.complete else log.warning)("strangers' files are decoded within: %s", candidate)
            return candidate
        log.info("not reached here: %s (%s)", candidate, missed)
    log.warning("strangers' files are decoded within: %s", LIMITS_ONLY)
    return LIMITS_ONLY


def _missed(candidate: Confinement) -> str:
    """What a child could still do within a confinement that should forbid it; empty: nothing."""
    limits = Limits(wall_s=20, cpu_s=5, memory_bytes=1 << 30, output_bytes=1 << 20)
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as result:
        secret = Path(folder) / "secret"
        secret.write_text("secret", encoding="utf-8")
        command = [sys.executable, "-I", "-S", "-c", PROBE, str(secret)]
        try:
            run(command, source=None, result=result, limits=limits, confinement=candidate)
        except ChildFailed as failure:
            return str(failure)
        result.seek(0)
        return ", ".join(sorted(set(result.read().decode("utf-8", "replace").split()) - held(candidate)))


def _launch(command: Sequence[str], limits: Limits, reach: Reach, within: Confinement) -> list[str]:
    """The call of the launcher, which becomes `command`."""
    try:
        own = own_files(command[0])
    except OSError as error:
        raise ChildFailed(Fault.NOT_STARTED, f"{command[0]}: {error.strerror}") from error
    plan = Plan(
        command=[own.starts[0], *command[1:]],
        parent=os.getpid(),
        cpu_s=limits.cpu_s,
        memory_bytes=limits.memory_bytes,
        output_bytes=limits.output_bytes,
        filtered=within.filtered,
        landlock=within.landlock,
        bubblewrap=(shutil.which("bwrap") or "bwrap") if within.bubblewrap else "",
        reads=[*own.reads, *map(str, reach.reads)],
        writes=list(map(str, reach.writes)),
        starts=list(own.starts),
    )
    return plan.call(sys.executable)


def _start(
    command: Sequence[str], source: IO[bytes] | None, result: IO[bytes] | None, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            command,
            stdin=source or subprocess.DEVNULL,
            stdout=result or subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={"LC_ALL": "C.UTF-8", **environment},
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise ChildFailed(Fault.NOT_STARTED, str(error)) from error


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
