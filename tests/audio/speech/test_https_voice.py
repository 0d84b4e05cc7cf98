"""What a described service is asked, and everything that it may answer instead of sound."""

import json
import logging
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from msgspec.structs import replace

from audio.ffmpeg import Ffmpeg
from audio.speech.https_description import (
    AddressAnswer,
    AudioAnswer,
    Base64Answer,
    HttpsVoice,
    JobAnswer,
    Match,
    Region,
    Secret,
)
from audio.speech.https_voice import HttpsEngine
from audio.speech.pace import Pace
from audio.speech.port import Reason, SpeechFailed
from audio.speech.visit import Patience, Service
from tests.audio.speech.conftest import HandClock
from tests.audio.speech.described import at_home, described, engine_of, key, speaking
from tests.fakes.audio_service import KEY, Reply, ServiceServer

SENTENCE = "Mời bà con đến nhà văn hóa xã."
Speaking = Callable[..., HttpsEngine]


@pytest.fixture
def speak(service: ServiceServer, authority: tuple[Path, Path], hand_clock: HandClock) -> Speaking:
    """An engine for a description with these changes."""

    def made(read_s: float = 10.0, **changes: Any) -> HttpsEngine:
        plain = {"name": "tinh", "url": f"https://{service.host}/tts", "text": "{text}", "answer": AudioAnswer()}
        return speaking(HttpsVoice(**{**plain, **changes}), authority[0], hand_clock, read_s=read_s)

    return made


def _failure(engine: HttpsEngine, text: str = SENTENCE) -> SpeechFailed:
    with pytest.raises(SpeechFailed) as caught:
        engine.speak(text, "vi")
    return caught.value


def test_the_text_goes_as_a_body_as_json_as_a_form_and_in_the_address(service: ServiceServer, speak: Speaking) -> None:
    for changes in (
        {},
        {"text": None, "json": {"text": "{text}"}},
        {"text": None, "form": {"text": "{text}"}},
        {"text": None, "method": "GET", "query": {"text": "{text}"}},
    ):
        assert speak(**changes).speak(SENTENCE, "vi").duration_ms > 500
    assert service.texts == [SENTENCE] * 4


def test_voice_speed_language_and_key_stand_where_the_description_says(
    service: ServiceServer, speak: Speaking, tmp_path: Path
) -> None:
    engine = speak(
        languages=("vi-VN",),
        voices={Region.NORTH: "mai", Region.SOUTH: "lan"},
        speed=0.9,
        headers={"X-Key": "{secret.key}", "X-Voice": "{voice}"},
        query={"lang": "{language}"},
        secrets={"key": key(tmp_path, "key")},
        text=None,
        json={"text": "{text}", "speed": "{speed}"},
    )
    assert (engine.voice, engine.knows("vi")) == ("mai", True)
    engine.speak(SENTENCE, "vi")
    (asked,) = service.asked
    assert (asked.headers["X-Key"], asked.headers["X-Voice"]) == (KEY, "mai")
    assert parse_qs(urlsplit(asked.path).query) == {"lang": ["vi-VN"]}
    assert json.loads(asked.body) == {"text": SENTENCE, "speed": 0.9}


def test_a_long_passage_is_asked_for_in_pieces_and_joined(service: ServiceServer, speak: Speaking) -> None:
    passage = speak(longest=100).speak(" ".join([SENTENCE] * 10), "vi")
    assert len(service.texts) == 4
    assert all(len(text) <= 100 for text in service.texts)
    assert passage.duration_ms > 4_000


def test_a_piece_without_an_end_gets_one(service: ServiceServer, speak: Speaking) -> None:
    speak().speak("xin chào", "vi")
    assert service.texts == ["xin chào."]


def test_base64_in_json_also_as_a_data_address(service: ServiceServer, speak: Speaking) -> None:
    service.shape = service.base64
    engine = speak(answer=Base64Answer(field="audioContent"))
    assert engine.speak(SENTENCE, "vi").duration_ms > 500
    body = json.loads(service.base64(service.asked[0]).body)
    service.press(Reply(body=json.dumps({"audioContent": f"data:audio/mpeg;base64,{body['audioContent']}"}).encode()))
    assert engine.speak(SENTENCE, "vi").duration_ms > 500


