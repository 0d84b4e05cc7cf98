"""`loalang say "..." --to khau-bang`: a bulletin from the terminal, through the running controller's own API."""

import argparse
import getpass
import sys
from collections.abc import Sequence
from pathlib import Path

from loalang.desk_client import DeskClient, DeskRefused, DeskUnreachable, find_desk
from loalang.terminal import say


def main(argv: Sequence[str]) -> int:
    """Send one bulletin and follow it; 0 when every unit finished it, 1 when one did not, 2 when it was not taken."""
    options = _parser().parse_args(argv)
    try:
        desk = find_desk(options.data)
        if options.urgency == "emergency":
            desk.unlock_emergency(_code(options.emergency_code_file))
        sent = desk.say(options.text, to=options.to, repeat=options.repeat, class_=options.urgency)
    except DeskUnreachable as error:
        print(say("say-no-desk", where=str(error)), file=sys.stderr)
        return 2
    except DeskRefused as error:
        for line in error.lines:
            print(line, file=sys.stderr)
        return 2
    print(say("say-taken", url=sent.url))
    for warning in sent.warnings:
        print(warning, file=sys.stderr)
    return 0 if options.no_wait or _followed(desk, sent.broadcast) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="loalang say", description=say("command-say"))
    parser.add_argument("text", help=say("say-help-text"))
    parser.add_argument("--to", action="append", default=[], metavar="ID", help=say("say-help-to"))
    parser.add_argument("--repeat", type=int, default=1, choices=(1, 2, 3))
    parser.add_argument("--urgency", default="routine", choices=("routine", "priority", "emergency"))
    parser.add_argument("--emergency-code-file", type=Path, default=None, help=say("say-help-code"))
    parser.add_argument("--data", type=Path, default=None, help=say("say-help-data"))
    parser.add_argument("--no-wait", action="store_true", help=say("say-help-no-wait"))
    return parser


def _code(file: Path | None) -> str:
    """The emergency code, from a file's first line or typed unseen."""
    return getpass.getpass(say("say-ask-code")) if file is None else file.read_text("utf-8").partition("\n")[0]


def _followed(desk: DeskClient, broadcast: str) -> bool:
    from loalang.narration import Narrator

    return Narrator(desk, print).follow(broadcast)
