"""Asking a voice over the Internet: certificates verified, every wait bounded, answers no larger than is sensible.

Services differ in what they are asked and what they answer; how one asks is the same for all of them and stands here.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import quote, quote_plus

import requests
from urllib3.exceptions import HTTPError, ReadTimeoutError

from audio.speech.pace import Pace
from audio.speech.port import Reason, SpeechFailed

_PIECE_BYTES = 16 * 1024
_OK, _REDIRECT, _TOO_MANY, _SERVER_ERROR = 200, 300, 429, 500
_NOT_YET = frozenset({202, 403, 404, 425})
"""What stores of files answer before the file is there."""
_DIGITS = 7
_SHORTEST_S = 0.05
"""Of a time-out: 0 would mean not to wait at all, and is refused."""
_ADDRESS = re.compile(r"with url: \S+")


@dataclass(slots=True)
class Clock:
    """The two things that asking does with time; a test passes its own."""

    now: Callable[[], float] = time.monotonic
    wait: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait, in seconds, and whom to believe."""

    connect_s: float = 5.0
    read_s: float = 15.0
    """Between two pieces of an answer."""
    passage_s: float = 180.0
    """For a whole passage, pauses included; then the next voice is tried."""
    authorities: str | None = None
    """File of trusted certificates; None: the usual public ones. There is no way to switch the check off."""


@dataclass(frozen=True, slots=True, repr=False)
class Question:
    """One request. It is never shown: its headers hold the key of the commune."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    secrets: tuple[str, ...] = ()
    """What must not stand in a message about a failure."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    content_type: str
    """Lower case, without parameters."""
    body: bytes
    wish_s: float | None = None
    """Seconds for which it asked to be left alone (Retry-After)."""


class Broken(SpeechFailed):
    """What passes by itself: the same question may be asked again at once."""


class Service:
    """One service: one visit at a time, however many threads ask, and never more often than its pace allows."""

    def __init__(self, patience: Patience | None = None, pace: Pace | None = None, clock: Clock | None = None) -> None:
        self.patience = patience or Patience()
        self.pace = pace or Pace()
        self.clock = clock or Clock()
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def visit(self, within_s: float | None) -> Iterator["Visit"]:
        """Open a connection for one bulletin; `within_s`: seconds for all of it, or None."""
        if not self._one_at_a_time.acquire(timeout=-1 if within_s is None else within_s):
            raise SpeechFailed(Reason.TIMED_OUT, "another bulletin is being spoken", retryable=True)
        try:
            with requests.Session() as session:
                yield Visit(self, session, within_s)
        finally:
            self._one_at_a_time.release()


