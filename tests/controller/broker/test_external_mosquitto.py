"""The configuration that docs/mosquitto.md gives to a province's administrator, tried on a real Mosquitto."""

from pathlib import Path

import pytest

from controller.adapters.broker import (
    BrokerKind,
    BrokerSettings,
    Limits,
    choose_broker,
    hash_password,
    unit_account,
    unit_user,
    write_accounts,
)
from controller.adapters.broker.child import BrokerChild, tied_to_parent
from controller.adapters.broker.mosquitto import configuration_lines, find_mosquitto
from controller.adapters.broker.supervision import free_port
from protocol.names import CommuneId, UnitId
from tests.controller.broker.clients import DEADLINE, PahoClient, refusal

SAMPLE = Path(__file__).parent.parent.parent.parent / "systemd" / "mosquitto" / "loalang.conf"
COMMUNE, UNIT = CommuneId("khau-bang"), UnitId("na-lom")
PASSWORD = "a-password-for-tests-only"
LOCAL = ("listener", "password_file", "acl_file", "persistence", "log_", "user")


def test_the_sample_says_what_the_controller_would_generate(tmp_path: Path) -> None:
    generated = configuration_lines(tmp_path, "0.0.0.0", 1883, Limits()).splitlines()
    sample = SAMPLE.read_text(encoding="utf-8").splitlines()
    missing = [line for line in generated if not line.startswith(LOCAL) and line not in sample]
    assert missing == []


@pytest.mark.skipif(find_mosquitto() is None, reason="mosquitto 2 is not installed")
def test_an_external_mosquitto_with_the_sample_serves_the_units(tmp_path: Path) -> None:
    write_accounts(tmp_path / "accounts.json", [unit_account(COMMUNE, UNIT, hash_password(PASSWORD))])
    port = free_port("127.0.0.1", 0)
    settings = BrokerSettings(tmp_path, port=port, kind=BrokerKind.EXTERNAL)
    broker = choose_broker(settings, tmp_path / "accounts.json")
    broker.start()
    sample = SAMPLE.read_text(encoding="utf-8").replace("1883 0.0.0.0", f"{port} 127.0.0.1")
    sample = sample.replace("/etc/mosquitto/loalang-", f"{tmp_path}/broker/")
    (tmp_path / "theirs.conf").write_text(f"{sample}user root\n", encoding="utf-8")
    theirs = BrokerChild(tied_to_parent([str(find_mosquitto()), "-c", str(tmp_path / "theirs.conf")]), "theirs")
    try:
        assert theirs.await_listening("127.0.0.1", port, DEADLINE), theirs.last_words
        assert broker.alive
        with PahoClient(broker, unit_user(COMMUNE, UNIT), PASSWORD) as unit:
            unit.subscribe(f"loalang/v1/{COMMUNE}/orders")
        refusal(broker, "", "")
    finally:
        theirs.end()
