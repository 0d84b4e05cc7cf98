"""`loalang controller`: reads what was asked for, and runs the desk or one of the technician's commands."""

import argparse
import fcntl
import logging
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from controller import commands, recover_command
from controller.adapters.broker.settings import BrokerKind
from controller.adapters.broker.supervision import BrokerFailed, PortTaken
from controller.adapters.pages import AddressTaken
from controller.adapters.secrets import SecretUnreadable
from controller.assembly import NotInitialised, Office, commune_of, open_office
from controller.broker_files import broker_files
from controller.config import BadConfiguration, ControllerConfig, checked, ordered, read_config
from controller.services.faults import Invalid
from controller.services.ports import KeyTrouble
from schedules.recurrence import VIET_NAM
from words import UnknownWord, say, say_code

log = logging.getLogger("controller")

DEFAULT_DATA = Path("/var/lib/loalang")
USAGE, OK = 2, 0


class Busy(Exception):
    """Another controller runs on this data folder."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 2 when it could not, with a sentence that says why."""
    os.umask(0o077)
    options = _parser().parse_args(_with_key_joined(sys.argv[1:] if argv is None else argv))
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    for noisy in ("apscheduler", "alembic", "waitress.queue"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        config = _configured(options)
        office = open_office(options.data, config)
        try:
            status: int = options.run(office, options)
        finally:
            office.engine.dispose()
        return status
    except Invalid as error:
        lines = [_told(fault.code, dict(fault.values)) for fault in error.faults]
    except NotInitialised as error:
        lines = [say("controller-not-initialised", folder=str(error))]
    except Busy as error:
        lines = [say("controller-busy", folder=str(error))]
    except PortTaken as error:
        lines = [say("controller-mqtt-port-taken", port=str(error.port))]
    except AddressTaken as error:
        lines = [say("controller-port-taken", port=str(error.port), reason=str(error))]
    except KeyTrouble as error:
        lines = [say("controller-keys-missing", reason=str(error), folder=str(options.data))]
    except (BadConfiguration, SecretUnreadable, BrokerFailed, OSError) as error:
        lines = [say("controller-cannot-start", reason=str(error))]
    for line in lines:
        print(line, file=sys.stderr)
    return USAGE


def run(office: Office, options: argparse.Namespace) -> int:  # noqa: ARG001 - every command has the same shape
    """Serve until SIGTERM or SIGINT."""
    commune_of(office)
    from controller.service import Service  # the technician's commands need no web server

    stop = threading.Event()
    with _alone(office.data):
        service = Service(office)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda _number, _frame: stop.set())
        try:
            print(say("controller-answers", url=service.start()), flush=True)
            service.wait(stop)
        finally:
            service.stop()
    return OK


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Hold the data folder: two controllers on one database would ring every unit twice. Falls with the process."""
    with (data / "controller.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(str(data)) from error
        yield


def _configured(options: argparse.Namespace) -> ControllerConfig:
    """The data folder's configuration, with what the command line says in its place."""
    config = read_config(options.data)
    web = {
        name: getattr(options, name)
        for name in ("host", "port", "public_url")
        if getattr(options, name, None) is not None
    }
    broker = {
        key: value
        for key, value in (
            ("port", getattr(options, "mqtt_port", None)),
            ("host", getattr(options, "mqtt_host", None)),
            ("kind", getattr(options, "broker", None)),
        )
        if value is not None
    }
    speech = getattr(options, "speech", None)
    return checked(
        replace(
            config,
            web=replace(config.web, **web),
            broker=replace(config.broker, **broker),
            speech=ordered(config.speech, speech) if speech else config.speech,
        )
    )


def _told(code: str, values: dict[str, str | int]) -> str:
    try:
        return say_code("fault", code, "vi", **values)
    except UnknownWord:
        return code


def _with_key_joined(argv: Sequence[str]) -> list[str]:
    """Write `--key -abc` as `--key=-abc`: one public key of 64 begins with a dash, and would be taken for an option."""
    words = list(argv)
    if "--key" in words[:-1]:
        at = words.index("--key")
        words[at : at + 2] = [f"--key={words[at + 1]}"]
    return words


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loalang controller", description=say("controller-what"))
    parser.set_defaults(run=run)
    _common(parser)
    _serving(parser)
    words = parser.add_subparsers(metavar="")
    _init(words.add_parser("init", help=say("controller-help-init")))
    _village(words.add_parser("village", help=say("controller-help-village")))
    _enrol(words.add_parser("enrol", help=say("controller-help-enrol")))
    _observe(words.add_parser("observe", help=say("controller-help-observe")))
    _broker_files(words.add_parser("broker-files", help=say("broker-help-files")))
    _recover(words.add_parser("recover", help=say("controller-help-recover")))
    return parser


