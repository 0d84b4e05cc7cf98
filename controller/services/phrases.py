"""The bank of emergency phrases, in every language: there as sound before they are needed, also when no network is.

The standard words stand in the catalogue (`phrase-<id>`); each village's name is a phrase, too. Vietnamese is spoken by
the studio in the background, after everything that an officer waits for. Other languages are recorded by people, phrase
by phrase; so can Vietnamese be, and what a person has said is not spoken over by an engine. A phrase that could not be
made is tried again after a while, and meanwhile its older clip is kept.

Every unit keeps the Vietnamese phrases and those of the languages of its villages.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.domain.languages import DEFAULT, listed
from controller.domain.phrases import PART, Part, Phrase, of_village, village_of
from controller.domain.rendition import SPOKEN_BY_ENGINE, Language
from controller.records.bulletins import ClipRow
from controller.records.phrases import PhraseRow
from controller.records.places import VillageRow
from controller.services.contact import UnitNow, units_now
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid
from controller.services.phrase_views import PhraseBank, PhraseCount, PhraseView
from controller.services.ports import NotRendered, Rendered, Script
from controller.services.reach import Places, languages_of, places
from controller.services.rendering import keep_clip
from controller.services.uploads import is_held
from controller.services.views import User
from protocol.messages import PinnedClip
from protocol.names import ClipHash
from schedules.vocabulary import Status
from words import say

log = logging.getLogger(__name__)

AGAIN_AFTER = timedelta(minutes=30)
"""How long a phrase rests that could not be made."""
MOST_PINNED = 200
"""As many clips as a programme may pin: the standard phrases first, then the names of the unit's own villages."""


@dataclass(frozen=True, slots=True)
class _Work:
    """One phrase to be made into a clip: of its words, or of a received recording."""

    phrase: str
    language: Language
    text: str
    upload: str | None


def render_next(desk: Desk) -> bool:
    """Make one phrase that has no clip of its present words or recording; return False when there was none."""
    now = desk.clock()
    with desk.reading() as session:
        work = next(_due(session, desk, now), None)
    if work is None:
        return False
    try:
        rendered = _make(desk, work)
    except NotRendered as error:
        log.warning("phrase %s (%s) was not made: %s", work.phrase, work.language, error.code)
        _keep_failure(desk, work, error)
    else:
        _keep(desk, work, rendered)
    desk.changes.announce("units", "phrases")
    return True


def take_recording(desk: Desk, user: User, phrase: str, language: Language, upload: str) -> None:
    """Let a received file (`composing.keep_upload`) be what a phrase sounds like; it is mastered in the background.

    Until then the older clip stays. `Invalid`: no such phrase, no such file.
    """
    if not is_held(desk, upload):
        raise Invalid(Fault("upload", FaultCode.UPLOAD_MISSING))
    with desk.writing() as session:
        if phrase not in words(session, desk):
            raise Invalid(Fault("phrase", FaultCode.PHRASE_UNKNOWN))
        row = _row(session, desk, phrase, language)
        replaced, row.upload_path = row.upload_path, upload
        row.recorded_by, row.failed_at, row.error = user.id, None, None
    _forget_file(desk, replaced)
    desk.kick("render")
    desk.changes.announce("phrases")


def drop_recording(desk: Desk, user: User, phrase: str, language: Language) -> None:  # noqa: ARG001 - the log will want who
    """Forget what was recorded of a phrase; Vietnamese is spoken by the engine again. Twice is harmless."""
    with desk.writing() as session:
        row = session.get(PhraseRow, (desk.commune, phrase, language))
        if row is None or row.recorded_by is None:
            return
        upload = row.upload_path
        session.delete(row)
    _forget_file(desk, upload)
    desk.kick("render")
    desk.kick("roll")
    desk.changes.announce("phrases", "units")


def words(session: Session, desk: Desk) -> dict[str, str]:
    """Return every phrase with its Vietnamese words: the standard ones, then the names of the villages."""
    villages = select(VillageRow).where(VillageRow.commune == desk.commune)
    rows = session.scalars(villages.order_by(VillageRow.position, VillageRow.name))
    return {**{str(phrase): words_of(phrase) for phrase in Phrase}, **{of_village(row.id): row.name for row in rows}}


