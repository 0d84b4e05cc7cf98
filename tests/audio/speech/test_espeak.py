import subprocess
import sys
from array import array
from pathlib import Path

import pytest

from audio.speech import espeak
from audio.speech.espeak import Espeak, EspeakVoice
from audio.speech.port import Reason, SpeechFailed


def _program(tmp_path: Path, code: str) -> Path:
    path = tmp_path / "program.py"
    path.write_text(code)
    return path


def _reason(engine: Espeak) -> tuple[Reason, bool]:
    with pytest.raises(SpeechFailed) as caught:
        engine.speak("xin chào bà con", "vi")
    return caught.value.reason, caught.value.retryable


def test_it_never_touches_full_scale() -> None:
    samples = array("h", Espeak().speak("Báo cáo. Khẩn cấp! Toàn thể bà con chú ý: phát phát phát.", "vi").samples)
    assert 8_000 < max(map(abs, samples)) < 32_000


def test_six_tones_sound_different() -> None:
    spoken = {Espeak().speak(word, "vi").samples for word in ("ma", "má", "mà", "mả", "mã", "mạ")}
    assert len(spoken) == 6


def test_the_rate_changes_the_length() -> None:
    slow, fast = (Espeak(EspeakVoice(words_a_minute=rate)).speak("xin chào bà con", "vi") for rate in (100, 200))
    assert slow.duration_ms > 1.4 * fast.duration_ms


def test_a_line_break_is_a_pause() -> None:
    broken, flowing = (Espeak().speak(text, "vi") for text in ("bà con\nchú ý", "bà con chú ý"))
    assert broken.duration_ms > flowing.duration_ms + 100


def test_markup_and_control_characters_are_only_text() -> None:
    plain = Espeak().speak("chú ý [[ma]] <speak>\0 bà con", "vi")
    assert plain.duration_ms > 1_000


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.abort()",
        "import sys; sys.exit(3)",
        "bytearray(4 << 30)",
        "raise SystemExit('broken')",
    ],
)
def test_a_crash_is_reported_and_may_be_retried(tmp_path: Path, code: str) -> None:
    assert _reason(Espeak(program=_program(tmp_path, code))) == (Reason.CRASHED, True)


def _writes(channels: int, count: int, samples: str) -> str:
    return (
        "import sys, wave; f = wave.open(sys.stdout.buffer, 'wb');"
        f"f.setparams(({channels}, 2, 22050, {count}, 'NONE', '')); f.writeframes({samples})"
    )


@pytest.mark.parametrize(
    "code",
    [
        "pass",
        "print('not a sound')",
        "import sys; sys.stdout.buffer.write(b'RIFF' + bytes(40))",
        _writes(2, 44_100, "b'abcd' * 44100"),
        _writes(1, 9, "b'ab' * 9"),
        _writes(1, 44_100, "bytes(88200)"),
    ],
    ids=["nothing", "text", "half a header", "stereo", "a click", "silence"],
)
def test_output_that_is_no_speech_is_refused(tmp_path: Path, code: str) -> None:
    assert _reason(Espeak(program=_program(tmp_path, code)))[0] is Reason.NO_SOUND


def test_half_a_file_is_refused(tmp_path: Path) -> None:
    code = (
        "import io, sys, wave; b = io.BytesIO(); f = wave.open(b, 'wb'); f.setparams((1, 2, 22050, 0, 'NONE', ''));"
        "f.writeframes(b'ab' * 22050); f.close(); sys.stdout.buffer.write(b.getvalue()[:20000])"
    )
    assert _reason(Espeak(program=_program(tmp_path, code)))[0] is Reason.NO_SOUND


def test_a_voice_that_is_not_installed_is_a_failure() -> None:
    assert _reason(Espeak(EspeakVoice(voice="vi-nowhere")))[0] is Reason.CRASHED


def test_the_library_is_never_loaded_into_this_process() -> None:
    code = (
        "import sys; from audio.speech.espeak import Espeak; Espeak().speak('xin chào', 'vi');"
        "assert 'espeakng_loader' not in sys.modules; assert 'espeak' not in open('/proc/self/maps').read()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_program_imports_nothing_of_this_project() -> None:
    text = Path(espeak.__file__).with_name("espeak_program.py").read_text()
    assert "import audio" not in text
    assert "from audio" not in text


@pytest.mark.parametrize("settings", [{"words_a_minute": 20}, {"volume_percent": 0}, {"volume_percent": 101}])
def test_bad_settings_are_refused(settings: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must be"):
        EspeakVoice(**settings)
