"""Text or a recording becomes a bulletin."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import IO

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from controller.domain.rendition import SPOKEN_BY_ENGINE, Language, RenditionKind, RenditionStatus
from controller.records.bulletins import BulletinRow, RenditionRow
from controller.records.phrases import PhraseRow
from controller.services import pronunciation
from controller.services.bulletin_views import bulletin_view, is_planned, rendition_of, renditions_of
from controller.services.desk import Desk, DeskSettings
from controller.services.faults import Fault, FaultCode, Invalid, refuse
from controller.services.uploads import is_held
from controller.services.views import BulletinView, User
from schedules.vocabulary import Status

MAX_TITLE = 300
FIRST_LINE = 120
"""Characters of the first line that become the title when none was given."""
UPLOAD_KEPT = timedelta(days=2)
"""How long a received file waits for its bulletin."""
_BLOCK = 1 << 18
_GREETING = re.compile(r"(?:kính (?:thưa|gửi|chào)|thưa |xin chào|a lô)", re.IGNORECASE)
"""How a notice often begins: no line to find it by."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A received recording: `token` names it until the bulletin is made, so that a form with faults keeps it."""

    token: str
    name: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBulletin:
    """What the compose form holds. Text, or the token of an upload; `press` names one press of the button."""

    title: str = ""
    text: str = ""
    upload: str | None = None
    language: Language = Language.VI
    repeat: int = 1
    status: Status = Status.ACTUAL
    press: str | None = None
    corrections: Mapping[str, str] = field(default_factory=dict)
    """Readings that were decided while writing (`pronunciation`); those of an edited bulletin are kept beside them."""


def keep_upload(desk: Desk, stream: IO[bytes], *, name: str) -> Upload:
    """Store a received file block by block; `Invalid` (upload: empty, too large), `OSError` (a full disk).

    Nothing is left then.
    """
    token = desk.new_id("upload")
    path = desk.uploads / token
    size, limit = 0, desk.settings.max_upload_bytes
    try:
        with path.open("xb") as file:
            while size <= limit and (block := stream.read(_BLOCK)):
                size += len(block)
                file.write(block)
    except OSError:
        path.unlink(missing_ok=True)
        raise
    if 0 < size <= limit:
        return Upload(token, name[:200], size)
    path.unlink()
    if not size:
        raise Invalid(Fault("upload", FaultCode.UPLOAD_EMPTY))
    raise Invalid(Fault("upload", FaultCode.UPLOAD_TOO_LARGE, {"limit_mb": limit >> 20}))


def create_bulletin(desk: Desk, user: User, new: NewBulletin) -> str:
    """Return the id of the bulletin; the same press gives the same id. Rendering begins at once. `Invalid`."""
    new = _composed(new)
    if (made := _made_by(desk, new.press)) is not None:
        return made
    refuse(_faults(desk, new))
    row = BulletinRow(
        commune=desk.commune,
        id=desk.new_id("bulletin"),
        title=_title(new),
        author=user.id,
        created_at=desk.clock(),
        press=new.press,
    )
    try:
        with desk.writing() as session:
            session.add(row)
            session.flush()
            session.add(_rendition(session, desk, row, new))
    except IntegrityError:
        # The same press came twice at the same moment: the other one won.
        if (made := _made_by(desk, new.press)) is None:
            raise
        return made
    _begin(desk, row.id)
    return row.id


def edit_bulletin(desk: Desk, user: User, bulletin: str, new: NewBulletin) -> None:  # noqa: ARG001 - the log will want who
    """Replace text, title and settings of a bulletin that is not planned yet, and render anew; `Invalid`.

    Its other languages stay, announced and repeated as it is now (`renditions` changes them).
    """
    new = _composed(new)
    refuse(_faults(desk, new))
    with desk.writing() as session:
        row = session.get(BulletinRow, (desk.commune, bulletin))
        if row is None:
            raise Invalid(Fault("", FaultCode.BULLETIN_UNKNOWN))
        if is_planned(session, desk.commune, bulletin):
            raise Invalid(Fault("", FaultCode.BULLETIN_PLANNED))
        row.title = _title(new)
        old, *others = renditions_of(session, desk.commune, bulletin)
        new = replace(new, corrections={**old.corrections, **new.corrections})
        for other in others:
            other.repeat, other.broadcast_status = new.repeat, new.status
        for replaced in (old, *(other for other in others if other.language == new.language)):
            session.delete(replaced)
        session.flush()
        session.add(_rendition(session, desk, row, new, updated_at=desk.clock()))
    _begin(desk, bulletin)


def bulletin(desk: Desk, bulletin_id: str) -> BulletinView | None:
    """Return one bulletin, or None."""
    with desk.reading() as session:
        row = session.get(BulletinRow, (desk.commune, bulletin_id))
        return None if row is None else bulletin_view(session, row)


def recording_of(desk: Desk, bulletin_id: str) -> str | None:
    """Return the name of the received file that a bulletin was made of, so that its other fields can be edited alone.

    None: of a text, or when the file is gone.
    """
    with desk.reading() as session:
        row = rendition_of(session, desk.commune, bulletin_id)
        name = row.upload_path if row is not None else None
    return name if name is not None and is_held(desk, name) else None


