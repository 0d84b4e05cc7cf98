"""The broker is killed, again and again, and with it all that it kept: what was asked for is heard, once."""

import contextlib
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from tests.faults.office import Office, office
from tests.system.waiting import eventually


def broker_of(here: Office) -> int:
    """The process id of the controller's own broker."""
    children = psutil.Process(here.controller.pid).children(recursive=True)
    with contextlib.suppress(psutil.NoSuchProcess):
        return next((each.pid for each in children if each.name() == "mosquitto" and "-c" in each.cmdline()), 0)
    return 0


@pytest.mark.beside(seconds=30)
def test_a_broker_killed_and_wiped_at_every_turn_loses_nothing(folder: Path) -> None:
    with office(folder) as here:
        planned = here.desk.say("Bản tin hẹn giờ.", to=[], at=datetime.now(UTC) + timedelta(seconds=8)).broadcast
        sent = []
        for number in range(3):
            pid = eventually(lambda: broker_of(here), what="a broker")
            sent.append(here.desk.say(f"Bản tin số {number}.", to=[]).broadcast)
            os.kill(pid, signal.SIGKILL)
            eventually(lambda pid=pid: broker_of(here) not in {0, pid}, what="another broker")
        for each in (planned, *sent):
            here.await_stages(each, "finished", patience_s=90.0)
        here.judge()
        assert all(len(here.evidence().of(each)) == 1 for each in (planned, *sent))
