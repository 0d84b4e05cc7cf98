"""A broadcast in four numbers, and the stages of one unit as marks that are filled on evidence only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from controller.domain.outcome import Outcome
from controller.services.views import TargetView


@dataclass(frozen=True, slots=True)
class Count:
    """How many units are in one state; `look` is the colour, `word` the key of the name."""

    word: str
    look: str
    count: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the four stages at a unit; `look` is done, now, warn, bad, unknown or nothing yet."""

    word: str
    look: str
    at: datetime | None


def tally(targets: Iterable[TargetView]) -> tuple[Count, ...]:
    """The numbers that say at a glance how a broadcast went; those that are zero are left out."""
    units = tuple(targets)
    kinds = (
        ("tally-heard", "ok", {Outcome.HEARD}),
        ("tally-playing", "info", {Outcome.PLAYING}),
        ("tally-partly", "warn", {Outcome.PARTLY}),
        ("tally-missed", "bad", {Outcome.MISSED}),
        ("tally-unknown", "warn", {Outcome.UNKNOWN}),
        ("tally-cancelled", "", {Outcome.CANCELLED}),
    )
    waiting = [unit for unit in units if unit.outcome is Outcome.WAITING]
    ready = sum(unit.readiness is not None and unit.readiness.certain for unit in waiting)
    counts = [Count("tally-ready", "ok", ready), Count("tally-waiting", "warn", len(waiting) - ready)]
    counts += [Count(word, look, sum(unit.outcome in found for unit in units)) for word, look, found in kinds]
    return tuple(count for count in counts if count.count)


def marks(target: TargetView) -> tuple[Mark, ...]:
    """The four stages in order: delivered, ready, playing, played."""
    delivered = target.delivered_at or target.stored_at or target.started_at
    return (
        Mark("mark-delivered", _passed(delivered), target.delivered_at),
        Mark("mark-stored", _passed(target.stored_at or target.started_at), target.stored_at),
        _started(target),
        _finished(target),
    )


def _passed(at: datetime | None) -> str:
    return "done" if at else ""


def _started(target: TargetView) -> Mark:
    if target.outcome is Outcome.PLAYING:
        return Mark("mark-started", "now", target.started_at)
    if target.started_at is None and target.outcome is Outcome.MISSED:
        return Mark("outcome-missed", "bad", target.stage_at)
    if target.started_at is None and target.outcome is Outcome.UNKNOWN:
        return Mark("mark-started", "unknown", None)
    return Mark("mark-started", _passed(target.started_at), target.started_at)


def _finished(target: TargetView) -> Mark:
    if target.outcome is Outcome.PARTLY:
        return Mark("outcome-partly", "warn", target.stage_at)
    if target.outcome is Outcome.MISSED and target.started_at is not None:
        return Mark("outcome-missed", "bad", target.stage_at)
    looks = {Outcome.HEARD: "done", Outcome.UNKNOWN: "unknown"}
    return Mark("mark-finished", looks.get(target.outcome, ""), target.finished_at)
