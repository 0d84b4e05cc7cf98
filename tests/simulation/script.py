"""What will befall a commune, drawn up from a seed before anything runs: so that it can be told, cut down and repeated.

Each seed takes some kinds of trouble and leaves out others, so that every kind also meets the others alone. In the last
part of the span nothing new goes wrong: by its end everything must have healed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from random import Random

from tests.simulation.chronicle import told_time

DAY = 86_400.0
HOUR = 3600.0
WHOLE_EVERY = 24
QUIET_S = 8 * HOUR
"""How long before the end the last trouble is over."""


class What(StrEnum):
    """What can befall. The word is what the command line takes."""

    NOTICE = "notice"  # a broadcast now
    PLANNED = "planned"  # one for later
    EMERGENCY = "emergency"
    EXERCISE = "exercise"
    CANCEL = "cancel"
    HASTY = "hasty"  # an order, and its cancellation in the same breath
    STOP = "stop"

    POWER = "power"
    VALLEY = "valley"  # the power of everybody
    CRASH = "crash"
    LEAVE = "leave"
    PAUSE = "pause"
    NO_TIME = "no-time"  # no time server
    LYING_TIME = "lying-time"  # a time server that lies
    CLOCK_SET = "clock-set"  # somebody sets the clock: by an hour, a day, to 1970 or 2038
    DISK = "disk"  # full, read-only, or failing
    NEW_CARD = "new-card"
    CARD = "card"
    RELAY = "relay"
    SPOILT = "spoilt"
    PARTITION = "partition"
    BROKER = "broker"
    WIPE = "wipe"
    WEATHER = "weather"
    ROAD = "road"
    HOSTILE = "hostile"
    DESK_CRASH = "desk-crash"
    DESK_AWAY = "desk-away"
    DESK_RESTORED = "desk-restored"
    ROTATE = "rotate"  # new keys, or a new epoch
    THEFT = "theft"  # the schedule key is stolen, and revoked at the end


OFFICE = (What.NOTICE, What.PLANNED, What.EMERGENCY, What.EXERCISE, What.CANCEL, What.HASTY, What.STOP)
TROUBLE = tuple(what for what in What if what not in OFFICE)

_A_WEEK = {
    What.NOTICE: 10.0,
    What.PLANNED: 6.0,
    What.EMERGENCY: 3.0,
    What.EXERCISE: 2.0,
    What.CANCEL: 5.0,
    What.HASTY: 3.0,
    What.STOP: 4.0,
    What.VALLEY: 2.0,
    What.BROKER: 3.0,
    What.WIPE: 3.0,
    What.WEATHER: 5.0,
    What.ROAD: 5.0,
    What.HOSTILE: 3.0,
    What.DESK_CRASH: 10.0,
    What.DESK_AWAY: 1.0,
    What.DESK_RESTORED: 0.7,
    What.ROTATE: 2.0,
    What.THEFT: 1.0,
}
"""How often in a week, on average, in the whole commune."""
_A_UNIT_A_WEEK = {
    What.POWER: 2.0,
    What.CRASH: 4.0,
    What.LEAVE: 1.0,
    What.PAUSE: 2.0,
    What.NO_TIME: 1.0,
    What.LYING_TIME: 0.7,
    What.CLOCK_SET: 1.0,
    What.DISK: 1.0,
    What.NEW_CARD: 0.2,
    What.CARD: 0.7,
    What.RELAY: 0.3,
    What.SPOILT: 0.5,
    What.PARTITION: 1.5,
}
"""How often in a week at each unit."""
_LASTS = {
    What.POWER: (30.0, 6 * HOUR),
    What.VALLEY: (60.0, 3 * HOUR),
    What.PAUSE: (2.0, 120.0),
    What.NO_TIME: (HOUR, 3 * DAY),
    What.LYING_TIME: (HOUR, 2 * DAY),
    What.DISK: (10.0, 12 * HOUR),
    What.CARD: (30.0, 2 * HOUR),
    What.RELAY: (30.0, HOUR),
    What.PARTITION: (60.0, 2 * DAY),
    What.BROKER: (5.0, 6 * HOUR),
    What.WEATHER: (10 * 60.0, 12 * HOUR),
    What.ROAD: (10 * 60.0, 12 * HOUR),
    What.HOSTILE: (HOUR, DAY),
    What.DESK_AWAY: (HOUR, 7 * DAY),
    What.THEFT: (HOUR, DAY),
}
"""The shortest and the longest, in seconds; most are nearer to the shortest."""


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that befalls, at a true second, for so many seconds, at one unit (None: the whole commune).

    `number` names its own randomness, so that leaving others out does not change it.
    """

    number: int
    at: float
    what: What
    unit: int | None = None
    lasts: float = 0.0

    def written(self) -> str:
        return f"Incident({self.number}, {self.at!r}, What.{self.what.name}, {self.unit}, {self.lasts!r})"

    def told(self) -> str:
        where = "everywhere" if self.unit is None else f"unit {self.unit + 1}"
        return f"{told_time(self.at)} {self.what} {where}, {self.lasts:.0f} s"


@dataclass(frozen=True, slots=True)
class Script:
    seed: int
    days: float
    units: int
    incidents: tuple[Incident, ...]

    @property
    def end(self) -> float:
        return self.days * DAY

    @property
    def quiet_from(self) -> float:
        return self.end - QUIET_S

    def kinds(self) -> set[What]:
        return {incident.what for incident in self.incidents}

    def with_only(self, incidents: Iterable[Incident]) -> "Script":
        return replace(self, incidents=tuple(incidents))

    def numbered(self, *numbers: int) -> "Script":
        return self.with_only(each for each in self.incidents if each.number in numbers)


def write(
    seed: int, *, days: float = 7.0, units: int = 30, only: frozenset[What] | None = None, busy: float | None = None
) -> Script:
    """Draw up the script of a seed. `only` keeps these kinds of trouble and no others; `busy` is how much of all."""
    random = Random(f"script {seed}")
    chosen = {what for what in TROUBLE if random.random() < 0.5}
    usual = random.choice((0.5, 1.0, 1.0, 2.0))
    busy = usual if busy is None else busy
    drawn: list[Incident] = []
    last = days * DAY - QUIET_S
    for what in What:
        for unit in range(units) if what in _A_UNIT_A_WEEK else (None,):
            own = Random(f"script {seed} {what} {unit}")
            rate = _A_UNIT_A_WEEK.get(what, _A_WEEK.get(what, 0.0)) * busy / (7 * DAY)
            wanted = what in OFFICE or (what in chosen if only is None else what in only)
            at = own.expovariate(rate)
            while wanted and at < last:
                drawn.append(Incident(0, at, what, unit, _lasting(own, what, last - at)))
                at += own.expovariate(rate)
    drawn.sort(key=lambda each: each.at)
    numbered = tuple(replace(each, number=number) for number, each in enumerate(drawn))
    return Script(seed, days, units, numbered)


def usual(seed: int) -> Script:
    """The script of a seed when nobody asks for a size: mostly a small commune and some days, for all their troubles.

    Now and then a whole commune and a whole week, which takes as long as ten of the others.
    """
    if seed % WHOLE_EVERY == 0:
        return write(seed, days=7.0, units=30)
    return write(seed, days=(1.5, 2.5, 2.5, 3.5)[seed % 4], units=2 + seed % 5)


def _lasting(random: Random, what: What, most: float) -> float:
    if what not in _LASTS:
        return 0.0
    shortest, longest = _LASTS[what]
    return min(shortest * (longest / shortest) ** random.random(), most)
