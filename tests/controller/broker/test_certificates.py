"""The commune's authority and the broker's certificate: made once, renewed in time, never silently replaced."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from controller.adapters.broker.certificates import AUTHORITY_TERM, RENEWED_BEFORE, SERVER_TERM, Certificates, is_name
from controller.adapters.private_file import SecretUnreadable

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    made = Certificates(tmp_path / "tls", ["loa.example.vn", "192.0.2.7"])
    assert made.renew(NOW)
    return made


def served(certificates: Certificates) -> x509.Certificate:
    return x509.load_pem_x509_certificate(certificates.server.read_bytes())


def test_it_is_made_out_to_every_name_and_to_this_machine(certificates: Certificates) -> None:
    names = served(certificates).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["loa.example.vn", "localhost"]
    assert [str(each) for each in names.get_values_for_type(x509.IPAddress)] == ["192.0.2.7", "127.0.0.1"]


def test_the_authority_vouches_for_it_by_the_strict_rules(certificates: Certificates) -> None:
    ca = x509.load_pem_x509_certificate(certificates.ca.read_bytes())
    store = x509.verification.Store([ca])
    verifier = x509.verification.PolicyBuilder().store(store).time(NOW)
    verifier.build_server_verifier(x509.DNSName("loa.example.vn")).verify(served(certificates), [])
    assert ca.not_valid_after_utc == NOW + AUTHORITY_TERM


def test_files_are_for_their_owner_and_the_authoritys_key_is_in_none_that_is_given_away(
    certificates: Certificates,
) -> None:
    modes = {each.name: each.stat().st_mode & 0o777 for each in certificates.folder.iterdir()}
    assert modes == {"authority.pem": 0o600, "ca.pem": 0o600, "server.pem": 0o600}
    assert certificates.folder.stat().st_mode & 0o777 == 0o700
    assert "PRIVATE" not in certificates.authority_pem()
    assert certificates.authority_pem().strip() in (certificates.folder / "authority.pem").read_text()


def test_it_is_renewed_in_time_and_not_before(certificates: Certificates) -> None:
    held, ca = certificates.server.read_bytes(), certificates.authority_pem()
    last = NOW + SERVER_TERM - RENEWED_BEFORE
    assert not certificates.renew(last - timedelta(seconds=1))
    assert certificates.server.read_bytes() == held
    assert certificates.renew(last)
    assert certificates.server.read_bytes() != held
    assert certificates.authority_pem() == ca
    assert not certificates.renew(last)


def test_another_name_needs_another_certificate_of_the_same_authority(certificates: Certificates) -> None:
    ca = certificates.authority_pem()
    assert not Certificates(certificates.folder, ["192.0.2.7"]).renew(NOW)
    assert Certificates(certificates.folder, ["192.0.2.8"]).renew(NOW)
    assert certificates.authority_pem() == ca


@pytest.mark.parametrize("content", [b"", b"junk", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_damaged_server_certificate_is_made_anew(certificates: Certificates, content: bytes) -> None:
    certificates.server.write_bytes(content)
    assert certificates.renew(NOW)
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificates.server)


def test_a_key_that_is_not_the_certificates_is_noticed(certificates: Certificates, tmp_path: Path) -> None:
    other = Certificates(tmp_path / "other", [])
    other.renew(NOW)
    begin = "-----BEGIN CERTIFICATE"
    others_key = other.server.read_text().partition(begin)[0]
    own_certificate = certificates.server.read_text().partition(begin)[2]
    certificates.server.write_text(others_key + begin + own_certificate)
    assert certificates.renew(NOW)


def test_anothers_certificate_is_not_served(certificates: Certificates, tmp_path: Path) -> None:
    other = Certificates(tmp_path / "other", ["loa.example.vn", "192.0.2.7"])
    other.renew(NOW)
    certificates.server.write_bytes(other.server.read_bytes())
    assert certificates.renew(NOW)


@pytest.mark.parametrize("content", [b"", b"junk"])
def test_a_damaged_authority_stops_the_start_and_is_not_replaced(certificates: Certificates, content: bytes) -> None:
    authority = certificates.folder / "authority.pem"
    authority.write_bytes(content)
    with pytest.raises(SecretUnreadable, match=r"authority\.pem"):
        certificates.renew(NOW)
    assert authority.read_bytes() == content


def test_an_authority_that_others_can_read_stops_the_start(certificates: Certificates) -> None:
    (certificates.folder / "authority.pem").chmod(0o640)
    with pytest.raises(SecretUnreadable, match="chmod 600"):
        certificates.renew(NOW)


def test_a_ca_file_that_was_lost_comes_back(certificates: Certificates) -> None:
    ca = certificates.authority_pem()
    certificates.ca.unlink()
    assert not certificates.renew(NOW)
    assert certificates.authority_pem() == ca


@pytest.mark.parametrize("name", ["localhost", "loa.example.vn", "192.0.2.7", "2001:db8::7", "a" * 63])
def test_a_certificate_can_be_made_out_to_a_name(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "name", ["", ".", "a..b", "-a", "a-", "a b", "a_b", "loa.làng", "a\nb", "x" * 64, "a." * 130 + "a", "https://a"]
)
def test_a_certificate_cannot_be_made_out_to_this(name: str) -> None:
    assert not is_name(name)
