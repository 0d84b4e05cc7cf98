import pytest

from audio.speech.order import NoVoice, VoiceOrder
from audio.speech.port import Reason
from tests.fakes.audio_speech import FakeEngine


def test_the_first_voice_speaks_when_it_can() -> None:
    first, second = FakeEngine("first"), FakeEngine("second")
    spoken = VoiceOrder([first, second]).speak(["một", "hai"], "vi")
    assert (spoken.engine, spoken.voice, spoken.failures) == ("first", "first-voice", ())
    assert len(spoken.passages) == 2
    assert second.spoken == []


def test_a_failure_in_the_middle_gives_the_whole_bulletin_to_the_next_voice() -> None:
    first, second = FakeEngine("first"), FakeEngine("second", rate=24_000)
    first.press([None, Reason.UNREACHABLE])
    spoken = VoiceOrder([first, second]).speak(["một", "hai", "ba"], "vi")
    assert spoken.engine == "second"
    assert {passage.rate for passage in spoken.passages} == {24_000}
    assert second.spoken == ["một", "hai", "ba"]
    (failure,) = spoken.failures
    assert (failure.engine, failure.voice, failure.reason) == ("first", "first-voice", Reason.UNREACHABLE)


def test_no_voice_names_every_failure_in_order() -> None:
    first, second = FakeEngine("first"), FakeEngine("second")
    first.press([Reason.REFUSED])
    second.press([Reason.CRASHED], retryable=False)
    with pytest.raises(NoVoice, match="first: refused; second: crashed") as caught:
        VoiceOrder([first, second]).speak(["một"], "vi")
    assert [failure.reason for failure in caught.value.failures] == [Reason.REFUSED, Reason.CRASHED]
    assert caught.value.retryable


def test_an_empty_text_is_nobody_s_fault_and_cannot_be_retried() -> None:
    with pytest.raises(NoVoice) as caught:
        VoiceOrder([FakeEngine()]).speak([" "], "vi")
    assert not caught.value.retryable
    assert caught.value.failures[0].reason is Reason.EMPTY_TEXT


def test_the_same_passage_is_spoken_once() -> None:
    engine = FakeEngine()
    spoken = VoiceOrder([engine]).speak(["một", "hai", "một"], "vi")
    assert engine.spoken == ["một", "hai"]
    assert spoken.passages[0] == spoken.passages[2]


def test_an_order_without_voices_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        VoiceOrder([])
