import wave
from pathlib import Path

import numpy as np
import pytest

from audio.child import ChildFailed, Limits
from audio.ffmpeg import Ffmpeg, Source
from audio.formats import M4A, MP3, WAV
from audio.speech.espeak import Espeak
from audio.studio.analysis import Channels, Findings, Problem, look
from audio.studio.signature import Signature, melody
from audio.studio.waveform import COLUMNS
from tests.fakes.audio_sound import make

LIMITS = Limits(wall_s=60, cpu_s=60, memory_bytes=1 << 30, output_bytes=1 << 20)
RATE = 22_050
NOTICE = (
    "Ủy ban nhân dân xã thông báo: mời bà con đến nhà văn hóa thôn họp vào tối thứ bảy. "
    "Nội dung bàn việc làm đường và nước sạch. Đề nghị bà con đến đúng giờ."
)


@pytest.fixture(scope="session")
def speech() -> np.ndarray:
    """Some ten seconds of clean speech, at its own rate, full scale 1."""
    passage = Espeak().speak(NOTICE, "vi")
    assert passage.rate == RATE
    return np.frombuffer(passage.samples, dtype="<i2") / 32_768


def _wav(path: Path, sound: np.ndarray, rate: int = RATE) -> Source:
    """Samples of one or more channels as a 16-bit file; what is beyond full scale is clipped."""
    with wave.open(str(path), "wb") as file:
        file.setparams((1 if sound.ndim == 1 else sound.shape[1], 2, rate, 0, "NONE", ""))
        file.writeframes((np.clip(sound, -1, 1) * 32_767).astype("<i2").tobytes())
    return Source(path, WAV)


@pytest.fixture
def found(ffmpeg: Ffmpeg, tmp_path: Path):
    def find(sound: np.ndarray, rate: int = RATE) -> Findings:
        return look(_wav(tmp_path / "sound.wav", sound, rate), ffmpeg, LIMITS)

    return find


def _noise(count: int, dbfs: float) -> np.ndarray:
    return np.random.default_rng(1).standard_normal(count) * 10 ** (dbfs / 20)


def _silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE))


def _in_band_dbfs(sound: np.ndarray) -> float:
    """Of what a horn carries."""
    spectrum, pitch = np.fft.rfft(sound), np.fft.rfftfreq(len(sound), 1 / RATE)
    return _power_dbfs(np.fft.irfft(spectrum * ((pitch > 300) & (pitch < 7_000)), len(sound)))


def _power_dbfs(sound: np.ndarray) -> float:
    return 10 * np.log10(np.mean(sound**2))


def test_clean_speech_has_no_problem(found, speech: np.ndarray) -> None:
    findings = found(speech)
    assert findings.problems == ()
    assert findings.channels is Channels.ALL
    assert findings.duration_s == pytest.approx(len(speech) / RATE, abs=0.01)
    assert findings.clipped_share == 0
    assert findings.snr_db > 40
    assert 0 < findings.silent_share < 0.4


@pytest.mark.parametrize("codec", ["mp3", "m4a"])
def test_what_a_telephone_made_of_clean_speech_has_no_problem(
    ffmpeg: Ffmpeg, tmp_path: Path, speech: np.ndarray, codec: str
) -> None:
    _wav(tmp_path / "a.wav", speech)
    made = tmp_path / f"a.{codec}"
    make(made, "-i", str(tmp_path / "a.wav"), "-b:a", "32k", "-ar", "16000")
    findings = look(Source(made, MP3 if codec == "mp3" else M4A), ffmpeg, LIMITS)
    assert findings.problems == ()


def test_the_outline_follows_the_sound(found) -> None:
    tone = np.sin(np.arange(4 * RATE) * 0.2)
    steps = np.repeat([0.1, 0.8, 0.0, 0.4], RATE)
    peaks = found(tone * steps).peaks
    assert len(peaks) == COLUMNS
    for quarter, height in enumerate([0.1, 0.8, 0.0, 0.4]):
        inside = peaks[quarter * 100 + 3 : quarter * 100 + 97]
        assert inside == pytest.approx([height] * len(inside), abs=0.02)


