"""A local HTTPS server that speaks the request shape of the on-line voice, with buttons for what goes wrong there."""

import base64
import datetime as dt
import ipaddress
import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate(folder: Path, address: str = "127.0.0.1") -> tuple[Path, Path]:
    """A self-signed certificate for an IP address, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "local voice")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / f"{address}.pem", folder / f"{address}.key"
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


class _QuietServer(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that refuses the certificate is what is tested."""


class TranslateServer:
    """Answers every piece of text with the same MP3, until a button is pressed."""

    def __init__(self, mp3: bytes, certificate_file: Path, key_file: Path) -> None:
        self.sound: bytes | None = mp3
        self.status = 200
        self.fail_from = 0
        self.fail_to = 1_000
        self.trickle = False
        self.pieces: list[str] = []
        self._hangs = False
        self._released = threading.Event()
        self._server = _QuietServer(("127.0.0.1", 0), self._handler())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate_file, key_file)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def endpoint(self) -> str:
        return f"https://127.0.0.1:{self._server.server_port}/_/TranslateWebserverUi/data/batchexecute"

    def hang(self) -> None:
        """Button: take the request and never answer."""
        self._hangs = True

    def close(self) -> None:
        self._released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self) -> tuple[int, bytes]:
        if self.status != 200 and self.fail_from < len(self.pieces) <= self.fail_to:
            return self.status, b"sorry"
        if self.sound is None:
            return 200, b')]}\'\n\n[["wrb.fr","jQ1olc",null,null,null,[3],"generic"]]'
        inner = json.dumps([base64.b64encode(self.sound).decode()])
        return 200, b")]}'\n\n" + json.dumps([["wrb.fr", "jQ1olc", inner]], separators=(",", ":")).encode()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                ((_rpc, parameters, _none, _generic),) = json.loads(form["f.req"][0])[0]
                server.pieces.append(json.loads(parameters)[0])
                if server._hangs:
                    server._released.wait(30)
                    return
                status, body = server._answer()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body) + (1 << 20) * server.trickle))
                if status == 302:
                    self.send_header("Location", "https://127.0.0.1:9/")
                self.end_headers()
                self.wfile.write(body)
                if server.trickle:
                    self.wfile.write(bytes(1 << 20))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Keep the terminal quiet."""

        return Handler
