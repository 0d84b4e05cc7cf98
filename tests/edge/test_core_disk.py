"""A disk that fails: nothing begins that could begin twice, nothing unwritten is told, and nothing is lost."""

import pytest
from msgspec.structs import replace

from edge.core.deciding import RETRY_S
from edge.core.events import Leaving, LinkDown
from edge.core.memory import Shelf
from edge.core.playback import Phase
from protocol.messages import Play, Stop
from protocol.names import ClockTrust, DiskHealth, Kind
from schedules.vocabulary import BroadcastClass, Status
from tests.edge.world import World, broadcast

URGENT = BroadcastClass.EMERGENCY
TROUBLES = [DiskHealth.FULL, DiskHealth.READ_ONLY, DiskHealth.FAILED]


def running(disk: DiskHealth = DiskHealth.FULL) -> World:
    """A unit that has run for a minute, with its clips, when its disk fails."""
    world = World(link=True)
    world.store(1, 2)
    world.pass_s(60)
    world.fail_disk(disk)
    return world


def stages_in_state(world: World, name: str) -> list[str]:
    """The receipts that were decided upon, written or not."""
    return [
        each.stage if each.reason is None else f"{each.stage}({each.reason})"
        for each in world.state.receipts
        if each.broadcast == name and each.order is None
    ]


@pytest.mark.parametrize("disk", TROUBLES)
def test_what_is_wrong_with_the_disk_is_reported_and_that_it_works_again(disk: DiskHealth):
    world = running(disk)
    world.give(broadcast(start_s=900))
    assert world.reports[-1].state.disk is disk
    assert "memory-failed" in world.warnings()
    world.mend_disk()
    assert world.reports[-1].state.disk is DiskHealth.OK


@pytest.mark.parametrize("class_", [BroadcastClass.ROUTINE, BroadcastClass.PRIORITY])
def test_nothing_but_an_emergency_begins_and_the_reason_is_said(class_: BroadcastClass):
    world = World(link=True)
    world.give(broadcast(start_s=100, class_=class_, grace_s=120))
    world.pass_s(90)
    world.fail_disk()
    world.store(1)
    world.pass_s(200)
    assert world.sound is None
    assert stages_in_state(world, "b-1") == ["stored", "skipped(memory-failed)"]
    assert world.stages("b-1") == []
    world.mend_disk()
    assert world.stages("b-1") == ["stored", "skipped(memory-failed)"]


def test_what_waited_for_the_disk_begins_when_it_works_again_in_time():
    world = World()
    world.give(broadcast(start_s=100))
    world.store(1)
    world.pass_s(50)
    world.fail_disk()
    world.pass_s(60)
    assert world.sound is None
    world.mend_disk()
    world.begin()
    world.finish()
    assert world.stages("b-1") == ["stored", "started", "finished"]


def test_a_fresh_emergency_sounds_without_a_disk_and_is_written_down_afterwards():
    world = running()
    world.command(Play(broadcast=broadcast("e-1", start_s=60, class_=URGENT)), name="now")
    assert world.order_stages("now") == []
    world.begin()
    world.finish()
    assert stages_in_state(world, "e-1") == ["stored", "started", "finished"]
    assert world.sent == []
    world.mend_disk()
    assert world.order_stages("now") == ["applied"]
    assert world.stages("e-1") == ["stored", "started", "finished"]
    assert [receipt.number for receipt in world.sent] == [1, 2, 3, 4]
    assert world.remembered("e-1").phase is Phase.OVER
    world.crash()
    world.store(1)
    assert world.sound is None


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
def test_an_exercise_is_no_emergency(status: Status):
    world = running()
    world.command(Play(broadcast=replace(broadcast("e-1", start_s=60, class_=URGENT), status=status)))
    assert world.sound is None


def test_an_emergency_of_the_programme_does_not_begin_without_a_disk():
    world = World()
    world.give(broadcast("e-1", start_s=100, class_=URGENT))
    world.store(1)
    world.fail_disk()
    world.pass_s(200)
    assert world.sound is None


