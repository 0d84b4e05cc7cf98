"""The order check, to its edges: windows, lengths, what waits for proof, what is told of a message, who signed what.

Beside `test_core_messages.py` and `test_core_trust.py`, which tell the stories; here stands what a change of one sign
in the core would break (docs/mutation.md).
"""

import hashlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from edge.core import caps, orders, tidy
from edge.core.effects import Log, StoreClip
from edge.core.instant import Instant
from edge.core.memory import Progress, Shelf, Tombstone, decode
from edge.core.plan import Sitting
from edge.core.setting import Setting
from edge.core.state import Active, State
from protocol.keys import VerifyKey
from protocol.messages import Cancel, Caps, Item, PlannedBroadcast, Play, Stop
from protocol.names import BroadcastId, ClipHash, ClockTrust, Kind, Role
from schedules.vocabulary import BroadcastClass, Status
from tests.edge.world import (
    COMMUNE,
    DAWN,
    EMERGENCY,
    ROOT,
    SCHEDULE,
    STRANGER,
    UNIT,
    World,
    broadcast,
    delegation,
)

ROUTINE, PRIORITY, URGENT = BroadcastClass
BOTH = ((Role.SCHEDULE, SCHEDULE), (Role.EMERGENCY, EMERGENCY))
DAYTIME = ((300, 1320),)
ONLY_EMERGENCY = ((Role.EMERGENCY, EMERGENCY),)
DEMOTED = ((Role.SCHEDULE, EMERGENCY),)
"""The emergency key's owner may only plan from now on."""
MILLISECOND = timedelta(milliseconds=1)


def logged(world: World, what: str) -> list[tuple[dict[str, object], bool]]:
    """The lines of this name: their fields, and whether they warn."""
    lines = [effect for effect in world.effects if isinstance(effect, Log) and effect.what == what]
    return [(dict(line.fields), line.warning) for line in lines]


def now_playing(world: World, name: str = "b-1", class_: BroadcastClass = ROUTINE, **more: object) -> World:
    world.store(1)
    world.command(Play(broadcast=broadcast(name, start_s=0, class_=class_, **more)))
    world.begin()
    return world


# ---- what is said of a message


def test_a_refused_message_is_told_with_its_kind_its_reason_and_what_was_wrong():
    world = World()
    world.deliver(Kind.ORDER, world.order(Stop(), key=STRANGER))
    world.deliver(Kind.CLOCK_ANSWER, b"noise")
    assert logged(world, "message-refused") == [
        ({"kind": "order", "reason": "unknown-key", "detail": STRANGER.id}, True),
        ({"kind": "clock-answer", "reason": "malformed", "detail": "no envelope header"}, True),
    ]


def refused_at(world: World, mono: float) -> tuple[int, int]:
    """How many lines there are of single messages, and of many, after one more at this second."""
    world._move(mono)
    world.deliver(Kind.ORDER, b"noise")
    return len(logged(world, "message-refused")), len(logged(world, "messages-refused"))


def test_ten_refused_messages_are_told_one_by_one_then_a_line_a_minute_and_after_ten_calm_minutes_again():
    world = World()
    for count in range(1, 11):
        assert refused_at(world, 2000) == (count, 0)
    assert refused_at(world, 2059.9) == (10, 0)
    assert refused_at(world, 2060) == (10, 1)
    assert refused_at(world, 2061) == (10, 1)
    assert refused_at(world, 2120) == (10, 2)
    assert refused_at(world, 2720) == (10, 3), "ten minutes, and not a moment longer"
    assert refused_at(world, 3320.5) == (11, 3)
    assert refused_at(world, 3321) == (12, 3)
    for count in range(13, 21):
        assert refused_at(world, 3322) == (count, 3)
    assert refused_at(world, 3322) == (20, 3)
    assert logged(world, "messages-refused")[0] == ({"count": 12, "kind": "order", "reason": "malformed"}, True)


def test_a_programme_is_told_when_it_is_taken_and_when_it_comes_too_late():
    world = World()
    old = world.programme()
    world.give(broadcast(), broadcast("b-2"))
    world.deliver(Kind.PROGRAMME, old)
    assert logged(world, "programme-accepted") == [({"version": 2, "broadcasts": 2}, False)]
    assert logged(world, "message-refused")[0][0]["detail"] == "version 1 after 2"


