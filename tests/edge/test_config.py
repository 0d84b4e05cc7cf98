"""The configuration: what is right is read, and every wrong value stops the start with its key."""

from pathlib import Path

import pytest

from edge import config
from edge.__main__ import BAD_START, main
from edge.config import BadConfiguration
from protocol.envelope import seal
from protocol.keys import SigningKey, encode_bytes
from protocol.messages import Delegation
from protocol.names import CommuneId
from tests.edge.world import DAWN

ROOT = SigningKey.from_text("A" * 43)
KEY = encode_bytes(ROOT.public)
GOOD = f'''commune = "vi-huong"
unit = "khau-bang"
data = "data"
[keys]
root = "{KEY}"
[controller]
clips = "http://127.0.0.1:8080/clips/"
[mqtt]
host = "127.0.0.1"
'''


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "unit.toml"
    path.write_text(GOOD)
    return path


def test_what_is_not_said_has_its_default(path: Path):
    read = config.read(path, simulate=False)
    assert read.data == path.parent / "data"
    assert (read.user, read.password) == ("vi-huong.khau-bang", None)
    assert (read.file.mqtt.port, read.file.mqtt.keepalive, read.file.mqtt.tls) == (1883, 30, False)
    assert (read.file.relay.pin, read.file.relay.active_high, read.file.relay.max_on_s) == (17, True, 5400)
    assert (read.file.relay.settle_ms, read.file.relay.tail_ms) == (1000, 300)
    assert read.file.sound.device == "default"
    assert not read.assume_trusted_clock


def test_the_secret_may_stand_in_a_file(path: Path):
    (path.parent / "secret").write_text("rừng xanh\n")
    path.write_text(GOOD + 'password_file = "secret"\n')
    assert config.read(path, simulate=False).password == "rừng xanh"


BAD = {
    "commune": ('commune = "vi-huong"', 'commune = "Vị Hương"'),
    "unit": ('unit = "khau-bang"', 'unit = "khau/bang"'),
    "data": ('data = "data"\n', ""),
    "keys.root": (f'root = "{KEY}"', 'root = "short"'),
    "keys.delegation": ("[controller]", 'delegation = "nonsense"\n[controller]'),
    "keys": ("[controller]", f'schedule = "{KEY}"\n[controller]'),
    "controller.clips": ("http://127.0.0.1:8080/clips/", "file:///etc/"),
    "mqtt.port": ('host = "127.0.0.1"', 'host = "127.0.0.1"\nport = 99999'),
    "mqtt.keepalive": ('host = "127.0.0.1"', 'host = "127.0.0.1"\nkeepalive = "long"'),
    "mqtt.password_file": ('host = "127.0.0.1"', 'host = "127.0.0.1"\npassword_file = "missing"'),
    "mqtt.password": ('host = "127.0.0.1"', 'host = "127.0.0.1"\npassword = "a"\npassword_file = "b"'),
    "mqtt": ('host = "127.0.0.1"', 'host = "127.0.0.1"\ncolour = "red"'),
    "relay.pin": ("[mqtt]", "[relay]\npin = 40\n[mqtt]"),
    "relay.max_on_s": ("[mqtt]", "[relay]\nmax_on_s = 86400\n[mqtt]"),
    "simulate.clock": ("[mqtt]", '[simulate]\nclock = "assume-trusted"\n[mqtt]'),
    "loudness": ('data = "data"', 'data = "data"\nloudness = 11'),
}


@pytest.mark.parametrize("key", list(BAD))
def test_a_bad_value_names_its_key(path: Path, key: str):
    good, bad = BAD[key]
    assert good in GOOD
    path.write_text(GOOD.replace(good, bad))
    with pytest.raises(BadConfiguration, match=rf"sai ở khóa '{key}'"):
        config.read(path, simulate=False)


def delegation(commune: str = "vi-huong", root: SigningKey = ROOT) -> str:
    message = Delegation(commune=CommuneId(commune), serial=1, epoch=1, issued_at=DAWN, keys=())
    return seal(message, root).decode()


def with_delegation(text: str) -> str:
    return GOOD.replace("[controller]", f"delegation = '''\n{text}\n'''\n[controller]")


def test_a_delegation_may_stand_in_the_file(path: Path):
    path.write_text(with_delegation(delegation()))
    assert config.read(path, simulate=False).delegation == delegation().encode()


@pytest.mark.parametrize("text", [delegation("elsewhere"), delegation(root=SigningKey.generate()), "nonsense"])
def test_a_delegation_that_is_not_of_this_root_and_commune_stops_the_start(path: Path, text: str):
    path.write_text(with_delegation(text))
    with pytest.raises(BadConfiguration, match=r"keys\.delegation"):
        config.read(path, simulate=False)


def test_the_clock_may_be_assumed_by_a_simulated_unit_only(path: Path):
    path.write_text(GOOD.replace(*BAD["simulate.clock"]))
    assert config.read(path, simulate=True).assume_trusted_clock


@pytest.mark.parametrize(("content", "message"), [(b"commune = ", "TOML"), (b"\xff\xfe", "TOML"), (None, "Không đọc")])
def test_a_file_that_cannot_be_read_is_said_so(path: Path, content: bytes | None, message: str):
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    with pytest.raises(BadConfiguration, match=message):
        config.read(path, simulate=False)


def test_a_bad_start_is_told_on_standard_error_and_by_the_exit_code(path: Path, capsys: pytest.CaptureFixture[str]):
    path.write_text("")
    assert main(["--config", str(path)]) == BAD_START
    assert "'commune'" in capsys.readouterr().err


def test_the_relay_can_be_switched_off_from_outside(path: Path):
    assert main(["relay-off", "--config", str(path), "--simulate"]) == 0
    assert (path.parent / "data" / "relay.log").read_text().split()[-1] == "off"


def test_a_machine_without_pins_says_what_is_missing(path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["relay-off", "--config", str(path)]) == BAD_START
    assert "RPi.GPIO" in capsys.readouterr().err


def test_a_key_that_cannot_be_used_stops_the_start(path: Path, capsys: pytest.CaptureFixture[str]):
    (path.parent / "data").mkdir()
    (path.parent / "data" / "unit.key").write_text("no key")
    assert main(["init", "--config", str(path)]) == BAD_START
    assert "unit.key" in capsys.readouterr().err


def test_the_key_is_made_once_and_for_its_owner_only(path: Path, capsys: pytest.CaptureFixture[str]):
    main(["init", "--config", str(path)])
    first = capsys.readouterr().out
    main(["init", "--config", str(path)])
    assert capsys.readouterr().out == first
    key = path.parent / "data" / "unit.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert list(key.parent.iterdir()) == [key]
