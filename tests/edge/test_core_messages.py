"""What a unit believes and obeys: programmes, orders and acknowledgements, good and bad."""

import hashlib

import pytest

from edge.core import decision
from edge.core.effects import Remember, SendReceipts, StartSound, StoreClip
from edge.core.events import Woke
from edge.core.memory import Shelf
from protocol.envelope import seal
from protocol.messages import Cancel, Item, Play, Programme, ReceiptAck, Stop
from protocol.names import BroadcastId, ClipHash, CommuneId, Kind, UnitId
from schedules.vocabulary import BroadcastClass
from tests.edge.world import COMMUNE, DAWN, EMERGENCY, SCHEDULE, STRANGER, UNIT, World, broadcast

URGENT = BroadcastClass.EMERGENCY
PRIORITY = BroadcastClass.PRIORITY
ROUTINE = BroadcastClass.ROUTINE


def sounding(world: World, class_: BroadcastClass = ROUTINE) -> World:
    world.give(broadcast(class_=class_))
    world.store(1)
    world.pass_s(60)
    world.begin()
    return world


# ---- what is not believed


def forged(world: World) -> dict[str, bytes]:
    good = world.programme(broadcast())
    header, payload = good.split(b"\n", 1)
    return {
        "size": good + b" " * (512 * 1024),
        "malformed": b"not an envelope",
        "signature": header + b"\n" + payload.replace(b"Th\xc3\xb4ng b\xc3\xa1o", b"Th\xc3\xb4ng b\xc3\xa2o"),
        "unknown-key": world.programme(broadcast(), key=STRANGER),
        "role": world.programme(broadcast(class_=URGENT), key=SCHEDULE),
        "commune": addressed(commune=CommuneId("elsewhere")),
        "target": addressed(unit=UnitId("na-thinh")),
        "unsupported": addressed(must=("louder",)),
    }


def addressed(commune: CommuneId = COMMUNE, unit: UnitId = UNIT, must: tuple[str, ...] = ()) -> bytes:
    message = Programme(
        commune=commune, unit=unit, epoch=1, version=9, issued_at=DAWN, until=DAWN, volume=1, broadcasts=(), must=must
    )
    return seal(message, SCHEDULE)


@pytest.mark.parametrize("reason", list(forged(World())))
def test_a_message_that_is_not_believed_is_counted_and_changes_nothing_else(reason: str):
    world = World()
    effects = world.deliver(Kind.PROGRAMME, forged(world)[reason])
    assert world.state.refused == 1
    assert world.state.last_refusal == f"programme: {reason}"
    assert world.state.programme is None
    assert not any(isinstance(effect, Remember | StartSound) for effect in effects)
    assert world.journal == []


def test_a_flood_of_bad_messages_makes_no_flood_of_reports_or_receipts():
    world = World(link=True)
    reports = len(world.reports)
    for _ in range(50):
        world.deliver(Kind.ORDER, b"noise")
    assert len(world.reports) == reports
    world.pass_s(30)
    assert world.reports[-1].state.refused == 50
    assert world.reports[-1].state.last_refusal == "order: malformed"


def test_a_message_of_one_kind_is_not_taken_for_another():
    world = World()
    world.deliver(Kind.ORDER, world.programme(broadcast()))
    assert world.state.last_refusal == "order: malformed"


# ---- programmes


def test_an_older_programme_is_refused_and_the_same_one_again_is_nothing():
    world = World()
    old = world.programme(broadcast("b-old"))
    new = world.give(broadcast("b-new"))
    world.deliver(Kind.PROGRAMME, new)
    assert world.state.refused == 0
    world.deliver(Kind.PROGRAMME, old)
    assert world.state.last_refusal == "programme: replayed"
    assert [each.id for each in world.state.programme.broadcasts] == ["b-new"]


def test_two_programmes_of_one_version_are_a_replay():
    world = World()
    world.give(broadcast())
    world.version -= 1
    world.give(broadcast("b-2"))
    assert world.state.last_refusal == "programme: replayed"


def test_the_programme_is_kept_over_a_restart_and_still_verified():
    world = World()
    world.give(broadcast())
    world.crash()
    assert world.state.programme.version == 1
    world.shelves[Shelf.PROGRAMME]["held"] = world.programme(broadcast(), key=STRANGER)
    world.crash()
    assert world.state.programme is None
    assert world.warnings()[-1] == "held-programme-refused"


