"""However often a broadcast is interrupted, every item is heard to its end once and in order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from protocol.messages import Play
from schedules.vocabulary import BroadcastClass
from tests.edge.world import World, broadcast, clip_hash

ITEMS = (1, 2, 3, 4)
interruptions = st.lists(
    st.tuples(st.integers(0, len(ITEMS)), st.integers(0, 9_999), st.booleans()), min_size=1, max_size=5
)


@settings(max_examples=100, deadline=None)
@given(interruptions)
def test_every_item_is_heard_once_and_in_order(cuts: list[tuple[int, int, bool]]):
    world = World()
    world.give(broadcast(clips=ITEMS, grace_s=3600))
    world.store(*ITEMS, 9)
    world.pass_s(60)
    heard: list[str] = []
    for number, (items, cut_ms, crossed) in enumerate(cuts):
        if world.sound is None:
            break
        world.begin()
        heard += play(world, items)
        interrupt(world, number, cut_ms, heard, crossed=crossed)
    if world.sound is not None:
        world.begin()
        heard += play(world, len(ITEMS))
        world.finish()
    assert heard == [clip_hash(item) for item in ITEMS]
    stages = world.stages("b-1")
    assert stages[:2] == ["stored", "started"]
    assert stages[-1] == "finished"
    assert stages.count("resumed") == stages.count("interrupted(preempted)")
    last = [receipt for receipt in world.journal if receipt.broadcast == "b-1"][-1]
    assert last.played_ms == last.of_ms


def play(world: World, items: int) -> list[str]:
    """So many more items, as far as there are any."""
    heard = []
    while items and world.sound.items_done < len(world.sound.order.items):
        heard.append(world.sound.order.items[world.sound.items_done].clip)
        world.play_item()
        items -= 1
    return heard


def interrupt(world: World, number: int, cut_ms: int, heard: list[str], *, crossed: bool) -> None:
    """An emergency comes and is heard; `crossed`: one more item ends between the order to stop and the silence."""
    start_s = world.mono - 1000
    emergency = broadcast(f"e-{number}", start_s=start_s, class_=BroadcastClass.EMERGENCY, clips=(9,), seconds=2)
    world.command(Play(broadcast=emergency))
    assert world.sound.stopped
    if crossed:
        heard += play(world, 1)
    done = world.sound.items_done == len(world.sound.order.items)
    world.obey_stop(0 if done else cut_ms)
    world.begin()
    world.finish()
