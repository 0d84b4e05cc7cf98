"""What the configuration means for the broker: TLS as soon as units on other machines can reach it."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from controller.adapters.broker.certificates import Certificates
from controller.broker_setup import broker_settings, renew_certificates, trust, units_place, with_tls
from controller.config import BadConfiguration, Broker, ControllerConfig, Web

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def config(public_url: str | None = None, **broker: object) -> ControllerConfig:
    return ControllerConfig(broker=Broker(**broker), web=Web(public_url=public_url))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.0.0.2"])
def test_for_this_machine_alone_there_is_no_tls_unless_it_is_asked_for(tmp_path: Path, host: str) -> None:
    settings = broker_settings(tmp_path, config(host=host))
    assert settings.tls is None
    assert settings.host == host
    assert not renew_certificates(tmp_path, config(host=host), NOW)
    assert list(tmp_path.iterdir()) == []
    assert with_tls(config(host=host, tls=True))


@pytest.mark.parametrize("host", ["192.0.2.7", "loa.example.vn", "::"])
def test_for_other_machines_units_come_by_tls_and_the_rest_is_for_this_machine(tmp_path: Path, host: str) -> None:
    settings = broker_settings(tmp_path, config(host=host, names=("loa.example.vn",)))
    assert settings.tls is not None
    assert (settings.host, settings.port) == ("127.0.0.1", 1883)
    assert (settings.tls.host, settings.tls.port) == (host, 8883)
    place = units_place(tmp_path, config(host=host, names=("loa.example.vn", "192.0.2.7")), NOW)
    assert (place.host, place.port) == ("loa.example.vn", 8883)
    assert place.tls is not None
    assert place.tls.ca_pem == (tmp_path / "tls/ca.pem").read_text()


def test_tls_can_be_left_off(tmp_path: Path) -> None:
    plain = config(host="192.0.2.7", tls=False)
    assert broker_settings(tmp_path, plain).tls is None
    place = units_place(tmp_path, plain, NOW)
    assert (place.host, place.port, place.tls) == ("192.0.2.7", 1883, None)


def test_units_are_told_the_name_of_the_pages_when_the_broker_listens_everywhere(tmp_path: Path) -> None:
    place = units_place(tmp_path, config("https://loa.example.vn/", host="0.0.0.0"), NOW)
    assert place.host == "loa.example.vn"


@pytest.mark.parametrize(
    ("broker", "named"),
    [
        ({"host": "0.0.0.0"}, "names"),
        ({"host": "::"}, "names"),
        ({"host": "192.0.2.7", "names": ("a b",)}, "a b"),
        ({"host": "192.0.2.7", "names": ("loa.làng",)}, "loa.làng"),
        ({"kind": "hivemq"}, "hivemq"),
        ({"host": ""}, "host"),
    ],
)
def test_what_no_certificate_or_socket_can_have_stops_the_start(
    tmp_path: Path, broker: dict[str, object], named: str
) -> None:
    with pytest.raises(BadConfiguration, match=named):
        broker_settings(tmp_path, config(**broker))


def test_the_controller_needs_no_tls_to_its_own_child(tmp_path: Path) -> None:
    assert trust(tmp_path, config(host="192.0.2.7"), NOW) is None


def test_the_controller_believes_the_communes_authority_of_an_external_broker(tmp_path: Path) -> None:
    settings = broker_settings(tmp_path, config(kind="external", host="192.0.2.7"))
    assert settings.tls is not None
    assert (settings.tls.host, settings.tls.port) == ("192.0.2.7", 8883)
    context = trust(tmp_path, config(kind="external", host="192.0.2.7"), NOW)
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert [dict(part[0] for part in each["subject"])["commonName"] for each in context.get_ca_certs()] == [
        "Loa Lang: broker of the commune"
    ]


def test_an_external_broker_may_have_another_authority_or_a_public_one(tmp_path: Path) -> None:
    theirs = Certificates(tmp_path / "theirs", [])
    theirs.renew(NOW)
    other = config(kind="external", host="192.0.2.7", ca=str(theirs.ca))
    place = units_place(tmp_path, other, NOW)
    assert place.tls is not None
    assert place.tls.ca_pem == theirs.authority_pem()
    assert trust(tmp_path, other, NOW) is not None
    public = units_place(tmp_path, config(kind="external", host="192.0.2.7", ca="system"), NOW)
    assert public.tls is not None
    assert public.tls.ca_pem is None


@pytest.mark.parametrize("content", [None, b"", b"junk"])
def test_an_authority_that_cannot_be_read_stops_the_start(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "ca").write_bytes(content)
    with pytest.raises(BadConfiguration, match=r"broker\.ca"):
        trust(tmp_path, config(kind="external", host="192.0.2.7", ca=str(tmp_path / "ca")), NOW)
