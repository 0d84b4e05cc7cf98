import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from audio.ffmpeg import Ffmpeg
from audio.speech.google import Google, GoogleVoice
from audio.speech.pace import Pace
from audio.speech.piper import PiperSettings
from audio.speech.piper_voice import PiperVoice, VoiceFolder
from audio.speech.visit import Clock
from audio.speech.voice_install import Offer, install
from tests.fakes.audio_piper import english_voice, piper_program
from tests.fakes.audio_service import ServiceServer
from tests.fakes.audio_sound import sound
from tests.fakes.audio_translate import TranslateServer, certificate


@dataclass
class HandClock:
    """Time that moves when someone waits."""

    time: float = 1_000.0

    def wait(self, seconds: float) -> None:
        self.time += seconds

    def clock(self) -> Clock:
        return Clock(now=lambda: self.time, wait=self.wait)


@pytest.fixture(scope="session")
def mp3(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return sound(tmp_path_factory.mktemp("voice") / "second.mp3", 1.0).read_bytes()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)


@pytest.fixture
def service(mp3: bytes, authority: tuple[Path, Path], no_proxy: None) -> Iterator[ServiceServer]:
    running = ServiceServer(mp3, *authority)
    yield running
    running.close()


@pytest.fixture
def server(mp3: bytes, authority: tuple[Path, Path], no_proxy: None) -> Iterator[TranslateServer]:
    running = TranslateServer(mp3, *authority)
    yield running
    running.close()


@pytest.fixture
def hand_clock() -> HandClock:
    return HandClock()


@pytest.fixture
def pace() -> Pace:
    return Pace()


@pytest.fixture
def google(server: TranslateServer, authority: tuple[Path, Path], hand_clock: HandClock, pace: Pace) -> Google:
    settings = GoogleVoice(server.endpoint, authorities=str(authority[0]), timeouts_s=(10.0, 10.0))
    return Google(Ffmpeg(), settings, pace, hand_clock.clock())


@pytest.fixture
def impatient_google(
    server: TranslateServer, authority: tuple[Path, Path], hand_clock: HandClock, pace: Pace
) -> Google:
    settings = GoogleVoice(server.endpoint, authorities=str(authority[0]), timeouts_s=(10.0, 0.3))
    return Google(Ffmpeg(), settings, pace, hand_clock.clock())


@pytest.fixture(scope="session")
def voice_offer(tmp_path_factory: pytest.TempPathFactory) -> Offer:
    """The one voice that a package registry has, told to read Vietnamese: the whole path of a real voice."""
    return Offer(source=str(english_voice(tmp_path_factory.mktemp("brought"), reads="vi")), name="thu-nghiem")


@pytest.fixture(scope="session")
def piper_settings() -> PiperSettings:
    return PiperSettings(program=piper_program())


@pytest.fixture(scope="session")
def voices(tmp_path_factory: pytest.TempPathFactory, voice_offer: Offer, piper_settings: PiperSettings) -> VoiceFolder:
    folder = VoiceFolder(tmp_path_factory.mktemp("data") / "voices")
    install(voice_offer, folder, piper_settings, datetime(2026, 11, 22, tzinfo=UTC))
    return folder


@pytest.fixture(scope="session")
def piper_voice(voices: VoiceFolder) -> PiperVoice:
    return voices.chosen(None)
