"""The configuration of a unit, `unit.toml`: one typed object. A bad value stops the start with a message that names it.

Times ending in `_ms` are milliseconds, in `_s` seconds. The message is Vietnamese, for the technician at the pole.
"""

import re
import ssl
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from protocol.envelope import Refused, open_delegation
from protocol.keys import VerifyKey, decode_bytes
from protocol.names import Commune, Role, Unit


class BadConfiguration(Exception):
    """The unit cannot start with this file; the text says which key is wrong, and why."""


class Keys(Struct, frozen=True, forbid_unknown_fields=True):
    """The commune's public root key (base64url), which says by delegations which other keys this unit obeys.

    `delegation`: the envelope of the one to begin with, its two lines as a TOML string. A newer one comes by the
    broker.
    """

    root: str
    delegation: str | None = None


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
    """File with the certificate of who vouches for the broker. None, and no `ca_pem`: the machine's own authorities."""
    ca_pem: str | None = None
    """The same, as text."""
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
    stick: str | None = None
    """A folder where a USB stick is mounted, besides `<data>/inbox`: see `edge.adapters.stick`."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What the file says, checked, with the keys as keys and the secret read."""

    file: _File
    folder: Path
    data: Path
    root: VerifyKey
    delegation: bytes | None
    user: str
    password: str | None
    assume_trusted_clock: bool
    authority: str | None = None
    """PEM of who vouches for the broker."""


def read(path: Path, *, simulate: bool) -> Configuration:
    """Read the file; relative paths in it are relative to it. Raises BadConfiguration."""
    file = _parse(path)
    if file.simulate.clock == "assume-trusted" and not simulate:
        raise _bad(path, "simulate.clock", "chỉ được dùng khi chạy với --simulate")
    root = _root(path, file.keys.root)
    return Configuration(
        file=file,
        folder=path.parent,
        data=path.parent / file.data,
        root=root,
        delegation=_delegation(path, file, root),
        user=file.mqtt.user or f"{file.commune}.{file.unit}",
        password=_password(path, file.mqtt),
        assume_trusted_clock=file.simulate.clock == "assume-trusted",
        authority=_authority(path, file.mqtt),
    )


def _parse(path: Path) -> _File:
    try:
        with path.open("rb") as stream:
            return msgspec.convert(tomllib.load(stream), _File)
    except OSError as error:
        raise BadConfiguration(f"Không đọc được tệp cấu hình {path}: {error.strerror}") from error
    except msgspec.ValidationError as error:
        text, _, where = str(error).partition(" - at `$.")
        raise _bad(path, where.rstrip("`") or _field(text), text) from error
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number or a nesting without end
        raise BadConfiguration(f"Tệp cấu hình {path} không phải TOML đúng: {error}") from error


def _field(text: str) -> str:
    """The key that a message about the top level names, such as "missing required field `data`"."""
    found = re.search(r"field `([^`]+)`", text)
    return found[1] if found else "?"


def _root(path: Path, text: str) -> VerifyKey:
    try:
        return VerifyKey(Role.ROOT, decode_bytes(text, 32))
    except ValueError as error:
        raise _bad(path, "keys.root", "không phải khóa công khai (43 ký tự base64url)") from error


def _delegation(path: Path, file: _File, root: VerifyKey) -> bytes | None:
    """Return the envelope, verified: a delegation that is not this root key's is a mistake to be seen now."""
    if file.keys.delegation is None:
        return None
    data = file.keys.delegation.strip("\n").encode()
    try:
        open_delegation(data, root, file.commune)
    except Refused as error:
        raise _bad(path, "keys.delegation", f"không phải ủy quyền do khóa gốc này ký ({error})") from error
    return data


def _password(path: Path, mqtt: Mqtt) -> str | None:
    if mqtt.password_file is None:
        return mqtt.password
    if mqtt.password is not None:
        raise _bad(path, "mqtt.password", "không được đặt cùng với mqtt.password_file")
    try:
        return (path.parent / mqtt.password_file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise _bad(path, "mqtt.password_file", f"không đọc được: {error}") from error


def _authority(path: Path, mqtt: Mqtt) -> str | None:
    """An authority without `tls` is refused: somebody believes the password to be hidden, and it would not be."""
    name = "mqtt.ca" if mqtt.ca is not None else "mqtt.ca_pem"
    if mqtt.ca is not None and mqtt.ca_pem is not None:
        raise _bad(path, name, "không được đặt cùng với mqtt.ca_pem")
    if mqtt.ca is None and mqtt.ca_pem is None:
        return None
    if not mqtt.tls:
        raise _bad(path, name, "chỉ có nghĩa khi mqtt.tls = true")
    try:
        text = mqtt.ca_pem if mqtt.ca is None else (path.parent / mqtt.ca).read_text(encoding="ascii")
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=text or "")
    except (OSError, TypeError, ValueError) as error:
        raise _bad(path, name, f"không phải chứng thư PEM: {error}") from error
    return text


def _bad(path: Path, key: str, why: str) -> BadConfiguration:
    return BadConfiguration(f"Cấu hình {path} sai ở khóa '{key}': {why}")
