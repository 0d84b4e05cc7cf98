"""Files of configuration, the broker's accounts, and what programs send to the JSON interface."""

import contextlib
from pathlib import Path

import msgspec
from flask import Flask

from controller import config as desk_config
from controller.adapters.broker import accounts
from controller.services.faults import Fault, FaultCode, Invalid
from controller.web.api import api_blueprint
from edge import config as unit_config
from protocol.names import CommuneId, UnitId
from tests.fuzz.target import Target, work_folder


def written(data: bytes) -> Path:
    path = work_folder() / "file"
    path.write_bytes(data)
    return path


def unit_toml(data: bytes) -> None:
    """A unit's configuration: one that can be used, or a message that says what is wrong."""
    with contextlib.suppress(unit_config.BadConfiguration):
        unit_config.read(written(data), simulate=True)


def controller_toml(data: bytes) -> None:
    """The controller's configuration, likewise."""
    path = work_folder() / desk_config.FILE
    path.write_bytes(data)
    with contextlib.suppress(desk_config.BadConfiguration):
        desk_config.read_config(path.parent)


def broker_accounts(data: bytes) -> None:
    """The file that both brokers are fed from."""
    try:
        found = accounts.read_accounts(written(data))
    except accounts.AccountsUnreadable:
        return
    for user, account in found.items():
        assert user == account.user
        assert "\n" not in user + account.password_hash


class _NoDesk:
    """The JSON interface gets no further than its own check: what a desk does with the request is tested there."""

    def __getattr__(self, name: str) -> object:
        raise Invalid(Fault("to", FaultCode.NO_VILLAGE))


_APP = Flask("fuzz")
_APP.register_blueprint(api_blueprint(_NoDesk(), "token"))
_CLIENT = _APP.test_client()


def api_say(data: bytes) -> None:
    """A request of a program: answered with what is wrong, never with a failure of our own."""
    answer = _CLIENT.post("/api/v1/say", data=data, headers={"Authorization": "Bearer token"})
    assert answer.status_code in {400, 422}, answer.status_code
    assert msgspec.json.decode(answer.data)["faults"]


UNIT = b"""commune = "vi-huong"
unit = "khau-bang"
data = "data"
[keys]
root = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
[controller]
clips = "http://127.0.0.1:8080/clips/"
[mqtt]
host = "127.0.0.1"
port = 1883
password = "secret"
[relay]
pin = 17
settle_ms = 100
[simulate]
clock = "kernel"
"""
DESK = b"""speech = "gtts,espeak"
[web]
port = 8080
public_url = "https://loa.vi-huong.vn"
[broker]
kind = "auto"
[limits]
horizon_days = 14
"""
VOICES = b"""[speech]
order = ["piper:a", "tinh", "gtts"]
region = "south"
[speech.piper]
program = ["python", "-m", "piper"]
[[speech.https]]
name = "tinh"
url = "https://giong.vn/tts"
voices = { south = "lan" }
headers = { key = "{secret.key}" }
secrets = { key = { file = "/key" } }
json = { input = "{text}", voice = "{voice}" }
answer = { kind = "address", field = "data.url", hosts = ["*.giong.vn"] }
"""
_HASH = accounts.hash_password("0123456789abcdef", salt=bytes(12))
ACCOUNTS = msgspec.json.encode(
    accounts._AccountsFile(
        1,
        (
            accounts.controller_account([CommuneId("vi-huong")], _HASH),
            accounts.unit_account(CommuneId("vi-huong"), UnitId("khau-bang"), _HASH),
        ),
    )
)
SAY = b'{"text":"Chao ba con","to":["na-lang"],"title":"","class":"priority","status":"actual","repeat":2,\
"at":"2026-11-23T05:30:00+07:00","press":"01234567"}'
TARGETS = (
    Target("unit-toml", unit_toml, (UNIT, UNIT.replace(b"root", b"schedule"), b"a=1"), longest=2048),
    Target("controller-toml", controller_toml, (DESK, VOICES, b'[web]\npublic_url="http://["'), longest=2048),
    Target("broker-accounts", broker_accounts, (ACCOUNTS,), structured=True),
    Target("api-say", api_say, (SAY, b'{"text":"a"}'), structured=True, longest=2048),
)
