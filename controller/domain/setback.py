"""When the controller went back in time: how that is noticed, and what a person chooses between.

A database that was restored from an older copy knows less than the units do. Then the units are the copy of the plan:
what one of them holds is signed by the commune's own key. Nothing is overwritten until a person has chosen.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from protocol.messages import PlannedBroadcast, Programme
from protocol.names import BroadcastId


class SetBack(StrEnum):
    """What shows that a unit knows more than the desk."""

    PROGRAMME = "programme"  # it holds a later version than the desk ever signed
    DELEGATION = "delegation"  # it holds a later delegation than the desk knows


class Choice(StrEnum):
    """What a person decides for a unit; `gone` is what the unit decided by holding no later plan any more."""

    KEEP = "keep"
    REPLACE = "replace"
    GONE = "gone"


HIGHEST_VERSION = 2**52
"""Who holds more than this can only be reached in a new epoch: there is no room to count on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """Where one side stands: the delegation it knows (None: none), its epoch, and the version of the programme."""

    serial: int | None
    epoch: int | None
    version: int | None


def set_back(unit: Standpoint, desk: Standpoint) -> SetBack | None:
    """Return what shows that the unit is ahead of the desk, or None.

    A `set_back` that the unit reports is not asked for: it only says that somebody sent it an older programme, which a
    hostile broker can do to a desk that is not behind. What it holds decides.
    """
    if (unit.serial or 0) > (desk.serial or 0) or (unit.epoch or 0) > (desk.epoch or 1):
        return SetBack.DELEGATION
    same_epoch = unit.epoch is None or unit.epoch == (desk.epoch or 1)
    if same_epoch and unit.version is not None and unit.version > (desk.version or 0):
        return SetBack.PROGRAMME
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A broadcast that the desk plans for the unit, from now on until the end of the programme held."""

    id: BroadcastId
    told: bool
    """Whether it stood in a programme of this unit, before this database went back."""
    schedule: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What a unit holds and the desk does not plan for it, the reverse, and what was taken back meanwhile."""

    unknown: tuple[PlannedBroadcast, ...]
    """Held there and still able to sound, by start; the desk does not know them for this unit."""
    lacking: tuple[BroadcastId, ...]
    """Planned here for this unit since this database went back, and so not held there."""
    cancelled: tuple[BroadcastId, ...]
    """Planned here, but taken back meanwhile: cancelled by name, or left out of the later programme."""
    ended: tuple[str, ...]
    """The repeating plans of which nothing is held any more."""


def difference(held: Programme, planned: Iterable[Planned], known: Collection[str], now: datetime) -> Difference:
    """Compare the programme held with what the desk plans for the unit.

    `known`: every broadcast of this unit in the database, also cancelled ones (those were taken back after the copy was
    restored, and stay so). A later programme without a broadcast that an earlier one had was made without it on
    purpose; when nothing of a repeating plan is left in it, the plan was ended.
    """
    there, named, ours = {one.id for one in held.broadcasts}, set(held.cancelled), tuple(planned)
    left_out = [one for one in ours if one.id not in there and one.told]
    going_on = {one.schedule for one in ours if one.id in there}
    ended = {one.schedule for one in left_out if one.schedule is not None and one.schedule not in going_on}
    back = {one.id for one in ours if one.id in named or one.schedule in ended} | {one.id for one in left_out}
    return Difference(
        unknown=tuple(one for one in held.broadcasts if one.id not in known and one.not_after >= now),
        lacking=tuple(one.id for one in ours if one.id not in there and one.id not in back),
        cancelled=tuple(one.id for one in ours if one.id in back),
        ended=tuple(sorted(ended)),
    )
