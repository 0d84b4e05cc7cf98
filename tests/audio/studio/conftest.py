from pathlib import Path

import pytest

from audio.clip import ClipStore
from audio.ffmpeg import Ffmpeg
from audio.studio.equipment import Studio
from tests.fakes.audio_sound import sound


@pytest.fixture(scope="session")
def ffmpeg() -> Ffmpeg:
    return Ffmpeg()


@pytest.fixture
def studio(tmp_path: Path, ffmpeg: Ffmpeg) -> Studio:
    return Studio(ClipStore(tmp_path / "clips"), ffmpeg)


@pytest.fixture(scope="session")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the same three seconds of sound in every format that is taken."""
    folder = tmp_path_factory.mktemp("sounds")
    for ending in ("mp3", "wav", "m4a", "ogg", "opus", "flac", "webm"):
        sound(folder / f"sound.{ending}")
    return folder
