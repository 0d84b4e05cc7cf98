"""How closely children are held on this machine, as a value that a log and a health page can show.

What a kernel says that it has is not believed: `PROBE` runs within each degree and attempts what it must not be able
to do.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Confinement:
    """What holds a child beside its limits of time, memory and output."""

    filtered: bool
    """The kernel lets it make only harmless system calls: no connection, no process, no program, no signal."""
    landlock: bool = False
    """It sees only its own files, by Landlock."""
    bubblewrap: bool = False
    """It sees only its own files and its own processes, in name spaces that bubblewrap makes."""

    @property
    def complete(self) -> bool:
        """Nothing that was meant to hold is missing."""
        return self.filtered and (self.landlock or self.bubblewrap)

    @property
    def parts(self) -> tuple[str, ...]:
        """What holds, in words of operation: "limits", "system-calls", "landlock", "bubblewrap"."""
        named = (("system-calls", self.filtered), ("landlock", self.landlock), ("bubblewrap", self.bubblewrap))
        return ("limits", *(name for name, there in named if there))

    def __str__(self) -> str:
        return " + ".join(self.parts)


LIMITS_ONLY: Final = Confinement(filtered=False)
CANDIDATES: Final = (
    Confinement(filtered=True, landlock=True),
    Confinement(filtered=True, bubblewrap=True),
    Confinement(filtered=False, landlock=True),
    Confinement(filtered=True),
)
"""Best first. Landlock comes before bubblewrap because it works inside our own service, which forbids name spaces."""

_FILTERED: Final = frozenset({"network", "program", "process", "signal", "write"})
_HIDDEN: Final = frozenset({"read", "processes", "write", "program"})


def held(within: Confinement) -> frozenset[str]:
    """The attempts of `PROBE` that may succeed within this confinement: those that nothing in it forbids."""
    every = _FILTERED | _HIDDEN
    forbidden = _FILTERED if within.filtered else frozenset()
    if within.landlock or within.bubblewrap:
        forbidden |= _HIDDEN
    return every - forbidden


PROBE: Final = """
import os, socket, sys
attempts = {
    "network": lambda: socket.socket(socket.AF_INET),
    "read": lambda: os.open(sys.argv[1], os.O_RDONLY),
    "write": lambda: os.open(sys.argv[1] + ".new", os.O_WRONLY | os.O_CREAT),
    "processes": lambda: os.open("/proc/1/comm", os.O_RDONLY),
    "process": lambda: os.fork() or os._exit(0),
    "signal": lambda: os.kill(os.getppid(), 0),
    "program": lambda: os.execv("/bin/echo", ["echo", "program"]),
}
for name, attempt in attempts.items():
    try:
        attempt()
    except OSError:
        continue
    print(name, flush=True)
"""
"""Prints the name of each attempt that succeeded; takes the path of a file that it has no business with."""
