from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from audio.speech.cache import PassageCache
from audio.speech.espeak import Espeak
from audio.speech.health import Condition
from audio.speech.order import Haste, NoVoice, VoiceOrder
from audio.speech.port import Passage, Reason
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


class Wall:
    """A clock on the wall that stands until someone moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class SlowEngine(FakeEngine):
    """Takes so many seconds of the wall's time for each letter."""

    def __init__(self, wall: Wall, s_per_letter: float) -> None:
        super().__init__("slow")
        self.wall, self.s_per_letter = wall, s_per_letter

    def _speak(self, text: str) -> Passage:
        self.wall.move(self.s_per_letter * len(text))
        return super()._speak(text)


LONG = "bà con chú ý " * 10


def test_only_engines_that_know_the_language_are_asked() -> None:
    tay, viet = FakeEngine("tay", languages=("tyz",)), FakeEngine("viet")
    spoken = VoiceOrder([tay, viet]).speak(["một"], "vi")
    assert (spoken.engine, spoken.failures, tay.within_s) == ("viet", (), [])
    assert VoiceOrder([tay, viet]).languages == {"tyz", "vi"}


def test_a_language_that_nobody_knows_is_said_of_everybody() -> None:
    with pytest.raises(NoVoice) as caught:
        VoiceOrder([FakeEngine("first"), FakeEngine("second")]).speak(["một"], "ium")
    assert [(one.engine, one.reason) for one in caught.value.failures] == [
        ("first", Reason.LANGUAGE),
        ("second", Reason.LANGUAGE),
    ]


def test_a_failed_engine_is_skipped_for_a_while_and_then_tried_again() -> None:
    wall, line, own = Wall(), FakeEngine("line", offline=False), FakeEngine("own")
    order = VoiceOrder([line, own], clock=wall)
    line.press([Reason.UNREACHABLE])
    assert order.speak(["một"], "vi").engine == "own"
    skipped = order.speak(["hai"], "vi")
    assert [(one.engine, one.reason) for one in skipped.failures] == [("line", Reason.RESTING)]
    assert len(line.within_s) == 1
    assert "unreachable" in skipped.failures[0].detail
    wall.move(30)
    assert order.speak(["ba"], "vi").engine == "line"


def test_the_last_voice_is_asked_however_it_was() -> None:
    own = FakeEngine("own")
    order = VoiceOrder([own], clock=Wall())
    own.press([Reason.TIMED_OUT] * 3)
    for _ in range(3):
        with pytest.raises(NoVoice, match="timed_out"):
            order.speak(["một"], "vi")
    assert order.speak(["một"], "vi").engine == "own"


def test_the_health_of_every_engine_is_told_without_asking_any() -> None:
    wall, line, own = Wall(), FakeEngine("line", offline=False), FakeEngine("own")
    order = VoiceOrder([line, own], clock=wall)
    assert [one.condition for one in order.health(wall.now)] == [Condition.UNTRIED, Condition.UNTRIED]
    line.press([Reason.REFUSED])
    order.speak(["một"], "vi")
    first, second = order.health(wall.now)
    assert (first.engine, first.voice, first.offline, first.languages) == ("line", "line-voice", False, ("vi",))
    assert (first.condition, first.last_reason, first.failing_since) == (Condition.RESTING, Reason.REFUSED, wall.now)
    assert first.resting_until == wall.now + timedelta(seconds=30)
    assert (second.condition, second.last_success, second.last_reason) == (Condition.WORKING, wall.now, None)
    later = wall.now + timedelta(seconds=30)
    assert [one.condition for one in order.health(later)] == [Condition.FAILING, Condition.WORKING]
    assert order.health(later)[0].resting_until is None


def test_a_text_that_no_engine_can_speak_makes_none_of_them_ill() -> None:
    wall = Wall()
    order = VoiceOrder([FakeEngine("first"), FakeEngine("second")], clock=wall)
    with pytest.raises(NoVoice):
        order.speak(["..."], "vi")
    assert {one.condition for one in order.health(wall.now)} == {Condition.UNTRIED}


def test_an_edited_bulletin_has_only_what_changed_spoken_anew(tmp_path: Path) -> None:
    engine = FakeEngine()
    order = VoiceOrder([engine], cache=PassageCache(tmp_path, 1 << 30))
    before = order.speak(["một", "hai", "ba"], "vi")
    after = order.speak(["một", "hai rưỡi", "ba"], "vi")
    assert engine.spoken == ["một", "hai", "ba", "hai rưỡi"]
    assert (after.passages[0], after.passages[2]) == (before.passages[0], before.passages[2])


