"""What will be said for a text: what the reader knows, the commune's dictionary, and what was decided for one bulletin.

Each layer is laid over the one before. A decision of a bulletin is kept by what is written ("LMLM") and holds at
every place; or by what is written and the text around it, and holds at that place alone, because one notice may mean a
circular by its first TT and a township by its second. When the text around such a place is changed, the decision is
gone and the question is asked again: nobody may be taken to have answered what they have not read.
"""

import dataclasses
import hashlib
import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from audio.reading import DEFAULT, Abbreviations, BadEntryError, Question, Reading, Span, assembly, read
from audio.reading.abbreviations import parse
from controller.domain.rendition import SPOKEN_BY_ENGINE, RenditionKind, RenditionStatus
from controller.records.bulletins import RenditionRow
from controller.records.dictionary import LONGEST_SPOKEN, LONGEST_WRITTEN, DictionaryRow
from controller.services.bulletin_views import is_planned
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode

Entries = Mapping[str, str]
"""What is written, and what is said for it."""

CORRECTED: Final = "correction"
FROM_DICTIONARY: Final = "dictionary"
"""The rules of spans that a person decided, beside those of the reader."""

_AROUND: Final = 24
"""Characters of the same line, on each side, that make a place known again."""
_PLACE: Final = "\n"
"""Parts what is written from the text around it; no entry holds a line break."""
_SURE: Final = 1.0
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_NO_ENTRIES: Final[Entries] = {}
_BLANK: Final = parse("\n".join(f"[{table.name}]" for table in dataclasses.fields(Abbreviations)))
"""Tables without an entry, to try one on."""


def abbreviations(session: Session, desk: Desk, corrections: Entries = _NO_ENTRIES) -> Abbreviations:
    """Return the reader's tables with the commune's dictionary and the words of one bulletin laid over them."""
    return _laid_over(_with_dictionary(_stored(session, desk)), _words(corrections))


def preview(desk: Desk, text: str, corrections: Entries = _NO_ENTRIES) -> Reading:
    """Return how a text will be said; its questions are those that nobody has answered."""
    with desk.reading() as session:
        return reading(session, desk, text, corrections)


def reading(session: Session, desk: Desk, text: str, corrections: Entries = _NO_ENTRIES) -> Reading:
    """Return how a text will be said, in a transaction that is already open."""
    tables = abbreviations(session, desk, corrections)
    found = read(unicodedata.normalize("NFC", text), tables)
    return _decided(found, dict(_stored(session, desk)), corrections)


def place_of(source: str, start: int, end: int) -> str:
    """Return the name under which a decision for one place is kept: what stands there, and the text around it."""
    before = source[max(0, start - _AROUND) : start].rpartition("\n")[2]
    after = source[end : end + _AROUND].partition("\n")[0]
    return f"{bare(source[start:end])}{_PLACE}{before}|{after}"


def mark_of(place: str) -> str:
    """Return a short name of a place, for the field of a form."""
    return hashlib.sha256(place.encode()).hexdigest()[:16]


def places(found: Reading, written: str) -> dict[str, str]:
    """Return the places of a reading where this is written, each under its mark."""
    names = (
        place_of(found.source, span.source_start, span.source_end)
        for span in found.spans
        if bare(span.source) == written
    )
    return {mark_of(place): place for place in names}


def bare(written: str) -> str:
    """Return what stands in a span without the blanks and the full stop that the reader took with it ("TP." is TP)."""
    return written.strip().rstrip(".") or written.strip()


def is_text(row: RenditionRow) -> bool:
    """Whether a rendition is spoken from its text, so that there is anything to decide."""
    return row.kind == RenditionKind.TEXT and row.language in SPOKEN_BY_ENGINE


def open_questions(session: Session, desk: Desk, bulletin: str) -> tuple[Question, ...]:
    """Return the abbreviations of a bulletin that a person must still settle; none of one that was planned already."""
    if is_planned(session, desk.commune, bulletin):
        return ()
    rows = select(RenditionRow).where(RenditionRow.commune == desk.commune, RenditionRow.bulletin == bulletin)
    return tuple(
        question
        for row in session.scalars(rows)
        if is_text(row)
        for question in reading(session, desk, row.text, row.corrections).questions
    )


def spoken_of(found: Reading) -> str:
    """Return what is kept of a reading and handed to the studio: one spoken line for each line of the text."""
    return "\n".join(found.lines)


