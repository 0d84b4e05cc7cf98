import math
from itertools import pairwise

import numpy as np
import pytest

from audio.studio.chime import tune
from audio.studio.instruments import PIPE, Note, play
from audio.studio.signature import BAC, HUYNH, NAM, NAO, SCORES, Score, Signature, Voice, melody

RATE = 24_000


def _samples(kind: Signature, rate: int = RATE) -> np.ndarray:
    return np.frombuffer(melody(kind, rate), dtype="<i2") / 32_768


def test_there_are_at_least_six_and_each_has_a_score() -> None:
    assert len(Signature) >= 6
    assert set(SCORES) == set(Signature)


@pytest.mark.parametrize("kind", list(Signature))
def test_a_tune_lasts_three_to_eight_seconds_at_every_rate(kind: Signature) -> None:
    assert 3 <= len(_samples(kind)) / RATE <= 8
    assert len(melody(kind, 16_000)) / 16_000 == pytest.approx(len(melody(kind, RATE)) / RATE, abs=0.001)


@pytest.mark.parametrize("kind", list(Signature))
def test_it_begins_and_ends_softly_and_never_clips(kind: Signature) -> None:
    sound = _samples(kind)
    assert np.abs(sound).max() == pytest.approx(0.5, abs=0.001)
    assert np.abs(sound[:3]).max() < 0.12
    assert np.abs(sound[-20:]).max() < 0.02


@pytest.mark.parametrize("kind", list(Signature))
def test_it_lies_where_a_horn_carries(kind: Signature) -> None:
    power = np.abs(np.fft.rfft(_samples(kind))) ** 2
    pitch = np.fft.rfftfreq(len(_samples(kind)), 1 / RATE)
    assert power[(pitch > 330) & (pitch < 7_000)].sum() > 0.97 * power.sum()


@pytest.mark.parametrize("kind", list(Signature))
def test_every_note_is_of_its_mode_and_it_ends_on_a_note_of_rest(kind: Signature) -> None:
    score = SCORES[kind]
    assert score.mode in {BAC, NAM, NAO, HUYNH}
    assert all(later - earlier >= 2 for earlier, later in pairwise((*score.mode, 12))), "no semitones"
    for note in score.notes():
        semitones = 12 * math.log2(note.pitch / score.tonic)
        assert min(abs((semitones - step + 6) % 12 - 6) for step in score.mode) < 1e-6
    last = [[degree for degree, _ in voice.parsed() if degree is not None][-1] for voice in score.voices]
    assert all(degree % 5 in {0, 3} for degree in last), "the first note or its fifth"


@pytest.mark.parametrize("kind", list(Signature))
def test_its_voices_end_together(kind: Signature) -> None:
    lengths = {sum(beats for _, beats in voice.parsed()) for voice in SCORES[kind].voices}
    assert len(lengths) == 1


def test_all_tunes_differ_and_each_is_always_the_same() -> None:
    assert len({melody(kind, RATE) for kind in Signature}) == len(Signature)
    assert tune(Signature.DAWN, 16_000) == play(tuple(SCORES[Signature.DAWN].notes()), 16_000)


def test_steps_are_read_as_they_are_written() -> None:
    steps = tuple(Voice(PIPE, "0 2:1.5 :0.5 -1:2").parsed())
    assert steps == ((0, 1.0), (2, 1.5), (None, 0.5), (-1, 2.0))


def test_degrees_climb_and_descend_by_octaves() -> None:
    score = Score(HUYNH, 500.0, 0.5, ())
    assert [score.pitch(degree) for degree in (0, 5, -5, 10)] == pytest.approx([500, 1_000, 250, 2_000])
    assert score.pitch(3) == pytest.approx(500 * 2 ** (7 / 12))


def test_a_note_is_heard_at_its_time_and_pitch() -> None:
    sound = np.frombuffer(play((Note(0.5, 0.5, 800.0, PIPE),), RATE), dtype="<i2")
    assert len(sound) == RATE
    assert not sound[: RATE // 2].any()
    spectrum = np.abs(np.fft.rfft(sound))
    assert np.fft.rfftfreq(RATE, 1 / RATE)[spectrum.argmax()] == pytest.approx(800, abs=3)


def test_of_no_notes_nothing_is_heard() -> None:
    assert play((), RATE) == b""
