"""Fetches one clip by HTTP into its part file: resumes where it stopped, and takes never more bytes than were promised.

A clip is named by its hash, so its bytes cannot rightly change between two tries: no validator is needed to resume,
and the hash of the whole decides. The server is not trusted with anything: not with its answer's length, coding or
range, not with the time that it takes, and not to name another address (redirects are refused).
"""

import email.utils
import http.client
import io
import socket
import ssl
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol, cast

from edge.core.downloads import cost

SLOW_BYTES_S = 200
SLOW_S = 60.0
"""A server that brings less than SLOW_BYTES_S bytes a second over SLOW_S seconds must wait: others may be quicker."""
_CHUNK = 64 * 1024


class FetchFailed(Exception):
    """This try came to nothing; another may help, not before `after_s` seconds when the server asked for that."""

    def __init__(self, message: str, after_s: float | None = None) -> None:
        super().__init__(message)
        self.after_s = after_s


class Unreachable(FetchFailed):
    """Nobody answers at the address."""


class Interrupted(Exception):
    """Something more urgent came up; what was fetched is kept."""


class Watch(Protocol):
    """Hears how a fetch goes on."""

    def received(self, count: int) -> None:
        """So many more bytes came over the network, headers and what is thrown away included."""

    def reached(self, here: int) -> None:
        """So many bytes of the clip are in the part file. May raise Interrupted."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where clips come from: the address to which a hash is appended, and how patient one is with it.

    `tls` decides who is believed at an https address (None: whom the machine trusts); `timeout_s` is for every single
    operation of the socket.
    """

    base: str
    tls: ssl.SSLContext | None = None
    timeout_s: float = 10.0
    clock: Callable[[], float] = time.monotonic


class Pace:
    """Judges whether bytes come fast enough, over windows of SLOW_S. Time is passed in, in monotonic seconds."""

    def __init__(self, now: float, most: int) -> None:
        self._since, self._count, self._left = now, 0, most

    def took(self, count: int, now: float) -> None:
        """So many bytes came by now; raises FetchFailed when they are too few for the time, or too many."""
        self._count += count
        self._left -= count
        if self._left < 0:
            raise FetchFailed("more bytes than an answer may have")
        if now - self._since >= SLOW_S:
            if self._count < SLOW_BYTES_S * (now - self._since):
                raise FetchFailed(f"only {self._count} bytes in {now - self._since:.0f} s")
            self._since, self._count = now, 0


def fetch(source: Source, name: str, size: int, part: Path, watch: Watch) -> None:
    """Fetch the clip of this name until `part` holds `size` bytes.

    Raises:
        FetchFailed: no connection, an answer that is none, too few or too many bytes, or too slowly.
        Interrupted: `watch` said so.
        OSError: the part file could not be written.
    """
    here = part.stat().st_size if part.exists() else 0
    if here == size:
        return
    if here > size:
        part.unlink()
        here = 0
    with _Request(source, name, size, here, watch) as request:
        _take(request, size, here, part, watch)


def _take(request: "_Request", size: int, here: int, part: Path, watch: Watch) -> None:
    try:
        begin = _require_answer(request.answer, size, here)
    except _WrongRange:
        part.unlink()
        raise
    with part.open("ab" if begin else "wb") as file:
        while begin < size:
            chunk = request.read(min(_CHUNK, size - begin))
            if not chunk:
                raise FetchFailed(f"the answer ended at {begin} of {size} bytes")
            if begin + len(chunk) > size:
                raise FetchFailed(f"more than {size} bytes")
            file.write(chunk)
            begin += len(chunk)
            if begin < size:
                watch.reached(begin)


class _WrongRange(FetchFailed):
    """The server does not have the rest of what was begun: the next try begins anew."""


