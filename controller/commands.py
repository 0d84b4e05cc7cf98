"""What a technician does on the command line: make the commune, add villages, enrol units, admit observers.

These run beside a running controller: they write the database and the broker's accounts, and it takes up both.
"""

import argparse
import getpass
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from controller.adapters.offline import Unattached
from controller.assembly import Office, Staff, open_keys, staff, utc_now
from controller.broker_setup import renew_certificates, units_place
from controller.domain.rendition import Language
from controller.services import enrolment, people
from controller.services.emergency_code import code_faults, new_code
from controller.services.faults import Fault, FaultCode, Invalid, refuse
from controller.services.unit_files import unit_file
from protocol.names import CommuneId
from words import say


def init(office: Office, options: argparse.Namespace) -> int:
    """Make the commune and its first person; a made-up password is printed once."""
    renew_certificates(office.data, office.config, utc_now())
    enrolment.create_commune(office.sessions, commune=CommuneId(options.commune), name=options.name, zone=options.zone)
    crew = staff(office, lambda _commune: Unattached())
    code, made_up = _emergency_code(options)
    refuse(code_faults(code))
    new = crew.keys.root() is None
    open_keys(crew, code=code)
    enrolment.write_accounts(crew.desk, crew.accounts)
    password, made = _password(options)
    people.create_user(crew.desk, name=options.user, shown_name=options.shown_name or options.user, password=password)
    print(say("controller-made", commune=options.name, folder=str(office.data)))
    if made:
        print(say("controller-password", user=options.user, password=password))
    if new and made_up:
        print(say("controller-emergency-code", code=code))
    if crew.keys.root_file.exists():
        print(say("controller-root-on-line", file=str(crew.keys.root_file), folder=str(office.data)))
    return 0


def village(office: Office, options: argparse.Namespace) -> int:
    """Add a village, or change it."""
    enrolment.add_village(
        _crew(office).desk,
        village=options.village,
        name=options.name,
        households=options.households,
        languages=_languages(options.language),
    )
    return 0


def enrol(office: Office, options: argparse.Namespace) -> int:
    """Enrol a unit, and print the configuration that belongs onto it."""
    crew = _crew(office)
    new = enrolment.NewUnit(
        id=options.unit, name=options.name, public_key=options.key, villages=options.village, volume=options.volume
    )
    enrolled = enrolment.enrol_unit(crew.desk, crew.accounts, new)
    print(
        unit_file(
            crew.desk,
            enrolled,
            clips=f"{office.config.url(office.config.web.port)}/clips/",
            broker=units_place(office.data, office.config, utc_now()),
            data=options.unit_data,
        ),
        end="",
    )
    return 0


def observe(office: Office, options: argparse.Namespace) -> int:
    """Make an account that reads every topic of the commune and writes none; a made-up password is printed once."""
    password, made = _password(options)
    _crew(office).accounts.observe(options.user, password)
    if made:
        print(say("controller-password", user=options.user, password=password))
    return 0


def _crew(office: Office) -> Staff:
    """The desk of a command that runs beside the controller, with its keys."""
    crew = staff(office, lambda _commune: Unattached())
    open_keys(crew)
    return crew


def _emergency_code(options: argparse.Namespace) -> tuple[str, bool]:
    """The emergency code, and whether it was made up here."""
    if options.emergency_code_file is not None:
        return _first_line(options.emergency_code_file), False
    return new_code(), True


def _password(options: argparse.Namespace) -> tuple[str, bool]:
    """The password, and whether it was made up here."""
    if options.password_file is not None:
        return _first_line(options.password_file), False
    if sys.stdin.isatty() and not options.generate_password:
        return getpass.getpass(say("controller-ask-password", user=options.user)), False
    return secrets.token_urlsafe(15), True


def _first_line(path: Path) -> str:
    text = sys.stdin.readline() if str(path) == "-" else path.read_text("utf-8")
    return text.partition("\n")[0]


def _languages(given: Sequence[str]) -> tuple[Language, ...]:
    try:
        return tuple(Language(one) for one in given) or (Language.VI,)
    except ValueError as error:
        raise Invalid(Fault("language", FaultCode.LANGUAGE_UNKNOWN)) from error
