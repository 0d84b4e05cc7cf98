"""Hours, length and volume, enforced in the unit whatever is asked. The commune's day is UTC+7: DAWN is 05:00 there."""

from dataclasses import replace as renew
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from edge.core.caps import Hours
from edge.core.effects import StartSound
from edge.core.events import Woke
from protocol.messages import Caps, PlannedBroadcast, Play
from protocol.names import ClockTrust, Role
from schedules.hours import within
from schedules.vocabulary import BroadcastClass, Status
from tests.edge.said import ALL_DAY, DAYTIME
from tests.edge.world import AHEAD_S, DAWN, World, broadcast, delegation

EMERGENCY, PRIORITY, ROUTINE = BroadcastClass.EMERGENCY, BroadcastClass.PRIORITY, BroadcastClass.ROUTINE
HOUR = 3600.0
CLOSE_S = 17 * HOUR
"""22:00 in the commune, in seconds after DAWN."""
NIGHT_S = 22.25 * HOUR
"""03:15 of the next night."""
OPEN_S = 24 * HOUR


def daytime(**caps: object) -> World:
    return World(installed=delegation(caps=Caps(hours=DAYTIME, **{"length_s": 3600, **caps})))


def at_night(**more: object) -> World:
    world = daytime(**more)
    world.pass_s(NIGHT_S)
    world.store(1)
    return world


# ---- hours


@pytest.mark.parametrize("class_", [ROUTINE, PRIORITY])
def test_an_order_at_a_quarter_past_three_at_night_wakes_nobody(class_: BroadcastClass):
    world = at_night()
    world.command(Play(broadcast=broadcast(start_s=NIGHT_S, class_=class_)))
    assert world.stages("b-1") == ["stored", "skipped(quiet-hours)"]
    assert world.sound is None


def test_an_actual_emergency_sounds_at_any_hour():
    world = at_night()
    world.command(Play(broadcast=broadcast("e-1", start_s=NIGHT_S, class_=EMERGENCY)))
    world.begin()
    world.finish()
    assert world.stages("e-1")[-1] == "finished"


@pytest.mark.parametrize("status", [Status.EXERCISE, Status.TEST])
def test_an_exercise_or_a_test_of_an_emergency_is_bound_by_the_hours(status: Status):
    world = at_night()
    world.command(Play(broadcast=replace(broadcast("e-1", start_s=NIGHT_S, class_=EMERGENCY), status=status)))
    assert world.stages("e-1") == ["stored", "skipped(quiet-hours)"]


def test_what_is_planned_for_the_night_is_said_to_be_quiet_at_once():
    world = daytime()
    world.give(broadcast(start_s=NIGHT_S))
    assert world.stages("b-1") == ["skipped(quiet-hours)"]


def test_what_may_still_begin_when_the_hours_open_waits_for_them():
    world = at_night()
    world.give(broadcast(start_s=OPEN_S - 60, grace_s=600))
    world.store(1)
    world.pass_s(OPEN_S - NIGHT_S - 2)
    assert (world.sound, world.stages("b-1")) == (None, ["stored"])
    world.pass_s(1)
    assert world.sound.order.at == pytest.approx(1000.0 + OPEN_S)
    world.begin()
    assert world.stages("b-1") == ["stored", "started"]


def test_from_the_first_moment_of_the_hours_to_their_last():
    world = daytime()
    world.give(broadcast(start_s=OPEN_S), broadcast("b-2", start_s=CLOSE_S - 10, seconds=10))
    world.store(1)
    world.pass_s(CLOSE_S - 10.5)
    assert world.sound.order.broadcast == "b-2"
    assert world.sound.order.latest == pytest.approx(1000.0 + CLOSE_S - 10 + 1)
    world.begin()
    world.finish()
    world.pass_s(OPEN_S - CLOSE_S)
    assert world.sound.order.at == pytest.approx(1000.0 + OPEN_S)


