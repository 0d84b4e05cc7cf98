import numpy as np
import pytest

from audio.studio.chime import Closing, Opening, tune

SOUNDING = [Opening.CHIME, Opening.ATTENTION, Opening.TEST, Closing.TONE]


def _samples(kind: Opening | Closing, rate: int = 24_000) -> np.ndarray:
    return np.frombuffer(tune(kind, rate), dtype="<i2") / 32_768


@pytest.mark.parametrize("kind", SOUNDING)
def test_tones_begin_and_end_softly_and_never_clip(kind: Opening | Closing) -> None:
    tones = _samples(kind)
    assert np.abs(tones).max() == pytest.approx(0.5, abs=0.001)
    assert np.abs(tones[:3]).max() < 0.1
    assert np.abs(tones[-10:]).max() < 0.02


@pytest.mark.parametrize("kind", SOUNDING)
def test_tones_lie_where_a_horn_carries(kind: Opening | Closing) -> None:
    spectrum = np.abs(np.fft.rfft(_samples(kind))) ** 2
    pitch = np.fft.rfftfreq(len(_samples(kind)), 1 / 24_000)
    assert spectrum[(pitch > 450) & (pitch < 3_500)].sum() > 0.98 * spectrum.sum()


@pytest.mark.parametrize("kind", SOUNDING)
def test_a_tune_lasts_equally_long_at_every_rate(kind: Opening | Closing) -> None:
    lengths = {round(len(tune(kind, rate)) / 2 / rate, 3) for rate in (16_000, 22_050, 24_000, 48_000)}
    assert len(lengths) == 1
    assert 0.5 < lengths.pop() < 4


def test_every_kind_is_told_apart_and_none_is_silent() -> None:
    assert len({tune(kind, 24_000) for kind in SOUNDING}) == len(SOUNDING)
    assert tune(Opening.NONE, 24_000) == tune(Closing.NONE, 24_000) == b""


def test_an_emergency_changes_between_two_pitches() -> None:
    tones = _samples(Opening.ATTENTION)
    halves = np.array_split(tones, 6)
    pitches = [np.fft.rfftfreq(len(half), 1 / 24_000)[np.abs(np.fft.rfft(half)).argmax()] for half in halves]
    assert pitches == pytest.approx([988, 659, 988, 659, 988, 659], abs=5)
