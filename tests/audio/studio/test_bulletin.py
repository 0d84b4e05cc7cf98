from dataclasses import replace

import numpy as np
import pytest

from audio.samples.clip_reader import RATE, samples
from audio.speech.espeak import Espeak
from audio.speech.order import NoVoice, VoiceOrder
from audio.speech.port import Reason
from audio.studio.bulletin import Script, render_bulletin, render_tones
from audio.studio.chime import Closing, Opening
from audio.studio.composition import Layout
from audio.studio.equipment import Studio
from audio.studio.mastering import TARGET_LUFS, TOLERANCE_LU, TRUE_PEAK_DBTP
from audio.studio.refusal import Refusal, RefusedAudio
from audio.studio.signature import Signature
from tests.fakes.audio_speech import FakeEngine

SCRIPT = Script("vi", ("Đây là chương trình phát thử.", "Mời bà con đến nhà văn hóa lúc bảy giờ."))


@pytest.mark.parametrize(
    "layout",
    [
        Layout(),
        Layout(repeat=3, gap_ms=500, opening=Opening.ATTENTION, closing=Closing.NONE),
        Layout(repeat=2, opening=Opening.TEST),
        Layout(opening=Opening.NONE, closing=Closing.NONE),
    ],
)
def test_a_script_becomes_a_stored_clip_of_the_stated_loudness(studio: Studio, layout: Layout) -> None:
    rendered = render_bulletin(replace(SCRIPT, layout=layout), VoiceOrder([Espeak()]), studio)
    assert (rendered.engine, rendered.voice, rendered.failures) == ("espeak", "vi", ())
    assert studio.store.verify(rendered.clip.hash)
    assert rendered.clip.loudness_lufs == pytest.approx(TARGET_LUFS, abs=TOLERANCE_LU)
    assert rendered.clip.true_peak_dbtp <= TRUE_PEAK_DBTP
    assert len(rendered.clip.peaks) == 400
    decoded = np.frombuffer(b"".join(samples(studio.store.path_of(rendered.clip.hash))), dtype="<i2")
    assert len(decoded) * 1000 / RATE == pytest.approx(rendered.clip.duration_ms, abs=1)
    for end in (decoded[: RATE // 10], decoded[-RATE // 10 :]):
        assert np.abs(end).max() < 300


def test_the_same_script_is_the_same_clip(studio: Studio) -> None:
    voices = VoiceOrder([Espeak()])
    assert render_bulletin(SCRIPT, voices, studio) == render_bulletin(SCRIPT, voices, studio)


def test_the_officer_sees_which_voice_failed_and_which_spoke(studio: Studio) -> None:
    gone = FakeEngine("gtts")
    gone.press([None, Reason.UNREACHABLE])
    rendered = render_bulletin(SCRIPT, VoiceOrder([gone, Espeak()]), studio)
    assert rendered.engine == "espeak"
    assert [(failure.engine, failure.reason) for failure in rendered.failures] == [("gtts", Reason.UNREACHABLE)]


def test_without_a_voice_nothing_is_stored(studio: Studio) -> None:
    engine = FakeEngine()
    engine.press([Reason.CRASHED])
    with pytest.raises(NoVoice):
        render_bulletin(SCRIPT, VoiceOrder([engine]), studio)
    assert [path for path in studio.store.root.rglob("*") if path.is_file()] == []


def test_a_bulletin_that_never_ends_is_refused(studio: Studio) -> None:
    with pytest.raises(RefusedAudio) as caught:
        render_bulletin(SCRIPT, VoiceOrder([FakeEngine()]), replace(studio, longest_upload_s=5))
    assert caught.value.code is Refusal.TOO_LONG


def test_progress_only_grows_and_ends_at_one(studio: Studio) -> None:
    heard: list[float] = []
    render_bulletin(SCRIPT, VoiceOrder([FakeEngine()]), studio, heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


@pytest.mark.parametrize("passages", [(), ("",), ("Mời bà con.", " ... ")])
def test_a_script_that_says_nothing_is_refused(passages: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="letter or digit"):
        Script("vi", passages)


def test_a_signature_tune_is_a_clip_of_its_own_and_always_the_same(studio: Studio) -> None:
    clip = render_tones(Signature.EVENING, studio)
    assert clip == render_tones(Signature.EVENING, studio)
    assert clip.loudness_lufs == pytest.approx(TARGET_LUFS, abs=TOLERANCE_LU)
    assert 3_000 < clip.duration_ms < 9_000
    assert studio.store.verify(clip.hash)


def test_nothing_cannot_be_a_clip(studio: Studio) -> None:
    with pytest.raises(ValueError, match="tones"):
        render_tones(Opening.NONE, studio)
