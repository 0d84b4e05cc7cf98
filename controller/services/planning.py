"""When and where a bulletin is to be heard: checked first, then planned."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from controller.domain.audience import Audience, audience
from controller.domain.rendition import RenditionStatus
from controller.records.bulletins import RenditionRow
from controller.records.plans import BroadcastRow, ScheduleRow, TargetRow
from controller.services import orders
from controller.services.bulletin_views import clip_of, rendition_of, rendition_view
from controller.services.collisions import Sought, collisions, expected_length
from controller.services.contact import units_now
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, refuse
from controller.services.reach import Places, places
from controller.services.schedule_rules import stored
from controller.services.unit_list import health
from controller.services.views import PlanCheck, UnitReached, User
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


def check(desk: Desk, plan: NewPlan) -> PlanCheck:
    """Return everything that the officer should see before sending; never raises for a bad plan, it has `faults`."""
    with desk.reading() as session:
        setting = _setting(session, desk, plan)
        return _checked(session, desk, plan, setting)


def foreseen(desk: Desk, new: NewPlan) -> tuple[Fault, ...]:
    """Return what is wrong with place and time, for who has no bulletin yet."""
    with desk.reading() as session:
        setting = _setting(session, desk, new)
    return (*_village_faults(new, setting), *_time_faults(new, setting))


def plan(desk: Desk, user: User, new: NewPlan) -> Planned:
    """Plan it; `Invalid` with the faults of `check`. The same press gives the same answer."""
    if (made := _made_by(desk, new.press)) is not None:
        return made
    try:
        with desk.writing() as session:
            setting = _setting(session, desk, new)
            refuse(list(_faults(new, setting)))
            made = _keep(session, desk, user, new, setting)
    except IntegrityError:
        # The same press came twice at the same moment: the other one won.
        if (made := _made_by(desk, new.press)) is None:
            raise
        return made
    orders.issue_due(desk, setting.now)
    desk.kick("roll")
    desk.changes.announce("home", "broadcasts", "bulletins", f"bulletin:{new.bulletin}")
    return made


def _setting(session: Session, desk: Desk, plan: NewPlan) -> _Setting:
    now = desk.clock()
    here = places(session, desk)
    return _Setting(
        now=now,
        places=here,
        audience=audience(plan.villages, here.coverage),
        rendition=rendition_of(session, desk.commune, plan.bulletin),
        starts=_starts(desk, plan.when, now),
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
    yield from _village_faults(plan, setting)
    yield from _time_faults(plan, setting)


def _bulletin_faults(plan: NewPlan, setting: _Setting) -> Iterator[Fault]:
    if setting.rendition is None:
        yield Fault("bulletin", FaultCode.BULLETIN_UNKNOWN)
    elif setting.rendition.status == RenditionStatus.FAILED:
        yield Fault("bulletin", FaultCode.VOICE_FAILED, {"error": setting.rendition.error or ""})
    elif plan.status not in {None, setting.rendition.broadcast_status}:
        yield Fault("status", FaultCode.STATUS_DIFFERS, {"announced": setting.rendition.broadcast_status})


def _village_faults(plan: NewPlan, setting: _Setting) -> Iterator[Fault]:
    if not plan.villages:
        yield Fault("villages", FaultCode.NO_VILLAGE)
        return
    known = {row.id for row in setting.places.villages}
    unknown = [village for village in plan.villages if village not in known]
    yield from (Fault("villages", FaultCode.VILLAGE_UNKNOWN, {"village": village}) for village in unknown)
    if not unknown and not setting.audience.units:
        yield Fault("villages", FaultCode.NO_UNIT)


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


def _ever_sounds(rule: Rule, now: datetime) -> bool:
    """Whether a rule sounds in the coming year; its first date may lie further ahead."""
    first = datetime.combine(rule.start_date, datetime.min.time(), now.tzinfo) - timedelta(days=1)
    begin = max(now, first)
    return bool(occurrences(rule, begin, begin + timedelta(days=FARTHEST_DAYS)))


def _checked(session: Session, desk: Desk, plan: NewPlan, setting: _Setting) -> PlanCheck:
    clip = clip_of(session, setting.rendition)
    first = setting.starts[0] if setting.starts else None
    length = expected_length(setting.rendition, clip)
    return PlanCheck(
        faults=tuple(_faults(plan, setting)),
        units=_reached(session, desk, setting),
        villages=setting.places.village_names(list(plan.villages)),
        villages_without_unit=setting.places.village_names(list(setting.audience.unreached)),
        occurrences=setting.starts[:SHOWN_OCCURRENCES],
        occurrence_count=len(setting.starts),
        collisions=collisions(session, desk, _sittings(plan, setting, length), setting.places),
        duration_ms=clip.duration_ms if clip else None,
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
    ready = setting.rendition is not None and setting.rendition.status == RenditionStatus.READY
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
