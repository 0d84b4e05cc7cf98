"""The policy of downloads, whatever happens: nothing routine beyond budget or hours, and nothing urgent waits."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from edge.core.downloads import SOON, Terms, cost, local_month, next_month
from edge.core.effects import Effect, FetchClip, KeepOnly
from edge.core.events import ClipFailed, ClipProgress, ClipStored
from edge.core.instant import Instant
from edge.core.needs import Need
from protocol.messages import Downloads
from protocol.names import ClockTrust
from schedules.vocabulary import BroadcastClass
from tests.edge.supplied import EVENING, HOUR, SIZE, Unit
from tests.edge.world import DAWN, broadcast, clip_hash

spans = st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440)), max_size=4).map(tuple)


@settings(max_examples=30)
@given(spans, st.integers(0, 3 * 1440), st.integers(-720, 840))
def test_the_next_download_hour_is_the_next_one(hours, minute: int, offset: int):
    wall = DAWN + timedelta(minutes=minute, seconds=30)

    def terms(at: datetime) -> Terms:
        return Terms(Instant(at, 0.0, ClockTrust.TRUSTED), Downloads(hours=hours), offset, 0)

    now = terms(wall)
    if now.open_now:
        return
    opens_at = now.opens_at
    ahead = [wall - timedelta(seconds=30) + timedelta(minutes=each) for each in range(1, 1442)]
    first = next((at for at in ahead if terms(at).open_now), None)
    assert opens_at == first


class Network:
    """Answers fetches as the worst of networks may, and keeps the account that the unit ought to keep."""

    def __init__(self, unit: Unit, urgent: set[int], budget: int) -> None:
        self.unit, self.urgent, self.budget = unit, urgent, budget
        self.in_hand: dict[int, int] = {}
        self.looks: list[int] = []
        self.spent = 0
        unit.watchers.append(self.watch)

    def watch(self, effect: Effect) -> None:
        match effect:
            case KeepOnly(clips):
                self.in_hand = {clip: left for clip, left in self.in_hand.items() if clip_hash(clip) in clips}
            case FetchClip(only_look=True):
                self.looks.append(int(effect.clip, 16))
            case FetchClip():
                self.begin(int(effect.clip, 16), effect.size)

    def begin(self, clip: int, size: int) -> None:
        assert clip not in self.in_hand, "asked for twice"
        self.in_hand[clip] = cost(size)
        if clip not in self.urgent:
            assert self.spent + sum(self.in_hand.values()) <= self.budget, "beyond the budget"
            self.check_hour(clip)

    def answer_looks(self) -> None:
        while self.looks:
            self.unit.absent(self.looks.pop())

    def check_hour(self, clip: int) -> None:
        local = self.unit.wall + timedelta(hours=7)
        inside = EVENING[0][0] <= local.hour * 60 + local.minute < EVENING[0][1]
        start = min(
            each.start for each in self.unit.state.programme.broadcasts if each.items[0].clip == clip_hash(clip)
        )
        assert inside or start - self.unit.wall <= SOON, "a routine clip was fetched outside the hours"

    def bring(self, clip: int, share: float, ends: str) -> None:
        count = round(self.in_hand[clip] * share)
        self.spent += count
        if ends == "goes on":
            self.in_hand[clip] -= count
            self.unit.take(ClipProgress(clip_hash(clip), here=min(count, SIZE), fetched=count))
            return
        del self.in_hand[clip]
        event = ClipStored(clip_hash(clip), count)
        self.unit.take(event if ends == "stored" else ClipFailed(clip_hash(clip), fetched=count, here=count % SIZE))


@settings(max_examples=50)
@given(st.data())
def test_routine_clips_never_exceed_the_budget_nor_the_hours_and_the_urgent_never_wait(data: st.DataObject):
    budget = data.draw(st.integers(0, 6 * cost(SIZE)), label="budget")
    urgent = data.draw(st.sets(st.integers(1, 8), max_size=2), label="urgent")
    unit = Unit()
    network = Network(unit, urgent, budget)
    plan = [
        broadcast(
            f"b-{clip}",
            start_s=data.draw(st.floats(60, 40 * HOUR), label=f"start of {clip}"),
            class_=BroadcastClass.PRIORITY if clip in urgent else BroadcastClass.ROUTINE,
            clips=(clip,),
        )
        for clip in range(1, 9)
    ]
    unit.plan(*plan, downloads=Downloads(hours=EVENING, month_bytes=budget))
    network.answer_looks()
    assert urgent <= set(unit.fetched()), "an urgent clip was made to wait"
    for _ in range(12):
        network.answer_looks()
        wait = data.draw(st.sampled_from([0.0, 10.0, 400.0, HOUR, 5 * HOUR]), label="wait")
        for _ in range(4):
            unit.pass_s(wait / 4)
            network.answer_looks()
            if unit.sound is not None:
                unit.fail()
        if network.in_hand:
            clip = data.draw(st.sampled_from(sorted(network.in_hand)), label="clip")
            ends = data.draw(st.sampled_from(["goes on", "stored", "failed"]), label="ends")
            network.bring(clip, data.draw(st.floats(0, 1), label="share"), ends)
    assert unit.state.spent.bytes == network.spent
    if not urgent:
        assert network.spent <= budget


def test_a_need_without_a_broadcast_is_never_soon():
    terms = Terms(Instant(DAWN, 0.0, ClockTrust.TRUSTED), Downloads(), 420, 0)
    assert not terms.hasty(Need(clip_hash(1), SIZE))


@given(st.integers(0, 20 * 365 * 86_400).map(lambda second: DAWN + timedelta(seconds=second)), st.integers(-720, 840))
def test_the_next_month_begins_where_this_one_ends(wall: datetime, offset: int):
    begins = next_month(wall, offset)
    assert begins > wall
    assert local_month(begins - timedelta(microseconds=1), offset) == local_month(wall, offset)
    assert local_month(begins, offset) != local_month(wall, offset)
