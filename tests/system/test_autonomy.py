"""P-autonomy: a unit speaks on time without controller and broker, and its receipts arrive afterwards."""

import wave
from datetime import UTC, datetime, timedelta

from tests.system.conftest import TWO, Commune
from tests.system.waiting import eventually


def test_a_broadcast_sounds_while_the_controller_is_gone_and_is_receipted_after_its_return(commune: Commune) -> None:
    at = (datetime.now(UTC) + timedelta(seconds=10)).replace(microsecond=0)
    sent = commune.desk.say("Mời bà con đi họp thôn.", to=[], at=at)
    eventually(lambda: commune.stages(sent.broadcast) == {"stored"}, what="stored at both units")
    commune.stage.controller.end()

    eventually(lambda: all(commune.wavs(unit) for unit in TWO), what="sound at both units")
    eventually(lambda: all(relay_off(commune, unit) for unit in TWO), what="relay off at both units")
    returned_at = datetime.now(UTC)
    commune.stage.controller.start()
    commune.stage.await_controller()

    eventually(lambda: commune.stages(sent.broadcast) == {"finished"}, what="receipts of both units")
    for target in commune.targets(sent.broadcast):
        assert datetime.fromisoformat(target["started_at"]) < returned_at
        assert 0 <= target["of_ms"] - target["played_ms"] <= 1
    for unit in TWO:
        (path,) = commune.wavs(unit)
        with wave.open(str(path)) as sound:
            assert sound.getnframes() * 1000 // sound.getframerate() == target["played_ms"]


def relay_off(commune: Commune, unit) -> bool:
    lines = (commune.places.unit(unit) / "relay.log").read_text().split()
    return "on" in lines and lines[-1] == "off"
