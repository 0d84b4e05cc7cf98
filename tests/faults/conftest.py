"""What the fault tests share: a village, and the way to run tests that mostly wait side by side.

A test that is marked `beside` takes `folder` (and its parameters) and nothing else. All chosen ones begin in a few
threads when the first is to run, the longest first; each is then passed or failed in its own place.
"""

import contextlib
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.faults.figures import FIGURES
from tests.faults.village import Village, village

AT_A_TIME = 6
POOL = pytest.StashKey[ThreadPoolExecutor]()
STORIES = pytest.StashKey[dict[str, "Future[None]"]]()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Village]:
    with village(tmp_path) as made:
        yield made


@pytest.fixture
def folder(tmp_path_factory: pytest.TempPathFactory) -> pytest.TempPathFactory:
    """Where the folders come from; a test is given one of its own (`_begun`)."""
    return tmp_path_factory


def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if pyfuncitem.get_closest_marker("beside") is None:
        return None
    _begun(pyfuncitem.session, pyfuncitem.funcargs["folder"])[pyfuncitem.nodeid].result()
    return True


def pytest_sessionfinish(session: pytest.Session) -> None:
    with contextlib.suppress(KeyError):
        session.stash[POOL].shutdown(cancel_futures=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if FIGURES:
        terminalreporter.section("figures")
        terminalreporter.write_line("\n".join(FIGURES))


def _begun(session: pytest.Session, folders: pytest.TempPathFactory) -> dict[str, "Future[None]"]:
    if POOL not in session.stash:
        chosen = [item for item in session.items if isinstance(item, pytest.Function)]
        beside = [item for item in chosen if item.get_closest_marker("beside") is not None]
        session.stash[POOL] = pool = ThreadPoolExecutor(AT_A_TIME)
        session.stash[STORIES] = {
            item.nodeid: pool.submit(item.obj, **_parameters(item), folder=folders.mktemp("beside"))
            for item in sorted(beside, key=_longest_first)
        }
    return session.stash[STORIES]


def _parameters(item: pytest.Function) -> dict[str, object]:
    return dict(item.callspec.params) if hasattr(item, "callspec") else {}


def _longest_first(item: pytest.Function) -> float:
    mark = item.get_closest_marker("beside")
    assert mark is not None
    return -float(mark.kwargs["seconds"])