def test_a_process_that_began_after_the_order_was_given_refuses_it_while_the_disk_fails():
    """At most once: the process before it may have played it and could not write that down."""
    world = running()
    order = world.command(Play(broadcast=broadcast("e-1", start_s=60, class_=URGENT)))
    world.begin()
    world.finish()
    for unreadable in (False, True):
        world.unreadable = unreadable
        world.crash()
        world.store(1)
        world.deliver(Kind.ORDER, order)
        world.pass_s(30)
        assert world.sound is None
    world.command(Play(broadcast=broadcast("e-2", start_s=world.mono - 1000, class_=URGENT)))
    assert world.sound.order.broadcast == "e-2"


def test_what_sounds_when_the_disk_fails_sounds_on():
    world = World()
    world.give(broadcast(clips=(1, 2)))
    world.store(1, 2)
    world.pass_s(60)
    world.begin()
    world.fail_disk()
    world.play_item()
    assert not world.sound.stopped
    world.finish()
    assert stages_in_state(world, "b-1") == ["stored", "started", "finished"]
    world.mend_disk()
    assert world.stages("b-1") == ["stored", "started", "finished"]


def test_silence_waits_for_no_disk():
    world = World()
    world.store(1)
    world.command(Play(broadcast=broadcast(start_s=0)))
    world.begin()
    world.fail_disk()
    world.command(Stop(), name="stop")
    assert world.sound.stopped
    world.obey_stop()
    assert stages_in_state(world, "b-1")[-1] == "interrupted(stopped)"
    world.mend_disk()
    assert world.order_stages("stop") == ["applied"]


def test_what_should_give_way_to_something_that_cannot_begin_now_is_not_silenced():
    world = World()
    world.give(broadcast(seconds=600), broadcast("p-1", start_s=100, class_=BroadcastClass.PRIORITY, clips=(2,)))
    world.store(1, 2)
    world.pass_s(60)
    world.begin()
    world.fail_disk()
    world.pass_s(60)
    assert not world.sound.stopped
    world.mend_disk()
    assert world.sound.stopped


def test_receipts_above_the_last_that_is_written_are_not_sent():
    world = World(link=True)
    world.give(broadcast(), broadcast("b-2", clips=(2,)), broadcast("b-3", clips=(3,)))
    world.store(1)
    world.fail_disk()
    world.store(2, 3)
    world.pass_s(100)
    assert {receipt.number for receipt in world.sent} == {1}
    world.take(LinkDown())
    world.connect()
    assert {receipt.number for receipt in world.sent} == {1}
    world.mend_disk()
    assert {receipt.number for receipt in world.sent} == {1, 2, 3}


def test_a_process_that_dies_without_its_disk_reuses_no_number_that_was_sent():
    world = World(link=True)
    world.give(broadcast(), broadcast("b-2", clips=(2,)))
    world.store(1)
    world.fail_disk()
    world.store(2)
    world.crash()
    world.mend_disk()
    world.store(2)
    numbers = {receipt.number: (receipt.stage, receipt.broadcast) for receipt in world.sent}
    assert numbers == {1: ("stored", "b-1"), 2: ("stored", "b-2")}


def test_the_last_word_about_each_thing_is_written_and_all_receipts_in_order():
    world = running()
    programmes = [world.give(broadcast(f"b-{number}", start_s=900 + number)) for number in range(5)]
    assert world.shelves[Shelf.PROGRAMME] == {}
    world.mend_disk()
    assert world.shelves[Shelf.PROGRAMME] == {"held": programmes[-1]}
    assert [receipt.number for receipt in world.journal] == list(range(1, len(world.journal) + 1))


def test_a_trouble_that_becomes_another_is_told():
    world = running(DiskHealth.FULL)
    world.give(broadcast(start_s=900))
    world.fail_disk(DiskHealth.READ_ONLY)
    assert world.reports[-1].state.disk is DiskHealth.FULL
    world.retry_disk()
    assert world.reports[-1].state.disk is DiskHealth.READ_ONLY
    count = len(world.reports)
    assert world.retry_disk() == []
    assert len(world.reports) == count
    assert world.deciding.retry_at(100.0) == 100.0 + RETRY_S
    world.mend_disk()
    assert world.deciding.retry_at(100.0) is None


