"""The neural voice: the real program with a real model; and programs in its place that fail as it might."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from audio.speech import piper
from audio.speech.piper import Piper, PiperSettings, found_program
from audio.speech.piper_voice import BadVoice, PiperVoice, UnknownVoice, VoiceFolder
from audio.speech.port import Reason, SpeechFailed
from tests.fakes.audio_piper import HUMS, program

SENTENCE = "Mời bà con đến nhà văn hóa."


def _engine(voice: PiperVoice, folder: Path, code: str, **settings: float) -> Piper:
    return Piper(lambda: voice, PiperSettings(program=program(folder, code), **settings))


def _reason(engine: Piper) -> tuple[Reason, bool]:
    with pytest.raises(SpeechFailed) as caught:
        engine.speak(SENTENCE, "vi")
    return caught.value.reason, caught.value.retryable


def test_the_real_one_says_who_it_is_and_speaks_slower_when_told_to(
    piper_voice: PiperVoice, piper_settings: PiperSettings
) -> None:
    quick, slow = (
        Piper(lambda: piper_voice, replace(piper_settings, noise=0.0, rhythm=0.0, speed=speed)) for speed in (2.0, 0.8)
    )
    assert (quick.name, quick.voice, quick.languages, quick.offline) == ("piper", "thu-nghiem", {"vi"}, True)
    assert quick.identity != slow.identity
    assert slow.speak("Mời bà con.", "vi").duration_ms > 1.5 * quick.speak("Mời bà con.", "vi").duration_ms


def test_the_real_one_never_touches_full_scale(piper_voice: PiperVoice, piper_settings: PiperSettings) -> None:
    passage = Piper(lambda: piper_voice, piper_settings).speak("Chú ý. Chú ý!", "vi")
    samples = memoryview(passage.samples).cast("h")
    assert 8_000 < max(map(abs, samples)) < 24_000


def test_all_passages_of_a_bulletin_go_through_one_process_in_their_order(
    piper_voice: PiperVoice, tmp_path: Path
) -> None:
    engine = _engine(piper_voice, tmp_path, HUMS, pause_s=0.0)
    lengths = [passage.duration_ms for passage in engine.speak_each(["một", "hai hai", "ba ba ba ba"], "vi")]
    assert lengths == [80, 160, 240]


def test_a_long_sentence_is_cut_and_joined_with_a_pause(piper_voice: PiperVoice, tmp_path: Path) -> None:
    engine = _engine(piper_voice, tmp_path, HUMS, pause_s=0.5)
    text = "bà con " * 100
    assert engine.speak(text, "vi").duration_ms == pytest.approx(20 * 700 + 2 * 500, rel=0.02)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("một\nhai", ["một. hai"]),
        ("một.\n\nhai", ["một. hai"]),
        ("[[ma]] [[[ba", ["[ [ma]] [ [ [ba"]),
        ("a\0b\x1b\u200bc", ["a b c"]),
        ("một\u2028hai", ["một. hai"]),
    ],
)
def test_no_text_is_taken_for_a_sign_of_the_program(text: str, read: list[str]) -> None:
    assert [line.rstrip(".") for line in piper._lines(text)] == read


@pytest.mark.parametrize(
    ("code", "reason", "retryable"),
    [
        ("import os; os.abort()", Reason.CRASHED, True),
        ("raise SystemExit('Unable to find voice')", Reason.CRASHED, True),
        ("bytearray(8 << 30)", Reason.CRASHED, True),
        ("pass", Reason.NO_SOUND, True),
        (f"{HUMS}open(f'{{folder}}/99.wav', 'wb').close()", Reason.NO_SOUND, True),
        (HUMS.replace("441 *", "0 *"), Reason.NO_SOUND, True),
        (HUMS.replace("(1, 2,", "(2, 2,"), Reason.NO_SOUND, True),
        (HUMS.replace("x10", "x00").replace("x27", "x00"), Reason.NO_SOUND, True),
    ],
    ids=["abort", "no voice", "memory", "nothing", "one more", "empty", "stereo", "silence"],
)
def test_a_program_that_gives_no_speech_is_a_failure(
    piper_voice: PiperVoice, tmp_path: Path, code: str, reason: Reason, *, retryable: bool
) -> None:
    assert _reason(_engine(piper_voice, tmp_path, code)) == (reason, retryable)


def test_an_emergency_cuts_its_time_short(piper_voice: PiperVoice, tmp_path: Path) -> None:
    engine = _engine(piper_voice, tmp_path, "import threading; threading.Event().wait()")
    with pytest.raises(SpeechFailed) as caught:
        list(engine.speak_each([SENTENCE], "vi", 0.3))
    assert caught.value.reason is Reason.TIMED_OUT


def test_it_is_told_to_report_to_nobody_and_reaches_no_network(piper_voice: PiperVoice, tmp_path: Path) -> None:
    code = (
        "import os, socket, sys\n"
        "if os.environ.get('ORT_DISABLE_TELEMETRY') != '1' or set(os.environ) - {'ORT_DISABLE_TELEMETRY', 'LC_ALL'}:\n"
        "    sys.exit('told wrongly')\n"
    )
    assert _engine(piper_voice, tmp_path, code + HUMS).speak(SENTENCE, "vi").duration_ms > 100


def test_a_voice_whose_bytes_changed_is_never_given_to_the_program(piper_voice: PiperVoice, tmp_path: Path) -> None:
    other = replace(piper_voice, folder=tmp_path)
    for file in piper_voice.folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[:-1])
    engine = _engine(other, tmp_path, "open('/started', 'w')")
    assert _reason(engine) == (Reason.NOT_SET_UP, False)
    with pytest.raises(SpeechFailed):
        engine.check()


@pytest.mark.parametrize("error", [UnknownVoice("no voice"), BadVoice("broken")])
def test_without_a_voice_it_is_not_set_up_and_takes_one_as_soon_as_there_is_one(
    piper_voice: PiperVoice, tmp_path: Path, error: Exception
) -> None:
    found: list[PiperVoice] = []

    def chosen() -> PiperVoice:
        if not found:
            raise error
        return found[0]

    engine = Piper(chosen, PiperSettings(program=program(tmp_path, HUMS)))
    assert (engine.voice, engine.languages) == ("-", {"vi"})
    assert _reason(engine) == (Reason.NOT_SET_UP, False)
    before = engine.identity
    found.append(piper_voice)
    assert engine.speak(SENTENCE, "vi").duration_ms > 100
    assert engine.identity != before


def test_without_its_program_it_is_not_set_up(voices: VoiceFolder) -> None:
    engine = Piper(lambda: voices.chosen(None), PiperSettings(program=("no-such-program",)))
    assert _reason(engine) == (Reason.NOT_SET_UP, False)


def test_the_program_is_found_in_the_environment_made_for_it() -> None:
    assert found_program() == (str(Path(sys.prefix) / "piper" / "bin" / "piper"),)


def test_nothing_of_it_is_imported() -> None:
    for module in Path(piper.__file__).parent.glob("*.py"):
        text = module.read_text(encoding="utf-8")
        assert "import piper\n" not in text
        assert "from piper " not in text
        assert "onnxruntime" not in text


@pytest.mark.parametrize(
    "settings", [{"speed": 0.1}, {"noise": 2.0}, {"rhythm": -1.0}, {"pause_s": 9.0}, {"volume": 0.0}]
)
def test_bad_settings_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        PiperSettings(**settings)
