"""Cut a text into the fewest requests of at most 100 characters, at the places where a reader would breathe.

The on-line voice takes 100 characters a request and pauses between requests, and every request counts towards being
cut off; gTTS's own cutter breaks at each comma. So whole sentences are packed together, then clauses, then words.
"""

import re
from collections.abc import Iterator, Sequence

LIMIT = 100
"""Characters a request (measured: more is refused)."""

_BREATHS = (
    re.compile(r"\n+"),
    re.compile(r"(?<=[.!?…])\s+"),
    re.compile(r"(?<=[,;:–—])\s+"),
    re.compile(r"\s+"),
)


def pack(text: str, limit: int = LIMIT) -> list[str]:
    """Pieces of 1 to `limit` characters, in order, with every word; pieces without a letter or digit are dropped."""
    return [piece for piece in _pack(text, limit, _BREATHS) if any(map(str.isalnum, piece))]


def _pack(text: str, limit: int, breaths: Sequence[re.Pattern[str]]) -> Iterator[str]:
    text = text.strip()
    if len(text) <= limit:
        yield text
    elif not breaths:
        yield from (text[start : start + limit] for start in range(0, len(text), limit))
    else:
        yield from _join(breaths[0].split(text), limit, breaths[1:])


def _join(parts: list[str], limit: int, finer: Sequence[re.Pattern[str]]) -> Iterator[str]:
    """Fill each piece with whole parts; a part that is too long by itself is cut at the finer breaths."""
    held = ""
    for part in parts:
        joined = f"{held} {part}".strip()
        if len(joined) <= limit:
            held = joined
            continue
        if held:
            yield held
        *full, held = _pack(part, limit, finer)
        yield from full
    if held:
        yield held
