"""The emergency code ("mã khẩn cấp"): made by a machine, written on paper, typed on a telephone in a hurry.

Sixty bits in three groups. Letters that look or sound alike are left out; capitals, spaces and hyphens do not matter.
"""

import secrets
import unicodedata

from controller.services.faults import Fault, FaultCode

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without 0, o, 1, i and l."""
LEAST, LONGEST = 10, 200
"""Characters of a code that people choose themselves, spaces and hyphens not counted."""


def new_code() -> str:
    """Return a new code, such as `k7dq-93mh-x2wt`."""
    letters = [secrets.choice(LETTERS) for _ in range(12)]
    return "-".join("".join(letters[at : at + 4]) for at in (0, 4, 8))


def folded(code: str) -> str:
    """Return a code as it is compared."""
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", code).casefold())
    return "".join(letter for letter in text if letter != "-" and not letter.isspace())


def code_faults(code: str) -> list[Fault]:
    """Return what is wrong with a code that somebody chose."""
    if len(folded(code)) < LEAST:
        return [Fault("code", FaultCode.CODE_SHORT, {"least": LEAST})]
    if len(code) > LONGEST:
        return [Fault("code", FaultCode.CODE_LONG, {"most": LONGEST})]
    return []
