"""The on-line voice: Google Translate's, through gTTS, used only when the configuration chooses it.

It sounds well, costs nothing and promises nothing: no contract, no quota that is known. gTTS itself switches the
check of certificates off, waits for ever, cuts sentences badly and calls an answer without sound a success; so only
its request is kept, and sending and checking are ours.
"""

import base64
import binascii
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import requests
from gtts import gTTS

from audio.child import ChildFailed, Limits
from audio.ffmpeg import Ffmpeg, Source
from audio.formats import MP3, recognise
from audio.speech.pace import Pace
from audio.speech.packing import pack
from audio.speech.port import Passage, Reason, SpeechEngine, SpeechFailed

_ANSWER_BYTES = 4 << 20
_SOUND = re.compile(rb'jQ1olc","\[\\"([A-Za-z0-9+/=]+)\\"\]')
_DECODING = Limits(wall_s=60, cpu_s=60, memory_bytes=1 << 30, output_bytes=256 << 20)
_OK, _TOO_MANY, _SERVER_ERROR = 200, 429, 500
_RATE = 24_000


@dataclass(frozen=True, slots=True)
class GoogleVoice:
    """Where the service is and how long to wait for it."""

    endpoint: str = "https://translate.google.com/_/TranslateWebserverUi/data/batchexecute"
    authorities: str | None = None
    """File of trusted certificates; None: the usual public ones. There is no way to switch the check off."""
    timeouts_s: tuple[float, float] = (5.0, 15.0)
    """To connect, and between two pieces of an answer."""
    passage_s: float = 180.0
    """For a whole passage, pauses included; then the next voice is tried."""

    def __post_init__(self) -> None:
        """Refuse an endpoint on which anyone could put words into the commune's mouth."""
        if not self.endpoint.startswith("https://"):
            raise ValueError(f"the endpoint must be https, not {self.endpoint!r}")


@dataclass(slots=True)
class Clock:
    """The two things that the engine does with time; a test passes its own."""

    now: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class _Talk:
    """One passage on its way: the open session and the moment at which patience ends."""

    session: requests.Session
    ends: float
    sound: list[bytes] = field(default_factory=list)


class VerifiedRequests(gTTS):  # type: ignore[misc]
    """gTTS for the shape of its request only; its own `stream`, which sends without verification, is closed."""

    def body(self, piece: str) -> str:
        """The form that asks for one piece of speech."""
        return str(self._package_rpc(piece))

    def stream(self) -> Iterator[bytes]:
        """Closed: see `Google`."""
        raise NotImplementedError("gTTS sends without verifying certificates")


class Google(SpeechEngine):
    """A whole passage or nothing; one passage at a time, however many threads ask."""

    def __init__(
        self,
        ffmpeg: Ffmpeg,
        settings: GoogleVoice | None = None,
        pace: Pace | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._ffmpeg = ffmpeg
        self._settings = settings or GoogleVoice()
        self._pace = pace or Pace()
        self._clock = clock or Clock()
        self._one_at_a_time = threading.Lock()

    @property
    def name(self) -> str:
        """See SpeechEngine."""
        return "gtts"

    @property
    def voice(self) -> str:
        """The service has one voice a language."""
        return "google-vi"

    @property
    def languages(self) -> frozenset[str]:
        """See SpeechEngine."""
        return frozenset({"vi"})

    def _speak(self, text: str, language: str) -> Passage:
        form = VerifiedRequests(text, lang=language, lang_check=False)
        with self._one_at_a_time, requests.Session() as session:
            talk = _Talk(session, self._clock.now() + self._settings.passage_s)
            for piece in pack(text):
                self._wait_for_turn(talk)
                talk.sound.append(_mp3_of(self._ask(talk, form.body(piece))))
        return self._decode(b"".join(talk.sound))

    def _wait_for_turn(self, talk: _Talk) -> None:
        now = self._clock.now()
        if (rest := self._pace.rest(now)) > 0:
            raise SpeechFailed(Reason.RESTING, f"left alone for another {rest:.0f} s", retryable=True)
        if (pause := self._pace.take_turn(now)) > 0:
            self._clock.wait(pause)
        self._check_patience(talk)

    def _check_patience(self, talk: _Talk) -> None:
        now = self._clock.now()
        if now > talk.ends:
            self._pace.unreachable(now)
            raise SpeechFailed(Reason.TIMED_OUT, f"more than {self._settings.passage_s} s", retryable=True)

    def _ask(self, talk: _Talk, body: str) -> bytes:
        chosen = self._settings
        try:
            with talk.session.post(
                chosen.endpoint,
                data=body,
                headers=gTTS.GOOGLE_TTS_HEADERS,
                timeout=chosen.timeouts_s,
                verify=chosen.authorities or True,
                allow_redirects=False,
                stream=True,
            ) as answer:
                self._check_status(answer.status_code)
                return self._read(talk, answer)
        except requests.exceptions.SSLError as error:
            raise SpeechFailed(Reason.UNTRUSTED, str(error), retryable=False) from error
        except requests.exceptions.Timeout as error:
            self._pace.unreachable(self._clock.now())
            raise SpeechFailed(Reason.TIMED_OUT, str(error), retryable=True) from error
        except requests.exceptions.RequestException as error:
            self._pace.unreachable(self._clock.now())
            raise SpeechFailed(Reason.UNREACHABLE, str(error), retryable=True) from error

    def _check_status(self, status: int) -> None:
        if status == _TOO_MANY:
            self._pace.refused(self._clock.now())
        if status != _OK:
            retryable = status == _TOO_MANY or status >= _SERVER_ERROR
            raise SpeechFailed(Reason.REFUSED, f"HTTP {status}", retryable=retryable)

    def _read(self, talk: _Talk, answer: requests.Response) -> bytes:
        """Read in pieces, because a server that drips would defeat the time-out between two of them."""
        read = bytearray()
        for piece in answer.iter_content(16 * 1024):
            read += piece
            self._check_patience(talk)
            if len(read) > _ANSWER_BYTES:
                raise SpeechFailed(Reason.NO_SOUND, "the answer never ends", retryable=True)
        return bytes(read)

    def _decode(self, mp3: bytes) -> Passage:
        with tempfile.NamedTemporaryFile() as coded, tempfile.TemporaryFile() as plain:
            coded.write(mp3)
            coded.flush()
            try:
                self._ffmpeg.process(
                    Source(Path(coded.name), MP3),
                    f"aresample={_RATE},aformat=channel_layouts=mono",
                    ("-c:a", "pcm_s16le", "-f", "s16le", "pipe:1"),
                    result=plain,
                    limits=_DECODING,
                )
            except ChildFailed as failure:
                detail = f"the answer does not decode: {failure.detail}"
                raise SpeechFailed(Reason.NO_SOUND, detail, retryable=True) from failure
            plain.seek(0)
            return Passage(_RATE, plain.read())


def _mp3_of(answer: bytes) -> bytes:
    """The sound in an answer: base64 in a JSON string in a JSON list, one line of several."""
    found = _SOUND.search(answer)
    try:
        sound = base64.b64decode(found[1], validate=True) if found else b""
    except binascii.Error as error:
        raise SpeechFailed(Reason.NO_SOUND, f"the answer is damaged: {error}", retryable=True) from error
    if recognise(sound) is not MP3:
        raise SpeechFailed(Reason.NO_SOUND, "the answer holds no MP3", retryable=True)
    return sound
