"""Which files a program needs to begin at all: itself, its loader or interpreter, and the libraries of the system."""

import shutil
import struct
import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

LIBRARIES: Final = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache")
"""Readable by everybody on every system, and nothing secret in them."""
MACHINE: Final = ("/proc/cpuinfo", "/sys/devices/system/cpu")
"""By which libraries of arithmetic choose their fastest code."""
_ROOM = Path(__file__).parents[1]
_INTERPRETER_HEADER: Final = 3  # PT_INTERP
_MOST_INTERPRETERS: Final = 4
_LOADER_BYTES: Final = 4096


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """What may be read, and which files may be started (the program, and who starts it for the kernel)."""

    reads: tuple[str, ...]
    starts: tuple[str, ...]


@cache
def own_files(program: str) -> OwnFiles:
    """The files of a program, given by its path or by its name on the PATH.

    Raises:
        FileNotFoundError: there is no such program.
    """
    found = shutil.which(program)
    if found is None:
        raise FileNotFoundError(2, "no such program", program)
    starts = [found]
    while len(starts) <= _MOST_INTERPRETERS and (by := _started_by(Path(starts[-1]))):
        starts.append(by)
    starts += [real for name in starts if (real := str(Path(name).resolve())) not in starts]
    python = any(Path(name).name.startswith("python") for name in starts)
    return OwnFiles((*LIBRARIES, *MACHINE, *(_python(starts) if python else ())), tuple(starts))


def _python(starts: list[str]) -> tuple[str, ...]:
    """Python's own modules, what is installed beside it, and this room: programs of ours are modules of it."""
    own = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), str(_ROOM)}
    if sys.prefix != sys.base_prefix:
        own |= {sys.prefix, str(Path(sys.base_prefix) / "lib")}
    for name in starts:
        environment = Path(name).parent.parent
        if (environment / "pyvenv.cfg").is_file():
            own.add(str(environment))
    return tuple(sorted(own))


def _started_by(program: Path) -> str | None:
    """Who starts this file for the kernel: the interpreter in its first line, or its dynamic loader."""
    with program.open("rb") as file:
        head = file.read(_LOADER_BYTES)
        if head.startswith(b"#!"):
            words = head[2:].split(b"\n", 1)[0].split()
            return words[0].decode() if words else None
        if not head.startswith(b"\x7fELF\x02\x01") or len(head) < 64:
            return None
        offset, size, count = struct.unpack_from("<Q", head, 32)[0], *struct.unpack_from("<HH", head, 54)
        if offset > _LOADER_BYTES:
            return None
        for place in range(offset, offset + size * count, size or 1):
            file.seek(place)
            header = file.read(56)
            if len(header) == 56 and struct.unpack_from("<I", header)[0] == _INTERPRETER_HEADER:
                at, length = struct.unpack_from("<Q", header, 8)[0], struct.unpack_from("<Q", header, 32)[0]
                file.seek(at)
                return file.read(min(length, _LOADER_BYTES)).rstrip(b"\0").decode()
    return None
