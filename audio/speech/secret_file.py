"""The commune's key to a service, read when it is needed and shown nowhere."""

import os
import stat
from pathlib import Path

from audio.speech.https_description import Secret
from audio.speech.port import Reason, SpeechFailed

_LONGEST = 4_096
_OTHERS = stat.S_IRWXO | stat.S_IWGRP
"""A group may read: a credential that systemd hands over is shown so."""


def secret_of(name: str, secret: Secret) -> str:
    """Return the key; raises SpeechFailed(NOT_SET_UP) when it is not there, or when others can read its file."""
    found = os.environ.get(secret.env or "", "") if secret.file is None else _first_line(name, Path(secret.file))
    text = found.strip()
    if not text or len(text) > _LONGEST or not (text.isascii() and text.isprintable()):
        raise _missing(name, "it is empty or not plain text")
    return text


def _first_line(name: str, path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            if os.fstat(file.fileno()).st_mode & _OTHERS:
                raise _missing(name, f"others can use {path}: chmod o=,g-w {path}")
            return file.readline(_LONGEST + 2)
    except OSError as error:
        raise _missing(name, f"{path}: {error.strerror}") from error


def _missing(name: str, why: str) -> SpeechFailed:
    return SpeechFailed(Reason.NOT_SET_UP, f"secret {name!r}: {why}", retryable=False)
