"""The controller as a process: it starts, answers, survives being killed in the middle of its work, and stops."""

import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import tomllib
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from protocol.envelope import keyring_of, open_delegation, open_down, seal
from protocol.keys import SigningKey, VerifyKey, decode_bytes, encode_bytes
from protocol.messages import ClockAnswer, ClockQuestion
from protocol.names import Role
from protocol.topics import Leaf, delegation_topic, unit_topic
from tests.controller.broker.clients import Heard, PahoClient

DEADLINE_S = 60.0


class Machine:
    """A data folder and the controller that runs on it."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "controller"
        self.errors = folder / "controller.log"
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self._run("controller", *words)

    def keys(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self._run("loalang", "keys", *words)

    def _run(self, program: str, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", program, *words, "--data", str(self.data)],
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            stdin=subprocess.DEVNULL,
            check=False,
        )

    def start(self, *options: str) -> None:
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "controller",
                    "--data",
                    str(self.data),
                    "--port",
                    "0",
                    "--mqtt-port",
                    "0",
                    *options,
                ],
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline().decode()
        assert "http://" in line, self.errors.read_text("utf-8")

    def call(self, path: str, body: dict[str, Any] | None = None) -> Any:
        note = json.loads((self.data / "controller.json").read_text("utf-8"))
        token = (self.data / "api-token").read_text("ascii").strip()
        request = urllib.request.Request(
            note["url"] + "/api/v1" + path,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {token}"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def until(self, path: str, ready: Any) -> Any:
        waiting = threading.Event()
        for _ in range(int(DEADLINE_S / 0.05)):
            if ready(found := self.call(path)):
                return found
            waiting.wait(0.05)
        raise AssertionError(f"{path} never became so: {found}")

    def end(self, number: int = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        code = self.process.wait(10)
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None
        return code


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder as a technician prepares it, by the commands alone."""
    found = Machine(tmp_path_factory.mktemp("prepared"))
    made = found.command(
        "init", "--commune", "vi-huong", "--name", "Xã Vi Hương", "--user", "hoa", "--generate-password"
    )
    assert made.returncode == 0, made.stderr
    assert "hoa" in made.stdout
    assert found.command("village", "--village", "na-pai", "--name", "Nà Pái", "--language", "tay").returncode == 0
    key = encode_bytes(SigningKey.generate().public)
    enrolled = found.command("enrol", "--unit", "cum-a", "--name", "Cụm A", "--village", "na-pai", "--key", key)
    assert enrolled.returncode == 0, enrolled.stderr
    assert 'unit = "cum-a"' in enrolled.stdout
    assert found.keys("caps", "--hours", "00:00-24:00").returncode == 0, "these tests run at any hour"
    return found.data


@pytest.fixture
def machine(tmp_path: Path, prepared: Path) -> Iterator[Machine]:
    found = Machine(tmp_path)
    shutil.copytree(prepared, found.data)
    yield found
    if found.process is not None:
        found.end(signal.SIGKILL)


def test_it_starts_answers_and_stops_cleanly_on_sigterm(machine):
    machine.start()
    health = machine.until("/health", lambda found: found["broker"])
    assert health["commune"] == "vi-huong"
    assert oct((machine.data / "loalang.db").stat().st_mode & 0o777) == "0o600"
    assert machine.end() == 0
    assert not (machine.data / "controller.json").exists()
    assert "Traceback" not in machine.errors.read_text("utf-8")


def test_an_open_stream_of_changes_does_not_hold_up_the_stop(machine):
    machine.start()
    note = json.loads((machine.data / "controller.json").read_text("utf-8"))
    host, port = note["url"].removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as slow:
        slow.sendall(b"GET /clips/")  # a request that never ends
        assert machine.end() == 0


def test_killed_while_a_voice_is_being_made_it_makes_it_after_the_restart(machine):
    machine.start()
    text = "Kính thưa bà con, hôm nay xã có thông báo. " * 25
    broadcast = machine.call("/say", {"text": text})["broadcast"]
    machine.until(f"/broadcasts/{broadcast}", lambda found: found["rendition"]["status"] == "rendering")
    machine.end(signal.SIGKILL)
    machine.start()
    found = machine.until(f"/broadcasts/{broadcast}", lambda found: found["rendition"]["status"] == "ready")
    assert found["rendition"]["text"] == text.strip()
    assert found["state"] == "planned"
    assert machine.end() == 0
    assert "broken off" in machine.errors.read_text("utf-8")


def test_two_controllers_on_one_folder_are_refused(machine):
    machine.start()
    second = machine.command("--port", "0", "--mqtt-port", "0")
    assert second.returncode == 2
    assert str(machine.data) in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("option", ["--port", "--mqtt-port"])
def test_a_taken_port_is_told_with_the_way_out(machine, option):
    other = {"--port": "--mqtt-port", "--mqtt-port": "--port"}[option]
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        answer = machine.command(option, port, other, "0")
    assert answer.returncode == 2
    assert port in answer.stderr
    assert option in answer.stderr
    assert "Traceback" not in answer.stderr


def test_without_a_commune_it_says_how_to_make_one(tmp_path):
    empty = Machine(tmp_path)
    answer = empty.command()
    assert answer.returncode == 2
    assert "init" in answer.stderr


