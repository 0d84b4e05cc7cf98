"""One download: resumed, bounded, in no hurry to believe; whatever the server does."""

import hashlib
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from edge.adapters.download import (
    SLOW_BYTES_S,
    SLOW_S,
    FetchFailed,
    Interrupted,
    Pace,
    Source,
    Unreachable,
    fetch,
    retry_after_s,
)
from edge.adapters.tls import clip_trust
from edge.core.downloads import HEAD_BYTES, cost
from protocol.names import ClipHash
from tests.fakes.clip_server import ClipServer

DATA = os.urandom(300_000)
CLIP = ClipHash(hashlib.sha256(DATA).hexdigest())


@dataclass
class Watching:
    """Counts what came, and breaks off when told to."""

    bytes: int = 0
    at: list[int] = field(default_factory=list)
    stop: bool = False

    def received(self, count: int) -> None:
        self.bytes += count

    def reached(self, here: int) -> None:
        self.at.append(here)
        if self.stop:
            raise Interrupted


@pytest.fixture
def server() -> Iterator[ClipServer]:
    server = ClipServer()
    server.files = {CLIP: DATA}
    yield server
    server.close()


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "clip.part"


@pytest.fixture
def watch() -> Watching:
    return Watching()


def get(server: ClipServer, part: Path, watch: Watching, **source: object) -> None:
    fetch(Source(server.address, **source), CLIP, len(DATA), part, watch)


# ---- what a good server does


def test_a_clip_is_fetched(server: ClipServer, part: Path, watch: Watching):
    get(server, part, watch)
    assert part.read_bytes() == DATA
    assert len(DATA) < watch.bytes <= cost(len(DATA))


def test_a_part_is_resumed(server: ClipServer, part: Path, watch: Watching):
    part.write_bytes(DATA[:100_000])
    get(server, part, watch)
    assert part.read_bytes() == DATA
    assert server.asked == [(CLIP, "bytes=100000-")]
    assert watch.bytes < 201_000


def test_a_chunked_answer_is_taken(server: ClipServer, part: Path, watch: Watching):
    server.chunked = True
    part.write_bytes(DATA[:100_000])
    get(server, part, watch)
    assert part.read_bytes() == DATA


def test_a_part_that_is_whole_asks_nobody_and_one_that_is_too_long_begins_anew(
    server: ClipServer, part: Path, watch: Watching
):
    part.write_bytes(DATA)
    get(server, part, watch)
    assert server.asked == []
    part.write_bytes(DATA + b"more")
    get(server, part, watch)
    assert part.read_bytes() == DATA
    assert server.asked == [(CLIP, None)]


def test_it_gives_way_and_keeps_what_came(server: ClipServer, part: Path):
    with pytest.raises(Interrupted):
        get(server, part, Watching(stop=True))
    assert 0 < part.stat().st_size < len(DATA)


# ---- what a poor one does


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("chunked", [False, True])
def test_cut_at_every_tenth_it_goes_on_where_it_was(
    server: ClipServer, part: Path, watch: Watching, reset: bool, chunked: bool
):
    server.cut_after, server.reset, server.chunked = len(DATA) // 10, reset, chunked
    tries = 0
    while not part.exists() or part.stat().st_size < len(DATA):
        tries += 1
        assert tries <= 12, "it does not get on"
        try:
            get(server, part, watch)
        except FetchFailed:
            continue
    assert part.read_bytes() == DATA
    assert watch.bytes <= 1.1 * len(DATA)


def test_a_server_that_ignores_ranges_sends_it_all_again(server: ClipServer, part: Path, watch: Watching):
    part.write_bytes(b"x" * 100_000)
    server.ignore_ranges = True
    get(server, part, watch)
    assert part.read_bytes() == DATA
    assert watch.bytes <= cost(len(DATA)), "more than was set aside in the budget"


def wrong_range(given: str) -> Callable[[ClipServer], None]:
    return lambda server: server.headers.update({"Content-Range": given})


def other_length(data: bytes) -> Callable[[ClipServer], None]:
    return lambda server: server.files.update({CLIP: data})


