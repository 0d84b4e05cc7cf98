"""From a unit's receipts to what is known of one broadcast at that unit.

Receipts may come late, repeated and in any order, so nothing is added up as they arrive: the whole set of receipts of
one broadcast is read again, put into order, and folded. The result depends on the set alone.

- Inside a journal the number orders; journals follow each other by their earliest time, then by name.
- What was heard is never unsaid: after `finished` nothing changes the stage, and `skipped` or `refused` do not replace
  sound that was heard before (a unit with a new card reports as skipped what its old card had played).
- A stage that this software does not know is kept in the table, and changes nothing here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from protocol.names import Stage

_HEARD = frozenset({Stage.STARTED, Stage.RESUMED, Stage.INTERRUPTED, Stage.FAILED})
_SILENT = frozenset({Stage.SKIPPED, Stage.REFUSED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One receipt about a broadcast."""

    journal: str
    number: int
    at: datetime
    stage: str
    reason: str | None = None
    played_ms: int | None = None
    of_ms: int | None = None
    error_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one broadcast at one unit; None is not known."""

    delivered_at: datetime | None = None
    """The earliest receipt: a unit that speaks of a broadcast has heard of it."""
    stored_at: datetime | None = None
    started_at: datetime | None = None
    stage: Stage | None = None
    stage_at: datetime | None = None
    reason: str | None = None
    played_ms: int | None = None
    of_ms: int | None = None
    error_us: int | None = None


def project(receipts: Iterable[Said]) -> Known:
    """Return what the receipts of one broadcast at one unit say together."""
    known = Known()
    for said in in_order(receipts):
        known = _told(known, said)
    return known


def in_order(receipts: Iterable[Said]) -> list[Said]:
    """Return each receipt once, in the order in which the unit wrote them."""
    once = {(said.journal, said.number): said for said in receipts}
    began: dict[str, datetime] = {}
    for said in once.values():
        began[said.journal] = min(said.at, began.get(said.journal, said.at))
    return sorted(once.values(), key=lambda said: (began[said.journal], said.journal, said.number))


def _told(known: Known, said: Said) -> Known:
    known = replace(known, delivered_at=min(said.at, known.delivered_at or said.at))
    if said.stage not in set(Stage):
        return known
    stage = Stage(said.stage)
    if stage is Stage.STORED:
        known = replace(known, stored_at=known.stored_at or said.at)
    if stage is Stage.STARTED and known.started_at is None:
        known = replace(known, started_at=said.at, error_us=said.error_us)
    return _staged(known, stage, said) if _counts(known.stage, stage) else known


def _counts(held: Stage | None, said: Stage) -> bool:
    """Whether a receipt moves the stage."""
    if held is Stage.FINISHED or said is Stage.APPLIED:
        return False
    if said is Stage.STORED:
        return held is None or held is Stage.REFUSED
    return not (held in _HEARD and said in _SILENT)


def _staged(known: Known, stage: Stage, said: Said) -> Known:
    return replace(
        known,
        stage=stage,
        stage_at=said.at,
        reason=said.reason,
        played_ms=known.played_ms if said.played_ms is None else said.played_ms,
        of_ms=known.of_ms if said.of_ms is None else said.of_ms,
    )
