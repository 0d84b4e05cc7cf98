"""Fetching clips, reporting, waking and forgetting."""

from datetime import timedelta

import pytest

from edge.core import playback, tidy
from edge.core.effects import KeepOnly
from edge.core.events import ClipFailed, ClockChanged, LinkDown, RelayChanged, SoundChecked
from edge.core.memory import Shelf
from edge.core.playback import Happening, IllegalStep, Phase
from protocol.messages import Cancel, Play
from protocol.names import BroadcastId, ClockTrust
from tests.edge.world import DAWN, World, broadcast, clip_hash


def asked(world: World) -> list[str]:
    return [str(int(fetch.clip, 16)) for fetch in world.fetches]


# ---- clips


def test_every_clip_of_the_plan_is_asked_for_once_with_the_time_when_it_is_first_needed():
    world = World()
    world.give(broadcast("late", start_s=900, clips=(1, 2)), broadcast("soon", start_s=100, clips=(2,)))
    assert sorted(asked(world)) == ["1", "2"]
    needed = {int(fetch.clip, 16): fetch.needed_at - world.mono for fetch in world.fetches}
    assert needed == {1: pytest.approx(900), 2: pytest.approx(100)}
    world.pass_s(50)
    assert len(world.fetches) == 2


def test_a_clip_that_failed_is_tried_again_later_and_later_but_soon_when_its_broadcast_is_near():
    def gaps(start_s: float) -> list[float]:
        world = World()
        world.give(broadcast(start_s=start_s))
        found = []
        for _ in range(8):
            before = world.mono
            world.take(ClipFailed(clip_hash(1)))
            count = len(world.fetches)
            while len(world.fetches) == count:
                world.pass_s(0.5)
            found.append(round(world.mono - before))
        return found

    assert gaps(80_000) == [5, 10, 20, 40, 80, 160, 300, 300]
    assert max(gaps(600)) == 10


def test_a_failed_clip_that_nobody_needs_any_more_is_not_asked_for():
    world = World()
    world.give(broadcast())
    world.give()
    world.take(ClipFailed(clip_hash(1)))
    world.pass_s(400)
    assert len(world.fetches) == 1


def test_after_a_restart_every_clip_is_asked_for_again_so_that_it_is_checked():
    world = World()
    world.give(broadcast())
    world.store(1)
    world.crash()
    assert asked(world) == ["1"]
    assert world.stages("b-1") == ["stored"]
    world.store(1)
    assert world.stages("b-1") == ["stored"]


def test_once_an_hour_the_clips_that_must_stay_are_named():
    world = World()
    world.give(broadcast(start_s=9000))
    mark = len(world.effects)
    world.pass_s(3601)
    assert [effect for effect in world.effects[mark:] if isinstance(effect, KeepOnly)] == [
        KeepOnly(frozenset({clip_hash(1)}))
    ]


# ---- reports


def test_a_report_goes_out_at_every_change_and_every_thirty_seconds():
    world = World(link=True)
    first = len(world.reports)
    assert first == 1
    world.pass_s(95)
    assert len(world.reports) == first + 3
    for event in (RelayChanged(on=True), SoundChecked(ok=False)):
        world.take(event)
    assert (world.reports[-1].state.relay, world.reports[-1].state.sound_ok) == (True, False)
    assert len(world.reports) == first + 5
    assert [report.state.counter for report in world.reports] == list(range(1, first + 6))


def test_a_report_says_what_plays_and_what_is_missing():
    world = World(link=True)
    world.give(broadcast(), broadcast("b-2", start_s=500, clips=(2, 3)))
    assert (world.reports[-1].state.missing_clips, world.reports[-1].state.missing_bytes) == (3, 3000)
    world.store(1)
    world.pass_s(60)
    assert world.reports[-1].state.playing is None
    world.begin()
    assert world.reports[-1].state.playing == "b-1"
    world.finish()
    assert world.reports[-1].state.playing is None
    assert world.reports[-1].state.missing_clips == 2


def test_nothing_is_sent_without_a_link_and_a_new_link_gets_everything():
    world = World(link=True)
    world.give(broadcast())
    world.connect(up=False)
    count = len(world.reports)
    world.store(1)
    world.pass_s(100)
    assert len(world.reports) == count
    world.connect()
    assert len(world.reports) == count + 1
    assert world.sent[-1].stage == "stored"