def test_a_delegation_is_told_when_it_is_taken_and_when_it_comes_too_late():
    world = World()
    mark = len(logged(world, "delegation-accepted"))
    world.delegate(serial=7, epoch=3)
    assert logged(world, "delegation-accepted")[mark:] == [({"serial": 7, "epoch": 3, "keys": 2}, False)]
    world.deliver(Kind.DELEGATION, delegation(6))
    assert logged(world, "message-refused")[0][0]["detail"] == "serial 6 after 7"
    world.deliver(Kind.PROGRAMME, World().programme())
    assert logged(world, "message-refused")[1][0]["detail"] == "epoch 1, here 3"


def test_a_delegation_that_cannot_be_used_at_the_start_is_told():
    world = World()
    world.delegate(serial=7)
    world.shelves[Shelf.DELEGATION]["held"] = delegation(9, root=STRANGER)
    world.installed = delegation(6)
    world.crash()
    assert logged(world, "held-delegation-refused") == [({"reason": "unknown-key"}, True)]
    world.delegate(serial=7)
    world.crash()
    fields = {"reason": "replayed", "detail": "serial 6 after 7"}
    assert logged(world, "installed-delegation-not-taken-up") == [(fields, False)]


def test_a_dropped_programme_is_told_and_leaves_nothing_behind():
    world = World()
    world.give(broadcast())
    world.delegate(epoch=2)
    assert logged(world, "programme-dropped") == [({"reason": "epoch"}, True)]
    assert (world.state.programme, world.state.programme_bytes, world.state.programme_key) == (None, b"", None)


def test_a_repeated_order_is_told():
    world = World()
    data = world.command(Stop(), name="stop")
    world.deliver(Kind.ORDER, data)
    assert logged(world, "order-repeated") == [({"order": "stop"}, False)]


# ---- versions


def test_what_is_held_is_shown_again_after_exactly_a_minute():
    world = World(link=True)
    old = world.programme(broadcast())
    world.give(broadcast("b-2"))
    for mono, shown in ((2000.0, 1), (2059.9, 1), (2060.0, 2)):
        world._move(mono)
        world.deliver(Kind.PROGRAMME, old)
        assert len(world.shown) == shown


def test_what_a_programme_leaves_out_and_cancels_gets_its_last_receipt_up_to_the_class_that_it_reaches():
    world = World()
    classes = {"r-1": ROUTINE, "p-1": PRIORITY, "e-1": URGENT}
    world.give(*[broadcast(name, class_=class_) for name, class_ in classes.items()])
    world.give(cancelled=tuple(classes))
    assert world.stages("r-1") == world.stages("p-1") == ["skipped(cancelled)"]
    assert world.stages("e-1") == []


def test_the_same_delegation_again_is_nothing_after_a_restart_too():
    world = World()
    data = world.delegate(serial=5)
    world.crash()
    world.deliver(Kind.DELEGATION, data)
    assert world.state.refused == 0


def test_another_delegation_of_the_same_serial_is_a_replay():
    world = World()
    world.delegate(serial=5)
    world.deliver(Kind.DELEGATION, delegation(5, epoch=9))
    assert (world.state.refused, world.state.last_refusal) == (1, "delegation: replayed")
    assert world.state.delegation.epoch == 1


@pytest.mark.parametrize(
    ("keys", "stays"),
    [(BOTH, True), ((*BOTH, (Role.SCHEDULE, STRANGER)), True), (ONLY_EMERGENCY, False), (DEMOTED, False)],
)
def test_the_newest_signed_time_is_forgotten_with_a_key_that_may_have_invented_it_and_else_never(keys, stays: bool):
    world = World()
    world.command(Stop(), window_s=(-10, 600), issued_s=7200)
    future = DAWN + timedelta(hours=2)
    assert world.state.newest.signed == future
    world.delegate(keys=keys)
    assert world.state.newest.signed == (future if stays else DAWN)


def test_a_first_delegation_is_the_first_signed_time():
    world = World(installed=None)
    assert world.state.newest.signed is None
    world.delegate(issued_at=DAWN - timedelta(days=30))
    assert world.state.newest.signed == DAWN - timedelta(days=30)


