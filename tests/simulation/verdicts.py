"""What the simulated desk says of air time: will this unit play this broadcast? By the controller's own rule."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from controller.domain.contact import Heard, in_contact
from controller.domain.limits import Wanted, allowed
from controller.domain.readiness import TargetFacts, UnitFacts, Verdict, readiness
from tests.simulation.books import BroadcastRow, ProgrammeRow

if TYPE_CHECKING:
    from protocol.names import BroadcastId, UnitId
    from tests.simulation.desk import Desk

LOST_AFTER = timedelta(hours=2.5)
"""Two and a half reports, as in the real commune, where they come every 30 s."""


def verdict(desk: Desk, unit: UnitId, id_: BroadcastId) -> Verdict:
    """The verdict by all that the desk was told."""
    row, state = desk.books.broadcasts[id_], desk.books.states.get(unit)
    if state is None:
        return Verdict.NOT_READY
    said, programme = state.state, desk.books.programmes.get(unit, ProgrammeRow())
    facts = UnitFacts(
        seen_at=state.received_at,
        in_contact=in_contact(Heard(state.received_at, state.online), desk.now, desk.started_at, LOST_AFTER),
        allowed=allowed(desk.vault.caps),
        set_back=unit in desk.books.setbacks,
        delegation_held=said.delegation == desk.vault.in_force.serial,
        obeys_nobody=said.delegation is None,
        held_version=programme.held_version,
        clock=said.clock,
        dispute_s=said.clock_dispute_s,
        disk=said.disk,
        sound_ok=said.sound_ok,
        coming=said.coming,
    )
    return readiness(facts, _target(desk, unit, row)).verdict


def _target(desk: Desk, unit: UnitId, row: BroadcastRow) -> TargetFacts:
    message, target = row.message, desk.books.targets[unit, row.message.id]
    wanted = Wanted(
        start=message.start,
        not_after=message.not_after,
        length=timedelta(milliseconds=message.duration_ms),
        class_=message.class_,
        status=message.status,
    )
    return TargetFacts(
        wanted=wanted,
        voice_ready=True,
        voice_failed=False,
        programme_version=target.programme_version,
        delivered=target.delivered_at is not None or target.known.delivered_at is not None,
        stored=target.known.stored_at is not None,
        ordered=row.ordered_at is not None,
        clips=tuple(item.clip for item in message.items),
    )
