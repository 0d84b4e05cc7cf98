"""Changes that leave JSON JSON: so a fuzzer gets past the parser and into what comes after it."""

import json
from random import Random

NASTY: tuple[object, ...] = (
    None,
    True,
    0,
    -1,
    1,
    2**31,
    2**53,
    2**63,
    -(2**63) - 1,
    1e308,
    0.1,
    "",
    "\n",
    "\x00",
    "ậ",
    "a" * 65,
    "khau-bang\n",
    "../..",
    "emergency",
    "priority",
    "actual",
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59-12:00",
    "2026-11-22T22:00:00Z",
    "2026-11-22T22:00:00",
    "2038-01-19T03:14:08Z",
    "1970-01-01T00:00:00Z",
    [],
    {},
    [[]],
    "0" * 64,
)
"""Values at the edges of what a field may hold, and just beyond."""


def change(data: bytes, random: Random) -> bytes:
    """Return the input with one to three changes of its JSON; unchanged when it holds none."""
    head, newline, body = data.partition(b"\n")
    if not newline:
        head, body = b"", head
    try:
        value = json.loads(body)
        for _ in range(random.randint(1, 3)):
            value = _changed(value, random)
    except (ValueError, RecursionError):
        return data
    return head + newline + json.dumps(value, ensure_ascii=random.random() < 0.5).encode("utf-8", "replace")


def _changed(value: object, random: Random) -> object:
    places = list(_places(value))
    if not places or random.random() < 0.02:
        return _nasty(random)
    holder, key = random.choice(places)
    donor, other = random.choice(places)
    match random.randrange(6):
        case 0:
            del holder[key]
        case 1:
            holder[key] = json.loads(json.dumps(donor[other]))
        case 2 if isinstance(holder, list):
            holder.insert(key, json.loads(json.dumps(holder[key])))
        case 3 if isinstance(holder[key], int | float):
            holder[key] = holder[key] + random.choice((-1, 1, 60, -3600, 2**31))
        case 4 if isinstance(holder[key], str) and holder[key]:
            at = random.randrange(len(holder[key]))
            holder[key] = holder[key][:at] + random.choice("0129-:.+Za\n é") + holder[key][at + 1 :]
        case _:
            holder[key] = _nasty(random)
    return value


def _nasty(random: Random) -> object:
    """A value of its own: the lists among them are changed later."""
    return json.loads(json.dumps(random.choice(NASTY)))


def _places(value: object):
    """Every (container, key) inside a value."""
    stack = [value]
    while stack:
        holder = stack.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder)) if isinstance(holder, list) else ()
        for key in keys:
            yield holder, key
            stack.append(holder[key])