@pytest.mark.parametrize("noise_dbfs", [None, -60, -50])
def test_silence_at_the_ends_is_found_and_cut_off_but_never_inside(
    found, speech: np.ndarray, noise_dbfs: float | None
) -> None:
    sound = np.r_[_silence(2), speech, _silence(2), speech, _silence(3)]
    if noise_dbfs is not None:
        sound = sound + _noise(len(sound), noise_dbfs)
    findings = found(sound)
    assert findings.silence_lead_s == pytest.approx(2, abs=0.1)
    assert findings.silence_tail_s == pytest.approx(3, abs=0.3)
    assert findings.silence_longest_s == pytest.approx(2, abs=0.4)
    begin, end = findings.sound_s
    assert 1.7 < begin < 2.0
    assert len(sound) / RATE - 3.1 < end < len(sound) / RATE - 2.5


def test_the_click_of_the_button_is_not_the_first_syllable(found, speech: np.ndarray) -> None:
    sound = np.r_[_silence(2), speech, _silence(2)]
    sound[RATE // 2 : RATE // 2 + 200] = 0.9
    sound[-RATE // 2 : -RATE // 2 + 200] = -0.9
    findings = found(sound)
    assert findings.silence_lead_s == pytest.approx(2, abs=0.1)
    assert findings.silence_tail_s == pytest.approx(2, abs=0.3)


def test_sound_from_end_to_end_is_left_whole(found) -> None:
    findings = found(np.sin(np.arange(3 * RATE) * 0.2) * 0.3)
    assert (findings.silence_lead_s, findings.silence_tail_s, findings.silent_share) == (0, 0, 0)
    assert findings.sound_s == (0.0, 3.0)


def test_a_long_silence_inside_is_a_problem(found, speech: np.ndarray) -> None:
    assert Problem.LONG_SILENCE not in found(np.r_[speech, _silence(4), speech]).problems
    findings = found(np.r_[speech, _silence(6), speech])
    assert findings.problems == (Problem.LONG_SILENCE,)
    assert findings.silence_longest_s == pytest.approx(6, abs=0.4)
    assert findings.sound_s[1] > 2 * len(speech) / RATE


@pytest.mark.parametrize(("level_dbfs", "problem"), [(-20, False), (-35, False), (-50, True), (-60, True)])
def test_speech_recorded_too_quietly_is_told(found, speech: np.ndarray, level_dbfs: float, problem: bool) -> None:
    quieter = speech * 10 ** ((level_dbfs - _power_dbfs(speech)) / 20)
    findings = found(quieter)
    assert findings.problems == ((Problem.TOO_QUIET,) if problem else ())
    assert findings.level_dbfs == pytest.approx(level_dbfs, abs=5)


@pytest.mark.parametrize(("over_db", "problem"), [(-6, False), (0, False), (3, True), (6, True), (12, True)])
@pytest.mark.parametrize("rate", [RATE, 44_100])
def test_clipped_speech_is_told_and_speech_that_touches_full_scale_is_not(
    found, speech: np.ndarray, over_db: float, problem: bool, rate: int
) -> None:
    loud = speech / np.abs(speech).max() * 10 ** (over_db / 20)
    assert (Problem.CLIPPED in found(loud, rate).problems) == problem


@pytest.mark.parametrize("codec", ["mp3", "m4a"])
def test_clipped_speech_is_told_also_after_it_was_coded(
    ffmpeg: Ffmpeg, tmp_path: Path, speech: np.ndarray, codec: str
) -> None:
    _wav(tmp_path / "a.wav", speech / np.abs(speech).max() * 4)
    made = tmp_path / f"a.{codec}"
    make(made, "-i", str(tmp_path / "a.wav"), "-b:a", "64k")
    assert Problem.CLIPPED in look(Source(made, MP3 if codec == "mp3" else M4A), ffmpeg, LIMITS).problems


@pytest.mark.parametrize(("snr_db", "problem"), [(40, False), (25, False), (10, True), (5, True)])
@pytest.mark.parametrize("colour", ["white", "pink"])
def test_speech_in_noise_is_told(found, speech: np.ndarray, snr_db: float, problem: bool, colour: str) -> None:
    sound = np.r_[_silence(0.5), speech, _silence(1.5)]
    noise = _noise(len(sound), 0)
    if colour == "pink":
        spectrum = np.fft.rfft(noise)
        noise = np.fft.irfft(spectrum / np.sqrt(np.arange(len(spectrum)) + 50), len(noise))
    level = _in_band_dbfs(speech) - snr_db - _in_band_dbfs(noise)
    findings = found(sound + noise * 10 ** (level / 20))
    assert (Problem.NOISY in findings.problems) == problem
    assert findings.snr_db == pytest.approx(snr_db, abs=4)


def test_music_is_not_called_noisy(found) -> None:
    tune = np.frombuffer(melody(Signature.SPRING, RATE), dtype="<i2") / 32_768
    assert found(np.r_[tune, tune]).problems == ()


@pytest.mark.parametrize(("below_db", "problem"), [(25, True), (35, True), (50, False)])
@pytest.mark.parametrize("hertz", [49.9, 50.1])
def test_mains_hum_is_told(found, speech: np.ndarray, below_db: float, problem: bool, hertz: float) -> None:
    sound = np.r_[_silence(1), speech, _silence(1)]
    seconds = np.arange(len(sound)) / RATE
    hum = sum(np.sin(2 * np.pi * hertz * multiple * seconds) / multiple for multiple in (1, 2, 3, 5))
    hum *= 10 ** ((_power_dbfs(speech) - below_db) / 20) / np.sqrt(np.mean(hum**2))
    assert (Problem.HUM in found(sound + hum).problems) == problem


@pytest.mark.parametrize("rumble_hz", [20, 65, 90, 120])
def test_another_low_sound_is_not_called_hum(found, speech: np.ndarray, rumble_hz: float) -> None:
    sound = np.r_[_silence(1), speech, _silence(1)]
    chance = np.random.default_rng(2).standard_normal(len(sound))
    spectrum = np.fft.rfft(chance)
    pitch = np.fft.rfftfreq(len(sound), 1 / RATE)
    rumble = np.fft.irfft(spectrum * np.exp(-(((pitch - rumble_hz) / 15) ** 2)), len(sound))
    rumble *= 0.02 / np.sqrt(np.mean(rumble**2))
    assert Problem.HUM not in found(sound + rumble).problems


@pytest.mark.parametrize(("column", "chosen"), [(0, Channels.LEFT), (1, Channels.RIGHT)])
def test_sound_in_one_channel_only_is_told(found, speech: np.ndarray, column: int, chosen: Channels) -> None:
    both = np.stack([speech * 0.02, speech * 0.02], axis=1)
    both[:, column] = speech
    findings = found(both)
    assert findings.problems == (Problem.ONE_CHANNEL,)
    assert findings.channels is chosen


def test_stereo_with_sound_on_both_sides_is_no_problem(found, speech: np.ndarray) -> None:
    findings = found(np.stack([speech, speech * 0.4], axis=1))
    assert (findings.problems, findings.channels) == ((), Channels.ALL)


def test_channels_that_cancel_each_other_are_told_and_one_is_judged(found, speech: np.ndarray) -> None:
    findings = found(np.stack([speech, -0.9 * speech], axis=1))
    assert findings.problems == (Problem.OPPOSED_CHANNELS,)
    assert findings.channels is Channels.LEFT
    assert findings.level_dbfs == pytest.approx(found(speech).level_dbfs, abs=0.5)


def test_silence_is_all_silence(found) -> None:
    findings = found(_silence(3))
    assert (findings.silent_share, findings.silence_lead_s, findings.silence_tail_s) == (1, 3, 0)
    assert findings.problems == (Problem.TOO_QUIET,)
    assert findings.sound_s == (0, 3)
    assert set(findings.peaks) == {0.0}


def test_the_same_file_gives_the_same_findings(found, speech: np.ndarray) -> None:
    assert found(speech) == found(speech)


def test_a_file_that_cannot_be_read_fails(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF\x00\x00\x00\x00WAVE" + bytes(100))
    with pytest.raises(ChildFailed):
        look(Source(tmp_path / "a.wav", WAV), ffmpeg, LIMITS)
