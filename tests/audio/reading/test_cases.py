"""Every written case is read exactly as it stands in the case file."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from audio.reading import read, read_line, spoken_lines

CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["source"] for case in CASES])
def test_a_notice_is_read_exactly(case: dict[str, str]) -> None:
    assert read_line(case["source"]) == case["spoken"]


def test_one_case_after_another_does_not_colour_the_next() -> None:
    sources = "\n".join(case["source"] for case in CASES)
    assert spoken_lines(sources) == [case["spoken"] for case in CASES]


def test_no_case_with_a_clear_meaning_asks_anything() -> None:
    asked = {case["category"] for case in CASES if read(case["source"]).questions}
    assert asked <= {"ambiguous", "roads and places"}


def test_the_case_file_is_broad() -> None:
    counted = Counter(case["category"] for case in CASES)
    assert sum(counted.values()) == len({case["source"] for case in CASES}) >= 200
    assert len(counted) >= 15
