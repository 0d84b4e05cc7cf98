"""A stranger with Debian's MQTT clients, even with the controller's own broker password: sees, but cannot speak."""

import json
import subprocess
from datetime import UTC, datetime, timedelta

from loalang.demo.commune import COMMUNE_ID, Login
from protocol.envelope import seal
from protocol.keys import SigningKey
from protocol.messages import Order, PlannedBroadcast, Play
from protocol.names import BroadcastId, CommuneId, OrderId, UnitId
from schedules.vocabulary import BroadcastClass, Status
from tests.fakes.clips import tone
from tests.system.conftest import TWO, Commune
from tests.system.waiting import eventually

ROOT = f"loalang/v1/{COMMUNE_ID}"


def client(commune: Commune, program: str, user: str, password: str, *more: str) -> subprocess.CompletedProcess[bytes]:
    address = ["-h", "127.0.0.1", "-p", str(commune.ports.mqtt), "-u", user, "-P", password]
    return subprocess.run([program, *address, *more], capture_output=True, timeout=30)


def heard(commune: Commune, user: str, password: str, seconds: int = 3) -> dict[str, bytes]:
    """What a subscriber to everything is sent within some seconds, by topic."""
    found = client(
        commune, "mosquitto_sub", user, password, "-i", user, "-t", "#", "-W", str(seconds), "-F", "%t %x"
    ).stdout
    return {
        topic: bytes.fromhex(rest) for topic, _, rest in (line.partition(" ") for line in found.decode().splitlines())
    }


def test_an_observer_sees_the_documented_topics(commune: Commune) -> None:
    login = Login.load(commune.places)
    unit = f"{ROOT}/unit/{TWO[0].id}"
    seen = heard(commune, login.observer, login.observer_password)
    assert {f"{unit}/programme", f"{unit}/state", f"{unit}/availability"} <= seen.keys()
    assert seen[f"{unit}/availability"] == b"online"
    header, payload = (json.loads(line) for line in seen[f"{unit}/state"].splitlines())
    assert header["kind"] == "state"
    assert payload["simulated"] is True


def test_a_stranger_without_an_account_hears_nothing(commune: Commune) -> None:
    assert heard(commune, "stranger", "stranger-stranger") == {}
    assert heard(commune, f"{COMMUNE_ID}.{TWO[0].id}", "not-its-password") == {}


def test_a_stolen_broker_password_makes_no_unit_speak(commune: Commune) -> None:
    password = (commune.places.controller / "keys" / "broker.password").read_text().strip()
    forged = {"orders": order(SigningKey.generate()), f"unit/{TWO[0].id}/order": order(SigningKey.generate())}
    forged |= {f"unit/{TWO[0].id}/programme": b"{}\n{}", f"unit/{TWO[1].id}/programme": b"\xff" * 600_000}
    for topic, payload in forged.items():
        publish(commune, password, f"{ROOT}/{topic}", payload)

    def refused() -> bool:
        return {card["id"]: card["refused"] for card in commune.desk.units()} == {TWO[0].id: 3, TWO[1].id: 2}

    eventually(refused, what="both units count what they refused")
    assert not any(commune.wavs(unit) for unit in TWO)
    assert all("on" not in (commune.places.unit(unit) / "relay.log").read_text().split() for unit in TWO)
    sent = commune.desk.say("Kính thưa bà con.", to=[TWO[0].id])
    eventually(lambda: commune.stages(sent.broadcast) == {"finished"}, what="the desk is still heard")


def order(key: SigningKey) -> bytes:
    now = datetime.now(UTC)
    soon = now + timedelta(minutes=5)
    clip = tone(400)
    broadcast = PlannedBroadcast(
        id=BroadcastId("b-forged"),
        start=now,
        not_after=soon,
        class_=BroadcastClass.ROUTINE,
        status=Status.ACTUAL,
        title="giả mạo",
        items=(clip.item(),),
    )
    act = Play(broadcast=broadcast, inline={clip.hash: clip.data})
    targets = tuple(UnitId(unit.id) for unit in TWO)
    whole = {"commune": CommuneId(COMMUNE_ID), "targets": targets, "issued_at": now, "not_before": now}
    return seal(Order(id=OrderId("o-forged"), not_after=soon, class_=BroadcastClass.ROUTINE, act=act, **whole), key)


def publish(commune: Commune, password: str, topic: str, payload: bytes) -> None:
    """As the controller: its own connection is the one that the broker knows, so the thief's may replace it."""
    file = commune.places.root / "payload"
    file.write_bytes(payload)
    done = client(
        commune, "mosquitto_pub", "controller", password, "-i", "controller", "-q", "1", "-t", topic, "-f", str(file)
    )
    assert done.returncode == 0, done.stderr