def words_of(phrase: Phrase) -> str:
    """Return what a standard phrase says."""
    return say(f"phrase-{phrase}")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A phrase that is a clip."""

    phrase: str
    language: Language
    clip: PinnedClip
    duration_ms: int


def spoken(session: Session, desk: Desk) -> dict[tuple[str, Language], Spoken]:
    """Return every phrase that is a clip, in each language."""
    rows = session.execute(
        select(PhraseRow.id, PhraseRow.language, ClipRow.hash, ClipRow.size, ClipRow.duration_ms)
        .join(ClipRow, (ClipRow.commune == PhraseRow.commune) & (ClipRow.hash == PhraseRow.clip))
        .where(PhraseRow.commune == desk.commune)
    )
    return {
        (id_, Language(language)): Spoken(
            id_, Language(language), PinnedClip(clip=ClipHash(clip), size=size), duration_ms
        )
        for id_, language, clip, size, duration_ms in rows
    }


class Pins:
    """Which phrases each unit keeps: Vietnamese, and the languages of its villages."""

    def __init__(self, here: Places, ready: Iterable[Spoken]) -> None:
        """Of these places and these phrases."""
        self._here, self._ready = here, tuple(ready)

    def of(self, unit: str) -> tuple[Spoken, ...]:
        """Return the phrases that a unit keeps: what is the most needed first, as many as there is room for."""
        served = dict(self._here.listeners(unit))
        wanted = {DEFAULT, *(language for languages in served.values() for language in languages)}
        needed = [one for one in self._ready if one.language in wanted]
        needed.sort(key=lambda one: (_rank(one.phrase, served), one.phrase, one.language))
        return tuple(needed[:MOST_PINNED])

    def at(self, unit: str) -> tuple[PinnedClip, ...]:
        """Return their clips as the unit's programme names them, each once, by hash."""
        return tuple(sorted({one.clip for one in self.of(unit)}, key=lambda pinned: pinned.clip))


def _rank(phrase: str, served: Mapping[str, object]) -> int:
    """Standard phrases, then the names of the unit's own villages, then those of the others."""
    village = village_of(phrase)
    return 0 if village is None else 1 if village in served else 2


def pins(session: Session, desk: Desk) -> Pins:
    """Return which phrases each unit keeps."""
    return Pins(places(session, desk), spoken(session, desk).values())


def held(unit: UnitNow) -> frozenset[ClipHash]:
    """Return the phrases' clips that a unit holds for certain, by its own report.

    It reports to hold the newest programme, and that names what it keeps. It lists the missing clips that it needs
    soonest first, so while it lists not all of them nothing is certain.
    """
    if unit.state is None or unit.programme is None or not unit.programme_held:
        return frozenset()
    if len(unit.state.coming) != unit.state.missing_clips:
        return frozenset()
    told = msgspec.json.decode(unit.programme.signed.partition(b"\n")[2], type=_Pinned)
    return frozenset(one.clip for one in told.pinned) - {one.clip for one in unit.state.coming}


class _Pinned(msgspec.Struct, frozen=True):
    """The part of a programme that is asked for here."""

    pinned: tuple[PinnedClip, ...] = ()


def bank(desk: Desk, language: Language = DEFAULT) -> PhraseBank:
    """Return every phrase in one language, and which of the units that need it hold it as far as their reports tell."""
    now = desk.clock()
    with desk.reading() as session:
        here = places(session, desk)
        said, ready = words(session, desk), spoken(session, desk)
        rows = {row.id: row for row in _rows(session, desk) if row.language == language}
        keeping = Pins(here, ready.values())
        units = units_now(session, desk, now).values()
        found = {unit.row.name: _holds(unit, keeping, language) for unit in units}
    views = {id_: _view(id_, text, rows.get(id_), ready.get((id_, language))) for id_, text in said.items()}
    return PhraseBank(
        language=language,
        languages=_counts(here, ready, len(said), language),
        phrases=tuple(view for id_, view in views.items() if village_of(id_) is None),
        villages=tuple(view for id_, view in views.items() if village_of(id_) is not None),
        holding=tuple(name for name, holds in found.items() if holds),
        waiting=tuple(name for name, holds in found.items() if holds is False),
        now=now,
    )


def languages_needed(here: Places) -> tuple[Language, ...]:
    """Return the languages in which phrases are needed: Vietnamese, and those of the villages."""
    return listed([DEFAULT, *(language for row in here.villages for language in languages_of(row))])


def _counts(
    here: Places, ready: Mapping[tuple[str, Language], Spoken], total: int, shown: Language
) -> tuple[PhraseCount, ...]:
    wanted = listed([*languages_needed(here), shown])
    made = {language: sum(of is language for _, of in ready) for language in wanted}
    return tuple(PhraseCount(language=language, ready=made[language], of=total) for language in wanted)


