"""From a unit's power-off to the alarm on the officer's screen: at most 100 s (P-fault), whether or not TCP says so."""

import time
from pathlib import Path

import pytest

from tests.faults.figures import figure
from tests.faults.hostile import HostileBroker, Malice
from tests.faults.office import Office, office
from tests.system.waiting import eventually

LIMIT_S = 100.0
ALARM = "SELECT count(*) FROM alarm WHERE kind = 'unit-lost' AND unit = ? AND cleared_at IS NULL"


def alarmed_after(here: Office) -> float:
    unit, began = here.units[0].id, time.monotonic()
    eventually(lambda: here.rows(ALARM, unit) == [(1,)], what="alarm", patience_s=LIMIT_S)
    (card,) = [card for card in here.desk.units() if card["id"] == unit]
    assert card["health"] == "lost"
    return time.monotonic() - began


def comes_back(here: Office) -> None:
    here.unit.start()
    here.await_green()
    eventually(lambda: here.rows(ALARM, here.units[0].id) == [(0,)], what="the alarm to go")


@pytest.mark.beside(seconds=12)
def test_a_killed_unit_is_on_the_screen_as_soon_as_its_connection_ends(folder: Path) -> None:
    with office(folder) as here:
        here.unit.kill()
        took = alarmed_after(here)
        figure("kill -9 of a unit to the alarm", took, "s", limit=LIMIT_S)
        comes_back(here)


@pytest.mark.soak
@pytest.mark.beside(seconds=110)
def test_a_unit_whose_power_fails_is_on_the_screen_within_100_s(folder: Path) -> None:
    """Nobody is told by TCP: the relay swallows the end of the connection."""
    with office(folder) as here:
        here.mqtt.half_open()
        here.unit.kill()
        took = alarmed_after(here)
        figure("power-off of a unit (no end of the connection) to the alarm", took, "s", limit=LIMIT_S)
        comes_back(here)


@pytest.mark.soak
@pytest.mark.beside(seconds=110)
def test_a_unit_that_says_nothing_over_an_open_link_is_on_the_screen_within_100_s(folder: Path) -> None:
    """The connection lives and the unit stands still: the broker's keepalive and the missing states both tell."""
    with office(folder) as here:
        here.mqtt.stall()
        took = alarmed_after(here)
        figure("silence of a unit to the alarm", took, "s", limit=LIMIT_S)
        here.mqtt.flow()
        here.await_green(patience_s=120.0)


@pytest.mark.soak
@pytest.mark.beside(seconds=110)
def test_a_broker_that_swallows_every_word_is_seen_within_100_s(folder: Path) -> None:
    """It answers every ping and acknowledges every message, and passes nothing on: only the signed state can tell."""
    broker = HostileBroker()
    with office(folder, tamper=broker) as here:
        broker.malice = Malice(drop=1.0)
        took = alarmed_after(here)
        figure("a broker that drops everything to the alarm", took, "s", limit=LIMIT_S)
        broker.malice = Malice()
        here.await_green(patience_s=60.0)
