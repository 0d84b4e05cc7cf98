"""What the command line says, in the language of the terminal: Vietnamese, or English when `LOALANG_LANG=en`."""

import os

import words
from words import LANGUAGES, Value

_ASKED = os.environ.get("LOALANG_LANG", "vi")
LANGUAGE = _ASKED if _ASKED in LANGUAGES else "vi"


def say(key: str, **values: Value) -> str:
    """Return the sentence for a key, with its variables."""
    return words.say(key, LANGUAGE, **values)


def say_code(kind: str, code: str) -> str:
    """Return the sentence for a code of a closed list."""
    return words.say_code(kind, code, LANGUAGE)


def tell(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)
