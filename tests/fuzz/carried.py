"""What comes by other ways than the broker: answers of the clip server, files of a stick, closed key files."""

import contextlib
import http.client
import io
import json

from controller.adapters.sealed_secret import Cost, NotSealed, WrongPassphrase, label_of, open_key, seal_key
from edge.adapters import download
from edge.adapters.stick import Stick
from edge.core.events import MessageArrived
from protocol.keys import SigningKey
from protocol.names import ClipHash
from tests.fuzz.target import Target, work_folder
from tests.fuzz.wire import SEALED

SIZE, HERE = 400, 100
CHEAP = 2**10


class _Socket:
    """As much of a socket as `http.client` reads an answer from."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, _mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def clip_answer(data: bytes) -> None:
    """An answer of whatever stands where the clip server should."""
    answer = http.client.HTTPResponse(_Socket(data), method="GET")
    with contextlib.suppress(http.client.HTTPException, OSError, download.FetchFailed):  # as `download._Request` does
        answer.begin()
        assert download._require_answer(answer, SIZE, HERE) in {0, HERE}
        while answer.read1(64):
            pass


def retry_after(data: bytes) -> None:
    """Two headers, a line each: never raises, and never says less than nothing."""
    value, _, date = data.decode("latin-1").partition("\n")
    seconds = download.retry_after_s(value, date or None)
    assert seconds is None or seconds >= 0


class _NoClips:
    def lacks(self, clip: ClipHash) -> bool:
        raise AssertionError(f"{clip} is no clip")

    def take_in(self, clip: ClipHash, source: object, size: int) -> None:
        raise AssertionError(f"{clip} is no clip")


def stick_file(data: bytes) -> None:
    """A file with our ending on somebody's stick: posted as it is, once, or passed over."""
    folder = work_folder() / "stick"
    folder.mkdir(exist_ok=True)
    (folder / "programme.loalang").write_bytes(data)
    posted: list[object] = []
    stick = Stick([folder], _NoClips(), posted.append)
    for _ in range(3):
        stick.look()
    assert len(posted) <= 1
    assert all(isinstance(event, MessageArrived) and event.data == data for event in posted)


def sealed_key(data: bytes) -> None:
    """A closed key file that somebody has changed: named damaged, and never opened."""
    try:
        label = label_of(data)
    except NotSealed:
        return
    if label.n * label.r * label.p > CHEAP * 8:
        return
    with contextlib.suppress(NotSealed, WrongPassphrase):
        assert open_key(data, PASSPHRASE).public == KEY.public


PASSPHRASE = "k7dq-93mh-x2wt"
KEY = SigningKey.from_text("A" * 43)
CLOSED = seal_key(KEY, PASSPHRASE, what="emergency", commune="vi-huong", cost=Cost(n=2, r=1, p=1))
ANSWERS = (
    b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 100-399/400\r\nContent-Length: 300\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\nContent-Encoding: identity\r\n\r\nOggS",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nOggS\r\n0\r\n\r\n",
    b"HTTP/1.1 503 Busy\r\nRetry-After: 120\r\nDate: Sun, 22 Nov 2026 22:00:00 GMT\r\n\r\n",
    b"HTTP/1.1 416 No\r\nContent-Range: bytes */400\r\n\r\n",
)
DATE = b"Sun, 22 Nov 2026 22:00:00 GMT"
HEADERS = (
    b"120\n",
    DATE + b"\n" + DATE,
    b"Sunday, 22-Nov-26 22:00:00 GMT\n" + DATE,
    b"22 Nov 2026 25:61 +9999\n" + DATE,
)
TARGETS = (
    Target("clip-answer", clip_answer, ANSWERS, longest=512),
    Target("retry-after", retry_after, HEADERS, longest=120),
    Target("stick-file", stick_file, SEALED),
    Target("sealed-key", sealed_key, (CLOSED, json.dumps({"a": 1}).encode()), longest=512),
)
