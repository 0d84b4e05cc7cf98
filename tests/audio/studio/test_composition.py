import io
import wave

import numpy as np
import pytest

from audio.speech.port import Passage
from audio.studio.chime import Closing, Opening, Tones, tune
from audio.studio.composition import Layout, compose, compose_tones
from audio.studio.signature import Signature

RATE = 24_000
SPEECH = Passage(RATE, (np.sin(np.arange(RATE) * 0.2) * 6_000).astype("<i2").tobytes())
ALONE = Layout(opening=Opening.NONE, closing=Closing.NONE, gap_ms=1_000, pause_ms=600)
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
    sound = _written(ALONE)
    assert len(sound) == RATE + 2 * RATE * LEAD_MS // 1000
    assert _stretches(sound) == [(LEAD_MS, LEAD_MS + 1_000)]


@pytest.mark.parametrize("repeat", [1, 2, 3])
def test_speech_is_repeated_with_a_gap(repeat: int) -> None:
    layout = Layout(repeat=repeat, opening=Opening.NONE, closing=Closing.NONE, gap_ms=1_000)
    expected = [(LEAD_MS + 2_000 * turn, LEAD_MS + 2_000 * turn + 1_000) for turn in range(repeat)]
    assert _stretches(_written(layout)) == expected


def test_passages_are_parted_by_a_pause_and_all_repeated() -> None:
    layout = Layout(repeat=2, opening=Opening.NONE, closing=Closing.NONE, gap_ms=1_000, pause_ms=700)
    starts = [start - LEAD_MS for start, _ in _stretches(_written(layout, SPEECH, SPEECH))]
    assert starts == [0, 1_700, 3_700, 5_400]


def test_a_tune_may_stand_before_each_repetition_but_not_before_the_first() -> None:
    layout = Layout(
        repeat=3, opening=Opening.NONE, closing=Closing.NONE, between=Opening.TEST, gap_ms=1_000, pause_ms=600
    )
    pips_ms = len(tune(Opening.TEST, RATE)) * 500 // RATE
    round_ms = 1_000 + pips_ms + 600 + 1_000
    speech = [start - LEAD_MS for start, end in _stretches(_written(layout)) if end - start > 900]
    assert speech == [0, round_ms, 2 * round_ms]


@pytest.mark.parametrize("kind", [Opening.CHIME, Closing.TONE, Signature.RIVER])
def test_tones_alone_have_a_breath_of_silence_at_both_ends(kind: Tones) -> None:
    composition = compose_tones(kind)
    tones_ms = len(tune(kind, composition.rate)) * 500 // composition.rate
    assert composition.duration_ms == pytest.approx(tones_ms + 2 * LEAD_MS, abs=1)


def test_repeated_speech_is_held_once() -> None:
    parts = compose([SPEECH], Layout(repeat=3)).parts
    assert len({id(part) for part in parts if part.frame_count() == RATE}) == 1


def _power(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound.astype(float) ** 2)))


@pytest.mark.parametrize("opening", [Opening.CHIME, Opening.ATTENTION, Opening.TEST, Signature.DAWN])
@pytest.mark.parametrize("closing", [*Closing, Signature.EVENING])
def test_tones_stand_around_the_speech_a_little_below_its_power(
    opening: Opening | Signature, closing: Closing | Signature
) -> None:
    sound = _written(Layout(opening=opening, closing=closing, pause_ms=1_000))
    lead, first = LEAD_MS * RATE // 1000, len(tune(opening, RATE)) // 2
    last = len(tune(closing, RATE)) // 2
    speech = _power(sound[lead + first + RATE :][:RATE])
    assert _power(sound[lead : lead + first]) == pytest.approx(0.89 * speech, rel=0.02)
    if closing is not Closing.NONE:
        assert _power(sound[-lead - last : -lead]) == pytest.approx(0.89 * speech, rel=0.02)
    else:
        assert len(sound) == lead + first + RATE + RATE + lead


def test_tones_beside_speech_at_full_power_do_not_clip() -> None:
    loud = Passage(RATE, np.tile(np.repeat(np.array([32_000, -32_000], "<i2"), 20), 600).tobytes())
    sound = _written(Layout(), loud)
    assert np.abs(sound[: RATE // 2]).max() < 0.9 * 32_768


@pytest.mark.parametrize(
    "bad", [{"repeat": 0}, {"repeat": 4}, {"gap_ms": -1}, {"gap_ms": 10_001}, {"pause_ms": 599}, {"pause_ms": 1_501}]
)
def test_a_layout_out_of_bounds_is_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Layout(**bad)


def test_two_voices_in_one_bulletin_are_refused() -> None:
    with pytest.raises(ValueError, match="one rate"):
        compose([SPEECH, Passage(22_050, SPEECH.samples)], ALONE)


def test_a_bulletin_without_speech_is_refused() -> None:
    with pytest.raises(ValueError, match="one rate"):
        compose([], ALONE)
