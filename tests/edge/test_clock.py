"""How far the wall clock is believed: kept now, kept once in this boot, or never."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.adapters.clock import HOLDOVER_S, KernelTrust, MachineClock, assumed_trust, kernel_says_synchronised
from protocol.names import ClockTrust


class Kernel:
    def __init__(self) -> None:
        self.synchronised = False
        self.since_boot = 100.0
        self.boot = "boot-1"

    def trust(self, note: Path) -> KernelTrust:
        return KernelTrust(note, lambda: self.synchronised, lambda: self.since_boot, lambda: self.boot)


@pytest.fixture
def kernel() -> Kernel:
    return Kernel()


@pytest.fixture
def note(tmp_path: Path) -> Path:
    return tmp_path / "clock"


def test_a_clock_that_was_never_kept_in_this_boot_is_unknown(kernel: Kernel, note: Path):
    assert kernel.trust(note)() is ClockTrust.UNKNOWN


def test_a_clock_that_is_kept_is_trusted(kernel: Kernel, note: Path):
    kernel.synchronised = True
    assert kernel.trust(note)() is ClockTrust.TRUSTED


def test_without_a_network_it_stays_trusted_as_long_as_a_plan_and_is_then_an_estimate(kernel: Kernel, note: Path):
    trust = kernel.trust(note)
    kernel.synchronised = True
    trust()
    kernel.synchronised = False
    kernel.since_boot += HOLDOVER_S
    assert trust() is ClockTrust.TRUSTED
    kernel.since_boot += 1
    assert trust() is ClockTrust.ESTIMATED
    kernel.synchronised = True
    assert trust() is ClockTrust.TRUSTED


def test_a_restart_of_the_process_loses_no_trust_and_a_reboot_does(kernel: Kernel, note: Path):
    kernel.synchronised = True
    kernel.trust(note)()
    kernel.synchronised = False
    kernel.since_boot += 3600
    assert kernel.trust(note)() is ClockTrust.TRUSTED
    kernel.boot, kernel.since_boot = "boot-2", 20.0
    assert kernel.trust(note)() is ClockTrust.UNKNOWN


@pytest.mark.parametrize("text", ["", "boot-1", "boot-1 soon", "\xff"])
def test_a_note_that_says_nothing_gives_no_trust(kernel: Kernel, note: Path, text: str):
    note.write_text(text, encoding="latin-1")
    assert kernel.trust(note)() is ClockTrust.UNKNOWN


def test_where_the_boot_has_no_name_nothing_is_noted(kernel: Kernel, note: Path):
    kernel.boot, kernel.synchronised = "", True
    assert kernel.trust(note)() is ClockTrust.TRUSTED
    kernel.synchronised = False
    assert kernel.trust(note)() is ClockTrust.UNKNOWN


def test_the_note_is_renewed_by_the_hour_only(kernel: Kernel, note: Path):
    kernel.synchronised = True
    trust = kernel.trust(note)
    trust()
    kernel.since_boot += 3000
    trust()
    assert note.read_text() == "boot-1 100"
    kernel.since_boot += 700
    trust()
    assert note.read_text() == "boot-1 3800"


def test_the_kernel_answers():
    assert kernel_says_synchronised() in {True, False}


def test_this_moment_is_aware_and_its_chance_varies():
    clock = MachineClock(assumed_trust)
    one, two = clock.now(), clock.now()
    assert one.wall.tzinfo is UTC
    assert abs((datetime.now(UTC) - one.wall).total_seconds()) < 5
    assert one.mono <= two.mono
    assert one.trusted
    assert 0 <= one.chance < 1
    assert one.chance != two.chance
