"""The table of rules in order of trial, by what stands at the place: a digit, a letter, or a sign.

A rule that knows more stands before one that knows less: a telephone number is tried before a number, a document
before a date, a date before a fraction. To add a kind of writing, write its module and put its rules in their place
here.
"""

from typing import Final

from audio.reading import (
    codes,
    dates,
    fractions,
    marks,
    plain_numbers,
    quantities,
    rates,
    signature,
    telephone,
    times,
    web,
)
from audio.reading.place import Rule

DIGITS: Final[tuple[Rule, ...]] = (
    *telephone.RULES,
    *codes.NUMBERED,
    *times.RULES,
    *dates.RULES,
    *plain_numbers.FIRST,
    *quantities.RULES,
    *fractions.RULES,
    *plain_numbers.RULES,
)

SIGNS: Final[tuple[Rule, ...]] = (
    signature.SIGNED,
    web.ENDING,
    *telephone.PREFIXED,
    *quantities.PREFIXED,
    *rates.RULES,
    *marks.RULES,
)
