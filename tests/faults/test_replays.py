"""What an honest key once signed, said again: later, to another unit, on another topic, or with a field changed.

And poison that a broker keeps for whoever subscribes. Nothing of it sounds; the next honest word is obeyed.
"""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from protocol.envelope import LIMITS, seal
from protocol.keys import encode_bytes
from protocol.messages import ClockAnswer, ReceiptAck
from protocol.names import Kind, UnitId
from protocol.topics import Leaf, delegation_topic, orders_topic, unit_topic
from tests.edge.desk import COMMUNE, UNIT, play_now, sitting
from tests.fakes.clips import tone
from tests.faults.village import Village, in_s, village

ANOTHER = UnitId("dia-cat")
HEARD = (
    *(unit_topic(COMMUNE, UNIT, leaf) for leaf in (Leaf.PROGRAMME, Leaf.ORDER, Leaf.RECEIPT_ACK, Leaf.CLOCK_ANSWER)),
    orders_topic(COMMUNE),
    delegation_topic(COMMUNE),
)
"""Every topic that a unit listens to."""


def still_obeys(here: Village, name: str = "honest") -> None:
    here.desk.order(play_now(f"o-{name}", sitting(name, in_s(0), tone())))
    here.desk.await_settled(name)
    here.judge()
    assert [sound.broadcast for sound in here.unit.evidence().sounds] == [name]


def genuine(here: Village) -> dict[Kind, bytes]:
    """One message of each kind that an on-line key signs, rightly signed and to this unit, but never sent."""
    desk = here.desk
    ack = ReceiptAck(commune=COMMUNE, unit=UNIT, journal="j-any", through=0)
    answer = ClockAnswer(commune=COMMUNE, unit=UNIT, nonce=encode_bytes(bytes(16)), at=in_s(0))
    return {
        Kind.ORDER: desk.sealed(play_now("o-recorded", sitting("recorded", in_s(0), tone()))),
        Kind.PROGRAMME: seal(desk.planned(sitting("recorded", in_s(0), tone())), desk.schedule),
        Kind.RECEIPT_ACK: seal(ack, desk.schedule),
        Kind.CLOCK_ANSWER: seal(answer, desk.schedule),
    }


@pytest.mark.beside(seconds=6)
def test_a_message_on_another_topic_than_its_own_is_refused(folder: Path) -> None:
    with village(folder) as here:
        here.begin(tone())
        sent = 0
        for kind, data in genuine(here).items():
            for topic in HEARD:
                own = topic.endswith(f"/{kind}") or (kind is Kind.ORDER and topic == orders_topic(COMMUNE))
                if not own:
                    here.desk.say(topic, data)
                    sent += 1
        still_obeys(here)
        assert here.desk.stages("recorded") == []
        here.desk.until(lambda: here.desk.states[-1].refused == sent, "refusal of each", 40.0)


@pytest.mark.beside(seconds=6)
def test_an_order_for_another_unit_is_not_obeyed_by_this_one(folder: Path) -> None:
    with village(folder) as here:
        here.begin(tone())
        order = replace(play_now("o-1", sitting("theirs", in_s(0), tone())), targets=(ANOTHER,))
        data = here.desk.sealed(order)
        here.desk.say(unit_topic(COMMUNE, UNIT, Leaf.ORDER), data)
        here.desk.say(orders_topic(COMMUNE), data)
        here.unit.await_line("message-refused", "reason=target", times=2)
        still_obeys(here)


CHANGES = {
    "id": '"id":"o-1"->"id":"o-2"',
    "commune": f'"commune":"{COMMUNE}"->"commune":"na-ri"',
    "target": f'"targets":["{UNIT}"]->"targets":["{UNIT}","{ANOTHER}"]',
    "class": '"class":"routine"->"class":"emergency"',
    "status": '"status":"test"->"status":"actual"',
    "title": "cắt điện->có điện",
    "broadcast": '"id":"theirs"->"id":"ours"',
    "do": '"do":"play"->"do":"stop"',
}


@pytest.mark.beside(seconds=6)
def test_an_order_with_any_field_changed_is_refused(folder: Path) -> None:
    with village(folder) as here:
        here.begin(tone())
        broadcast = replace(sitting("theirs", in_s(0), tone()), status="test")
        head, _, payload = here.desk.sealed(play_now("o-1", broadcast)).partition(b"\n")
        changed = {name: payload.replace(*(part.encode() for part in how.split("->"))) for name, how in CHANGES.items()}
        order = json.loads(payload)
        for field in ("issued_at", "not_before", "not_after"):
            later = str(int(order[field][:4]) + 1) + order[field][4:]
            changed[field] = payload.replace(order[field].encode(), later.encode())
        clip = tone().hash.encode()
        changed["clip"] = payload.replace(clip, clip[::-1])
        for name, forged in changed.items():
            assert forged != payload, name
            here.desk.say(unit_topic(COMMUNE, UNIT, Leaf.ORDER), head + b"\n" + forged)
        still_obeys(here)
        here.desk.until(lambda: here.desk.states[-1].refused == len(changed), "refusal of each", 40.0)
        refused = [line for line in here.unit.lines if "message-refused" in line]
        assert all("reason=signature" in line for line in refused), refused


@pytest.mark.beside(seconds=6)
def test_an_order_recorded_yesterday_is_refused(folder: Path) -> None:
    """Its window is closed, whatever else is right with it. The unit never saw it: its memory does not help."""
    with village(folder) as here:
        here.begin(tone())
        order = play_now("o-1", sitting("old", in_s(0), tone()))
        day = timedelta(days=1)
        yesterday = replace(
            order,
            issued_at=order.issued_at - day,
            not_before=order.not_before - day,
            not_after=order.not_after - day,
        )
        here.desk.send(Leaf.ORDER, here.desk.sealed(yesterday))
        assert here.desk.await_receipt("refused", order="o-1").reason == "expired"
        still_obeys(here)


@pytest.mark.beside(seconds=6)
@pytest.mark.parametrize("poison", ["noise", "stranger", "oversized", "recorded"])
def test_retained_poison_on_every_topic_harms_nobody_at_any_return(folder: Path, poison: str) -> None:
    """`recorded` is a genuine order that a broker keeps, against the rules, in its window: obeyed once, ever."""
    with village(folder) as here:
        desk = here.desk
        recorded = play_now("o-kept", sitting("kept", in_s(0), tone(), grace_s=600))
        data = {
            "noise": bytes(range(256)) * 8,
            "stranger": desk.sealed(recorded, stranger=True),
            "oversized": desk.sealed(recorded) + b" " * max(LIMITS.values()),
            "recorded": desk.sealed(recorded),
        }[poison]
        for topic in HEARD:
            desk.say(topic, data, retain=True)
        here.begin(tone())
        for times in (1, 2, 3):
            here.unit.await_line("broker-reached", times=times)
            desk.delegate()  # the broker has lost it to the poison; it comes after all that was retained
            here.unit.await_line("delegation-accepted", times=times)
            desk.say(delegation_topic(COMMUNE), data, retain=True)
            here.mqtt.cut()
        here.unit.await_line("broker-reached", times=4)
        if poison == "recorded":
            here.desk.await_settled("kept")
            here.judge()
            assert [sound.broadcast for sound in here.unit.evidence().sounds] == ["kept"]
        else:
            still_obeys(here)
