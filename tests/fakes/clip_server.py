"""The controller's clip address, as strict as a real server, with a button for every failure.

It answers ranges, `HEAD`-less, by RFC 9110: 206 with a Content-Range, 416 past the end, 400 for what is no request of
ours. `sent` counts the bytes of bodies that were handed to the network.
"""

import contextlib
import gzip
import re
import socket
import ssl
import struct
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

CHUNK = 10_000


class ClipServer:
    """Serves bytes by name on a port of its own, and records what was asked."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.sent = 0
        self.cut_after: int | None = None
        """Break every answer off after so many bytes of its body; `reset`: rudely, with a TCP reset."""
        self.reset = False
        self.ignore_ranges = False
        self.status: int | None = None
        self.headers: dict[str, str] = {}
        """More headers; they replace those that the server would send."""
        self.extra = b""
        self.chunked = False
        self.gzipped = False
        self.before_answer: Callable[[], None] | None = None
        """Called once, before the next answer."""
        self.stall: threading.Event | None = None
        """Send the head and half of the body, and the rest only when this is set."""
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                owner.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self._scheme = "http" if tls is None else "https"
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def address(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self.port}/clips/"

    def close(self) -> None:
        if self.stall is not None:
            self.stall.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        name = request.path.removeprefix("/clips/")
        wanted = request.headers.get("Range")
        self.asked.append((name, wanted))
        once, self.before_answer = self.before_answer, None
        if once is not None:
            once()
        data = self.files.get(name)
        match = re.fullmatch(r"bytes=(\d+)-", wanted or "bytes=0-")
        if match is None or "Host" not in request.headers or not request.path.startswith("/clips/"):
            self._refuse(request, 400, {})
        elif self.status is not None or data is None:
            self._refuse(request, self.status or 404, {})
        elif int(match[1]) >= len(data) and not self.ignore_ranges:
            self._refuse(request, 416, {"Content-Range": f"bytes */{len(data)}"})
        else:
            begin = 0 if wanted is None or self.ignore_ranges else int(match[1])
            self._send(request, data, begin, ranged=wanted is not None and not self.ignore_ranges)

    def _refuse(self, request: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
        self._head(request, status, {"Content-Length": "5", **headers})
        with contextlib.suppress(OSError):
            request.wfile.write(b"error")

    def _head(self, request: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
        request.send_response(status)
        for key, value in {**headers, **self.headers}.items():
            request.send_header(key, value)
        request.end_headers()

    def _send(self, request: BaseHTTPRequestHandler, data: bytes, begin: int, *, ranged: bool) -> None:
        body = data[begin:] + self.extra
        headers = {"Accept-Ranges": "bytes", "Content-Type": "audio/ogg"}
        if ranged:
            headers["Content-Range"] = f"bytes {begin}-{len(data) - 1}/{len(data)}"
        if self.gzipped:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        headers |= {"Transfer-Encoding": "chunked"} if self.chunked else {"Content-Length": str(len(body))}
        self._head(request, 206 if ranged else 200, headers)
        broken = self.cut_after is not None and self.cut_after < len(body)
        body = body if self.cut_after is None else body[: self.cut_after]
        with contextlib.suppress(OSError):
            self._body(request, body, broken=broken)

    def _body(self, request: BaseHTTPRequestHandler, body: bytes, *, broken: bool) -> None:
        half = len(body) // 2
        if self.stall is not None:
            self._write(request, body[:half])
            self.stall.wait(30)
            body = body[half:]
        self._write(request, body)
        if broken:
            self._break(request)
        elif self.chunked:
            request.wfile.write(b"0\r\n\r\n")

    def _write(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        for start in range(0, len(body), CHUNK):
            piece = body[start : start + CHUNK]
            request.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if self.chunked else piece)
            self.sent += len(piece)

    def _break(self, request: BaseHTTPRequestHandler) -> None:
        request.close_connection = True
        if self.reset:
            linger = struct.pack("ii", 1, 0)
            request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            request.connection.close()