def bulletins(desk: Desk, *, limit: int = 50) -> tuple[BulletinView, ...]:
    """Return the newest bulletins, newest first."""
    newest = select(BulletinRow).where(BulletinRow.commune == desk.commune)
    with desk.reading() as session:
        rows = session.scalars(newest.order_by(BulletinRow.created_at.desc(), BulletinRow.id).limit(limit))
        return tuple(bulletin_view(session, row) for row in rows)


def render_again(desk: Desk, user: User, bulletin_id: str) -> None:  # noqa: ARG001 - the log will want who
    """Try every language that failed again; `Invalid` when unknown. One that did not fail is left alone."""
    with desk.writing() as session:
        rows = renditions_of(session, desk.commune, bulletin_id)
        if not rows:
            raise Invalid(Fault("", FaultCode.BULLETIN_UNKNOWN))
        for row in rows:
            if row.status == RenditionStatus.FAILED and not row.left_out:
                row.status, row.error, row.progress, row.updated_at = RenditionStatus.PENDING, None, 0.0, desk.clock()
    _begin(desk, bulletin_id)


def sweep_uploads(desk: Desk, now: datetime) -> int:
    """Remove received files that never became a bulletin, and say how many."""
    old = [path for path in desk.uploads.glob("upload-*") if _written_at(path.stat().st_mtime) < now - UPLOAD_KEPT]
    with desk.reading() as session:
        tables = (RenditionRow, PhraseRow)
        used = {name for table in tables for name in session.scalars(select(table.upload_path)) if name is not None}
    unused = [path for path in old if path.name not in used]
    for path in unused:
        path.unlink(missing_ok=True)
    return len(unused)


def _written_at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _composed(new: NewBulletin) -> NewBulletin:
    """The form with its texts in NFC: whatever keyboard wrote it, it is stored and compared in one form."""
    return NewBulletin(
        title=unicodedata.normalize("NFC", new.title).strip(),
        text=unicodedata.normalize("NFC", new.text).strip(),
        upload=new.upload,
        language=new.language,
        repeat=new.repeat,
        status=new.status,
        press=new.press,
        corrections=pronunciation.usable(new.corrections),
    )


def _faults(desk: Desk, new: NewBulletin) -> list[Fault]:
    faults = _text_faults(desk.settings, new) if new.upload is None else _upload_faults(desk, new)
    if len(new.title) > MAX_TITLE:
        faults.append(Fault("title", FaultCode.TITLE_TOO_LONG, {"length": len(new.title), "limit": MAX_TITLE}))
    if not 1 <= new.repeat <= desk.settings.max_repeat:
        faults.append(Fault("repeat", FaultCode.REPEAT_OUT_OF_RANGE, {"least": 1, "most": desk.settings.max_repeat}))
    return faults


def _text_faults(settings: DeskSettings, new: NewBulletin) -> list[Fault]:
    if new.language not in SPOKEN_BY_ENGINE:
        return [Fault("language", FaultCode.LANGUAGE_NEEDS_UPLOAD)]
    if not any(character.isalnum() for character in new.text):
        return [Fault("text", FaultCode.TEXT_EMPTY)]
    return _length_faults(settings, new)


def _length_faults(settings: DeskSettings, new: NewBulletin) -> list[Fault]:
    if len(new.text) <= settings.max_text:
        return []
    return [Fault("text", FaultCode.TEXT_TOO_LONG, {"length": len(new.text), "limit": settings.max_text})]


def _upload_faults(desk: Desk, new: NewBulletin) -> list[Fault]:
    """Of a recording `text` is what it was read from: it may be missing, but not longer than others."""
    faults = [] if is_held(desk, new.upload or "") else [Fault("upload", FaultCode.UPLOAD_MISSING)]
    return [*faults, *_length_faults(desk.settings, new)]


def _title(new: NewBulletin) -> str:
    if new.title:
        return new.title
    lines = [line.strip() for line in new.text.splitlines() if line.strip()]
    first = next((line for line in lines if not _GREETING.match(line)), lines[0] if lines else "")
    return first if len(first) <= FIRST_LINE else first[: FIRST_LINE - 1].rstrip() + "…"


def _rendition(
    session: Session, desk: Desk, row: BulletinRow, new: NewBulletin, *, updated_at: datetime | None = None
) -> RenditionRow:
    return RenditionRow(
        commune=row.commune,
        bulletin=row.id,
        language=new.language,
        kind=RenditionKind.TEXT if new.upload is None else RenditionKind.RECORDING,
        text=new.text,
        spoken=_spoken(session, desk, new),
        corrections=dict(new.corrections),
        repeat=new.repeat,
        broadcast_status=new.status,
        upload_path=new.upload,
        status=RenditionStatus.PENDING,
        updated_at=updated_at or row.created_at,
    )


def _spoken(session: Session, desk: Desk, new: NewBulletin) -> str:
    if new.upload is not None:
        return ""
    return pronunciation.spoken_of(pronunciation.reading(session, desk, new.text, new.corrections))


def _made_by(desk: Desk, press: str | None) -> str | None:
    if press is None:
        return None
    with desk.reading() as session:
        return _by_press(session, desk, press)


def _by_press(session: Session, desk: Desk, press: str) -> str | None:
    return session.scalar(select(BulletinRow.id).where(BulletinRow.commune == desk.commune, BulletinRow.press == press))


def _begin(desk: Desk, bulletin_id: str) -> None:
    desk.changes.announce("bulletins", f"bulletin:{bulletin_id}")
    desk.kick("render")