def test_cancelled_by_a_programme_what_waits_is_skipped_and_what_sounds_is_stopped():
    world = sounding(World())
    world.give(broadcast(), broadcast("b-2", start_s=600))
    world.give(broadcast(), cancelled=("b-1", "b-2", "never-heard-of"))
    assert world.stages("b-2") == ["stored", "skipped(cancelled)"]
    world.obey_stop()
    assert world.stages("b-1")[-1] == "interrupted(cancelled)"
    assert world.stages("never-heard-of") == []


def test_the_schedule_key_cannot_cancel_an_emergency_and_the_emergency_key_can():
    world = World()
    world.command(Play(broadcast=broadcast("e-1", class_=URGENT)))
    world.give(cancelled=("e-1",))
    assert world.stages("e-1") == []
    world.give(broadcast("e-2", class_=URGENT), cancelled=("e-1",))
    assert world.stages("e-1") == ["skipped(cancelled)"]


# ---- orders to play


def test_an_order_to_play_is_applied_once_and_only_once():
    world = World()
    world.store(1)
    order = world.command(Play(broadcast=broadcast(start_s=0)), name="now")
    assert world.order_stages("now") == ["applied"]
    world.begin()
    world.finish()
    world.deliver(Kind.ORDER, order)
    world.crash()
    world.deliver(Kind.ORDER, order)
    world.store(1)
    world.pass_s(600)
    assert world.order_stages("now") == ["applied"]
    assert world.stages("b-1") == ["stored", "started", "finished"]


def test_another_order_for_a_broadcast_that_is_over_is_refused():
    world = World()
    world.store(1)
    world.command(Play(broadcast=broadcast(start_s=0)))
    world.begin()
    world.finish()
    world.command(Play(broadcast=broadcast(start_s=0)), name="again")
    assert world.order_stages("again") == ["refused(replayed)"]
    assert world.sound is None


def test_an_order_survives_a_restart_before_its_clip_came():
    world = World()
    world.command(Play(broadcast=broadcast(start_s=0)))
    world.crash()
    world.store(1)
    assert world.sound.order.broadcast == "b-1"


def test_a_clip_inside_an_order_needs_no_network():
    data = b"OggS short"
    clip = ClipHash(hashlib.sha256(data).hexdigest())
    wanted = broadcast(start_s=0, class_=URGENT)
    item = Item(clip=clip, size=len(data), duration_ms=1000)
    world = World()
    play = Play(broadcast=type(wanted)(**{**fields(wanted), "items": (item,)}), inline={clip: data})
    world.command(play)
    assert world.sound.order.items == (item,)


@pytest.mark.parametrize("data", [b"another", b"OggS short and longer"])
def test_a_clip_inside_an_order_that_is_not_what_it_says_is_not_stored(data: bytes):
    clip = ClipHash(hashlib.sha256(b"OggS short").hexdigest())
    world = World()
    effects = world.deliver(Kind.ORDER, world.order(Play(broadcast=broadcast(), inline={clip: data})))
    assert not any(isinstance(effect, StoreClip) for effect in effects)
    assert "inline-clip-is-not-what-it-says" in world.warnings()


def fields(struct: object) -> dict[str, object]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


def test_longer_than_the_relay_may_stay_on_is_refused():
    world = World()
    world.command(Play(broadcast=broadcast(seconds=5401)), name="long")
    assert world.order_stages("long") == ["refused(caps)"]


@pytest.mark.parametrize(
    ("window_s", "verdict"),
    [((-10, -1), "refused(expired)"), ((6, 60), "refused(too-early)"), ((4, 60), "applied"), ((-60, 0), "applied")],
)
def test_an_order_is_obeyed_inside_its_window(window_s: tuple[float, float], verdict: str):
    world = World()
    world.command(Play(broadcast=broadcast()), name="now", window_s=window_s)
    assert world.order_stages("now") == [verdict]


def test_a_refused_order_is_refused_once():
    world = World()
    order = world.command(Stop(), name="old", window_s=(-10, -1))
    world.deliver(Kind.ORDER, order)
    assert world.order_stages("old") == ["refused(expired)"]


# ---- stop and cancel


def test_stop_silences_what_sounds():
    world = sounding(World())
    world.command(Stop(), name="stop")
    assert world.sound.stopped
    world.obey_stop(extra_ms=2000)
    assert world.order_stages("stop") == ["applied"]
    assert world.stages("b-1")[-1] == "interrupted(stopped)"
    world.pass_s(700)
    assert world.sound is None


def test_stop_before_the_first_sample_skips():
    world = World()
    world.give(broadcast())
    world.store(1)
    world.pass_s(60)
    world.command(Stop())
    world.obey_stop()
    assert world.stages("b-1") == ["stored", "skipped(stopped)"]


