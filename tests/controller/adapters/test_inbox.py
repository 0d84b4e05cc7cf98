"""Messages from units reach their use case in order; bad ones are counted and harm nobody."""

import threading

import pytest

from controller.adapters import inbox
from controller.adapters.inbox import Inbox, Letter
from protocol.envelope import Refused
from protocol.names import Refusal
from protocol.topics import Leaf

STATE = "loalang/v1/vi-huong/unit/cum-a/state"


class Desk:
    """What the inbox hands to; `refuse` and `broken` are its buttons."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.fatal: list[tuple[str, BaseException]] = []
        self.refuse = self.broken = False
        self.gate = threading.Event()
        self.gate.set()

    def take(self, unit: str, data: bytes) -> None:
        assert self.gate.wait(10)
        if self.refuse:
            raise Refused(Refusal.SIGNATURE)
        if self.broken:
            raise RuntimeError("disk full")
        self.taken.append((unit, data))


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.fixture
def box(desk):
    found = Inbox("vi-huong", {Leaf.STATE: desk.take}, lambda where, error: desk.fatal.append((where, error)))
    found.start()
    yield found
    desk.gate.set()
    found.stop()


def put(box: Inbox, topic: str = STATE, payload: bytes = b"x") -> threading.Event:
    done = threading.Event()
    box.put(Letter(topic, payload, done.set))
    return done


def test_messages_are_taken_in_order_and_acknowledged_after(box, desk):
    desk.gate.clear()
    dones = [put(box, payload=bytes([n])) for n in range(5)]
    assert not any(done.is_set() for done in dones)
    desk.gate.set()
    assert all(done.wait(10) for done in dones)
    assert desk.taken == [("cum-a", bytes([n])) for n in range(5)]


@pytest.mark.parametrize(
    "topic",
    [
        "loalang/v1/other/unit/cum-a/state",
        "loalang/v1/vi-huong/unit/cum-a/programme",
        "loalang/v1/vi-huong/unit/../state",
        "$SYS/broker",
        "",
    ],
)
def test_what_has_no_topic_of_ours_is_counted_and_acknowledged(box, desk, topic):
    assert put(box, topic).wait(10)
    assert box.counts == {inbox.NO_TOPIC: 1}
    assert desk.taken == []


def test_a_refused_message_is_counted_by_its_reason_and_the_next_one_is_taken(box, desk):
    desk.refuse = True
    assert put(box).wait(10)
    desk.refuse = False
    assert put(box, payload=b"good").wait(10)
    assert box.counts == {Refusal.SIGNATURE: 1}
    assert desk.taken == [("cum-a", b"good")]


def test_a_flood_of_bad_messages_is_logged_now_and_then_only(box, desk, caplog):
    caplog.set_level("WARNING", logger=inbox.__name__)
    desk.refuse = True
    for done in [put(box) for _ in range(250)]:
        assert done.wait(10)
    assert len([record for record in caplog.records if "refused" in record.message]) == 3


def test_what_does_not_fit_is_dropped_counted_and_acknowledged(desk):
    closed = Inbox("vi-huong", {Leaf.STATE: desk.take}, lambda where, error: None)
    dones = [put(closed) for _ in range(inbox.BOUND + 3)]
    assert [done.is_set() for done in dones].count(True) == 3
    assert closed.counts == {inbox.DROPPED: 3}


def test_an_unknown_error_is_fatal(box, desk):
    desk.broken = True
    assert put(box).wait(10)
    ((where, error),) = desk.fatal
    assert (where, str(error)) == ("inbox", "disk full")


def test_what_is_urgent_does_not_stand_behind_what_is_slow(desk):
    answered = threading.Event()
    takers = {Leaf.STATE: desk.take, Leaf.CLOCK_QUESTION: lambda unit, data: answered.set()}
    box = Inbox(
        "vi-huong", takers, lambda where, error: desk.fatal.append((where, error)), urgent=[Leaf.CLOCK_QUESTION]
    )
    box.start()
    desk.gate.clear()
    slow = [put(box) for _ in range(10)]
    assert put(box, STATE.replace("state", "clock-question")).wait(10)
    assert answered.is_set()
    assert not any(done.is_set() for done in slow)
    desk.gate.set()
    assert all(done.wait(10) for done in slow)
    box.stop()


def test_a_flood_of_questions_drops_questions_only(desk, monkeypatch):
    monkeypatch.setattr(inbox, "URGENT_BOUND", 2)
    takers = {Leaf.STATE: lambda unit, data: None, Leaf.CLOCK_QUESTION: desk.take}
    box = Inbox(
        "vi-huong", takers, lambda where, error: desk.fatal.append((where, error)), urgent=[Leaf.CLOCK_QUESTION]
    )
    box.start()
    desk.gate.clear()
    for _ in range(8):
        put(box, STATE.replace("state", "clock-question"))
    assert put(box).wait(10)
    assert box.counts["dropped"] >= 5
    desk.gate.set()
    box.stop()
