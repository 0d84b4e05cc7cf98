"""The thread that sees to it that clips are here and right, soonest needed first, and gives way to what is urgent."""

import errno
import logging
import threading
from collections.abc import Callable

from edge.adapters.clip_folder import ClipFolder, DiskFull
from edge.adapters.download import FetchFailed, Interrupted, fetch
from edge.adapters.logbook import facts
from edge.core.effects import FetchClip
from edge.core.events import ClipFailed, ClipStored, Event
from protocol.names import ClipHash, Reason

log = logging.getLogger("edge.clips")


class ClipSupply:
    """Answers every FetchClip with ClipStored or ClipFailed. `base` is the controller's address of clips."""

    def __init__(self, folder: ClipFolder, base: str, post: Callable[[Event], None]) -> None:
        self._folder, self._base, self._post = folder, base, post
        self._wanted: dict[ClipHash, FetchClip] = {}
        self._condition = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="clips", daemon=True)

    def start(self) -> None:
        """Begin to fetch."""
        self._thread.start()

    def want(self, fetch: FetchClip) -> None:
        """Put a clip on the list."""
        with self._condition:
            self._wanted[fetch.clip] = fetch
            self._condition.notify()

    def store(self, clip: ClipHash, data: bytes) -> None:
        """Keep a clip that came inside an order, in the caller's thread."""
        self._post(self._attempt(clip, lambda: self._folder.store(clip, data)))

    def close(self) -> None:
        """Stop after the chunk in hand; what was fetched of a clip is kept."""
        with self._condition:
            self._closed = True
            self._condition.notify()

    def _run(self) -> None:
        while (wanted := self._next()) is not None:
            try:
                answer = self._attempt(wanted.clip, lambda: self._fetch(wanted))
            except Interrupted:
                self.want(wanted)
            else:
                self._post(answer)

    def _next(self) -> FetchClip | None:
        with self._condition:
            self._condition.wait_for(lambda: self._closed or self._wanted)
            if self._closed:
                return None
            soonest = min(self._wanted.values(), key=lambda fetch: (fetch.needed_at, fetch.clip))
            return self._wanted.pop(soonest.clip)

    def _attempt(self, clip: ClipHash, act: Callable[[], None]) -> Event:
        reason = None
        try:
            act()
        except DiskFull as error:
            reason, trouble = Reason.DISK_FULL, str(error)
        except (FetchFailed, ValueError) as error:
            trouble = str(error)
        except OSError as error:
            reason = Reason.DISK_FULL if error.errno == errno.ENOSPC else None
            trouble = str(error)
        else:
            return ClipStored(clip)
        log.warning("clip-failed", extra=facts(clip=clip[:12], why=trouble))
        return ClipFailed(clip, reason)

    def _fetch(self, wanted: FetchClip) -> None:
        if self._folder.has(wanted.clip, wanted.size):
            return
        self._folder.require_room(wanted.size)
        part = self._folder.part(wanted.clip)
        fetch(self._base, wanted.clip, wanted.size, part, lambda: self._more_urgent_than(wanted))
        self._folder.accept(wanted.clip, part)

    def _more_urgent_than(self, wanted: FetchClip) -> bool:
        with self._condition:
            soonest = min((fetch.needed_at for fetch in self._wanted.values()), default=wanted.needed_at)
            return self._closed or soonest < wanted.needed_at
