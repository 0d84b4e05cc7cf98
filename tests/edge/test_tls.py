"""Whom a unit believes to be its broker: what stands in unit.toml, and what is looked at in a certificate."""

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from controller.adapters.broker.certificates import Certificates
from edge import config
from edge.adapters.tls import NO_CHECK_TIME, broker_trust, clip_trust
from edge.config import BadConfiguration
from tests.edge.test_config import GOOD

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def pem(tmp_path: Path) -> str:
    certificates = Certificates(tmp_path / "tls", [])
    certificates.renew(NOW)
    return certificates.authority_pem()


def read(folder: Path, *lines: str) -> config.Configuration:
    path = folder / "unit.toml"
    path.write_text(GOOD.replace('host = "127.0.0.1"\n', "\n".join(['host = "127.0.0.1"', *lines, ""])))
    return config.read(path, simulate=False)


def test_the_authority_stands_in_the_file_or_beside_it(tmp_path: Path, pem: str) -> None:
    assert read(tmp_path, "tls = true", f'ca_pem = """\n{pem}"""').authority == pem
    assert read(tmp_path, "tls = true", 'ca = "tls/ca.pem"').authority == pem
    assert read(tmp_path, "tls = true").authority is None


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (["tls = true", 'ca_pem = ""'], "mqtt.ca_pem"),
        (["tls = true", 'ca_pem = "junk"'], "mqtt.ca_pem"),
        (["tls = true", 'ca_pem = "chứng thư"'], "mqtt.ca_pem"),
        (
            ["tls = true", 'ca_pem = "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE-----"'],
            "mqtt.ca_pem",
        ),
        (["tls = true", 'ca = "missing.pem"'], "mqtt.ca"),
        (["tls = true", 'ca = "junk.pem"'], "mqtt.ca"),
        (["tls = true", 'ca = "tls/ca.pem"', 'ca_pem = "junk"'], "mqtt.ca"),
        (['ca = "tls/ca.pem"'], "mqtt.ca"),
        (['tls = "yes"'], "mqtt.tls"),
    ],
)
def test_an_authority_that_is_none_stops_the_start_with_its_key(
    tmp_path: Path, pem: str, lines: list[str], key: str
) -> None:
    (tmp_path / "junk.pem").write_bytes(b"\xff\xfe")
    with pytest.raises(BadConfiguration, match=f"'{key}'"):
        read(tmp_path, *lines)


def test_of_a_named_authority_only_the_dates_are_not_looked_at(pem: str) -> None:
    context = broker_trust(pem)
    assert context.verify_flags & NO_CHECK_TIME
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert len(context.get_ca_certs()) == 1


def test_without_a_named_authority_the_dates_count() -> None:
    context = broker_trust(None)
    assert not context.verify_flags & NO_CHECK_TIME
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_clips_may_also_come_from_whom_the_machine_believes(pem: str) -> None:
    assert len(clip_trust(pem).get_ca_certs()) == len(clip_trust(None).get_ca_certs()) + 1
    assert clip_trust(None).verify_mode is ssl.CERT_REQUIRED
