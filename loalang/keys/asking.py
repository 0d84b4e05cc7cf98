"""Passphrases and codes: from a file's first line (`-`: the standard input), or typed unseen."""

import getpass
import sys
from pathlib import Path

from controller.services.emergency_code import code_faults, new_code
from controller.services.faults import refuse
from loalang.terminal import say

LEAST_PASSPHRASE = 10


class NothingToAsk(Exception):
    """Nobody sits at this terminal, and no file was named; the message is the option that names one."""


class CannotGoOn(Exception):
    """The command cannot do what was asked; the message is a sentence for who asked."""


def passphrase(file: Path | None) -> str:
    """Return the passphrase of a sealed root key."""
    return _secret(file, say("keys-ask-passphrase"), "--passphrase-file")


def new_passphrase(file: Path | None) -> str:
    """Return the passphrase for a file that is to be sealed: typed twice."""
    first = _secret(file, say("keys-ask-new-passphrase"), "--passphrase-file")
    if len(first) < LEAST_PASSPHRASE:
        raise CannotGoOn(say("keys-passphrase-short", least=LEAST_PASSPHRASE))
    if file is None and getpass.getpass(say("keys-ask-passphrase-again")) != first:
        raise CannotGoOn(say("keys-passphrase-differs"))
    return first


def old_code(file: Path | None) -> str:
    """Return the emergency code of today."""
    return _secret(file, say("keys-ask-old-code"), "--old-code-file")


def chosen_code(file: Path | None) -> tuple[str, bool]:
    """Return the new emergency code, and whether it was made up here; `Invalid` when it is too short."""
    if file is None:
        return new_code(), True
    code = _first_line(file)
    refuse(code_faults(code))
    return code, False


def _secret(file: Path | None, prompt: str, option: str) -> str:
    if file is not None:
        return _first_line(file)
    if not sys.stdin.isatty():
        raise NothingToAsk(option)
    return getpass.getpass(prompt)


def _first_line(file: Path) -> str:
    text = sys.stdin.readline() if str(file) == "-" else file.read_text("utf-8")
    return text.partition("\n")[0].rstrip("\r")
