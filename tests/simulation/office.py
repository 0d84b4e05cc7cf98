"""What the officers of the simulated commune do all week: dawn and dusk, notices, warnings, second thoughts."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from protocol.messages import Item, PlannedBroadcast
from protocol.names import BroadcastId, ClipHash, UnitId
from schedules.lateness import default_not_after
from schedules.vocabulary import BroadcastClass, Status
from tests.simulation.books import ScheduleRow
from tests.simulation.chronicle import OFFSET_MIN
from tests.simulation.desk import Desk

_DAY_CLASSES = (BroadcastClass.ROUTINE, BroadcastClass.ROUTINE, BroadcastClass.PRIORITY)


@dataclass
class Office:
    desk: Desk
    random: Random
    units: tuple[UnitId, ...]
    made: int = 0
    recent: list[BroadcastId] = field(default_factory=list)

    def furnish(self) -> None:
        """The sittings that repeat every day: at dawn and at dusk for all, and for some at noon."""
        self._repeat("dawn", 5 * 60 + 30, self.units)
        self._repeat("dusk", 17 * 60 + 30, self.units)
        if self.random.random() < 0.5:
            self._repeat("noon", 11 * 60 + 15, self._some(self.random))

    def _repeat(self, name: str, minute: int, targets: tuple[UnitId, ...]) -> None:
        seconds = tuple(self.random.randint(15, 90) for _ in range(self.random.randint(1, 3)))
        row = ScheduleRow(
            name,
            minute,
            BroadcastClass.ROUTINE,
            Status.ACTUAL,
            seconds,
            tuple(self._clip(b"")[0] for _ in seconds),
            targets,
            self.desk.now,
        )
        self.desk.do(lambda: self.desk.schedule(row))

    def _some(self, random: Random) -> tuple[UnitId, ...]:
        count = random.choice((1, 1, 2, max(1, len(self.units) // 2), len(self.units)))
        return tuple(sorted(random.sample(self.units, min(count, len(self.units)))))

    def _clip(self, data: bytes) -> tuple[ClipHash, bytes]:
        self.made += 1
        data = data or b"clip %d" % self.made
        return ClipHash(hashlib.sha256(data).hexdigest()), data

    # ---- acts

    def notice(self, random: Random) -> BroadcastId | None:
        """Now, in waking hours or at any hour that an officer thinks fit."""
        now = self.desk.now
        return self._announce(random, now, random.choice(_DAY_CLASSES), Status.ACTUAL, immediate=True)

    def planned(self, random: Random) -> BroadcastId | None:
        """For a time of one of the next days; sometimes very soon, sometimes on top of a sitting."""
        now = self.desk.now
        ahead = random.choice(
            (random.uniform(20, 600), random.uniform(600, 86_400), random.uniform(86_400, 4 * 86_400))
        )
        start = now + timedelta(seconds=ahead)
        if random.random() < 0.3:
            local = start + timedelta(minutes=OFFSET_MIN)
            dawn = local.replace(hour=5, minute=30, second=random.choice((0, 0, 20)), microsecond=0)
            start = max(dawn - timedelta(minutes=OFFSET_MIN), now + timedelta(seconds=30))
        return self._announce(random, start, random.choice(_DAY_CLASSES), Status.ACTUAL, immediate=False)

    def emergency(self, random: Random, status: Status = Status.ACTUAL) -> BroadcastId | None:
        return self._announce(random, self.desk.now, BroadcastClass.EMERGENCY, status, immediate=True)

    def cancel(self, random: Random) -> None:
        """Mostly something near, also what sounds, also what is over."""
        id_ = self._near(random)
        if id_ is not None:
            self.desk.do(lambda: self.desk.cancel(id_))

    def hasty(self, random: Random) -> None:
        """An order, and at once, or a little later, its cancellation."""
        make = random.choice((self.notice, self.emergency))
        id_ = make(random)
        if id_ is not None:
            wait = random.choice((0.0, random.uniform(0, 0.3), random.uniform(0, 10), random.uniform(0, 60)))
            self.desk.agenda.after(wait, lambda: self.desk.do(lambda: self._cancel_if_known(id_)))

    def stop(self, random: Random) -> None:
        targets = self._some(random)
        self.desk.do(lambda: self.desk.stop(targets))

    def _cancel_if_known(self, id_: BroadcastId) -> None:
        if id_ in self.desk.books.broadcasts:
            self.desk.cancel(id_)

    def _near(self, random: Random) -> BroadcastId | None:
        now = self.desk.now
        ids = [
            id_
            for id_, row in self.desk.books.broadcasts.items()
            if row.cancelled_at is None and abs((row.message.start - now).total_seconds()) < 40_000
        ]
        return random.choice(ids) if ids else None

    def _announce(
        self, random: Random, start: datetime, class_: BroadcastClass, status: Status, *, immediate: bool
    ) -> BroadcastId | None:
        self.made += 1
        message = PlannedBroadcast(
            id=BroadcastId(f"b-{self.made}-{class_.value[0]}-{random.getrandbits(24):x}"),
            start=start,
            not_after=default_not_after(class_, start),
            class_=class_,
            status=status,
            title="Thông báo",
            items=self._items(random, class_),
        )
        targets = self._some(random)
        done = self.desk.do(lambda: self.desk.announce(message, targets, immediate=immediate))
        if done:
            self.recent.append(message.id)
        return message.id if done else None

    def _items(self, random: Random, class_: BroadcastClass) -> tuple[Item, ...]:
        """An emergency's clip is short enough to ride inside its order."""
        if class_ is BroadcastClass.EMERGENCY:
            clip, data = self._clip(random.randbytes(120))
            self.desk.clips[clip] = data
            return (Item(clip=clip, size=len(data), duration_ms=1000 * random.randint(8, 60)),)
        lengths = [random.randint(5, 120) for _ in range(random.randint(1, 3))]
        clips = [self._clip(random.randbytes(16))[0] for _ in lengths]
        return tuple(
            Item(clip=clip, size=8000 * seconds, duration_ms=1000 * seconds, gap_ms=random.choice((0, 500)))
            for clip, seconds in zip(clips, lengths, strict=True)
        )