# ---- windows and lengths


@pytest.mark.parametrize(
    ("window_s", "verdict"),
    [
        ((5, 600), "applied"),
        ((5.001, 600), "refused(too-early)"),
        ((-600, 0), "applied"),
        ((-600, -0.001), "refused(expired)"),
    ],
)
def test_a_window_holds_to_its_last_instant_and_five_seconds_early(window_s: tuple[float, float], verdict: str):
    world = World()
    world.command(Stop(), name="stop", window_s=window_s)
    assert world.order_stages("stop") == [verdict]
    assert timedelta(seconds=5) == orders.SKEW


def lasting(milliseconds: int, class_: BroadcastClass = ROUTINE) -> PlannedBroadcast:
    item = Item(clip=ClipHash("0" * 63 + "1"), size=1000, duration_ms=milliseconds)
    return replace(broadcast(start_s=0, class_=class_), items=(item,))


@pytest.mark.parametrize(("length_ms", "verdict"), [(60_000, "applied"), (60_001, "refused(caps)")])
def test_a_broadcast_may_be_as_long_as_the_delegation_allows(length_ms: int, verdict: str):
    world = World(installed=delegation(caps=Caps(hours=((0, 1440),), length_s=60)))
    world.command(Play(broadcast=lasting(length_ms)), name="now")
    assert world.order_stages("now") == [verdict]


@pytest.mark.parametrize(("length_ms", "verdict"), [(5_400_000, "applied"), (5_400_001, "refused(caps)")])
def test_even_an_emergency_may_be_as_long_as_the_relay_stays_on(length_ms: int, verdict: str):
    world = World()
    world.command(Play(broadcast=lasting(length_ms, URGENT)), name="now")
    assert world.order_stages("now") == [verdict]


# ---- orders to play


def test_an_order_to_play_is_remembered_with_who_signed_it_and_when_and_its_receipt_names_both():
    world = World()
    world.command(Play(broadcast=broadcast(start_s=0, class_=URGENT)), name="now", issued_s=-3)
    held = world.state.ordered[BroadcastId("b-1")]
    assert (held.key, held.issued_at) == (EMERGENCY.id, DAWN - timedelta(seconds=3))
    assert [(each.stage, each.order, each.broadcast) for each in world.journal] == [("applied", "now", "b-1")]


def test_what_is_ordered_for_a_night_ahead_is_said_to_be_quiet_at_once():
    world = World(installed=delegation(caps=Caps(hours=DAYTIME)))
    midnight_s = 3 * 86_400 - 5 * 3600
    world.command(Play(broadcast=broadcast(start_s=midnight_s)))
    assert world.stages("b-1") == ["skipped(quiet-hours)"]


def carrying(data: bytes, *, size: int | None = None, clip: str | None = None) -> Play:
    name = ClipHash(clip or hashlib.sha256(data).hexdigest())
    item = Item(clip=name, size=len(data) if size is None else size, duration_ms=1000)
    return Play(broadcast=replace(broadcast(start_s=0), items=(item,)), inline={name: data})


def test_a_clip_inside_an_order_is_stored_as_it_came():
    world = World()
    play = carrying(b"sound")
    world.command(play)
    assert [effect for effect in world.effects if isinstance(effect, StoreClip)] == [
        StoreClip(next(iter(play.inline)), b"sound")
    ]


@pytest.mark.parametrize("play", [carrying(b"sound", clip="ab" * 32), carrying(b"sound", size=6)])
def test_a_clip_inside_an_order_needs_the_right_length_and_the_right_hash(play: Play):
    world = World()
    world.command(play)
    assert not [effect for effect in world.effects if isinstance(effect, StoreClip)]
    assert logged(world, "inline-clip-is-not-what-it-says") == [({"clip": next(iter(play.inline))}, True)]


# ---- orders that wait for proof


def unproven() -> World:
    return World(trust=ClockTrust.UNKNOWN, link=True)


