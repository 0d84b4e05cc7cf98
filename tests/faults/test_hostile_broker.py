"""A broker that drops, repeats, reorders and forges can delay what the desk wants, and nothing else."""

from pathlib import Path

import pytest

from protocol.topics import Leaf
from tests.faults.hostile import HostileBroker, Malice, say
from tests.faults.office import office
from tests.faults.relay import Way
from tests.system.waiting import eventually

BULLETINS = 4


@pytest.mark.beside(seconds=40)
def test_what_a_hostile_broker_does_to_messages_only_delays(folder: Path) -> None:
    """Every fourth message lost, repeated, held back or forged, in both ways; then it behaves, and all is made good."""
    broker = HostileBroker(seed=5)
    with office(folder, tamper=broker) as here:
        broker.malice = Malice(drop=0.25, repeat=0.25, hold=0.25, forge=0.25)
        sent = [here.desk.say(f"Bản tin số {number}.", to=[]).broadcast for number in range(BULLETINS)]
        eventually(lambda: all(broker.deeds.values()), what=f"every kind of deed: {broker.deeds}")
        eventually(lambda: here.unit.said("message-refused"), what="a forged message refused")
        broker.malice = Malice()
        here.mqtt.cut()
        for each in sent:
            here.await_stages(each, "finished", patience_s=90.0)
        here.judge()
        assert [len(here.evidence().of(each)) for each in sent] == [1] * BULLETINS


@pytest.mark.beside(seconds=20)
def test_what_a_hostile_broker_recorded_cannot_be_used_at_another_unit_or_again(folder: Path) -> None:
    """Every message that ever passed is said again, on the topic where it belongs and on each other one."""
    broker = HostileBroker()
    with office(folder, tamper=broker) as here:
        sent = here.desk.say("Mời bà con đi họp.", to=[]).broadcast
        here.await_stages(sent, "finished")
        here.judge()
        before, receipts = here.evidence(), here.receipts()
        recorded = [publish for publish in broker.seen if publish.topic.endswith(tuple(f"/{leaf}" for leaf in Leaf))]
        topics = sorted({publish.topic for publish in recorded})
        for number, (topic, publish) in enumerate((topic, each) for topic in topics for each in recorded):
            say(here.mqtt, topic, publish.payload, retain=bool(number % 2), number=50_000 + number)
        fence = here.desk.say("Bản tin sau.", to=[]).broadcast
        here.await_stages(fence, "finished")
        here.judge()
        assert here.evidence().sounds[:-1] == before.sounds
        assert here.evidence().sounds[-1].broadcast == fence
        assert here.receipts()[: len(receipts)] == receipts


@pytest.mark.beside(seconds=20)
def test_what_a_unit_once_said_changes_nothing_when_it_is_said_again(folder: Path) -> None:
    """The whole conversation of a unit with its broker, repeated on a second connection with its own name."""
    with office(folder) as here:
        sent = here.desk.say("Mời bà con đi họp.", to=[]).broadcast
        here.await_stages(sent, "finished")
        here.judge()
        receipts = here.receipts()
        here.mqtt.say_again(1)
        here.mqtt.await_connection(2)
        fence = here.desk.say("Bản tin sau.", to=[]).broadcast
        here.await_stages(fence, "finished")
        here.judge()
        assert here.receipts()[: len(receipts)] == receipts
        assert {sound.broadcast for sound in here.evidence().sounds} == {sent, fence}
        assert here.mqtt.await_connection(2).passed[Way.UP]