def test_what_was_spoken_before_a_failure_is_not_spoken_again(tmp_path: Path) -> None:
    wall, line, own = Wall(), FakeEngine("line", offline=False), FakeEngine("own")
    order = VoiceOrder([line, own], cache=PassageCache(tmp_path, 1 << 30), clock=wall)
    line.press([None, Reason.UNREACHABLE])
    assert order.speak(["một", "hai", "ba"], "vi").engine == "own"
    wall.move(60)
    assert order.speak(["một", "hai", "ba"], "vi").engine == "line"
    assert line.spoken == ["một", "hai", "ba"]


def test_what_is_kept_is_heard_also_while_its_engine_rests(tmp_path: Path) -> None:
    line, own = FakeEngine("line", offline=False), FakeEngine("own")
    order = VoiceOrder([line, own], cache=PassageCache(tmp_path, 1 << 30), clock=Wall())
    order.speak(["một"], "vi")
    line.press([Reason.UNREACHABLE])
    order.speak(["hai"], "vi")
    assert order.speak(["một"], "vi").engine == "line"
    assert order.in_emergency().speak(["một"], "vi").engine == "line"


def test_a_failure_is_never_kept(tmp_path: Path) -> None:
    engine = FakeEngine()
    order = VoiceOrder([engine], cache=PassageCache(tmp_path, 1 << 30))
    engine.fall_silent()
    with pytest.raises(NoVoice, match="no_sound"):
        order.speak(["một"], "vi")
    assert list(tmp_path.glob("*/*")) == []


def test_a_voice_that_costs_nothing_is_not_kept(tmp_path: Path) -> None:
    order = VoiceOrder([Espeak()], cache=PassageCache(tmp_path, 1 << 30))
    order.speak(["một"], "vi")
    assert list(tmp_path.glob("*/*")) == []


def test_threads_share_an_order(tmp_path: Path) -> None:
    order = VoiceOrder([FakeEngine("line", offline=False), FakeEngine("own")], cache=PassageCache(tmp_path, 20_000))
    texts = [f"bà con {number}" for number in range(40)]
    with ThreadPoolExecutor(4) as threads:
        spoken = list(threads.map(lambda text: order.speak([text], "vi"), texts))
    assert {one.engine for one in spoken} == {"line"}
    assert [one.passages[0].duration_ms for one in spoken] == [60 * len(text) for text in texts]


def test_an_emergency_asks_nobody_over_the_internet() -> None:
    line, own = FakeEngine("line", offline=False), FakeEngine("own")
    spoken = VoiceOrder([line, own]).in_emergency().speak(["một"], "vi")
    assert (spoken.engine, spoken.failures, line.within_s) == ("own", (), [])


def test_an_emergency_asks_whom_the_commune_chose_and_not_for_long() -> None:
    line, other, own = FakeEngine("line", offline=False), FakeEngine("other"), FakeEngine("own")
    order = VoiceOrder([line, other, own], haste=Haste(frozenset({"line"}), 2.0)).in_emergency()
    assert order.speak(["một"], "vi").engine == "line"
    line.press([Reason.UNREACHABLE])
    assert order.speak(["hai"], "vi").engine == "own"
    assert (line.within_s, other.within_s, own.within_s) == ([2.0, 2.0], [], [None])


def test_an_emergency_does_not_wait_for_a_voice_that_is_known_to_be_slow() -> None:
    wall = Wall()
    slow, own = SlowEngine(wall, 0.1), FakeEngine("own")
    order = VoiceOrder([slow, own], clock=wall)
    assert order.speak([LONG], "vi").engine == "slow"
    assert order.in_emergency().speak([LONG], "vi").engine == "own"
    assert order.in_emergency().speak(["chú ý"], "vi").engine == "slow"


def test_a_voice_given_up_in_an_emergency_is_slow_but_not_ill() -> None:
    wall = Wall()
    slow, own = FakeEngine("slow"), FakeEngine("own")
    order = VoiceOrder([slow, own], clock=wall)
    slow.press([Reason.TIMED_OUT])
    spoken = order.in_emergency().speak([LONG], "vi")
    assert [(one.engine, one.reason) for one in spoken.failures] == [("slow", Reason.TIMED_OUT)]
    assert order.health(wall.now)[0].condition is Condition.UNTRIED
    assert order.in_emergency().speak([LONG], "vi").failures == ()
    assert order.speak([LONG], "vi").engine == "slow"


def test_a_service_alone_with_its_language_is_asked_in_an_emergency_too() -> None:
    line, own = FakeEngine("line", languages=("tyz",), offline=False), FakeEngine("own")
    assert VoiceOrder([line, own]).in_emergency().speak(["pây"], "tyz").engine == "line"
