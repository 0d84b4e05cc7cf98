"""Which system calls a confined program may make: a list of the harmless ones, as a program for the kernel (seccomp).

Whatever is not listed fails with EPERM: sockets, new processes, other programs, signals to others, mounts, keys, and
every call that is yet to be invented. What a decoder needs is left: its open files, memory, threads and the clock.
"""

from __future__ import annotations

import struct

from audio.confinement.calls import AUDIT_ARCH, X86_64, number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

START_PAGE: Final = 0x20000
"""Where the launcher lays the program's name. Only a name at this address can be started, and when the program runs
nothing is there any more: so one program starts, once. Above vm.mmap_min_addr everywhere, below any program."""
GUARDED: Final = 0x40000
"""Nothing can be mapped below this address, so that no name can be laid at START_PAGE again."""

_HARMLESS: Final = (
    "read",
    "readv",
    "pread64",
    "preadv",
    "write",
    "writev",
    "pwrite64",
    "pwritev",
    "lseek",
    "fstat",
    "close",
    "dup",
    "dup2",
    "dup3",
    "fadvise64",
    "munmap",
    "mprotect",
    "madvise",
    "brk",
    "futex",
    "membarrier",
    "set_robust_list",
    "rseq",
    "set_tid_address",
    "exit",
    "exit_group",
    "gettid",
    "getpid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "uname",
    "sysinfo",
    "getrlimit",
    "getrusage",
    "times",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigsuspend",
    "rt_sigtimedwait",
    "sigaltstack",
    "restart_syscall",
    "pause",
    "clock_gettime",
    "clock_getres",
    "clock_nanosleep",
    "nanosleep",
    "gettimeofday",
    "time",
    "getcpu",
    "getrandom",
    "sched_yield",
    "sched_getaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "poll",
    "ppoll",
    "select",
    "pselect6",
    "arch_prctl",
)
_READING: Final = (
    "access",
    "faccessat",
    "getcwd",
    "getdents64",
    "stat",
    "lstat",
    "newfstatat",
    "statx",
    "readlink",
    "readlinkat",
    "seccomp",
)
_WRITING: Final = ("unlink", "unlinkat")
_UNKNOWN: Final = ("clone3", "openat2", "faccessat2")
"""Their arguments lie in memory where no filter can look, or older calls do the same: "not implemented", and the C
library falls back to the older ones."""

_EPERM, _ENOSYS = 1, 38
_ALLOW: Final = 0x7FFF0000
_KILL: Final = 0x80000000
_ERRNO: Final = 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # linux/bpf_common.h
_OF_X32: Final = 0x40000000
_WRITING_FLAGS: Final = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000 | 0o20000000  # WRONLY RDWR CREAT TRUNC APPEND TMPFILE
_CLONE_THREAD: Final = 0x10000
_MAP_GROWSDOWN: Final = 0x100
_MREMAP_FIXED: Final = 0x2
_AT_EMPTY_PATH: Final = 0x1000
_FCNTL: Final = (0, 1, 2, 3, 4, 1030)
"""Duplicate, and read or set flags; not F_SETOWN and F_SETSIG, by which a signal reaches another process."""
_IOCTL: Final = (0x5401, 0x5413, 0x541B, 0x5450, 0x5451)
"""Is this a terminal, how wide, how much is there, close on exec; not TIOCSTI, which types for somebody else."""
_PRCTL: Final = (15, 16, 22, 38)
"""The thread's name, and a further filter, which can only forbid more."""

Instruction = tuple[int, int, int, int]
"""Code, jump if true, jump if false, operand (struct sock_filter)."""


class Allowance:
    """What is allowed beyond the open files. No data class: importing those costs as much as starting Python.

    `reads` and `writes`: opening others to read, and to write too. `starts`: starting any program, for an outer one
    that shows none but the right one; `start_once`: starting the one at START_PAGE. `process`: the only process that
    it may send a signal to, itself; None: any that it can see.
    """

    __slots__ = ("process", "reads", "start_once", "starts", "writes")

    def __init__(
        self,
        *,
        reads: bool = False,
        writes: bool = False,
        starts: bool = False,
        start_once: bool = False,
        process: int | None = None,
    ) -> None:
        self.reads, self.writes, self.starts = reads, writes, starts
        self.start_once, self.process = start_once, process