def respeak(session: Session, desk: Desk, row: RenditionRow, now: datetime) -> bool:
    """Read a rendition anew; when something else is to be said, its voice is made anew, and True is returned."""
    spoken = spoken_of(reading(session, desk, row.text, row.corrections))
    if spoken == row.spoken:
        return False
    row.spoken, row.status, row.error = spoken, RenditionStatus.PENDING, None
    row.progress, row.claimed_at, row.updated_at = 0.0, None, now
    return True


def checked(written: str, spoken: str, *, everywhere: bool) -> tuple[str, str] | Fault:
    """Return an entry in its one form, or what is wrong. `everywhere`: for the dictionary, whose keys are words."""
    written, spoken = _one_line(written), _one_line(spoken)
    if not written or not any(map(str.isalnum, written)):
        return Fault("written", FaultCode.ENTRY_WRITTEN_INVALID)
    for field, text, limit in (("written", written, LONGEST_WRITTEN), ("spoken", spoken, LONGEST_SPOKEN)):
        if len(text) > limit:
            return Fault(field, FaultCode.ENTRY_TOO_LONG, {"length": len(text), "limit": limit})
    if not _is_entry("a", spoken):
        return Fault("spoken", FaultCode.ENTRY_SPOKEN_INVALID, {"spoken": spoken})
    if everywhere and not _is_entry(written, "a"):
        return Fault("written", FaultCode.ENTRY_WRITTEN_INVALID)
    return written, spoken


def usable(corrections: Entries) -> dict[str, str]:
    """Return those of the decisions that can be spoken: they come back from a browser."""
    kept: dict[str, str] = {}
    for key, spoken in corrections.items():
        entry = checked(key.partition(_PLACE)[0], spoken, everywhere=False)
        if not isinstance(entry, Fault):
            kept[key] = entry[1]
    return kept


def _one_line(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _is_entry(written: str, spoken: str) -> bool:
    try:
        _BLANK.with_entries({written: spoken})
    except BadEntryError:
        return False
    return True


def _stored(session: Session, desk: Desk) -> frozenset[tuple[str, str]]:
    rows = session.execute(
        select(DictionaryRow.written, DictionaryRow.spoken).where(DictionaryRow.commune == desk.commune)
    )
    return frozenset((written, spoken) for written, spoken in rows)


@lru_cache(maxsize=8)
def _with_dictionary(entries: frozenset[tuple[str, str]]) -> Abbreviations:
    return _laid_over(DEFAULT, dict(entries))


def _laid_over(tables: Abbreviations, entries: Entries) -> Abbreviations:
    """The tables with entries; one that a newer reader no longer takes is left out, and silences no bulletin."""
    if not entries:
        return tables
    try:
        return tables.with_entries(entries)
    except BadEntryError:
        return tables.with_entries({written: said for written, said in entries.items() if _is_entry(written, said)})


def _words(corrections: Entries) -> dict[str, str]:
    """The decisions that hold at every place and that the reader can look up by itself."""
    return {
        written: spoken
        for written, spoken in corrections.items()
        if _PLACE not in written and _LETTERS.match(written) is not None
    }


def _decided(found: Reading, dictionary: Entries, corrections: Entries) -> Reading:
    spans = tuple(_settled(span, found.source, dictionary, corrections) for span in found.spans)
    asked = tuple(
        question
        for question in found.questions
        if place_of(found.source, question.source_start, question.source_end) not in corrections
    )
    if spans == found.spans:
        return dataclasses.replace(found, questions=asked)
    return dataclasses.replace(
        found, spans=spans, spoken=assembly.whole(spans), lines=assembly.lines(spans, found.source), questions=asked
    )


def _settled(span: Span, source: str, dictionary: Entries, corrections: Entries) -> Span:
    """The span as a person decided it; else as the reader did."""
    written = bare(span.source)
    if not any(map(str.isalnum, written)):
        return span
    said = corrections.get(place_of(source, span.source_start, span.source_end)) if corrections else None
    said = said or corrections.get(written)
    if said is not None:
        return dataclasses.replace(span, spoken=said, rule=CORRECTED, confidence=_SURE)
    said = dictionary.get(written) or dictionary.get(written.upper())
    looked_up = said is not None and (said == span.spoken or _LETTERS.fullmatch(written) is None)
    if said is None or not looked_up:
        return span
    return dataclasses.replace(span, spoken=said, rule=FROM_DICTIONARY, confidence=_SURE)
