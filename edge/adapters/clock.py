"""The machine's clocks, and how far the wall clock is believed.

The kernel knows whether a time service (chrony, systemd-timesyncd) keeps the clock: STA_UNSYNC, adjtimex(2). Once it
has been kept in this boot the clock stays trusted for 14 days without a network, as long as a plan: an ordinary
crystal is off by about 20 parts in a million, 12 s a week. After that, and until then, it is an estimate or unknown.
That the clock was kept is written down with the boot's id, so that a restart of the process loses no trust.
"""

import ctypes
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from edge.core.instant import Instant
from protocol.names import ClockTrust

HOLDOVER_S = 14 * 86_400.0
STA_UNSYNC = 0x0040
_NOTE_EVERY_S = 3600.0
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class _Timex(ctypes.Structure):
    """The head of struct timex up to `status`, and room for the rest."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def kernel_says_synchronised() -> bool:
    """Whether a time service keeps the kernel's clock; False where the kernel cannot be asked."""
    timex = _Timex()
    result = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    return result >= 0 and not timex.status & STA_UNSYNC


class KernelTrust:
    """The rule above. `note` is the file that survives a restart of the process."""

    def __init__(
        self,
        note: Path,
        synchronised: Callable[[], bool] = kernel_says_synchronised,
        since_boot: Callable[[], float] = lambda: time.clock_gettime(time.CLOCK_BOOTTIME),
        boot: Callable[[], str] = lambda: _read(_BOOT_ID),
    ) -> None:
        self._note, self._synchronised, self._since_boot = note, synchronised, since_boot
        self._boot = boot()
        self._kept_at = self._noted_at = self._read_note()

    def __call__(self) -> ClockTrust:
        """How far the wall clock is believed now."""
        now = self._since_boot()
        if self._synchronised():
            self._kept_at = now
            if self._noted_at is None or now - self._noted_at > _NOTE_EVERY_S:
                self._write_note(now)
        if self._kept_at is None:
            return ClockTrust.UNKNOWN
        return ClockTrust.TRUSTED if now - self._kept_at <= HOLDOVER_S else ClockTrust.ESTIMATED

    def _read_note(self) -> float | None:
        boot, _, seconds = _read(self._note).partition(" ")
        try:
            return float(seconds) if boot and boot == self._boot else None
        except ValueError:
            return None

    def _write_note(self, now: float) -> None:
        self._noted_at = now
        if self._boot:
            self._note.write_text(f"{self._boot} {now:.0f}", encoding="ascii")


def assumed_trust() -> ClockTrust:
    """For simulated units only: their machine's clock is believed without proof."""
    return ClockTrust.TRUSTED


class MachineClock:
    """Reads both clocks, once for each decision."""

    def __init__(self, trust: Callable[[], ClockTrust]) -> None:
        self._trust = trust
        self._random = random.Random()  # noqa: S311 - jitter, no secret

    def now(self) -> Instant:
        """This moment."""
        return Instant(datetime.now(UTC), time.monotonic(), self._trust(), self._random.random())


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""
