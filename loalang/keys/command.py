"""`loalang keys`: what each word means, and the sentences for what goes wrong.

The commands run beside a running controller: they write the database and the key folder, and it follows within a roll
(20 s at most), signs the programmes anew and brings all to the units.
"""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from controller.adapters.private_file import SecretUnreadable
from controller.adapters.sealed_secret import NotSealed, WrongPassphrase
from controller.assembly import NotInitialised
from controller.config import BadConfiguration
from controller.services.faults import Fault, Invalid
from controller.services.ports import KeyTrouble, WrongCode
from loalang.keys import acts
from loalang.keys.asking import CannotGoOn, NothingToAsk
from loalang.keys.cabinet import cabinet
from loalang.terminal import LANGUAGE, say
from words import UnknownWord
from words import say_code as say_fault

DEFAULT_DATA = Path("/var/lib/loalang")
_REFUSALS = (
    Invalid,
    WrongPassphrase,
    WrongCode,
    NotInitialised,
    NothingToAsk,
    CannotGoOn,
    KeyTrouble,
    NotSealed,
    SecretUnreadable,
    BadConfiguration,
    OSError,
)


def main(argv: Sequence[str]) -> int:
    """Run one command; 0 when it did what was asked, 2 when it could not, with a sentence that says why."""
    os.umask(0o077)
    options = _parser().parse_args(argv)
    for noisy in ("alembic", "controller"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    try:
        with cabinet(options.data, lenient=options.lenient) as held:
            options.run(held, options)
            _remind(held.keys.root_file, options.data)
        return 0
    except _REFUSALS as error:
        for line in _sentences(error):
            print(line, file=sys.stderr)
        return 2


def _sentences(error: Exception) -> list[str]:
    if isinstance(error, Invalid):
        return [_told(fault) for fault in error.faults]
    if isinstance(error, FileExistsError):
        return [say("keys-file-exists", file=str(error.filename))]
    known: dict[type[Exception], Callable[[], str]] = {
        WrongPassphrase: lambda: say("keys-passphrase-wrong"),
        WrongCode: lambda: say("keys-code-wrong"),
        NotInitialised: lambda: say("keys-no-commune", folder=str(error)),
        NothingToAsk: lambda: say("keys-nobody-to-ask", option=str(error)),
        CannotGoOn: lambda: str(error),
    }
    return [known.get(type(error), lambda: say("keys-cannot", reason=str(error)))()]


def _remind(root_file: Path, data: Path) -> None:
    """Every command says it, until it is done."""
    if root_file.exists():
        print(say("keys-root-on-line", file=str(root_file), folder=str(data)), file=sys.stderr)


def _told(fault: Fault) -> str:
    try:
        return say_fault("fault", fault.code, LANGUAGE, **dict(fault.values))
    except UnknownWord:
        return fault.code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loalang keys", description=say("command-keys"))
    parser.set_defaults(lenient=False)
    words = parser.add_subparsers(metavar="", required=True)
    _word(words, "show", acts.show)
    offline = _word(words, "offline", acts.offline)
    offline.add_argument("--to", type=Path, required=True, metavar="FILE", help=say("keys-help-offline-to"))
    _secret(offline, "--passphrase-file", "keys-help-passphrase-file")
    code = _word(words, "code", acts.change_code)
    _secret(code, "--old-code-file", "keys-help-old-code-file")
    _new_code(code)
    rotate = _word(words, "rotate", acts.rotate)
    rotate.add_argument("what", choices=("schedule", "emergency", "root"))
    rotate.add_argument("--yes", action="store_true", help=say("keys-help-yes"))
    _root(rotate)
    _new_code(rotate)
    revoke = _word(words, "revoke", acts.revoke)
    revoke.add_argument("--unit", required=True, metavar="ID")
    _caps(_word(words, "caps", acts.caps))
    recover = _word(words, "recover", acts.recover)
    recover.set_defaults(lenient=True)
    recover.add_argument("--to", type=Path, required=True, metavar="FOLDER", help=say("keys-help-recover-to"))
    recover.add_argument("--new-emergency-key", action="store_true", help=say("keys-help-new-emergency"))
    _root(recover)
    _new_code(recover)
    ceremony = _word(words, "ceremony", acts.ceremony)
    ceremony.add_argument("--to", type=Path, required=True, metavar="FILE", help=say("keys-help-ceremony-to"))
    return parser


def _word(
    words: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, run: Callable[..., None]
) -> argparse.ArgumentParser:
    parser = words.add_parser(name, help=say(f"keys-help-{name}"), description=say(f"keys-help-{name}"))
    parser.add_argument("--data", type=Path, default=DEFAULT_DATA, help=say("say-help-data"))
    parser.set_defaults(run=run)
    return parser


def _caps(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--hours", action="append", default=[], metavar="05:00-22:00", help=say("keys-help-hours"))
    parser.add_argument("--length", metavar="60m", help=say("keys-help-length"))
    parser.add_argument("--volume", type=int, metavar="0-100", help=say("keys-help-volume"))
    _root(parser)


def _root(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--root", type=Path, metavar="FILE", help=say("keys-help-root"))
    _secret(parser, "--passphrase-file", "keys-help-passphrase-file")


def _new_code(parser: argparse.ArgumentParser) -> None:
    _secret(parser, "--emergency-code-file", "keys-help-code-file")


def _secret(parser: argparse.ArgumentParser, option: str, words: str) -> None:
    parser.add_argument(option, type=Path, metavar="FILE", help=say(words))
