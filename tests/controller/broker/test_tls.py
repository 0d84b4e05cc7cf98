"""TLS, asked of all three brokers: who is believed, by what version, and what a new certificate disturbs."""

import contextlib
import queue
import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from controller.adapters.broker import unit_user, write_accounts
from controller.adapters.broker.certificates import SERVER_TERM, Certificates
from controller.adapters.mqtt_connection import trusting
from edge.adapters.mqtt import Broker as UnitsBroker
from edge.adapters.mqtt import Link
from edge.adapters.tls import broker_trust, clip_trust
from edge.core.events import Event, LinkUp
from tests.contracts.broker_subjects import (
    COMMUNE,
    ONE,
    OTHER,
    PASSWORD,
    PROGRAMME,
    AmqttTls,
    Embedded,
    External,
    ExternalTls,
    MosquittoTls,
    Subject,
    accounts,
    controller,
    unit,
)
from tests.controller.broker import packets
from tests.controller.broker.clients import DEADLINE

Broker = Embedded | External
NOW = datetime.now(UTC)


def shake_hands(broker: Broker, context: ssl.SSLContext, name: str = "127.0.0.1") -> ssl.SSLSocket:
    line = socket.create_connection((broker.host, broker.port), timeout=DEADLINE)
    return context.wrap_socket(line, server_hostname=name)


def serial_of(broker: Broker) -> str:
    assert broker.ca is not None
    with shake_hands(broker, trusting(broker.ca)) as line:
        found = line.getpeercert()
        assert found is not None
        return str(found["serialNumber"])


class TlsContract(Subject):
    """Subclass it with a subject that has a door with TLS."""

    def test_who_is_vouched_for_by_somebody_else_is_not_believed(self, shared: Broker, tmp_path: Path) -> None:
        others = Certificates(tmp_path / "others", [])
        others.renew(NOW)
        for context in (trusting(others.ca), broker_trust(others.authority_pem())):
            with pytest.raises(ssl.SSLCertVerificationError):
                shake_hands(shared, context)

    def test_another_host_name_is_not_believed(self, shared: Broker) -> None:
        assert shared.ca is not None
        for context in (trusting(shared.ca), broker_trust(shared.ca.read_text())):
            with pytest.raises(ssl.SSLCertVerificationError, match="match"):
                shake_hands(shared, context, "elsewhere.example.vn")
            shake_hands(shared, context, "localhost").close()

    def test_the_machines_own_authorities_do_not_vouch_for_it(self, shared: Broker) -> None:
        for context in (trusting(None), broker_trust(None), clip_trust(None)):
            with pytest.raises(ssl.SSLCertVerificationError):
                shake_hands(shared, context)

    @pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
    def test_tls_from_1_2_on_is_spoken(self, shared: Broker, version: ssl.TLSVersion) -> None:
        assert shared.ca is not None
        context = trusting(shared.ca)
        context.minimum_version = context.maximum_version = version
        shake_hands(shared, context).close()

    @pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
    def test_tls_before_1_2_is_not_spoken(self, shared: Broker) -> None:
        assert shared.ca is not None
        context = trusting(shared.ca)
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(ssl.SSLError, match=r"PROTOCOL_VERSION|EOF"):
            shake_hands(shared, context)

    def test_a_client_without_tls_comes_to_nothing_here(self, shared: Broker) -> None:
        with socket.create_connection((shared.host, shared.port), timeout=DEADLINE) as line:
            line.sendall(packets.connect(unit_user(COMMUNE, ONE), PASSWORD))
            with contextlib.suppress(ConnectionResetError):
                assert not line.recv(4096).startswith(packets.ANSWER)

    def test_a_new_certificate_is_shown_to_newcomers_and_nobody_is_dropped(
        self, broker: Broker, accounts_file: Path
    ) -> None:
        with controller(broker) as desk, unit(broker) as one:
            one.subscribe(PROGRAMME)
            before = serial_of(broker)
            assert _certificates(broker).renew(NOW + SERVER_TERM)
            broker.accounts_changed()
            write_accounts(accounts_file, accounts(ONE, OTHER))
            broker.accounts_changed()
            for _ in range(2000):
                if serial_of(broker) != before:
                    break
            else:
                raise AssertionError("the new certificate is never shown")
            desk.publish(PROGRAMME, b"fence")
            one.await_payload(b"fence")
            assert one.losses.empty()
            assert desk.losses.empty()

    @pytest.mark.parametrize("away", [timedelta(days=-365 * 40), timedelta(days=365 * 40)], ids=["expired", "1970"])
    def test_a_unit_without_a_clock_connects_all_the_same(
        self, tmp_path: Path, accounts_file: Path, away: timedelta
    ) -> None:
        """The certificates of a time that is not ours are to us what today's are to a unit in 1970, or in 2066."""
        Certificates(tmp_path / "tls", ["mqtt.example.vn"]).renew(NOW + away)
        with self.opened(tmp_path, accounts_file) as broker:
            assert broker.ca is not None
            with pytest.raises(ssl.SSLCertVerificationError, match=r"expired|not yet valid"):
                shake_hands(broker, ssl.create_default_context(cafile=str(broker.ca)))
            shake_hands(broker, broker_trust(broker.ca.read_text())).close()
            shake_hands(broker, clip_trust(broker.ca.read_text())).close()
            events: queue.Queue[Event] = queue.Queue()
            link = Link(_as_unit(broker, broker_trust(broker.ca.read_text())), COMMUNE, ONE, events.put)
            link.start()
            assert events.get(timeout=DEADLINE) == LinkUp()
            link.close()


def _as_unit(broker: Broker, trust: ssl.SSLContext) -> UnitsBroker:
    user = unit_user(COMMUNE, ONE)
    return UnitsBroker(host=broker.host, port=broker.port, user=user, password=PASSWORD, tls=trust, keepalive_s=30)


def _certificates(broker: Broker) -> Certificates:
    tls = broker.tls if isinstance(broker, External) else broker.broker.settings.tls
    assert tls is not None
    return tls.certificates


class TestAmqtt(TlsContract, AmqttTls):
    pass


class TestMosquitto(TlsContract, MosquittoTls):
    pass


class TestExternalMosquitto(TlsContract, ExternalTls):
    pass