def test_what_would_run_into_the_quiet_is_skipped():
    world = daytime()
    world.give(broadcast(start_s=CLOSE_S - 9, seconds=10))
    world.store(1)
    world.pass_s(CLOSE_S)
    assert world.stages("b-1") == ["skipped(quiet-hours)"]


def test_a_clip_that_came_too_late_for_the_hours_is_the_reason():
    world = daytime()
    world.give(broadcast(start_s=CLOSE_S - 20, seconds=10))
    world.pass_s(CLOSE_S - 8)
    assert world.stages("b-1") == ["skipped(clip-missing)"]


def test_what_was_held_up_until_the_hours_were_nearly_over_is_skipped():
    world = daytime()
    first = broadcast("b-1", start_s=CLOSE_S - 100, seconds=60)
    world.give(first, broadcast("b-2", start_s=CLOSE_S - 90, seconds=50))
    world.store(1)
    world.pass_s(CLOSE_S - 90)
    world.begin()
    world.finish()
    world.pass_s(20)
    assert world.stages("b-2") == ["stored", "skipped(quiet-hours)"]


def test_what_was_cut_goes_on_only_if_the_rest_fits():
    world = daytime()
    world.give(broadcast(start_s=CLOSE_S - 40, seconds=30))
    world.store(1)
    world.pass_s(CLOSE_S - 40)
    world.begin()
    world.command(Play(broadcast=broadcast("e-1", start_s=CLOSE_S - 40, class_=EMERGENCY, seconds=25)))
    world.obey_stop(extra_ms=1000)
    world.begin()
    world.finish()
    world.pass_s(10)
    assert world.stages("b-1") == ["stored", "started", "interrupted(preempted)", "interrupted(quiet-hours)"]


def test_a_sound_that_runs_into_the_quiet_because_the_clock_moved_is_halted():
    world = daytime()
    world.link = True
    world.connect()
    world.give(broadcast(start_s=60, seconds=600))
    world.store(1)
    world.pass_s(60)
    world.begin()
    world.step_clock(18 * HOUR)
    assert not world.sound.stopped, "the machine's clock alone is not followed"
    world.answer_clock(off_s=18 * HOUR)
    assert world.sound.stopped
    world.obey_stop(extra_ms=1000)
    assert world.stages("b-1")[-1] == "interrupted(quiet-hours)"


def test_a_sound_is_halted_at_the_end_of_hours_that_were_narrowed_meanwhile():
    world = daytime()
    world.give(broadcast(start_s=60, seconds=600))
    world.store(1)
    world.pass_s(60)
    world.begin()
    world.delegate(caps=Caps(hours=((300, 305),)))
    assert not world.sound.stopped
    world.pass_s(5 * 60 - 61)
    assert not world.sound.stopped
    world.pass_s(2)
    assert world.sound.stopped


def test_what_ends_within_a_second_of_the_hours_is_let_end():
    world = daytime()
    world.give(broadcast(start_s=CLOSE_S - 10, seconds=10))
    world.store(1)
    world.pass_s(CLOSE_S - 10)
    world._move(world.sound.order.at + 0.4)
    world.sound.order = _at(world.sound.order, world.mono)
    world.begin()
    world.pass_s(10.2)
    assert not world.sound.stopped
    world.finish()
    assert world.stages("b-1")[-1] == "finished"


def _at(order: StartSound, mono: float) -> StartSound:
    return StartSound(
        serial=order.serial,
        broadcast=order.broadcast,
        items=order.items,
        at=mono,
        latest=order.latest,
        volume=order.volume,
        limit_s=order.limit_s,
    )


def test_a_programme_may_narrow_the_hours_and_not_widen_them():
    world = daytime()
    world.give(broadcast(start_s=2 * HOUR), hours=((480, 600),))
    assert world.stages("b-1") == ["skipped(quiet-hours)"]
    world.give(broadcast("b-2", start_s=4 * HOUR), broadcast("b-3", start_s=NIGHT_S), hours=ALL_DAY)
    assert world.stages("b-2") == []
    assert world.stages("b-3") == ["skipped(quiet-hours)"]


