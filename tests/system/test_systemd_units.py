"""The service files: understood by systemd, as closed as we say, and silent at the end whatever happens.

`systemd-analyze` belongs to Debian's package `systemd`; it needs no running systemd.
"""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent / "systemd"
SERVICES = sorted(ROOT.glob("*.service"))
PROGRAM = "/opt/loalang/bin/loalang"
EXPOSURE_TENTHS = 20
"""systemd's own measure of what a service could reach: 0 is nothing, 100 everything."""

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="Debian package systemd is missing")


def settings(service: Path) -> list[tuple[str, str]]:
    lines = service.read_text(encoding="utf-8").splitlines()
    return [(name, value) for name, mark, value in (line.partition("=") for line in lines) if mark and name[0] != "#"]


def test_there_is_a_service_for_each_daemon() -> None:
    assert [each.name for each in SERVICES] == ["loalang-controller.service", "loalang-edge.service"]


@needs_systemd
@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
def test_systemd_understands_every_line(service: Path, tmp_path: Path) -> None:
    """With a program that exists: whether ours is installed on this machine is another question."""
    copy = tmp_path / service.name
    copy.write_text(service.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true"), encoding="utf-8")
    told = subprocess.run(["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False)
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


@needs_systemd
@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
def test_a_service_is_closed_to_the_stated_degree(service: Path) -> None:
    asked = ["systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_TENTHS}", "--no-pager", service]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout[-300:]


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
def test_a_service_reports_is_watched_and_comes_back(service: Path) -> None:
    found = dict(settings(service))
    assert found["Type"] == "notify"
    assert int(found["WatchdogSec"]) <= 30
    assert found["Restart"] == "always"
    assert found["StartLimitIntervalSec"] == "0"


@pytest.mark.parametrize("service", SERVICES, ids=lambda each: each.name)
def test_libffi_callbacks_are_not_forbidden(service: Path) -> None:
    """Reading sound from memory fails with a MemoryError under MemoryDenyWriteExecute."""
    assert "MemoryDenyWriteExecute" not in dict(settings(service))


def test_the_relay_is_switched_off_before_and_after_the_unit_runs() -> None:
    found = settings(ROOT / "loalang-edge.service")
    relay_off = f"{PROGRAM} edge relay-off --config /etc/loalang/unit.toml"
    assert [value for name, value in found if name in {"ExecStartPre", "ExecStopPost"}] == [relay_off, relay_off]


def test_no_chosen_port_can_listen_on_a_unit() -> None:
    assert dict(settings(ROOT / "loalang-edge.service"))["SocketBindDeny"] == "1-65535"


def test_the_controller_may_confine_those_who_read_strangers_files() -> None:
    """Without these calls a decoder keeps every right of the service; name spaces are not needed for it."""
    found = settings(ROOT / "loalang-controller.service")
    assert ("SystemCallFilter", "seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self") in found
    assert ("RestrictNamespaces", "yes") in found


def test_the_unit_may_read_the_state_of_its_clock_and_not_set_it() -> None:
    found = settings(ROOT / "loalang-edge.service")
    assert "ProtectClock" not in dict(found)
    assert ("SystemCallFilter", "adjtimex prlimit64") in found
    assert ("CapabilityBoundingSet", "") in found


@pytest.mark.skipif(shutil.which("systemd-sysusers") is None, reason="Debian package systemd is missing")
def test_the_units_user_can_be_made(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    asked = ["systemd-sysusers", f"--root={tmp_path}", str(ROOT / "sysusers.d" / "loalang-edge.conf")]
    subprocess.run(asked, capture_output=True, text=True, check=True)
    assert "loalang-unit:" in (tmp_path / "etc/passwd").read_text()
    groups = (tmp_path / "etc/group").read_text().splitlines()
    assert any(line.startswith("gpio:") and line.endswith("loalang-unit") for line in groups)
