"""What the configuration means for the broker: which doors it has, and what units and the controller go by.

With TLS (the default as soon as units on other machines can reach the broker) the door without it stays open for this
machine alone, where the controller itself and a technician's `mosquitto_sub` use it.
"""

import ipaddress
import ssl
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from controller.adapters.broker.certificates import Certificates
from controller.adapters.broker.settings import BrokerKind, BrokerSettings, TlsSettings
from controller.adapters.mqtt_connection import trusting
from controller.config import BadConfiguration, ControllerConfig
from controller.services.unit_files import BrokerPlace, BrokerTls

HERE = "127.0.0.1"
TLS_FOLDER = "tls"
SYSTEM = "system"


def broker_settings(data: Path, config: ControllerConfig) -> BrokerSettings:
    """Return the settings of the broker of a data folder; `BadConfiguration`."""
    broker = config.broker
    try:
        kind = BrokerKind(broker.kind)
        tls = _tls(data, config) if with_tls(config) else None
        host = broker.host if tls is None or kind is BrokerKind.EXTERNAL else HERE
        return BrokerSettings(data_dir=data, host=host, port=broker.port, kind=kind, tls=tls)
    except ValueError as error:
        raise BadConfiguration(f"broker: {error}") from error


def with_tls(config: ControllerConfig) -> bool:
    """Say whether units reach the broker by TLS."""
    return not _is_here(config.broker.host) if config.broker.tls is None else config.broker.tls


def renew_certificates(data: Path, config: ControllerConfig, now: datetime) -> bool:
    """Make or renew what an embedded broker needs; say whether there is something new. Nothing without TLS.

    Raises:
        controller.adapters.private_file.SecretUnreadable: the authority is there and cannot be used.
        BadConfiguration, OSError: no certificate can be made out, or written.
    """
    tls = broker_settings(data, config).tls
    return tls is not None and tls.certificates.renew(now)


def units_place(data: Path, config: ControllerConfig, now: datetime) -> BrokerPlace:
    """Return what a unit's file says of the broker; errors as `renew_certificates`."""
    tls = broker_settings(data, config).tls
    if tls is None:
        return BrokerPlace(host=config.broker.host, port=config.broker.port)
    tls.certificates.renew(now)
    return BrokerPlace(host=tls.names[0], port=tls.port, tls=BrokerTls(_vouching(tls.certificates, config)))


def trust(data: Path, config: ControllerConfig, now: datetime) -> ssl.SSLContext | None:
    """Return whom the controller believes when it connects; None: it connects without TLS, as to its own child.

    Raises:
        BadConfiguration: the authority of `ca` cannot be read; or as `renew_certificates`.
    """
    if not with_tls(config) or BrokerKind(config.broker.kind) is not BrokerKind.EXTERNAL:
        return None
    renew_certificates(data, config, now)
    authority = _authority_file(data, config)
    try:
        return trusting(authority)
    except OSError as error:
        raise BadConfiguration(f"broker.ca: {authority}: {error}") from error


def _tls(data: Path, config: ControllerConfig) -> TlsSettings:
    broker = config.broker
    return TlsSettings(folder=data / TLS_FOLDER, host=broker.host, port=broker.tls_port, names=_names(config))


def _names(config: ControllerConfig) -> tuple[str, ...]:
    """Return what the certificate is made out to, first what units are told."""
    if config.broker.names:
        return config.broker.names
    if not _is_everywhere(config.broker.host):
        return (config.broker.host,)
    public = urlsplit(config.web.public_url or "").hostname
    if public is None:
        raise ValueError(
            f"with host {config.broker.host!r} and TLS, `names` must say how units reach the broker, "
            'for example names = ["192.168.1.10"]'
        )
    return (public,)


def _authority_file(data: Path, config: ControllerConfig) -> Path | None:
    """Return the file of who vouches for the broker; None: the authorities that this machine knows."""
    if config.broker.ca == SYSTEM:
        return None
    return Path(config.broker.ca) if config.broker.ca else data / TLS_FOLDER / "ca.pem"


def _vouching(certificates: Certificates, config: ControllerConfig) -> str | None:
    if config.broker.ca == SYSTEM:
        return None
    if config.broker.ca:
        return Path(config.broker.ca).read_text(encoding="ascii")
    return certificates.authority_pem()


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False