def test_a_delegation_without_hours_lets_only_emergencies_sound():
    world = World(installed=delegation(caps=Caps(hours=())))
    world.store(1)
    world.give(broadcast())
    world.command(Play(broadcast=broadcast("e-1", start_s=0, class_=EMERGENCY)))
    assert world.stages("b-1") == ["stored", "skipped(quiet-hours)"]
    assert world.sound.order.broadcast == "e-1"


def test_narrower_caps_of_a_new_delegation_hold_for_what_is_planned_already():
    world = World()
    world.give(broadcast(start_s=NIGHT_S), broadcast("b-2", start_s=HOUR, seconds=100))
    assert world.journal == []
    world.delegate(caps=Caps(hours=DAYTIME, length_s=60))
    assert world.stages("b-1") == ["skipped(quiet-hours)"]
    assert world.stages("b-2") == ["skipped(too-long)"]


# ---- both clocks


def test_a_stolen_schedule_key_that_lies_about_the_time_wakes_nobody():
    world = at_night()
    world.connect()
    world.answer_clock(off_s=9 * HOUR)
    assert world.believed.wall - world.true_wall == timedelta(hours=9)
    start_s = NIGHT_S + 9 * HOUR
    world.command(Play(broadcast=broadcast(start_s=start_s)), window_s=(9 * HOUR - 60, 9 * HOUR + 600))
    world.pass_s(700)
    assert world.sound is None
    assert world.stages("b-1") == ["stored", "skipped(quiet-hours)"]


def test_nor_does_it_before_the_network_came_or_by_signing_the_future():
    world = daytime()
    world.trust, world.machine_boot = ClockTrust.UNKNOWN, "power-on-2"
    world.pass_s(NIGHT_S)
    world.crash()
    world.store(1)
    world.connect()
    world.answer_clock(off_s=9 * HOUR)
    world.trust = ClockTrust.TRUSTED
    world.command(Play(broadcast=broadcast(start_s=NIGHT_S + 9 * HOUR)), issued_s=9 * HOUR, window_s=(0, 10 * HOUR))
    world.pass_s(700)
    assert world.sound is None


def test_by_day_a_lie_silences_only_what_would_be_quiet_by_one_of_the_clocks():
    world = daytime()
    world.connect()
    world.answer_clock(off_s=3 * HOUR)
    world.store(1)
    world.give(broadcast(start_s=3 * HOUR + 60))
    world.pass_s(60)
    assert world.sound is not None


# ---- length and volume


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("class_", list(BroadcastClass))
def test_nothing_but_an_actual_emergency_is_longer_than_allowed(class_: BroadcastClass, status: Status):
    world = daytime(length_s=60)
    long = replace(broadcast(start_s=60, seconds=61, class_=class_), status=status)
    world.give(long)
    world.command(Play(broadcast=replace(long, id="b-2")), name="now")
    if class_ is EMERGENCY and status is Status.ACTUAL:
        assert world.order_stages("now") == ["applied"]
        assert world.stages("b-1") == []
    else:
        assert world.order_stages("now") == ["refused(caps)"]
        assert world.stages("b-1") == ["skipped(too-long)"]


@pytest.mark.parametrize(("asked", "heard"), [(100, 60), (30, 30)])
def test_nothing_is_louder_than_allowed(asked: int, heard: int):
    world = daytime(volume=60)
    world.connect()
    world.give(broadcast(), volume=asked)
    world.store(1)
    world.pass_s(60)
    assert world.sound.order.volume == heard
    assert world.reports[-1].state.volume == heard


def test_without_a_programme_the_default_volume_is_clamped_too():
    world = daytime(volume=10)
    world.store(1)
    world.command(Play(broadcast=broadcast("e-1", start_s=0, class_=EMERGENCY)))
    assert world.sound.order.volume == 10


