"""The contract of the speech port on the offline voice, on the on-line voice with a local server, and on the fake."""

from pathlib import Path

import pytest

from audio.speech.espeak import Espeak, EspeakVoice
from audio.speech.google import Google
from audio.speech.port import Reason, SpeechEngine
from tests.contracts.speech_engine import SpeechEngineContract
from tests.fakes.audio_speech import FakeEngine
from tests.fakes.audio_translate import TranslateServer


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
        program.write_text("import signal; signal.pause()")
        return Espeak(EspeakVoice(timeout_s=0.3), program)


class TestGoogle(SpeechEngineContract):
    @pytest.fixture
    def engine(self, google: Google) -> SpeechEngine:
        return google

    @pytest.fixture
    def broken_engine(self, google: Google, server: TranslateServer) -> SpeechEngine:
        server.sound = b"ID3 but then no sound at all" * 50
        return google

    @pytest.fixture
    def hanging_engine(self, google: Google, server: TranslateServer) -> SpeechEngine:
        server.hang()
        return google


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
