"""The machine's clocks as they are read, without belief: what they are worth is judged in `edge.core.timekeeper`.

The kernel knows whether a time service (chrony, systemd-timesyncd) keeps the wall clock: STA_UNSYNC, adjtimex(2).
"""

import ctypes
import random
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from edge.core.instant import Instant
from protocol.names import ClockTrust

STA_UNSYNC = 0x0040
NONCE_BYTES = 16
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


def kernel_trust() -> ClockTrust:
    """Whether the machine's wall clock is right by the kernel's word."""
    return ClockTrust.TRUSTED if kernel_says_synchronised() else ClockTrust.UNKNOWN


def machine_boot() -> str:
    """Return the kernel's name for the time since the machine was switched on, "" where it gives none."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


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
        chance, nonce = self._random.random(), secrets.token_bytes(NONCE_BYTES)
        return Instant(datetime.now(UTC), time.monotonic(), self._trust(), chance, nonce)
