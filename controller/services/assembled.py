"""An emergency put together from phrases: heard in every language in which all of its phrases are there.

Where no engine speaks a language, a warning in it can still be given at once: its phrases were recorded in quiet times
and lie at the units. A language that lacks one of the chosen phrases is left out whole, because half a warning is not
understood; the page says which phrase it lacks. What is not meant in earnest says so first, in each language, if need
be in Vietnamese.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from controller.domain.audience import audience
from controller.domain.languages import DEFAULT, heard, listed, spoken
from controller.domain.phrases import ANNOUNCED, PART, Part, Phrase, in_order, village_of
from controller.domain.rendition import Language, RenditionKind, RenditionStatus
from controller.records.bulletins import BulletinRow, RenditionRow
from controller.services import emergency_lock, phrases, planning
from controller.services.contact import units_now
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, refuse
from controller.services.phrases import Spoken
from controller.services.reach import Places, languages_of, places
from controller.services.sounds import BETWEEN_LANGUAGES_MS, BETWEEN_PHRASES_MS, MOST_ITEMS
from controller.services.views import User, VillageHears
from protocol.names import UnitId
from schedules.vocabulary import BroadcastClass, Status

MOST_ROUNDS = 3
_TELLING = {*(phrase for phrase, part in PART.items() if part is Part.HAZARD), Phrase.ALL_CLEAR}
"""The phrases that say what it is about."""
_TITLE = 300
_ID = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEmergency:
    """What the form holds: the phrases, for whom, how it is meant, how often. `press` names one press of the button."""

    phrases: tuple[str, ...]
    villages: tuple[str, ...]
    status: Status = Status.ACTUAL
    rounds: int = 2
    press: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageReady:
    """One language of the chosen villages: what it says, and what it lacks (the words of phrases)."""

    language: Language
    lacking: tuple[str, ...]
    clips: tuple[str, ...]
    """In order; empty when it lacks anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitSays:
    """What one unit will say."""

    unit: UnitId
    name: str
    languages: tuple[Language, ...]
    duration_ms: int
    kept: bool
    """Whether it holds all of it already, so that nothing has to be downloaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembly:
    """What a page shows before it is sent."""

    faults: tuple[Fault, ...]
    words: tuple[str, ...]
    """What is said, in Vietnamese, in order."""
    languages: tuple[LanguageReady, ...]
    hears: tuple[VillageHears, ...]
    units: tuple[UnitSays, ...]
    villages_without_unit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Setting:
    here: Places
    words: Mapping[str, str]
    said: tuple[str, ...]
    """The phrases in order, with the one that tells how it is meant."""
    ready: Mapping[tuple[str, Language], Spoken]
    whole: Mapping[Language, tuple[Spoken, ...]]
    """By language: all of the phrases, where none is lacking."""


def check(desk: Desk, new: NewEmergency) -> Assembly:
    """Return what would be heard, where, and what is lacking; never raises for a bad form, it has `faults`."""
    with desk.reading() as session:
        setting = _setting(session, desk, new)
        units = units_now(session, desk, desk.clock())
        held = {unit: phrases.held(one) for unit, one in units.items()}
    reached = audience(new.villages, setting.here.coverage)
    says = [_says(setting, new, unit, held.get(unit, frozenset())) for unit in reached.units]
    return Assembly(
        faults=tuple(_faults(setting, new)),
        words=tuple(setting.words[phrase] for phrase in setting.said),
        languages=tuple(_language(setting, language) for language in _wanted(setting, new)),
        hears=_hears(setting, new),
        units=tuple(says),
        villages_without_unit=setting.here.village_names(list(reached.unreached)),
    )


def send(desk: Desk, user: User, new: NewEmergency) -> str:
    """Start it now, and return the id of the broadcast; the same press gives the same one.

    `Invalid`: the faults of `check`, those of planning, and EMERGENCY_LOCKED: only who has just typed the code may.
    """
    with desk.reading() as session:
        setting = _setting(session, desk, new)
        made = _made_by(session, desk, new.press)
    if made is None:
        refuse(list(_faults(setting, new)))
        locked = emergency_lock.refusal(desk, user, desk.clock())
        refuse([locked] if locked is not None else [])
    bulletin = made or _bulletin(desk, user, new, setting)
    plan = planning.NewPlan(
        bulletin=bulletin,
        villages=new.villages,
        when=planning.Now(),
        class_=BroadcastClass.EMERGENCY,
        status=new.status,
        press=new.press,
    )
    planned = planning.plan(desk, user, plan)
    if planned.broadcast is None:
        raise LookupError("the press belongs to a repeating plan")
    return planned.broadcast


def _setting(session: Session, desk: Desk, new: NewEmergency) -> _Setting:
    here, words, ready = places(session, desk), phrases.words(session, desk), phrases.spoken(session, desk)
    chosen = [phrase for phrase in new.phrases if phrase not in set(ANNOUNCED.values())]
    said = in_order([*chosen, *_announced(new.status)], [row.id for row in here.villages])
    known = tuple(phrase for phrase in said if phrase in words)
    wanted = listed([DEFAULT, *(one for row in here.villages if row.id in new.villages for one in languages_of(row))])
    found = {language: _whole(known, language, ready) for language in wanted}
    return _Setting(here, words, known, ready, {language: said for language, said in found.items() if said})


def _announced(status: Status) -> tuple[str, ...]:
    return (ANNOUNCED[status],) if status in ANNOUNCED else ()


def _whole(said: Sequence[str], language: Language, ready: Mapping[tuple[str, Language], Spoken]) -> tuple[Spoken, ...]:
    """The phrases in a language; none, when one is lacking. That it is a test may be said in Vietnamese."""
    found = [_spoken(phrase, language, ready) for phrase in said]
    return tuple(one for one in found if one is not None) if all(found) else ()


def _spoken(phrase: str, language: Language, ready: Mapping[tuple[str, Language], Spoken]) -> Spoken | None:
    own = ready.get((phrase, language))
    return own or (ready.get((phrase, DEFAULT)) if phrase in set(ANNOUNCED.values()) else None)


def _wanted(setting: _Setting, new: NewEmergency) -> tuple[Language, ...]:
    """The languages of the chosen villages, and Vietnamese."""
    chosen = (languages_of(row) for row in setting.here.villages if row.id in new.villages)
    return listed([DEFAULT, *(language for languages in chosen for language in languages)])


def _language(setting: _Setting, language: Language) -> LanguageReady:
    lacking = [phrase for phrase in setting.said if _spoken(phrase, language, setting.ready) is None]
    return LanguageReady(
        language=language,
        lacking=tuple(setting.words[phrase] for phrase in lacking),
        clips=tuple(one.clip.clip for one in setting.whole.get(language, ())),
    )


def _hears(setting: _Setting, new: NewEmergency) -> tuple[VillageHears, ...]:
    rows = [row for row in setting.here.villages if row.id in new.villages]
    found = [(row.name, heard(languages_of(row), setting.whole.keys())) for row in rows]
    return tuple(
        VillageHears(name=name, heard=one.languages, missing=one.missing, by_default=one.by_default)
        for name, one in found
    )


def _units(setting: _Setting, new: NewEmergency) -> tuple[UnitId, ...]:
    return audience(new.villages, setting.here.coverage).units


def _languages_at(setting: _Setting, new: NewEmergency, unit: UnitId) -> tuple[Language, ...]:
    chosen = [languages for village, languages in setting.here.listeners(unit) if village in new.villages]
    return spoken(chosen, setting.whole.keys())


def _items(setting: _Setting, new: NewEmergency, unit: UnitId) -> int:
    """How many items a unit would be told to play."""
    return new.rounds * sum(len(setting.whole[language]) for language in _languages_at(setting, new, unit))


def _says(setting: _Setting, new: NewEmergency, unit: UnitId, held: Iterable[str]) -> UnitSays:
    languages = _languages_at(setting, new, unit)
    said = [one for language in languages for one in setting.whole[language]]
    return UnitSays(
        unit=unit,
        name=setting.here.unit_name(unit),
        languages=languages,
        duration_ms=_length_ms([setting.whole[language] for language in languages], new.rounds),
        kept=bool(said) and {one.clip.clip for one in said} <= set(held),
    )


def _length_ms(languages: Sequence[Sequence[Spoken]], rounds: int) -> int:
    blocks = [sum(one.duration_ms for one in said) + BETWEEN_PHRASES_MS * (len(said) - 1) for said in languages]
    blocks *= max(1, rounds)
    return sum(blocks) + BETWEEN_LANGUAGES_MS * max(0, len(blocks) - 1)


def _faults(setting: _Setting, new: NewEmergency) -> Iterable[Fault]:
    """What is wrong with the form. A village that understands none of it is no fault: it is told, and still warned."""
    meant = [phrase for phrase in setting.said if phrase not in set(ANNOUNCED.values())]
    if not any(village_of(phrase) is None for phrase in meant):
        yield Fault("phrases", FaultCode.NO_PHRASE)
    elif unsaid := [one for one in _announced(new.status) if (one, DEFAULT) not in setting.ready]:
        yield Fault("status", FaultCode.STATUS_UNSAID, {"status": unsaid[0]})
    elif not setting.whole:
        yield Fault("phrases", FaultCode.PHRASES_INCOMPLETE)
    if not 1 <= new.rounds <= MOST_ROUNDS:
        yield Fault("rounds", FaultCode.REPEAT_OUT_OF_RANGE, {"least": 1, "most": MOST_ROUNDS})
    else:
        count = max((_items(setting, new, unit) for unit in _units(setting, new)), default=0)
        if count > MOST_ITEMS:
            yield Fault("phrases", FaultCode.TOO_MANY_ITEMS, {"count": count, "limit": MOST_ITEMS})
    known = {row.id for row in setting.here.villages}
    if not new.villages:
        yield Fault("villages", FaultCode.NO_VILLAGE)
    for village in new.villages:
        if village not in known:
            yield Fault("villages", FaultCode.VILLAGE_UNKNOWN, {"village": village[:_ID]})
    if new.villages and set(new.villages) <= known and not _units(setting, new):
        yield Fault("villages", FaultCode.NO_UNIT)


def _bulletin(desk: Desk, user: User, new: NewEmergency, setting: _Setting) -> str:
    """The bulletin that says it, ready as it is made: the phrases are clips already."""
    now = desk.clock()
    row = BulletinRow(
        commune=desk.commune,
        id=desk.new_id("bulletin"),
        title=_title(setting),
        author=user.id,
        created_at=now,
        press=new.press,
    )
    try:
        with desk.writing() as session:
            session.add(row)
            session.flush()
            session.add_all(_rendition(desk, row.id, one, new, setting) for one in setting.whole)
    except IntegrityError:
        # The same press came twice at the same moment: the other one won.
        with desk.reading() as session:
            made = _made_by(session, desk, new.press)
        if made is None:
            raise
        return made
    desk.changes.announce("bulletins")
    return row.id


def _rendition(desk: Desk, bulletin: str, language: Language, new: NewEmergency, setting: _Setting) -> RenditionRow:
    return RenditionRow(
        commune=desk.commune,
        bulletin=bulletin,
        language=language,
        kind=RenditionKind.ASSEMBLED,
        text="\n".join(setting.words[phrase] for phrase in setting.said),
        repeat=new.rounds,
        broadcast_status=new.status,
        status=RenditionStatus.READY,
        progress=1.0,
        parts=[[one.phrase, one.clip.clip] for one in setting.whole[language]],
        updated_at=desk.clock(),
    )


def _title(setting: _Setting) -> str:
    """What it is about: its hazards, or else its first words."""
    about = [setting.words[phrase] for phrase in setting.said if phrase in _TELLING]
    return " ".join(about or [setting.words[phrase] for phrase in setting.said])[:_TITLE]


def _made_by(session: Session, desk: Desk, press: str | None) -> str | None:
    if press is None:
        return None
    found = select(BulletinRow.id).where(BulletinRow.commune == desk.commune, BulletinRow.press == press)
    return session.scalar(found)