# ---- the pure questions

spans = st.lists(st.tuples(st.integers(0, 1440), st.integers(0, 1440)), max_size=3).map(tuple)
moments = st.integers(0, 3 * 86_400).map(lambda seconds: DAWN + timedelta(seconds=seconds))


@given(spans, spans, moments, st.integers(0, 2 * 86_400), st.integers(0, 7200), st.integers(-50_000, 50_000))
def test_an_opening_is_the_first_instant_that_fits(one, two, first: datetime, window: int, length_s: int, shift_s: int):
    hours = Hours((one, two), 420, (timedelta(0), timedelta(seconds=shift_s)))
    last, length = first + timedelta(seconds=window), timedelta(seconds=length_s)
    found = hours.opening(first, last, length)
    fits = [
        begin
        for seconds in range(0, window + 1, 60)
        if hours.hold(begin := first + timedelta(seconds=seconds), begin + length)
    ]
    if found is None:
        assert fits == []
    else:
        assert first <= found <= last
        assert hours.hold(found, found + length)
        assert all(begin >= found for begin in fits)


@given(spans, moments, st.integers(-50_000, 50_000))
def test_hours_hold_until_they_close_and_not_after(one, instant: datetime, shift_s: int):
    hours = Hours((one, ((0, 1440),)), 420, (timedelta(0), timedelta(seconds=shift_s)))
    closes = hours.close(instant)
    if closes is None:
        assert not hours.hold(instant, instant)
    else:
        assert hours.hold(instant, closes)
        beyond = closes - instant >= timedelta(days=1, hours=12)
        assert beyond or not hours.hold(instant, closes + timedelta(seconds=1))


# ---- whatever happens

CLASSES = st.sampled_from([*BroadcastClass])
STATUSES = st.sampled_from([*Status])
JUMPS = st.sampled_from([0, 0, 0, 3600, -3600, 86_400, -86_400, 7 * 3600, -9 * 3600, 50_000])


@st.composite
def plans(draw: st.DrawFn) -> list[PlannedBroadcast]:
    found = []
    for number in range(draw(st.integers(1, 8))):
        planned = broadcast(
            f"b-{number}",
            start_s=draw(st.sampled_from([16, 16, 16.3, 16.5, 16.6, 17, 23.9, 24])) * HOUR
            + draw(st.sampled_from([0, -5])),
            grace_s=draw(st.sampled_from([60, 7200, 40_000])),
            class_=draw(CLASSES),
            seconds=draw(st.sampled_from([5, 1800, 3600])),
        )
        found.append(replace(planned, status=draw(STATUSES)))
    return found


EVENING = DAWN + timedelta(hours=16)
acts = st.lists(st.tuples(st.sampled_from(["pass", "step", "answer", "caps", "order", "order"]), JUMPS), max_size=15)


@settings(max_examples=25)
@given(plans(), acts, st.sampled_from([ClockTrust.TRUSTED, ClockTrust.UNKNOWN]))
def test_whatever_comes_nothing_but_an_actual_emergency_sounds_outside_the_hours(planned, acts, trust: ClockTrust):
    installed = delegation(caps=Caps(hours=DAYTIME))
    world = World(installed=installed, trust=trust, heartbeat_s=7200, wall=EVENING, mono=1000 + 16 * HOUR)
    world.connect()
    world.store(1)
    world.give(*planned)
    for number, (act, seconds) in enumerate(acts):
        do(world, act, seconds, number, planned)
        listen(world, 600)
    listen(world, 9 * HOUR)


