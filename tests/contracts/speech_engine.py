"""What every speech engine promises, run on each of them: real, remote and fake."""

import unicodedata

import pytest

from audio.speech.port import MAX_CHARACTERS, Reason, SpeechEngine, SpeechFailed

SENTENCE = "Ủy ban nhân dân xã thông báo: mời bà con đến nhà văn hóa lúc bảy giờ."


class SpeechEngineContract:
    """A subclass gives the fixtures `engine`, `broken_engine` and `hanging_engine`."""

    def test_a_sentence_becomes_sound_of_a_plausible_length(self, engine: SpeechEngine) -> None:
        passage = engine.speak(SENTENCE, "vi")
        assert 16_000 <= passage.rate <= 48_000
        assert 800 < passage.duration_ms < 20_000
        assert len(passage.samples) % 2 == 0
        assert any(passage.samples)

    def test_every_tone_is_spoken(self, engine: SpeechEngine) -> None:
        for word in ("ma", "má", "mà", "mả", "mã", "mạ"):
            assert engine.speak(word, "vi").duration_ms > 50

    def test_decomposed_accents_are_the_same_text(self, engine: SpeechEngine) -> None:
        decomposed = unicodedata.normalize("NFD", SENTENCE)
        assert engine.speak(decomposed, "vi") == engine.speak(SENTENCE, "vi")

    def test_the_longest_text_is_spoken(self, engine: SpeechEngine) -> None:
        text = (SENTENCE + " ") * (MAX_CHARACTERS // (len(SENTENCE) + 1))
        assert engine.speak(text, "vi").duration_ms > 60_000

    @pytest.mark.parametrize("text", ["", "  \n ", "...!?", "./."])
    def test_nothing_to_say_is_refused(self, engine: SpeechEngine, text: str) -> None:
        self._fails(engine, text, "vi", Reason.EMPTY_TEXT, retryable=False)

    def test_20000_characters_are_refused(self, engine: SpeechEngine) -> None:
        self._fails(engine, "xã " * 6_667, "vi", Reason.TEXT_TOO_LONG, retryable=False)

    def test_an_unknown_language_is_refused(self, engine: SpeechEngine) -> None:
        self._fails(engine, "pây tàng", "tyz", Reason.LANGUAGE, retryable=False)

    def test_a_broken_engine_fails_as_speech_failed(self, broken_engine: SpeechEngine) -> None:
        with pytest.raises(SpeechFailed):
            broken_engine.speak(SENTENCE, "vi")

    def test_an_engine_that_hangs_is_given_up(self, hanging_engine: SpeechEngine) -> None:
        self._fails(hanging_engine, SENTENCE, "vi", Reason.TIMED_OUT, retryable=True)

    def test_it_says_who_speaks(self, engine: SpeechEngine) -> None:
        assert engine.name
        assert engine.voice

    @staticmethod
    def _fails(engine: SpeechEngine, text: str, language: str, reason: Reason, *, retryable: bool) -> None:
        with pytest.raises(SpeechFailed) as caught:
            engine.speak(text, language)
        assert (caught.value.reason, caught.value.retryable) == (reason, retryable)
