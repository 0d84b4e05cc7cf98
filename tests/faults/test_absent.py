"""Broker and controller gone for minutes: the units speak on time, and everything is told afterwards, once.

A week of it is lived by the simulation, and day by day on a real unit in `test_another_day.py`.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.office import office
from tests.faults.village import until_wall
from tests.system.waiting import eventually

MINUTES = 4


@pytest.mark.soak
@pytest.mark.beside(seconds=300)
def test_broker_and_controller_gone_for_minutes(folder: Path) -> None:
    with office(folder) as here:
        begin = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=30)
        times = [begin + timedelta(minutes=minute) for minute in range(MINUTES)]
        sent = [here.desk.say(f"Bản tin số {n}.", to=[], at=at).broadcast for n, at in enumerate(times)]
        for each in sent:
            here.await_stages(each, "stored")
        here.controller.kill()
        until_wall(times[-1] + timedelta(seconds=20))
        assert [sound.broadcast for sound in here.evidence().sounds] == sent
        assert here.start_controller()
        for each in sent:
            here.await_stages(each, "finished", patience_s=120.0)
        here.judge()
        late = [(sound.at - at).total_seconds() for sound, at in zip(here.evidence().sounds, times, strict=True)]
        assert all(0 <= each < 0.25 for each in late), late


@pytest.mark.soak
@pytest.mark.beside(seconds=200)
def test_a_network_gone_for_minutes_is_an_alarm_that_goes(folder: Path) -> None:
    with office(folder) as here:
        here.mqtt.refuse()
        at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=40)
        missed = here.desk.say("Bản tin không tới nơi.", to=[], at=at).broadcast
        alarm = "SELECT count(*) FROM alarm WHERE kind = 'broadcast-unconfirmed' AND broadcast = ?"
        eventually(lambda: here.rows(alarm, missed) == [(1,)], what="the alarm", patience_s=200.0)
        assert here.desk.broadcast(missed)["state"] == "unknown"
        here.mqtt.flow()
        eventually(lambda: here.stages(missed) <= {"finished", "skipped"}, what="the truth", patience_s=120.0)
        here.judge()
