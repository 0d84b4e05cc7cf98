"""What every test shares: the repository on the import path, properties without a deadline, and who runs beside whom.

A busy machine must not fail a property: hypothesis judges what is found, not how long a call takes.

`make test` runs two workers. Tests that mostly wait for real processes are one group, which one worker takes up first;
the other worker meanwhile takes the files that compute.
"""

import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent
WAITING = ("browser", "faults", "system", "controller/adapters/test_process.py", "edge/test_process")
"""Where tests that start programs and wait for them begin, below tests/."""

sys.path.insert(0, str(ROOT.parent))

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Name the group of each test, the waiting ones first; one process alone keeps the order of the files."""
    for item in items:
        where = item.path.relative_to(ROOT).as_posix()
        item.add_marker(pytest.mark.xdist_group("waiting" if where.startswith(WAITING) else where))
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.path.relative_to(ROOT).as_posix().startswith(WAITING))