def _holds(unit: UnitNow, keeping: Pins, language: Language) -> bool | None:
    """Whether a unit holds every phrase that it is to keep of a language; None: it is to keep none."""
    wanted = {one.clip.clip for one in keeping.of(unit.id) if one.language is language}
    return wanted <= held(unit) if wanted else None


def _due(session: Session, desk: Desk, now: datetime) -> Iterator[_Work]:
    """What is to be made: recordings first, because somebody listens for them, then what an engine speaks."""
    rows = {(row.id, Language(row.language)): row for row in _rows(session, desk)}
    said = words(session, desk)
    for (phrase, language), row in rows.items():
        if row.upload_path is not None and phrase in said and _rested(row, now):
            yield _Work(phrase, language, said[phrase], row.upload_path)
    for phrase, text in said.items():
        for language in listed(SPOKEN_BY_ENGINE):
            if _unspoken(rows.get((phrase, language)), text, now):
                yield _Work(phrase, language, text, None)


def _unspoken(row: PhraseRow | None, text: str, now: datetime) -> bool:
    if row is None:
        return True
    done = row.clip is not None and row.text == text
    return not done and row.recorded_by is None and _rested(row, now)


def _rested(row: PhraseRow, now: datetime) -> bool:
    return row.failed_at is None or row.failed_at <= now - AGAIN_AFTER


def _make(desk: Desk, work: _Work) -> Rendered:
    script = Script(language=work.language, status=Status.ACTUAL, repeat=1, text=work.text, bare=True)
    if work.upload is None:
        return desk.studio.render(script, _unseen)
    if not is_held(desk, work.upload):
        raise NotRendered("upload-lost")
    return desk.studio.take_upload(desk.uploads / work.upload, script, _unseen)


def _unseen(_share: float) -> None:
    """Nobody waits for a phrase."""


def _keep(desk: Desk, work: _Work, rendered: Rendered) -> None:
    """Let the clip be the phrase, unless something newer was recorded meanwhile."""
    now = desk.clock()
    with desk.writing() as session:
        row = _row(session, desk, work.phrase, work.language)
        if row.upload_path != work.upload:
            return
        keep_clip(session, desk, rendered, now)
        row.text, row.clip, row.engine = work.text, rendered.clip.hash, rendered.engine
        row.upload_path, row.rendered_at, row.failed_at, row.error = None, now, None, None
    _forget_file(desk, work.upload)
    desk.kick("roll")


def _keep_failure(desk: Desk, work: _Work, error: NotRendered) -> None:
    """Remember why. A recording that is refused is let go; one that only met a hindrance is tried again."""
    hopeless = work.upload is not None and not error.passing
    with desk.writing() as session:
        row = _row(session, desk, work.phrase, work.language)
        if row.upload_path != work.upload:
            return
        row.text = row.text or work.text
        row.failed_at, row.error = desk.clock(), error.code
        if hopeless:
            row.upload_path = None
            row.recorded_by = row.recorded_by if row.clip is not None and row.engine is None else None
    _forget_file(desk, work.upload if hopeless else None)


def _forget_file(desk: Desk, upload: str | None) -> None:
    if upload is not None:
        (desk.uploads / upload).unlink(missing_ok=True)


def _row(session: Session, desk: Desk, phrase: str, language: Language) -> PhraseRow:
    row = session.get(PhraseRow, (desk.commune, phrase, language))
    if row is None:
        row = PhraseRow(commune=desk.commune, id=phrase, language=language, text="")
        session.add(row)
    return row


def _rows(session: Session, desk: Desk) -> Sequence[PhraseRow]:
    rows = select(PhraseRow).where(PhraseRow.commune == desk.commune)
    return session.scalars(rows.order_by(PhraseRow.id, PhraseRow.language)).all()


def _view(phrase: str, text: str, row: PhraseRow | None, ready: Spoken | None) -> PhraseView:
    recorded = row is not None and row.recorded_by is not None
    village = village_of(phrase)
    return PhraseView(
        id=phrase,
        part=PART[Phrase(phrase)] if village is None else Part.PLACE,
        text=text,
        clip=ready.clip.clip if ready else None,
        duration_ms=ready.duration_ms if ready else None,
        recorded=recorded and ready is not None,
        coming=row is not None and row.upload_path is not None,
        outdated=recorded and row is not None and row.clip is not None and row.text != text,
        error=row.error if row else None,
    )
