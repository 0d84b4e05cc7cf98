"""A local HTTPS server that answers like the speech services of Viet Nam, with buttons for what goes wrong there.

Each shape is as strict as the service's own documents: a request that the service would refuse is refused here.
"""

import base64
import json
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

KEY = "kh0a-bi-mat"
APP = "ung-dung-7"
_CHARACTERS_A_SECOND = 15


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that refuses the certificate is what is tested."""


class ServiceServer:
    """Speaks one shape; `press` puts replies in front of it, `ready_after` lets the sound come later."""

    def __init__(self, mp3: bytes, certificate_file: Path, key_file: Path) -> None:
        self.mp3 = mp3
        self.asked: list[Asked] = []
        self.ready_after = 0
        self.sounds: dict[str, bytes] = {}
        self.shape: Callable[[Asked], Reply] = self.plain
        self._pressed: list[Reply] = []
        self._hangs = False
        self._released = threading.Event()
        self._server = _QuietServer(("127.0.0.1", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate_file, key_file)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def texts(self) -> list[str]:
        """What the service was asked to say."""
        return [text for asked in self.asked if (text := _text_of(asked))]

    def press(self, *replies: Reply) -> None:
        """Button: give these replies to the next requests, in this order, before the shape is asked again."""
        self._pressed += replies

    def hang(self) -> None:
        """Button: take the request and never answer."""
        self._hangs = True

    def close(self) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def sound_of(self, text: str) -> bytes:
        return self.mp3 * max(1, -(-len(text) // _CHARACTERS_A_SECOND))

    def plain(self, asked: Asked) -> Reply:
        """Any question with a text: sound."""
        return Reply(body=self.sound_of(_text_of(asked)), content_type="audio/mpeg")

    def base64(self, asked: Asked) -> Reply:
        return Reply(
            body=json.dumps({"audioContent": base64.b64encode(self.sound_of(_text_of(asked))).decode()}).encode()
        )

    def fpt(self, asked: Asked) -> Reply:
        if asked.method == "GET":
            return self._file(asked)
        text = asked.body.decode()
        if asked.path != "/hmi/tts/v5" or asked.headers.get("api_key") != KEY:
            return Reply(401, b'{"message":"Unauthorized"}')
        if asked.headers["voice"] not in {"banmai", "myan", "linhsan"} or not -3 <= int(asked.headers["speed"]) <= 3:
            return Reply(400, b'{"error":1}')
        if not 3 <= len(text) <= 5_000:
            return Reply(body=b'{"error":9,"message":"length"}')
        return Reply(body=json.dumps({"async": self._store(text), "error": 0, "request_id": "a-1"}).encode())

    def viettel(self, asked: Asked) -> Reply:
        wanted = json.loads(asked.body)
        if asked.path != "/tts/speech_synthesis" or asked.headers["Content-Type"] != "application/json":
            return Reply(404)
        if wanted["token"] != KEY:
            return Reply(401, b'{"error":"token"}')
        if not isinstance(wanted["speed"], float) or wanted["tts_return_option"] != 3 or wanted["without_filter"]:
            return Reply(400, b'{"error":"type"}')
        return Reply(body=self.sound_of(wanted["text"]), content_type="audio/mpeg")

    def vbee(self, asked: Asked) -> Reply:
        if asked.path.startswith("/sound/"):
            return self._file(asked)
        if asked.headers.get("Authorization") != f"Bearer {KEY}":
            return Reply(401, b'{"status":0}')
        if asked.method == "GET":
            return self._job(asked.path.removeprefix("/api/v1/tts/"))
        wanted = json.loads(asked.body)
        if wanted["app_id"] != APP or not wanted["callback_url"] or not isinstance(wanted["speed_rate"], str):
            return Reply(body=b'{"status":0,"error_code":1001}')
        number = f"job-{len(self.sounds)}"
        self._store(wanted["input_text"], number)
        return Reply(body=json.dumps({"status": 1, "result": {"request_id": number, "status": "IN_PROGRESS"}}).encode())

    def zalo(self, asked: Asked) -> Reply:
        if asked.method == "GET":
            return self._file(asked)
        form = {key: value[0] for key, value in parse_qs(asked.body.decode()).items()}
        if asked.path != "/v1/tts/synthesize" or asked.headers.get("apikey") != KEY:
            return Reply(401, b'{"error_code":401}')
        if not 0.8 <= float(form["speed"]) <= 1.2 or form["speaker_id"] not in set("123456"):
            return Reply(body=b'{"error_code":155,"error_message":"invalid"}')
        return Reply(body=json.dumps({"error_code": 0, "data": {"url": self._store(form["input"])}}).encode())

    def _store(self, text: str, name: str | None = None) -> str:
        name = name or f"{len(self.sounds)}.mp3"
        self.sounds[name] = self.sound_of(text)
        return f"https://{self.host}/sound/{name}"

    def _file(self, asked: Asked) -> Reply:
        looks = sum(one.path == asked.path for one in self.asked)
        sound = self.sounds.get(asked.path.removeprefix("/sound/"))
        if sound is None or looks <= self.ready_after:
            return Reply(404, b"<Error/>", "application/xml")
        return Reply(body=sound, content_type="audio/mpeg")

    def _job(self, number: str) -> Reply:
        looks = sum(one.path.endswith(f"/tts/{number}") for one in self.asked)
        if number not in self.sounds:
            return Reply(body=b'{"status":0}')
        if looks <= self.ready_after:
            return Reply(body=b'{"status":1,"result":{"status":"IN_PROGRESS"}}')
        link = f"https://{self.host}/sound/{number}"
        self.ready_after = 0
        return Reply(body=json.dumps({"status": 1, "result": {"status": "SUCCESS", "audio_link": link}}).encode())

    def _reply(self, asked: Asked) -> Reply | None:
        self.asked.append(asked)
        if self._hangs:
            self._released.wait(30)
            return None
        return self._pressed.pop(0) if self._pressed else self.shape(asked)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._take("GET")

            def do_POST(self) -> None:
                self._take("POST")

            def do_PUT(self) -> None:
                self._take("PUT")

            def _take(self, method: str) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                reply = server._reply(Asked(method, self.path, dict(self.headers), body))
                if reply is None:
                    return
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", reply.content_type)
                self.end_headers()
                self.wfile.write(reply.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Keep the terminal quiet."""

        return Handler


def _text_of(asked: Asked) -> str:
    kind = asked.headers.get("Content-Type", "")
    if asked.method == "GET":
        return parse_qs(urlsplit(asked.path).query).get("text", [""])[0]
    if "json" in kind:
        document = json.loads(asked.body)
        return str(document.get("text") or document.get("input_text") or "")
    if "form" in kind:
        form = parse_qs(asked.body.decode())
        return (form.get("input") or form.get("text") or [""])[0]
    return asked.body.decode()
