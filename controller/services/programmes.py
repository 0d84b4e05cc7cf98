"""Every unit's programme: rolled forward from the schedules, signed when it changed, published until it is held.

The broker only rings: what a unit should hold is in the database, and is published again when the unit reports to hold
something else, and after every reconnection. Nothing new is signed for a unit before this process has heard it, nor
while it holds a later plan than ours (`recovery`): what a database restored from an older copy does not know is not
replaced unseen.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from controller.domain import programme as rules
from controller.domain.audience import audience
from controller.domain.identity import occurrence_id
from controller.domain.reconciliation import Standing, may_sign, programme_due
from controller.records.places import UnitRow, UnitStateRow
from controller.records.plans import BroadcastRow, ProgrammeRow, ScheduleRow, TargetRow
from controller.services import delegations, phrases, recovery
from controller.services.carrying import Carried, carried
from controller.services.desk import Desk
from controller.services.playable import Playable, playable
from controller.services.reach import places
from controller.services.schedule_rules import rule_of
from controller.services.unit_settings import PLAIN, settings
from protocol.envelope import seal
from protocol.messages import PlannedBroadcast, Programme
from protocol.names import BroadcastId, UnitId
from schedules.lateness import default_not_after
from schedules.recurrence import occurrences
from schedules.vocabulary import BroadcastClass

NEAR = timedelta(days=1)
"""A broadcast that was cancelled less than this before its start is named as cancelled; absence revokes the others."""


def roll(desk: Desk, now: datetime) -> tuple[UnitId, ...]:
    """Make the coming broadcasts of the schedules, and sign and publish the programmes that changed; return whose."""
    begin, until = rules.window(now, desk.horizon)
    with desk.writing() as session:
        made = _occur(session, desk, now, until)
        signed = _sign_changed(session, desk, now, begin, until)
    for unit, data in signed.items():
        desk.doorbell.programme(unit, data)
    if made or signed:
        desk.changes.announce("home", "units", "broadcasts")
    return tuple(signed)


def resend(desk: Desk, now: datetime) -> tuple[UnitId, ...]:
    """Publish again to units that reported, after the last publication, to hold another version; return to whom."""
    with desk.reading() as session:
        if not any(_due(session, desk, now)):
            return ()
    with desk.writing() as session:
        return _publish(desk, _due(session, desk, now), now)


def publish_all(desk: Desk, now: datetime) -> tuple[UnitId, ...]:
    """Publish every programme again: the broker was reached anew, and may have forgotten all."""
    with desk.writing() as session:
        rows = session.scalars(_programmes(desk)).all()
        return _publish(desk, rows, now)


def _due(session: Session, desk: Desk, now: datetime) -> list[ProgrammeRow]:
    rows = session.execute(
        select(ProgrammeRow, UnitStateRow)
        .join(UnitStateRow, (UnitStateRow.commune == ProgrammeRow.commune) & (UnitStateRow.unit == ProgrammeRow.unit))
        .where(
            ProgrammeRow.commune == desk.commune,
            ProgrammeRow.held_version.is_(None) | (ProgrammeRow.held_version != ProgrammeRow.version),
        )
        .order_by(ProgrammeRow.unit)
    ).all()
    frozen, witnessed = recovery.frozen(session, desk), recovery.witnessed(session, desk)
    patience = timedelta(seconds=desk.settings.resend_after_s)
    standing = (
        (row, _standing(row, state, set_back=row.unit in frozen, evidence=row.unit in witnessed)) for row, state in rows
    )
    return [row for row, one in standing if programme_due(one, now, patience)]


def _standing(row: ProgrammeRow, state: UnitStateRow, *, set_back: bool, evidence: bool) -> Standing:
    return Standing(
        version=row.version,
        published_at=row.published_at,
        held_version=row.held_version,
        reported_at=state.received_at,
        online=state.online,
        set_back=set_back,
        evidence=evidence,
    )


def _publish(desk: Desk, rows: Iterable[ProgrammeRow], now: datetime) -> tuple[UnitId, ...]:
    """Ring before the commit: should it fail, the programme is only published once more."""
    rung = []
    for row in rows:
        row.published_at = now
        desk.doorbell.programme(UnitId(row.unit), row.signed)
        rung.append(UnitId(row.unit))
    return tuple(rung)


def _occur(session: Session, desk: Desk, now: datetime, until: datetime) -> int:
    """Make the broadcasts that the schedules give and that are not there yet, and say how many."""
    active = select(ScheduleRow).where(ScheduleRow.commune == desk.commune, ScheduleRow.ended_at.is_(None))
    schedules = session.scalars(active).all()
    if not schedules:
        return 0
    covered = places(session, desk).coverage
    return sum(_occur_one(session, desk, row, (now, until), covered) for row in schedules)


def _occur_one(
    session: Session,
    desk: Desk,
    schedule: ScheduleRow,
    span: tuple[datetime, datetime],
    covered: dict[str, tuple[UnitId, ...]],
) -> int:
    now, until = span
    class_ = BroadcastClass(schedule.class_)
    grace = default_not_after(class_, now) - now
    since = max(schedule.created_at, now - grace)
    known = set(
        session.scalars(
            select(BroadcastRow.start).where(
                BroadcastRow.commune == desk.commune,
                BroadcastRow.schedule == schedule.id,
                BroadcastRow.start >= since,
            )
        )
    )
    missing = [start for start in occurrences(rule_of(schedule), since, until) if start not in known]
    units = audience(schedule.villages, covered).units
    session.add_all(_occurrence(desk, schedule, start, now) for start in missing)
    session.flush()
    session.add_all(
        TargetRow(commune=desk.commune, broadcast=occurrence_id(schedule.id, start), unit=unit)
        for start in missing
        for unit in units
    )
    return len(missing)


def _occurrence(desk: Desk, schedule: ScheduleRow, start: datetime, now: datetime) -> BroadcastRow:
    return BroadcastRow(
        commune=desk.commune,
        id=occurrence_id(schedule.id, start),
        bulletin=schedule.bulletin,
        schedule=schedule.id,
        start=start,
        not_after=default_not_after(BroadcastClass(schedule.class_), start),
        class_=schedule.class_,
        status=schedule.status,
        villages=schedule.villages,
        author=schedule.author,
        created_at=now,
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is planned in the window, over all units."""

    planned: Mapping[str, Playable | Carried]
    ends: Mapping[str, datetime]
    by_unit: Mapping[str, list[str]]
    fresh: Mapping[str, list[str]]
    """Those that stood in no programme yet."""

    def at(self, unit: str) -> Iterator[PlannedBroadcast]:
        """Yield what is planned for a unit, each in the languages of its villages."""
        found = (self.planned[one].at(unit) for one in self.by_unit.get(unit, ()) if one in self.planned)
        return (message for message in found if message is not None)