@pytest.mark.parametrize("body", [b"{}", b'{"audioContent":""}', b'{"audioContent":"%%%"}', b"no json", b"[" * 9_999])
def test_json_without_sound_is_a_failure(service: ServiceServer, speak: Speaking, body: bytes) -> None:
    service.press(Reply(body=body))
    assert _failure(speak(answer=Base64Answer(field="audioContent"))).reason is Reason.NO_SOUND


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b"", content_type="audio/mpeg"),
        Reply(body=b"<html>quota</html>", content_type="audio/mpeg"),
        Reply(body=b'{"error":"quota"}', content_type="application/json"),
        Reply(body=b"\xff\xfb\x90\x64" + b"\x55" * 2_000, content_type="audio/mpeg"),
    ],
    ids=["nothing", "a page", "another type", "noise"],
)
def test_success_without_sound_is_a_failure(service: ServiceServer, speak: Speaking, reply: Reply) -> None:
    service.press(reply)
    assert _failure(speak()).reason is Reason.NO_SOUND


def test_a_sound_that_is_too_short_for_its_words_is_a_failure(
    service: ServiceServer, speak: Speaking, mp3: bytes
) -> None:
    service.press(Reply(body=mp3, content_type="audio/mpeg"))
    assert _failure(speak(), SENTENCE * 12).reason is Reason.NO_SOUND


def test_what_passes_is_asked_again_with_growing_pauses(
    service: ServiceServer, speak: Speaking, hand_clock: HandClock
) -> None:
    began = hand_clock.time
    service.press(Reply(503), Reply(500))
    assert speak().speak(SENTENCE, "vi").duration_ms > 500
    assert len(service.asked) == 3
    assert hand_clock.time - began >= 2 + 4


def test_a_service_that_stays_down_is_left_alone_for_a_minute(
    service: ServiceServer, speak: Speaking, hand_clock: HandClock
) -> None:
    engine = speak()
    service.press(*[Reply(502)] * 3)
    failure = _failure(engine)
    assert (failure.reason, failure.retryable, failure.again_s) == (Reason.REFUSED, True, 60)
    assert _failure(engine).reason is Reason.RESTING
    hand_clock.time += 60
    assert engine.speak(SENTENCE, "vi").duration_ms > 500


@pytest.mark.parametrize(("wish", "rest"), [("300", 300), ("86400", 3_600), ("Sun, 22 Nov 2026 06:00:00 GMT", 900)])
def test_too_many_requests_rests_as_long_as_the_service_says(
    service: ServiceServer, speak: Speaking, wish: str, rest: float
) -> None:
    service.press(Reply(429, headers={"Retry-After": wish}))
    failure = _failure(speak())
    assert (failure.reason, failure.retryable, failure.again_s) == (Reason.REFUSED, True, rest)
    assert len(service.asked) == 1


def test_a_short_wish_is_waited_for(service: ServiceServer, speak: Speaking, hand_clock: HandClock) -> None:
    began = hand_clock.time
    service.press(Reply(429, headers={"Retry-After": "7"}))
    assert speak().speak(SENTENCE, "vi").duration_ms > 500
    assert hand_clock.time - began >= 7


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404])
def test_a_refusal_is_final_and_no_redirection_is_followed(
    service: ServiceServer, speak: Speaking, status: int
) -> None:
    service.press(Reply(status, headers={"Location": f"https://{service.host}/other"}))
    failure = _failure(speak())
    assert (failure.reason, failure.retryable) == (Reason.REFUSED, False)
    assert len(service.asked) == 1


def test_an_answer_that_breaks_off_is_asked_for_again(service: ServiceServer, speak: Speaking, mp3: bytes) -> None:
    service.press(Reply(body=mp3, content_type="audio/mpeg", headers={"Content-Length": str(2 * len(mp3))}))
    assert speak().speak(SENTENCE, "vi").duration_ms > 500
    assert len(service.asked) == 2


def test_an_endless_answer_is_cut_off(service: ServiceServer, speak: Speaking) -> None:
    service.press(Reply(body=b" " * (2 << 20)))
    failure = _failure(speak(answer=AddressAnswer(field="url", hosts=(service.host,))))
    assert failure.reason is Reason.NO_SOUND
    assert "longer than" in failure.detail


def test_patience_ends_within_an_answer(service: ServiceServer, authority: tuple[Path, Path]) -> None:
    ticks = count(0.0, 30.0)
    clock = HandClock().clock()
    clock.now = lambda: next(ticks)
    voice = HttpsVoice(name="tinh", url=f"https://{service.host}/tts", text="{text}", answer=AudioAnswer())
    patience = Patience(passage_s=120.0, authorities=str(authority[0]))
    engine = HttpsEngine(voice, Region.NORTH, Ffmpeg(), Service(patience, clock=clock))
    service.mp3 *= 40
    assert _failure(engine).reason is Reason.TIMED_OUT


