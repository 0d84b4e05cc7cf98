"""What every test shares: the repository on the import path, properties without a deadline, and who runs beside whom.

A busy machine must not fail a property: hypothesis judges what is found, not how long a call takes.

`make test` runs two workers. Tests that mostly wait for real processes are one group, which one worker takes up first;
the other worker meanwhile takes the files that compute.
"""

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent
WAITING = ("browser", "faults", "system", "controller/adapters/test_process.py", "edge/test_process")
"""Where tests that start programs and wait for them begin, below tests/."""

sys.path.insert(0, str(ROOT.parent))

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


def _group(place: str) -> str:
    """Return the group of a test by its file, as pytest names it from the repository."""
    return "waiting" if place.removeprefix("tests/").startswith(WAITING) else place


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each group to one worker, whole, in the order in which they were collected."""
    from xdist.scheduler import LoadScopeScheduling

    class ByGroup(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid.partition("::")[0])

    return ByGroup(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the waiting ones, of several workers; one process alone keeps the order of the files."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _group(item.nodeid.partition("::")[0]) != "waiting")
