"""The contract of the speech port on every engine: programs, services by local servers, and the fake."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from audio.speech.espeak import Espeak, EspeakVoice
from audio.speech.google import Google
from audio.speech.piper import Piper, PiperSettings
from audio.speech.piper_voice import PiperVoice
from audio.speech.port import Reason, SpeechEngine
from tests.audio.speech.conftest import HandClock
from tests.audio.speech.described import engine_of
from tests.contracts.speech_engine import SpeechEngineContract
from tests.fakes.audio_service import ServiceServer
from tests.fakes.audio_speech import FakeEngine
from tests.fakes.audio_translate import TranslateServer

HANG = "import threading; threading.Event().wait()"


class TestEspeak(SpeechEngineContract):
    @pytest.fixture
    def engine(self) -> SpeechEngine:
        return Espeak()

    @pytest.fixture
    def broken_engine(self, tmp_path: Path) -> SpeechEngine:
        program = tmp_path / "crash.py"
        program.write_text("import os; os.abort()")
        return Espeak(program=program)

    @pytest.fixture
    def hanging_engine(self, tmp_path: Path) -> SpeechEngine:
        program = tmp_path / "hang.py"
        program.write_text(HANG)
        return Espeak(EspeakVoice(timeout_s=0.3), program)


class TestPiper(SpeechEngineContract):
    longest = 700

    @pytest.fixture
    def engine(self, piper_voice: PiperVoice, piper_settings: PiperSettings) -> SpeechEngine:
        steady = replace(piper_settings, noise=0.0, rhythm=0.0, speed=2.0)
        return Piper(lambda: piper_voice, steady)

    @pytest.fixture
    def broken_engine(self, piper_voice: PiperVoice) -> SpeechEngine:
        return Piper(lambda: piper_voice, PiperSettings(program=("false",)))

    @pytest.fixture
    def hanging_engine(self, piper_voice: PiperVoice, tmp_path: Path) -> SpeechEngine:
        program = tmp_path / "piper"
        program.write_text(f"#!{sys.executable}\n{HANG}\n")
        program.chmod(0o755)
        return Piper(lambda: piper_voice, PiperSettings(program=(str(program),), start_s=0.3, s_per_character=0))


class TestGoogle(SpeechEngineContract):
    longest = 2_000

    @pytest.fixture
    def engine(self, google: Google) -> SpeechEngine:
        return google

    @pytest.fixture
    def broken_engine(self, google: Google, server: TranslateServer) -> SpeechEngine:
        server.sound = b"ID3 but then no sound at all" * 50
        return google

    @pytest.fixture
    def hanging_engine(self, impatient_google: Google, server: TranslateServer) -> SpeechEngine:
        server.hang()
        return impatient_google


class DescribedContract(SpeechEngineContract):
    """A service by its file in docs/voices; a subclass names it."""

    shape: str

    @pytest.fixture
    def engine(
        self, service: ServiceServer, authority: tuple[Path, Path], tmp_path: Path, hand_clock: HandClock
    ) -> SpeechEngine:
        service.shape = getattr(service, self.shape)
        service.ready_after = 2
        return engine_of(self.shape, service, authority[0], tmp_path, hand_clock)

    @pytest.fixture
    def broken_engine(self, engine: SpeechEngine, service: ServiceServer) -> SpeechEngine:
        service.mp3 = b"ID3 but then no sound at all"
        return engine

    @pytest.fixture
    def hanging_engine(
        self, service: ServiceServer, authority: tuple[Path, Path], tmp_path: Path, hand_clock: HandClock
    ) -> SpeechEngine:
        service.hang()
        return engine_of(self.shape, service, authority[0], tmp_path, hand_clock, read_s=0.3)


class TestFpt(DescribedContract):
    shape = "fpt"


class TestViettel(DescribedContract):
    shape = "viettel"


class TestVbee(DescribedContract):
    shape = "vbee"


class TestZalo(DescribedContract):
    shape = "zalo"


class TestFake(SpeechEngineContract):
    @pytest.fixture
    def engine(self) -> SpeechEngine:
        return FakeEngine()

    @pytest.fixture
    def broken_engine(self) -> SpeechEngine:
        engine = FakeEngine()
        engine.fall_silent()
        return engine

    @pytest.fixture
    def hanging_engine(self) -> SpeechEngine:
        engine = FakeEngine()
        engine.press([Reason.TIMED_OUT])
        return engine
