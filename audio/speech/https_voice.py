"""A voice over the Internet that is described in the configuration: see `https_description`.

Asking is `visit`'s; here a description is filled in, and what is answered is followed to the sound and checked.
"""

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

import msgspec

from audio.ffmpeg import Ffmpeg
from audio.speech.address import host_of
from audio.speech.decoding import decode, joined
from audio.speech.https_description import (
    AddressAnswer,
    AudioAnswer,
    Base64Answer,
    HttpsVoice,
    JobAnswer,
    Match,
    Region,
    allowed,
    values_of,
)
from audio.speech.packing import pack
from audio.speech.port import Passage, Reason, SpeechEngine, SpeechFailed
from audio.speech.secret_file import secret_of
from audio.speech.template import Document, Value, field_of, fill, fill_document
from audio.speech.visit import Answer, Question, Service, Visit

_SOUND_BYTES: Final = 24 << 20
_JSON_BYTES: Final = 1 << 20
_JSON_SOUND_BYTES: Final = _SOUND_BYTES * 4 // 3 + _JSON_BYTES
_TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded", "text": "text/plain; charset=utf-8"}
_ENDS = ".?!…,;:"
_SAFE = "".join(map(chr, range(0x20, 0x7F)))


@dataclass(frozen=True, slots=True)
class _Sitting:
    """One bulletin being asked for."""

    visit: Visit
    language: str
    keys: Mapping[str, str]


class HttpsEngine(SpeechEngine):
    """Speaks through one described service."""

    def __init__(self, described: HttpsVoice, region: Region, ffmpeg: Ffmpeg, service: Service) -> None:
        self._described = described
        self._region = region
        self._ffmpeg = ffmpeg
        self._service = service
        self._identity = hashlib.sha256(msgspec.json.encode(described) + region.encode()).hexdigest()

    @property
    def name(self) -> str:
        """See SpeechEngine."""
        return self._described.name

    @property
    def voice(self) -> str:
        """See SpeechEngine."""
        return self._described.voice_of(self._region) or self._described.name

    @property
    def languages(self) -> frozenset[str]:
        """See SpeechEngine."""
        return frozenset(self._described.languages)

    @property
    def identity(self) -> str:
        """The whole description; of the keys only where they are, never what they are."""
        return self._identity

    def check(self) -> None:
        """See SpeechEngine."""
        self._keys()

    def _keys(self) -> dict[str, str]:
        return {name: secret_of(name, secret) for name, secret in self._described.secrets.items()}

    def _speak_each(self, texts: Sequence[str], language: str, within_s: float | None) -> Iterator[Passage]:
        keys = self._keys()
        with self._service.visit(within_s) as visit:
            sitting = _Sitting(visit, language, keys)
            for text in texts:
                visit.begin_passage()
                yield joined([self._speak(piece, sitting) for piece in pack(text, self._described.longest - 1)])

    def _speak(self, piece: str, sitting: _Sitting) -> Passage:
        ended = piece if piece[-1] in _ENDS else f"{piece}."
        question = self._question(ended, sitting)
        return decode(self._ffmpeg, self._sound(question, sitting), piece)

    def _question(self, text: str, sitting: _Sitting) -> Question:
        described = self._described
        values = values_of(described, self._region, sitting.language, text, sitting.keys)
        kind, body = _body(described, values)
        query = urlencode({key: fill(value, values) for key, value in described.query.items()})
        between = "&" if "?" in described.url else "?"
        return Question(
            url=f"{described.url}{between}{query}" if query else described.url,
            method=described.method,
            headers={**({"Content-Type": _TYPES[kind]} if kind else {}), **_headers(described.headers, values)},
            body=body,
            secrets=tuple(sitting.keys.values()),
        )

    def _sound(self, question: Question, sitting: _Sitting) -> bytes:
        match self._described.answer:
            case AudioAnswer() as expected:
                answer = sitting.visit.ask(question, largest=_SOUND_BYTES)
                return _checked_sound(answer, expected.types)
            case Base64Answer() as expected:
                document = self._document(sitting.visit.ask(question, largest=_JSON_SOUND_BYTES), expected.ok)
                return _plain(_text_at(document, expected.field))
            case AddressAnswer() as expected:
                document = self._document(sitting.visit.ask(question, largest=_JSON_BYTES), expected.ok)
                return self._fetch(_text_at(document, expected.field), expected, sitting)
            case JobAnswer() as expected:
                document = self._document(sitting.visit.ask(question, largest=_JSON_BYTES), expected.ok)
                return self._fetch(self._finished(document, question, expected, sitting), expected, sitting)

    def _finished(self, document: Document, question: Question, expected: JobAnswer, sitting: _Sitting) -> str:
        """Ask until the job is done; returns the address of its sound."""
        number = quote(_text_at(document, expected.id), safe="")
        look = Question(
            url=expected.status_url.replace("{id}", number), headers=question.headers, secrets=question.secrets
        )
        for _ in range(_looks(expected)):
            answer = sitting.visit.look(look, largest=_JSON_BYTES)
            if answer is not None:
                status = self._document(answer, expected.ok)
                state = field_of(status, expected.done.field)
                if state == expected.done.value:
                    return _text_at(status, expected.field)
                if state in expected.failed:
                    raise SpeechFailed(Reason.REFUSED, f"the service gave up: {state}", retryable=True)
            sitting.visit.wait(expected.every_s)
        raise _never(expected)

    def _fetch(self, address: str, expected: AddressAnswer | JobAnswer, sitting: _Sitting) -> bytes:
        """Fetch the sound, as soon as it stands there; no key of ours goes along."""
        host = host_of(address)
        if host is None or not allowed(host, expected.hosts):
            told = f"the sound is said to be at {host or 'no https address'}, which is not among the hosts"
            raise SpeechFailed(Reason.UNTRUSTED, told, retryable=False)
        for _ in range(_looks(expected)):
            answer = sitting.visit.look(Question(address), largest=_SOUND_BYTES)
            if answer is not None:
                return _checked_sound(answer, expected.types)
            sitting.visit.wait(expected.every_s)
        raise _never(expected)

    def _document(self, answer: Answer, ok: Match | None) -> Document:
        try:
            document: Document = msgspec.json.decode(answer.body)
        except (ValueError, RecursionError) as error:
            raise SpeechFailed(Reason.NO_SOUND, f"the answer is no JSON: {error}", retryable=True) from error
        if ok is not None and (found := field_of(document, ok.field)) != ok.value:
            raise SpeechFailed(Reason.REFUSED, f"{ok.field} is {str(found)[:80]!r}", retryable=True)
        return document


