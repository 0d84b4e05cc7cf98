"""The machine's clocks, as they are read: whether the kernel vouches for the wall clock, and fresh randomness."""

from datetime import UTC, datetime

import pytest

from edge.adapters import clock
from edge.adapters.clock import MachineClock, assumed_trust, kernel_says_synchronised, kernel_trust, machine_boot
from protocol.names import ClockTrust


@pytest.mark.parametrize(("synchronised", "trust"), [(True, ClockTrust.TRUSTED), (False, ClockTrust.UNKNOWN)])
def test_the_kernels_word_is_passed_on(monkeypatch: pytest.MonkeyPatch, synchronised: bool, trust: ClockTrust):
    monkeypatch.setattr(clock, "kernel_says_synchronised", lambda: synchronised)
    assert kernel_trust() is trust


def test_the_kernel_answers():
    assert kernel_says_synchronised() in {True, False}


def test_one_power_on_has_one_name():
    assert machine_boot() == machine_boot()
    assert len(machine_boot()) == 36


def test_where_the_kernel_gives_no_name_there_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path):
    monkeypatch.setattr(clock, "_BOOT_ID", tmp_path / "nothing")
    assert machine_boot() == ""


def test_this_moment_is_aware_and_its_chance_and_nonce_are_never_the_same():
    read = MachineClock(assumed_trust)
    one, two = read.now(), read.now()
    assert one.wall.tzinfo is UTC
    assert abs((datetime.now(UTC) - one.wall).total_seconds()) < 5
    assert one.mono <= two.mono
    assert one.trusted
    assert 0 <= one.chance < 1
    assert one.chance != two.chance
    assert len(one.nonce) == len(two.nonce) == 16
    assert one.nonce != two.nonce
