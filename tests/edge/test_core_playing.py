"""What a unit plays, when, and what it says of it: one test for each rule."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from edge.core.effects import StartSound, StopSound
from edge.core.events import ClipFailed, ClockChanged, Leaving, SoundFinished, SoundStarted, SoundStopped, Woke
from edge.core.state import DEFAULT_VOLUME
from protocol.messages import Play
from protocol.names import ClockTrust, Kind, Reason
from schedules.vocabulary import BroadcastClass, Status
from tests.edge.world import AHEAD_S, DAWN, SETTLE_S, World, broadcast, clip_hash

EMERGENCY = BroadcastClass.EMERGENCY
PRIORITY = BroadcastClass.PRIORITY


def sounding(world: World, *broadcasts, stored: tuple[int, ...] = (1,)) -> World:
    world.give(*broadcasts)
    world.store(*stored)
    world.pass_s(60)
    world.begin()
    return world


def test_a_stored_broadcast_is_called_in_time_for_its_first_sample_to_leave_at_its_start():
    world = World()
    world.give(broadcast())
    world.store(1)
    world.pass_s(60 - AHEAD_S - 0.01)
    assert world.sound is None
    world.pass_s(0.02)
    assert world.sound is not None
    assert world.wall + timedelta(seconds=world.sound.order.at - world.mono) == DAWN + timedelta(seconds=60)
    assert world.sound.order.volume == 70
    world.begin()
    world.finish()
    assert world.stages("b-1") == ["stored", "started", "finished"]
    started, finished = world.journal[1:]
    assert started.error_us == 0
    assert (finished.played_ms, finished.of_ms) == (10_000, 10_000)


def test_the_relay_is_given_a_limit_of_the_plan_and_a_minute_and_never_above_the_setting():
    world = World()
    world.give(broadcast(seconds=10), broadcast("b-2", start_s=600, seconds=6000))
    world.store(1)
    world.pass_s(60)
    assert world.sound.order.limit_s == pytest.approx(SETTLE_S + 10 + 0.3 + 60)
    world.begin()
    world.finish()
    world.pass_s(600)
    assert world.sound.order.limit_s == 5400


def test_a_clip_that_is_missing_is_waited_for():
    world = World()
    world.give(broadcast())
    world.pass_s(120)
    assert world.sound is None
    world.store(1)
    assert world.sound.order.at == pytest.approx(world.mono + SETTLE_S)
    world.begin()
    assert world.journal[-1].error_us == 61_000_000


def test_without_its_clip_a_broadcast_is_skipped_at_its_not_after():
    world = World()
    world.give(broadcast())
    world.pass_s(659)
    assert world.stages("b-1") == []
    world.pass_s(2)
    assert world.stages("b-1") == ["skipped(clip-missing)"]


def test_without_room_for_its_clip_the_reason_is_the_disk():
    world = World()
    world.give(broadcast())
    world.take(ClipFailed(clip_hash(1), Reason.DISK_FULL))
    world.pass_s(661)
    assert world.stages("b-1") == ["skipped(disk-full)"]


def test_what_arrives_after_its_not_after_is_late():
    world = World()
    world.pass_s(2000)
    world.give(broadcast())
    assert world.stages("b-1") == ["skipped(late)"]


def test_never_begun_when_settling_would_end_after_not_after():
    world = World()
    world.give(broadcast())
    world.pass_s(660 - 1)
    world.store(1)
    assert world.sound is None
    world.pass_s(2)
    assert world.stages("b-1") == ["stored", "skipped(late)"]


def test_the_player_may_find_it_too_late():
    world = World()
    world.give(broadcast())
    world.store(1)
    world.pass_s(60)
    world.fail(Reason.LATE)
    assert world.stages("b-1") == ["stored", "skipped(late)"]


def test_equals_wait_for_each_other():
    world = sounding(World(), broadcast(), broadcast("b-2", start_s=62))
    world.pass_s(5)
    assert world.sound.order.broadcast == "b-1"
    assert not world.sound.stopped
    world.finish()
    assert world.sound.order.broadcast == "b-2"


def test_a_higher_class_interrupts_and_the_lower_resumes_with_the_item_that_was_cut():
    world = sounding(World(), broadcast(clips=(1, 2, 3)), stored=(1, 2, 3, 4))
    world.play_item()
    emergency = broadcast("e-1", start_s=75, class_=EMERGENCY, clips=(4,))
    world.command(Play(broadcast=emergency))
    world.pass_s(6)
    assert world.sound.stopped
    world.obey_stop(extra_ms=4000)
    assert world.sound.order.broadcast == "e-1"
    world.begin()
    world.finish()
    assert world.sound.order.broadcast == "b-1"
    assert [item.clip for item in world.sound.order.items] == [clip_hash(2), clip_hash(3)]
    world.begin()
    world.finish()
    assert world.stages("b-1") == ["stored", "started", "interrupted(preempted)", "resumed", "finished"]
    played = [receipt.played_ms for receipt in world.journal if receipt.broadcast == "b-1"]
    assert played == [None, None, 14_000, 14_000, 30_000]


@pytest.mark.parametrize(("emergency_s", "resumes"), [(50, True), (130, False)])
def test_what_was_cut_may_go_on_until_its_not_after_plus_its_length(emergency_s: int, resumes: bool):
    world = sounding(World(), broadcast(grace_s=20, seconds=100), stored=(1, 4))
    world.command(Play(broadcast=broadcast("e-1", start_s=61, class_=EMERGENCY, clips=(4,), seconds=emergency_s)))
    world.obey_stop(extra_ms=1000)
    world.begin()
    world.pass_s(emergency_s)
    world.finish()
    if resumes:
        assert world.sound.order.broadcast == "b-1"
        return
    assert world.stages("b-1") == ["stored", "started", "interrupted(preempted)", "interrupted(late)"]
    assert world.sound is None


def test_a_warning_interrupts_a_rehearsal_of_its_class():
    drill = replace(broadcast("e-1", class_=EMERGENCY), status=Status.EXERCISE)
    world = World()
    world.command(Play(broadcast=drill))
    world.store(1, 4)
    world.pass_s(60)
    world.begin()
    world.command(Play(broadcast=broadcast("e-2", start_s=62, class_=EMERGENCY, clips=(4,))))
    world.pass_s(5)
    assert world.sound.stopped
    world.obey_stop()
    assert world.sound.order.broadcast == "e-2"


def test_what_was_cut_goes_on_as_it_began_whatever_a_new_programme_makes_of_it():
    world = sounding(World(), broadcast(clips=(1, 2)), stored=(1, 2, 4))
    world.play_item()
    world.command(Play(broadcast=broadcast("e-1", start_s=70, class_=EMERGENCY, clips=(4,))))
    world.obey_stop()
    world.give(broadcast(clips=(4, 1)))
    world.begin()
    world.finish()
    assert [item.clip for item in world.sound.order.items] == [clip_hash(2)]


def test_one_called_and_preempted_before_its_first_sample_says_nothing_and_begins_later():
    world = World()
    world.give(broadcast())
    world.store(1, 4)
    world.pass_s(60 - 1)
    world.command(Play(broadcast=broadcast("e-1", start_s=59, class_=EMERGENCY, clips=(4,))))
    world.obey_stop()
    world.begin()
    world.finish()
    world.begin()
    world.finish()
    assert world.stages("b-1") == ["stored", "started", "finished"]


def test_an_end_that_crosses_the_order_to_stop_is_an_end():
    world = sounding(World(), broadcast(), stored=(1, 4))
    world.command(Play(broadcast=broadcast("e-1", start_s=60, class_=EMERGENCY, clips=(4,))))
    assert world.sound.stopped
    world.finish()
    assert world.stages("b-1")[-1] == "finished"
    assert world.sound.order.broadcast == "e-1"


def test_stopped_after_the_last_item_is_finished():
    world = sounding(World(), broadcast(), stored=(1, 4))
    world.play_item()
    world.command(Play(broadcast=broadcast("e-1", start_s=70, class_=EMERGENCY, clips=(4,))))
    world.obey_stop()
    assert world.stages("b-1") == ["stored", "started", "finished"]


def test_a_first_sample_that_crosses_the_order_to_stop_is_receipted():
    world = World()
    world.give(broadcast())
    world.store(1, 4)
    world.pass_s(60)
    world.command(Play(broadcast=broadcast("e-1", start_s=59, class_=EMERGENCY, clips=(4,))))
    world.begin()
    world.obey_stop()
    assert world.stages("b-1") == ["stored", "started", "interrupted(preempted)"]


def test_a_restart_while_it_sounds_ends_it_for_good_at_the_last_position_written_down():
    world = sounding(World(), broadcast(clips=(1, 2)), stored=(1, 2))
    world.play_item()
    world.crash()
    assert world.stages("b-1") == ["stored", "started", "interrupted(restarted)"]
    assert (world.journal[-1].played_ms, world.journal[-1].of_ms) == (10_000, 20_000)
    world.store(1, 2)
    world.pass_s(700)
    assert world.sound is None


def test_a_restart_after_the_call_and_before_any_word_of_the_player_ends_it_too():
    world = World()
    world.give(broadcast())
    world.store(1)
    world.pass_s(60)
    world.crash()
    world.store(1)
    world.pass_s(700)
    assert world.stages("b-1") == ["stored", "interrupted(restarted)"]


def test_a_restart_after_the_last_item_is_an_end():
    world = sounding(World(), broadcast())
    world.play_item()
    world.crash()
    assert world.stages("b-1") == ["stored", "started", "finished"]


def test_what_waits_cut_resumes_after_a_restart():
    world = sounding(World(), broadcast(clips=(1, 2)), stored=(1, 2, 4))
    world.play_item()
    world.command(Play(broadcast=broadcast("e-1", start_s=70, class_=EMERGENCY, clips=(4,))))
    world.obey_stop()
    world.crash()
    world.store(1, 2)
    assert world.stages("e-1") == ["stored", "interrupted(restarted)"]
    assert [item.clip for item in world.sound.order.items] == [clip_hash(2)]


def test_a_failure_of_the_card_is_said_and_final():
    world = sounding(World(), broadcast())
    world.fail()
    assert world.stages("b-1") == ["stored", "started", "failed(sound-failed)"]
    assert not world.state.sound_ok
    world.pass_s(100)
    assert world.sound is None


def test_an_unreadable_clip_is_discarded_and_fetched_again_for_whom_else_needs_it():
    world = sounding(World(), broadcast(), broadcast("b-2", start_s=900))
    asked = len(world.fetches)
    world.fail(Reason.UNREADABLE_CLIP, clip_hash(1))
    assert world.stages("b-1")[-1] == "failed(unreadable-clip)"
    assert len(world.fetches) == asked + 1


def test_leaving_silences_and_says_so():
    world = sounding(World(), broadcast())
    world.take(Leaving())
    assert world.sound.stopped
    world.obey_stop(extra_ms=3000)
    assert world.stages("b-1")[-1] == "interrupted(restarted)"
    assert world.journal[-1].played_ms == 3000
    world.pass_s(30)
    assert world.sound is None


def test_words_of_a_past_sound_are_ignored():
    world = sounding(World(), broadcast())
    before = len(world.journal)
    for event in (SoundFinished(99, 1), SoundStopped(0, 1, 1), SoundStarted(99, 0.0)):
        world.take(event)
    assert len(world.journal) == before


def test_started_said_twice_is_one_receipt():
    world = sounding(World(), broadcast())
    world.take(SoundStarted(world.sound.order.serial, world.mono))
    assert world.stages("b-1") == ["stored", "started"]


def test_without_a_trusted_clock_routine_and_priority_wait_and_then_say_why():
    world = World(trust=ClockTrust.UNKNOWN)
    world.give(broadcast(), broadcast("p-1", class_=PRIORITY), broadcast("b-2", start_s=3000))
    world.store(1)
    world.pass_s(2000)
    assert world.sound is None
    assert world.stages("b-1") == ["stored"]
    world.trust = ClockTrust.TRUSTED
    world.take(ClockChanged())
    assert world.stages("b-1") == ["stored", "skipped(clock-untrusted)"]
    assert world.stages("p-1") == ["stored", "skipped(clock-untrusted)"]
    world.pass_s(1000)
    assert world.sound.order.broadcast == "b-2"


def test_what_was_past_before_the_clock_was_lost_is_late():
    world = World(trust=ClockTrust.UNKNOWN, wall=DAWN + timedelta(seconds=5000))
    world.give(broadcast())
    world.trust = ClockTrust.TRUSTED
    world.take(ClockChanged())
    assert world.stages("b-1") == ["skipped(late)"]


def test_a_clock_that_jumps_back_repeats_nothing():
    world = sounding(World(), broadcast())
    world.finish()
    world.wall = DAWN
    world.take(ClockChanged())
    world.pass_s(700)
    assert world.sound is None


def test_absence_from_a_new_programme_removes_what_waits_but_does_not_stop_what_sounds():
    world = sounding(World(), broadcast(), broadcast("b-2", start_s=600))
    effects = world.deliver(Kind.PROGRAMME, world.programme())
    assert not any(isinstance(effect, StopSound) for effect in effects)
    world.finish()
    world.pass_s(700)
    assert world.sound is None
    assert world.stages("b-2") == ["stored"]


def test_a_broadcast_after_the_end_of_its_programme_is_not_played():
    world = World()
    world.give(broadcast(start_s=14 * 86_400 + 1))
    world.store(1)
    world.pass_s(14 * 86_400 + 60)
    assert world.sound is None


def test_until_a_programme_came_the_volume_is_the_default():
    world = World()
    world.store(1)
    world.command(Play(broadcast=broadcast(start_s=0)))
    (start,) = [effect for effect in world.effects if isinstance(effect, StartSound)]
    assert start.volume == DEFAULT_VOLUME


def test_a_wake_before_anything_is_due_does_nothing():
    world = World()
    world.give(broadcast())
    journal = list(world.journal)
    world.take(Woke())
    assert world.journal == journal
