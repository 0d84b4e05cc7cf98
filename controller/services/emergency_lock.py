"""The lock before the emergency key: a person types the code, and may start emergencies for some minutes.

The code is a second factor: neither a stolen password, nor the token of the JSON interface, nor a copy of the data
folder starts an emergency without it. Who opened it has opened it for himself only. The opened key is in memory alone.
Stopping and cancelling never need it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.domain import throttle, unlocking
from controller.services.attempts import Throttled, count_attempt, forget_attempts
from controller.services.desk import Desk
from controller.services.emergency_code import LONGEST
from controller.services.faults import Fault, FaultCode, Invalid
from controller.services.ports import KeyTrouble, WrongCode
from controller.services.views import User
from protocol.names import KeyId

__all__ = ["EmergencyLock", "Throttled", "lock", "refusal", "state", "unlock"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class EmergencyLock:
    """How the lock is for one person. `usable`: there is an emergency key, and a code closes it."""

    usable: bool
    open_until: datetime | None


def state(desk: Desk, user: User, now: datetime) -> EmergencyLock:
    """Return how the lock is for this person."""
    opening = desk.keys.opening(user.id, now)
    key = desk.keys.emergency_id
    usable = key is not None and desk.keys.vault.emergency_closed(key) is True
    return EmergencyLock(usable, opening.until if opening else None)


def unlock(desk: Desk, user: User, *, code: str) -> datetime:
    """Open the emergency key for this person and return until when.

    Raises:
        Invalid: the code is wrong (CODE_WRONG), or there is no key that it could open (EMERGENCY_UNUSABLE).
        Throttled: too many wrong codes of this person.
    """
    now = desk.clock()
    subjects = {f"emergency:{user.id}": throttle.FREE_BY_NAME}
    key = _key(desk)
    with desk.writing() as session:
        count_attempt(session, desk, subjects, now)
    try:
        opened = desk.keys.vault.open_emergency(key, code[:LONGEST])
    except WrongCode as error:
        log.warning("a wrong emergency code of %s", user.id)
        raise Invalid(Fault("code", FaultCode.CODE_WRONG)) from error
    except KeyTrouble as error:
        raise Invalid(Fault("", FaultCode.EMERGENCY_UNUSABLE)) from error
    opening = unlocking.opened(now, timedelta(seconds=desk.settings.emergency_open_s))
    if not desk.keys.open(user.id, opened, opening):
        raise Invalid(Fault("", FaultCode.EMERGENCY_UNUSABLE))
    with desk.writing() as session:
        forget_attempts(session, desk, subjects)
    log.warning("the emergency key is open for %s until %s", user.id, opening.until)
    desk.kick("roll")
    desk.changes.announce("home", "broadcasts")
    return opening.until


def lock(desk: Desk, user: User) -> None:
    """Close it for everybody, at once."""
    desk.keys.close()
    log.warning("the emergency key was closed by %s", user.id)
    desk.changes.announce("home")


def refusal(desk: Desk, user: User, now: datetime) -> Fault | None:
    """Return why this person may not start an emergency now, or None when he may."""
    return None if desk.keys.opening(user.id, now) else Fault("class", FaultCode.EMERGENCY_LOCKED)


def _key(desk: Desk) -> KeyId:
    key = desk.keys.emergency_id
    if key is None or desk.keys.vault.emergency_closed(key) is not True:
        raise Invalid(Fault("", FaultCode.EMERGENCY_UNUSABLE))
    return key
