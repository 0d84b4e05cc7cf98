"""Whom a unit obeys: the delegations of its root key, what they revoke, and the epochs of its programme."""

from datetime import timedelta

import pytest

from edge.core.memory import Shelf
from protocol.keys import SigningKey
from protocol.messages import Cancel, Play, Stop
from protocol.names import BroadcastId, ClockTrust, Kind, Role
from schedules.vocabulary import BroadcastClass
from tests.edge.world import DAWN, EMERGENCY, ROOT, SCHEDULE, STRANGER, World, broadcast, delegation

URGENT = BroadcastClass.EMERGENCY
NEW = SigningKey.from_text("F" * 42 + "A")
ROTATED = ((Role.SCHEDULE, NEW), (Role.EMERGENCY, EMERGENCY))
"""The schedule key has changed; the emergency key is the same."""


def sounding(world: World) -> World:
    world.store(1)
    world.command(Play(broadcast=broadcast(start_s=0)))
    world.begin()
    return world


def test_without_a_delegation_a_unit_obeys_nobody():
    world = World(installed=None, link=True)
    world.give(broadcast())
    world.command(Play(broadcast=broadcast("b-2", start_s=0)))
    assert world.state.last_refusal == "order: unknown-key"
    assert (world.state.programme, world.journal) == (None, [])
    world.connect()
    assert world.reports[-1].state.delegation is None
    assert world.reports[-1].state.epoch is None


def test_a_delegation_of_the_root_key_is_taken_up_kept_and_reported():
    world = World(installed=None, link=True)
    data = world.delegate(serial=7, epoch=3)
    assert (world.reports[-1].state.delegation, world.reports[-1].state.epoch) == (7, 3)
    assert world.shelves[Shelf.DELEGATION] == {"held": data}
    world.crash()
    assert world.state.delegation.serial == 7
    world.give(broadcast())
    assert world.state.programme is not None


@pytest.mark.parametrize("root", [STRANGER, SCHEDULE, EMERGENCY])
def test_a_delegation_of_another_key_changes_nothing(root: SigningKey):
    world = World()
    world.deliver(Kind.DELEGATION, delegation(9, root=root))
    assert world.state.delegation.serial == 1
    assert world.state.last_refusal == "delegation: unknown-key"


def test_an_older_delegation_is_a_replay_and_the_same_one_again_is_nothing():
    world = World()
    held = world.delegate(serial=5)
    world.deliver(Kind.DELEGATION, held)
    assert world.state.refused == 0
    for other in (delegation(4), delegation(5, issued_at=DAWN + timedelta(days=1))):
        world.deliver(Kind.DELEGATION, other)
        assert world.state.last_refusal == "delegation: replayed"
    assert world.state.delegation.serial == 5


@pytest.mark.parametrize(("installed", "holds"), [(3, 5), (5, 5), (6, 6)])
def test_the_installed_delegation_counts_when_it_is_newer_than_the_one_remembered(installed: int, holds: int):
    world = World()
    world.delegate(serial=5)
    world.installed = delegation(installed)
    world.crash()
    assert world.state.delegation.serial == holds


def test_a_new_root_key_does_not_believe_what_the_old_one_said():
    world = World(installed=delegation(1, root=STRANGER))
    assert world.state.delegation is None
    world.shelves[Shelf.DELEGATION]["held"] = delegation(9, root=STRANGER)
    world.installed = delegation(1, root=ROOT)
    world.crash()
    assert world.state.delegation.serial == 1
    assert "held-delegation-refused" in world.warnings()


# ---- revocation


def test_a_programme_of_a_revoked_key_is_dropped_and_what_was_played_stays_known():
    world = World()
    world.give(broadcast(), broadcast("b-2", start_s=600))
    world.store(1)
    world.pass_s(60)
    world.begin()
    world.finish()
    world.delegate(keys=ROTATED)
    assert world.state.programme is None
    assert world.shelves[Shelf.PROGRAMME] == {}
    world.pass_s(600)
    assert world.sound is None
    world.version = 0
    world.give(broadcast(), broadcast("b-2", start_s=700), key=NEW)
    world.pass_s(60)
    assert world.sound.order.broadcast == "b-2"
    assert world.stages("b-1") == ["stored", "started", "finished"]


def test_a_sound_of_a_revoked_key_falls_silent():
    world = sounding(World())
    world.delegate(keys=ROTATED)
    assert world.sound.stopped
    world.obey_stop(extra_ms=2000)
    assert world.stages("b-1")[-1] == "interrupted(key-revoked)"


def test_a_sound_of_a_key_that_stays_goes_on():
    world = sounding(World())
    world.delegate()
    world.delegate(serial=3, epoch=2)
    assert not world.sound.stopped


def test_what_a_revoked_key_ordered_and_has_not_sounded_is_skipped():
    world = World()
    world.command(Play(broadcast=broadcast(start_s=0)))
    world.delegate(keys=ROTATED)
    assert world.stages("b-1") == ["skipped(key-revoked)"]
    world.store(1)
    assert world.sound is None
    world.crash()
    assert world.state.ordered == {}


def test_what_a_valid_programme_has_too_is_not_skipped_with_the_order_of_a_revoked_key():
    world = World(trust=ClockTrust.TRUSTED)
    world.command(Play(broadcast=broadcast(start_s=60)))
    world.give(broadcast(), key=EMERGENCY)
    world.delegate(keys=ROTATED)
    assert world.stages("b-1") == []
    world.store(1)
    world.pass_s(60)
    assert world.sound is not None


