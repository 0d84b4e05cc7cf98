"""`loalang controller broker-files`: what a Mosquitto of one's own needs to serve this commune, in one folder.

Run it again after every enrolment (the systemd units among the files do), and have Mosquitto read its files anew.
"""

import argparse
import sys
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from controller.adapters.broker.handout import ForeignFiles, Handout, write_handout
from controller.adapters.broker.settings import Limits, TlsSettings
from controller.adapters.offline import Unattached
from controller.assembly import ACCOUNTS, Office, staff, utc_now
from controller.broker_setup import broker_settings
from controller.services import enrolment
from words import say

EVERYWHERE = "0.0.0.0"  # noqa: S104 - a broker for units on other machines listens for them


def broker_files(office: Office, options: argparse.Namespace) -> int:
    """Write the files; 0, or 2 when something else stands in their place."""
    folder: Path = options.to.absolute()
    tls = _tls(office, options.names)
    tls.certificates.renew(utc_now())
    accounts_file = _accounts(office)
    handout = Handout(
        data=office.data.absolute(),
        accounts_file=accounts_file.absolute(),
        at=options.at or PurePosixPath(folder),
        tls=tls,
        limits=Limits(),
    )
    try:
        changed = write_handout(folder, handout.files(), overwrite=options.overwrite)
    except ForeignFiles as error:
        print(say("broker-files-foreign", names=str(error)), file=sys.stderr)
        return 2
    _tell(folder, changed)
    if not options.names and not office.config.broker.names:
        print(say("broker-files-local"), file=sys.stderr)
    return 0


def _tls(office: Office, names: list[str]) -> TlsSettings:
    """The certificates of the data folder, made out to what was said here and what the configuration says."""
    broker = replace(
        office.config.broker, host=EVERYWHERE, tls=True, names=(*names, *office.config.broker.names) or ("localhost",)
    )
    tls = broker_settings(office.data, replace(office.config, broker=broker)).tls
    if tls is None:
        raise AssertionError("TLS was asked for")
    return tls


def _accounts(office: Office) -> Path:
    """The accounts as they are; written only when no command and no controller ever did."""
    path = office.data / ACCOUNTS
    if not path.exists():
        crew = staff(office, lambda _commune: Unattached())
        enrolment.write_accounts(crew.desk, crew.accounts)
    return path


def _tell(folder: Path, changed: tuple[str, ...]) -> None:
    if changed:
        print(say("broker-files-written", folder=str(folder), names=", ".join(changed)))
        print(say("broker-files-tell"))
    else:
        print(say("broker-files-same", folder=str(folder)))
