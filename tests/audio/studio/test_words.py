import pytest

from audio.studio.chime import Closing, Opening
from audio.studio.findings import Problem
from audio.studio.signature import Signature
from words import knows


@pytest.mark.parametrize("code", [*Opening, *Closing, *Signature])
def test_every_tune_has_a_name(code: str) -> None:
    assert knows(f"sound-tune-{code}")


@pytest.mark.parametrize("code", list(Problem))
def test_every_problem_has_its_sentence(code: str) -> None:
    assert knows(f"sound-problem-{code}")
