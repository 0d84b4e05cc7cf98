"""Two hundred units return at once, as after a power cut in the whole commune: all are green, and nothing is lost."""

import asyncio
import time
from pathlib import Path

import pytest

from controller.domain.phrases import Phrase
from loalang.demo.commune import COMMUNE_ID
from loalang.demo.sample import VILLAGES
from protocol.names import CommuneId
from tests.faults.clients import Crowd
from tests.faults.figures import figure
from tests.faults.office import Office, enrol_crowd, office
from tests.system.waiting import eventually

UNITS, RECEIPTS = 200, 20
GREEN_WITHIN_S = 60.0
"""After the last of them has its programme. No promise to anybody: beyond it something is wrong."""


def no_phrase_is_due(here: Office) -> bool:
    spoken = here.rows("SELECT count(*) FROM phrase WHERE clip IS NOT NULL")[0][0]
    return bool(spoken >= len(Phrase) + len(VILLAGES))


@pytest.mark.soak
@pytest.mark.beside(seconds=60)
def test_two_hundred_units_that_return_at_once_are_soon_green(folder: Path) -> None:
    with office(folder, start_units=False) as here:
        members, keys = enrol_crowd(here.places, UNITS, RECEIPTS)
        crowd = Crowd(here.mqtt.target, CommuneId(COMMUNE_ID), keys, members)
        eventually(lambda: here.rows("SELECT count(*) FROM programme")[0][0] >= UNITS, what="programmes for all")
        eventually(lambda: no_phrase_is_due(here), what="all phrases: each new one changes every plan", patience_s=180)
        began = time.monotonic()
        asyncio.run(crowd.return_at_once())
        stored = "SELECT count(*) FROM receipt"
        eventually(lambda: here.rows(stored) == [(UNITS * RECEIPTS,)], what="every receipt", patience_s=GREEN_WITHIN_S)
        here.await_green(*(member.unit for member in members), patience_s=GREEN_WITHIN_S)
        took = time.monotonic() - began
        figure(f"{UNITS} units with {RECEIPTS} receipts each return at once: all green", took, "s")
        assert here.rows(stored) == [(UNITS * RECEIPTS,)]
        assert here.rows("SELECT count(*) FROM programme WHERE version != held_version AND unit LIKE 'dam-%'") == [(0,)]
