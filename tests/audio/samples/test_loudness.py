import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.samples.loudness import decibels, fade_out, gain, level_dbfs

BLOCKS = st.lists(st.integers(-32_768, 32_767), max_size=2_000).map(lambda values: array("h", values).tobytes())


@pytest.mark.parametrize(("percent", "expected"), [(100, 0), (50, -10), (25, -20), (10, -33.2), (1, -66.4)])
def test_half_the_figure_is_ten_decibels_less(percent: int, expected: float) -> None:
    assert decibels(percent) == pytest.approx(expected, abs=0.05)


@pytest.mark.parametrize("percent", [-1, 101])
def test_a_volume_beyond_its_range_is_refused(percent: int) -> None:
    with pytest.raises(ValueError, match="0 to 100"):
        gain(b"\0\0", percent)


@given(BLOCKS, st.integers(0, 100))
def test_gain_keeps_the_length_and_never_amplifies(block: bytes, percent: int) -> None:
    before, after = array("h", block), array("h", gain(block, percent))
    assert len(after) == len(before)
    assert all(abs(new) <= abs(old) for new, old in zip(after, before, strict=True))


def test_the_ends_of_the_scale() -> None:
    block = array("h", [1_000, -32_768, 32_767]).tobytes()
    assert gain(block, 100) == block
    assert gain(block, 0) == bytes(6)


def test_the_level_of_a_full_square_is_zero_and_of_silence_minus_infinity() -> None:
    assert level_dbfs(array("h", [32_767, -32_767] * 50).tobytes()) == pytest.approx(0, abs=0.01)
    assert level_dbfs(array("h", [3_277, -3_277] * 50).tobytes()) == pytest.approx(-20, abs=0.01)
    assert level_dbfs(bytes(100)) == level_dbfs(b"") == -math.inf


@given(BLOCKS)
def test_a_fade_keeps_the_length_and_ends_in_silence(block: bytes) -> None:
    faded = array("h", fade_out(block))
    assert len(faded) == len(block) // 2
    assert all(abs(new) <= abs(old) for new, old in zip(faded, array("h", block), strict=True))
    assert not any(faded[len(faded) * 15 // 16 :])
