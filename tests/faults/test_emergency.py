"""An emergency during a routine broadcast and during another emergency, over a link that keeps breaking."""

from pathlib import Path

import pytest

from schedules.vocabulary import BroadcastClass
from tests.edge.desk import play_now, sitting
from tests.fakes.clips import MadeClip, tone
from tests.faults.village import Village, in_s, village

SIREN, FIRE, NEWS = tone(1500, 1500), tone(700, 1800), tone(3000, 700)


def emergency(here: Village, name: str, clip: MadeClip) -> None:
    broadcast = sitting(name, in_s(0), clip, class_=BroadcastClass.EMERGENCY)
    here.desk.order(play_now(f"o-{name}", broadcast, {clip.hash: clip.data}))


@pytest.mark.beside(seconds=10)
def test_it_interrupts_routine_which_then_goes_on_and_waits_for_another_emergency(folder: Path) -> None:
    with village(folder) as here:
        here.begin(NEWS)
        here.desk.order(play_now("o-1", sitting("news", in_s(0), NEWS)))
        here.desk.await_receipt("started", "news")
        emergency(here, "flood", SIREN)
        here.desk.await_receipt("started", "flood")
        here.mqtt.cut()
        here.unit.await_line("broker-reached", times=2)
        emergency(here, "fire", FIRE)
        here.desk.await_settled("flood", "fire")
        here.desk.until(lambda: here.desk.stages("news")[-1] == "finished", "end of the news")
        here.judge()
        assert [sound.broadcast for sound in here.unit.evidence().sounds] == ["news", "flood", "fire", "news"]
        assert here.unit.evidence().heard_ms("flood") == SIREN.duration_ms
