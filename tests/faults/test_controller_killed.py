"""A controller killed with SIGKILL between "signed", "stored", "published" and "acknowledged", and started again.

Each time one bulletin is spoken at once, which takes the way through every point: voice, programme, order, receipts.
Its own broker dies with it. Afterwards the bulletin is heard once and receipted, without anybody asking again.
"""

from pathlib import Path

import pytest

from loalang.desk_client import DeskUnreachable
from tests.faults.crash_points import CONTROLLER, SAID
from tests.faults.office import Office, office
from tests.system.waiting import eventually

SIGKILLED = -9


@pytest.mark.beside(seconds=25)
@pytest.mark.parametrize("label", CONTROLLER)
def test_killed_at_any_point_it_goes_on_and_the_bulletin_is_heard_once(folder: Path, label: str) -> None:
    with office(folder, crash=label) as here:
        sent = said(here, label)
        assert here.controller.await_exit() == SIGKILLED
        assert here.controller.said(SAID, label) == 1
        here.sound_controller()
        assert here.start_controller()
        sent = sent or said(here, label)
        assert sent is not None
        here.await_stages(sent, "finished")
        assert len(here.evidence().of(sent)) == 1
        eventually(lambda: held_by_all(here), what="every unit holds its newest programme")
        here.judge()
        assert here.rows("PRAGMA integrity_check") == [("ok",)]
        assert here.rows("SELECT count(*) FROM rendition WHERE status = 'rendering'") == [(0,)]


def said(here: Office, title: str) -> str | None:
    """The broadcast; None when the controller died before it answered."""
    try:
        return here.desk.say("Mời bà con đi họp.", to=[here.units[0].id], title=title).broadcast
    except DeskUnreachable:
        return None


def held_by_all(here: Office) -> bool:
    return all(version == held for version, held in here.rows("SELECT version, held_version FROM programme"))