def _sign_changed(session: Session, desk: Desk, now: datetime, begin: datetime, until: datetime) -> dict[UnitId, bytes]:
    plan = _plan(session, desk, begin, until)
    held = {row.unit: row for row in session.scalars(_programmes(desk))}
    signed: dict[UnitId, bytes] = {}
    for unit, terms in _terms(session, desk).items():
        content = rules.content(
            plan.at(unit),
            ((plan.ends[one], BroadcastId(one)) for one in plan.by_unit.get(unit, ()) if one in plan.ends),
            terms=terms,
            until=until,
        )
        row = _sign(session, desk, unit, content, (held.get(unit), now))
        if row is not None:
            signed[unit] = row.signed
            _mark(session, desk, row, set(plan.fresh.get(unit, ())) & {one.id for one in content.broadcasts})
    return signed


def _plan(session: Session, desk: Desk, begin: datetime, until: datetime) -> _Plan:
    within = _within(begin, until)
    planned: dict[str, Playable | Carried] = {one.id: one for one in playable(session, desk, *within)}
    planned |= carried(session, desk, *within)
    by_unit: defaultdict[str, list[str]] = defaultdict(list)
    fresh: defaultdict[str, list[str]] = defaultdict(list)
    for unit, broadcast, version in _targets(session, desk, begin, until):
        by_unit[unit].append(broadcast)
        if version is None and broadcast in planned:
            fresh[unit].append(broadcast)
    return _Plan(planned, _cancelled(session, desk, begin, until), by_unit, fresh)


