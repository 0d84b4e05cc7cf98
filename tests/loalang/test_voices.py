"""`loalang voices`: the order is shown, a voice is brought, tried and removed, and what fails says so in a sentence."""

import json
import wave
from pathlib import Path

import pytest

from loalang.command import main
from tests.fakes.audio_piper import HUMS, program, small_card


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose Piper hums."""
    folder = tmp_path / "data"
    folder.mkdir()
    (command,) = program(tmp_path, HUMS)
    configure(folder, f'[speech.piper]\nprogram = "{command}"\n')
    return folder


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    path = tmp_path / "vi_VN-x-medium.onnx"
    path.write_bytes(b"a model")
    Path(f"{path}.json").write_text(json.dumps(small_card()))
    return path


def configure(folder: Path, text: str) -> None:
    (folder / "controller.toml").write_text(text, encoding="utf-8")


def voices(*words: object) -> int:
    return main(["voices", *map(str, words)])


def seconds(path: Path) -> float:
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


def test_a_voice_is_installed_listed_tried_and_removed(data: Path, brought: Path, tmp_path: Path, capsys) -> None:
    heard = tmp_path / "nghe.wav"
    assert voices("install", brought, "--data", data, "--out", heard) == 0
    told = capsys.readouterr().out
    assert "Đã cài giọng “vi_VN-x-medium” (vi)" in told
    assert "giấy phép" in told
    assert "Hãy so với mã" in told
    assert seconds(heard) > 1
    assert voices("list", "--data", data) == 0
    told = capsys.readouterr().out
    assert "1. Piper (trên máy này), giọng vi_VN-x-medium" in told
    assert "2. eSpeak" in told
    assert "✓ vi_VN-x-medium: vi, 22050 Hz" in told
    assert voices("try", "UBND xã họp lúc 7h30", "--data", data, "--out", heard) == 0
    told = capsys.readouterr().out
    assert "bảy giờ ba mươi" in told
    assert "Piper (trên máy này), giọng vi_VN-x-medium" in told
    assert voices("remove", "vi_VN-x-medium", "--data", data) == 0
    assert voices("list", "--data", data) == 0
    assert "Chưa cài giọng nào cho Piper." in capsys.readouterr().out


def test_one_voice_can_be_tried_alone(data: Path, brought: Path, tmp_path: Path, capsys) -> None:
    voices("install", brought, "--data", data, "--name", "giong-a")
    heard = tmp_path / "nghe.wav"
    assert voices("try", "xin chào bà con", "--engine", "espeak", "--data", data, "--out", heard) == 0
    assert "eSpeak (trên máy này), giọng vi: " in capsys.readouterr().out
    assert voices("try", "xin chào bà con", "--engine", "piper:giong-a", "--data", data, "--out", heard) == 0
    assert "giọng giong-a" in capsys.readouterr().out


def test_the_file_has_a_name_when_none_is_given(data: Path, tmp_path: Path, monkeypatch, capsys) -> None:
    monkeypatch.chdir(tmp_path)
    assert voices("try", "xin chào bà con", "--data", data) == 0
    assert seconds(tmp_path / "giong-doc-thu.wav") > 0.5


def test_a_voice_that_was_changed_is_listed_as_damaged(data: Path, brought: Path, capsys) -> None:
    voices("install", brought, "--data", data, "--sha256", "3bcf3c8a" + "0" * 56)
    assert "SHA-256" in capsys.readouterr().err
    assert voices("install", brought, "--data", data) == 0
    (data / "voices" / "vi_VN-x-medium" / "voice.onnx").write_bytes(b"another model")
    capsys.readouterr()
    assert voices("list", "--data", data) == 1
    told = capsys.readouterr().out
    assert "✗ Piper (trên máy này): chưa cài đặt xong" in told
    assert "✗ vi_VN-x-medium" in told


def test_a_service_is_listed_without_being_asked(data: Path, capsys) -> None:
    configure(
        data,
        """[speech]
order = ["tinh", "gtts"]
[[speech.https]]
name = "tinh"
url = "https://giong.example/tts"
text = "{text}{secret.key}"
secrets = { key = { file = "/no/such/key" } }
answer = { kind = "audio" }
""",
    )
    assert voices("list", "--data", data) == 1
    told = capsys.readouterr().out
    assert "1. ✗ tinh: chưa cài đặt xong trên máy này (secret 'key'" in told
    assert "2. Google (qua Internet), giọng google-vi (gửi văn bản qua Internet): sẵn sàng" in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["install", "/no/such/voice.onnx"], "No such file"),
        (["install", "voice.bin"], "voice.bin"),
        (["install", "http://example.vn/voice.onnx"], "https"),
        (["remove", "khac"], "Không có giọng “khac”"),
        (["try", "***"], "không có chữ nào"),
        (["try", "xin chào", "--engine", "siri"], "siri"),
        (["try", "xin chào", "--engine", "piper:khac"], "chưa cài đặt xong"),
        (["try", "pây", "--language", "tyz"], "không đọc được tiếng"),
    ],
)
def test_what_cannot_be_done_says_why(data: Path, words: list[str], told: str, capsys) -> None:
    assert voices(*words, "--data", data) == 2
    assert told in capsys.readouterr().err


def test_a_name_that_is_taken_and_a_voice_that_does_not_speak(data: Path, brought: Path, tmp_path, capsys) -> None:
    voices("install", brought, "--data", data)
    capsys.readouterr()
    assert voices("install", brought, "--data", data) == 2
    assert "Đã có giọng tên “vi_VN-x-medium”" in capsys.readouterr().err
    program(tmp_path, "raise SystemExit('no')")
    assert voices("install", brought, "--name", "khac", "--data", data) == 2
    assert "chương trình đọc bị lỗi" in capsys.readouterr().err


def test_a_bad_configuration_is_named(data: Path, capsys) -> None:
    configure(data, '[speech]\norder = ["siri"]')
    assert voices("list", "--data", data) == 2
    assert "siri" in capsys.readouterr().err
