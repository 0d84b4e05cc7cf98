"""How a unit keeps to the right time: it asks, believes what is proven, and neither repeats nor skips."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.core.clock import ANSWER_S
from edge.core.effects import AskClock, Remember
from edge.core.events import ClockChanged, LinkUp, Woke
from edge.core.memory import Shelf
from protocol.envelope import seal
from protocol.messages import Cancel, ClockAnswer, Play, Stop
from protocol.names import BroadcastId, ClockSource, ClockTrust, Kind, UnitId
from schedules.vocabulary import BroadcastClass
from tests.edge.world import COMMUNE, DAWN, EMERGENCY, SCHEDULE, STRANGER, UNIT, World, broadcast

URGENT = BroadcastClass.EMERGENCY
HOUR, DAY = 3600.0, 86_400.0
UNKNOWN = ClockTrust.UNKNOWN


def untrusted(**more: object) -> World:
    """A unit that was just switched on: linked, its machine's clock at 1970, and nobody has kept it."""
    return World(trust=UNKNOWN, link=True, wall=DAWN.replace(year=1970), **more)


# ---- asking


def test_an_untrusted_unit_asks_at_once_and_again_with_growing_patience():
    world = untrusted()
    asked = [world.mono]
    for _ in range(900):
        count = len(world.questions)
        world.pass_s(1)
        asked += [world.mono] * (len(world.questions) - count)
    gaps = [round(later - earlier) for earlier, later in pairwise(asked)]
    assert gaps == [3, 6, 12, 24, 48, 96, 192, 300]
    assert len(set(world.questions)) == len(world.questions), "a nonce was used twice"


def test_without_a_link_nothing_is_asked_and_with_one_at_once():
    world = World(trust=UNKNOWN)
    world.pass_s(100)
    assert world.questions == []
    world.connect()
    assert len(world.questions) == 1


def test_a_trusted_unit_asks_when_it_is_linked_and_then_by_the_hour():
    world = World(link=True)
    world.answer_clock()
    world.pass_s(HOUR - 1)
    assert len(world.questions) == 1
    world.pass_s(2)
    assert len(world.questions) == 2
    world.answer_clock()
    world.connect(up=False)
    world.connect()
    assert len(world.questions) == 2, "a link that came back is no reason to ask"


def test_without_randomness_nothing_is_asked():
    world = World(trust=UNKNOWN)
    reading = replace(world.now, nonce=b"")
    effects = world.deciding.take(LinkUp(), reading)
    assert not any(isinstance(effect, AskClock) for effect in effects)
    assert any(isinstance(effect, AskClock) for effect in world.deciding.take(Woke(), world.now))


@pytest.mark.parametrize("step_s", [HOUR, -HOUR, DAY, -DAY])
def test_a_step_of_the_machines_clock_is_asked_about_once_and_reported(step_s: float):
    world = World(link=True)
    world.answer_clock()
    world.pass_s(10)
    world.step_clock(step_s)
    assert len(world.questions) == 2
    assert world.reports[-1].state.clock_dispute_s == pytest.approx(step_s)
    assert world.reports[-1].state.clock_source is ClockSource.CONTROLLER
    world.answer_clock()
    world.pass_s(60)
    assert len(world.questions) == 2
    world.step_clock(-step_s)
    assert world.reports[-1].state.clock_dispute_s is None
    assert world.reports[-1].state.clock_source is ClockSource.NETWORK


# ---- the first word


@pytest.mark.parametrize("answers", [True, False])
def test_a_clock_that_runs_ahead_writes_nothing_off_before_the_controllers_first_word(answers: bool):
    """A time server that lies from the first moment: by its clock the broadcast was a day ago."""
    world = World(link=True, wall=DAWN + timedelta(days=1))
    world.give(broadcast("news", start_s=30))
    world.store(1)
    world.pass_s(ANSWER_S / 2)
    assert world.stages("news") == ["stored"]
    if answers:
        world.answer_clock()
    world.pass_s(ANSWER_S / 2 + 1)
    assert world.stages("news") == (["stored"] if answers else ["stored", "skipped(late)"])


# ---- answers


def test_the_answer_to_its_own_question_makes_the_clock_trusted():
    world = untrusted()
    world.answer_clock(took_s=0.6)
    state = world.reports[-1].state
    assert (state.clock, state.clock_source) == (ClockTrust.TRUSTED, ClockSource.CONTROLLER)
    assert state.clock_error_ms == 300
    assert abs((state.at - world.true_wall).total_seconds()) <= 0.3
    assert "clock-answered" in [effect.what for effect in world.effects if hasattr(effect, "what")]


