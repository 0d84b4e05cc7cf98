"""The thread that sees to it that clips are here and right, soonest needed first, and gives way to what is urgent.

Every clip that is wanted is first looked for on the disk, whatever else waits: what is here must not queue behind what
has to be fetched over a slow link. Only what is needed at once, over a line that works, goes before such looks.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from edge.adapters.clip_folder import ClipFolder, DiskFull, Found, WrongClip, trouble_of
from edge.adapters.download import FetchFailed, Interrupted, Source, Unreachable, fetch
from edge.adapters.logbook import facts
from edge.core.effects import FetchClip
from edge.core.events import ClipAbsent, ClipFailed, ClipProgress, ClipsRemoved, ClipStored, Event
from edge.core.eviction import reserve_for
from protocol.names import ClipHash, Reason

log = logging.getLogger("edge.clips")
AT_ONCE_S = 60.0
"""A clip that is needed within this time is fetched before others are looked for."""
CALM_S = 30.0
"""After nobody answered, looks go before everything for so long."""
TELL_S = 30.0
TELL_SHARE = 10
TIDY_S = 600.0
"""The disk is tidied when the plan changes, but not more often than this."""
"""How a fetch goes is told at every tenth of the clip, and every TELL_S seconds."""
_Post = Callable[[Event], None]


@dataclass(slots=True)
class _Wanted:
    """One clip on the list: what is asked, whether the disk was looked at, and bytes received that nobody knows of."""

    ask: FetchClip
    looked: bool = False
    untold: int = 0


class ClipSupply:
    """Answers every FetchClip. `clock` is monotonic seconds, the same as in `needed_at`."""

    def __init__(
        self, folder: ClipFolder, source: Source, post: _Post, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._folder, self._source, self._post, self._clock = folder, source, post, clock
        self._wanted: dict[ClipHash, _Wanted] = {}
        self._in_hand: _Wanted | None = None
        self._keep: frozenset[ClipHash] | None = None
        self._tidy_due, self._tidied_at = False, -TIDY_S
        self._calm_until = 0.0
        self._condition = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="clips", daemon=True)

    def start(self) -> None:
        """Begin to look and to fetch."""
        self._thread.start()

    def want(self, ask: FetchClip) -> None:
        """Put a clip on the list; a later word about it replaces an earlier one."""
        with self._condition:
            self._wanted[ask.clip] = _Wanted(ask)
            self._condition.notify()

    def keep_only(self, clips: frozenset[ClipHash]) -> None:
        """Only these are needed: forget what else is on the list, and let the thread tidy the disk."""
        with self._condition:
            self._keep = clips
            self._tidy_due = self._clock() - self._tidied_at >= TIDY_S
            self._wanted = {clip: wanted for clip, wanted in self._wanted.items() if clip in clips}
            self._condition.notify()

    def store(self, clip: ClipHash, data: bytes) -> None:
        """Keep a clip that came inside an order, in the caller's thread: no download may hold it up."""
        with self._condition:
            self._keep = self._needed() | {clip}
        self._post(self._attempt(_Wanted(FetchClip(clip, len(data), self._clock())), lambda _: self._put(clip, data)))

    def discard(self, clip: ClipHash) -> None:
        """Remove a clip that could not be played, though its hash was right; it is asked for anew when needed."""
        try:
            self._folder.discard(clip)
        except OSError as error:
            log.warning("clip-not-removed", extra=facts(clip=clip[:12], why=error))

    def lacks(self, clip: ClipHash) -> bool:
        """Whether a plan needs this clip and the disk has it not."""
        with self._condition:
            needed = self._keep is not None and clip in self._keep
        return needed and not self._folder.path(clip).exists()

    def take_in(self, clip: ClipHash, source: BinaryIO, size: int) -> None:
        """Keep a clip that another medium holds, in the caller's thread; raises DiskFull, WrongClip and OSError."""
        self._make_room(size, reserve_for(0.0), clip)
        self._folder.take_in(clip, source, size)
        with self._condition:
            self._wanted.pop(clip, None)
        self._post(ClipStored(clip))

    def close(self) -> None:
        """Stop after the chunk in hand; what was fetched of a clip is kept."""
        with self._condition:
            self._closed = True
            self._condition.notify()

    # ---- the thread

    def _run(self) -> None:
        while (wanted := self._next()) is not None:
            answer: Event | None
            try:
                answer = self._attempt(wanted, self._fetch if wanted.looked else self._look)
            except Interrupted:
                answer = self._lay_aside(wanted)
            except _ToBeFetched:
                self._put_back(wanted)
                continue
            if answer is not None:
                self._post(answer)

    def _next(self) -> _Wanted | None:
        while True:
            with self._condition:
                self._in_hand = None
                self._condition.wait_for(lambda: self._closed or self._tidy_due or self._wanted)
                if self._closed:
                    return None
                tidy, self._tidy_due = self._tidy_due, False
                if not tidy:
                    self._in_hand = self._wanted.pop(min(self._wanted.values(), key=self._turn).ask.clip)
                    return self._in_hand
            self._tidy()

    def _turn(self, wanted: _Wanted) -> tuple[int, float, ClipHash]:
        now = self._clock()
        at_once = wanted.ask.needed_at - now <= AT_ONCE_S and now >= self._calm_until
        rank = (0 if at_once else 2) + wanted.looked
        return rank, wanted.ask.needed_at, wanted.ask.clip

    def _put_back(self, wanted: _Wanted) -> None:
        """It is not done: put it on the list again, unless another word about it has come, or none needs it."""
        with self._condition:
            if self._is_needed(wanted.ask.clip):
                self._wanted.setdefault(wanted.ask.clip, wanted)

    def _lay_aside(self, wanted: _Wanted) -> Event | None:
        told = wanted.untold
        self._put_back(_Wanted(wanted.ask))
        return ClipProgress(wanted.ask.clip, self._folder.part_size(wanted.ask.clip), told) if told else None

    def _is_needed(self, clip: ClipHash) -> bool:
        return self._keep is None or clip in self._keep

    def _attempt(self, wanted: _Wanted, act: Callable[[_Wanted], Event]) -> Event:
        reason, after_s = None, None
        try:
            return act(wanted)
        except DiskFull as error:
            reason, trouble = Reason.DISK_FULL, str(error)
        except FetchFailed as error:
            trouble, after_s = str(error), error.after_s
            if isinstance(error, Unreachable):
                self._calm_until = self._clock() + CALM_S
        except WrongClip as error:
            trouble = str(error)
        except OSError as error:
            reason, trouble = trouble_of(error), str(error)
            if reason is Reason.DISK_FULL:
                self._give_room_back(wanted.ask.clip)
        log.warning("clip-failed", extra=facts(clip=wanted.ask.clip[:12], why=trouble))
        here = self._folder.part_size(wanted.ask.clip)
        return ClipFailed(wanted.ask.clip, reason, wanted.untold, here, after_s)

    def _look(self, wanted: _Wanted) -> Event:
        ask = wanted.ask
        found = self._folder.look(ask.clip, ask.size)
        if found is Found.RIGHT:
            return ClipStored(ask.clip, wanted.untold)
        if found is Found.SPOILT:
            log.warning("clip-was-spoilt", extra=facts(clip=ask.clip[:12]))
        if ask.only_look:
            return ClipAbsent(ask.clip, self._folder.part_size(ask.clip))
        wanted.looked = True
        raise _ToBeFetched

    def _fetch(self, wanted: _Wanted) -> Event:
        ask = wanted.ask
        left = max(0, ask.size - self._folder.part_size(ask.clip))
        self._make_room(left, reserve_for(ask.needed_at - self._clock()), ask.clip)
        watch = _Try(wanted, self._post, self._clock, self._must_stop)
        fetch(self._source, ask.clip, ask.size, self._folder.part(ask.clip), watch)
        self._folder.accept(ask.clip, self._folder.part(ask.clip))
        return ClipStored(ask.clip, wanted.untold)

    def _put(self, clip: ClipHash, data: bytes) -> Event:
        self._make_room(len(data), reserve_for(0.0), clip)
        self._folder.store(clip, data)
        return ClipStored(clip)

    # ---- the disk

    def _make_room(self, size: int, reserve: int, clip: ClipHash) -> None:
        with self._condition:
            self._say_removed(self._folder.make_room(size, reserve, self._needed() | {clip}))

    def _tidy(self) -> None:
        self._tidied_at = self._clock()
        try:
            with self._condition:
                self._say_removed(self._folder.tidy(self._needed()))
        except OSError as error:
            log.warning("clips-not-tidied", extra=facts(why=error))

    def _needed(self) -> frozenset[ClipHash]:
        in_hand = () if self._in_hand is None else (self._in_hand.ask.clip,)
        return frozenset(self._wanted).union(in_hand, self._keep or ())

    def _say_removed(self, clips: frozenset[ClipHash]) -> None:
        if clips:
            log.info("clips-removed", extra=facts(count=len(clips)))
            self._post(ClipsRemoved(clips))

    def _give_room_back(self, clip: ClipHash) -> None:
        """The disk is full to the brim although room was made: let the unit's memory have what was begun."""
        try:
            self._folder.drop_part(clip)
        except OSError as error:
            log.warning("part-not-removed", extra=facts(clip=clip[:12], why=error))

    def _must_stop(self, ask: FetchClip) -> bool:
        """Whether the fetch in hand is to be broken off: for the end, for a more urgent one, or as it is needless."""
        with self._condition:
            rivals = [other.ask.needed_at for other in self._wanted.values() if not other.ask.only_look]
            outdone = min(rivals, default=ask.needed_at) < ask.needed_at
            return self._closed or outdone or not self._is_needed(ask.clip) or self._folder.path(ask.clip).exists()


class _ToBeFetched(Exception):
    """The disk has it not: it takes its turn for the network."""


class _Try:
    """Watches one fetch: counts what comes, tells how far it is, and breaks it off when it must stop."""

    def __init__(
        self, wanted: _Wanted, post: _Post, clock: Callable[[], float], must_stop: Callable[[FetchClip], bool]
    ) -> None:
        self._wanted, self._post, self._clock, self._must_stop = wanted, post, clock, must_stop
        self._told_at, self._told_share = clock(), 0

    def received(self, count: int) -> None:
        self._wanted.untold += count

    def reached(self, here: int) -> None:
        ask, now = self._wanted.ask, self._clock()
        share = here * TELL_SHARE // ask.size
        if share > self._told_share or now - self._told_at >= TELL_S:
            self._told_share, self._told_at = share, now
            self._post(ClipProgress(ask.clip, here, self._wanted.untold))
            self._wanted.untold = 0
        if self._must_stop(ask):
            raise Interrupted
