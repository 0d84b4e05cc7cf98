from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.studio.waveform import COLUMNS, Folding, Waveform


@given(values=st.lists(st.integers(0, 255), max_size=300))
def test_a_row_of_any_length_fits_and_keeps_its_heights(values: list[int]) -> None:
    row = Folding(8)
    for value in values:
        row.add(value)
    assert len(row.held) <= 8
    each = row.each
    assert row.held == [max(values[start : start + each]) for start in range(0, len(values), each)]


def test_it_folds_no_earlier_than_it_must() -> None:
    row = Folding(4)
    for value in (1, 2, 3, 4):
        row.add(value)
    assert (row.held, row.each) == ([1, 2, 3, 4], 1)
    row.add(5)
    assert (row.held, row.each) == ([2, 4, 5], 2)


def _peaks(samples: "array[int]", block: int = 10_000) -> tuple[float, ...]:
    waveform = Waveform()
    data = samples.tobytes()
    for start in range(0, len(data), block):
        waveform.take(data[start : start + block])
    return waveform.peaks()


@pytest.mark.parametrize("seconds", [0.5, 1, 3.3, 40])
def test_the_outline_of_a_swelling_sound_swells(seconds: float) -> None:
    count = round(seconds * 48_000)
    swelling = array("h", (32_767 * (index + 1) // count * (-1) ** index for index in range(count)))
    peaks = _peaks(swelling)
    assert len(peaks) == COLUMNS
    assert list(peaks) == sorted(peaks)
    assert peaks[0] < 0.06
    assert peaks[-1] == 1.0
    assert peaks[COLUMNS // 2] == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("block", [1, 7, 480, 100_001])
def test_the_outline_does_not_depend_on_how_the_sound_comes(block: int) -> None:
    samples = array("h", (index * 7919 % 20_000 - 10_000 for index in range(5_000)))
    assert _peaks(samples, block) == _peaks(samples)


def test_the_deepest_sample_is_no_error() -> None:
    assert max(_peaks(array("h", [-32_768] * 1_000))) == 1.0


def test_of_nothing_the_outline_is_flat() -> None:
    assert _peaks(array("h")) == (0.0,) * COLUMNS
