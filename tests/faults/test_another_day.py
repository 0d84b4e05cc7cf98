"""A real unit on other days: switched on anew each morning, with its wall clock that many days on.

Seven days alone; and what was recorded on one day said again on the next.
"""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest

from protocol.topics import Leaf
from tests.edge.desk import play_now, sitting
from tests.fakes.clips import tone
from tests.faults.village import Village, in_s, village
from tests.faults.wall_clock import MISSING, WallClock, another_boot, available, can_reboot

DAY = timedelta(days=1)
ON_TIME_S = 5.0
"""On a machine that many share, where the unit is switched on 5 s before."""
pytestmark = [
    pytest.mark.skipif(not available(), reason=MISSING),
    pytest.mark.skipif(not can_reboot(), reason="no private mounts here: root is needed"),
]


def switch_on(here: Village, clock: WallClock) -> None:
    """The unit's machine is switched on anew, with this wall clock; the controller's shows the same time."""
    here.desk.clock_off = clock.offset
    here.unit.machine = another_boot(here.unit.folder, secrets.token_hex(8))
    here.unit.environment = clock.environment
    here.unit.start()


@pytest.mark.beside(seconds=40)
def test_seven_days_without_controller_and_broker_on_time_and_told_afterwards(folder: Path) -> None:
    clock = WallClock(folder / "clock")
    with village(folder) as here:
        here.serve(tone())
        switch_on(here, clock)
        start = in_s(60)
        plan = {f"day-{day}": start + day * DAY for day in range(8)}
        here.desk.programme(*(sitting(name, at, tone()) for name, at in plan.items()))
        for name in plan:
            here.desk.await_receipt("stored", name)
        here.unit.stop()
        here.mqtt.refuse()
        here.http.refuse()
        for name, at in plan.items():
            clock.set(at - timedelta(seconds=5))
            switch_on(here, clock)
            here.unit.await_line("receipt-finished", f"broadcast={name}")
            assert here.unit.stop() == 0
        here.mqtt.flow()
        switch_on(here, clock)
        here.desk.await_settled(*plan)
        here.judge()
        found = here.unit.evidence()
        assert [sound.broadcast for sound in found.sounds] == list(plan)
        late = [(sound.at - plan[sound.broadcast]).total_seconds() for sound in found.sounds]
        assert all(0 <= each < ON_TIME_S for each in late), late


@pytest.mark.beside(seconds=15)
def test_an_order_and_a_programme_that_were_recorded_do_nothing_the_next_day(folder: Path) -> None:
    """Also an order that the unit never saw, because the network was down when it was sent."""
    clock = WallClock(folder / "clock")
    with village(folder) as here:
        here.serve(tone(), tone(500, 700))
        switch_on(here, clock)
        here.unit.await_line("delegation-accepted")
        heard = here.desk.order(play_now("o-1", sitting("heard", in_s(0), tone())))
        here.desk.await_settled("heard")
        programme = here.desk.programme(sitting("planned", in_s(1), tone(500, 700)))
        here.desk.await_settled("planned")
        unseen = here.desk.sealed(play_now("o-2", sitting("unseen", in_s(0), tone())))
        here.unit.stop()
        clock.step(DAY)
        switch_on(here, clock)
        here.unit.await_line("broker-reached", times=2)
        for data in (heard, unseen):
            here.desk.send(Leaf.ORDER, data)
        here.desk.send(Leaf.PROGRAMME, programme)
        assert here.desk.await_receipt("refused", order="o-2").reason == "expired"
        here.judge()
        assert [sound.broadcast for sound in here.unit.evidence().sounds] == ["heard", "planned"]
