"""A unit process that the kernel lets stand still (SIGSTOP): across an air time, in the middle of a sound, for long."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from tests.edge.desk import play_now, sitting
from tests.fakes.clips import tone
from tests.faults.village import Village, in_s, until_wall, village


@contextmanager
def stopped(here: Village, until: datetime) -> Iterator[None]:
    os.kill(here.unit.pid, signal.SIGSTOP)
    try:
        yield
        until_wall(until)
    finally:
        os.kill(here.unit.pid, signal.SIGCONT)


def across_air_time(folder: Path, stop_s: float) -> None:
    """What may still begin begins late, what is too late is said so; both once."""
    with village(folder) as here:
        here.begin(tone(), tone(500, 700))
        start = in_s(3)
        strict = sitting("strict", start, tone(), grace_s=1)
        patient = sitting("patient", start, tone(500, 700), grace_s=600)
        here.desk.programme(strict, patient)
        here.desk.await_receipt("stored", "strict")
        here.desk.await_receipt("stored", "patient")
        with stopped(here, in_s(stop_s)):
            pass
        here.desk.await_settled("strict", "patient")
        here.judge()
        assert (here.desk.stages("strict")[-1], here.desk.stages("patient")[-1]) == ("skipped", "finished")
        assert here.unit.evidence().of("patient")[0].at > start


def in_the_middle_of_a_sound(folder: Path, stop_s: float) -> None:
    """Whatever the sound card made of it: one sound, no claim beyond it, the relay off, and the next one is heard."""
    with village(folder) as here:
        long = tone(3000)
        here.begin(long, tone())
        here.desk.order(play_now("o-1", sitting("long", in_s(0), long)))
        here.desk.await_receipt("started", "long")
        with stopped(here, in_s(stop_s)):
            pass
        here.desk.order(play_now("o-2", sitting("next", in_s(0), tone())))
        here.desk.await_settled("long", "next")
        here.judge()
        assert here.desk.stages("next")[-1] == "finished"


@pytest.mark.beside(seconds=12)
def test_stopped_for_seconds_across_its_air_time(folder: Path) -> None:
    across_air_time(folder, 5)


@pytest.mark.beside(seconds=10)
def test_stopped_for_seconds_in_the_middle_of_a_sound(folder: Path) -> None:
    in_the_middle_of_a_sound(folder, 4)


@pytest.mark.soak
@pytest.mark.beside(seconds=100)
def test_stopped_for_90_s_across_its_air_time(folder: Path) -> None:
    across_air_time(folder, 90)


@pytest.mark.soak
@pytest.mark.beside(seconds=100)
def test_stopped_for_90_s_in_the_middle_of_a_sound(folder: Path) -> None:
    in_the_middle_of_a_sound(folder, 90)