@pytest.mark.parametrize(
    "spoil",
    [
        wrong_range(f"bytes 0-{len(DATA) - 1}/{len(DATA)}"),
        wrong_range(f"bytes 100000-{len(DATA) - 1}/{len(DATA) + 1}"),
        wrong_range("bytes 100000-200000/300000"),
        wrong_range(""),
        other_length(DATA[:100_000]),
        other_length(DATA[:200_000]),
        other_length(DATA + b"more"),
    ],
)
def test_after_a_wrong_range_or_another_content_the_next_try_begins_anew(
    server: ClipServer, part: Path, watch: Watching, spoil: Callable[[ClipServer], None]
):
    part.write_bytes(DATA[:100_000])
    spoil(server)
    with pytest.raises(FetchFailed):
        get(server, part, watch)
    assert not part.exists()
    assert watch.bytes < HEAD_BYTES, "bytes were taken from an answer that cannot be right"
    server.headers, server.files = {}, {CLIP: DATA}
    get(server, part, watch)
    assert server.asked[-1] == (CLIP, None)
    assert part.read_bytes() == DATA


@pytest.mark.parametrize(("extra", "why"), [(b"one more", "more than"), (b"", "less than")])
def test_an_answer_of_another_length_is_not_even_read(
    server: ClipServer, part: Path, watch: Watching, extra: bytes, why: str
):
    server.extra = extra
    server.files[CLIP] = DATA if extra else DATA[:-1]
    with pytest.raises(FetchFailed, match=why):
        get(server, part, watch)
    assert watch.bytes < HEAD_BYTES
    assert not part.exists()


def test_a_chunked_answer_that_goes_on_is_left_at_the_clips_size(server: ClipServer, part: Path, watch: Watching):
    server.chunked, server.extra = True, os.urandom(500_000)
    get(server, part, watch)
    assert part.read_bytes() == DATA
    assert watch.bytes <= cost(len(DATA))


def test_a_chunked_answer_that_ends_early_keeps_what_came(server: ClipServer, part: Path, watch: Watching):
    server.chunked = True
    server.files[CLIP] = DATA[:90_000]
    with pytest.raises(FetchFailed, match="ended at 90000"):
        get(server, part, watch)
    assert part.read_bytes() == DATA[:90_000]


def test_what_is_encoded_is_refused(server: ClipServer, part: Path, watch: Watching):
    server.gzipped = True
    with pytest.raises(FetchFailed, match="encoded as gzip"):
        get(server, part, watch)
    assert not part.exists()


@pytest.mark.parametrize("status", [204, 301, 302, 307, 404, 410, 416, 500, 503])
def test_an_answer_that_is_none_is_a_failure(server: ClipServer, part: Path, watch: Watching, status: int):
    server.status = status
    server.headers["Location"] = server.address + CLIP
    with pytest.raises(FetchFailed, match=f"HTTP {status}"):
        get(server, part, watch)
    assert len(server.asked) == 1, "a redirect was followed"


def test_a_head_without_end_is_not_read_to_its_end(server: ClipServer, part: Path, watch: Watching):
    server.headers = {f"X-{number}": "x" * 1000 for number in range(90)}
    with pytest.raises(FetchFailed, match="more bytes than"):
        get(server, part, watch)
    assert watch.bytes < 2 * cost(len(DATA))


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0\xff\n\n", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nxxxxx", b"HTTP/1.1 x y\r\n\r\n"],
)
def test_what_is_no_http_is_a_failure(part: Path, watch: Watching, answer: bytes):
    with Rude(answer) as address, pytest.raises(FetchFailed):
        fetch(Source(address, timeout_s=5), CLIP, len(DATA), part, watch)


def test_more_in_one_chunk_than_it_says_is_not_written(part: Path, watch: Watching):
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"
    with Rude(head + b"x" * 5000) as address, pytest.raises(FetchFailed):
        fetch(Source(address, timeout_s=5), CLIP, 100, part, watch)
    assert not part.exists() or part.stat().st_size <= 100


def test_nobody_there_is_said(part: Path, watch: Watching):
    closed = ClipServer()
    gone = closed.address
    closed.close()
    with pytest.raises(Unreachable):
        fetch(Source(gone), CLIP, len(DATA), part, watch)