def _terms(session: Session, desk: Desk) -> dict[UnitId, rules.Terms]:
    """The terms of every unit that may be signed for now."""
    delegation = delegations.current(session, desk)
    own, pinned, frozen = settings(session, desk), phrases.pins(session, desk), recovery.frozen(session, desk)
    units = session.execute(
        select(UnitRow.id, UnitRow.volume, UnitStateRow.received_at)
        .outerjoin(UnitStateRow, (UnitStateRow.commune == UnitRow.commune) & (UnitStateRow.unit == UnitRow.id))
        .where(UnitRow.commune == desk.commune, UnitRow.revoked_at.is_(None))
        .order_by(UnitRow.id)
    )
    return {
        UnitId(unit): rules.Terms(
            volume=volume,
            epoch=delegation.epoch if delegation else 1,
            hours=own.get(UnitId(unit), PLAIN).hours,
            pinned=pinned.at(unit),
            downloads=own.get(UnitId(unit), PLAIN).downloads,
        )
        for unit, volume, reported_at in units
        if may_sign(reported_at, desk.started_at, set_back=unit in frozen)
    }


def _sign(
    session: Session,
    desk: Desk,
    unit: UnitId,
    content: rules.Content,
    last: tuple[ProgrammeRow | None, datetime],
) -> ProgrammeRow | None:
    """Sign the programme of a unit, if it differs from the last one. A new epoch counts on where the last one ended."""
    row, now = last
    terms = content.terms
    if row is not None and row.digest == content.digest and row.epoch == terms.epoch:
        return None
    if row is None:
        row = ProgrammeRow(
            commune=desk.commune,
            unit=unit,
            epoch=terms.epoch,
            version=0,
            digest="",
            signed=b"",
            issued_at=now,
            until=now,
        )
        session.add(row)
    if row.epoch != terms.epoch:
        row.epoch, row.held_version = terms.epoch, None
    row.version += 1
    message = Programme(
        commune=desk.commune,
        unit=unit,
        epoch=terms.epoch,
        version=row.version,
        issued_at=now,
        until=content.until,
        volume=terms.volume,
        hours=terms.hours,
        pinned=terms.pinned,
        downloads=terms.downloads,
        broadcasts=content.broadcasts,
        cancelled=content.cancelled,
        must=terms.must,
    )
    row.digest, row.signed = content.digest, seal(message, desk.schedule_key)
    row.issued_at, row.until, row.published_at = now, content.until, now
    return row


def _mark(session: Session, desk: Desk, row: ProgrammeRow, broadcasts: set[str]) -> None:
    """Write down in which version each broadcast first stood."""
    if broadcasts:
        session.execute(
            update(TargetRow)
            .where(
                TargetRow.commune == desk.commune,
                TargetRow.unit == row.unit,
                TargetRow.broadcast.in_(broadcasts),
                TargetRow.programme_version.is_(None),
            )
            .values(programme_version=row.version)
            .execution_options(synchronize_session=False)
        )


def _within(begin: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    """The broadcasts that belong into a programme; emergencies never do: its key may not sign them."""
    return (
        BroadcastRow.not_after >= begin,
        BroadcastRow.start < until,
        BroadcastRow.class_ != BroadcastClass.EMERGENCY,
    )


def _cancelled(session: Session, desk: Desk, begin: datetime, until: datetime) -> dict[str, datetime]:
    """The cancelled broadcasts that a unit may have in another way than by its programme, or may be playing."""
    rows = session.execute(
        select(
            BroadcastRow.id,
            BroadcastRow.start,
            BroadcastRow.not_after,
            BroadcastRow.cancelled_at,
            BroadcastRow.ordered_at,
        ).where(BroadcastRow.commune == desk.commune, BroadcastRow.cancelled_at.is_not(None), *_within(begin, until))
    )
    return {
        broadcast: not_after
        for broadcast, start, not_after, cancelled_at, ordered_at in rows
        if ordered_at is not None or (cancelled_at is not None and cancelled_at > start - NEAR)
    }


def _targets(session: Session, desk: Desk, begin: datetime, until: datetime) -> Iterable[tuple[str, str, int | None]]:
    rows = session.execute(
        select(TargetRow.unit, TargetRow.broadcast, TargetRow.programme_version)
        .join(BroadcastRow, (BroadcastRow.commune == TargetRow.commune) & (BroadcastRow.id == TargetRow.broadcast))
        .where(TargetRow.commune == desk.commune, *_within(begin, until))
    )
    return ((unit, broadcast, version) for unit, broadcast, version in rows)


def _programmes(desk: Desk) -> Select[ProgrammeRow]:
    return select(ProgrammeRow).where(ProgrammeRow.commune == desk.commune).order_by(ProgrammeRow.unit)
