"""Which broker is chosen, what is refused before anything starts, and a broker that does not start."""

import os
import signal
import socket
from pathlib import Path

import pytest

from controller.adapters.broker import (
    AccountsUnreadable,
    BrokerFailed,
    BrokerKind,
    BrokerSettings,
    EmbeddedBroker,
    ExternalBroker,
    Limits,
    choose_broker,
    hash_password,
    observer_account,
    write_accounts,
)
from controller.adapters.broker.mosquitto import find_mosquitto
from protocol.names import CommuneId
from tests.controller.broker.clients import LogWatch

HASH = hash_password("a-password-for-tests-only")


@pytest.fixture
def accounts_file(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.json"
    write_accounts(path, [observer_account([CommuneId("khau-bang")], HASH)])
    return path


class ShortLived(EmbeddedBroker):
    """A program that ends before it listens."""

    name = "short-lived"

    def _prepare(self, port: int) -> list[str]:
        return ["/bin/sh", "-c", f"echo no room for port {port} >&2; exit 3"]


def test_auto_takes_mosquitto_where_it_is(tmp_path: Path, accounts_file: Path) -> None:
    chosen = choose_broker(BrokerSettings(tmp_path), accounts_file)
    assert chosen.name == ("amqtt" if find_mosquitto() is None else "mosquitto")


@pytest.mark.parametrize("kind", [BrokerKind.AMQTT, BrokerKind.MOSQUITTO, BrokerKind.EXTERNAL])
def test_a_kind_that_is_asked_for_is_taken(tmp_path: Path, accounts_file: Path, kind: BrokerKind) -> None:
    assert choose_broker(BrokerSettings(tmp_path, kind=kind), accounts_file).name == kind.value


def test_an_external_broker_is_neither_started_nor_stopped(tmp_path: Path, accounts_file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        settings = BrokerSettings(tmp_path, port=theirs.getsockname()[1], kind=BrokerKind.EXTERNAL)
        broker = choose_broker(settings, accounts_file)
        broker.start()
        assert broker.alive
        broker.stop()
        assert broker.alive
    assert not broker.alive
    broker.start()


def test_an_external_brokers_files_follow_the_accounts(tmp_path: Path, accounts_file: Path) -> None:
    broker = ExternalBroker(BrokerSettings(tmp_path / "data", port=1, kind=BrokerKind.EXTERNAL), accounts_file)
    broker.start()
    write_accounts(accounts_file, [observer_account([CommuneId("khau-bang")], HASH, user="observer-lan")])
    broker.accounts_changed()
    assert "observer-lan" in (tmp_path / "data/broker/passwords").read_text()
    assert "observer-lan" in (tmp_path / "data/broker/acl").read_text()


def test_a_broker_that_does_not_listen_says_its_last_words(tmp_path: Path, accounts_file: Path) -> None:
    broker = ShortLived(BrokerSettings(tmp_path, port=0), accounts_file)
    with pytest.raises(BrokerFailed, match=r"exit code 3.*no room for port"):
        broker.start()
    assert not broker.alive
    broker.stop()


@pytest.mark.parametrize("kind", [BrokerKind.AMQTT, BrokerKind.AUTO])
def test_no_broker_starts_without_accounts(tmp_path: Path, kind: BrokerKind) -> None:
    broker = choose_broker(BrokerSettings(tmp_path, port=0, kind=kind), tmp_path / "absent.json")
    with pytest.raises(AccountsUnreadable):
        broker.start()
    assert not broker.alive


@pytest.mark.parametrize("port", [0, 18831])
def test_an_address_of_another_machine_is_refused(tmp_path: Path, accounts_file: Path, port: int) -> None:
    settings = BrokerSettings(tmp_path, host="192.0.2.1", port=port, kind=BrokerKind.AMQTT)
    broker = choose_broker(settings, accounts_file)
    with pytest.raises(BrokerFailed, match=r"192\.0\.2\.1"):
        broker.start()


def test_a_data_folder_that_cannot_be_made_is_said(tmp_path: Path, accounts_file: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    broker = choose_broker(BrokerSettings(tmp_path / "file", port=0, kind=BrokerKind.AMQTT), accounts_file)
    with pytest.raises(BrokerFailed, match="cannot be started"):
        broker.start()


@pytest.mark.parametrize(
    "bad", [{"port": -1}, {"port": 65536}, {"host": ""}, {"host": "a b"}, {"host": "a\nuser root"}]
)
def test_a_bad_setting_stops_the_start(tmp_path: Path, bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="broker's"):
        BrokerSettings(tmp_path, **bad)  # type: ignore[arg-type]


def test_a_data_folder_with_a_line_break_is_refused() -> None:
    with pytest.raises(ValueError, match="line break"):
        BrokerSettings(Path("a\nuser root"))


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="inflight"):
        Limits(inflight=0)


def test_a_broker_that_cannot_come_back_is_tried_again(tmp_path: Path, accounts_file: Path) -> None:
    """The attempt after the failed one succeeds: its accounts are readable again."""
    broker = choose_broker(BrokerSettings(tmp_path, port=0, kind=BrokerKind.AMQTT), accounts_file)
    assert isinstance(broker, EmbeddedBroker)
    broker.start()
    good = accounts_file.read_bytes()
    first = broker.pid
    assert first is not None
    accounts_file.write_text("{")
    with LogWatch("could not be started again", "runs again") as watch:
        os.kill(first, signal.SIGKILL)
        watch.wait_for("could not be started again")
        assert not broker.alive
        accounts_file.write_bytes(good)
        watch.wait_for("runs again")
        assert broker.alive
    broker.stop()
