"""Numerals as they are written in a notice: dots for thousands, a comma for decimals, and the other habits.

`1.200.000`, `2.087,72`, `1,200,000` and `1 200 000` are one number each; `1.5` is read "một phẩy năm" (a decimal by
habit from English) unless it numbers a section. A numeral with a leading zero such as `05` is five, but `007` is a
code.
"""

import re
from typing import Final

from audio.reading.numbers import LARGEST, cardinal, digit_by_digit, tail

NUMERAL: Final = (
    r"(?:[0-9]{1,3}(?:\.[0-9]{3}){1,6}+(?:,[0-9]{1,9}+)?|[0-9]{1,3}(?:,[0-9]{3}){2,6}+(?:\.[0-9]{1,9}+)?"
    r"|[1-9][0-9]{0,2}(?: [0-9]{3}){2,6}+|[0-9]++(?:[.,][0-9]{1,9}+)?)(?![0-9])"
)
"""One numeral; every repetition is bounded or possessive, so a hostile run of digits costs its length once."""

DASH: Final = r" {0,3}+[-–]{1,2}+ {0,3}+"

_GROUPED: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]{1,3}(?:,[0-9]{3}){2,}|[0-9]{1,3}(?: [0-9]{3})+")
_PARTS: Final = re.compile(r"([0-9]+)(?:([.,])([0-9]+))?")
_LONGEST_PLAIN: Final = 13


def whole(digits: str) -> str:
    """A run of digits: a number, or digit by digit when it is a code (007, an account number)."""
    if len(digits) > _LONGEST_PLAIN or (len(digits) > 2 and digits[0] == "0") or int(digits) > LARGEST:
        return digit_by_digit(digits)
    return cardinal(int(digits))


def coded(digits: str) -> str:
    """A number that names a document or a house: its leading zero is said (`05` "không năm")."""
    zeros = len(digits) - len(digits.lstrip("0"))
    if zeros == 0 or zeros == len(digits) or len(digits) > _LONGEST_PLAIN:
        return whole(digits)
    return f"{digit_by_digit('0' * zeros)} {cardinal(int(digits))}"


def numeral(written: str) -> str:
    """The words of one `NUMERAL`."""
    grouped = _GROUPED.match(written)
    if grouped is not None:
        head = re.sub(r"[^0-9]", "", grouped[0])
        rest = written[grouped.end() + 1 :]
        return f"{whole(head)} phẩy {tail(rest)}" if rest else whole(head)
    parts = _PARTS.match(written)
    if parts is None:
        raise ValueError(f"not a numeral: {written!r}")
    return f"{whole(parts[1])} phẩy {tail(parts[3])}" if parts[3] else whole(parts[1])


def value(written: str) -> float:
    """The size of a `NUMERAL`, only to tell a range (3-5) from a score or a code (5-3)."""
    grouped = _GROUPED.match(written)
    if grouped is not None:
        head = re.sub(r"[^0-9]", "", grouped[0])
        return float(f"{head}.{written[grouped.end() + 1 :] or 0}")
    return float(written.replace(",", "."))