def test_stop_does_not_reach_above_its_class():
    world = sounding(World(), URGENT)
    world.command(Stop(), PRIORITY, name="stop")
    assert world.order_stages("stop") == ["refused(outranked)"]
    assert not world.sound.stopped
    world.command(Stop(), URGENT)
    assert world.sound.stopped


def test_stop_ends_what_was_interrupted_too():
    world = sounding(World())
    world.command(Play(broadcast=broadcast("e-1", class_=URGENT)))
    world.obey_stop()
    world.begin()
    world.command(Stop(), URGENT)
    world.obey_stop()
    assert world.stages("b-1")[-1] == "interrupted(stopped)"
    world.pass_s(30)
    assert world.sound is None


def test_stop_for_what_yields_makes_the_end_final():
    world = sounding(World())
    world.command(Play(broadcast=broadcast("e-1", class_=URGENT)))
    assert world.sound.stopped
    world.command(Stop())
    world.obey_stop()
    assert world.stages("b-1")[-1] == "interrupted(stopped)"
    assert world.sound.order.broadcast == "e-1"


def test_the_second_reason_to_stop_is_ignored():
    world = sounding(World())
    world.command(Stop())
    world.command(Cancel(broadcasts=(BroadcastId("b-1"),)))
    world.obey_stop()
    assert world.stages("b-1")[-1] == "interrupted(stopped)"


def test_stop_in_silence_is_applied():
    world = World()
    world.command(Stop(), name="stop")
    assert world.order_stages("stop") == ["applied"]


def test_cancel_holds_for_an_id_that_was_not_seen_yet_and_over_a_restart():
    world = World()
    world.command(Cancel(broadcasts=(BroadcastId("b-1"), BroadcastId("b-2"))))
    world.crash()
    world.give(broadcast())
    world.command(Play(broadcast=broadcast("b-2", start_s=0)), name="now")
    assert world.stages("b-1") == world.stages("b-2") == ["skipped(cancelled)"]
    world.store(1)
    world.pass_s(700)
    assert world.sound is None


def test_cancel_of_a_lower_class_does_not_reach_an_emergency_and_never_weakens_a_higher_one():
    world = World()
    world.command(Cancel(broadcasts=(BroadcastId("e-1"),)), ROUTINE)
    world.command(Play(broadcast=broadcast("e-1", class_=URGENT)))
    assert world.stages("e-1") == []
    world.command(Cancel(broadcasts=(BroadcastId("e-2"),)), URGENT)
    world.command(Cancel(broadcasts=(BroadcastId("e-2"),)), ROUTINE)
    world.command(Play(broadcast=broadcast("e-2", class_=URGENT)))
    assert world.stages("e-2") == ["skipped(cancelled)"]


# ---- acknowledgements


def test_receipts_are_kept_until_they_are_acknowledged():
    world = World(link=True)
    world.give(*[broadcast(f"b-{number}", start_s=100 * number) for number in range(1, 4)])
    world.store(1)
    world.acknowledge(2)
    assert [receipt.number for receipt in world.held] == [3]
    world.acknowledge(1)
    assert [receipt.number for receipt in world.held] == [3]


@pytest.mark.parametrize(("through", "journal"), [(4, "j-1"), (1, "j-other")])
def test_an_acknowledgement_of_the_future_or_of_another_journal_drops_nothing(through: int, journal: str):
    world = World(link=True)
    world.give(broadcast())
    world.store(1)
    world.acknowledge(through, journal)
    assert len(world.held) == 1
    assert "ack-of-another-journal" in world.warnings()


def test_an_acknowledgement_of_a_stranger_drops_nothing():
    world = World(link=True)
    world.give(broadcast())
    world.store(1)
    ack = ReceiptAck(commune=COMMUNE, unit=UNIT, journal="j-1", through=1)
    world.deliver(Kind.RECEIPT_ACK, seal(ack, STRANGER))
    assert len(world.held) == 1


def test_numbers_go_on_after_everything_was_acknowledged_and_the_process_restarted():
    world = World(link=True)
    world.give(broadcast())
    world.store(1)
    world.acknowledge(1)
    world.crash()
    world.give(broadcast("b-2"))
    world.store(1)
    assert [receipt.number for receipt in world.held] == [2]


def test_the_emergency_key_may_acknowledge_too():
    world = World(link=True)
    world.give(broadcast())
    world.store(1)
    ack = ReceiptAck(commune=COMMUNE, unit=UNIT, journal="j-1", through=1)
    world.deliver(Kind.RECEIPT_ACK, seal(ack, EMERGENCY))
    assert world.held == []


