"""How the broker is set up: one typed object with its defaults and units, checked before anything starts."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from controller.adapters.broker.certificates import Certificates, is_name


class BrokerKind(StrEnum):
    """Which broker is wanted."""

    AUTO = "auto"  # Mosquitto 2 where it is installed, amqtt elsewhere
    AMQTT = "amqtt"
    MOSQUITTO = "mosquitto"
    EXTERNAL = "external"  # started and guarded by somebody else; docs/mosquitto.md


@dataclass(frozen=True, slots=True)
class Limits:
    """What one client may ask of the broker; the same for both brokers."""

    message_bytes: int = 1 << 20
    """Longest payload. Our largest message is an order that carries its own short clip."""
    inflight: int = 20
    """Messages sent to one client and not yet acknowledged by it."""
    queued: int = 10_000
    """Messages waiting for one client; a controller that subscribes meets two retained ones a unit at once."""
    queued_bytes: int = 4 << 20
    """Bytes of them. More than one message and less than a small machine's memory shared among 200 units."""
    connections: int = 4096
    """Connections at one time, at each address that is listened on, with those that have not said who they are."""

    def __post_init__(self) -> None:
        """Refuse limits that would stop the broker from working at all."""
        for name in self.__slots__:
            if getattr(self, name) < 1:
                raise ValueError(f"the broker's limit {name} must be at least 1")


@dataclass(frozen=True, slots=True)
class TlsSettings:
    """The door with TLS: where the units of a commune come in."""

    folder: Path
    """Where the certificates are kept: `certificates.Certificates`."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = 8883
    """0 lets the system choose a free one at each `start()`; read it from the broker's `tls_port`."""
    names: tuple[str, ...] = ()
    """Host names and addresses by which clients reach it: what its certificate is made out to."""

    def __post_init__(self) -> None:
        """Refuse an address that no socket can have, and names that stand in no certificate; `ValueError`."""
        _check_address(self.host, self.port)
        _check_folder(self.folder)
        for name in self.names:
            if not is_name(name):
                raise ValueError(f"no certificate can be made out to {name!r}")

    @property
    def certificates(self) -> Certificates:
        """The certificates, made out to every name; `Certificates.renew` makes the files."""
        return Certificates(self.folder, self.names)


@dataclass(frozen=True, slots=True)
class BrokerSettings:
    """Where the broker listens and where it keeps its generated files."""

    data_dir: Path
    """A folder of the controller's, made when missing; holds generated configuration only, nothing worth a backup."""
    host: str = "127.0.0.1"
    """Address to listen on (or, for an external broker, to reach). Units on other machines need one of the office's."""
    port: int = 1883
    """0 lets the system choose a free one at each `start()`; read it from the broker's `port`."""
    kind: BrokerKind = BrokerKind.AUTO
    limits: Limits = field(default_factory=Limits)
    tls: TlsSettings | None = None
    """None: no door with TLS. With one, `host` is best this machine alone: passwords are readable on that way."""

    def __post_init__(self) -> None:
        """Refuse an address that no socket can have.

        Raises:
            ValueError: with the words to show to whoever wrote the configuration.
        """
        _check_address(self.host, self.port)
        _check_folder(self.data_dir)


def _check_address(host: str, port: int) -> None:
    if not 0 <= port <= 65535:
        raise ValueError(f"the broker's port must lie between 0 and 65535, not {port}")
    if not host or any(letter.isspace() for letter in host):
        raise ValueError(f"the broker's host is not an address: {host!r}")


def _check_folder(folder: Path) -> None:
    if any(letter in "\r\n\0" for letter in str(folder)):
        raise ValueError("the broker's data folder has a line break in its name")
