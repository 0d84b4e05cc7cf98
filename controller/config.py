"""The configuration: one typed object, read from `<data>/controller.toml`; the command line goes before it.

A bad value stops the start and names its key; an unknown key is a bad value too, because it is a mistyped one.
"""

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

from controller.speech_config import Speech, named_in

FILE = "controller.toml"


class Clock(StrEnum):
    """Whether this machine's clock may be believed when a unit asks for the time."""

    KERNEL = "kernel"  # while the kernel says that a time service keeps it
    ASSUME_TRUSTED = "assume-trusted"  # always: somebody keeps it in a way that the kernel does not know of


class BadConfiguration(Exception):
    """The configuration cannot be used; the message names file and key."""


class Web(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the pages are."""

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8080
    public_url: str | None = None
    """How browsers and units reach the controller; None: by host and port. With https, cookies are secure."""
    trusted_proxies: Annotated[int, Meta(ge=0, le=4)] = 0
    threads: Annotated[int, Meta(ge=8, le=512)] = 64
    """Each watching page holds one; three quarters of them may be held so."""


class Broker(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which broker, and where it listens, or is reached; `controller.broker_setup` says what follows from it."""

    kind: str = "auto"
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 1883
    """Without TLS; with TLS an embedded broker listens here for this machine alone."""
    tls: bool | None = None
    """None: with TLS unless `host` is this machine alone. False: passwords of units pass readable."""
    tls_port: Annotated[int, Meta(ge=0, le=65535)] = 8883
    names: tuple[str, ...] = ()
    """Names and addresses by which units reach the broker; the first stands in their unit.toml. None: `host`, or when
    that means every address of this machine, the host of `web.public_url`."""
    ca: str | None = None
    """An external broker's: file of who vouches for it, or "system". None: the commune's own authority."""


class Limits(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a commune may set of `controller.services.desk.DeskSettings`."""

    horizon_days: Annotated[int, Meta(ge=1, le=60)] = 14
    max_text: Annotated[int, Meta(ge=100, le=50_000)] = 10_000
    max_upload_mb: Annotated[int, Meta(ge=1, le=2_000)] = 200
    lost_after_s: Annotated[int, Meta(ge=45, le=90)] = 75
    """Above 90 s a lost unit would be shown later than the promised 100 s."""
    emergency_open_minutes: Annotated[int, Meta(ge=1, le=20)] = 10
    """How long the emergency key stays open after the code was typed."""


class ControllerConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that can be set."""

    database: str | None = None
    """A SQLAlchemy address (PostgreSQL); None: SQLite in the data folder."""
    speech: Speech = Speech()
    clock: Clock = Clock.KERNEL
    web: Web = Web()
    broker: Broker = Broker()
    limits: Limits = Limits()

    def url(self, port: int) -> str:
        """Return the address to tell people, without a slash at its end; `port` is the one that was really taken."""
        return (self.web.public_url or f"http://{self.web.host}:{port}").rstrip("/")


def read_config(data: Path) -> ControllerConfig:
    """Return the configuration of a data folder, or the defaults when it has none; `BadConfiguration`."""
    path = data / FILE
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        return ControllerConfig()
    except OSError as error:
        raise BadConfiguration(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise BadConfiguration(f"{path}: {error}") from error
    try:
        return checked(msgspec.convert(_in_todays_form(tomllib.loads(text)), ControllerConfig))
    except (ValueError, RecursionError) as error:  # no TOML, a number or a nesting without end
        raise BadConfiguration(f"{path}: {error}") from error


def ordered(speech: Speech, line: str) -> Speech:
    """Return the voices in another order, "gtts,espeak"; `BadConfiguration`."""
    try:
        return msgspec.structs.replace(speech, order=tuple(named_in(line)))
    except ValueError as error:
        raise BadConfiguration(f"speech: {error}") from error


def _in_todays_form(document: dict[str, Any]) -> dict[str, Any]:
    """The first release had one line, `speech = "gtts,espeak"`, where there is a table now."""
    line = document.get("speech")
    return {**document, "speech": {"order": named_in(line)}} if isinstance(line, str) else document


def checked(config: ControllerConfig) -> ControllerConfig:
    """Return the configuration; `BadConfiguration` for what a type cannot say."""
    url = config.web.public_url
    if url is not None and not _is_web_address(url):
        raise BadConfiguration(f"web.public_url: {url!r} is not an address of the form https://host")
    return config


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
