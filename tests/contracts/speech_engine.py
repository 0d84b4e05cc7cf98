"""What every speech engine promises, run on each of them: real, remote and fake."""

import unicodedata

import pytest

from audio.speech.port import MAX_CHARACTERS, Reason, SpeechEngine, SpeechFailed

SENTENCE = "Ủy ban nhân dân xã thông báo: mời bà con đến nhà văn hóa lúc bảy giờ."


class SpeechEngineContract:
    """A subclass gives the fixtures `engine`, `broken_engine` and `hanging_engine`."""

    longest = MAX_CHARACTERS
    """Characters of the longest text that is spoken here; less where that takes a real engine minutes."""

    def test_a_sentence_becomes_sound_of_a_plausible_length(self, engine: SpeechEngine) -> None:
        passage = engine.speak(SENTENCE, "vi")
        assert 16_000 <= passage.rate <= 48_000
        assert 800 < passage.duration_ms < 20_000
        assert len(passage.samples) % 2 == 0
        assert any(passage.samples)

    def test_every_tone_is_spoken(self, engine: SpeechEngine) -> None:
        words = ("ma", "má", "mà", "mả", "mã", "mạ")
        spoken = list(engine.speak_each(words, "vi"))
        assert len(spoken) == len(words)
        assert all(passage.duration_ms > 50 for passage in spoken)
        assert len({passage.rate for passage in spoken}) == 1

    def test_a_text_with_nothing_to_say_is_refused_before_any_is_spoken(self, engine: SpeechEngine) -> None:
        with pytest.raises(SpeechFailed) as caught:
            list(engine.speak_each([SENTENCE, "..."], "vi"))
        assert caught.value.reason is Reason.EMPTY_TEXT

    def test_decomposed_accents_are_the_same_text(self, engine: SpeechEngine) -> None:
        decomposed = unicodedata.normalize("NFD", SENTENCE)
        assert engine.speak(decomposed, "vi") == engine.speak(SENTENCE, "vi")

    def test_the_longest_text_is_spoken(self, engine: SpeechEngine) -> None:
        text = (SENTENCE + " ") * (self.longest // (len(SENTENCE) + 1))
        assert engine.speak(text, "vi").duration_ms > 6 * self.longest

    @pytest.mark.parametrize("text", ["", "  \n ", "...!?", "./."])
    def test_nothing_to_say_is_refused(self, engine: SpeechEngine, text: str) -> None:
        self._fails(engine, text, "vi", Reason.EMPTY_TEXT, retryable=False)

    def test_20000_characters_are_refused(self, engine: SpeechEngine) -> None:
        self._fails(engine, "xã " * 6_667, "vi", Reason.TEXT_TOO_LONG, retryable=False)

    def test_a_language_is_known_by_any_of_its_tags(self, engine: SpeechEngine) -> None:
        assert engine.knows("vi")
        assert engine.knows("vi-VN")
        assert not engine.knows("tyz")

    def test_half_a_surrogate_pair_and_control_characters_are_only_text(self, engine: SpeechEngine) -> None:
        assert engine.speak("xin chào \ud83d\0\x1b[[ma]] {text} <b> bà con", "vi").duration_ms > 200

    def test_what_it_needs_is_there(self, engine: SpeechEngine) -> None:
        engine.check()

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
        assert engine.identity

    @staticmethod
    def _fails(engine: SpeechEngine, text: str, language: str, reason: Reason, *, retryable: bool) -> None:
        with pytest.raises(SpeechFailed) as caught:
            engine.speak(text, language)
        assert (caught.value.reason, caught.value.retryable) == (reason, retryable)
