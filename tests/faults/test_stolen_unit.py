"""A stolen unit: its credentials, used against everything else. What counts is what was delivered, and what changed."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from edge.adapters.unit_key import read_or_make
from loalang.demo.commune import COMMUNE_ID
from loalang.demo.sample import UNITS
from protocol.envelope import seal
from protocol.messages import Receipt, ReceiptBatch, UnitState
from protocol.names import BroadcastId, ClockTrust, CommuneId, Stage, UnitId
from protocol.topics import OFFLINE, Leaf, delegation_topic, orders_topic, root, unit_topic
from tests.faults.clients import Thief
from tests.faults.mqtt_packets import Publish
from tests.faults.office import Office, office
from tests.system.waiting import eventually

COMMUNE = CommuneId(COMMUNE_ID)
VICTIM, STOLEN = UNITS[0], UNITS[1]
HERS = [unit_topic(COMMUNE, UnitId(VICTIM.id), leaf) for leaf in Leaf]
EVERYBODYS = [orders_topic(COMMUNE), delegation_topic(COMMUNE)]


def thief(here: Office) -> Thief:
    """With the stolen unit's user and password; its will speaks for itself, else it would not be let in."""
    file = tomllib.loads((here.places.unit(STOLEN) / "unit.toml").read_text("utf-8"))["mqtt"]
    will = Publish(unit_topic(COMMUNE, UnitId(STOLEN.id), Leaf.AVAILABILITY), OFFLINE, 1, 0, retain=True)
    return Thief(here.mqtt.port, file["user"], file["password"], will)


def lies(here: Office, broadcast: str) -> dict[str, bytes]:
    """The stolen unit's own key, saying things for the other one, and for itself in the other's place."""
    key, now = read_or_make(here.places.unit(STOLEN)), datetime.now(UTC)
    journal = here.memory("SELECT journal FROM identity", VICTIM)[0][0]
    receipt = Receipt(
        number=9999,
        at=now,
        clock=ClockTrust.TRUSTED,
        stage=Stage.FINISHED,
        broadcast=BroadcastId(broadcast),
        played_ms=9999,
        of_ms=9999,
    )
    said = {}
    for name in (VICTIM.id, STOLEN.id):
        unit = UnitId(name)
        state = UnitState(
            commune=COMMUNE,
            unit=unit,
            journal=journal,
            boot="b-thief",
            counter=1,
            at=now + timedelta(seconds=1),
            clock=ClockTrust.TRUSTED,
            software="thief",
            simulated=True,
            programme=2**40,
            volume=0,
            relay=True,
            sound_ok=False,
        )
        said[f"state as {name}"] = seal(state, key)
        batch = ReceiptBatch(commune=COMMUNE, unit=unit, journal=journal, receipts=(receipt,))
        said[f"receipt as {name}"] = seal(batch, key)
    return said


@pytest.mark.beside(seconds=20)
def test_stolen_credentials_hear_speak_and_change_nothing_of_another_unit(folder: Path) -> None:
    with office(folder, (VICTIM, STOLEN)) as here:
        first = here.desk.say("Bản tin thứ nhất.", to=[]).broadcast
        here.await_stages(first, "finished")
        here.judge()
        before = here.rows("SELECT * FROM receipt WHERE unit = ?", VICTIM.id)
        here.company[STOLEN.id].kill()

        stolen = thief(here)
        assert stolen.admitted
        stolen.subscribe(["#", f"{root(COMMUNE)}/#", f"{root(COMMUNE)}/unit/+/+", *HERS, *EVERYBODYS])
        for data in lies(here, first).values():
            for topic in (*HERS, *EVERYBODYS):
                stolen.publish(topic, data)
                stolen.publish(topic, data, retain=True)
        second = here.desk.say("Bản tin thứ hai.", to=[]).broadcast
        stolen.await_topic(unit_topic(COMMUNE, UnitId(STOLEN.id), Leaf.PROGRAMME))

        def heard() -> bool:
            targets = here.desk.broadcast(second)["targets"]
            return any(target["unit"] == VICTIM.id and target["stage"] == "finished" for target in targets)

        eventually(heard, what="the other unit plays on")
        assert {publish.topic for publish in stolen.heard} & set(HERS) == set()
        assert not here.company[VICTIM.id].said("message-refused"), "something reached the other unit"
        after = here.rows("SELECT * FROM receipt WHERE unit = ?", VICTIM.id)
        assert after[: len(before)] == before
        assert not here.rows("SELECT * FROM receipt WHERE number = 9999 AND unit = ?", VICTIM.id)
        (card,) = [card for card in here.desk.units() if card["id"] == VICTIM.id]
        assert card["health"] in ("ok", "warn")
        stolen.close()
