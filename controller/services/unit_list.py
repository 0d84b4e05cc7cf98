"""The units and villages of the commune, as they are now."""

from sqlalchemy.orm import Session

from controller.records.bulletins import BulletinRow
from controller.records.plans import BroadcastRow
from controller.services.contact import UnitNow, units_now
from controller.services.desk import Desk
from controller.services.reach import Places, languages_of, places
from controller.services.views import Health, UnitCard, VillageView
from protocol.messages import UnitState
from protocol.names import ClockTrust, DiskHealth


def units(desk: Desk) -> tuple[UnitCard, ...]:
    """Return every unit, by name."""
    with desk.reading() as session:
        here = places(session, desk)
        return tuple(card(session, here, unit) for unit in units_now(session, desk, desk.clock()).values())


def unit(desk: Desk, unit_id: str) -> UnitCard | None:
    """Return one unit, or None."""
    return next((found for found in units(desk) if found.id == unit_id), None)


def villages(desk: Desk) -> tuple[VillageView, ...]:
    """Return every village, in the commune's order."""
    with desk.reading() as session:
        here = places(session, desk)
    return tuple(
        VillageView(
            id=row.id,
            name=row.name,
            households=row.households,
            languages=languages_of(row),
            units=here.coverage.get(row.id, ()),
        )
        for row in here.villages
    )


def clips_held_up(state: UnitState) -> bool:
    """Whether a clip that the unit lacks is kept back by something. One that is merely on its way is no trouble yet.

    A broadcast that is near and lacks a clip is told apart (`forewarning`).
    """
    return state.missing_clips > 0 and (not state.coming or any(one.reason is not None for one in state.coming))


def health(unit: UnitNow) -> Health:
    """Return how a unit is, in one word."""
    if unit.row.revoked_at is not None:
        return Health.REVOKED
    if unit.state is None:
        return Health.NEVER
    if not unit.in_contact:
        return Health.LOST
    troubled = (
        not unit.state.sound_ok
        or unit.state.clock is not ClockTrust.TRUSTED
        or clips_held_up(unit.state)
        or bool(unit.state.undervoltage)
        or (unit.programme is not None and not unit.programme_held)
        or unit.state.disk is not DiskHealth.OK
        or unit.state.clock_dispute_s is not None
        or unit.set_back
        or not unit.delegation_held
    )
    return Health.WARN if troubled else Health.OK


def card(session: Session, here: Places, unit: UnitNow) -> UnitCard:
    """Return what a page shows of a unit."""
    state = unit.state
    return UnitCard(
        id=unit.id,
        name=unit.row.name,
        villages=here.villages_of(unit.id),
        health=health(unit),
        last_seen=unit.received_at,
        volume=unit.row.volume,
        playing=_title(session, unit) if unit.in_contact else None,
        playing_broadcast=state.playing if state and unit.in_contact else None,
        clock=state.clock if state else None,
        relay=state.relay if state else None,
        sound_ok=state.sound_ok if state else None,
        simulated=state.simulated if state else False,
        pending_receipts=state.pending_receipts if state else 0,
        missing_clips=state.missing_clips if state else 0,
        clips_held_up=state is not None and clips_held_up(state),
        missing_bytes=state.missing_bytes if state else 0,
        programme_held=unit.programme_held,
        temperature_c=state.temperature_c if state else None,
        undervoltage=state.undervoltage if state else None,
        disk_free_bytes=state.disk_free_bytes if state else None,
        refused=state.refused if state else 0,
        last_refusal=_why(state.last_refusal) if state else None,
        software=state.software if state else None,
        revoked=unit.row.revoked_at is not None,
        set_back=unit.set_back,
        delegation_held=unit.delegation_held,
        disk=state.disk if state else None,
        clock_error_ms=state.clock_error_ms if state else None,
        clock_dispute_s=state.clock_dispute_s if state else None,
        coming=state.coming if state else (),
        month_bytes=state.month_bytes if state else None,
        own_hours=unit.settings.hours,
        allowed_hours=unit.allowed.hours,
        downloads=unit.settings.downloads,
    )


def _title(session: Session, unit: UnitNow) -> str | None:
    if unit.state is None or unit.state.playing is None:
        return None
    broadcast = session.get(BroadcastRow, (unit.row.commune, unit.state.playing))
    bulletin = session.get(BulletinRow, (unit.row.commune, broadcast.bulletin)) if broadcast else None
    return bulletin.title if bulletin else unit.state.playing


def _why(last_refusal: str | None) -> str | None:
    """The reason of a refusal as a unit reports it, "order: replayed"."""
    return last_refusal.rpartition(": ")[2] if last_refusal else None
