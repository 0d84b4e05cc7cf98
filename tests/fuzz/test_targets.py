"""Every fuzz target on its examples and on hundreds of changes of them, the same in every run: so that none can rot."""

from collections.abc import Iterator
from random import Random

import pytest

from tests.fuzz import json_changes, office
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS


def noise(data: bytes, random: Random) -> bytes:
    """The same bytes with a few of them changed, lost, repeated or cut off."""
    changed = bytearray(data)
    for _ in range(random.randint(1, 4)):
        at = random.randint(0, len(changed))
        match random.randrange(4):
            case 0:
                changed[at : at + 1] = bytes([random.randrange(256)])
            case 1:
                del changed[at : at + random.randint(1, 8)]
            case 2:
                changed[at:at] = changed[max(0, at - random.randint(1, 16)) : at]
            case _:
                changed[at:] = changed[at : at + random.randint(0, 64)]
    return bytes(changed)


@pytest.fixture(autouse=True, scope="module")
def closed() -> Iterator[None]:
    yield
    office.DESKS.close()


@pytest.mark.parametrize("target", TARGETS.values(), ids=str)
def test_a_target_stands_its_examples_and_changes_of_them(target: Target):
    random = Random(target.name)
    examples = target.examples()
    for example in examples:
        target.run(example)
    for _ in range(target.changes):
        seed = random.choice(examples)
        structured = target.structured and random.random() < 0.7
        target.run((json_changes.change if structured else noise)(seed, random)[: target.longest])


@pytest.mark.parametrize("target", TARGETS.values(), ids=str)
@pytest.mark.parametrize("data", [b"", b"\n", b"\0", b"\xff" * 40, b"[" * 3000, b'{"":' * 600, b"9" * 4000])
def test_a_target_stands_what_no_example_resembles(target: Target, data: bytes):
    target.run(data[: target.longest])