def test_a_disk_that_fails_again_while_it_is_told_that_it_works(monkeypatch: pytest.MonkeyPatch):
    world = World()
    world.give(broadcast(start_s=100))
    world.store(1)
    world.pass_s(50)
    world.fail_disk()
    world.pass_s(60)
    world.disk = DiskHealth.OK
    commit, tries = world.commit, []

    def once(effects) -> None:
        tries.append(effects)
        world.disk = DiskHealth.OK if len(tries) == 1 else DiskHealth.FULL
        commit(effects)

    monkeypatch.setattr(world, "commit", once)
    assert world.retry_disk() == []
    assert (world.state.disk, world.sound) == (DiskHealth.FULL, None)
    monkeypatch.undo()
    world.mend_disk()
    assert world.sound is not None


# ---- from the start of the process


@pytest.mark.parametrize("unreadable", [False, True])
def test_a_process_whose_disk_fails_at_its_start_says_so_and_plays_a_fresh_emergency(unreadable: bool):
    world = World(link=True)
    world.give(broadcast(start_s=100))
    world.fail_disk(DiskHealth.READ_ONLY)
    world.unreadable = unreadable
    world.crash()
    world.store(1)
    assert world.reports[-1].state.disk is DiskHealth.READ_ONLY
    assert world.reports[-1].state.programme == (None if unreadable else 1)
    world.pass_s(120)
    assert world.sound is None
    world.command(Play(broadcast=broadcast("e-1", start_s=120, class_=URGENT)))
    world.begin()
    world.finish()
    assert world.sent == []


def test_a_disk_that_returns_is_taken_up_with_all_that_it_holds():
    world = World(link=True)
    world.give(broadcast(start_s=100, grace_s=900), broadcast("b-2", start_s=4000))
    world.store(1)
    world.fail_disk(DiskHealth.FAILED)
    world.unreadable = True
    world.crash()
    world.pass_s(200)
    assert world.state.programme is None
    world.mend_disk()
    assert world.state.disk is DiskHealth.OK
    assert world.state.programme.version == 1
    assert world.reports[-1].state.programme == 1
    world.store(1)
    world.begin()
    world.finish()
    assert world.stages("b-1") == ["stored", "started", "finished"]


def test_what_an_earlier_process_played_is_not_written_off_while_the_disk_cannot_be_read():
    world = World(link=True)
    data = world.give(broadcast(start_s=5))
    world.store(1)
    world.pass_s(6)
    world.begin()
    world.finish()
    world.fail_disk(DiskHealth.FAILED)
    world.unreadable = True
    world.crash()
    world.deliver(Kind.PROGRAMME, data)
    world.store(1)
    world.pass_s(2000)
    world.mend_disk()
    world.pass_s(60)
    assert world.stages("b-1") == ["stored", "started", "finished"]


def test_a_delegation_that_came_without_the_disk_is_kept_when_it_returns():
    world = World(link=True)
    world.fail_disk()
    world.unreadable = True
    world.crash()
    world.delegate(serial=4)
    world.mend_disk()
    assert world.state.delegation.serial == 4
    assert world.reports[-1].state.delegation == 4


def test_it_is_not_taken_up_while_something_sounds():
    world = World(link=True)
    world.fail_disk()
    world.unreadable = True
    world.crash()
    world.store(1)
    world.pass_s(10)
    world.command(Play(broadcast=broadcast("e-1", start_s=10, class_=URGENT)))
    world.begin()
    world.mend_disk()
    assert world.state.disk is DiskHealth.FULL
    world.finish()
    world.link = False
    world.take(LinkDown())
    world.retry_disk()
    assert (world.state.disk, world.state.link) == (DiskHealth.OK, False)


def test_leaving_without_a_disk_is_silent_too():
    world = running()
    world.command(Play(broadcast=broadcast("e-1", start_s=60, class_=URGENT)))
    world.begin()
    world.take(Leaving())
    assert world.sound.stopped


def test_without_a_trusted_clock_and_a_disk_an_emergency_still_sounds_once_proven():
    world = World(link=True, trust=ClockTrust.UNKNOWN)
    world.fail_disk()
    world.store(1)
    world.pass_s(10)
    world.command(Play(broadcast=broadcast("e-1", start_s=10, class_=URGENT)))
    world.answer_clock(took_s=0.2)
    assert world.sound is not None
