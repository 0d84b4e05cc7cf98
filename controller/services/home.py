"""The first page: what is on air, what comes in the next 24 hours, how every unit is. All alarms: see `alarms`."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from controller.records.bulletins import BulletinRow
from controller.records.places import CommuneRow
from controller.records.plans import BroadcastRow, TargetRow
from controller.services.alarms import open_alarms
from controller.services.contact import UnitNow, units_now
from controller.services.desk import Desk
from controller.services.reach import places
from controller.services.results import sittings_of
from controller.services.unit_list import card
from controller.services.views import Home, OnAir
from protocol.names import BroadcastId, UnitId
from schedules.vocabulary import BroadcastClass, Status

DAY = timedelta(hours=24)
SHOWN_RECENT = 10


def home(desk: Desk) -> Home:
    """Return the first page."""
    now = desk.clock()
    with desk.reading() as session:
        here, units = places(session, desk), units_now(session, desk, now)
        commune = session.get(CommuneRow, desk.commune)
        return Home(
            commune_name=commune.name if commune else desk.commune,
            now=now,
            connected=desk.doorbell.connected_since is not None,
            on_air=_on_air(session, desk, units),
            next_24h=sittings_of(session, desk, _coming(session, desk, now), now),
            recent=sittings_of(session, desk, _past(session, desk, now), now),
            units=tuple(card(session, here, unit) for unit in units.values()),
            alarms=open_alarms(session, desk),
        )


def _on_air(session: Session, desk: Desk, units: dict[UnitId, UnitNow]) -> tuple[OnAir, ...]:
    """What units in contact report to play; a unit that is lost is not said to play."""
    playing: defaultdict[BroadcastId, list[UnitNow]] = defaultdict(list)
    for unit in units.values():
        if unit.in_contact and unit.state and unit.state.playing:
            playing[unit.state.playing].append(unit)
    found = (_one_on_air(session, desk, broadcast, at) for broadcast, at in playing.items())
    return tuple(one for one in found if one is not None)


def _one_on_air(session: Session, desk: Desk, broadcast: BroadcastId, at: Iterable[UnitNow]) -> OnAir | None:
    row = session.get(BroadcastRow, (desk.commune, broadcast))
    if row is None:
        return None
    bulletin = session.get_one(BulletinRow, (desk.commune, row.bulletin))
    started = select(TargetRow.started_at).where(
        TargetRow.commune == desk.commune, TargetRow.broadcast == broadcast, TargetRow.started_at.is_not(None)
    )
    return OnAir(
        broadcast=broadcast,
        title=bulletin.title,
        class_=BroadcastClass(row.class_),
        status=Status(row.status),
        since=session.scalar(started.order_by(TargetRow.started_at).limit(1)),
        units=tuple(unit.row.name for unit in at),
    )


def _coming(session: Session, desk: Desk, now: datetime) -> Sequence[BroadcastRow]:
    """Those ahead, and those that wait for their voice."""
    rows = select(BroadcastRow).where(
        BroadcastRow.commune == desk.commune,
        BroadcastRow.cancelled_at.is_(None),
        or_(BroadcastRow.waiting.is_(True), (BroadcastRow.start >= now) & (BroadcastRow.start < now + DAY)),
    )
    return session.scalars(rows.order_by(BroadcastRow.start, BroadcastRow.id)).all()


def _past(session: Session, desk: Desk, now: datetime) -> Sequence[BroadcastRow]:
    rows = select(BroadcastRow).where(
        BroadcastRow.commune == desk.commune,
        BroadcastRow.waiting.is_(False),
        BroadcastRow.start < now,
        BroadcastRow.start >= now - DAY,
    )
    newest = rows.order_by(BroadcastRow.start.desc(), BroadcastRow.id).limit(SHOWN_RECENT)
    return session.scalars(newest).all()
