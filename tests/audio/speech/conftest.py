import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from audio.ffmpeg import Ffmpeg
from audio.speech.google import Clock, Google, GoogleVoice
from audio.speech.pace import Pace
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
def server(mp3: bytes, authority: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[TranslateServer]:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
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
    settings = GoogleVoice(server.endpoint, authorities=str(authority[0]), timeouts_s=(2.0, 0.3))
    return Google(Ffmpeg(), settings, pace, hand_clock.clock())
