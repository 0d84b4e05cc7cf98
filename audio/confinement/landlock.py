"""Landlock: the kernel shows this process only the files that are named, and it needs nobody's permission to ask.

Unlike name spaces it works inside a service that forbids name spaces (ours does), inside containers, and for any user.
Linux 5.13 or later with `landlock` among its security modules: Debian has it.
"""

from __future__ import annotations

import ctypes
import os
import stat

from audio.confinement.kernel import request

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Final

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_ASK_VERSION: Final = ctypes.c_uint(1)
_PATH_BENEATH: Final = ctypes.c_uint(1)

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE_FILE, _MAKE_REG, _TRUNCATE = 1 << 5, 1 << 8, 1 << 14
_HANDLED: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
"""Rights that each version knows (linux/landlock.h); what is handled and not granted is denied."""
_ALL: Final = (1 << 16) - 1
_ON_FILES: Final = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_TCP: Final = 3
_SIGNALS_AND_SOCKETS: Final = 3


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """The version of Landlock that this kernel has; 0: none, or switched off, or forbidden to us."""
    try:
        return request(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    except OSError:
        return 0


def show_only(reads: Iterable[str], writes: Iterable[str], starts: Iterable[str]) -> None:
    """From now on this process and its children open nothing but these files, and what is in these folders.

    `starts` may be run as programs (and read). Names that do not exist are left out. Needs `gain_nothing` before.

    Raises:
        OSError: the kernel has no Landlock.
    """
    known = version()
    handled = _HANDLED.get(known, _ALL)
    wanted = _Ruleset(handled, _TCP if known >= 4 else 0, _SIGNALS_AND_SOCKETS if known >= 6 else 0)
    size = 8 if known < 4 else 16 if known < 6 else 24
    ruleset = request(_CREATE_RULESET, ctypes.byref(wanted), ctypes.c_size_t(size), ctypes.c_uint(0))
    reading = _READ_FILE | _READ_DIR
    writing = reading | _WRITE_FILE | _REMOVE_FILE | _MAKE_REG | _TRUNCATE
    for names, rights in ((reads, reading), (writes, writing), (starts, _READ_FILE | _EXECUTE)):
        for name in names:
            _allow(ruleset, name, rights & handled)
    request(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint(0))
    os.close(ruleset)


def _allow(ruleset: int, name: str, rights: int) -> None:
    try:
        place = os.open(name, os.O_PATH)
    except (FileNotFoundError, NotADirectoryError):
        return
    folder = stat.S_ISDIR(os.fstat(place).st_mode)
    rule = _Beneath(rights if folder else rights & _ON_FILES, place)
    request(_ADD_RULE, ctypes.c_int(ruleset), _PATH_BENEATH, ctypes.byref(rule), ctypes.c_uint(0))
    os.close(place)
