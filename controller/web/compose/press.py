"""One press of a button is one act: its name is drawn with the form and goes back with it, however often it is sent."""

import re
import secrets
from collections.abc import Mapping

_PRESS = re.compile(r"[0-9a-f]{24}")


def new_press() -> str:
    """A name that was never given to another press."""
    return secrets.token_hex(12)


def press_of(fields: Mapping[str, str]) -> str | None:
    """The name of the press that sent these fields; None when it carries none of ours."""
    found = _PRESS.fullmatch(fields.get("press", ""))
    return found.group() if found else None
