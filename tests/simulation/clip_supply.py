"""How one simulated unit gets its clips: one at a time, soonest needed first, over a link that is slow or gone.

It keeps the contract of `edge.core.effects.FetchClip`: the disk is looked at first, what was begun is gone on with, and
what no plan needs any more is dropped from the list.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from edge.core.effects import FetchClip
from edge.core.events import ClipAbsent, ClipFailed, ClipsRemoved, ClipStored, Event
from protocol.names import ClipHash, DiskHealth, Reason
from tests.simulation.agenda import Agenda, Entry
from tests.simulation.disk import Disk
from tests.simulation.trouble import Trouble

TIMEOUT_S = 20.0
LOOK_S = 0.02
KEEP_S = 86_400.0
"""How long a clip that no plan needs is left lying, here."""
_DISK = {
    DiskHealth.FULL: Reason.DISK_FULL,
    DiskHealth.READ_ONLY: Reason.DISK_READ_ONLY,
    DiskHealth.FAILED: Reason.DISK_FAILED,
}


@dataclass
class Road:
    """The way to the desk's clips as it is now. `cut` is the chance that a download does not come to its end."""

    open: Callable[[], bool]
    bytes_per_s: float = 60_000.0
    cut: float = 0.0


@dataclass
class ClipSupply:
    agenda: Agenda
    road: Road
    random: Random
    post: Callable[[Event], None]
    trouble: Trouble
    disk: Disk = field(default_factory=lambda: Disk(""))
    _wanted: dict[ClipHash, FetchClip] = field(default_factory=dict)
    _in_hand: Entry | None = None
    _life: int = 0

    def want(self, ask: FetchClip) -> None:
        life = self._life
        if ask.only_look or ask.clip in self.disk.clips:
            self.agenda.after(LOOK_S, lambda: self._look(ask, life))
        else:
            self._wanted[ask.clip] = ask
            self._next()

    def store(self, clip: ClipHash) -> None:
        """Keep what came inside an order."""
        self.post(self._kept(clip, 0))

    def discard(self, clip: ClipHash) -> None:
        self.disk.clips.discard(clip)
        self._well_again(clip)

    def keep_only(self, clips: frozenset[ClipHash]) -> None:
        self._wanted = {clip: ask for clip, ask in self._wanted.items() if clip in clips}
        now, idle = self.agenda.now, self.disk.idle
        for clip in self.disk.clips:
            if clip in clips:
                idle.pop(clip, None)
            else:
                idle.setdefault(clip, now)
        aged = frozenset(clip for clip, since in idle.items() if now - since > KEEP_S)
        if aged and self.disk.health is DiskHealth.OK:
            for clip in aged:
                self.discard(clip)
                del idle[clip]
            self.post(ClipsRemoved(aged))

    def forget(self) -> None:
        """The process is gone, and with it what was in hand."""
        self._life += 1
        self._wanted.clear()
        if self._in_hand is not None:
            self._in_hand.call_off()
        self._in_hand = None

    # ---- the disk

    def _look(self, ask: FetchClip, life: int) -> None:
        if life != self._life:
            return
        clip = ask.clip
        if clip in self.disk.clips and clip not in self.disk.spoilt:
            self.post(ClipStored(clip))
            return
        self.discard(clip)
        if ask.only_look:
            self.post(ClipAbsent(clip, self.disk.parts.get(clip, 0)))
        else:
            self._wanted[clip] = ask
            self._next()

    def _well_again(self, clip: ClipHash) -> None:
        if clip in self.disk.spoilt:
            self.disk.spoilt.discard(clip)
            self.trouble.ends(self.agenda.now, f"spoilt {clip}")

    def _kept(self, clip: ClipHash, fetched: int) -> Event:
        if self.disk.health is not DiskHealth.OK:
            return ClipFailed(clip, _DISK[self.disk.health], fetched)
        self.disk.clips.add(clip)
        self.disk.parts.pop(clip, None)
        return ClipStored(clip, fetched)

    # ---- the network

    def _next(self) -> None:
        if self._in_hand is not None or not self._wanted:
            return
        ask = min(self._wanted.values(), key=lambda each: (each.needed_at, each.clip))
        del self._wanted[ask.clip]
        if not self.road.open():
            self._in_hand = self.agenda.after(self.random.uniform(0.1, TIMEOUT_S), lambda: self._failed(ask, 0))
            return
        left = max(0, ask.size - self.disk.parts.get(ask.clip, 0))
        whole = 0.1 + left / self.road.bytes_per_s
        if self.random.random() < self.road.cut:
            share = self.random.random()
            self._in_hand = self.agenda.after(whole * share, lambda: self._failed(ask, int(left * share)))
        else:
            self._in_hand = self.agenda.after(whole, lambda: self._arrived(ask, left))

    def _arrived(self, ask: FetchClip, fetched: int) -> None:
        if not self.road.open():
            self._failed(ask, fetched // 2)
            return
        self._in_hand = None
        self.post(self._kept(ask.clip, fetched))
        self._next()

    def _failed(self, ask: FetchClip, fetched: int) -> None:
        self._in_hand = None
        if self.disk.health is DiskHealth.OK:
            self.disk.parts[ask.clip] = self.disk.parts.get(ask.clip, 0) + fetched
        self.post(ClipFailed(ask.clip, None, fetched, self.disk.parts.get(ask.clip, 0)))
        self._next()
