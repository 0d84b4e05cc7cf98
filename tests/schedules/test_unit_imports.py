"""A unit has no calendar packages: what it shares with the controller must import without them."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
WITHOUT = "import sys; sys.modules.update(dict.fromkeys(('dateutil', 'holidays', 'lunar_vn'))); import {}"


def imports(module: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT.format(module)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("module", ["vocabulary", "lateness", "arbitration"])
def test_what_a_unit_shares_imports_without_calendar_packages(module: str) -> None:
    result = imports(f"schedules.{module}")
    assert result.returncode == 0, result.stderr


def test_the_check_can_fail() -> None:
    assert "ModuleNotFoundError" in imports("schedules.recurrence").stderr
