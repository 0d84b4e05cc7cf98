import math
from array import array
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
import pyloudnorm
import pytest
from scipy.signal import resample_poly

from audio.child import Limits
from audio.ffmpeg import Ffmpeg, Source
from audio.formats import WAV
from audio.samples.clip_reader import RATE, samples
from audio.speech.espeak import Espeak
from audio.studio.composition import Layout, compose, compose_tones
from audio.studio.findings import Channels
from audio.studio.mastering import (
    TARGET_LUFS,
    TOLERANCE_LU,
    TRUE_PEAK_DBTP,
    Bench,
    Extract,
    Mastered,
    Mastering,
    Profile,
    Settings,
    Try,
    master,
    mastering_filters,
    next_settings,
)
from audio.studio.refusal import Refusal, RefusedAudio
from audio.studio.signature import Signature
from tests.fakes.audio_sound import VOICE, make, sound

LIMITS = Limits(wall_s=30, cpu_s=30, memory_bytes=1 << 30, output_bytes=1 << 26)
NOTICE = "Ủy ban nhân dân xã thông báo: mời bà con đến nhà văn hóa lúc bảy giờ sáng chủ nhật để họp thôn."


def _bench(ffmpeg: Ffmpeg, **settings: float) -> Bench:
    return Bench(ffmpeg, Mastering(**settings), LIMITS, 3_600)  # type: ignore[arg-type]


def _master(path: Path, clip: Path, bench: Bench) -> Mastered:
    return master(Source(path, WAV), clip, bench)


def _decoded(clip: Path) -> np.ndarray:
    return np.frombuffer(b"".join(samples(clip)), dtype="<i2") / 32_768


def _true_peak(sound: np.ndarray) -> float:
    return 20 * math.log10(np.abs(resample_poly(sound, 4, 1)).max())


