"""One loudspeaker that obeys `arbitrate`, minute by minute: what a unit does with the decisions, and nothing else."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from schedules.arbitration import Candidate, Decision, Sounding, arbitrate

MINUTE = timedelta(minutes=1)


@dataclass
class Loudspeaker:
    """Each item lasts `item_minutes`; what happened is written down as it happens."""

    items: dict[str, int]
    item_minutes: int
    playing: Sounding | None = None
    into_item: int = 0
    waiting: list[Candidate] = field(default_factory=list)
    begun: list[tuple[datetime, Candidate]] = field(default_factory=list)
    cuts: list[tuple[Candidate, Candidate]] = field(default_factory=list)
    played_items: list[tuple[str, int]] = field(default_factory=list)
    finished: list[str] = field(default_factory=list)
    skipped: list[Candidate] = field(default_factory=list)

    def minute(self, now: datetime) -> Decision:
        """Decide at `now`, obey, and sound for a minute."""
        self._end_what_has_ended()
        decision = arbitrate(self.playing, self.waiting, now)
        self.waiting = list(decision.waiting)
        self.skipped += decision.skipped
        if decision.play:
            if decision.interrupted:
                self.cuts.append((decision.interrupted, decision.play))
            self.begun.append((now, decision.play))
            self.playing, self.into_item = Sounding(decision.play, decision.play.item), 0
        self.into_item += 1
        return decision

    def _end_what_has_ended(self) -> None:
        if not self.playing or self.into_item < self.item_minutes:
            return
        name, item = self.playing.broadcast.id, self.playing.item
        self.played_items.append((name, item))
        more = item + 1 < self.items[name]
        self.playing, self.into_item = Sounding(self.playing.broadcast, item + 1) if more else None, 0
        if not more:
            self.finished.append(name)
