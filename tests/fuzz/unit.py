"""The whole step of a unit: a stranger's bytes, and a hostile or broken desk whose messages are rightly signed.

The world asserts on its own what a unit must never do (`tests.edge.world`); here it is only fed.
"""

import json
from collections.abc import Callable
from datetime import timedelta

import msgspec

from edge.core import inbox
from edge.core.events import ClockChanged, MessageArrived
from protocol.envelope import seal
from protocol.messages import END_OF_TIME, FIRST_INSTANT, Cancel, Caps, Play, Stop
from protocol.names import BroadcastId, ClockTrust, Kind, Role
from schedules.vocabulary import BroadcastClass
from tests.edge.world import EMERGENCY, ROOT, STRANGER, World, broadcast, delegation
from tests.fuzz.target import Target
from tests.fuzz.wire import MESSAGES, sealed_payload

KINDS = tuple(inbox._READERS)
"""The kinds for which a unit has a topic."""
MOST_ACTS = 24
LONGEST_S = 7200
A_CENTURY_S = 3.2e9


def stranger(data: bytes) -> None:
    """`<kind>\\n<bytes>`: nothing of a stranger's changes anything but the count of what was refused."""
    name, _, message = data.partition(b"\n")
    kinds = [kind for kind in KINDS if kind.encode() == name] or KINDS
    world = World()
    for kind in kinds:
        before, heard, written = world.state, len(world.heard), len(world.journal)
        world.take(MessageArrived(kind, message))
        after = world.state
        assert after.programme == before.programme
        assert after.orders == before.orders
        assert len(world.journal) == written
        assert len(world.heard) == heard
        assert world.sound is None


def desk(data: bytes) -> None:
    """A JSON list of acts: messages as a desk with our keys would sign them, and what happens meanwhile."""
    try:
        acts = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    if not isinstance(acts, list):
        return
    world = World()
    for act in acts[:MOST_ACTS]:
        if isinstance(act, list) and act and isinstance(act[0], str):
            _do(world, act[0], act[1] if len(act) > 1 else None)


def _do(world: World, name: str, value: object) -> None:
    number = value if isinstance(value, int | float) and abs(value) < A_CENTURY_S else 0
    if name in KINDS:
        payload = json.dumps(value).encode("utf-8", "replace")
        signer = ROOT if name == Kind.DELEGATION else EMERGENCY
        world.take(MessageArrived(Kind(name), sealed_payload(Kind(name), payload, signer)))
    elif name in ACTS:
        ACTS[name](world, number)
    elif world.sound is not None:
        _sound(world, name)


def _pass(world: World, seconds: float) -> None:
    world.pass_s(min(abs(seconds), LONGEST_S))


def _store(world: World, clip: float) -> None:
    world.store(int(abs(clip)) % 8)


def _link(world: World, up: float) -> None:
    world.connect(up=bool(up))


def _trust(world: World, lost: float) -> None:
    world.trust = ClockTrust.UNKNOWN if lost else ClockTrust.TRUSTED
    world.take(ClockChanged())


def _answer(world: World, off_s: float) -> None:
    if world.questions:
        world.answer_clock(off_s=off_s, took_s=0.2)


def _step(world: World, seconds: float) -> None:
    """The machine's clock is set, to what a Linux machine can show."""
    world.wall = min(max(world.wall + timedelta(seconds=seconds), FIRST_INSTANT), END_OF_TIME - timedelta(days=1))
    world.take(ClockChanged())


def _crash(world: World, _: float) -> None:
    world.crash()


def _disk(world: World, broken: float) -> None:
    if broken:
        world.fail_disk()
    else:
        world.mend_disk()


def _sound(world: World, name: str) -> None:
    sound = world.sound
    assert sound is not None
    if sound.stopped:
        world.obey_stop()
    elif name == "begin" and not sound.begun:
        world.begin()
    elif name == "item" and sound.begun and sound.items_done < len(sound.order.items):
        world.play_item()
    elif name == "finish" and sound.begun:
        world.finish()
    elif name == "fail":
        world.fail()


ACTS: dict[str, Callable[[World, float], None]] = {
    "pass": _pass,
    "store": _store,
    "link": _link,
    "trust": _trust,
    "answer": _answer,
    "step": _step,
    "disk": _disk,
    "crash": _crash,
}


def _payload(sealed: bytes) -> object:
    return json.loads(sealed.partition(b"\n")[2])


def _days() -> tuple[bytes, ...]:
    world = World()
    both = (broadcast(clips=(1, 2)), broadcast("b-2", start_s=65, class_=BroadcastClass.EMERGENCY))
    programme = _payload(world.programme(*both))
    later = _payload(world.programme(both[0], cancelled=("b-2",)))
    play = _payload(world.order(Play(broadcast=broadcast("b-3", start_s=0))))
    stop = _payload(world.order(Stop()))
    cancel = _payload(world.order(Cancel(broadcasts=(BroadcastId("b-1"),)), BroadcastClass.EMERGENCY))
    ack = {"commune": "vi-huong", "unit": "khau-bang", "journal": "j-1", "through": 2}
    stored = [["store", 1], ["store", 2], ["programme", programme], ["pass", 60], ["begin"]]
    newer = _payload(delegation(2, 2, keys=((Role.EMERGENCY, EMERGENCY),)))
    night = _payload(delegation(2, caps=Caps(hours=((300, 301),), length_s=60, volume=50)))
    days = (
        [*stored, ["delegation", newer], ["programme", programme], ["item"], ["crash"], ["delegation", night]],
        [["delegation", night], *stored, ["item"], ["step", 86400], ["pass", 60], ["answer", 0], ["step", -3600]],
        [
            ["trust", 1],
            ["link", 1],
            ["order", play],
            ["answer", 0.5],
            ["store", 1],
            ["disk", 1],
            ["begin"],
            ["disk", 0],
        ],
        [*stored, ["disk", 1], ["item"], ["order", cancel], ["pass", 60], ["disk", 0], ["programme", later]],
        [["link", 1], *stored, ["item"], ["pass", 5], ["begin"], ["finish"], ["pass", 1], ["begin"], ["finish"]],
        [["link", 1], ["order", play], ["store", 1], ["begin"], ["order", stop], ["receipt-ack", ack], ["pass", 3600]],
        [*stored, ["order", cancel], ["item"], ["crash"], ["programme", later], ["link", 1], ["pass", 700]],
        [["trust", 1], ["order", play], ["programme", programme], ["pass", 70], ["trust", 0], ["store", 1], ["begin"]],
        [*stored, ["item"], ["fail"], ["programme", later], ["pass", 60], ["begin"], ["crash"], ["link", 1]],
    )
    return tuple(json.dumps(day).encode() for day in days)


TARGETS = (
    Target("unit-stranger", stranger, tuple(b"order\n" + seal(message, STRANGER) for message in MESSAGES)),
    Target("unit-desk", desk, _days(), structured=True, longest=8192, share=5),
)
