"""The watch: what is wrong is on the officer's screen within 100 seconds (P-fault), and goes when it is mended."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.domain.outcome import Evidence, Outcome, outcome
from controller.records.plans import BroadcastRow, TargetRow
from controller.services import forewarning
from controller.services.alarms import Cause, clear_alarm, open_causes, raise_alarm, shortened
from controller.services.contact import UnitNow, units_now
from controller.services.desk import Desk
from controller.services.forewarning import Finding
from controller.services.reach import places
from controller.services.sitting_views import over_at
from controller.services.sounds import listening
from controller.services.views import AlarmKind
from protocol.names import BroadcastId, Stage, UnitId

LOOK_BACK = timedelta(days=3)
"""How long after its start a broadcast is still watched."""
BROKER_PATIENCE = timedelta(seconds=15)
"""How long after the start of the controller the broker may be absent without an alarm."""
_SETTLED = frozenset({Stage.FINISHED, Stage.INTERRUPTED})


def watch(desk: Desk, now: datetime) -> bool:
    """Raise and clear alarms; return whether any changed.

    Only what is news takes the database's one write lock, which every receipt waits for.
    """
    with desk.reading() as session:
        open_ = open_causes(session, desk)
        news = [each for each in _findings(session, desk, now) if _is_news(each, open_)]
    if not news:
        return False
    with desk.writing() as session:
        changed = [_settle(session, desk, finding, now) for finding in news]
    if any(changed):
        desk.changes.announce("alarms", "home", "units", "broadcasts")
    return any(changed)


def _is_news(finding: Finding, open_: Mapping[Cause, str]) -> bool:
    """Whether it may differ from the alarms that are open, each with its detail."""
    if not finding.stands:
        return finding.cause in open_
    return open_.get(finding.cause) != shortened(finding.detail)


def _settle(session: Session, desk: Desk, finding: Finding, now: datetime) -> bool:
    if finding.stands:
        return raise_alarm(session, desk, finding.cause, now, finding.detail)
    return clear_alarm(session, desk, finding.cause, now)


def _findings(session: Session, desk: Desk, now: datetime) -> Iterable[Finding]:
    connected = desk.doorbell.connected_since is not None
    yield Finding(Cause(AlarmKind.BROKER_ABSENT), not connected and now - desk.started_at > BROKER_PATIENCE)
    units = units_now(session, desk, now)
    if connected:
        for unit in units.values():
            yield from _of_unit(unit, now)
    yield from forewarning.of_desk(units)
    yield from forewarning.of_plans(session, desk, units, now)
    yield from _of_broadcasts(session, desk, now)


def _of_unit(unit: UnitNow, now: datetime) -> Iterable[Finding]:
    """While the broker is not reached nothing is known of units, and one alarm says so for all."""
    if unit.state is None:
        return
    yield Finding(Cause(AlarmKind.UNIT_LOST, unit.id), not unit.in_contact)
    yield from forewarning.of_unit(unit, now)


def _of_broadcasts(session: Session, desk: Desk, now: datetime) -> Iterable[Finding]:
    rows = session.execute(
        select(BroadcastRow, TargetRow)
        .join(TargetRow, (TargetRow.commune == BroadcastRow.commune) & (TargetRow.broadcast == BroadcastRow.id))
        .where(
            BroadcastRow.commune == desk.commune,
            BroadcastRow.waiting.is_(False),
            BroadcastRow.cancelled_at.is_(None),
            BroadcastRow.start <= now,
            BroadcastRow.start > now - LOOK_BACK,
            TargetRow.stage.is_(None) | TargetRow.stage.not_in(_SETTLED),
        )
    ).all()
    if not rows:
        return
    heard = listening(session, desk, {broadcast.bulletin for broadcast, _ in rows}, places(session, desk))
    for broadcast, target in rows:
        over = now > over_at(desk, broadcast, heard.longest_ms(broadcast.bulletin, broadcast.villages))
        yield from _of_target(target, over=over)


def _of_target(target: TargetRow, *, over: bool) -> Iterable[Finding]:
    """Only what stands: receipts clear these alarms, and a person puts them away."""
    stage = Stage(target.stage) if target.stage else None
    found = outcome(Evidence(stage, target.reason, target.played_ms), cancelled=False, over=over)
    unit, broadcast = UnitId(target.unit), BroadcastId(target.broadcast)
    if found is Outcome.UNKNOWN:
        yield Finding(Cause(AlarmKind.BROADCAST_UNCONFIRMED, unit, broadcast), stands=True)
    if found is Outcome.MISSED or (found is Outcome.PARTLY and stage is Stage.FAILED):
        yield Finding(Cause(AlarmKind.BROADCAST_MISSED, unit, broadcast), stands=True, detail=target.reason or "")