def test_no_answer_times_out_and_the_next_bulletin_does_not_wait(service: ServiceServer, speak: Speaking) -> None:
    engine = speak(read_s=0.3)
    service.hang()
    assert _failure(engine).reason is Reason.TIMED_OUT
    assert _failure(engine).reason is Reason.RESTING
    assert len(service.asked) <= 1


def test_an_emergency_has_its_own_patience(service: ServiceServer, speak: Speaking, hand_clock: HandClock) -> None:
    engine, began = speak(between_s=2.0), hand_clock.time
    with pytest.raises(SpeechFailed) as caught:
        list(engine.speak_each([SENTENCE] * 9, "vi", 5.0))
    assert caught.value.reason is Reason.TIMED_OUT
    assert hand_clock.time - began <= 5


def test_an_emergency_cuts_a_silent_service_short_and_does_not_blame_it(
    service: ServiceServer, authority: tuple[Path, Path], hand_clock: HandClock
) -> None:
    voice = HttpsVoice(name="tinh", url=f"https://{service.host}/tts", text="{text}", answer=AudioAnswer())
    patience = Patience(read_s=30.0, authorities=str(authority[0]))
    pace = Pace()
    engine = HttpsEngine(voice, Region.NORTH, Ffmpeg(), Service(patience, pace, hand_clock.clock()))
    service.hang()
    with pytest.raises(SpeechFailed) as caught:
        list(engine.speak_each([SENTENCE], "vi", 0.2))
    assert caught.value.reason is Reason.TIMED_OUT
    assert pace.rest(hand_clock.time) == 0


def test_an_emergency_does_not_wait_behind_another_bulletin(service: ServiceServer, speak: Speaking) -> None:
    engine = speak()
    first = engine.speak_each([SENTENCE, "hai"], "vi")
    next(first)
    with pytest.raises(SpeechFailed) as caught:
        list(engine.speak_each([SENTENCE], "vi", 0.05))
    assert caught.value.reason is Reason.TIMED_OUT
    first.close()
    assert list(engine.speak_each([SENTENCE], "vi", 5.0))


def test_a_server_that_nobody_vouches_for_is_refused(service: ServiceServer, hand_clock: HandClock) -> None:
    voice = HttpsVoice(name="tinh", url=f"https://{service.host}/tts", text="{text}", answer=AudioAnswer())
    engine = HttpsEngine(voice, Region.NORTH, Ffmpeg(), Service(clock=hand_clock.clock()))
    failure = _failure(engine)
    assert (failure.reason, failure.retryable) == (Reason.UNTRUSTED, False)
    assert service.asked == []


@pytest.mark.parametrize("name", ["fpt", "vbee", "zalo"])
def test_the_sound_is_looked_for_until_it_is_there(
    service: ServiceServer, authority: tuple[Path, Path], tmp_path: Path, hand_clock: HandClock, name: str
) -> None:
    service.shape, service.ready_after = getattr(service, name), 5
    began = hand_clock.time
    assert engine_of(name, service, authority[0], tmp_path, hand_clock).speak(SENTENCE, "vi").duration_ms > 500
    assert hand_clock.time - began >= 5


@pytest.mark.parametrize("name", ["fpt", "vbee", "zalo"])
def test_a_sound_that_never_comes_is_given_up(
    service: ServiceServer, authority: tuple[Path, Path], tmp_path: Path, hand_clock: HandClock, name: str
) -> None:
    service.shape, service.ready_after = getattr(service, name), 100_000
    failure = _failure(engine_of(name, service, authority[0], tmp_path, hand_clock))
    assert (failure.reason, failure.retryable) == (Reason.TIMED_OUT, True)


def test_a_store_that_stumbles_is_looked_at_again(
    service: ServiceServer, authority: tuple[Path, Path], tmp_path: Path, hand_clock: HandClock
) -> None:
    service.shape = service.fpt
    address = json.dumps({"error": 0, "async": service._store(SENTENCE)}).encode()
    service.press(Reply(body=address), Reply(503), Reply(body=b"half", headers={"Content-Length": "9"}))
    assert engine_of("fpt", service, authority[0], tmp_path, hand_clock).speak(SENTENCE, "vi").duration_ms > 500


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/a.mp3", "http://127.0.0.1/a.mp3", "file:///etc/passwd", "https://127.0.0.1/a", "a.mp3"],
)
def test_an_address_outside_of_the_named_hosts_is_not_asked(
    service: ServiceServer, speak: Speaking, address: str
) -> None:
    service.press(Reply(body=json.dumps({"url": address}).encode()))
    failure = _failure(speak(answer=AddressAnswer(field="url", hosts=(service.host,))))
    assert (failure.reason, failure.retryable) == (Reason.UNTRUSTED, False)
    assert len(service.asked) == 1