def test_sixteen_orders_wait_for_proof_and_are_judged_in_the_order_in_which_they_came():
    world = unproven()
    for number in range(16):
        world.command(Stop(), name=f"o-{number}")
    assert [each.order.id for each in world.state.unproven] == [f"o-{number}" for number in range(16)]
    assert logged(world, "order-given-up") == []
    assert logged(world, "order-awaits-proof")[15] == ({"order": "o-15"}, False)
    world.answer_clock()
    assert [receipt.order for receipt in world.journal] == [f"o-{number}" for number in range(16)]
    assert world.state.unproven == ()


def test_beyond_them_the_oldest_of_the_lowest_class_gives_way():
    world = unproven()
    classes = [URGENT, PRIORITY, ROUTINE, PRIORITY, ROUTINE, *[URGENT] * 11]
    for number, class_ in enumerate(classes):
        world.command(Stop(), class_, name=f"o-{number}")
    for late, gone in (("late-1", "o-2"), ("late-2", "o-4"), ("late-3", "o-1")):
        world.command(Stop(), URGENT, name=late)
        assert logged(world, "order-given-up")[-1] == ({"order": gone}, True)
    assert len(world.state.unproven) == 16
    assert {"o-0", "late-1", "late-2", "late-3"} < {each.order.id for each in world.state.unproven}


def test_an_order_that_was_proven_is_remembered_with_who_signed_it():
    world = unproven()
    world.command(Play(broadcast=broadcast(start_s=0, class_=URGENT)), name="now")
    world.answer_clock()
    assert world.order_stages("now") == ["applied"]
    assert world.state.ordered[BroadcastId("b-1")].key == EMERGENCY.id


def test_the_time_is_remembered_with_who_signed_it_and_stays_while_that_key_stays():
    world = unproven()
    world.answer_clock(key=SCHEDULE)
    assert world.state.anchors.signed.signer == SCHEDULE.id
    world.delegate(serial=2, keys=BOTH)
    assert world.state.anchors.signed.signer == SCHEDULE.id
    world.delegate(serial=3, keys=ONLY_EMERGENCY)
    assert world.state.anchors.signed is None


def test_a_key_that_lost_the_emergencies_loses_those_that_wait_for_proof():
    world = unproven()
    world.command(Play(broadcast=broadcast(class_=URGENT)), name="now")
    world.delegate(keys=DEMOTED)
    assert world.state.unproven == ()


def test_a_key_that_lost_the_emergencies_loses_the_one_that_sounds():
    world = now_playing(World(), class_=URGENT)
    world.delegate(keys=DEMOTED)
    assert world.sound.stopped
    world.obey_stop()
    assert world.stages("b-1")[-1] == "interrupted(key-revoked)"


# ---- stop


def test_stop_leaves_what_waits_for_its_turn():
    world = now_playing(World())
    world.command(Play(broadcast=broadcast("b-2", start_s=0)))
    world.command(Stop())
    world.obey_stop()
    assert world.sound.order.broadcast == "b-2"


def test_stop_ends_what_was_interrupted_in_its_own_class():
    world = World()
    world.store(1)
    drill = replace(broadcast("drill", start_s=0, class_=URGENT), status=Status.EXERCISE)
    world.command(Play(broadcast=drill))
    world.begin()
    world.command(Play(broadcast=broadcast("storm", start_s=0, class_=URGENT)))
    world.obey_stop()
    world.begin()
    world.command(Stop(), URGENT)
    world.obey_stop()
    assert world.stages("drill")[-1] == world.stages("storm")[-1] == "interrupted(stopped)"
    assert world.sound is None


def test_stop_for_what_was_called_and_cut_before_it_was_heard_skips_it():
    world = World()
    world.store(1)
    world.command(Play(broadcast=broadcast("news", start_s=0)))
    world.command(Play(broadcast=broadcast("storm", start_s=0, class_=URGENT)))
    world.obey_stop()
    world.begin()
    world.command(Stop(), URGENT)
    world.obey_stop()
    assert world.stages("news")[-1] == "skipped(stopped)"


# ---- cancel


def stone(world: World, name: str = "b-1") -> Tombstone:
    held = world.state.cancelled[BroadcastId(name)]
    assert decode(world.shelves[Shelf.CANCELLED][name], Tombstone) == held
    return held


def cancel(world: World, class_: BroadcastClass, **more: object) -> Tombstone:
    world.command(Cancel(broadcasts=(BroadcastId("b-1"),)), class_, **more)
    return stone(world)


