"""The broker by TLS, as a technician sets it up: the commune's own broker, and the files for a Mosquitto."""

import contextlib
import io
import queue
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from controller.__main__ import main as controller
from controller.adapters.broker.certificates import Certificates
from controller.adapters.broker.supervision import free_port
from controller.assembly import open_office, utc_now
from controller.config import read_config
from controller.service import Service
from edge import config as unit_config
from edge.adapters.mqtt import Broker, Link
from edge.adapters.tls import broker_trust
from edge.core.events import Event, LinkUp
from protocol.keys import SigningKey, encode_bytes
from protocol.names import CommuneId, UnitId

DEADLINE_S = 20.0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    data = tmp_path / "controller"
    data.mkdir()
    tls_port, port = free_port("127.0.0.1", 0), free_port("127.0.0.1", 0)
    (data / "controller.toml").write_text(
        f'[web]\nport = 0\n[broker]\nport = {port}\ntls = true\ntls_port = {tls_port}\nnames = ["127.0.0.1"]\n'
    )
    told(["init", "--commune", "vi-huong", "--name", "Vị Hương", "--user", "hoa", "--generate-password"], data)
    return data


@pytest.fixture
def unit(data: Path, tmp_path: Path) -> unit_config.Configuration:
    """A unit with the file that `enrol` printed."""
    key = encode_bytes(SigningKey.generate().public)
    told(["village", "--village", "khau-bang", "--name", "Khau Bang"], data)
    text = told(["enrol", "--unit", "cum-a", "--name", "Cụm A", "--village", "khau-bang", "--key", key], data)
    path = tmp_path / "unit.toml"
    path.write_text(text)
    return unit_config.read(path, simulate=False)


@pytest.fixture
def serving(data: Path, unit: unit_config.Configuration) -> Iterator[Service]:
    service = Service(open_office(data, read_config(data)))
    service.start()
    yield service
    service.stop()


def told(words: list[str], data: Path, expected: int = 0) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        assert controller([*words, "--data", str(data)]) == expected, out.getvalue()
    return out.getvalue()


def test_an_enrolled_unit_reaches_the_communes_broker_by_tls(serving: Service, unit: unit_config.Configuration) -> None:
    mqtt = unit.file.mqtt
    assert mqtt.tls
    trust = broker_trust(unit.authority)
    broker = Broker(
        host=mqtt.host, port=mqtt.port, user=unit.user, password=unit.password, tls=trust, keepalive_s=mqtt.keepalive
    )
    events: queue.Queue[Event] = queue.Queue()
    link = Link(broker, CommuneId(unit.file.commune), UnitId(unit.file.unit), events.put)
    link.start()
    assert events.get(timeout=DEADLINE_S) == LinkUp()
    link.close()


def test_a_certificate_that_ran_out_is_renewed_at_the_start(data: Path) -> None:
    certificates = Certificates(data / "tls", ["127.0.0.1"])
    certificates.server.unlink()
    certificates.renew(utc_now().replace(year=2020))
    held = certificates.server.read_bytes()
    service = Service(open_office(data, read_config(data)))
    service.start()
    service.stop()
    assert certificates.server.read_bytes() != held


def test_the_files_for_a_mosquitto_are_written_once_and_follow_the_enrolment(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["broker-files", "--to", str(out), "--host", "mqtt.example.vn"]
    assert "DOC-TRUOC.md" in told(words, data)
    assert "không phải ghi gì" in told(words, data)
    told(["village", "--village", "khau-bang", "--name", "Khau Bang"], data)
    key = encode_bytes(SigningKey.generate().public)
    text = told(["enrol", "--unit", "cum-a", "--name", "Cụm A", "--village", "khau-bang", "--key", key], data)
    assert ": passwords, acl." in told(words, data)
    assert "vi-huong.cum-a:$7$" in (out / "passwords").read_text()
    assert tomllib.loads(text)["mqtt"]["ca_pem"] == (out / "ca.pem").read_text()


def test_a_file_that_somebody_changed_stops_the_writing(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    words = ["broker-files", "--to", str(out), "--host", "mqtt.example.vn"]
    told(words, data)
    (out / "acl").write_text("mine")
    assert "acl" in told(words, data, expected=2)
    assert (out / "acl").read_text() == "mine"
    told([*words, "--overwrite"], data)
    assert (out / "acl").read_text() != "mine"


def test_a_host_that_stands_in_no_certificate_is_refused(data: Path, tmp_path: Path) -> None:
    assert "a b" in told(["broker-files", "--to", str(tmp_path / "out"), "--host", "a b"], data, expected=2)