@pytest.fixture(scope="session")
def notice(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notice") / "notice.wav"
    with path.open("wb") as file:
        compose([Espeak().speak(NOTICE, "vi")], Layout()).write(file)
    return path


@pytest.mark.parametrize("target", [-14.0, -16.0, -20.0])
def test_speech_has_the_stated_loudness_by_an_independent_meter(
    notice: Path, ffmpeg: Ffmpeg, tmp_path: Path, target: float
) -> None:
    clip = tmp_path / "clip.opus"
    measured = _master(notice, clip, _bench(ffmpeg, target_lufs=target))
    loudness = pyloudnorm.Meter(RATE).integrated_loudness(_decoded(clip))
    assert loudness == pytest.approx(target, abs=0.5)
    assert measured.loudness_lufs == pytest.approx(loudness, abs=0.2)
    assert measured.true_peak_dbtp == pytest.approx(_true_peak(_decoded(clip)), abs=0.3)


def test_quiet_and_loud_recordings_end_equally_loud(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    quiet = sound(tmp_path / "quiet.wav", 4, VOICE.replace("0.4", "0.01").replace("0.05", "0.001"))
    loud = sound(tmp_path / "loud.wav", 4, VOICE.replace("0.4", "0.95"))
    ends = [_master(path, tmp_path / "clip.opus", _bench(ffmpeg)).loudness_lufs for path in (quiet, loud)]
    assert ends[0] == pytest.approx(ends[1], abs=0.6)


@pytest.mark.parametrize("gain", [5.0, 12.0, 22.0])
def test_the_true_peak_into_the_encoder_keeps_its_limit(notice: Path, ffmpeg: Ffmpeg, gain: float) -> None:
    with TemporaryFile() as plain:
        filters = mastering_filters(-23.0, Settings(gain, -3.0), Profile.HORN)
        ffmpeg.process(Source(notice, WAV), filters, ("-f", "f32le", "pipe:1"), result=plain, limits=LIMITS)
        plain.seek(0)
        assert _true_peak(np.frombuffer(plain.read(), dtype="<f4")) <= -3.0


def test_only_a_horn_s_band_is_left(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    clip = tmp_path / "clip.opus"
    _master(sound(tmp_path / "noise.wav", 4, "anoisesrc=c=white:r=48000:a=0.3:seed=1"), clip, _bench(ffmpeg))
    spectrum = np.abs(np.fft.rfft(_decoded(clip))) ** 2
    pitch = np.fft.rfftfreq(len(_decoded(clip)), 1 / RATE)
    middle = spectrum[(pitch > 1_000) & (pitch < 3_000)].mean()
    assert 10 * math.log10(spectrum[pitch < 120].mean() / middle) < -20
    assert 10 * math.log10(spectrum[pitch > 14_000].mean() / middle) < -12


def test_the_same_input_gives_the_same_bytes(notice: Path, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    clips = [tmp_path / name for name in ("one.opus", "two.opus")]
    for clip in clips:
        _master(notice, clip, _bench(ffmpeg))
    assert clips[0].read_bytes() == clips[1].read_bytes()


def test_half_a_minute_takes_about_90_kilobytes(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    clip = tmp_path / "clip.opus"
    _master(sound(tmp_path / "half.wav", 30), clip, _bench(ffmpeg))
    assert 60_000 < clip.stat().st_size < 115_000


def test_the_length_is_kept_to_the_sample(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav", 2, "sine=f=1000:r=48000")
    clip = tmp_path / "clip.opus"
    assert _master(path, clip, _bench(ffmpeg)).duration_ms == 2_000
    assert len(_decoded(clip)) == 96_000


def test_sound_begins_where_it_began(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    """Neither filters, nor the limiter's look-ahead, nor the codec's pre-skip may move or cut the first syllable."""
    path = sound(tmp_path / "a.wav", 2, "aevalsrc='gt(t,1)*0.3*sin(2*PI*1000*t)':s=48000")
    clip = tmp_path / "clip.opus"
    _master(path, clip, _bench(ffmpeg))
    decoded = np.abs(_decoded(clip))
    onset = int(np.argmax(decoded > decoded.max() / 3))
    assert onset / RATE == pytest.approx(1.0, abs=0.006)


def test_a_sound_of_short_bursts_is_not_driven_without_end(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    """Nothing but clicks cannot reach the target under a peak limit: it is told as it is, quieter than the target."""
    path = sound(tmp_path / "a.wav", 4, "aevalsrc='0.9*lt(mod(t,0.9),0.002)*sin(2*PI*1500*t)':s=48000")
    measured = _master(path, tmp_path / "clip.opus", _bench(ffmpeg))
    assert measured.loudness_lufs < -18
    assert measured.true_peak_dbtp < -1


def test_a_full_disk_is_not_the_sound_s_fault(notice: Path, ffmpeg: Ffmpeg) -> None:
    with pytest.raises(OSError, match="No space left"):
        _master(notice, Path("/dev/full"), _bench(ffmpeg))


def test_silence_gives_a_clear_refusal(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    with pytest.raises(RefusedAudio) as caught:
        _master(sound(tmp_path / "a.wav", 2, "anullsrc=r=48000:cl=mono"), tmp_path / "clip.opus", _bench(ffmpeg))
    assert caught.value.code is Refusal.SILENT


@pytest.mark.parametrize(
    "settings", [{"target_lufs": -12}, {"target_lufs": -24}, {"true_peak_dbtp": 0}, {"bit_rate": 6_000}]
)
def test_an_aim_that_a_horn_cannot_meet_is_refused(settings: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        Mastering(**settings)


def _try(gain: float, loudness: float, peak: float = -5.0, ceiling: float = -3.3) -> Try:
    return Try(Settings(gain, ceiling), Mastered(1_000, loudness, peak, ()))


def test_the_next_gain_follows_what_the_last_decibel_brought() -> None:
    aim = Mastering(target_lufs=-16)
    first = next_settings([], aim).gain_db

    def gain(*tries: Try) -> float:
        return next_settings(tries, aim).gain_db

    assert gain(_try(first, -17)) == first + 1
    assert gain(_try(first, -17), _try(first + 1, -16.5)) == pytest.approx(first + 2)
    assert gain(_try(first, -17), _try(first + 1, -17)) == pytest.approx(first + 1 + 1 / 0.15)
    assert gain(_try(first, -17), _try(first, -16.5)) == pytest.approx(first + 0.5)
    assert gain(_try(first, -40)) == first + 16


def test_the_limit_is_lowered_by_what_the_encoder_added_and_never_raised() -> None:
    aim = Mastering(true_peak_dbtp=-3.0)
    lowered = next_settings([_try(12, -16, peak=-2.5, ceiling=-3.3)], aim)
    assert lowered.ceiling_dbtp == pytest.approx(-4.2)
    assert lowered.gain_db > 12
    assert next_settings([_try(12, -17, peak=-6.0, ceiling=-3.3)], aim).ceiling_dbtp == -3.3


def test_of_several_tries_none_is_better_than_one_whose_peak_is_too_high() -> None:
    aim = Mastering()
    tries = [_try(12, -16.0, peak=-2.9), _try(12, -17.5), _try(12, -16.4)]
    assert min(tries, key=lambda one: one.distance(aim)) is tries[2]
    assert [one.meets(aim) for one in tries] == [False, False, False]
    assert _try(12, -16.3, peak=-3.1).meets(aim)


def test_the_samples_are_not_clipped(notice: Path, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    clip = tmp_path / "clip.opus"
    _master(notice, clip, _bench(ffmpeg))
    assert max(map(abs, array("h", b"".join(samples(clip))))) < 32_000


MIXED = {
    "telephone": "highpass=f=300,lowpass=f=3400,aresample=8000",
    "much too loud": "volume=12dB,aformat=sample_fmts=s16",
    "much too quiet": "volume=-30dB",
    "bass boom": "bass=g=15",
    "hall": "aecho=0.8:0.6:60|120:0.5|0.3",
    "clicks of a bad plug": "aeval='val(0)+0.9*lt(mod(t,1.3),0.0002)':c=same",
}


@pytest.mark.parametrize("chain", MIXED.values(), ids=MIXED.keys())
def test_mixed_recordings_have_the_stated_loudness_and_true_peak(
    notice: Path, ffmpeg: Ffmpeg, tmp_path: Path, chain: str
) -> None:
    path, clip = tmp_path / "mixed.wav", tmp_path / "clip.opus"
    make(path, "-i", str(notice), "-af", chain)
    _master(path, clip, _bench(ffmpeg))
    assert pyloudnorm.Meter(RATE).integrated_loudness(_decoded(clip)) == pytest.approx(TARGET_LUFS, abs=TOLERANCE_LU)
    assert _true_peak(_decoded(clip)) <= TRUE_PEAK_DBTP


@pytest.mark.parametrize("kind", [Signature.SPRING, Signature.HIGHLAND])
def test_tunes_have_it_too(ffmpeg: Ffmpeg, tmp_path: Path, kind: Signature) -> None:
    path, clip = tmp_path / "tune.wav", tmp_path / "clip.opus"
    with path.open("wb") as file:
        compose_tones(kind).write(file)
    _master(path, clip, _bench(ffmpeg))
    assert pyloudnorm.Meter(RATE).integrated_loudness(_decoded(clip)) == pytest.approx(TARGET_LUFS, abs=TOLERANCE_LU)
    assert _true_peak(_decoded(clip)) <= TRUE_PEAK_DBTP


def _share_below(clip: Path, hertz: float) -> float:
    power = np.abs(np.fft.rfft(_decoded(clip))) ** 2
    return float(power[np.fft.rfftfreq(len(_decoded(clip)), 1 / RATE) < hertz].sum() / power.sum())


def test_for_indoor_loudspeakers_the_lower_voice_is_left(notice: Path, ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    shares = {}
    for profile in Profile:
        measured = _master(notice, tmp_path / profile, Bench(ffmpeg, Mastering(profile=profile), LIMITS, 3_600))
        assert measured.loudness_lufs == pytest.approx(TARGET_LUFS, abs=TOLERANCE_LU)
        shares[profile] = _share_below(tmp_path / profile, 250)
    assert shares[Profile.PLAIN] > 10 * shares[Profile.HORN]


def test_an_extract_is_cut_where_it_is_said(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav", 4, "aevalsrc='0.3*sin(2*PI*if(lt(t,2),700,1500)*t)':s=48000")
    clip = tmp_path / "clip.opus"
    measured = master(Source(path, WAV), clip, _bench(ffmpeg), extract=Extract(1.5, 3.0))
    assert measured.duration_ms == 1_500
    halves = _decoded(clip)[:22_000], _decoded(clip)[26_000:]
    pitches = [np.fft.rfftfreq(len(half), 1 / RATE)[np.abs(np.fft.rfft(half)).argmax()] for half in halves]
    assert pitches == pytest.approx([700, 1_500], abs=5)


def test_an_extract_uses_the_channel_that_is_named(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav", 2, "aevalsrc='0.3*sin(2*PI*700*t)|0.3*sin(2*PI*1500*t)':s=48000")
    for channels, pitch in ((Channels.LEFT, 700), (Channels.RIGHT, 1_500)):
        clip = tmp_path / f"{channels}.opus"
        master(Source(path, WAV), clip, _bench(ffmpeg), extract=Extract(channels=channels))
        spectrum = np.abs(np.fft.rfft(_decoded(clip)))
        assert np.fft.rfftfreq(len(_decoded(clip)), 1 / RATE)[spectrum.argmax()] == pytest.approx(pitch, abs=5)


def test_the_outline_is_of_the_clip_itself(ffmpeg: Ffmpeg, tmp_path: Path) -> None:
    clip = tmp_path / "clip.opus"
    path = sound(tmp_path / "a.wav", 4, "aevalsrc='if(lt(t,2),0.01,0.1)*sin(2*PI*800*t)':s=48000")
    peaks = _master(path, clip, _bench(ffmpeg)).peaks
    decoded = np.abs(_decoded(clip))
    assert max(peaks) == pytest.approx(decoded.max(), abs=0.002)
    assert max(peaks[:190]) < 0.5 * min(peaks[210:])
