"""When and where a bulletin is to be heard: checked first, then planned."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from controller.domain.audience import Audience, audience
from controller.domain.limits import Allowed, Limit, Wanted, refusal
from controller.records.bulletins import RenditionRow
from controller.records.plans import BroadcastRow, ScheduleRow, TargetRow
from controller.services import emergency_lock, orders, plan_languages, pronunciation
from controller.services.bulletin_views import rendition_of, rendition_view
from controller.services.collisions import Sought, collisions
from controller.services.contact import units_now
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, refuse
from controller.services.reach import Places, places
from controller.services.schedule_rules import stored
from controller.services.sounds import Listening, listening
from controller.services.unit_list import health
from controller.services.unit_settings import limits, written
from controller.services.views import PlanCheck, UnitReached, UnitRefusing, User, VillageHears
from protocol.names import UnitId
from schedules.lateness import default_not_after
from schedules.recurrence import Rule, occurrences
from schedules.vocabulary import BroadcastClass, Status

FARTHEST_DAYS = 366
"""How far ahead a single broadcast may be planned."""
SHOWN_OCCURRENCES = 10


@dataclass(frozen=True, slots=True)
class Now:
    """At once: as soon as the voice is ready."""


@dataclass(frozen=True, slots=True)
class At:
    """Once, at a wall time of the commune (`local` without zone) or at an instant (with one)."""

    local: datetime


@dataclass(frozen=True, slots=True)
class Repeating:
    """By a rule. Build the `Rule` in the page; `RuleRefused` has the faults (codes `RuleFault`)."""

    rule: Rule


When = Now | At | Repeating


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """What the plan form holds. `press` names one press of the button."""

    bulletin: str
    villages: tuple[str, ...]
    when: When
    class_: BroadcastClass = BroadcastClass.ROUTINE
    status: Status | None = None
    """None: as the bulletin is announced. Another one is a fault: what is heard and what is shown must agree."""
    press: str | None = None
    likely_readings: bool = False
    """Whether abbreviations that nobody settled are said as is likeliest: a program has nobody whom it could ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What the plan became: exactly one of the two is given."""

    broadcast: str | None = None
    schedule: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """The plan against what is there now."""

    now: datetime
    places: Places
    audience: Audience
    rendition: RenditionRow | None
    starts: tuple[datetime, ...]
    """Within the horizon; for a single one also beyond it."""
    heard: Listening
    """What the bulletin is at each unit."""
    commune_allows: Allowed
    open_questions: int
    """Abbreviations whose reading nobody has chosen."""
    units_allow: Mapping[UnitId, Allowed]
    """Of the units whose own hours are narrower."""

    def allowed(self, unit: UnitId) -> Allowed:
        """What a unit allows."""
        return self.units_allow.get(unit, self.commune_allows)


def check(desk: Desk, plan: NewPlan) -> PlanCheck:
    """Return everything that the officer should see before sending; never raises for a bad plan, it has `faults`."""
    with desk.reading() as session:
        setting = _setting(session, desk, plan)
        return _checked(session, desk, plan, setting)


def foreseen(desk: Desk, new: NewPlan) -> tuple[Fault, ...]:
    """Return what is wrong with place and time, for who has no bulletin yet."""
    with desk.reading() as session:
        setting = _setting(session, desk, new)
    return (*_village_faults(new, setting), *_time_faults(new, setting), *_limit_faults(new, setting))


def plan(desk: Desk, user: User, new: NewPlan) -> Planned:
    """Plan it; `Invalid` with the faults of `check`, and EMERGENCY_LOCKED. The same press gives the same answer."""
    if (made := _made_by(desk, new.press)) is not None:
        return made
    try:
        with desk.writing() as session:
            setting = _setting(session, desk, new)
            refuse(list(_faults(new, setting)))
            refuse(list(_lock_faults(desk, user, new, setting.now)))
            made = _keep(session, desk, user, new, setting)
    except IntegrityError:
        # The same press came twice at the same moment: the other one won.
        if (made := _made_by(desk, new.press)) is None:
            raise
        return made
    if new.class_ is BroadcastClass.EMERGENCY:
        desk.keys.keep_open(user.id, setting.now)
    orders.issue_due(desk, setting.now)
    desk.kick("roll")
    desk.changes.announce("home", "broadcasts", "bulletins", f"bulletin:{new.bulletin}")
    return made


def _lock_faults(desk: Desk, user: User, plan: NewPlan, now: datetime) -> Iterator[Fault]:
    """An emergency is started by who has just typed the code, and by nobody else."""
    if plan.class_ is BroadcastClass.EMERGENCY and (fault := emergency_lock.refusal(desk, user, now)) is not None:
        yield fault


def _setting(session: Session, desk: Desk, plan: NewPlan) -> _Setting:
    now = desk.clock()
    here = places(session, desk)
    rendition = rendition_of(session, desk.commune, plan.bulletin)
    commune_allows, units_allow = limits(session, desk)
    return _Setting(
        now=now,
        places=here,
        audience=audience(plan.villages, here.coverage),
        rendition=rendition,
        starts=_starts(desk, plan.when, now),
        heard=listening(session, desk, [plan.bulletin], here),
        open_questions=len(pronunciation.open_questions(session, desk, plan.bulletin)),
        commune_allows=commune_allows,
        units_allow=units_allow,
    )


def _starts(desk: Desk, when: When, now: datetime) -> tuple[datetime, ...]:
    if isinstance(when, Now):
        return (now,)
    if isinstance(when, At):
        return (_instant(desk, when.local),)
    return occurrences(when.rule, now, now + desk.horizon)


def _instant(desk: Desk, local: datetime) -> datetime:
    return local if local.tzinfo else local.replace(tzinfo=desk.settings.zone)


def _faults(plan: NewPlan, setting: _Setting) -> Iterator[Fault]:
    yield from _bulletin_faults(plan, setting)
    yield from _reading_faults(plan, setting)
    yield from _village_faults(plan, setting)
    yield from _time_faults(plan, setting)
    yield from _limit_faults(plan, setting)


def _bulletin_faults(plan: NewPlan, setting: _Setting) -> Iterator[Fault]:
    if setting.rendition is None:
        yield Fault("bulletin", FaultCode.BULLETIN_UNKNOWN)
    elif faults := list(plan_languages.unready(setting.heard.sounds(plan.bulletin))):
        yield from faults
    elif plan.status not in {None, setting.rendition.broadcast_status}:
        yield Fault("status", FaultCode.STATUS_DIFFERS, {"announced": setting.rendition.broadcast_status})


def _reading_faults(plan: NewPlan, setting: _Setting) -> Iterator[Fault]:
    """A likely reading is not taken for a chosen one, but in an emergency, for which nothing waits."""
    excused = plan.likely_readings or plan.class_ is BroadcastClass.EMERGENCY
    if setting.open_questions and not excused:
        yield Fault("bulletin", FaultCode.READING_QUESTIONS_OPEN, {"count": setting.open_questions})


def _village_faults(plan: NewPlan, setting: _Setting) -> Iterator[Fault]:
    if not plan.villages:
        yield Fault("villages", FaultCode.NO_VILLAGE)
        return
    known = {row.id for row in setting.places.villages}
    unknown = [village for village in plan.villages if village not in known]
    yield from (Fault("villages", FaultCode.VILLAGE_UNKNOWN, {"village": village}) for village in unknown)
    if not unknown and not setting.audience.units:
        yield Fault("villages", FaultCode.NO_UNIT)
    elif not unknown:
        yield from plan_languages.unheard(_hears(plan, setting), plan.class_)


def _hears(plan: NewPlan, setting: _Setting) -> tuple[VillageHears, ...]:
    """What the chosen villages would hear; nothing is said of it while there is no bulletin."""
    sounds = setting.heard.sounds(plan.bulletin)
    return plan_languages.hears(setting.places, plan.villages, sounds) if sounds else ()


def _time_faults(plan: NewPlan, setting: _Setting) -> Iterator[Fault]:
    if isinstance(plan.when, At) and setting.starts[0] < setting.now:
        yield Fault("when", FaultCode.TIME_PAST)
    if isinstance(plan.when, At) and setting.starts[0] > setting.now + timedelta(days=FARTHEST_DAYS):
        yield Fault("when", FaultCode.TIME_TOO_FAR, {"days": FARTHEST_DAYS})
    if isinstance(plan.when, Repeating):
        if plan.class_ is BroadcastClass.EMERGENCY:
            yield Fault("class", FaultCode.EMERGENCY_REPEATS)
        if not _ever_sounds(plan.when.rule, setting.now):
            yield Fault("when", FaultCode.NEVER_SOUNDS)


def _limit_faults(plan: NewPlan, setting: _Setting) -> Iterator[Fault]:
    """An instant at which no unit would sound it: in all their quiet hours, or longer than the commune allows."""
    for start in setting.starts:
        found = [_refusal(plan, setting, unit, start) for unit in setting.audience.units]
        if not found or None in found:
            continue
        if Limit.QUIET_HOURS in found:
            hours = sorted({written(setting.allowed(unit).hours) for unit in setting.audience.units})
            yield Fault("when", FaultCode.QUIET_HOURS, {"hours": "; ".join(hours)})
        else:
            limit = int(setting.commune_allows.length.total_seconds()) // 60
            minutes = -(-(setting.heard.longest_ms(plan.bulletin, plan.villages) or 0) // 60_000)
            yield Fault("bulletin", FaultCode.TOO_LONG, {"minutes": minutes, "limit_minutes": limit})
        return


def _refusal(plan: NewPlan, setting: _Setting, unit: UnitId, start: datetime) -> Limit | None:
    wanted = Wanted(
        start=start,
        not_after=default_not_after(plan.class_, start),
        length=timedelta(milliseconds=setting.heard.length_ms(plan.bulletin, plan.villages, unit) or 0),
        class_=plan.class_,
        status=_status(plan, setting),
    )
    return refusal(wanted, setting.allowed(unit))


def _refusing(plan: NewPlan, setting: _Setting) -> Iterator[UnitRefusing]:
    """The units that would be silent at an instant at which others sound, each once, with its first such instant."""
    for unit in setting.audience.units:
        for start in setting.starts:
            if (limit := _refusal(plan, setting, unit, start)) is not None:
                name, hours = setting.places.unit_name(unit), setting.allowed(unit).hours
                yield UnitRefusing(name=name, limit=limit, hours=hours, at=start)
                break


def _ever_sounds(rule: Rule, now: datetime) -> bool:
    """Whether a rule sounds in the coming year; its first date may lie further ahead."""
    first = datetime.combine(rule.start_date, datetime.min.time(), now.tzinfo) - timedelta(days=1)
    begin = max(now, first)
    return bool(occurrences(rule, begin, begin + timedelta(days=FARTHEST_DAYS)))


def _checked(session: Session, desk: Desk, plan: NewPlan, setting: _Setting) -> PlanCheck:
    first = setting.starts[0] if setting.starts else None
    length = timedelta(milliseconds=setting.heard.expected_ms(plan.bulletin, plan.villages))
    return PlanCheck(
        faults=tuple(_faults(plan, setting)),
        units=_reached(session, desk, setting),
        villages=setting.places.village_names(list(plan.villages)),
        villages_without_unit=setting.places.village_names(list(setting.audience.unreached)),
        refusing=tuple(_refusing(plan, setting)),
        hears=_hears(plan, setting),
        occurrences=setting.starts[:SHOWN_OCCURRENCES],
        occurrence_count=len(setting.starts),
        collisions=collisions(session, desk, _sittings(plan, setting, length), setting.places),
        duration_ms=setting.heard.longest_ms(plan.bulletin, plan.villages),
        not_after=default_not_after(plan.class_, first) if first else None,
        rendition=rendition_view(session, setting.rendition) if setting.rendition else None,
        now=setting.now,
    )


def _sittings(plan: NewPlan, setting: _Setting, length: timedelta) -> Sought:
    return Sought(plan.class_, _status(plan, setting), setting.starts, setting.audience.units, length)


def _reached(session: Session, desk: Desk, setting: _Setting) -> tuple[UnitReached, ...]:
    units = units_now(session, desk, setting.now)
    return tuple(
        UnitReached(id=unit.id, name=unit.row.name, villages=setting.places.villages_of(unit.id), health=health(unit))
        for unit in units.values()
        if unit.id in setting.audience.units
    )


def _keep(session: Session, desk: Desk, user: User, new: NewPlan, setting: _Setting) -> Planned:
    if isinstance(new.when, Repeating):
        schedule = ScheduleRow(
            commune=desk.commune,
            id=desk.new_id("schedule"),
            bulletin=new.bulletin,
            rule=stored(new.when.rule),
            class_=new.class_,
            status=_status(new, setting),
            villages=list(new.villages),
            author=user.id,
            created_at=setting.now,
            press=new.press,
        )
        session.add(schedule)
        return Planned(schedule=schedule.id)
    broadcast = _broadcast(desk, user, new, setting)
    session.add(broadcast)
    session.flush()
    session.add_all(
        TargetRow(commune=desk.commune, broadcast=broadcast.id, unit=unit) for unit in setting.audience.units
    )
    return Planned(broadcast=broadcast.id)


def _broadcast(desk: Desk, user: User, new: NewPlan, setting: _Setting) -> BroadcastRow:
    immediate = isinstance(new.when, Now)
    sounds = setting.heard.sounds(new.bulletin)
    ready = sounds is not None and sounds.ready
    start = setting.starts[0]
    return BroadcastRow(
        commune=desk.commune,
        id=desk.new_id("broadcast"),
        bulletin=new.bulletin,
        start=start,
        not_after=default_not_after(new.class_, start),
        class_=new.class_,
        status=_status(new, setting),
        villages=list(new.villages),
        immediate=immediate,
        waiting=immediate and not ready,
        author=user.id,
        created_at=setting.now,
        press=new.press,
    )


def _status(plan: NewPlan, setting: _Setting) -> Status:
    """The status that the sound announces."""
    announced = setting.rendition.broadcast_status if setting.rendition else Status.ACTUAL
    return plan.status or Status(announced)


def _made_by(desk: Desk, press: str | None) -> Planned | None:
    if press is None:
        return None
    with desk.reading() as session:
        for table in (BroadcastRow, ScheduleRow):
            found = session.scalar(select(table.id).where(table.commune == desk.commune, table.press == press))
            if found is not None:
                return Planned(broadcast=found) if table is BroadcastRow else Planned(schedule=found)
    return None
