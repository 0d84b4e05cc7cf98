import io
import wave

import numpy as np
import pytest

from audio.speech.port import Passage
from audio.studio.chime import Closing, Opening, tune
from audio.studio.composition import Layout, compose

RATE = 24_000
SPEECH = Passage(RATE, (np.sin(np.arange(RATE) * 0.2) * 6_000).astype("<i2").tobytes())
BARE = Layout(opening=Opening.NONE, closing=Closing.NONE, gap_ms=1_000, pause_ms=500)
LEAD_MS = 150


def _written(layout: Layout, *passages: Passage) -> np.ndarray:
    file = io.BytesIO()
    composition = compose(passages or [SPEECH], layout)
    composition.write(file)
    file.seek(0)
    with wave.open(file) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (1, 2, RATE)
        sound = np.frombuffer(read.readframes(read.getnframes()), dtype="<i2")
    assert composition.duration_ms == len(sound) * 1000 // RATE
    return sound


def _stretches(sound: np.ndarray) -> list[tuple[int, int]]:
    """The sounding stretches in milliseconds, parted by at least 100 ms of silence."""
    loud = np.flatnonzero(np.abs(sound) > 100)
    cuts = np.flatnonzero(np.diff(loud) > RATE // 10)
    starts, ends = np.r_[loud[0], loud[cuts + 1]], np.r_[loud[cuts], loud[-1]]
    return [(round(start * 1000 / RATE), round(end * 1000 / RATE)) for start, end in zip(starts, ends, strict=True)]


def test_speech_alone_has_a_breath_of_silence_at_both_ends() -> None:
    sound = _written(BARE)
    assert len(sound) == RATE + 2 * RATE * LEAD_MS // 1000
    assert _stretches(sound) == [(LEAD_MS, LEAD_MS + 1_000)]


@pytest.mark.parametrize("repeat", [1, 2, 3])
def test_speech_is_repeated_with_a_gap(repeat: int) -> None:
    layout = Layout(repeat=repeat, opening=Opening.NONE, closing=Closing.NONE, gap_ms=1_000)
    expected = [(LEAD_MS + 2_000 * turn, LEAD_MS + 2_000 * turn + 1_000) for turn in range(repeat)]
    assert _stretches(_written(layout)) == expected


def test_passages_are_parted_by_a_pause_and_all_repeated() -> None:
    layout = Layout(repeat=2, opening=Opening.NONE, closing=Closing.NONE, gap_ms=1_000, pause_ms=500)
    starts = [start - LEAD_MS for start, _ in _stretches(_written(layout, SPEECH, SPEECH))]
    assert starts == [0, 1_500, 3_500, 5_000]


def test_repeated_speech_is_held_once() -> None:
    parts = compose([SPEECH], Layout(repeat=3)).parts
    assert len({id(part) for part in parts if part.frame_count() == RATE}) == 1


def _power(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound.astype(float) ** 2)))


@pytest.mark.parametrize("opening", [Opening.CHIME, Opening.ATTENTION, Opening.TEST])
@pytest.mark.parametrize("closing", list(Closing))
def test_tones_stand_around_the_speech_a_little_below_its_power(opening: Opening, closing: Closing) -> None:
    sound = _written(Layout(opening=opening, closing=closing, pause_ms=500))
    lead, first = LEAD_MS * RATE // 1000, len(tune(opening, RATE)) // 2
    last = len(tune(closing, RATE)) // 2
    speech = _power(sound[lead + first + RATE // 2 :][:RATE])
    assert _power(sound[lead : lead + first]) == pytest.approx(0.89 * speech, rel=0.02)
    if closing is Closing.TONE:
        assert _power(sound[-lead - last : -lead]) == pytest.approx(0.89 * speech, rel=0.02)
    else:
        assert len(sound) == lead + first + RATE // 2 + RATE + lead


def test_tones_beside_speech_at_full_power_do_not_clip() -> None:
    loud = Passage(RATE, np.tile(np.repeat(np.array([32_000, -32_000], "<i2"), 20), 600).tobytes())
    sound = _written(Layout(), loud)
    assert np.abs(sound[: RATE // 2]).max() < 0.9 * 32_768


@pytest.mark.parametrize("bad", [{"repeat": 0}, {"repeat": 4}, {"gap_ms": -1}, {"gap_ms": 10_001}, {"pause_ms": -1}])
def test_a_layout_out_of_bounds_is_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Layout(**bad)


def test_two_voices_in_one_bulletin_are_refused() -> None:
    with pytest.raises(ValueError, match="one rate"):
        compose([SPEECH, Passage(22_050, SPEECH.samples)], BARE)


def test_a_bulletin_without_speech_is_refused() -> None:
    with pytest.raises(ValueError, match="one rate"):
        compose([], BARE)
