"""The engines that a configuration asks for, in its order, set as it says."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from audio.ffmpeg import Ffmpeg
from audio.speech.espeak import Espeak
from audio.speech.health import Condition
from audio.speech.https_description import AudioAnswer, HttpsVoice, Region
from audio.speech.piper_voice import CARD, MODEL, Installed, PiperVoice, VoiceFolder, sha256_of
from audio.speech.port import Reason
from controller.speech_config import EspeakSpeech, PiperSpeech, Speech
from controller.voices import engine_name, engines, voice_folder, voice_order
from tests.fakes.audio_piper import HUMS, program

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
SERVICE = HttpsVoice(
    name="tinh",
    url="https://giong.example/tts",
    text="{text}",
    answer=AudioAnswer(),
    voices={Region.NORTH: "mai", Region.SOUTH: "lan"},
)


def _installed(folder: VoiceFolder, name: str) -> None:
    with folder.draft() as draft:
        for file in (MODEL, CARD):
            (draft / file).write_bytes(name.encode())
        record = Installed(
            name=name,
            language="vi",
            rate=22_050,
            length_scale=1.0,
            model_sha256=sha256_of(draft / MODEL),
            card_sha256=sha256_of(draft / CARD),
            source="here",
            at=NOW,
        )
        folder.take(PiperVoice(draft, record))


def _named(speech: Speech, data: Path) -> list[tuple[str, str, str]]:
    return [(name, engine.name, engine.voice) for name, engine in engines(speech, data, Ffmpeg())]


def test_the_order_is_the_configured_one_and_ends_with_espeak(tmp_path: Path) -> None:
    _installed(voice_folder(tmp_path), "giong-a")
    _installed(voice_folder(tmp_path), "giong-b")
    speech = Speech(
        order=("piper:giong-b", "tinh", "gtts", "piper"), https=(SERVICE,), piper=PiperSpeech(voice="giong-a")
    )
    assert _named(speech, tmp_path) == [
        ("piper:giong-b", "piper", "giong-b"),
        ("tinh", "tinh", "mai"),
        ("gtts", "gtts", "google-vi"),
        ("piper", "piper", "giong-a"),
        ("espeak", "espeak", "vi"),
    ]


@pytest.mark.parametrize(
    ("region", "espeak", "service"),
    [(Region.NORTH, "vi", "mai"), (Region.CENTRAL, "vi-vn-x-central", "tinh"), (Region.SOUTH, "vi-vn-x-south", "lan")],
)
def test_a_region_chooses_the_voice_where_an_engine_has_several(
    tmp_path: Path, region: Region, espeak: str, service: str
) -> None:
    speech = Speech(order=("tinh",), https=(SERVICE,), region=region)
    assert [voice for _name, _engine, voice in _named(speech, tmp_path)] == [service, espeak]


@pytest.mark.parametrize("region", Region)
def test_every_region_of_espeak_speaks(tmp_path: Path, region: Region) -> None:
    ((_name, engine),) = engines(Speech(region=region), tmp_path, Ffmpeg())
    assert engine.speak("xin chào bà con", "vi").duration_ms > 500


def test_a_voice_that_is_installed_is_used_without_being_named(tmp_path: Path) -> None:
    assert _named(Speech(), tmp_path) == [("espeak", "espeak", "vi")]
    _installed(voice_folder(tmp_path), "giong-a")
    assert _named(Speech(), tmp_path)[0] == ("piper", "piper", "giong-a")


def test_settings_reach_the_engine(tmp_path: Path) -> None:
    ((_name, slow),) = engines(Speech(espeak=EspeakSpeech(rate=90)), tmp_path, Ffmpeg())
    assert slow.speak("xin chào bà con", "vi").duration_ms > Espeak().speak("xin chào bà con", "vi").duration_ms * 1.2


def test_a_named_voice_that_is_not_there_is_passed_over_and_told(tmp_path: Path) -> None:
    order = voice_order(Speech(order=("piper",)), tmp_path, Ffmpeg(), lambda: NOW)
    spoken = order.speak(["xin chào bà con"], "vi")
    assert spoken.engine == "espeak"
    assert [(one.engine, one.reason) for one in spoken.failures] == [("piper", Reason.NOT_SET_UP)]
    assert [one.condition for one in order.health(NOW)] == [Condition.RESTING, Condition.WORKING]


def test_what_was_spoken_is_kept_in_the_data_folder_or_not_at_all(tmp_path: Path) -> None:
    _installed(voice_folder(tmp_path), "giong-a")
    (command,) = program(tmp_path, HUMS)
    piper = PiperSpeech(program=command)
    assert voice_order(Speech(piper=piper, kept_mb=0), tmp_path, Ffmpeg()).speak(["một"], "vi").engine == "piper"
    assert not (tmp_path / "passages").exists()
    voice_order(Speech(piper=piper), tmp_path, Ffmpeg()).speak(["một"], "vi")
    assert len(list((tmp_path / "passages").glob("*/*"))) == 1
    Path(command).unlink()
    assert voice_order(Speech(piper=piper), tmp_path, Ffmpeg()).speak(["một"], "vi").engine == "piper"


def test_all_voices_of_piper_are_piper_to_an_emergency() -> None:
    assert [engine_name(name) for name in ("piper:giong-b", "piper", "gtts")] == ["piper", "piper", "gtts"]
