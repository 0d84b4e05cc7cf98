"""docs/promises.md names tests that exist: a renamed test must not leave a promise without one."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(?:(?P<file>[\w/]+\.py))?(?:::(?P<test>test_\w+))?`")


def test_every_test_that_a_promise_names_exists() -> None:
    missing = []
    for line in (ROOT / "docs" / "promises.md").read_text("utf-8").splitlines():
        file = None
        for match in NAMED.finditer(line):
            file = match["file"] or file
            path = ROOT / "tests" / (file or "")
            held = path.is_file() and (match["test"] is None or f"def {match['test']}(" in path.read_text("utf-8"))
            if not held:
                missing.append(match[0])
    assert missing == []
