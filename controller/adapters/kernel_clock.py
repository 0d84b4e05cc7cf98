"""Whether a time service (chrony, systemd-timesyncd) keeps this machine's clock: the kernel knows, by adjtimex(2).

The kernel takes the mark away by itself when nobody has kept the clock for about nine hours, so a controller that lost
its network answers for that long and no longer. A unit has the same question and its own answer: the two share no code.
"""

import ctypes

STA_UNSYNC = 0x0040
TIME_ERROR = 5


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
    """Whether the kernel's clock is kept; False where the kernel cannot be asked."""
    timex = _Timex()
    state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(timex))
    return 0 <= state < TIME_ERROR and not timex.status & STA_UNSYNC


def assumed() -> bool:
    """What `clock = "assume-trusted"` means: somebody else answers for this machine's clock."""
    return True