def answer(world: World, nonce: str, *, unit: UnitId = UNIT, key=SCHEDULE) -> None:
    message = ClockAnswer(commune=COMMUNE, unit=unit, nonce=nonce, at=world.true_wall)
    world.deliver(Kind.CLOCK_ANSWER, seal(message, key))


def test_an_answer_counts_once():
    world = untrusted()
    nonce = world.questions[-1]
    answer(world, nonce)
    assert world.believed.trusted
    anchors = world.state.anchors
    world.pass_s(50)
    answer(world, nonce)
    assert world.state.last_refusal == "clock-answer: replayed"
    assert world.state.anchors == anchors


def test_an_answer_to_a_question_of_another_or_by_another_does_not_count():
    world = untrusted()
    answer(world, "A" * 22)
    answer(world, world.questions[-1], unit=UnitId("na-thinh"))
    answer(world, world.questions[-1], key=STRANGER)
    assert not world.believed.trusted
    assert world.state.refused == 3
    answer(world, world.questions[-1], key=EMERGENCY)
    assert world.believed.trusted


@pytest.mark.parametrize(("took_s", "counts"), [(ANSWER_S, True), (ANSWER_S + 0.1, False)])
def test_an_answer_that_took_too_long_does_not_count(took_s: float, counts: bool):
    world = untrusted()
    world.answer_clock(took_s=took_s)
    assert world.believed.trusted is counts


def test_an_earlier_question_may_be_answered_after_a_later_one_was_asked():
    world = untrusted()
    first = world.questions[0]
    world.pass_s(4)
    assert len(world.questions) == 2
    answer(world, first)
    assert world.believed.trusted
    answer(world, world.questions[-1])
    assert world.state.last_refusal == "clock-answer: replayed"


def test_the_controllers_word_lowers_the_newest_signed_time_that_was_too_new():
    world = World(link=True, trust=UNKNOWN)
    world.command(Stop(), issued_s=DAY)
    world.answer_clock(off_s=DAY)
    assert world.state.newest.signed == DAWN + timedelta(days=1)
    world.pass_s(HOUR + 1)
    world.answer_clock()
    assert world.state.newest.signed <= world.true_wall


# ---- orders that wait to be proven fresh


@pytest.mark.parametrize("class_", list(BroadcastClass))
def test_an_order_waits_for_the_answer_and_is_then_obeyed(class_: BroadcastClass):
    world = untrusted()
    world.store(1)
    world.pass_s(2.5)
    world.command(Play(broadcast=broadcast("b-1", start_s=2.5, class_=class_)), name="now")
    assert (world.order_stages("now"), world.sound) == ([], None)
    assert len(world.questions) == 2, "asked at once"
    world.answer_clock(took_s=0.3)
    assert world.order_stages("now") == ["applied"]
    world.begin()
    assert world.journal[-1].clock is ClockTrust.TRUSTED
    assert world.stages("b-1")[-1] == "started"


def test_an_order_whose_window_has_passed_meanwhile_is_refused():
    world = untrusted()
    old = world.order(Play(broadcast=broadcast("e-1", class_=URGENT)), name="old", window_s=(0, 300))
    world.pass_s(301)
    world.deliver(Kind.ORDER, old)
    world.answer_clock()
    assert world.order_stages("old") == ["refused(expired)"]
    assert world.sound is None


def test_an_order_that_came_twice_is_obeyed_once():
    world = untrusted()
    order = world.command(Stop(), name="stop")
    world.deliver(Kind.ORDER, order)
    world.answer_clock()
    world.deliver(Kind.ORDER, order)
    assert world.order_stages("stop") == ["applied"]


def test_a_cancel_that_waits_beside_its_order_cancels():
    world = untrusted()
    world.store(1)
    world.command(Play(broadcast=broadcast("e-1", start_s=0, class_=URGENT)))
    world.command(Cancel(broadcasts=(BroadcastId("e-1"),)), URGENT)
    world.answer_clock()
    assert world.stages("e-1") == ["skipped(cancelled)"]
    assert world.sound is None


def test_only_so_many_orders_wait_and_an_emergency_gives_way_last():
    world = untrusted()
    world.command(Play(broadcast=broadcast("e-1", start_s=0, class_=URGENT)), name="urgent")
    for number in range(20):
        world.command(Stop(), name=f"stop-{number}")
    assert len(world.state.unproven) == 16
    world.answer_clock()
    assert world.order_stages("urgent") == ["applied"]
    assert world.order_stages("stop-0") == []
    assert world.order_stages("stop-19") == ["applied"]