mid_acts = st.lists(
    st.tuples(
        st.sampled_from(["step", "answer", "answer", "caps", "pass"]),
        st.sampled_from([HOUR, -HOUR, 2 * HOUR, 3000, -50_000]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=40)
@given(mid_acts, st.sampled_from([ClockTrust.TRUSTED, ClockTrust.UNKNOWN]))
def test_whatever_moves_while_it_sounds_a_sound_ends_with_the_hours(acts, trust: ClockTrust):
    world = World(installed=delegation(caps=Caps(hours=DAYTIME)), heartbeat_s=7200, wall=EVENING, mono=1000 + 16 * HOUR)
    world.connect()
    world.trust = trust
    world.store(1)
    world.give(broadcast(start_s=16 * HOUR + 60, seconds=3500))
    listen(world, 100)
    assert world.sound is not None
    for number, (act, seconds) in enumerate(acts):
        do(world, act, seconds, number, [])
        listen(world, 300)
    listen(world, 3600)


def do(world: World, act: str, seconds: int, number: int, planned: list[PlannedBroadcast]) -> None:
    match act:
        case "pass":
            listen(world, abs(seconds))
        case "step":
            world.step_clock(seconds)
        case "answer":
            world.state = renew(world.state, ask_at=world.mono)
            world.take(Woke())
            world.answer_clock(off_s=seconds)
        case "caps":
            hours = DAYTIME if seconds >= 0 else ((360, 400), (1000, 1100))
            world.delegate(serial=world.state.delegation.serial + 1, caps=Caps(hours=hours))
        case "order":
            start_s = (world.believed.wall - DAWN).total_seconds()
            again = replace(planned[number % len(planned)], id=f"o-{number}", start=DAWN + timedelta(seconds=start_s))
            again = replace(again, not_after=again.start + timedelta(seconds=9000))
            world.command(Play(broadcast=again), window_s=(-1e6, 1e6))
    obey(world)


def listen(world: World, seconds: float) -> None:
    """Let time pass second by second of what sounds, and hear whether it may."""
    until = world.mono + seconds
    while world.mono < until:
        sound = world.sound
        if sound is None:
            world.pass_s(min(until - world.mono, max(0.01, world.wake_at - world.mono)))
            world.acknowledge(world.state.last_number)
        elif not sound.begun:
            world.pass_s(max(0.0, min(sound.order.at, sound.order.latest) - world.mono - 0.001))
            if world.sound is sound and not sound.stopped:
                world.begin()
                hear(world)
        else:
            play(world)
        obey(world)


def play(world: World) -> None:
    sound = world.sound
    ends_at = world.state.active.ends_at
    world.pass_s(min(max(0.001, ends_at - world.mono), max(0.001, world.wake_at - world.mono), 30.0))
    obey(world)
    if world.sound is sound:
        hear(world)
        if world.mono >= ends_at - 0.001:
            world.sound.items_done = len(sound.order.items)
            world.finish()


def obey(world: World) -> None:
    if world.sound is not None and world.sound.stopped:
        world.obey_stop()


def hear(world: World) -> None:
    active, now = world.state.active, world.believed
    if active.broadcast.class_ is EMERGENCY and active.broadcast.status is Status.ACTUAL:
        return
    before = now.wall - timedelta(seconds=1.1)
    hours = world.state.delegation.caps.hours
    assert within(hours, now.wall, now.wall, 420) or within(hours, before, before, 420), now.wall
    assert (
        now.rival is None
        or within(hours, now.rival, now.rival, 420)
        or within(hours, now.rival - timedelta(seconds=1.1), now.rival - timedelta(seconds=1.1), 420)
    )


def test_the_settle_time_counts_not_to_the_sound():
    assert AHEAD_S < 60
    world = daytime()
    world.give(broadcast(start_s=OPEN_S))
    world.store(1)
    world.pass_s(OPEN_S - AHEAD_S + 0.1)
    assert world.sound is not None
    world.delegate()
    assert not world.sound.stopped


def test_the_emergency_key_alone_is_not_above_the_hours():
    world = at_night()
    world.command(Play(broadcast=broadcast(start_s=NIGHT_S)), EMERGENCY)
    assert Role.EMERGENCY in {key.role for key in world.state.delegation.keys}
    assert world.stages("b-1") == ["stored", "skipped(quiet-hours)"]
