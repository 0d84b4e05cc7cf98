"""Hours and lengths as a person types them: `05:00-22:00`, `22:00-05:00` (over midnight), `60m`, `1h`, `90s`."""

import re
from collections.abc import Iterable

DAY = 1440
_SPAN = re.compile(r"([0-2]?\d):([0-5]\d)\s*[-–]\s*([0-2]?\d):([0-5]\d)")
_LENGTH = re.compile(r"(\d{1,5})\s*([smh]?)")
_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}


class Unclear(ValueError):
    """It is no span of hours, or no length; the message is what was typed."""


def read_hours(given: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Return spans of minutes after midnight, in order; one over midnight becomes two."""
    spans: set[tuple[int, int]] = set()
    for text in given:
        begin, end = _minutes(text)
        spans |= {(begin, end)} if begin < end else {(begin, DAY), (0, end)}
    return tuple(sorted((begin, end) for begin, end in spans if begin < end))


def read_length(text: str) -> int:
    """Return seconds; a bare number is seconds."""
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise Unclear(text)
    return int(match[1]) * _SECONDS[match[2]]


def told(spans: Iterable[tuple[int, int]]) -> str:
    """Return spans as they are typed."""
    return ", ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in spans)


def _minutes(text: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise Unclear(text)
    begin, end = (int(match[at]) * 60 + int(match[at + 1]) for at in (1, 3))
    if begin >= DAY or end > DAY or begin == end:
        raise Unclear(text)
    return begin, end


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
