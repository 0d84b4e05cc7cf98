"""Services as the files in docs/voices describe them, at a local server in the place of the real one."""

from pathlib import Path

import msgspec
from msgspec.structs import replace

from audio.ffmpeg import Ffmpeg
from audio.speech.https_description import AddressAnswer, HttpsVoice, JobAnswer, Region, Secret
from audio.speech.https_voice import HttpsEngine
from audio.speech.pace import Pace
from audio.speech.visit import Patience, Service
from tests.audio.speech.conftest import HandClock
from tests.fakes.audio_service import APP, KEY, ServiceServer

VOICES = Path(__file__).parents[3] / "docs" / "voices"


class _File(msgspec.Struct, forbid_unknown_fields=True):
    speech: dict[str, tuple[HttpsVoice, ...]]


def described(name: str) -> HttpsVoice:
    """The description in docs/voices, as the configuration reads it."""
    file = msgspec.toml.decode((VOICES / f"{name}.toml").read_bytes(), type=_File)
    (found,) = file.speech["https"]
    return found


def at_home(voice: HttpsVoice, server: ServiceServer, folder: Path) -> HttpsVoice:
    """The same description with a local server's address, and with keys in files of a test."""
    answer = voice.answer
    if isinstance(answer, AddressAnswer | JobAnswer):
        answer = replace(answer, hosts=(server.host,))
    if isinstance(answer, JobAnswer):
        answer = replace(answer, status_url=_moved(answer.status_url, server))
    return replace(
        voice, url=_moved(voice.url, server), answer=answer, secrets={name: key(folder, name) for name in voice.secrets}
    )


def key(folder: Path, name: str, text: str | None = None) -> Secret:
    """A key in a file that only its owner can read."""
    path = folder / f"{name}.secret"
    path.write_text(f"{text or (APP if name == 'app' else KEY)}\n")
    path.chmod(0o600)
    return Secret(file=str(path))


def speaking(voice: HttpsVoice, authority: Path, clock: HandClock, *, read_s: float = 10.0) -> HttpsEngine:
    """The engine of a description, believing the local server."""
    patience = Patience(10.0, read_s, voice.passage_s, str(authority))
    service = Service(patience, Pace(between_s=voice.between_s), clock.clock())
    return HttpsEngine(voice, Region.NORTH, Ffmpeg(), service)


def engine_of(
    name: str, server: ServiceServer, authority: Path, folder: Path, clock: HandClock, *, read_s: float = 10.0
) -> HttpsEngine:
    """The engine of a file in docs/voices."""
    return speaking(at_home(described(name), server, folder), authority, clock, read_s=read_s)


def _moved(address: str, server: ServiceServer) -> str:
    return f"https://{server.host}/{address.partition('://')[2].partition('/')[2]}"