def _common(parser: argparse.ArgumentParser, *, default: Path | str = DEFAULT_DATA) -> None:
    parser.add_argument("--data", type=Path, default=default, help=say("controller-help-data"))
    parser.add_argument("--host", default=argparse.SUPPRESS, help=say("controller-help-host"))
    parser.add_argument("--port", type=int, default=argparse.SUPPRESS, help=say("controller-help-port"))
    parser.add_argument("--public-url", default=argparse.SUPPRESS, help=say("controller-help-public-url"))
    parser.add_argument("--mqtt-host", default=argparse.SUPPRESS, help=say("controller-help-mqtt-host"))
    parser.add_argument("--mqtt-port", type=int, default=argparse.SUPPRESS, help=say("controller-help-mqtt-port"))


def _serving(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--broker", choices=[str(kind) for kind in BrokerKind], help=say("controller-help-broker"))
    parser.add_argument("--speech", metavar="piper,gtts,espeak", help=say("controller-help-speech"))


def _init(parser: argparse.ArgumentParser) -> None:
    _common(parser, default=argparse.SUPPRESS)
    parser.add_argument("--commune", required=True, metavar="ID")
    parser.add_argument("--name", required=True, help=say("controller-help-commune-name"))
    parser.add_argument("--user", required=True, help=say("controller-help-user"))
    parser.add_argument("--shown-name", help=say("controller-help-shown-name"))
    parser.add_argument("--zone", default=VIET_NAM)
    _password(parser)
    parser.add_argument("--emergency-code-file", type=Path, help=say("controller-help-emergency-code"))
    parser.set_defaults(run=commands.init)


def _password(parser: argparse.ArgumentParser) -> None:
    password = parser.add_mutually_exclusive_group()
    password.add_argument("--password-file", type=Path, help=say("controller-help-password-file"))
    password.add_argument("--generate-password", action="store_true", help=say("controller-help-generate"))


def _village(parser: argparse.ArgumentParser) -> None:
    _common(parser, default=argparse.SUPPRESS)
    parser.add_argument("--village", required=True, metavar="ID")
    parser.add_argument("--name", required=True)
    parser.add_argument("--households", type=int, default=0)
    parser.add_argument("--language", action="append", default=[], help=say("controller-help-language"))
    parser.set_defaults(run=commands.village)


def _enrol(parser: argparse.ArgumentParser) -> None:
    _common(parser, default=argparse.SUPPRESS)
    parser.add_argument("--unit", required=True, metavar="ID")
    parser.add_argument("--name", required=True)
    parser.add_argument("--village", action="append", default=[], metavar="ID", help=say("controller-help-villages"))
    parser.add_argument("--key", required=True, help=say("controller-help-key"))
    parser.add_argument("--volume", type=int, default=80)
    parser.add_argument("--unit-data", default="/var/lib/loalang-unit", help=say("controller-help-unit-data"))
    parser.set_defaults(run=commands.enrol)


def _observe(parser: argparse.ArgumentParser) -> None:
    _common(parser, default=argparse.SUPPRESS)
    parser.add_argument("--user", default="observer")
    _password(parser)
    parser.set_defaults(run=commands.observe)


def _recover(parser: argparse.ArgumentParser) -> None:
    _common(parser, default=argparse.SUPPRESS)
    recover_command.options(parser)


def _broker_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=argparse.SUPPRESS, help=say("controller-help-data"))
    parser.add_argument("--to", type=Path, required=True, help=say("broker-help-to"))
    parser.add_argument("--at", type=PurePosixPath, help=say("broker-help-at"))
    parser.add_argument(
        "--host", dest="names", action="append", default=[], metavar="NAME", help=say("broker-help-host")
    )
    parser.add_argument("--overwrite", action="store_true", help=say("broker-help-overwrite"))
    parser.set_defaults(run=broker_files)


if __name__ == "__main__":
    sys.exit(main())
