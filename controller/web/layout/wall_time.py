"""Dates and times as people write them: dd/mm/yyyy and a 24-hour clock, in the several ways of Vietnamese notices."""

import re
from collections.abc import Iterable
from datetime import date, time

_DATE = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME = re.compile(r"(\d{1,2})(?:\s*(?:[:.]|h|g|giờ)\s*(?:(\d{1,2})\s*(?:['’p]|phút)?)?)?", re.IGNORECASE)
_BETWEEN_TIMES = re.compile(r"\s*(?:-|–|—|đến)\s*")
_MIDNIGHT = re.compile(r"24(?:[:.hg]|\s*giờ)?(?:00)?")
_DAY = 1440
_BETWEEN = re.compile(r"[,;\n]+|\s+và\s+")


class Unreadable(ValueError):
    """The text is no date or time; carries what was written, to be shown beside the field."""

    def __init__(self, written: str) -> None:
        super().__init__(written)
        self.written = written


def read_date(written: str) -> date:
    """A date such as 23/11/2026 or 23-11-2026, or as a browser's calendar gives it (2026-11-23)."""
    written = written.strip()
    try:
        if found := _DATE.fullmatch(written):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _ISO_DATE.fullmatch(written):
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as error:
        raise Unreadable(written) from error
    raise Unreadable(written)


def read_time(written: str) -> time:
    """A time such as 05:30, 5h30, 5g30, 17h, 7h30', 7 giờ 30 phút."""
    written = written.strip()
    found = _TIME.fullmatch(written)
    try:
        if found:
            return time(int(found[1]), int(found[2] or 0))
    except ValueError as error:
        raise Unreadable(written) from error
    raise Unreadable(written)


def read_dates(written: str) -> tuple[date, ...]:
    """Several dates, parted by commas, semicolons, lines or "và"."""
    return tuple(read_date(part) for part in _parts(written))


def read_times(written: str) -> tuple[time, ...]:
    """Several times, parted by commas, semicolons, lines or "và"."""
    return tuple(read_time(part) for part in _parts(written))


def read_spans(written: str) -> tuple[tuple[int, int], ...]:
    """Spans of a day such as 05:30-11:30, 13h-24h, in minutes after midnight; the end of one may be 24:00."""
    return tuple(_span(part) for part in _parts(written))


def _span(written: str) -> tuple[int, int]:
    found = _BETWEEN_TIMES.split(written.strip())
    if len(found) != 2:
        raise Unreadable(written)
    begin, end = found
    return _minutes(begin), _DAY if _MIDNIGHT.fullmatch(end.strip()) else _minutes(end)


def _minutes(written: str) -> int:
    wall = read_time(written)
    return wall.hour * 60 + wall.minute


def _parts(written: str) -> Iterable[str]:
    return (part for part in _BETWEEN.split(written) if part.strip())
