"""The commune's reading dictionary: what it writes short is said rightly for ever, without a new release.

A change is heard at once: every bulletin that is not planned yet and holds the word is read anew and spoken anew. What
is planned stays as somebody heard it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from controller.domain.folding import folded
from controller.domain.rendition import RenditionKind
from controller.records.bulletins import RenditionRow
from controller.records.dictionary import DictionaryRow
from controller.records.plans import BroadcastRow, ScheduleRow
from controller.services import pronunciation
from controller.services.bulletin_views import author_name
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid, refuse
from controller.services.views import User

MOST_ENTRIES = 5000
"""Each is looked at whenever a text is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry as the page shows it. `author` is the shown name of who wrote it last."""

    written: str
    spoken: str
    author: str
    created_at: datetime


def entries(desk: Desk, *, search: str = "") -> tuple[Entry, ...]:
    """Return the entries in the order of the alphabet; those that hold the searched letters, with or without marks."""
    wanted = folded(search)
    with desk.reading() as session:
        found = [row for row in session.scalars(_all(desk)) if wanted in folded(f"{row.written}\n{row.spoken}")]
        names = {author: author_name(session, desk.commune, author) for author in {row.author for row in found}}
    shown = (
        Entry(written=row.written, spoken=row.spoken, author=names[row.author], created_at=row.created_at)
        for row in found
    )
    return tuple(sorted(shown, key=lambda entry: (folded(entry.written), entry.written)))


def put(desk: Desk, user: User, *, written: str, spoken: str, instead_of: str = "") -> str:
    """Add or change an entry and return its key; `instead_of` names the entry that it replaces. `Invalid`."""
    entry = pronunciation.checked(written, spoken, everywhere=True)
    if isinstance(entry, Fault):
        raise Invalid(entry)
    with desk.writing() as session:
        touched = {entry[0]}
        if instead_of and instead_of != entry[0]:
            session.delete(_row(session, desk, instead_of))
            touched.add(instead_of)
        keep(session, desk, user, dict([entry]))
        changed = reread(session, desk, touched)
    tell(desk, changed)
    return entry[0]


def remove(desk: Desk, user: User, *, written: str) -> None:  # noqa: ARG001 - the log will want who
    """Take an entry out; `Invalid` when there is none."""
    with desk.writing() as session:
        session.delete(_row(session, desk, written))
        session.flush()
        changed = reread(session, desk, {written})
    tell(desk, changed)


def put_all(desk: Desk, user: User, wanted: Mapping[str, str]) -> None:
    """Add and change many entries, which `pronunciation.checked` has let pass, in one transaction; `Invalid`."""
    with desk.writing() as session:
        keep(session, desk, user, wanted)
        changed = reread(session, desk, wanted)
    tell(desk, changed)


def keep(session: Session, desk: Desk, user: User, wanted: Mapping[str, str]) -> None:
    """Write checked entries down within a transaction; `reread` and `tell` belong behind it."""
    held = {row.written: row for row in session.scalars(_all(desk).where(DictionaryRow.written.in_(wanted)))}
    count = session.scalar(select(func.count()).select_from(DictionaryRow).where(DictionaryRow.commune == desk.commune))
    if (count or 0) + len(wanted.keys() - held.keys()) > MOST_ENTRIES:
        refuse([Fault("", FaultCode.DICTIONARY_FULL, {"limit": MOST_ENTRIES})])
    now = desk.clock()
    for written, spoken in wanted.items():
        row = held.get(written)
        if row is None:
            session.add(
                DictionaryRow(commune=desk.commune, written=written, spoken=spoken, author=user.id, created_at=now)
            )
        elif row.spoken != spoken:
            row.spoken, row.author, row.created_at = spoken, user.id, now
    session.flush()


def reread(session: Session, desk: Desk, words: Iterable[str]) -> tuple[str, ...]:
    """Read the unplanned bulletins that hold one of the words anew, and return those whose voice is made anew."""
    sought = {folded(word) for word in words}
    now = desk.clock()
    changed = []
    for row in session.scalars(_unplanned(desk)):
        held = pronunciation.is_text(row) and any(word in folded(row.text) for word in sought)
        if held and pronunciation.respeak(session, desk, row, now):
            changed.append(row.bulletin)
    return tuple(changed)


def tell(desk: Desk, changed: Iterable[str]) -> None:
    """Say after the commit which bulletins are spoken anew."""
    bulletins = tuple(changed)
    if bulletins:
        desk.changes.announce("bulletins", *(f"bulletin:{bulletin}" for bulletin in bulletins))
        desk.kick("render")


def _row(session: Session, desk: Desk, written: str) -> DictionaryRow:
    row = session.get(DictionaryRow, (desk.commune, written))
    if row is None:
        raise Invalid(Fault("written", FaultCode.ENTRY_UNKNOWN, {"written": written}))
    return row


def _all(desk: Desk) -> Select[DictionaryRow]:
    return select(DictionaryRow).where(DictionaryRow.commune == desk.commune)


def _unplanned(desk: Desk) -> Select[RenditionRow]:
    """The texts that no broadcast and no schedule uses."""
    uses = [
        select(table.id).where(table.commune == desk.commune, table.bulletin == RenditionRow.bulletin).exists()
        for table in (BroadcastRow, ScheduleRow)
    ]
    return select(RenditionRow).where(
        RenditionRow.commune == desk.commune, RenditionRow.kind == RenditionKind.TEXT, ~or_(*uses)
    )
