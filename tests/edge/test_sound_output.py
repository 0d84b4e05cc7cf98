"""The outputs keep one contract: the WAV sink, ALSA (its file plugin, and a card that keeps time), the fake."""

import threading
import time
import wave
from datetime import UTC, datetime
from pathlib import Path

import alsaaudio
import pytest

from edge.adapters.alsa_output import AlsaOutput
from edge.adapters.wav_sink import WavSink, repair
from edge.core.ports import SoundBroke
from tests.contracts.sound_output import BLOCK, Ear, SoundOutputContract, blocks, endless, ramp, soon
from tests.fakes.alsa import AlsaFolder, build
from tests.fakes.sound import FakeOutput


def samples(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        return file.readframes(file.getnframes())


class TestWavSink(SoundOutputContract):
    @pytest.fixture
    def output(self, tmp_path: Path) -> WavSink:
        return WavSink(tmp_path)

    @pytest.fixture
    def heard(self, tmp_path: Path):
        return lambda: samples(max(tmp_path.glob("*.wav"), key=lambda path: path.stat().st_mtime_ns))


class TestFakeOutput(SoundOutputContract):
    keeps_time = False

    @pytest.fixture
    def output(self) -> FakeOutput:
        return FakeOutput()

    @pytest.fixture
    def heard(self, output: FakeOutput):
        return lambda: output.played[-1][1]


# ---- ALSA, for real


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("alsa"))


@pytest.fixture
def alsa(tmp_path: Path, library: Path, monkeypatch: pytest.MonkeyPatch) -> AlsaFolder:
    folder = AlsaFolder(tmp_path, library)
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(folder.configuration))
    return folder


@pytest.mark.parametrize("device", ["file", "card"])
class TestAlsaOutput(SoundOutputContract):
    @pytest.fixture
    def output(self, alsa: AlsaFolder, device: str):
        output = AlsaOutput(alsaaudio, device)
        yield output
        output.close()

    @pytest.fixture
    def heard(self, alsa: AlsaFolder, output: AlsaOutput, device: str):
        return lambda: alsa.heard(device)


@pytest.fixture
def card(alsa: AlsaFolder):
    output = AlsaOutput(alsaaudio, "card")
    yield output
    output.close()


def test_the_first_sample_leaves_the_card_at_the_planned_instant(alsa: AlsaFolder, card: AlsaOutput):
    ear, start = Ear(), time.monotonic() + 0.6
    card.play(blocks(ramp(10 * BLOCK)), start, threading.Event(), ear, "b-1")
    assert abs(alsa.first_sample_at() - start) < 0.005
    assert abs(ear.started_at[0] - alsa.first_sample_at()) < 0.005


def test_a_card_that_is_unplugged_breaks_the_sound_and_plays_again_when_it_is_back(alsa: AlsaFolder, card: AlsaOutput):
    ear, broken = Ear(), []

    def play() -> None:
        try:
            card.play(endless(), soon(), threading.Event(), ear, "b-1")
        except SoundBroke as error:
            broken.append(error)

    thread = threading.Thread(target=play)
    thread.start()
    assert ear.sounds.wait(timeout=10)
    alsa.gone.touch()
    thread.join(timeout=10)
    assert broken[0].frames >= ear.frames[0]
    assert not card.check()
    alsa.gone.unlink()
    assert card.check()
    assert card.play(blocks(ramp(BLOCK)), soon(), threading.Event(), Ear(), "b-2") == BLOCK


def test_a_card_unplugged_in_silence_is_seen(alsa: AlsaFolder, card: AlsaOutput):
    assert card.check()
    alsa.gone.touch()
    assert not card.check()


def test_a_source_that_falls_behind_is_heard_to_its_end_and_counted(alsa: AlsaFolder, card: AlsaOutput):
    pause = threading.Event()

    def slow():
        for block in blocks(ramp(4 * BLOCK)):
            pause.wait(timeout=0.15)
            yield block

    assert card.play(slow(), soon(), threading.Event(), Ear(), "b-1") == 4 * BLOCK
    assert card.underruns > 0


def test_no_card_at_all_is_a_broken_sound(alsa: AlsaFolder):
    output = AlsaOutput(alsaaudio, "missing")
    assert not output.check()
    with pytest.raises(SoundBroke):
        output.play(blocks(ramp(BLOCK)), soon(), threading.Event(), Ear(), "b-1")


# ---- the WAV file


def test_the_file_is_named_and_dated_by_its_first_sample(tmp_path: Path):
    before = datetime.now(UTC)
    start = time.monotonic() + 0.1
    WavSink(tmp_path).play(blocks(ramp(BLOCK)), start, threading.Event(), Ear(), "b-1")
    (path,) = tmp_path.glob("*.wav")
    dated = first_sample(path)
    assert abs((dated - before).total_seconds() - 0.1) < 0.05
    assert path.name == f"{dated:%Y%m%dT%H%M%S}-b-1.wav"


def first_sample(path: Path) -> datetime:
    data = path.read_bytes()
    return datetime.fromisoformat(data[data.index(b"ICRD") + 8 :][:32].rstrip(b"\0").decode())


def test_while_it_is_written_the_file_is_whole_at_every_block(tmp_path: Path):
    seen: list[int] = []

    class Watching(Ear):
        def reached(self, frames: int) -> None:
            (path,) = tmp_path.glob("*.wav")
            seen.append(len(samples(path)) // 2 - frames)

    WavSink(tmp_path).play(blocks(ramp(5 * BLOCK)), soon(), threading.Event(), Watching(), "b-1")
    assert seen == [0] * 5


def test_a_header_that_does_not_fit_its_file_is_repaired(tmp_path: Path):
    WavSink(tmp_path).play(blocks(ramp(2 * BLOCK)), soon(), threading.Event(), Ear(), "b-1")
    (path,) = tmp_path.glob("*.wav")
    path.write_bytes(path.read_bytes() + ramp(10) + b"\1")
    (tmp_path / "short.wav").write_bytes(b"RIFF")
    assert repair(tmp_path) == 1
    assert samples(path) == ramp(2 * BLOCK) + ramp(10)
    assert repair(tmp_path) == 0


def test_a_folder_that_cannot_be_written_is_a_broken_sound(tmp_path: Path):
    (tmp_path / "sound").write_text("in the way")
    sink = WavSink(tmp_path / "sound")
    assert not sink.check()
    with pytest.raises(SoundBroke):
        sink.play(blocks(ramp(BLOCK)), soon(), threading.Event(), Ear(), "b-1")
