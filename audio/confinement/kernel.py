"""The few requests to the kernel that Python has no function for."""

from __future__ import annotations

import ctypes
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

_LIBRARY = ctypes.CDLL(None, use_errno=True)
_SET_PDEATHSIG: Final = 1
_CAPBSET_DROP: Final = 24
_SET_NO_NEW_PRIVS: Final = 38
_HIGHEST_CAPABILITY: Final = 63
_SECCOMP: Final = {"x86_64": 317, "aarch64": 277}
_FILTER_MODE: Final = 1
_ALL_THREADS: Final = 1
_SIGKILL: Final = 9
_MAP_FIXED: Final = 0x10
_MAP_PRIVATE_ANONYMOUS: Final = 0x22
_READ_WRITE: Final = 3
_PAGE_BYTES: Final = 0x10000
_FAILED: Final = ctypes.c_void_p(-1).value


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def request(number: int, *arguments: object) -> int:
    """Make a system call; OSError when the kernel refuses."""
    result = int(_LIBRARY.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        _raise()
    return result


def die_with(parent: int) -> None:
    """Have the kernel kill this process when its parent ends; and end at once if that has already happened."""
    _prctl(_SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:
        os.kill(os.getpid(), _SIGKILL)


def gain_nothing(*, keep_capabilities: bool = False) -> None:
    """No program that is started from here has more rights than this process; and root loses those of root."""
    if os.geteuid() == 0 and not keep_capabilities:
        for capability in range(_HIGHEST_CAPABILITY + 1):
            _LIBRARY.prctl(_CAPBSET_DROP, ctypes.c_ulong(capability), *_zeros(3))
    _prctl(_SET_NO_NEW_PRIVS, 1)


def filter_calls(program: bytes, machine: str) -> None:
    """Hold every thread of this process to a filter (`call_filter.assemble`) from now on; OSError."""
    buffer = ctypes.create_string_buffer(program, len(program))
    wanted = _Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    request(_SECCOMP[machine], ctypes.c_uint(_FILTER_MODE), ctypes.c_uint(_ALL_THREADS), ctypes.byref(wanted))


def lay(address: int, text: bytes) -> None:
    """Put a text into memory at a fixed address; OSError."""
    mmap = _LIBRARY.mmap
    mmap.restype = ctypes.c_void_p
    size, flags = ctypes.c_size_t(_PAGE_BYTES), _MAP_PRIVATE_ANONYMOUS | _MAP_FIXED
    place = mmap(ctypes.c_void_p(address), size, _READ_WRITE, flags, -1, ctypes.c_long(0))
    if place == _FAILED:
        _raise()
    ctypes.memmove(address, text + b"\0", len(text) + 1)


def start(address: int, command: list[str]) -> None:
    """Become the program whose name lies at `address`; returns only by OSError."""
    arguments, variables = _texts(command), _texts([f"{name}={value}" for name, value in os.environ.items()])
    _LIBRARY.execve(ctypes.c_void_p(address), arguments, variables)
    _raise()


def _texts(texts: list[str]) -> ctypes.Array[ctypes.c_char_p]:
    return (ctypes.c_char_p * (len(texts) + 1))(*map(os.fsencode, texts), None)


def _prctl(option: int, value: int) -> None:
    if _LIBRARY.prctl(option, ctypes.c_ulong(value), *_zeros(3)) != 0:
        _raise()


def _zeros(count: int) -> list[ctypes.c_ulong]:
    return [ctypes.c_ulong(0)] * count


def _raise() -> None:
    code = ctypes.get_errno()
    raise OSError(code, os.strerror(code))