def test_bad_configuration_and_bad_requests_are_told_in_a_sentence(machine):
    (machine.data / "controller.toml").write_text("[web]\nport = 99999\n", "utf-8")
    answer = machine.command("observe")
    assert (answer.returncode, "web.port" in answer.stderr) == (2, True)
    (machine.data / "controller.toml").unlink()
    answer = machine.command("enrol", "--unit", "cum-b", "--name", "B", "--village", "na-pai", "--key", "xx")
    assert answer.returncode == 2
    assert answer.stderr.strip()
    assert "Traceback" not in answer.stderr


def test_a_public_key_that_begins_with_a_dash_is_no_option(machine):
    """One of 64 does."""
    keys = (encode_bytes(SigningKey.generate().public) for _ in range(10_000))
    dashed = next(key for key in keys if key.startswith("-"))
    words = ("enrol", "--unit", "cum-b", "--name", "B", "--village", "na-pai")
    for given in (["--key", dashed], [f"--key={dashed}"]):
        answer = machine.command(*words, *given)
        assert answer.returncode == 0, answer.stderr
        assert 'unit = "cum-b"' in answer.stdout


def test_an_observer_gets_an_account(machine):
    answer = machine.command("observe", "--user", "xem")
    assert (answer.returncode, "xem" in answer.stdout) == (0, True)
    assert "xem" in (machine.data / "broker-accounts.json").read_text("utf-8")
    assert (machine.data / "broker-accounts.json").stat().st_mode & 0o077 == 0


def test_a_key_that_is_rotated_beside_it_is_taken_up_and_outlives_a_restart(machine):
    machine.start()
    assert machine.until("/health", lambda found: found["broker"])["delegation"] == 2
    rotated = machine.keys("rotate", "schedule")
    assert rotated.returncode == 0, rotated.stderr
    machine.until("/health", lambda found: found["delegation"] == 3)
    assert machine.end() == 0
    machine.start()
    assert machine.call("/health")["delegation"] == 3
    assert "Traceback" not in machine.errors.read_text("utf-8")


def test_a_folder_of_the_first_release_starts_and_says_what_is_left_to_do(machine):
    for path in (machine.data / "keys").iterdir():
        if path.name not in {"session.secret", "broker.password"}:
            path.unlink()
    for name in ("schedule", "emergency"):
        path = machine.data / "keys" / f"{name}.key"
        path.touch(0o600)
        path.write_text(SigningKey.generate().secret_text() + "\n", "ascii")
    with sqlite3.connect(machine.data / "loalang.db") as database:
        database.execute("delete from delegation")
    machine.start()
    assert machine.call("/health")["delegation"] == 1
    assert machine.end() == 0
    log = machine.errors.read_text("utf-8")
    assert "loalang keys offline" in log
    assert "loalang keys code" in log
    assert "Traceback" not in log


def test_without_its_keys_it_does_not_start_and_says_the_way_back(machine):
    for path in (machine.data / "keys").glob("schedule-*.key"):
        path.unlink()
    answer = machine.command("--port", "0", "--mqtt-port", "0")
    assert answer.returncode == 2
    assert "loalang keys recover" in answer.stderr
    assert "Traceback" not in answer.stderr


@dataclass
class Way:
    """Where the controller's broker is."""

    port: int
    host: str = "127.0.0.1"


def heard(client: PahoClient, topic: str, *, retained: bool = False) -> Heard:
    """The first message on a topic (that the broker had kept), once it has come."""

    def first() -> Heard | None:
        return next((one for one in client.heard if one.topic == topic and one.retained >= retained), None)

    with client._arrived:
        assert client._arrived.wait_for(lambda: first() is not None, DEADLINE_S), client.heard
    found = first()
    assert found is not None
    return found


def test_over_the_wire_a_unit_finds_the_delegation_and_is_told_the_time(machine):
    (machine.data / "controller.toml").write_text('clock = "assume-trusted"\n', "utf-8")
    key = SigningKey.generate()
    words = ("enrol", "--unit", "cum-b", "--name", "B", "--village", "na-pai", "--key", encode_bytes(key.public))
    enrolled = machine.command(*words)
    unit = tomllib.loads(enrolled.stdout)
    root = VerifyKey(Role.ROOT, decode_bytes(unit["keys"]["root"], 32))
    keys = keyring_of(open_delegation(unit["keys"]["delegation"].encode(), root, "vi-huong"))
    machine.start()
    machine.until("/health", lambda found: found["broker"])
    note = json.loads((machine.data / "controller.json").read_text("utf-8"))
    answers = unit_topic("vi-huong", "cum-b", Leaf.CLOCK_ANSWER)
    wanted = (delegation_topic("vi-huong"), answers)
    mqtt = unit["mqtt"]
    with PahoClient(Way(note["mqtt_port"]), mqtt["user"], mqtt["password"], subscriptions=wanted) as client:
        found = heard(client, delegation_topic("vi-huong"))
        assert open_delegation(found.payload, root, "vi-huong").serial == 2
        client.heard.clear()
        client.subscribe(delegation_topic("vi-huong"))
        assert heard(client, delegation_topic("vi-huong"), retained=True)
        question = ClockQuestion(commune="vi-huong", unit="cum-b", nonce="A" * 22)
        client.publish(unit_topic("vi-huong", "cum-b", Leaf.CLOCK_QUESTION), seal(question, key))
        answer = heard(client, answers)
        told, signer = open_down(answer.payload, ClockAnswer, keys, "vi-huong", "cum-b")
        assert (answer.retained, told.nonce, signer.role) == (False, "A" * 22, Role.SCHEDULE)