def test_a_cancellation_is_applied_by_name():
    world = World()
    cancel(world, ROUTINE, name="cancel")
    assert [(each.stage, each.order, each.broadcast) for each in world.journal] == [("applied", "cancel", None)]


def test_a_cancellation_is_remembered_with_the_highest_class_and_the_key_that_said_so():
    world = World()
    assert (cancel(world, ROUTINE).class_, stone(world).key) == (ROUTINE, SCHEDULE.id)
    assert (cancel(world, ROUTINE, key=EMERGENCY).class_, stone(world).key) == (ROUTINE, EMERGENCY.id)
    assert (cancel(world, URGENT).class_, stone(world).key) == (URGENT, EMERGENCY.id)
    assert (cancel(world, ROUTINE).class_, stone(world).key) == (URGENT, EMERGENCY.id)


# ---- caps, to the edge

MORNING = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
"""Five o'clock in Viet Nam, when the hours of `DAYTIME` begin; they end at 22:00, 17 hours later."""
EVENING = MORNING + timedelta(hours=17)
DAY = caps.Hours((DAYTIME,), 420)


def state_without_a_delegation() -> State:
    root = VerifyKey(Role.ROOT, ROOT.public)
    return State(setting=Setting(commune=COMMUNE, unit=UNIT, root=root, boot="b", software="test"))


def test_without_a_delegation_nothing_is_short_enough_and_no_hour_is_open():
    state = state_without_a_delegation()
    assert caps.is_too_long(state, lasting(1))
    assert caps.is_too_long(state, lasting(500))
    assert not caps.is_too_long(state, lasting(500, URGENT))
    assert caps.hours(state) == caps.Hours(((),), 0)
    assert not caps.hours(state).hold(MORNING, MORNING)


@pytest.fixture
def another_zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own zone, which must not matter."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("first", [EVENING, EVENING + timedelta(hours=1), EVENING + timedelta(hours=6)])
@pytest.mark.usefixtures("another_zone")
def test_hours_open_again_the_next_morning(first: datetime):
    opens = MORNING + timedelta(days=1)
    assert DAY.opening(first, first + timedelta(days=1), timedelta(minutes=1)) == opens
    assert DAY.opening(first, opens, timedelta(minutes=1)) == opens
    assert DAY.opening(first, opens - MILLISECOND, timedelta(minutes=1)) is None


def sitting_until(last: datetime) -> Sitting:
    return Sitting(replace(broadcast(), start=MORNING, not_after=last), Progress())


def test_what_has_one_instant_left_may_still_be_quiet_in_it():
    assert caps.never_fits(DAY, sitting_until(EVENING), EVENING)
    assert not caps.never_fits(DAY, sitting_until(EVENING), EVENING + MILLISECOND), "that one is late, not quiet"


def active(ends: datetime, *, heard: bool, lasts_s: float = 60) -> Active:
    """In hand so that its last sample leaves at `ends`, by a clock that shows EVENING at the mono second 1000."""
    ends_at = 1000 + (ends - EVENING).total_seconds()
    return Active(1, broadcast(), SCHEDULE.id, 0, ends_at - lasts_s, ends_at, heard=heard)


@pytest.mark.parametrize("heard", [False, True])
@pytest.mark.parametrize(("over_s", "goes_on"), [(-1.0, True), (0.0, True), (1.0, True), (1.001, False), (3.0, False)])
def test_a_sound_may_end_a_second_after_the_hours_and_no_later(heard: bool, over_s: float, goes_on: bool):
    after_s = min(over_s, 0.5) if heard else -10.0
    now = Instant(EVENING + timedelta(seconds=after_s), 1000.0 + after_s, ClockTrust.TRUSTED)
    assert caps.may_go_on(DAY, active(EVENING + timedelta(seconds=over_s), heard=heard), now) is goes_on


def test_what_was_dealt_with_is_remembered_longer_than_the_longest_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidy, "LEAST", 0)
    world = World()
    world.command(Cancel(broadcasts=(BroadcastId("b-9"),)))
    world.pass_s(14 * 86_400)
    assert world.shelves[Shelf.ORDERS]
    assert world.shelves[Shelf.CANCELLED]