SEALED: Final = Allowance()
"""The files that are open, and nothing else."""


def assemble(allowance: Allowance, machine: str) -> bytes:
    """Return the filter for the kernel, an array of struct sock_filter."""
    allowed = [*_HARMLESS, *(_READING if allowance.reads else ()), *(_WRITING if allowance.writes else ())]
    if allowance.starts:
        allowed += ["execve", "wait4"]  # bwrap waits for what it started
    body = _head(machine)
    for name in allowed:
        body += _call(name, machine, [_return(_ALLOW)])
    for name in _UNKNOWN:
        body += _call(name, machine, [_return(_ERRNO | _ENOSYS)])
    for name, conditions in _conditional(allowance).items():
        body += _call(name, machine, [*conditions, _return(_ALLOW)])
    body.append(_return(_ERRNO | _EPERM))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in body)


def _conditional(allowance: Allowance) -> dict[str, list[Instruction]]:
    """The calls that depend on their arguments, and what must hold for each."""
    found = {
        "clone": _some_bit(0, _CLONE_THREAD),
        "mmap": [*_not_guarded(0), *_no_bit(3, _MAP_GROWSDOWN)],
        "mremap": _no_bit(3, _MREMAP_FIXED),
        "fcntl": _one_of(1, _FCNTL),
        "ioctl": _one_of(1, _IOCTL),
        "prctl": _one_of(0, _PRCTL),
        "prlimit64": [*_one_of(0, (0,)), *_exactly(2, 0)],
        "tgkill": [] if allowance.process is None else _one_of(0, (allowance.process,)),
    }
    if allowance.reads:
        writing = 0 if allowance.writes else _WRITING_FLAGS
        found |= {"open": _no_bit(1, writing), "openat": _no_bit(2, writing)}
    else:
        found["newfstatat"] = _some_bit(3, _AT_EMPTY_PATH)
    if allowance.start_once:
        found["execve"] = _exactly(0, START_PAGE)
    return found


def _head(machine: str) -> list[Instruction]:
    """Only calls of this machine: one made as for another (32 bits, x32) means something else by its number."""
    head = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, AUDIT_ARCH[machine]), _return(_KILL), (_LOAD, 0, 0, 0)]
    if machine == X86_64:
        head += [(_AT_LEAST, 0, 1, _OF_X32), _return(_KILL)]
    return head


def _call(name: str, machine: str, then: list[Instruction]) -> list[Instruction]:
    """What happens at this call; the accumulator holds the call's number, and `then` always returns."""
    wanted = number(name, machine)
    return [] if wanted is None else [(_EQUAL, 0, len(then), wanted), *then]


def _return(action: int) -> Instruction:
    return (_RETURN, 0, 0, action)


_DENY: Final = _return(_ERRNO | _EPERM)


def _low(argument: int) -> Instruction:
    """Load the lower half of an argument; for an `int` the kernel looks at no more."""
    return (_LOAD, 0, 0, 16 + 8 * argument)


def _high(argument: int) -> Instruction:
    return (_LOAD, 0, 0, 20 + 8 * argument)


def _one_of(argument: int, values: tuple[int, ...]) -> list[Instruction]:
    tests = [(_EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)]
    return [_low(argument), *tests, _DENY]


def _some_bit(argument: int, bits: int) -> list[Instruction]:
    return [_low(argument), (_ANY_BIT, 1, 0, bits), _DENY]


def _no_bit(argument: int, bits: int) -> list[Instruction]:
    return [_low(argument), (_ANY_BIT, 0, 1, bits), _DENY]


def _exactly(argument: int, value: int) -> list[Instruction]:
    """All 64 bits: for addresses."""
    high, low = value >> 32, value & 0xFFFFFFFF
    return [_high(argument), (_EQUAL, 1, 0, high), _DENY, _low(argument), (_EQUAL, 1, 0, low), _DENY]


def _not_guarded(argument: int) -> list[Instruction]:
    """Either 0 (the kernel chooses) or at least GUARDED."""
    return [_high(argument), (_EQUAL, 0, 4, 0), _low(argument), (_EQUAL, 2, 0, 0), (_AT_LEAST, 1, 0, GUARDED), _DENY]
