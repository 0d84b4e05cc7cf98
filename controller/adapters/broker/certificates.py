"""The certificates of the commune's broker: an authority of the commune's own, and what it vouches for.

A commune has no domain name and often no way to the Internet, so no public authority would vouch for its broker. It
has one of its own instead, made once, whose certificate every unit is given when it is enrolled.

`authority.pem` holds the authority's key and certificate and never leaves the folder; `ca.pem` is the certificate
alone, to give away; `server.pem` is the broker's key and certificate in one file, so that the two can never disagree.
Whoever gets the authority's key can pretend to be the broker: read the units' broker passwords, hold messages back.
He cannot make a unit speak: what units obey is signed by other keys.
"""

import ipaddress
import os
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from controller.adapters.private_file import SecretUnreadable, private_folder, read_private, write_private

AUTHORITY_TERM = timedelta(days=7305)
"""20 years: longer than a unit hangs on its pole. A new authority means a new file on every unit."""
SERVER_TERM = timedelta(days=730)
RENEWED_BEFORE = timedelta(days=120)
"""Early enough for somebody who has to carry the new certificate to a broker of his own by hand."""
ALWAYS = ("localhost", "127.0.0.1")

_BACKDATED = timedelta(days=1)
_MOST_NAME = 253


class Certificates:
    """A folder with the commune's authority and the broker's certificate, both made when they are missing."""

    def __init__(self, folder: Path, names: Sequence[str]) -> None:
        """Take the folder and the `names` (host names or addresses) by which clients reach the broker."""
        self.folder = folder
        self.names = tuple(dict.fromkeys([*names, *ALWAYS]))
        self.ca = folder / "ca.pem"
        self.server = folder / "server.pem"
        self._authority = folder / "authority.pem"

    def renew(self, now: datetime) -> bool:
        """Make what is missing, and a new server certificate when it is due; say whether the server's is new.

        Raises:
            SecretUnreadable: the authority is there and cannot be used; a new one would lock every unit out.
            OSError: the folder cannot be written.
        """
        private_folder(self.folder)
        key, certificate = self._open_authority(now)
        shown = certificate.public_bytes(Encoding.PEM)
        if not self.ca.exists() or self.ca.read_bytes() != shown:
            write_private(self.ca, shown)
        if self._serves(certificate, now):
            return False
        write_private(self.server, _issue(key, certificate, self.names, now))
        return True

    def authority_pem(self) -> str:
        """Return the authority's certificate, to be given to everybody who connects; call `renew` before."""
        return self.ca.read_text(encoding="ascii")

    def _open_authority(self, now: datetime) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
        if not self._authority.exists():
            _write_once(self._authority, _found(now))
        try:
            return _opened(read_private(self._authority))
        except ValueError as error:
            raise SecretUnreadable(f"{self._authority} holds no key with its certificate") from error

    def _serves(self, authority: x509.Certificate, now: datetime) -> bool:
        """Say whether the server's certificate is whole, ours, for every name, and good for a while."""
        try:
            _, held = _opened(self.server.read_bytes())
            held.verify_directly_issued_by(authority)
            names = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (OSError, ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
            return False
        return set(_alternatives(self.names)) <= set(names) and now < held.not_valid_after_utc - RENEWED_BEFORE


def is_name(name: str) -> bool:
    """Say whether a certificate can be made out to this: an address, or a host name in plain letters."""
    if _is_address(name):
        return True
    labels = name.split(".")
    return len(name) <= _MOST_NAME and all(_is_label(label) for label in labels)


def _is_label(label: str) -> bool:
    plain = label.isascii() and label.replace("-", "").isalnum()
    return plain and len(label) < 64 and not label.startswith("-") and not label.endswith("-")


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _found(now: datetime) -> bytes:
    """Found a new authority: its key and its certificate, which signs nothing but servers'."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _called("Loa Lang: broker of the commune")
    usage = _usage(signs_certificates=True)
    builder = _begun(name, name, key.public_key(), now, AUTHORITY_TERM)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return _pem(key, builder.add_extension(usage, critical=True).sign(key, hashes.SHA256()))


def _issue(
    authority_key: ec.EllipticCurvePrivateKey, authority: x509.Certificate, names: Sequence[str], now: datetime
) -> bytes:
    """Make a new server key and have the authority vouch for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    vouched = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
    builder = _begun(_called(names[0][:64]), authority.subject, key.public_key(), now, SERVER_TERM)
    builder = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName(_alternatives(names)), critical=False)
        .add_extension(vouched, critical=False)
    )
    return _pem(key, builder.sign(authority_key, hashes.SHA256()))


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, term: timedelta
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number())
    builder = builder.not_valid_before(now - _BACKDATED).not_valid_after(now + term)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _alternatives(names: Sequence[str]) -> list[x509.GeneralName]:
    return [
        x509.IPAddress(ipaddress.ip_address(name)) if _is_address(name) else x509.DNSName(name.lower())
        for name in names
    ]


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate) -> bytes:
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + certificate.public_bytes(Encoding.PEM)


def _opened(pem: bytes) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Return a key with its certificate; `ValueError` when they are none, or not each other's."""
    key, certificate = load_pem_private_key(pem, None), x509.load_pem_x509_certificate(pem)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise ValueError("the key is not the certificate's")
    return key, certificate


def _write_once(path: Path, content: bytes) -> None:
    """Write a file that is not there yet, whole; whoever was faster has won, and his is kept."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    write_private(draft, content)
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()
