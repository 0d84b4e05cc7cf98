"""What became of broadcasts: lists, and one broadcast with every unit's stages."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.domain.outcome import Outcome
from controller.domain.rendition import Language
from controller.records.bulletins import BulletinRow
from controller.records.plans import BroadcastRow, ScheduleRow, TargetRow
from controller.services.bulletin_views import author_name, renditions_of, renditions_view
from controller.services.contact import UnitNow, units_now
from controller.services.desk import Desk
from controller.services.reach import Places, places
from controller.services.schedule_rules import rule_of
from controller.services.sitting_views import certain, is_over, outcome_of, readiness_of, state_of, voice
from controller.services.sounds import Listening, items_of, listening
from controller.services.views import BroadcastView, ItemView, ScheduleView, Sitting, TargetView
from protocol.names import BroadcastId, Stage, UnitId
from schedules.recurrence import occurrences
from schedules.vocabulary import BroadcastClass, Status

SHOWN_OCCURRENCES = 5
_AHEAD = frozenset({Outcome.WAITING, Outcome.PLAYING})


def broadcast(desk: Desk, broadcast_id: str) -> BroadcastView | None:
    """Return one broadcast with its units, or None."""
    now = desk.clock()
    with desk.reading() as session:
        row = session.get(BroadcastRow, (desk.commune, broadcast_id))
        return None if row is None else _broadcast_view(session, desk, row, now)


def sittings(desk: Desk, *, since: datetime, until: datetime, limit: int = 200) -> tuple[Sitting, ...]:
    """Return the broadcasts that start in the window, by start."""
    window = select(BroadcastRow).where(
        BroadcastRow.commune == desk.commune, BroadcastRow.start >= since, BroadcastRow.start < until
    )
    with desk.reading() as session:
        rows = session.scalars(window.order_by(BroadcastRow.start, BroadcastRow.id).limit(limit)).all()
        return sittings_of(session, desk, rows, desk.clock())


def schedules(desk: Desk, *, ended: bool = False) -> tuple[ScheduleView, ...]:
    """Return the repeating plans, newest first; with `ended` also those that have ended."""
    now = desk.clock()
    rows = select(ScheduleRow, BulletinRow.title).join(
        BulletinRow, (BulletinRow.commune == ScheduleRow.commune) & (BulletinRow.id == ScheduleRow.bulletin)
    )
    wanted = rows.where(ScheduleRow.commune == desk.commune)
    if not ended:
        wanted = wanted.where(ScheduleRow.ended_at.is_(None))
    with desk.reading() as session:
        here = places(session, desk)
        found = session.execute(wanted.order_by(ScheduleRow.created_at.desc(), ScheduleRow.id)).all()
        return tuple(_schedule_view(session, desk, row, title, (here, now)) for row, title in found)


def sittings_of(session: Session, desk: Desk, rows: Sequence[BroadcastRow], now: datetime) -> tuple[Sitting, ...]:
    """Return what a list shows of these broadcasts, in their order."""
    here, units = places(session, desk), units_now(session, desk, now)
    bulletins = {row.bulletin for row in rows}
    titles = _titles(session, desk, bulletins)
    heard = listening(session, desk, bulletins, here)
    targets: defaultdict[str, list[TargetRow]] = defaultdict(list)
    wanted = select(TargetRow).where(
        TargetRow.commune == desk.commune, TargetRow.broadcast.in_([row.id for row in rows])
    )
    for target in session.scalars(wanted.order_by(TargetRow.unit)):
        targets[target.broadcast].append(target)
    return tuple(_sitting(desk, row, titles[row.bulletin], targets[row.id], (heard, here, units, now)) for row in rows)


def _titles(session: Session, desk: Desk, bulletins: set[str]) -> dict[str, str]:
    rows = select(BulletinRow.id, BulletinRow.title).where(
        BulletinRow.commune == desk.commune, BulletinRow.id.in_(bulletins)
    )
    return {row.id: row.title for row in session.execute(rows)}


def _sitting(
    desk: Desk,
    row: BroadcastRow,
    title: str,
    targets: list[TargetRow],
    setting: tuple[Listening, Places, dict[UnitId, UnitNow], datetime],
) -> Sitting:
    heard, here, units, now = setting
    sound = voice(heard, row, targets)
    over = is_over(desk, row, sound.duration_ms, now)
    return Sitting(
        broadcast=BroadcastId(row.id),
        title=title,
        class_=BroadcastClass(row.class_),
        status=Status(row.status),
        start=row.start,
        not_after=row.not_after,
        duration_ms=sound.duration_ms,
        state=state_of(row, [outcome_of(row, target, over=over) for target in targets], sound),
        villages=here.village_names(row.villages),
        units=tuple(here.unit_name(target.unit) for target in targets),
        ready=certain(row, targets, units, heard, over=over),
        of=len(targets),
        schedule=row.schedule,
        carried=sound.carried,
    )


def _broadcast_view(session: Session, desk: Desk, row: BroadcastRow, now: datetime) -> BroadcastView:
    here, units = places(session, desk), units_now(session, desk, now)
    heard = listening(session, desk, [row.bulletin], here)
    targets = session.scalars(
        select(TargetRow)
        .where(TargetRow.commune == desk.commune, TargetRow.broadcast == row.id)
        .order_by(TargetRow.unit)
    ).all()
    sound = voice(heard, row, targets)
    over = is_over(desk, row, sound.duration_ms, now)
    views = tuple(_target_view(row, target, units.get(UnitId(target.unit)), (heard, here, over)) for target in targets)
    renditions = renditions_view(session, renditions_of(session, desk.commune, row.bulletin))
    if not renditions:
        raise LookupError(f"bulletin {row.bulletin} has no rendition")
    return BroadcastView(
        id=BroadcastId(row.id),
        bulletin=row.bulletin,
        title=_titles(session, desk, {row.bulletin})[row.bulletin],
        class_=BroadcastClass(row.class_),
        status=Status(row.status),
        start=row.start,
        not_after=row.not_after,
        duration_ms=sound.duration_ms,
        state=state_of(row, [view.outcome for view in views], sound),
        immediate=row.immediate,
        schedule=row.schedule,
        author=author_name(session, desk.commune, row.author),
        created_at=row.created_at,
        cancelled_at=row.cancelled_at,
        villages=here.village_names(row.villages),
        targets=views,
        carried=sound.carried,
        rendition=renditions[0],
        renditions=renditions,
    )


def _target_view(
    row: BroadcastRow, target: TargetRow, unit: UnitNow | None, setting: tuple[Listening, Places, bool]
) -> TargetView:
    heard, here, over = setting
    found = outcome_of(row, target, over=over)
    stage = Stage(target.stage) if target.stage else None
    return TargetView(
        unit=UnitId(target.unit),
        unit_name=here.unit_name(target.unit),
        villages=here.villages_of(target.unit),
        delivered_at=target.delivered_at,
        stored_at=target.stored_at,
        started_at=target.started_at,
        finished_at=target.stage_at if stage is Stage.FINISHED else None,
        stage=stage,
        stage_at=target.stage_at,
        outcome=found,
        readiness=readiness_of(row, target, unit, heard) if found in _AHEAD else None,
        items=_items(row, target, heard),
        reason=target.reason,
        played_ms=target.played_ms,
        of_ms=target.of_ms,
        error_us=target.error_us,
        in_contact=unit is not None and unit.in_contact,
    )


def _items(row: BroadcastRow, target: TargetRow, heard: Listening) -> tuple[ItemView, ...]:
    """What it consists of at a unit: what it was when the unit began to play, or what it is by now."""
    parts = items_of(heard, row, target.unit) if target.items is None else target.items
    played_ms, begin, found = target.played_ms or 0, 0, []
    for language, duration_ms, gap_ms in parts:
        whole = target.stage == Stage.FINISHED or played_ms >= begin + duration_ms
        found.append(ItemView(language=Language(language), duration_ms=duration_ms, whole=whole))
        begin += duration_ms + gap_ms
    return tuple(found)


def _schedule_view(
    session: Session, desk: Desk, row: ScheduleRow, title: str, setting: tuple[Places, datetime]
) -> ScheduleView:
    here, now = setting
    rule = rule_of(row)
    upcoming = () if row.ended_at else occurrences(rule, now, now + desk.horizon)[:SHOWN_OCCURRENCES]
    return ScheduleView(
        id=row.id,
        bulletin=row.bulletin,
        title=title,
        rule=rule,
        class_=BroadcastClass(row.class_),
        status=Status(row.status),
        villages=here.village_names(row.villages),
        upcoming=upcoming,
        author=author_name(session, desk.commune, row.author),
        created_at=row.created_at,
        ended_at=row.ended_at,
    )
