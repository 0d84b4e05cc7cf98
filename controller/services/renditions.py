"""The languages of a bulletin: added, replaced, taken away; and what becomes of one that failed."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from controller.domain.rendition import SPOKEN_BY_ENGINE, Language, RenditionKind, RenditionStatus
from controller.records.bulletins import BulletinRow, RenditionRow
from controller.services import pronunciation
from controller.services.bulletin_views import is_planned, renditions_of
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid, refuse
from controller.services.rendering import settle_bulletin
from controller.services.uploads import is_held
from controller.services.views import User


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRendition:
    """A bulletin in one more language.

    A recording (`upload`, the token of a received file) with, if there is one, the text that it was read from; or a
    text alone: spoken by an engine where one speaks the language, else kept as the paper for whoever will read it.
    """

    language: Language
    text: str = ""
    upload: str | None = None


def put_rendition(desk: Desk, user: User, bulletin: str, new: NewRendition) -> None:  # noqa: ARG001 - the log will want who
    """Add a language to a bulletin that is not planned yet, or replace what is there in it; `Invalid`.

    A text that is given without a recording leaves a recording that is there already alone: the paper was mended. A
    recording that is given without a text leaves the paper that it was read from.
    """
    text = unicodedata.normalize("NFC", new.text).strip()
    refuse(list(_faults(desk, new, text)))
    now = desk.clock()
    with desk.writing() as session:
        _open(session, desk, bulletin)
        rows = {row.language: row for row in renditions_of(session, desk.commune, bulletin)}
        row = rows.get(new.language)
        if row is not None and new.upload is None and new.language not in SPOKEN_BY_ENGINE:
            row.text = text
        else:
            pattern = row or next(iter(rows.values()))
            if row is not None and new.upload is not None:
                text = text or row.text
            made = _row(session, desk, pattern, (new, text), now)
            if row is not None:
                session.delete(row)
                session.flush()
            session.add(made)
        session.flush()
        settle_bulletin(session, desk, bulletin, now)
    _told(desk, bulletin)


def remove_rendition(desk: Desk, user: User, bulletin: str, language: Language) -> None:  # noqa: ARG001 - the log will want who
    """Take a language away from a bulletin that is not planned yet; `Invalid`: planned, not there, or the last one."""
    with desk.writing() as session:
        _open(session, desk, bulletin)
        row, others = _one(session, desk, bulletin, language)
        if not others:
            raise Invalid(Fault("language", FaultCode.LANGUAGE_LAST))
        session.delete(row)
        session.flush()
        settle_bulletin(session, desk, bulletin, desk.clock())
    _told(desk, bulletin)


def leave_out(desk: Desk, user: User, bulletin: str, language: Language) -> None:  # noqa: ARG001 - the log will want who
    """Go on without a language that failed, also where it is planned; the others are sent. `Invalid`: the last one."""
    now = desk.clock()
    with desk.writing() as session:
        row, others = _one(session, desk, bulletin, language)
        if row.status != RenditionStatus.FAILED or row.left_out:
            return
        if not any(not other.left_out for other in others):
            raise Invalid(Fault("language", FaultCode.LANGUAGE_LAST))
        row.left_out = True
        session.flush()
        settle_bulletin(session, desk, bulletin, now)
    desk.kick("roll")
    _told(desk, bulletin)


def try_again(desk: Desk, user: User, bulletin: str, language: Language) -> None:  # noqa: ARG001 - the log will want who
    """Try again to make a language that failed; one that did not fail is left alone. `Invalid`: not there."""
    with desk.writing() as session:
        row, _ = _one(session, desk, bulletin, language)
        if row.status == RenditionStatus.FAILED and not row.left_out:
            row.status, row.error, row.progress, row.updated_at = RenditionStatus.PENDING, None, 0.0, desk.clock()
    _told(desk, bulletin)


def _faults(desk: Desk, new: NewRendition, text: str) -> Iterator[Fault]:
    if new.upload is not None and not is_held(desk, new.upload):
        yield Fault("upload", FaultCode.UPLOAD_MISSING)
    if new.upload is None and not any(map(str.isalnum, text)):
        yield Fault("upload", FaultCode.UPLOAD_MISSING)
    if len(text) > (limit := desk.settings.max_text):
        yield Fault("text", FaultCode.TEXT_TOO_LONG, {"length": len(text), "limit": limit})


def _open(session: Session, desk: Desk, bulletin: str) -> None:
    if session.get(BulletinRow, (desk.commune, bulletin)) is None:
        raise Invalid(Fault("", FaultCode.BULLETIN_UNKNOWN))
    if is_planned(session, desk.commune, bulletin):
        raise Invalid(Fault("", FaultCode.BULLETIN_PLANNED))


def _one(
    session: Session, desk: Desk, bulletin: str, language: Language
) -> tuple[RenditionRow, tuple[RenditionRow, ...]]:
    """The rendition in a language, and the others."""
    rows = renditions_of(session, desk.commune, bulletin)
    found = [row for row in rows if row.language == language]
    if not found:
        raise Invalid(Fault("language", FaultCode.LANGUAGE_MISSING, {"tongue": language}))
    return found[0], tuple(row for row in rows if row is not found[0])


def _row(
    session: Session, desk: Desk, pattern: RenditionRow, new: tuple[NewRendition, str], now: datetime
) -> RenditionRow:
    """The rendition, announced and repeated as the bulletin's other ones are: what is heard of it must agree."""
    wanted, text = new
    engine = wanted.upload is None and wanted.language in SPOKEN_BY_ENGINE
    waits = wanted.upload is None and not engine
    return RenditionRow(
        commune=desk.commune,
        bulletin=pattern.bulletin,
        language=wanted.language,
        kind=RenditionKind.TEXT if engine else RenditionKind.RECORDING,
        text=text,
        spoken=pronunciation.spoken_of(pronunciation.reading(session, desk, text)) if engine else "",
        repeat=pattern.repeat,
        broadcast_status=pattern.broadcast_status,
        upload_path=wanted.upload,
        status=RenditionStatus.UNSPOKEN if waits else RenditionStatus.PENDING,
        updated_at=now,
    )


def _told(desk: Desk, bulletin: str) -> None:
    desk.kick("render")
    desk.changes.announce("bulletins", "home", "broadcasts", "alarms", f"bulletin:{bulletin}")
