"""`loalang say`: what the desk answered is said to who asked."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from loalang import saying


class Desk(BaseHTTPRequestHandler):
    answer: dict[str, object]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(201)
        self.end_headers()
        self.wfile.write(json.dumps(self.answer).encode())

    def log_message(self, *_: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    server = HTTPServer(("127.0.0.1", 0), Desk)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    (tmp_path / "controller.json").write_text(json.dumps({"url": f"http://127.0.0.1:{server.server_port}"}))
    (tmp_path / "api-token").write_text("token\n")
    yield tmp_path
    server.shutdown()
    thread.join(10)
    server.server_close()


@pytest.mark.parametrize("warnings", [[], [{"message": "“TT” được đọc là “thông tin”."}]])
def test_what_was_read_as_is_likeliest_is_told(data, capsys, warnings):
    Desk.answer = {"broadcast": "broadcast-1", "url": "http://127.0.0.1/ket-qua/broadcast-1", "warnings": warnings}
    assert saying.main(["TT mời bà con họp.", "--data", str(data), "--no-wait"]) == 0
    assert capsys.readouterr().err.splitlines() == [warning["message"] for warning in warnings]


def test_a_desk_of_an_older_version_gives_no_warnings(data, capsys):
    Desk.answer = {"broadcast": "broadcast-1", "url": "http://127.0.0.1/ket-qua/broadcast-1"}
    assert saying.main(["TT mời bà con họp.", "--data", str(data), "--no-wait"]) == 0
    assert capsys.readouterr().err == ""
