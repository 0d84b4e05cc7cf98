"""The dictionary as a list in a file: for a neighbour commune, for Excel, and back, with every change shown first.

Two columns, as CSV with a byte order mark, which Excel needs to show Vietnamese. What comes back may be parted by
commas, semicolons or tabs, in UTF-8 or in the UTF-16 that Excel calls Unicode text.
"""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from controller.domain.folding import folded
from controller.services import dictionary, pronunciation
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid
from controller.services.views import User

LARGEST_BYTES: Final = 256 * 1024
HEADER: Final = ("Viết", "Đọc là")
_PARTS: Final = "\t;,"
_LONGEST_LINE: Final = 2000
"""Characters; nothing that long is an entry."""
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Change(StrEnum):
    """What a line would do."""

    ADDED = "added"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a list. `text` as it was written; `before` is what is said until now; `fault`: why it is refused."""

    number: int
    text: str
    change: Change
    written: str = ""
    spoken: str = ""
    before: str = ""
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A list against the dictionary as it is now."""

    lines: tuple[Line, ...]

    def of(self, change: Change) -> tuple[Line, ...]:
        """The lines that would do this."""
        return tuple(line for line in self.lines if line.change is change)

    @property
    def wanted(self) -> dict[str, str]:
        """What would be written down."""
        return {line.written: line.spoken for line in (*self.of(Change.ADDED), *self.of(Change.CHANGED))}

    @property
    def left_over(self) -> str:
        """The refused lines as they were written, to be mended."""
        return "\n".join(line.text for line in self.of(Change.REFUSED))


def exported(desk: Desk) -> bytes:
    """Return the dictionary as a CSV file for Excel."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(HEADER)
    writer.writerows((entry.written, entry.spoken) for entry in dictionary.entries(desk))
    return codecs.BOM_UTF8 + file.getvalue().encode()


def text_of(content: bytes) -> str:
    """Return the text of a received file; `Invalid` (list): too large, empty, or no text."""
    if len(content) > LARGEST_BYTES:
        raise Invalid(Fault("list", FaultCode.LIST_TOO_LARGE, {"limit_kb": LARGEST_BYTES >> 10}))
    try:
        text = content.decode("utf-16" if content.startswith(_UTF16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(Fault("list", FaultCode.LIST_UNREADABLE)) from error
    if "\0" in text:
        raise Invalid(Fault("list", FaultCode.LIST_UNREADABLE))
    if not text.strip():
        raise Invalid(Fault("list", FaultCode.LIST_EMPTY))
    return text


def compared(desk: Desk, text: str) -> Comparison:
    """Return what a list would change; nothing is changed. `Invalid` when it holds no line."""
    held = {entry.written: entry.spoken for entry in dictionary.entries(desk)}
    lines = tuple(_lines(text, held))
    if not lines:
        raise Invalid(Fault("list", FaultCode.LIST_EMPTY))
    return Comparison(lines)


def take_over(desk: Desk, user: User, text: str) -> Comparison:
    """Write the good lines of a list down and return what was done; the refused ones are left to be mended."""
    found = compared(desk, text)
    dictionary.put_all(desk, user, found.wanted)
    return found


def _lines(text: str, held: Mapping[str, str]) -> Iterator[Line]:
    seen: dict[str, int] = {}
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    for number, line in enumerate(plain.split("\n"), 1):
        cells = _cells(line)
        if not cells or (number == 1 and _is_header(cells)):
            continue
        found = _line(number, line, cells, held)
        if found.written and (first := seen.setdefault(found.written, number)) != number:
            fault = Fault("list", FaultCode.ENTRY_TWICE, {"line": first})
            found = Line(number=number, text=line, change=Change.REFUSED, fault=fault)
        yield found


def _line(number: int, text: str, cells: list[str], held: Mapping[str, str]) -> Line:
    entry: tuple[str, str] | Fault = Fault("list", FaultCode.LINE_UNREADABLE)
    if len(cells) == len(HEADER):
        entry = pronunciation.checked(*cells, everywhere=True)
    if isinstance(entry, Fault):
        return Line(number=number, text=text, change=Change.REFUSED, fault=entry)
    written, spoken = entry
    before = held.get(written, "")
    change = Change.SAME if before == spoken else Change.CHANGED if before else Change.ADDED
    return Line(number=number, text=text, change=change, written=written, spoken=spoken, before=before)


def _cells(line: str) -> list[str]:
    """The filled cells of a line; a whole line that Excel took for one cell is looked into."""
    if len(line) > _LONGEST_LINE:
        return [line]
    cells = _split(line)
    return _split(cells[0]) if len(cells) == 1 and cells[0] != line.strip() else cells


def _split(line: str) -> list[str]:
    """The cells without the empty ones at the end; a reading may hold commas, quoted or not."""
    parts = next((sign for sign in _PARTS if sign in _unquoted(line)), ",")
    cells = [cell.strip() for cell in next(csv.reader([line], delimiter=parts), [])]
    while cells and not cells[-1]:
        cells.pop()
    return [cells[0], ", ".join(cells[1:])] if parts == "," and len(cells) > len(HEADER) else cells


def _unquoted(line: str) -> str:
    return "".join(line.split('"')[::2])


def _is_header(cells: Iterable[str]) -> bool:
    return tuple(map(folded, cells))[: len(HEADER)] == tuple(map(folded, HEADER))
