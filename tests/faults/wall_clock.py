"""A wall clock that a test can step while a process lives: Debian's libfaketime, preloaded; only that process sees it.

The monotonic clock stays the kernel's, as when somebody, or a lying time server, sets a machine's clock.
"""

import shutil
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from glob import glob
from pathlib import Path

LIBRARY = next(iter(glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)  # noqa: PTH207 - outside the repository
MISSING = "libfaketime is missing (Debian: faketime)"


class WallClock:
    """The clock of one process or of several: real until it is stepped."""

    def __init__(self, folder: Path, offset: timedelta = timedelta()) -> None:
        assert LIBRARY is not None, MISSING
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / "wall-clock"
        self.offset = offset
        self.step(offset)

    @property
    def environment(self) -> Mapping[str, str]:
        assert LIBRARY is not None
        return {
            "LD_PRELOAD": LIBRARY,
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "DONT_FAKE_MONOTONIC": "1",
        }

    def step(self, offset: timedelta) -> None:
        """From now on the clock shows real time and so much more (or less)."""
        self.offset = offset
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{offset.total_seconds():+.3f}", "ascii")
        draft.replace(self._file)

    def set(self, shown: datetime) -> None:
        """From now on the clock goes on from this instant."""
        self.step(shown - datetime.now(UTC))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset


def available() -> bool:
    return LIBRARY is not None and shutil.which("faketime") is not None


def another_boot(folder: Path, name: str) -> list[str]:
    """The beginning of a command whose process finds itself on a machine that was switched on anew (root only).

    The kernel's name for the time since power-on is another one there, in a private view of the file system.
    """
    file = folder / f"boot-{name}"
    file.write_text(f"{name}\n", "ascii")
    shown = 'mount --bind "$0" /proc/sys/kernel/random/boot_id && exec "$@"'
    return ["unshare", "--mount", "sh", "-c", shown, str(file)]


def can_reboot() -> bool:
    """Whether `another_boot` works here."""
    tried = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False)
    return tried.returncode == 0
