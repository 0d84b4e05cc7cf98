"""The controller's clip address, with buttons for failure: it can be slow to end, lie, ignore ranges, or refuse."""

import contextlib
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class ClipServer:
    """Serves bytes by name on a port of its own, and records what was asked."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.cut_after: int | None = None
        self.ignore_ranges = False
        self.status: int | None = None
        self.extra = b""
        self.before_answer = None
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                owner.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/clips/"

    def close(self) -> None:
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
        if self.status is not None or data is None:
            request.send_response(self.status or 404)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        match = re.fullmatch(r"bytes=(\d+)-", wanted or "")
        start = int(match[1]) if match and not self.ignore_ranges else 0
        body = data[start:] + self.extra
        request.send_response(206 if start else 200)
        if start:
            request.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        if self.cut_after is not None:
            body = body[: self.cut_after]
            request.close_connection = True
        with contextlib.suppress(ConnectionError):
            request.wfile.write(body)