class Visit:
    """One bulletin on its way: the open session, and the moment at which patience ends."""

    def __init__(self, service: Service, session: requests.Session, within_s: float | None) -> None:
        self._patience, self._pace, self._clock = service.patience, service.pace, service.clock
        self._session = session
        now = self._clock.now()
        self._last_moment = float("inf") if within_s is None else now + within_s
        self._ends = now
        self.begin_passage()

    def begin_passage(self) -> None:
        """Grant the next passage its own time."""
        self._ends = min(self._clock.now() + self._patience.passage_s, self._last_moment)

    def ask(self, question: Question, *, largest: int) -> Answer:
        """Ask for something, at the service's pace, and again after what passes; an answer of 2xx, or SpeechFailed."""
        for attempt in count(1):
            self._wait_for_turn()
            try:
                answer = self._send(question, largest)
                self._check_status(answer)
                return answer
            except Broken as failure:
                pause = self._pace.retry_after(attempt, failure.again_s)
                if pause is None or self._clock.now() + pause > self._ends:
                    raise self._given_up(failure) from failure
                self._clock.wait(pause)
        raise AssertionError("unreachable: counting does not end")

    def look(self, question: Question, *, largest: int) -> Answer | None:
        """Ask whether something is ready: out of turn, and once. None: not yet, or it cannot be had just now."""
        self._check_patience()
        try:
            answer = self._send(question, largest)
            if answer.status not in _NOT_YET:
                self._check_status(answer)
                return answer
        except Broken:
            return None
        return None

    def wait(self, seconds: float) -> None:
        """Wait before looking again, as long as there is patience."""
        self._clock.wait(seconds)
        self._check_patience()

    def _wait_for_turn(self) -> None:
        now = self._clock.now()
        if (rest := self._pace.rest(now)) > 0:
            raise SpeechFailed(Reason.RESTING, f"left alone for another {rest:.0f} s", retryable=True, again_s=rest)
        pause = self._pace.take_turn(now)
        if now + pause > self._ends:
            raise self._impatient()
        if pause > 0:
            self._clock.wait(pause)
        self._check_patience()

    def _check_patience(self) -> None:
        if self._clock.now() > self._ends:
            raise self._impatient()

    def _impatient(self) -> SpeechFailed:
        return SpeechFailed(Reason.TIMED_OUT, "no patience left for this passage", retryable=True)

    def _send(self, question: Question, largest: int) -> Answer:
        chosen = self._patience
        left_s = max(_SHORTEST_S, self._ends - self._clock.now())
        try:
            with self._session.request(
                question.method,
                question.url,
                data=question.body,
                headers={"Accept-Encoding": "identity", **question.headers},
                timeout=(min(chosen.connect_s, left_s), min(chosen.read_s, left_s)),
                verify=chosen.authorities or True,
                allow_redirects=False,
                stream=True,
            ) as answer:
                return Answer(answer.status_code, _type(answer), self._read(answer, largest), _wish_s(answer))
        except requests.exceptions.SSLError as error:
            raise SpeechFailed(Reason.UNTRUSTED, _told(error, question), retryable=False) from None
        except (requests.exceptions.Timeout, ReadTimeoutError) as error:
            if left_s < chosen.read_s:  # it was we who had no time
                raise self._impatient() from None
            raise self._left_alone(Reason.TIMED_OUT, _told(error, question)) from None
        except requests.exceptions.ConnectionError as error:
            raise self._left_alone(Reason.UNREACHABLE, _told(error, question)) from None
        except (requests.exceptions.RequestException, HTTPError, OSError) as error:
            raise Broken(Reason.UNREACHABLE, _told(error, question), retryable=True) from None

    def _read(self, answer: requests.Response, largest: int) -> bytes:
        """Read whatever has come, piece by piece: a server that drips would defeat the time-out between two pieces."""
        read = bytearray()
        while piece := answer.raw.read1(_PIECE_BYTES, decode_content=False):
            read += piece
            self._check_patience()
            if len(read) > largest:
                raise SpeechFailed(Reason.NO_SOUND, f"the answer is longer than {largest} bytes", retryable=True)
        return bytes(read)

    def _check_status(self, answer: Answer) -> None:
        """Refuse everything but 2xx; raises Broken for what may be asked again at once."""
        told = f"HTTP {answer.status}"
        if answer.status >= _SERVER_ERROR or (answer.status == _TOO_MANY and answer.wish_s is not None):
            raise Broken(Reason.REFUSED, told, retryable=True, again_s=answer.wish_s)
        if answer.status == _TOO_MANY:
            raise self._refused(told, None)
        if not _OK <= answer.status < _REDIRECT:
            raise SpeechFailed(Reason.REFUSED, told, retryable=False)

    def _given_up(self, failure: Broken) -> SpeechFailed:
        if failure.detail == f"HTTP {_TOO_MANY}":
            return self._refused(failure.detail, failure.again_s)
        return self._left_alone(failure.reason, failure.detail)

    def _refused(self, detail: str, wish_s: float | None) -> SpeechFailed:
        rest_s = self._pace.refused(self._clock.now(), wish_s)
        return SpeechFailed(Reason.REFUSED, detail, retryable=True, again_s=rest_s)

    def _left_alone(self, reason: Reason, detail: str) -> SpeechFailed:
        rest_s = self._pace.unreachable(self._clock.now())
        return SpeechFailed(reason, detail, retryable=True, again_s=rest_s)


def _type(answer: requests.Response) -> str:
    return answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _wish_s(answer: requests.Response) -> float | None:
    """Seconds by Retry-After; its other form, a date, is judged by no clock of ours and passed over."""
    wish = answer.headers.get("Retry-After", "").strip()
    return float(wish) if wish.isascii() and wish.isdigit() and len(wish) < _DIGITS else None


def _told(error: Exception, question: Question) -> str:
    """What the library said, without the address, in which a key may stand."""
    told = _ADDRESS.sub("", f"{type(error).__name__}: {error}")
    for secret in question.secrets:
        for form in {secret, quote(secret), quote_plus(secret)} - {""}:
            told = told.replace(form, "***")
    return told
