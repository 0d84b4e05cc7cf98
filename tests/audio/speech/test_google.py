import socket
from itertools import count
from pathlib import Path

import pytest

from audio.ffmpeg import Ffmpeg
from audio.speech.google import Google, GoogleVoice, VerifiedRequests
from audio.speech.pace import Pace
from audio.speech.port import Reason, SpeechFailed
from tests.audio.speech.conftest import HandClock
from tests.fakes.audio_translate import TranslateServer, certificate

LONG = "Mời bà con đến nhà văn hóa để tiêm phòng cho chó mèo, đúng giờ và đông đủ. " * 4


def _failure(engine: Google, text: str = LONG) -> SpeechFailed:
    with pytest.raises(SpeechFailed) as caught:
        engine.speak(text, "vi")
    return caught.value


def test_a_long_text_is_asked_for_in_packed_pieces_a_second_apart(
    google: Google, server: TranslateServer, hand_clock: HandClock
) -> None:
    began = hand_clock.time
    passage = google.speak(LONG, "vi")
    assert " ".join(server.pieces) == LONG.strip()
    assert all(len(piece) <= 100 for piece in server.pieces)
    assert passage.duration_ms >= 1_000 * len(server.pieces)
    assert hand_clock.time - began == len(server.pieces) - 1


@pytest.mark.parametrize(
    ("status", "retryable"), [(429, True), (500, True), (503, True), (403, False), (404, False), (302, False)]
)
def test_a_refusal_says_whether_to_try_again(
    google: Google, server: TranslateServer, status: int, *, retryable: bool
) -> None:
    server.status = status
    failure = _failure(google)
    assert (failure.reason, failure.retryable) == (Reason.REFUSED, retryable)
    assert str(status) in failure.detail
    assert len(server.pieces) == (3 if status >= 500 else 1)


def test_after_429_it_leaves_the_service_alone_for_15_minutes(
    google: Google, server: TranslateServer, hand_clock: HandClock
) -> None:
    server.status, server.fail_from = 429, 2
    assert _failure(google).reason is Reason.REFUSED
    asked = len(server.pieces)
    hand_clock.time += 899
    assert _failure(google).reason is Reason.RESTING
    assert len(server.pieces) == asked
    server.status = 200
    hand_clock.time += 1
    assert google.speak("xin chào", "vi").duration_ms > 500


def test_what_passes_is_asked_again_after_a_pause(
    google: Google, server: TranslateServer, hand_clock: HandClock
) -> None:
    server.status, server.fail_from, server.fail_to = 503, 1, 3
    began = hand_clock.time
    assert google.speak(LONG, "vi").duration_ms > 1_000
    assert len(server.pieces) == 4 + 2
    assert hand_clock.time - began >= 2 + 4


@pytest.mark.parametrize("sound", [None, b"", b"<html>sorry</html>"], ids=["no sound", "empty sound", "a web page"])
def test_success_without_sound_is_a_failure(google: Google, server: TranslateServer, sound: bytes | None) -> None:
    server.sound = sound
    assert _failure(google).reason is Reason.NO_SOUND


def test_bytes_that_do_not_decode_are_a_failure(google: Google, server: TranslateServer) -> None:
    server.sound = b"\xff\xfb\x90\x64" + b"\x55" * 2_000
    assert _failure(google).reason is Reason.NO_SOUND


def test_a_sound_that_is_too_short_for_its_words_is_a_failure(
    google: Google, server: TranslateServer, mp3: bytes
) -> None:
    server.sound = mp3[: len(mp3) // 6]
    assert _failure(google).reason is Reason.NO_SOUND


def test_what_was_spoken_slowly_is_not_taken_for_the_same(server: TranslateServer) -> None:
    usual, slow = (Google(Ffmpeg(), GoogleVoice(server.endpoint, slow=slow)) for slow in (False, True))
    assert usual.identity != slow.identity


def test_no_answer_times_out_and_the_next_bulletin_does_not_wait_for_it(
    impatient_google: Google, server: TranslateServer
) -> None:
    server.hang()
    assert _failure(impatient_google).reason is Reason.TIMED_OUT
    assert _failure(impatient_google).reason is Reason.RESTING
    assert len(server.pieces) <= 1


def test_an_endless_answer_is_cut_off(google: Google, server: TranslateServer, mp3: bytes) -> None:
    server.sound = mp3 * 1_000
    assert _failure(google).reason is Reason.NO_SOUND


def test_patience_ends_within_an_answer_too(server: TranslateServer, authority: tuple[Path, Path]) -> None:
    ticks = count(0.0, 50.0)
    clock = HandClock().clock()
    clock.now = lambda: next(ticks)
    settings = GoogleVoice(server.endpoint, authorities=str(authority[0]))
    assert _failure(Google(Ffmpeg(), settings, Pace(), clock)).reason is Reason.TIMED_OUT


def test_a_server_that_nobody_vouches_for_is_refused(server: TranslateServer) -> None:
    failure = _failure(Google(Ffmpeg(), GoogleVoice(server.endpoint)))
    assert (failure.reason, failure.retryable) == (Reason.UNTRUSTED, False)
    assert server.pieces == []


def test_a_certificate_for_another_address_is_refused(mp3: bytes, tmp_path: Path) -> None:
    files = certificate(tmp_path, "127.0.0.9")
    server = TranslateServer(mp3, *files)
    try:
        settings = GoogleVoice(server.endpoint, authorities=str(files[0]))
        assert _failure(Google(Ffmpeg(), settings)).reason is Reason.UNTRUSTED
        assert server.pieces == []
    finally:
        server.close()


def test_nobody_at_home_is_unreachable(pace: Pace, hand_clock: HandClock) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings = GoogleVoice(f"https://127.0.0.1:{taken.getsockname()[1]}/")
        failure = _failure(Google(Ffmpeg(), settings, pace, hand_clock.clock()))
    assert (failure.reason, failure.retryable) == (Reason.UNREACHABLE, True)


def test_plain_http_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="https"):
        GoogleVoice("http://translate.example/")


def test_the_unverified_way_of_the_library_is_closed() -> None:
    with pytest.raises(NotImplementedError):
        VerifiedRequests("xin chào", lang="vi", lang_check=False).stream()
