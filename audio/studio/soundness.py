"""Is a file whole, neither too short nor too long, and does ffmpeg get through it? Else it is refused, with why."""

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from audio.child import ChildFailed, Fault
from audio.ffmpeg import Account, NotPlayable, Told
from audio.studio.refusal import Refusal, RefusedAudio

SHORTEST_S = 0.5
"""The loudness meter itself needs 0.4 s."""

Progress = Callable[[float], None]
"""Called with the share of the work that is done, 0 to 1, never falling."""


def unwatched(fraction: float) -> None:
    """Nobody looks at the progress."""
    del fraction


def stage(progress: Progress, start: float, end: float) -> Progress:
    """The progress of one part of the work, from `start` to `end` of the whole."""
    return lambda fraction: progress(start + (end - start) * min(1.0, max(0.0, fraction)))


def watcher(longest_s: float, progress: Progress) -> Told:
    """Listens to ffmpeg while it reads: stops it when the file's own header says that it is too long."""

    def told(done: float, declared: float | None) -> None:
        if declared is not None and declared > longest_s + 1:
            raise RefusedAudio(Refusal.TOO_LONG, f"{declared:.0f} s declared")
        progress(done / (declared or longest_s))

    return told


def check(account: Account, longest_s: float, expected_s: float | None = None) -> None:
    """Refuse what was read: too long, too short, or less than the file declares (or than is `expected`)."""
    done, declared = account.done_s, expected_s or account.declared_s
    if done > longest_s:
        raise RefusedAudio(Refusal.TOO_LONG, f"longer than {longest_s:.0f} s")
    if declared is not None and declared - done > max(0.5, 0.01 * declared):
        raise RefusedAudio(Refusal.DAMAGED, f"{done:.1f} s of {declared:.1f} s can be read")
    if done < SHORTEST_S:
        raise RefusedAudio(Refusal.TOO_SHORT if done else Refusal.DAMAGED, f"{done:.2f} s")


@contextmanager
def refusals() -> Iterator[None]:
    """A file that ffmpeg cannot get through is damaged; a full disk or an ffmpeg that cannot start is our own fault.

    Raises:
        RefusedAudio: DAMAGED, TOO_SLOW, or what a whole file lacks.
        OSError: the disk is full.
        audio.child.ChildFailed: ffmpeg could not be started.
    """
    try:
        yield
    except NotPlayable as failure:
        raise RefusedAudio(Refusal(failure.lack), failure.detail) from failure
    except ChildFailed as failure:
        if failure.fault is Fault.NOT_STARTED:
            raise
        if os.strerror(errno.ENOSPC) in failure.detail:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from failure
        code = Refusal.TOO_SLOW if failure.fault is Fault.TIMED_OUT else Refusal.DAMAGED
        raise RefusedAudio(code, failure.detail) from failure
