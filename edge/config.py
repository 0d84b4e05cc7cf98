"""The configuration of a unit, `unit.toml`: one typed object. A bad value stops the start with a message that names it.

Times ending in `_ms` are milliseconds, in `_s` seconds. The message is Vietnamese, for the technician at the pole.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from protocol.keys import Keyring, VerifyKey, decode_bytes
from protocol.names import Commune, Role, Unit


class BadConfiguration(Exception):
    """The unit cannot start with this file; the text says which key is wrong, and why."""


class Keys(Struct, frozen=True, forbid_unknown_fields=True):
    """The public keys that this unit obeys, base64url."""

    schedule: str
    emergency: str


class Controller(Struct, frozen=True, forbid_unknown_fields=True):
    """Where the clips are: the address to which a clip's hash is appended."""

    clips: Annotated[str, Meta(pattern=r"^https?://[^/]+/")]


class Mqtt(Struct, frozen=True, forbid_unknown_fields=True):
    """The broker. `user` is also the client id; a secret may come from a file."""

    host: str
    port: Annotated[int, Meta(ge=1, le=65535)] = 1883
    user: str | None = None
    password: str | None = None
    password_file: str | None = None
    tls: bool = False
    ca: str | None = None
    keepalive: Annotated[int, Meta(ge=5, le=600)] = 30


class RelayPin(Struct, frozen=True, forbid_unknown_fields=True):
    """The amplifier's relay: its BCM pin, and its times around the sound."""

    pin: Annotated[int, Meta(ge=0, le=27)] = 17
    active_high: bool = True
    settle_ms: Annotated[int, Meta(ge=0, le=10_000)] = 1000
    tail_ms: Annotated[int, Meta(ge=0, le=10_000)] = 300
    max_on_s: Annotated[int, Meta(ge=1, le=5400)] = 5400


class Sound(Struct, frozen=True, forbid_unknown_fields=True):
    """The ALSA device."""

    device: str = "default"


class Simulate(Struct, frozen=True, forbid_unknown_fields=True):
    """Read only by a unit that is started with --simulate; refused otherwise."""

    clock: Literal["kernel", "assume-trusted"] = "kernel"


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    commune: Commune
    unit: Unit
    data: str
    keys: Keys
    controller: Controller
    mqtt: Mqtt
    relay: RelayPin = RelayPin()
    sound: Sound = Sound()
    simulate: Simulate = Simulate()


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the file says, checked, with the keys as keys and the secret read."""

    file: _File
    folder: Path
    data: Path
    keyring: Keyring
    user: str
    password: str | None
    assume_trusted_clock: bool


def read(path: Path, *, simulate: bool) -> Configuration:
    """Read the file; relative paths in it are relative to it. Raises BadConfiguration."""
    file = _parse(path)
    if file.simulate.clock == "assume-trusted" and not simulate:
        raise _bad(path, "simulate.clock", "chỉ được dùng khi chạy với --simulate")
    return Configuration(
        file=file,
        folder=path.parent,
        data=path.parent / file.data,
        keyring=Keyring(
            [
                _key(path, "keys.schedule", Role.SCHEDULE, file.keys.schedule),
                _key(path, "keys.emergency", Role.EMERGENCY, file.keys.emergency),
            ]
        ),
        user=file.mqtt.user or f"{file.commune}.{file.unit}",
        password=_password(path, file.mqtt),
        assume_trusted_clock=file.simulate.clock == "assume-trusted",
    )


def _parse(path: Path) -> _File:
    try:
        with path.open("rb") as stream:
            return msgspec.convert(tomllib.load(stream), _File)
    except OSError as error:
        raise BadConfiguration(f"Không đọc được tệp cấu hình {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfiguration(f"Tệp cấu hình {path} không phải TOML đúng: {error}") from error
    except msgspec.ValidationError as error:
        text, _, where = str(error).partition(" - at `$.")
        raise _bad(path, where.rstrip("`") or _field(text), text) from error


def _field(text: str) -> str:
    """The key that a message about the top level names, such as "missing required field `data`"."""
    found = re.search(r"field `([^`]+)`", text)
    return found[1] if found else "?"


def _key(path: Path, name: str, role: Role, text: str) -> VerifyKey:
    try:
        return VerifyKey(role, decode_bytes(text, 32))
    except ValueError as error:
        raise _bad(path, name, "không phải khóa công khai (43 ký tự base64url)") from error


def _password(path: Path, mqtt: Mqtt) -> str | None:
    if mqtt.password_file is None:
        return mqtt.password
    if mqtt.password is not None:
        raise _bad(path, "mqtt.password", "không được đặt cùng với mqtt.password_file")
    try:
        return (path.parent / mqtt.password_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(path, "mqtt.password_file", f"không đọc được: {error}") from error


def _bad(path: Path, key: str, why: str) -> BadConfiguration:
    return BadConfiguration(f"Cấu hình {path} sai ở khóa '{key}': {why}")
