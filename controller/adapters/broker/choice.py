"""Which broker runs: the one place where the adapters of the broker port are chosen."""

import logging
from pathlib import Path
from typing import Protocol

from controller.adapters.broker.amqtt_process import AmqttBroker
from controller.adapters.broker.child import answers
from controller.adapters.broker.mosquitto import MosquittoBroker, find_mosquitto, write_lists
from controller.adapters.broker.settings import BrokerKind, BrokerSettings
from controller.adapters.broker.supervision import BrokerFailed

log = logging.getLogger(__name__)


class Broker(Protocol):
    """What the controller needs of a broker; errors as of `EmbeddedBroker.start`.

    It exists so that a commune without Mosquitto, one with it, and a province with a broker of its own are served by
    the same code.
    """

    name: str

    @property
    def host(self) -> str:
        """Where clients connect."""
        ...

    @property
    def port(self) -> int:
        """Where clients connect."""
        ...

    @property
    def alive(self) -> bool:
        """Whether clients can connect now."""
        ...

    def start(self) -> None:
        """Return once clients can connect."""
        ...

    def stop(self) -> None:
        """Return once it is gone."""
        ...

    def accounts_changed(self) -> None:
        """Read the accounts now."""
        ...


class ExternalBroker:
    """A broker that somebody else runs, set up after docs/mosquitto.md: nothing to start, nothing to end.

    What its administrator needs of ours, the password file and the access list, is kept up to date in the data folder.
    """

    name = "external"

    def __init__(self, settings: BrokerSettings, accounts_file: Path) -> None:
        """Remember where it is."""
        self.settings = settings
        self.accounts_file = accounts_file
        self.folder = settings.data_dir.absolute() / "broker"

    @property
    def host(self) -> str:
        """Where clients connect."""
        return self.settings.host if self.settings.tls is None else self.settings.tls.host

    @property
    def port(self) -> int:
        """Where clients connect."""
        return self.settings.port if self.settings.tls is None else self.settings.tls.port

    @property
    def alive(self) -> bool:
        """Whether somebody accepts connections there at this moment. Asks the network, for at most a second."""
        return answers(self.host, self.port)

    def start(self) -> None:
        """Write the files and say what was found. An absent broker is no error: the clients wait for it and retry.

        Raises:
            AccountsUnreadable: as `read_accounts`.
            BrokerFailed: the data folder cannot be written.
        """
        self.accounts_changed()
        if self.alive:
            log.info("using the external broker on %s port %d", self.host, self.port)
        else:
            log.warning("the external broker on %s port %d does not answer yet", self.host, self.port)

    def stop(self) -> None:
        """Leave it running: it is not ours."""

    def accounts_changed(self) -> None:
        """Write the lists again; its administrator installs them and tells it."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_lists(self.folder, self.accounts_file)
        except OSError as error:
            raise BrokerFailed(f"the external broker's files cannot be written: {error}") from error


def choose_broker(settings: BrokerSettings, accounts_file: Path) -> Broker:
    """Return the broker that the settings ask for, not yet started."""
    kind = settings.kind
    if kind is BrokerKind.AUTO:
        kind = BrokerKind.AMQTT if find_mosquitto() is None else BrokerKind.MOSQUITTO
        log.info("broker: %s was chosen", kind)
    if kind is BrokerKind.EXTERNAL:
        return ExternalBroker(settings, accounts_file)
    if kind is BrokerKind.MOSQUITTO:
        return MosquittoBroker(settings, accounts_file)
    return AmqttBroker(settings, accounts_file)