def _body(described: HttpsVoice, values: Mapping[str, Value]) -> tuple[str, bytes | None]:
    if described.json is not None:
        return "json", msgspec.json.encode(fill_document(described.json, values))
    if described.form is not None:
        return "form", urlencode({key: fill(value, values) for key, value in described.form.items()}).encode()
    if described.text is not None:
        return "text", fill(described.text, values).encode()
    return "", None


def _headers(headers: Mapping[str, str], values: Mapping[str, Value]) -> dict[str, str]:
    filled = {name: fill(value, values) for name, value in headers.items()}
    for name, value in filled.items():
        if not all(sign in _SAFE for sign in value):
            raise SpeechFailed(Reason.NOT_SET_UP, f"header {name!r} is not plain ASCII", retryable=False)
    return filled


def _text_at(document: Document, path: str) -> str:
    found = field_of(document, path)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    if not isinstance(found, str) or not found:
        raise SpeechFailed(Reason.NO_SOUND, f"the answer has no {path}", retryable=True)
    return found


def _plain(coded: str) -> bytes:
    """Decode base64, also as a `data:` address."""
    try:
        return base64.b64decode(coded.rpartition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise SpeechFailed(Reason.NO_SOUND, f"the sound is damaged: {error}", retryable=True) from error


def _checked_sound(answer: Answer, types: Sequence[str]) -> bytes:
    if not answer.content_type.startswith(tuple(types)):
        raise SpeechFailed(Reason.NO_SOUND, f"the answer is {answer.content_type[:80]!r}", retryable=True)
    return answer.body


def _looks(expected: AddressAnswer | JobAnswer) -> int:
    return max(1, round(expected.until_s / expected.every_s))


def _never(expected: AddressAnswer | JobAnswer) -> SpeechFailed:
    return SpeechFailed(Reason.TIMED_OUT, f"no sound after {expected.until_s:.0f} s", retryable=True)
