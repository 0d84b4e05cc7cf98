"""The bank of emergency phrases: spoken once, pinned on every unit, there when no network is.

The words stand in the catalogue (`phrase-<id>`). The studio speaks them in the background, after everything that an
officer waits for; a phrase that could not be spoken is tried again after a while, and meanwhile its older clip is kept.
"""

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.domain.rendition import Language
from controller.records.bulletins import ClipRow
from controller.records.phrases import PhraseRow
from controller.services.contact import UnitNow, units_now
from controller.services.desk import Desk
from controller.services.ports import NotRendered, Rendered, Script
from controller.services.rendering import keep_clip
from controller.services.views import PhraseBank, PhraseView
from protocol.messages import PinnedClip
from protocol.names import ClipHash
from schedules.vocabulary import Status
from words import say

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(minutes=30)
"""How long a phrase rests that could not be spoken."""


class Phrase(StrEnum):
    """The standard phrases: what is heard first, what comes, what to do, and what ends it."""

    ATTENTION = "attention"
    FLASH_FLOOD = "flash-flood"
    LANDSLIDE = "landslide"
    STORM = "storm"
    FOREST_FIRE = "forest-fire"
    HIGH_GROUND = "high-ground"
    EVACUATE = "evacuate"
    ALL_CLEAR = "all-clear"
    EXERCISE = "exercise"
    TEST = "test"


def render_next(desk: Desk) -> bool:
    """Speak one phrase that has no clip of its present words; return False when there was none."""
    now = desk.clock()
    with desk.reading() as session:
        phrase = next(_due(session, desk, now), None)
    if phrase is None:
        return False
    text = words_of(phrase)
    script = Script(language=Language.VI, status=Status.ACTUAL, repeat=1, text=text, bare=True)
    try:
        rendered = desk.studio.render(script, _unseen)
    except NotRendered as error:
        log.warning("phrase %s was not spoken: %s", phrase, error.code)
        _keep_failure(desk, phrase, text, error.code)
    else:
        _keep(desk, phrase, text, rendered)
    desk.changes.announce("units", "phrases")
    return True


def pinned(session: Session, desk: Desk) -> tuple[PinnedClip, ...]:
    """Return the clips that every unit keeps, by hash."""
    rows = session.execute(
        select(ClipRow.hash, ClipRow.size)
        .join(PhraseRow, (PhraseRow.commune == ClipRow.commune) & (PhraseRow.clip == ClipRow.hash))
        .where(ClipRow.commune == desk.commune)
        .distinct()
        .order_by(ClipRow.hash)
    )
    return tuple(PinnedClip(clip=ClipHash(clip), size=size) for clip, size in rows)


def bank(desk: Desk) -> PhraseBank:
    """Return every phrase with its clip, and which units hold them all as far as their reports tell."""
    now = desk.clock()
    with desk.reading() as session:
        rows = {row.id: row for row in _rows(session, desk)}
        lengths = _lengths(session, desk)
        units = units_now(session, desk, now).values()
        wanted = {clip.clip for clip in pinned(session, desk)}
        made = max((row.rendered_at for row in rows.values() if row.rendered_at), default=now)
        held = {unit.row.name: _holds(unit, wanted, made) for unit in units}
    return PhraseBank(
        phrases=tuple(_view(phrase, rows.get(phrase), lengths) for phrase in Phrase),
        holding=tuple(name for name, holds in held.items() if holds),
        waiting=tuple(name for name, holds in held.items() if not holds),
        now=now,
    )


def words_of(phrase: Phrase) -> str:
    """Return what a phrase says."""
    return say(f"phrase-{phrase}")


def _due(session: Session, desk: Desk, now: datetime) -> Iterator[Phrase]:
    rows = {row.id: row for row in _rows(session, desk)}
    return (phrase for phrase in Phrase if _is_due(rows.get(phrase), words_of(phrase), now))


def _is_due(row: PhraseRow | None, text: str, now: datetime) -> bool:
    if row is None:
        return True
    spoken = row.clip is not None and row.text == text
    return not spoken and (row.failed_at is None or row.failed_at <= now - AGAIN_AFTER)


def _unseen(_share: float) -> None:
    """Nobody waits for a phrase."""


def _keep(desk: Desk, phrase: Phrase, text: str, rendered: Rendered) -> None:
    now = desk.clock()
    with desk.writing() as session:
        keep_clip(session, desk, rendered, now)
        row = _row(session, desk, phrase)
        row.text, row.clip, row.engine = text, rendered.clip.hash, rendered.engine
        row.rendered_at, row.failed_at, row.error = now, None, None
    desk.kick("roll")


def _keep_failure(desk: Desk, phrase: Phrase, text: str, code: str) -> None:
    with desk.writing() as session:
        row = _row(session, desk, phrase)
        row.text = row.text or text
        row.failed_at, row.error = desk.clock(), code


def _row(session: Session, desk: Desk, phrase: Phrase) -> PhraseRow:
    row = session.get(PhraseRow, (desk.commune, phrase, Language.VI))
    if row is None:
        row = PhraseRow(commune=desk.commune, id=phrase, language=Language.VI, text="")
        session.add(row)
    return row


def _rows(session: Session, desk: Desk) -> Iterable[PhraseRow]:
    return session.scalars(select(PhraseRow).where(PhraseRow.commune == desk.commune))


def _lengths(session: Session, desk: Desk) -> dict[str, int]:
    rows = session.execute(
        select(ClipRow.hash, ClipRow.duration_ms)
        .join(PhraseRow, (PhraseRow.commune == ClipRow.commune) & (PhraseRow.clip == ClipRow.hash))
        .where(ClipRow.commune == desk.commune)
    )
    return {clip: duration for clip, duration in rows.all()}  # noqa: C416 - rows are not pairs to a type checker


def _holds(unit: UnitNow, wanted: set[ClipHash], made: datetime) -> bool:
    """Whether a unit reports to hold a programme that pins these clips (made by then), and to miss none of them.

    A unit lists the missing clips that it needs soonest first, so while others are missing nothing is certain.
    """
    if unit.state is None or unit.programme is None or not wanted:
        return False
    if not unit.programme_held or unit.programme.issued_at < made:
        return False
    listed = len(unit.state.coming) == unit.state.missing_clips
    return listed and not wanted & {one.clip for one in unit.state.coming}


def _view(phrase: Phrase, row: PhraseRow | None, lengths: dict[str, int]) -> PhraseView:
    return PhraseView(
        id=phrase,
        text=words_of(phrase),
        clip=row.clip if row else None,
        duration_ms=lengths.get(row.clip) if row and row.clip else None,
        error=row.error if row else None,
    )
