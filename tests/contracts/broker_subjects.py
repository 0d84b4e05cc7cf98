"""The brokers that the contracts are asked of: both of ours and somebody else's, by the door without TLS or with it.

A subject is a door that clients come in by (`host`, `port`, `ca`) and what is needed to change its accounts.
"""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import ClassVar

import pytest

from controller.adapters.broker import (
    Account,
    BrokerKind,
    BrokerSettings,
    EmbeddedBroker,
    Limits,
    choose_broker,
    controller_account,
    hash_password,
    observer_account,
    unit_account,
    unit_user,
    write_accounts,
)
from controller.adapters.broker.child import BrokerChild, tied_to_parent
from controller.adapters.broker.handout import RELOAD, Handout, write_handout
from controller.adapters.broker.mosquitto import CONFIGURATION, find_mosquitto
from controller.adapters.broker.settings import TlsSettings
from controller.adapters.broker.supervision import free_port
from protocol.names import CommuneId, UnitId
from tests.controller.broker.clients import DEADLINE, BareClient, Door, PahoClient, Will

COMMUNE = CommuneId("khau-bang")
ONE, OTHER, LATE = UnitId("na-lom"), UnitId("ban-vai"), UnitId("phieng-luong")
PASSWORD = "a-password-for-tests-only"
HASH = hash_password(PASSWORD, salt=b"twelve bytes")
ROOT = f"loalang/v1/{COMMUNE}"
PROGRAMME, OTHERS_PROGRAMME = f"{ROOT}/unit/{ONE}/programme", f"{ROOT}/unit/{OTHER}/programme"
AVAILABILITY = f"{ROOT}/unit/{ONE}/availability"
STATE = f"{ROOT}/unit/{ONE}/state"
LIMITS = Limits(message_bytes=100_000, queued=200, queued_bytes=1 << 20, connections=40)


def accounts(*units: UnitId) -> list[Account]:
    desk = [controller_account([COMMUNE], HASH), observer_account([COMMUNE], HASH)]
    return [*desk, *(unit_account(COMMUNE, unit, HASH) for unit in units)]


def controller(door: Door, *filters: str) -> PahoClient:
    return PahoClient(door, "controller", PASSWORD, subscriptions=filters)


def observer(door: Door, *filters: str) -> PahoClient:
    return PahoClient(door, "observer", PASSWORD, subscriptions=filters)


def unit(door: Door, name: UnitId = ONE, will: Will | None = None) -> PahoClient:
    return PahoClient(door, unit_user(COMMUNE, name), PASSWORD, will=will)


def bare_unit(door: Door, keepalive: int = 1) -> BareClient:
    return BareClient(door, unit_user(COMMUNE, ONE), PASSWORD, Will(AVAILABILITY, b"offline"), keepalive)


@dataclass
class Embedded:
    """A broker that the controller brings along, by one of its doors."""

    broker: EmbeddedBroker

    @property
    def host(self) -> str:
        return self.broker.host

    @property
    def port(self) -> int:
        return self.broker.port if self.broker.tls_port is None else self.broker.tls_port

    @property
    def ca(self) -> Path | None:
        return None if self.broker.settings.tls is None else self.broker.settings.tls.certificates.ca

    @property
    def pid(self) -> int | None:
        return self.broker.pid

    def accounts_changed(self) -> None:
        self.broker.accounts_changed()


