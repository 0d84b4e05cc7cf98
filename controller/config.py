"""The configuration: one typed object, read from `<data>/controller.toml`; the command line goes before it.

A bad value stops the start and names its key; an unknown key is a bad value too, because it is a mistyped one.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta, Struct

FILE = "controller.toml"


class Speech(StrEnum):
    """Which voices are asked, in this order."""

    ESPEAK = "espeak"
    GTTS_ESPEAK = "gtts,espeak"


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
    """Which broker, and where it listens."""

    kind: str = "auto"
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 1883


class Limits(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a commune may set of `controller.services.desk.DeskSettings`."""

    horizon_days: Annotated[int, Meta(ge=1, le=60)] = 14
    max_text: Annotated[int, Meta(ge=100, le=50_000)] = 10_000
    max_upload_mb: Annotated[int, Meta(ge=1, le=2_000)] = 200
    lost_after_s: Annotated[int, Meta(ge=45, le=90)] = 75
    """Above 90 s a lost unit would be shown later than the promised 100 s."""


class ControllerConfig(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything that can be set."""

    database: str | None = None
    """A SQLAlchemy address (PostgreSQL); None: SQLite in the data folder."""
    speech: Speech = Speech.ESPEAK
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
        text = path.read_bytes()
    except FileNotFoundError:
        return ControllerConfig()
    except OSError as error:
        raise BadConfiguration(f"{path}: {error.strerror}") from error
    try:
        return checked(msgspec.toml.decode(text, type=ControllerConfig))
    except msgspec.DecodeError as error:
        raise BadConfiguration(f"{path}: {error}") from error


def checked(config: ControllerConfig) -> ControllerConfig:
    """Return the configuration; `BadConfiguration` for what a type cannot say."""
    url = config.web.public_url
    if url is not None and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise BadConfiguration(f"web.public_url: {url!r} is not an address of the form https://host")
    return config
