"""A unit's world for the tests of what is fetched when: its desk can say more, and what was asked is listed."""

import msgspec
from msgspec.structs import replace

from edge.core.effects import Effect, Remember
from edge.core.events import ClipAbsent
from edge.core.memory import Shelf, Spent, decode
from protocol.envelope import seal
from protocol.messages import Downloads, PinnedClip, PlannedBroadcast, Programme
from protocol.names import Kind, Reason
from schedules.vocabulary import BroadcastClass
from tests.edge.world import EMERGENCY, SCHEDULE, World, clip_hash

HOUR = 3600.0
FAR_S = 30 * HOUR
"""Well beyond what is needed soon."""
SIZE = 1000
"""Of every clip of the world, in bytes."""
EVENING = ((18 * 60, 22 * 60),)
"""Download hours; DAWN is 05:00 at the commune."""


class Unit(World):
    """A world whose desk may say more, with the fetches that were asked of its network."""

    def plan(
        self, *broadcasts: PlannedBroadcast, downloads: Downloads | None = None, pinned: tuple[int, ...] = ()
    ) -> None:
        data = self.programme(*broadcasts)
        programme = msgspec.json.decode(data.split(b"\n", 1)[1], type=Programme)
        bank = tuple(PinnedClip(clip=clip_hash(clip), size=SIZE) for clip in pinned)
        programme = replace(programme, downloads=downloads or Downloads(), pinned=bank)
        emergency = any(each.class_ is BroadcastClass.EMERGENCY for each in broadcasts)
        self.deliver(Kind.PROGRAMME, seal(programme, EMERGENCY if emergency else SCHEDULE))

    def absent(self, *clips: int, here: int = 0) -> None:
        for clip in clips:
            self.take(ClipAbsent(clip_hash(clip), here))

    def fetched(self) -> list[int]:
        return [int(ask.clip, 16) for ask in self.fetches if not ask.only_look]

    def looked(self) -> list[int]:
        return [int(ask.clip, 16) for ask in self.fetches if ask.only_look]

    def coming(self) -> dict[int, tuple[int, Reason | None]]:
        return {int(each.clip, 16): (each.fetched, each.reason) for each in self.state.outstanding.coming}


def notes(effects: list[Effect]) -> list[Spent]:
    return [
        decode(effect.value, Spent)
        for effect in effects
        if isinstance(effect, Remember) and effect.shelf is Shelf.SPENT and effect.value is not None
    ]
