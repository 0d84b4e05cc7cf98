"""After the last trouble is over and some hours have passed, everything that can heal has healed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from controller.domain.reconciliation import unanswered
from protocol.names import Stage
from tests.simulation.promises import Broken

if TYPE_CHECKING:
    from tests.simulation.commune import Commune
    from tests.simulation.unit import SimUnit


PLANS_HEALED_S = 2.5 * 3600
"""How long after the last trouble every unit holds the newest programme: two reports and their answers."""


def require_plans_held(commune: Commune) -> None:
    """Soon after the last trouble every unit holds the newest programme, without waiting for a new day's."""
    for unit in commune.units:
        _plan(commune, unit)


def require_healed(commune: Commune) -> None:
    """Every unit holds the newest programme, every order is answered or over, every receipt is stored, once."""
    for unit in commune.units:
        _plan(commune, unit)
        _receipts(commune, unit)
    _orders(commune)
    _outcomes(commune)


def _plan(commune: Commune, unit: SimUnit) -> None:
    row = commune.desk.books.programmes.get(unit.id)
    if unit.state is None or not unit.link:
        raise Broken("healing", unit, "it has not come back")
    held = None if unit.state.programme is None else unit.state.programme.version
    if row is None or held != row.version:
        raise Broken("healing", unit, f"it holds programme {held}; the newest is {row and row.version}")
    if unit.state.programme_bytes != row.signed:
        raise Broken("healing", unit, f"its programme {held} is another than the desk's of the same number")
    if (unit.state.delegation_bytes or b"") != commune.vault.signed:
        raise Broken("healing", unit, "it does not hold the delegation in force")
    if row.held_version != row.version:
        raise Broken("healing", unit, f"the desk believes that it holds {row.held_version}, it holds {held}")


def _receipts(commune: Commune, unit: SimUnit) -> None:
    name = (unit.id, unit.disk.journal)
    stored, written = commune.desk.books.receipts.get(name, {}), unit.disk.written
    if [stored.get(receipt.number) for receipt in written] != written:
        lost = [receipt.number for receipt in written if stored.get(receipt.number) != receipt]
        raise Broken("receipts", unit, f"the desk has not its receipts {lost}")
    if any(gap[:2] == name for gap in commune.desk.books.gaps):
        raise Broken("receipts", unit, "the desk has given up receipts that the unit still keeps")
    if len(stored) != len(written):
        raise Broken("receipts", unit, f"the desk has {len(stored)} receipts, {len(written)} were written")
    if unit.disk.receipts:
        raise Broken("receipts", unit, f"{len(unit.disk.receipts)} receipts are still not acknowledged")


def _orders(commune: Commune) -> None:
    now = commune.desk.now
    for row in commune.desk.books.orders.values():
        left = unanswered(row.targets, row.answered)
        if left and now <= row.not_after and row.published_at is not None:
            unit = commune.unit_named(left[0])
            if unit.trouble.free_since(commune.agenda.now - 600) and (now - row.published_at).total_seconds() > 60:
                raise Broken("healing", unit, f"{row.id} is still not answered")


def _outcomes(commune: Commune) -> None:
    """What the desk says was heard was heard, and what was heard to its end is known."""
    for (unit_id, broadcast), target in commune.desk.books.targets.items():
        unit = commune.unit_named(unit_id)
        sounds = [
            sound
            for life in commune.referee.lives.values()
            if life.unit == unit.name
            for sound in life.sounds.get(broadcast, ())
        ]
        finished = any(sound.end == "finished" for sound in sounds)
        if target.known.stage is Stage.FINISHED and not sounds:
            raise Broken("P-truth", unit, f"the desk says that {broadcast} was heard; it was not", broadcast)
        if (
            finished
            and unit.disks == 1
            and target.known.stage not in {Stage.FINISHED, Stage.INTERRUPTED}
            and unit.player.sound is None
        ):
            said = f"{broadcast} was heard to its end, and the desk knows only: {target.known.stage}"
            raise Broken("P-truth", unit, said, broadcast)