class _Request:
    """One request and its answer's head; a context that closes the connection."""

    def __init__(self, source: Source, name: str, size: int, here: int, watch: Watch) -> None:
        url = urllib.parse.urlsplit(source.base)
        self._source, self._path = source, f"{url.path.rstrip('/')}/{name}"
        self._headers = {"Accept-Encoding": "identity", "Connection": "close"}
        if here:
            self._headers["Range"] = f"bytes={here}-"
        self._connection = _connection(source, url)
        self._pace = Pace(source.clock(), cost(size))
        self._watch = watch

    def __enter__(self) -> "_Request":
        try:
            self._connection.connect()
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(f"{type(error).__name__}: {error}") from error
        try:
            self.answer = self._ask()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise FetchFailed(f"{type(error).__name__}: {error}") from error
        except FetchFailed:
            self._connection.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.answer.close()
        self._connection.close()

    def read(self, size: int) -> bytes:
        """What is there, at most `size` bytes; nothing at the end."""
        try:
            return self.answer.read1(size)
        except (OSError, http.client.HTTPException) as error:
            raise FetchFailed(f"{type(error).__name__}: {error}") from error

    def _ask(self) -> http.client.HTTPResponse:
        self._connection.request("GET", self._path, headers=self._headers)
        line = _Line(self._connection.sock, self._took)
        answer = http.client.HTTPResponse(cast("socket.socket", line), method="GET")
        answer.begin()
        return answer

    def _took(self, count: int) -> None:
        self._watch.received(count)
        self._pace.took(count, self._source.clock())


class _Line:
    """Stands for the socket where an answer is read, so that every byte is counted and timed, the head's too."""

    def __init__(self, sock: socket.socket, took: Callable[[int], None]) -> None:
        self._sock, self._took = sock, took

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Counted(self._sock.makefile("rb", buffering=0), self._took))


class _Counted(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, took: Callable[[int], None]) -> None:
        self._raw, self._took_bytes = raw, took

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any writable buffer
        count = self._raw.readinto(buffer) or 0
        self._took_bytes(count)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


def _connection(source: Source, url: urllib.parse.SplitResult) -> http.client.HTTPConnection:
    host = url.hostname or ""
    if url.scheme == "https":
        tls = source.tls or ssl.create_default_context()
        return http.client.HTTPSConnection(host, url.port, timeout=source.timeout_s, context=tls)
    return http.client.HTTPConnection(host, url.port, timeout=source.timeout_s)


def _require_answer(answer: http.client.HTTPResponse, size: int, here: int) -> int:
    """Return where the answer's bytes begin in the clip; raises FetchFailed for an answer that cannot be it."""
    if answer.status not in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT}:
        kind = _WrongRange if here and answer.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE else FetchFailed
        raise kind(f"HTTP {answer.status}", retry_after_s(answer.getheader("Retry-After"), answer.getheader("Date")))
    coding = answer.getheader("Content-Encoding", "identity")
    if coding.strip().lower() != "identity":
        raise FetchFailed(f"encoded as {coding[:40]}")
    begin = here if answer.status == HTTPStatus.PARTIAL_CONTENT else 0
    if answer.status == HTTPStatus.PARTIAL_CONTENT:
        _require_range(answer.getheader("Content-Range", ""), size, here)
    if answer.length is not None and answer.length != size - begin:
        raise FetchFailed(f"{'more' if answer.length > size - begin else 'less'} than {size} bytes")
    return begin


def _require_range(given: str, size: int, here: int) -> None:
    if given.strip() not in {f"bytes {here}-{size - 1}/{total}" for total in (size, "*")}:
        kind = _WrongRange if here else FetchFailed
        raise kind(f"asked from {here} of {size}, got {given[:60]!r}")


def retry_after_s(value: str | None, date: str | None) -> float | None:
    """Read Retry-After (RFC 9110, 10.2.3) in seconds. A date counts from the server's own: our clock may be off."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        then, now = (email.utils.parsedate_to_datetime(text) for text in (value, date or ""))
        return max(0.0, (then - now).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