def batches(effects: list) -> list[list[int]]:
    return [[receipt.number for receipt in effect.receipts] for effect in effects if isinstance(effect, SendReceipts)]


def test_receipts_go_in_batches_of_fifty_when_the_link_comes_and_again_until_acknowledged():
    world = World()
    world.give(*[broadcast(f"b-{number}", start_s=9000 + number) for number in range(120)])
    world.store(1)
    assert world.sent == []
    mark = len(world.effects)
    world.connect()
    assert [len(batch) for batch in batches(world.effects[mark:])] == [50, 50, 20]
    mark = len(world.effects)
    world.pass_s(19)
    assert batches(world.effects[mark:]) == []
    world.pass_s(21)
    assert [batch[0] for batch in batches(world.effects[mark:])] == [1, 51, 101]
    world.acknowledge(110)
    mark = len(world.effects)
    world.pass_s(41)
    assert batches(world.effects[mark:])[0] == list(range(111, 121))
    world.acknowledge(120)
    mark = len(world.effects)
    world.pass_s(100)
    assert batches(world.effects[mark:]) == []


def test_a_new_receipt_goes_alone_and_at_once():
    world = World(link=True)
    world.give(broadcast(), broadcast("b-2", clips=(2,)))
    world.store(1)
    effects = world.take_all(lambda: world.store(2))
    assert batches(effects) == [[2]]


def test_no_more_than_five_hundred_go_unacknowledged():
    world = World()
    world.give(*[broadcast(f"b-{number}", start_s=9000 + number) for number in range(520)])
    world.store(1)
    world.connect()
    world.pass_s(1)
    assert len(world.sent) == 500
    world.acknowledge(100)
    assert world.sent[-1].number == 520


# ---- a controller that lost receipts


def played(world: World, count: int) -> World:
    world.give(*[broadcast(f"b-{number}", start_s=9000 + number) for number in range(count)])
    world.store(1)
    world.acknowledge(count)
    return world


def test_receipts_that_the_controller_lost_are_sent_again_from_the_archive():
    world = played(World(link=True), 60)
    world.acknowledge(20, again=True)
    assert [receipt.number for receipt in world.again] == list(range(21, 61))
    assert world.held == []


def test_they_are_sent_again_every_ten_minutes_at_most():
    world = played(World(link=True), 10)
    for _ in range(13):
        world.acknowledge(0, again=True)
        world.pass_s(60)
    assert len(world.again) == 20


def test_what_was_never_acknowledged_is_not_of_the_archive():
    world = played(World(link=True), 10)
    world.acknowledge(10, again=True)
    world.acknowledge(11, again=True)
    world.acknowledge(5, "j-other", again=True)
    world.acknowledge(5)
    world.connect(up=False)
    world.acknowledge(5, again=True)
    assert world.again == []


def test_how_far_receipts_were_acknowledged_is_known_after_a_restart():
    world = played(World(link=True), 10)
    world.crash()
    assert world.state.acknowledged == 10
    world.acknowledge(4, again=True)
    assert len(world.again) == 6


# ---- bounds


def test_refused_messages_are_logged_one_by_one_and_then_by_the_minute():
    world = World()

    def lines() -> list[str]:
        return [what for what in world.warnings() if what in {"message-refused", "messages-refused"}]

    for _ in range(600):
        world.deliver(Kind.ORDER, b"noise")
        world.pass_s(0.2)
    assert lines() == ["message-refused"] * 10 + ["messages-refused"] * 1
    world.pass_s(700)
    world.deliver(Kind.ORDER, b"noise")
    assert lines()[-1] == "message-refused"
    assert world.state.refused == 601


def test_beyond_five_thousand_waiting_receipts_only_what_was_heard_is_written(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(decision, "MOST_RECEIPTS", 20)
    world = World()
    world.store(1)
    world.give(broadcast(start_s=60), *[broadcast(f"b-{number}", start_s=9000 + number) for number in range(2, 30)])
    world.command(Stop(), name="stop")
    world.command(Stop(), name="old", window_s=(-10, -5))
    assert len(world.journal) == 20
    assert world.order_stages("stop") == world.order_stages("old") == []
    world.pass_s(60)
    world.begin()
    world.finish()
    assert world.stages("b-1") == ["stored", "started", "finished"]
    assert world.warnings().count("receipts-left-out") == 2
    world.acknowledge(22)
    world.take(Woke())
    assert world.stages("b-29") == ["stored"], "what is stored is said when there is room again"