def test_no_key_of_ours_goes_to_the_store(
    service: ServiceServer, authority: tuple[Path, Path], tmp_path: Path, hand_clock: HandClock
) -> None:
    service.shape = service.fpt
    engine_of("fpt", service, authority[0], tmp_path, hand_clock).speak(SENTENCE, "vi")
    question, fetched = service.asked
    assert KEY in question.headers.values()
    assert KEY not in fetched.headers.values()


def test_a_field_that_says_no_is_a_refusal(service: ServiceServer, speak: Speaking) -> None:
    service.press(Reply(body=b'{"error":7,"url":"x"}'))
    engine = speak(answer=AddressAnswer(field="url", hosts=(service.host,), ok=Match(field="error", value=0)))
    failure = _failure(engine)
    assert failure.reason is Reason.REFUSED
    assert "'7'" in failure.detail


def test_a_job_that_fails_is_a_refusal_and_its_number_cannot_lead_elsewhere(
    service: ServiceServer, speak: Speaking
) -> None:
    answer = JobAnswer(
        id="id",
        status_url=f"https://{service.host}/job/{{id}}",
        done=Match(field="state", value="done"),
        failed=("broken",),
        field="url",
        hosts=(service.host,),
    )
    service.press(Reply(body=b'{"id":"../../other?x"}'), Reply(body=b'{"state":"broken"}'))
    assert _failure(speak(answer=answer)).reason is Reason.REFUSED
    assert service.asked[1].path == "/job/..%2F..%2Fother%3Fx"


@pytest.mark.parametrize(
    ("text", "mode"), [("", 0o600), ("two words\x07", 0o600), ("kh\u00f3a", 0o600), ("good", 0o604), ("good", 0o660)]
)
def test_a_key_that_cannot_be_used_or_that_others_can_read(
    service: ServiceServer, speak: Speaking, tmp_path: Path, text: str, mode: int
) -> None:
    secret = key(tmp_path, "key", text or " ")
    Path(secret.file or "").chmod(mode)
    engine = speak(headers={"X": "{secret.key}"}, secrets={"key": secret})
    failure = _failure(engine)
    assert (failure.reason, failure.retryable) == (Reason.NOT_SET_UP, False)
    assert service.asked == []
    with pytest.raises(SpeechFailed):
        engine.check()


def test_a_key_from_the_environment_and_one_that_is_not_there(
    service: ServiceServer, speak: Speaking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOA_TEST_KEY", "tu-moi-truong")
    Path(key(tmp_path, "shared").file or "").chmod(0o440)
    speak(headers={"X": "{secret.key}"}, secrets={"key": Secret(file=str(tmp_path / "shared.secret"))}).check()
    speak(headers={"X": "{secret.key}"}, secrets={"key": Secret(env="LOA_TEST_KEY")}).speak(SENTENCE, "vi")
    assert service.asked[0].headers["X"] == "tu-moi-truong"
    for missing in (Secret(env="LOA_NO_SUCH_KEY"), Secret(file=str(tmp_path / "none"))):
        engine = speak(headers={"X": "{secret.key}"}, secrets={"key": missing})
        assert _failure(engine).reason is Reason.NOT_SET_UP


def test_a_key_stands_in_no_message(
    service: ServiceServer,
    speak: Speaking,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    authority: tuple[Path, Path],
    hand_clock: HandClock,
) -> None:
    caplog.set_level(logging.INFO)
    secret = key(tmp_path, "key", "b&b=rat/kin")
    asked = {"query": {"k": "{secret.key}"}, "secrets": {"key": secret}}
    engine = speak(read_s=0.3, **asked)
    assert "rat" not in engine.identity
    service.hang()
    told = [str(_failure(engine)), repr(_failure(engine))]
    service.close()
    told.append(str(_failure(speak(**asked))))
    assert not any("rat" in one for one in (*told, caplog.text))


def test_whatever_is_heard_differently_is_another_identity(speak: Speaking) -> None:
    identities = {
        speak(**changes).identity for changes in ({}, {"speed": 1}, {"voice": "a"}, {"headers": {"X-Style": "sad"}})
    }
    assert len(identities) == 4


def test_the_keys_of_an_example_are_where_it_says(service: ServiceServer, tmp_path: Path) -> None:
    moved = at_home(described("vbee"), service, tmp_path)
    assert set(moved.secrets) == {"token", "app"}
    assert replace(moved, name="khac").name == "khac"