def test_what_waits_to_be_proven_is_not_kept_over_a_restart():
    world = untrusted()
    order = world.command(Stop(), name="stop")
    world.crash()
    world.answer_clock()
    assert world.order_stages("stop") == []
    world.deliver(Kind.ORDER, order)
    assert world.order_stages("stop") == ["applied"]


# ---- restarts


def test_a_restart_of_the_process_loses_no_trust_and_a_power_cut_does():
    world = World(link=True)
    world.trust = UNKNOWN
    world.crash()
    assert world.believed.trusted
    assert world.reports[-1].state.clock_source is ClockSource.HOLDOVER
    world.machine_boot = "power-on-2"
    world.crash()
    assert not world.believed.trusted


def test_a_clock_that_was_set_wrong_while_the_process_was_away_is_not_followed():
    world = World()
    world.wall += timedelta(hours=5)
    world.crash()
    assert abs((world.believed.wall - world.true_wall).total_seconds()) < 1


def test_the_card_is_spared():
    """What is known of the time is written when it changes, and by the hour."""
    world = World(link=True)
    world.answer_clock()
    mark = len(world.effects)
    world.pass_s(DAY)
    written = [each for each in world.effects[mark:] if isinstance(each, Remember) and each.shelf is Shelf.CLOCK]
    assert len(written) <= 24


# ---- neither repeated nor skipped

FAR = st.sampled_from([HOUR, -HOUR, DAY, -DAY, -1.79e9, 3.6e8])
STEPS = st.one_of(FAR, st.floats(-100_000, 100_000).filter(lambda seconds: abs(seconds) > 60))
events = st.lists(
    st.tuples(st.sampled_from(["step", "step", "kept", "not kept", "answer", "restart", "link"]), STEPS), max_size=20
)


@settings(max_examples=40)
@given(events, st.booleans())
def test_a_day_of_broadcasts_is_heard_once_each_and_on_time_whatever_the_machines_clock_does(acts, answers: bool):
    """The machine's clock was right once; from then on it does what it likes, with a controller and without."""
    world = World(heartbeat_s=7200)
    world.store(1)
    world.give(*[broadcast(f"b-{number}", start_s=600 * (number + 1), grace_s=60) for number in range(12)])
    late: list[float] = []
    for act, seconds in [*acts, *[("", 0.0)] * (12 - len(acts))]:
        disturb(world, act, seconds, answers=answers)
        hear(world, world.mono + 600, late)
    assert [world.stages(f"b-{number}") for number in range(12)] == [["stored", "started", "finished"]] * 12
    assert max(map(abs, late)) < 1


def disturb(world: World, act: str, seconds: float, *, answers: bool) -> None:
    match act:
        case "step":
            if DAWN.year - 100 < (world.wall + timedelta(seconds=seconds)).year < DAWN.year + 100:
                world.step_clock(seconds)
        case "kept" | "not kept":
            world.trust = ClockTrust.TRUSTED if act == "kept" else UNKNOWN
            world.take(ClockChanged())
        case "answer" if answers and world.link and world.state.questions:
            world.answer_clock(took_s=0.2)
        case "restart":
            world.crash()
            world.store(1)
        case "link":
            world.connect(up=not world.link)


def hear(world: World, until: float, late: list[float]) -> None:
    while True:
        if world.sound is not None:
            world.begin()
            started = world.state.active.broadcast.start
            late.append((world.true_wall - started).total_seconds())
            world.finish()
        if world.mono >= until:
            return
        world.pass_s(min(until - world.mono, max(0.01, world.wake_at - world.mono)))


def test_a_time_server_that_lies_from_power_on_skips_nothing_once_the_controller_answered():
    for lie_s in (HOUR, -HOUR, -DAY, 3.6e8):
        world = World(link=True, wall=DAWN + timedelta(seconds=lie_s))
        world.store(1)
        world.answer_clock(took_s=0.1)
        world.give(broadcast(start_s=60))
        late: list[float] = []
        hear(world, world.mono + 100, late)
        assert world.stages("b-1") == ["stored", "started", "finished"]
        assert abs(late[0]) < 0.1


def test_a_step_that_the_controller_confirms_moves_the_timetable_and_repeats_nothing():
    world = World(link=True)
    world.store(1)
    world.give(broadcast(start_s=60), broadcast("b-2", start_s=HOUR + 120))
    late: list[float] = []
    hear(world, world.mono + 100, late)
    world.step_clock(HOUR)
    world.answer_clock(off_s=HOUR)
    hear(world, world.mono + 100, late)
    world.step_clock(-HOUR)
    world.answer_clock()
    hear(world, world.mono + 2 * HOUR, late)
    assert world.stages("b-1") == world.stages("b-2") == ["stored", "started", "finished"]