def test_the_clock_is_reported():
    world = World(link=True, trust=ClockTrust.UNKNOWN)
    assert world.reports[-1].state.clock is ClockTrust.UNKNOWN
    world.trust = ClockTrust.TRUSTED
    world.take(ClockChanged())
    assert world.reports[-1].state.clock is ClockTrust.TRUSTED


def test_a_link_that_was_never_up_may_go_down():
    world = World()
    world.take(LinkDown())
    assert world.reports == []


# ---- forgetting


def test_what_is_long_past_is_forgotten_and_what_is_planned_is_not(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tidy, "LEAST", 0)
    world = World()
    world.store(1)
    world.command(Play(broadcast=broadcast(start_s=0)))
    world.begin()
    world.finish()
    world.command(Cancel(broadcasts=(BroadcastId("b-9"),)))
    world.pass_s(14 * 86_400)
    assert all(world.shelves[shelf] for shelf in (Shelf.ORDERED, Shelf.ORDERS, Shelf.PROGRESS, Shelf.CANCELLED))
    world.pass_s(2 * 86_400)
    assert not any(world.shelves[shelf] for shelf in (Shelf.ORDERED, Shelf.ORDERS, Shelf.PROGRESS, Shelf.CANCELLED))
    assert world.state.progress == {}


def test_a_stolen_key_that_tells_a_far_time_makes_the_unit_forget_nothing_that_was_played():
    world = World(link=True)
    world.give(broadcast(start_s=5))
    world.store(1)
    world.pass_s(6)
    world.begin()
    world.finish()
    world.trust = ClockTrust.UNKNOWN
    world.take(ClockChanged())
    world.give()
    for off_s in (20 * 86_400, 0):
        world.pass_s(3600)
        world.answer_clock(off_s=off_s)
        world.pass_s(2 * 3600)
    assert world.remembered("b-1").phase is Phase.OVER
    assert world.stages("b-1").count("started") == 1


def test_no_more_is_forgotten_than_leaves_much_remembered():
    past, soon = DAWN - timedelta(seconds=1), DAWN + timedelta(seconds=1)
    names = [(f"b-{number}", past - timedelta(seconds=number)) for number in range(tidy.LEAST)]
    assert tidy._oldest(names, DAWN) == set()
    assert tidy._oldest([*names, ("b-new", soon)], DAWN) == {f"b-{tidy.LEAST - 1}"}
    assert tidy._oldest(((f"b-{number}", soon) for number in range(3000)), DAWN) == set()


def test_without_a_trusted_clock_nothing_is_forgotten(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tidy, "LEAST", 0)
    world = World()
    world.command(Cancel(broadcasts=(BroadcastId("b-9"),)))
    world.trust = ClockTrust.UNKNOWN
    world.wall += timedelta(days=400)
    world.take(ClockChanged())
    world.pass_s(7200)
    assert world.shelves[Shelf.CANCELLED]


def test_a_broadcast_still_planned_keeps_its_progress_for_ever():
    world = World()
    world.give(broadcast())
    world.store(1)
    world.pass_s(20 * 86_400)
    assert world.remembered("b-1").phase is Phase.CALLED
    world.finish()
    world.pass_s(20 * 86_400)
    assert world.remembered("b-1").phase is Phase.OVER


# ---- the table


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("happening", list(Happening))
def test_every_step_of_the_table_leads_somewhere_is_ignored_or_raises(phase: Phase, happening: Happening):
    try:
        after = playback.advance(phase, happening)
    except IllegalStep:
        after = None
    assert after is None or after in Phase


def test_an_illegal_step_says_what_came_when():
    with pytest.raises(IllegalStep, match="call while sounding"):
        playback.advance(Phase.SOUNDING, Happening.CALL)


def test_over_is_over():
    assert [happening for happening in Happening if leaves_over(happening)] == []


def leaves_over(happening: Happening) -> bool:
    try:
        return playback.advance(Phase.OVER, happening) not in {None, Phase.OVER}
    except IllegalStep:
        return False


def test_a_restart_leaves_nothing_with_the_player():
    for phase in Phase:
        assert playback.advance(phase, Happening.RESTART) not in playback.WITH_PLAYER


def test_a_failed_fetch_of_a_clip_that_came_inside_an_order_meanwhile_is_nothing():
    world = World()
    world.give(broadcast())
    world.store(1)
    world.take(ClipFailed(clip_hash(1)))
    world.pass_s(30)
    assert len(world.fetches) == 1