def test_a_key_that_lost_its_role_loses_what_it_signed_in_it():
    world = World()
    world.store(1)
    world.command(Play(broadcast=broadcast("e-1", class_=URGENT, start_s=60)))
    world.delegate(keys=((Role.SCHEDULE, EMERGENCY), (Role.EMERGENCY, NEW)))
    assert world.stages("e-1") == ["stored", "skipped(key-revoked)"]


def test_cancellations_of_a_revoked_key_hold_no_longer_and_those_of_another_do():
    world = World()
    world.command(Cancel(broadcasts=(BroadcastId("b-1"),)))
    world.command(Cancel(broadcasts=(BroadcastId("e-1"),)), URGENT)
    world.delegate(keys=ROTATED)
    assert set(world.state.cancelled) == {"e-1"}
    assert set(world.shelves[Shelf.CANCELLED]) == {"e-1"}


def test_an_order_of_a_revoked_key_that_awaits_proof_is_forgotten():
    world = World(trust=ClockTrust.UNKNOWN, link=True)
    world.store(1)
    world.command(Play(broadcast=broadcast(start_s=0)), name="now")
    world.command(Stop(), URGENT, name="stop")
    world.delegate(keys=ROTATED)
    world.pass_s(3)
    world.answer_clock(key=NEW)
    assert world.order_stages("now") == []
    assert world.order_stages("stop") == ["applied"]


def test_a_revoked_keys_word_about_the_time_and_about_the_newest_time_counts_no_longer():
    world = World(trust=ClockTrust.UNKNOWN, link=True)
    world.answer_clock(off_s=86_400 * 3650)
    world.give(broadcast())
    assert world.believed.trusted
    world.delegate(keys=ROTATED)
    assert not world.believed.trusted
    assert world.state.newest.signed == DAWN
    world.crash()
    assert not world.believed.trusted


# ---- epochs


def test_a_programme_of_another_epoch_is_not_believed():
    world = World()
    for epoch in (2, 3):
        world.epoch = epoch
        world.give(broadcast())
        assert world.state.last_refusal == "programme: epoch"
    assert world.state.programme is None


def test_a_new_epoch_drops_the_programme_and_begins_its_versions_anew():
    world = World()
    world.version = 40
    world.give(broadcast(), broadcast("b-2", start_s=300))
    world.store(1)
    world.pass_s(60)
    world.begin()
    world.finish()
    world.delegate(epoch=2)
    assert world.state.programme is None
    world.pass_s(300)
    assert world.sound is None, "silence until a programme of the new epoch came"
    world.version = 0
    world.give(broadcast(), broadcast("b-3", start_s=400))
    assert world.state.programme.version == 1
    world.pass_s(100)
    assert world.sound.order.broadcast == "b-3"
    assert world.stages("b-1") == ["stored", "started", "finished"]


def test_a_programme_of_a_former_epoch_is_not_taken_up_after_a_restart():
    world = World()
    world.give(broadcast())
    world.installed = delegation(2, epoch=2)
    world.crash()
    assert world.state.programme is None
    assert "held-programme-refused" in world.warnings()


# ---- a controller that went back


def test_an_older_version_rightly_signed_is_told_and_the_held_programme_shown():
    world = World(link=True)
    old = world.programme(broadcast())
    held = world.give(broadcast("b-2"))
    world.deliver(Kind.PROGRAMME, old)
    assert world.reports[-1].state.set_back == 1
    assert world.reports[-1].state.programme == 2
    assert world.shown == [held]


def test_the_held_programme_is_shown_once_a_minute_at_most():
    world = World(link=True)
    old = world.programme(broadcast())
    world.give(broadcast("b-2"))
    for _ in range(12):
        world.deliver(Kind.PROGRAMME, old)
        world.pass_s(10)
    assert len(world.shown) == 2


def test_another_programme_of_the_same_version_is_told_too():
    world = World(link=True)
    world.give(broadcast())
    world.version -= 1
    world.give(broadcast("b-2"))
    assert world.reports[-1].state.set_back == 1
    assert len(world.shown) == 1


@pytest.mark.parametrize("how", ["a newer one", "the held one", "a new epoch"])
def test_a_controller_that_is_right_again_is_told_no_more(how: str):
    world = World(link=True)
    old = world.programme(broadcast())
    held = world.give(broadcast("b-2"))
    world.deliver(Kind.PROGRAMME, old)
    if how == "a newer one":
        world.give(broadcast("b-3"))
    elif how == "the held one":
        world.deliver(Kind.PROGRAMME, held)
    else:
        world.delegate(epoch=2)
    assert world.reports[-1].state.set_back is None


def test_a_stranger_cannot_make_a_unit_show_its_programme():
    world = World(link=True)
    old = world.programme(broadcast(), key=STRANGER)
    world.give(broadcast("b-2"))
    world.deliver(Kind.PROGRAMME, old)
    assert (world.shown, world.state.set_back) == ([], None)


def test_without_a_link_the_held_programme_is_not_shown():
    world = World()
    old = world.programme(broadcast())
    world.give(broadcast("b-2"))
    world.deliver(Kind.PROGRAMME, old)
    assert (world.shown, world.state.set_back) == ([], 1)