class Rude:
    """Answers one connection with fixed bytes, whatever is asked."""

    def __init__(self, answer: bytes) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._answer = answer
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> str:
        self._thread.start()
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/clips/"

    def __exit__(self, *_: object) -> None:
        self._thread.join(10)
        self._listener.close()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            connection.recv(10_000)
            connection.sendall(self._answer)


# ---- slowness


class Clock:
    """Goes on by a step at every look."""

    def __init__(self, step_s: float) -> None:
        self.now, self.step_s = 0.0, step_s

    def __call__(self) -> float:
        self.now += self.step_s
        return self.now


def test_a_server_that_drips_is_given_up_and_what_came_is_kept(part: Path, watch: Watching):
    small = os.urandom(5000)
    name = ClipHash(hashlib.sha256(small).hexdigest())
    server = ClipServer()
    server.files, server.stall = {name: small}, None
    source = Source(server.address, clock=Clock(SLOW_S + 1))
    with pytest.raises(FetchFailed, match="bytes in 61 s"):
        fetch(source, name, len(small), part, watch)
    server.close()


def test_a_server_that_stalls_in_the_middle_times_out(server: ClipServer, part: Path, watch: Watching):
    server.stall = threading.Event()
    with pytest.raises(FetchFailed, match=r"[Tt]imed? ?out"):
        get(server, part, watch, timeout_s=0.2)
    assert part.stat().st_size == len(DATA) // 2


@given(st.lists(st.tuples(st.integers(0, 20_000), st.floats(0.01, 10.0)), min_size=1, max_size=200))
def test_the_pace_is_judged_by_windows(steps: list[tuple[int, float]]):
    pace, now, since, count = Pace(0.0, 10**9), 0.0, 0.0, 0
    for took, seconds in steps:
        now += seconds
        count += took
        if now - since >= SLOW_S:
            if count < SLOW_BYTES_S * (now - since):
                with pytest.raises(FetchFailed):
                    pace.took(took, now)
                return
            since, count = now, 0
            pace.took(took, now)
        else:
            pace.took(took, now)


def test_no_more_than_was_set_aside_is_taken():
    pace = Pace(0.0, 100)
    pace.took(100, 0.1)
    with pytest.raises(FetchFailed, match="more bytes"):
        pace.took(1, 0.2)


# ---- Retry-After


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        (None, None, None),
        ("120", None, 120.0),
        (" 7 ", None, 7.0),
        ("9" * 40, None, 999_999_999.0),
        ("-5", None, None),
        ("٣", None, None),
        ("soon", None, None),
        ("", None, None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:27:00 GMT", 60.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 08:27:00 GMT", 0.0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None, None),
        ("Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:27:00 -0000", None),
    ],
)
def test_retry_after_is_read(value: str | None, date: str | None, seconds: float | None):
    assert retry_after_s(value, date) == seconds


def test_a_server_that_asks_for_time_is_understood(server: ClipServer, part: Path, watch: Watching):
    server.status, server.headers = 503, {"Retry-After": "90"}
    with pytest.raises(FetchFailed) as failed:
        get(server, part, watch)
    assert failed.value.after_s == 90.0


# ---- https


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "clips")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = tmp_path_factory.mktemp("tls") / "clips.pem"
    path.write_bytes(made.public_bytes(pem) + secret)
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[ClipServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = ClipServer(context)
    server.files = {CLIP: DATA}
    yield server
    server.close()


def authority_in(certificate: Path) -> str:
    """The certificate without its key."""
    text = certificate.read_text()
    return text[: text.index("-----BEGIN PRIVATE KEY")]


def test_over_https_the_named_authority_is_believed(secure: ClipServer, part: Path, watch: Watching, certificate: Path):
    get(secure, part, watch, tls=clip_trust(authority_in(certificate)))
    assert part.read_bytes() == DATA


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_server_that_nobody_vouches_for_is_refused(
    secure: ClipServer, part: Path, watch: Watching, certificate: Path, host: str
):
    """By no authority of the machine; and by the right one, but under another name."""
    tls = clip_trust(authority_in(certificate)) if host == "localhost" else None
    address = secure.address.replace("127.0.0.1", host)
    with pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED"):
        fetch(Source(address, tls), CLIP, len(DATA), part, watch)
    assert secure.asked == []
