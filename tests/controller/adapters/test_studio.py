"""Text and recordings become clips with the product's own voice and tools; what fails says so in codes."""

import math
import wave
from array import array
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.clip import ClipStore
from audio.ffmpeg import Ffmpeg
from audio.speech.espeak import Espeak
from audio.speech.health import Condition
from audio.speech.language import is_tag
from audio.speech.order import VoiceOrder
from audio.speech.port import MAX_CHARACTERS
from audio.studio.equipment import Studio as Equipment
from controller.adapters.studio import TAGS, SpeechStudio, passages
from controller.domain.rendition import Language
from controller.services.ports import NotRendered, Script
from schedules.vocabulary import Status
from tests.fakes.audio_speech import FakeEngine


@pytest.fixture
def studio(tmp_path: Path) -> SpeechStudio:
    equipment = Equipment(store=ClipStore(tmp_path / "clips"), ffmpeg=Ffmpeg())
    return SpeechStudio(equipment, VoiceOrder([Espeak()]), {Status.TEST: "Đây là chương trình phát thử."})


def script(text: str = "UBND xã mời bà con họp lúc 7h30.", **more: object) -> Script:
    fields: dict[str, object] = {"language": Language.VI, "status": Status.ACTUAL, "repeat": 1, "text": text, **more}
    return Script(**fields)


def test_a_text_becomes_a_clip_in_the_store_and_a_test_is_longer_by_its_announcement(studio):
    seen: list[float] = []
    made = studio.render(script(), seen.append)
    assert studio.equipment.store.verify(made.clip.hash)
    assert (made.engine, made.voice, made.failures) == ("espeak", "vi", ())
    assert seen == sorted(seen)
    assert seen
    announced = studio.render(script(status=Status.TEST), seen.append)
    assert announced.clip.hash != made.clip.hash


def test_a_text_with_nothing_to_say_is_refused(studio):
    with pytest.raises(NotRendered) as error:
        studio.render(script("***"), lambda share: None)
    assert error.value.code == "empty-text"


def test_a_language_without_voice_is_told_with_who_failed(studio):
    with pytest.raises(NotRendered) as error:
        studio.render(script(language=Language.TAY), lambda share: None)
    assert error.value.code == "language"
    assert [(one.engine, one.code) for one in error.value.failures] == [("espeak", "language")]


def test_a_recording_becomes_a_clip(studio, tmp_path):
    path = tmp_path / "ban-ghi.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        tone = (round(9_000 * math.sin(n * 2 * math.pi * 800 / 16_000)) for n in range(32_000))
        file.writeframes(array("h", tone).tobytes())
    made = studio.take_upload(path, script(""), lambda share: None)
    assert studio.equipment.store.verify(made.clip.hash)
    assert 1_900 <= made.clip.duration_ms <= 2_600
    assert made.engine is None


def test_what_a_person_approved_is_spoken_and_not_what_the_reader_would_make_of_it(studio):
    engine = FakeEngine()
    heard = replace(studio, voices=VoiceOrder([engine]))
    heard.render(script("UBND xã", spoken_lines=("Ủy ban xã ta.", "", "Hết")), lambda share: None)
    assert engine.spoken == ["Ủy ban xã ta. Hết."]
    heard.render(script("UBND xã", spoken_lines=None), lambda share: None)
    assert engine.spoken[-1].casefold() == "ủy ban nhân dân xã."
    with pytest.raises(NotRendered):
        heard.render(script("UBND xã", spoken_lines=()), lambda share: None)


def test_an_emergency_asks_nobody_over_the_internet(studio):
    line, own = FakeEngine("line", offline=False), FakeEngine("own")
    heard = replace(studio, voices=VoiceOrder([line, own]))
    assert heard.render(script(), lambda share: None).engine == "line"
    urgent = heard.render(script(urgent=True), lambda share: None)
    assert (urgent.engine, urgent.failures) == ("own", ())
    assert [one.condition for one in heard.health(datetime.now(UTC))] == [Condition.WORKING, Condition.WORKING]


def test_a_language_is_asked_for_by_its_tag_and_not_read_as_vietnamese(studio):
    engine = FakeEngine(languages=("tyz",))
    heard = replace(studio, voices=VoiceOrder([engine]))
    heard.render(script("Pây 7h30", language=Language.TAY), lambda share: None)
    assert engine.spoken == ["Pây 7h30."]


def test_every_language_has_its_tag():
    assert set(TAGS) == set(Language)
    assert all(map(is_tag, TAGS.values()))
    assert len(set(TAGS.values())) == len(TAGS)


def test_a_correction_changes_only_the_passages_around_it():
    lines = [f"{word} " * 40 for word in ("một", "hai", "ba", "bốn", "năm")]
    before, after = list(passages(lines)), list(passages([lines[0], "hai rưỡi", *lines[2:]]))
    assert before[0] == after[0]
    assert before[3:] == after[2:]


def test_what_is_no_recording_is_refused_by_a_code_of_the_catalogue(studio, tmp_path):
    path = tmp_path / "virus.mp3"
    path.write_bytes(b"MZ" + bytes(5_000))
    with pytest.raises(NotRendered) as error:
        studio.take_upload(path, script(""), lambda share: None)
    assert error.value.code == "not-audio"


def test_short_lines_are_spoken_together_and_silent_ones_not_at_all():
    assert list(passages(("một", "", "hai.", "***", "ba"))) == ["một. hai. ba."]


@given(st.lists(st.text(alphabet="aă b.,?", max_size=300), max_size=30))
def test_every_letter_is_spoken_once_and_in_order(lines):
    spoken = "".join(passages(tuple(lines)))
    said = [sign for sign in spoken if sign.isalnum()]
    assert said == [sign for line in lines for sign in line if sign.isalnum()]


def test_a_line_that_is_too_long_for_the_voice_is_cut_between_words():
    found = list(passages(("bà con " * 4_000,)))
    assert len(found) == 3
    assert all(len(passage) <= MAX_CHARACTERS for passage in found)
    assert next(passages(("a" * 25_000,))) == "a" * MAX_CHARACTERS
