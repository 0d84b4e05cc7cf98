"""The on-line voice: Google Translate's, through gTTS, used only when the configuration chooses it.

It sounds well, costs nothing and promises nothing: no contract, no quota that is known. gTTS itself switches the
check of certificates off, waits for ever, cuts sentences badly and calls an answer without sound a success; so only
the shape of its request is kept. Sending is `visit`'s, and every piece of sound is decoded and measured against its
text before the next is asked for.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gtts import gTTS

from audio.ffmpeg import Ffmpeg
from audio.formats import MP3, recognise
from audio.speech.decoding import decode, joined
from audio.speech.pace import Pace
from audio.speech.packing import pack
from audio.speech.port import Passage, Reason, SpeechEngine, SpeechFailed
from audio.speech.visit import Clock, Patience, Question, Service, Visit

_ANSWER_BYTES = 4 << 20
_SOUND = re.compile(rb'jQ1olc","\[\\"([A-Za-z0-9+/=]+)\\"\]')


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
    slow: bool = False
    """Its one other speed."""

    def __post_init__(self) -> None:
        """Refuse an endpoint on which anyone could put words into the commune's mouth."""
        if not self.endpoint.startswith("https://"):
            raise ValueError(f"the endpoint must be https, not {self.endpoint!r}")


class VerifiedRequests(gTTS):  # type: ignore[misc]
    """gTTS for the shape of its request only; its own `stream`, which sends without verification, is closed."""

    def body(self, piece: str) -> bytes:
        """The form that asks for one piece of speech."""
        return str(self._package_rpc(piece)).encode()

    def stream(self) -> Iterator[bytes]:
        """Closed: see `Google`."""
        raise NotImplementedError("gTTS sends without verifying certificates")


class Google(SpeechEngine):
    """A whole passage or nothing; one bulletin at a time, however many threads ask."""

    def __init__(
        self,
        ffmpeg: Ffmpeg,
        settings: GoogleVoice | None = None,
        pace: Pace | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._ffmpeg = ffmpeg
        self._settings = chosen = settings or GoogleVoice()
        patience = Patience(*chosen.timeouts_s, passage_s=chosen.passage_s, authorities=chosen.authorities)
        self._service = Service(patience, pace, clock)

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

    @property
    def identity(self) -> str:
        """See SpeechEngine."""
        return f"{self.voice} slow" if self._settings.slow else self.voice

    def _speak_each(self, texts: Sequence[str], language: str, within_s: float | None) -> Iterator[Passage]:
        with self._service.visit(within_s) as visit:
            for text in texts:
                visit.begin_passage()
                form = VerifiedRequests(text, lang=language, slow=self._settings.slow, lang_check=False)
                yield joined([self._speak(visit, form, piece) for piece in pack(text)])

    def _speak(self, visit: Visit, form: VerifiedRequests, piece: str) -> Passage:
        question = Question(self._settings.endpoint, "POST", gTTS.GOOGLE_TTS_HEADERS, form.body(piece))
        return decode(self._ffmpeg, _mp3_of(visit.ask(question, largest=_ANSWER_BYTES).body), piece)


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
