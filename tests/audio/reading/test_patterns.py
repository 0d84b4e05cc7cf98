"""No pattern of the reader can backtrack without bound: looked up in the compiled patterns, not hoped for."""

import re
from collections.abc import Iterator
from re import _constants, _parser

import pytest

from audio.reading import codes, roman, rules, web
from audio.reading.vocabulary import WORD

RULES = {
    f"{table}-{index}-{rule.name}": rule.pattern
    for table, group in {
        "digits": rules.DIGITS,
        "signs": rules.SIGNS,
        "letters": (*codes.LETTERED, roman.RULE, web.RULE),
    }.items()
    for index, rule in enumerate(group)
}
WIDEST = 600
"""Characters that one attempt of a pattern may look at, outside of possessive runs."""


def unbounded(parsed: object) -> Iterator[object]:
    """Every repetition without an upper bound that may give characters back."""
    for operation, argument in parsed:
        if operation in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
            if argument[1] is _constants.MAXREPEAT:
                yield argument
            yield from unbounded(argument[2])
        elif operation is _constants.POSSESSIVE_REPEAT:
            yield from unbounded(argument[2])
        elif operation is _constants.BRANCH:
            for branch in argument[1]:
                yield from unbounded(branch)
        elif operation is _constants.SUBPATTERN:
            yield from unbounded(argument[3])
        elif operation in (_constants.ASSERT, _constants.ASSERT_NOT):
            yield from unbounded(argument[1])


@pytest.mark.parametrize("pattern", [*RULES.values(), WORD], ids=[*RULES, "word"])
def test_a_repetition_is_bounded_or_never_gives_back(pattern: "re.Pattern[str]") -> None:
    assert not list(unbounded(_parser.parse(pattern.pattern, pattern.flags)))


@pytest.mark.parametrize("pattern", RULES.values(), ids=RULES)
def test_an_attempt_is_short_where_it_holds_no_run_of_digits(pattern: "re.Pattern[str]") -> None:
    _, widest = _parser.parse(pattern.pattern, pattern.flags).getwidth()
    assert widest <= WIDEST or "++" in pattern.pattern or "}+" in pattern.pattern
