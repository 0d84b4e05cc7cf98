"""A furnished desk for every test of a use case."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.desk import Office, furnish, open_desk


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    found = open_desk(tmp_path)
    furnish(found)
    found.kicks.clear()
    yield found
    found.desk.sessions.kw["bind"].dispose()
