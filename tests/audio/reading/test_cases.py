"""Every written case is read exactly as it stands in the case file, and the exam as its examiner expects."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from audio.reading import read, read_line, spoken_lines

HERE = Path(__file__).parent
CASES = tomllib.loads((HERE / "cases.toml").read_text("utf-8"))["case"]
EXAM = tomllib.loads((HERE / "exam.toml").read_text("utf-8"))["case"]
"""Written by somebody who had not seen the rules nor the cases."""


def heard(spoken: str) -> str:
    """What a listener can tell apart: the words, and where a sentence ends within the text."""
    words = re.sub(r"[,;:?!()\"“”]", " ", spoken.casefold())
    return " ".join(words.replace(".", " . ").split()).removesuffix(" .")


@pytest.mark.parametrize("case", CASES, ids=[case["source"] for case in CASES])
def test_a_notice_is_read_exactly(case: dict[str, str]) -> None:
    assert read_line(case["source"]) == case["spoken"]


@pytest.mark.parametrize("case", EXAM, ids=[case["source"] for case in EXAM])
def test_the_examiner_hears_what_he_expects(case: dict[str, str]) -> None:
    assert heard(read_line(case["source"])) == heard(case["spoken"])


def test_one_case_after_another_does_not_colour_the_next() -> None:
    sources = "\n".join(case["source"] for case in CASES)
    assert spoken_lines(sources) == [case["spoken"] for case in CASES]


def test_no_case_with_a_clear_meaning_asks_anything() -> None:
    asked = {case["category"] for case in CASES if read(case["source"]).questions}
    assert asked <= {"ambiguous", "roads and places"}


def test_the_case_files_are_broad() -> None:
    counted = Counter(case["category"] for case in CASES)
    assert sum(counted.values()) == len({case["source"] for case in CASES}) >= 420
    assert len(counted) >= 20
    assert len({case["source"] for case in EXAM} - {case["source"] for case in CASES}) >= 300
