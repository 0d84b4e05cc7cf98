"""A voice comes from a file or an https address, and is taken only when both files are whole and it spoke."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import asdict

from audio.speech.piper import PiperSettings
from audio.speech.piper_voice import BadVoice, VoiceFolder, sha256_of
from audio.speech.port import Reason, SpeechFailed
from audio.speech.voice_install import Offer, Welcome, install
from tests.fakes.audio_piper import HUMS, program, small_card
from tests.fakes.audio_service import Asked, Reply, ServiceServer

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
MODEL = b"\x08\x07 not really a model" * 1_000
CARD = json.dumps(small_card()).encode()
Install = Callable[..., Welcome]


@pytest.fixture
def folder(tmp_path: Path) -> VoiceFolder:
    return VoiceFolder(tmp_path / "voices")


@pytest.fixture
def brought(tmp_path: Path) -> Path:
    (tmp_path / "brought").mkdir()
    path = tmp_path / "brought" / "vi_VN-x-medium.onnx"
    path.write_bytes(MODEL)
    Path(f"{path}.json").write_bytes(CARD)
    return path


@pytest.fixture
def take(folder: VoiceFolder, tmp_path: Path, authority: tuple[Path, Path]) -> Install:
    settings = PiperSettings(program=program(tmp_path, HUMS))

    def taken(source: object, *, told: Callable[[int], None] = lambda _bytes: None, **offer: str) -> Welcome:
        made = Offer(source=str(source), authorities=str(authority[0]), **offer)
        return install(made, folder, settings, NOW, told)

    return taken


@pytest.fixture
def shop(service: ServiceServer) -> ServiceServer:
    """A server with the two files."""
    files = {"/v/vi_VN-x-medium.onnx": MODEL, "/v/vi_VN-x-medium.onnx.json": CARD}

    def shape(asked: Asked) -> Reply:
        body = files.get(asked.path.partition("?")[0])
        return Reply(404) if body is None else Reply(body=body, content_type="application/octet-stream")

    service.shape = shape
    return service


def test_the_real_voice_was_installed_by_the_real_program(voices: VoiceFolder, voice_offer: Offer) -> None:
    voice = voices.chosen(None)
    voice.verify()
    assert (voice.name, voice.record.language, voice.record.rate) == ("thu-nghiem", "vi", 22_050)
    assert voice.record.model_sha256 == sha256_of(Path(voice_offer.source))


def test_a_pair_of_files_is_taken_under_the_name_of_the_model(
    brought: Path, take: Install, folder: VoiceFolder
) -> None:
    welcome = take(brought)
    assert folder.names() == ("vi_VN-x-medium",)
    assert welcome.said.duration_ms > 100
    record = welcome.voice.record
    assert (record.length_scale, record.source, record.at) == (1.2, str(brought), NOW)
    assert folder.voice("vi_VN-x-medium").record == record
    assert "source" in asdict(record)


def test_the_card_may_lie_elsewhere_and_the_name_be_another(brought: Path, take: Install, folder: VoiceFolder) -> None:
    card = Path(f"{brought}.json").rename(brought.with_name("the.json"))
    take(brought, card=str(card), name="giong-xa")
    assert folder.names() == ("giong-xa",)


@pytest.mark.parametrize("wanted", [sha256_of, lambda path: sha256_of(path).upper()])
def test_the_right_hash_is_taken(brought: Path, take: Install, wanted: Callable[[Path], str]) -> None:
    assert take(brought, sha256=wanted(brought)).voice.record.model_sha256 == sha256_of(brought)


def _leaves_nothing(folder: VoiceFolder, tmp_path: Path) -> None:
    assert folder.names() == ()
    assert list((tmp_path / "voices").glob("*")) == []


def test_another_hash_is_refused(brought: Path, take: Install, folder: VoiceFolder, tmp_path: Path) -> None:
    with pytest.raises(BadVoice, match="SHA-256"):
        take(brought, sha256="0" * 64)
    _leaves_nothing(folder, tmp_path)


@pytest.mark.parametrize("missing", ["", ".json"])
def test_half_a_pair_is_refused(
    brought: Path, take: Install, folder: VoiceFolder, tmp_path: Path, missing: str
) -> None:
    Path(f"{brought}{missing}").unlink()
    with pytest.raises(OSError, match="No such file"):
        take(brought)
    _leaves_nothing(folder, tmp_path)


def test_a_card_that_is_no_card_is_refused(brought: Path, take: Install, folder: VoiceFolder, tmp_path: Path) -> None:
    Path(f"{brought}.json").write_text('{"audio": {}}')
    with pytest.raises(BadVoice):
        take(brought)
    _leaves_nothing(folder, tmp_path)


def test_a_voice_that_does_not_speak_is_refused(
    brought: Path, folder: VoiceFolder, tmp_path: Path, piper_settings: PiperSettings
) -> None:
    with pytest.raises(SpeechFailed) as caught:
        install(Offer(source=str(brought)), folder, piper_settings, NOW)
    assert caught.value.reason is Reason.CRASHED
    _leaves_nothing(folder, tmp_path)


def test_a_name_that_is_taken_is_refused_before_anything_is_fetched(
    shop: ServiceServer, brought: Path, take: Install
) -> None:
    take(brought)
    with pytest.raises(FileExistsError):
        take(f"https://{shop.host}/v/vi_VN-x-medium.onnx")
    assert shop.asked == []


def test_both_files_are_fetched_by_https_also_behind_a_question_mark(
    shop: ServiceServer, take: Install, folder: VoiceFolder
) -> None:
    come: list[int] = []
    welcome = take(f"https://{shop.host}/v/vi_VN-x-medium.onnx?token=kin", told=come.append)
    assert [asked.path for asked in shop.asked] == [
        "/v/vi_VN-x-medium.onnx.json?token=kin",
        "/v/vi_VN-x-medium.onnx?token=kin",
    ]
    assert come[-1] == len(MODEL)
    assert welcome.voice.record.source == f"https://{shop.host}/v/vi_VN-x-medium.onnx"


def test_a_redirection_is_followed_to_https_only(
    shop: ServiceServer, take: Install, folder: VoiceFolder, tmp_path: Path
) -> None:
    address = f"https://{shop.host}/v/vi_VN-x-medium.onnx"
    shop.press(Reply(302, headers={"Location": "/v/vi_VN-x-medium.onnx.json"}))
    take(address)
    folder.remove("vi_VN-x-medium")
    shop.press(Reply(302, headers={"Location": "http://127.0.0.1/v.json"}))
    with pytest.raises(BadVoice, match="https"):
        take(address)
    shop.press(*[Reply(302, headers={"Location": "/again"})] * 9)
    with pytest.raises(BadVoice, match="redirections"):
        take(address)
    _leaves_nothing(folder, tmp_path)


@pytest.mark.parametrize("source", ["http://127.0.0.1/a.onnx", "ftp://127.0.0.1/a.onnx", "https://me@127.0.0.1/a.onnx"])
def test_no_other_kind_of_address_is_asked(take: Install, source: str) -> None:
    with pytest.raises(BadVoice, match="https"):
        take(source)


def test_a_server_that_has_it_not_or_breaks_off(
    shop: ServiceServer, take: Install, folder: VoiceFolder, tmp_path: Path
) -> None:
    with pytest.raises(BadVoice, match="404"):
        take(f"https://{shop.host}/v/other.onnx")
    shop.press(Reply(body=CARD), Reply(body=MODEL, headers={"Content-Length": str(2 * len(MODEL))}))
    with pytest.raises(OSError, match="IncompleteRead"):
        take(f"https://{shop.host}/v/vi_VN-x-medium.onnx")
    _leaves_nothing(folder, tmp_path)


def test_a_card_without_end_is_cut_off(shop: ServiceServer, take: Install) -> None:
    shop.press(Reply(body=b" " * (3 << 20)))
    with pytest.raises(BadVoice, match="larger"):
        take(f"https://{shop.host}/v/vi_VN-x-medium.onnx")


def test_a_server_that_nobody_vouches_for_is_refused(shop: ServiceServer, folder: VoiceFolder) -> None:
    with pytest.raises(OSError, match="certificate"):
        install(Offer(source=f"https://{shop.host}/v/vi_VN-x-medium.onnx"), folder, PiperSettings(), NOW)


@pytest.mark.parametrize("source", ["voice.bin", "https://127.0.0.1/voice", "giọng.onnx"])
def test_what_is_not_named_like_a_voice_is_refused(take: Install, source: str) -> None:
    with pytest.raises(BadVoice, match="name"):
        take(source)