@dataclass
class External:
    """A Mosquitto of somebody else's, which has nothing of ours but the files of `broker-files`."""

    folder: Path
    accounts_file: Path
    host: str = "127.0.0.1"
    port: int = field(default_factory=lambda: free_port("127.0.0.1", 0))

    def __post_init__(self) -> None:
        self.tls = TlsSettings(self.folder / "tls", self.host, self.port, ("mqtt.example.vn",))
        self.tls.certificates.renew(datetime.now(UTC))
        self.etc = self.folder / "etc"
        self._write()
        self.run = self.folder / "run.conf"
        self._install(CONFIGURATION)
        command = tied_to_parent([str(find_mosquitto()), "-c", str(self.run)], LIMITS.connections)
        self.child = BrokerChild(command, "theirs")
        assert self.child.await_listening(self.host, self.port, DEADLINE), self.child.last_words

    @property
    def ca(self) -> Path:
        return self.etc / "ca.pem"

    @property
    def pid(self) -> int:
        return self.child.pid

    def accounts_changed(self) -> None:
        """What `loalang-broker-files.service` does, and `systemctl reload mosquitto`."""
        self._write()
        self._install(RELOAD)
        self.child.reload()

    def _install(self, name: str) -> None:
        """What the drop-in for mosquitto.service does; run by root, Mosquitto would leave for another user."""
        self.run.write_text("user root\n"[: 10 * (os.geteuid() == 0)] + (self.etc / name).read_text())

    def _write(self) -> None:
        handout = Handout(
            data=self.folder,
            accounts_file=self.accounts_file,
            at=PurePosixPath(self.etc),
            tls=self.tls,
            limits=LIMITS,
        )
        write_handout(self.etc, handout.files())


class Subject:
    """The fixtures of a contract: a broker for each test, and one that is shared by those that do not mind."""

    versions: ClassVar[tuple[int, ...]] = (4, 5)
    """The versions of MQTT that it speaks, as they stand in a CONNECT."""

    @classmethod
    def opened(cls, folder: Path, accounts_file: Path) -> contextlib.AbstractContextManager[Embedded | External]:
        raise NotImplementedError

    @pytest.fixture
    def accounts_file(self, tmp_path: Path) -> Path:
        path = tmp_path / "accounts.json"
        write_accounts(path, accounts(ONE, OTHER))
        return path

    @pytest.fixture
    def broker(self, tmp_path: Path, accounts_file: Path) -> Iterator[Embedded | External]:
        with self.opened(tmp_path, accounts_file) as broker:
            yield broker

    @pytest.fixture(scope="class")
    @classmethod
    def shared(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Embedded | External]:
        """A broker for the tests that neither change it nor mind what others left in it: starting one takes a while."""
        folder = tmp_path_factory.mktemp("shared")
        write_accounts(folder / "accounts.json", accounts(ONE, OTHER))
        with cls.opened(folder, folder / "accounts.json") as broker:
            yield broker


class EmbeddedSubject(Subject):
    kind: ClassVar[BrokerKind]
    tls: ClassVar[bool] = False

    @classmethod
    @contextlib.contextmanager
    def opened(cls, folder: Path, accounts_file: Path) -> Iterator[Embedded]:
        broker = cls.made(folder, accounts_file)
        broker.start()
        try:
            yield Embedded(broker)
        finally:
            broker.stop()

    @classmethod
    def made(cls, folder: Path, accounts_file: Path, port: int = 0) -> EmbeddedBroker:
        tls = TlsSettings(folder / "tls", port=0) if cls.tls else None
        if tls is not None:
            tls.certificates.renew(datetime.now(UTC))
        settings = BrokerSettings(folder / "data", port=port, kind=cls.kind, limits=LIMITS, tls=tls)
        broker = choose_broker(settings, accounts_file)
        assert isinstance(broker, EmbeddedBroker)
        return broker


class Amqtt(EmbeddedSubject):
    kind = BrokerKind.AMQTT
    versions = (4,)


class AmqttTls(Amqtt):
    tls = True


@pytest.mark.skipif(find_mosquitto() is None, reason="mosquitto 2 is not installed")
class Mosquitto(EmbeddedSubject):
    kind = BrokerKind.MOSQUITTO


class MosquittoTls(Mosquitto):
    tls = True


@pytest.mark.skipif(find_mosquitto() is None, reason="mosquitto 2 is not installed")
class ExternalTls(Subject):
    @classmethod
    @contextlib.contextmanager
    def opened(cls, folder: Path, accounts_file: Path) -> Iterator[External]:
        broker = External(folder, accounts_file)
        try:
            yield broker
        finally:
            broker.child.end()
