"""Voices that an operator brought: what is taken for one, and what happens when its files change afterwards."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audio.speech.piper_voice import (
    CARD,
    MODEL,
    BadVoice,
    Installed,
    PiperVoice,
    UnknownVoice,
    VoiceFolder,
    name_of,
    read_card,
    sha256_of,
)
from tests.fakes.audio_piper import small_card

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def _install(folder: VoiceFolder, name: str = "giong-a") -> PiperVoice:
    with folder.draft() as draft:
        (draft / MODEL).write_bytes(b"model of " + name.encode())
        (draft / CARD).write_text(json.dumps(small_card()))
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
        return folder.take(PiperVoice(draft, record))


@pytest.fixture
def folder(tmp_path: Path) -> VoiceFolder:
    return VoiceFolder(tmp_path / "voices")


def test_a_voice_is_found_whole_and_removed(folder: VoiceFolder, tmp_path: Path) -> None:
    installed = _install(folder)
    assert folder.names() == ("giong-a",)
    assert folder.voice("giong-a") == folder.chosen(None) == installed
    installed.verify()
    assert (installed.model.stat().st_mode & 0o777, installed.folder.stat().st_mode & 0o777) == (0o644, 0o755)
    folder.remove("giong-a")
    assert list((tmp_path / "voices").iterdir()) == []


def test_a_draft_that_is_not_taken_leaves_nothing(folder: VoiceFolder, tmp_path: Path) -> None:
    with folder.draft() as draft:
        (draft / MODEL).write_bytes(b"half")
        assert folder.names() == ()
    assert list((tmp_path / "voices").iterdir()) == []


def test_one_of_several_must_be_chosen(folder: VoiceFolder) -> None:
    with pytest.raises(UnknownVoice, match="no voice"):
        folder.chosen(None)
    _install(folder)
    _install(folder, "giong-b")
    with pytest.raises(UnknownVoice, match="giong-a, giong-b"):
        folder.chosen(None)
    assert folder.chosen("giong-b").name == "giong-b"


@pytest.mark.parametrize("name", ["khac", "../giong-a", "", ".new-x", "giong-a/voice.onnx"])
def test_what_is_not_installed_is_unknown(folder: VoiceFolder, name: str) -> None:
    _install(folder)
    with pytest.raises(UnknownVoice):
        folder.voice(name)
    with pytest.raises(UnknownVoice):
        folder.remove(name)


def test_a_second_voice_of_the_same_name_is_refused(folder: VoiceFolder) -> None:
    _install(folder)
    with pytest.raises(FileExistsError):
        _install(folder)


@pytest.mark.parametrize("file", [MODEL, CARD])
def test_a_changed_or_missing_file_is_noticed(folder: VoiceFolder, file: str) -> None:
    voice = _install(folder)
    with (voice.folder / file).open("ab") as changed:
        changed.write(b" ")
    with pytest.raises(BadVoice, match="changed"):
        voice.verify()
    (voice.folder / file).unlink()
    with pytest.raises(BadVoice, match="No such file"):
        voice.verify()


def test_a_record_that_cannot_be_read_is_a_bad_voice_and_can_be_removed(folder: VoiceFolder) -> None:
    voice = _install(folder)
    (voice.folder / "voice.json").write_text("{")
    with pytest.raises(BadVoice):
        folder.voice("giong-a")
    folder.remove("giong-a")
    assert folder.names() == ()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"audio": {"sample_rate": 8_000}}, "sample_rate"),
        ({"audio": {}}, "sample_rate"),
        ({"espeak": {}}, "voice"),
        ({"espeak": {"voice": "?"}}, "language"),
        ({"phoneme_id_map": None}, "phoneme_id_map"),
        ({"num_speakers": 0}, "num_speakers"),
        ({"phoneme_type": "pinyin"}, "pinyin"),
    ],
)
def test_a_card_that_cannot_be_used_says_why(tmp_path: Path, changes: dict[str, object], told: str) -> None:
    path = tmp_path / "x.onnx.json"
    path.write_text(json.dumps(small_card(**changes)))
    with pytest.raises(BadVoice, match=told):
        read_card(path)


@pytest.mark.parametrize("data", [b"", b"[]", b"\xff\xfe", b"[" * 100_000, b" " * (1 << 21)])
def test_what_is_no_card_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.onnx.json"
    path.write_bytes(data)
    with pytest.raises(BadVoice):
        read_card(path)


@pytest.mark.parametrize(
    ("card", "tag"),
    [
        (small_card(), "vi"),
        (small_card(espeak={"voice": "vi-vn-x-south"}), "vi"),
        (small_card(language={"code": "en_US"}), "vi"),
        (small_card(phoneme_type="text", language={"code": "tyz_VN"}), "tyz-VN"),
    ],
)
def test_a_voice_speaks_the_language_that_its_letters_are_read_in(
    tmp_path: Path, card: dict[str, object], tag: str
) -> None:
    path = tmp_path / "x.onnx.json"
    path.write_text(json.dumps(card))
    assert (read_card(path).tag, read_card(path).length_scale) == (tag, 1.2)


@pytest.mark.parametrize("file", ["a.onnx.json", "a", ".onnx", "../a.onnx", "giọng.onnx", f"{'a' * 65}.onnx"])
def test_a_name_that_is_no_name(file: str) -> None:
    with pytest.raises(BadVoice):
        name_of(file)
    assert name_of("vi_VN-x-medium.onnx") == "vi_VN-x-medium"
