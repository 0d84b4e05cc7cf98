"""Who works at the desk: accounts, signing in with a growing delay, and sessions that end when the password changes."""

import re
import unicodedata
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from controller.domain import throttle
from controller.records.people import UserRow
from controller.services.attempts import Throttled, count_attempt, forget_attempts
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid, refuse
from controller.services.views import User

__all__ = ["Throttled", "WrongPassword", "change_password", "create_user", "fold", "sign_in", "user_of"]

LEAST_PASSWORD = 10
LONGEST_PASSWORD = 200
"""Characters; a longer one is refused, because hashing costs time in proportion."""
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
_HASHER = PasswordHasher()


class WrongPassword(Exception):
    """Name or password do not match; it is not said which."""


def create_user(desk: Desk, *, name: str, shown_name: str, password: str) -> User:
    """Add a person; `Invalid` (name, password). Names are compared in lower case."""
    name = fold(name)
    faults = [] if _NAME.fullmatch(name) else [Fault("name", FaultCode.NAME_INVALID)]
    refuse([*faults, *_password_faults("password", password)])
    hashed = _HASHER.hash(password)
    with desk.writing() as session:
        if _named(session, desk, name) is not None:
            raise Invalid(Fault("name", FaultCode.NAME_TAKEN, {"name": name}))
        row = UserRow(
            commune=desk.commune,
            id=desk.new_id("user"),
            name=name,
            shown_name=unicodedata.normalize("NFC", shown_name.strip() or name)[:200],
            password_hash=hashed,
            session_epoch=0,
            created_at=desk.clock(),
        )
        session.add(row)
    return _user(row)


def sign_in(desk: Desk, *, name: str, password: str, address: str) -> User:
    """Return who it is; `WrongPassword` or `Throttled`. Put `user.id` and `user.epoch` in the session.

    The attempt is counted as failed before the password is looked at, so that attempts made at the same time do not
    slip through together; success takes it back. An unknown name costs the same time as a known one.
    """
    name = fold(name)[:64]
    subjects = {f"name:{name}": throttle.FREE_BY_NAME, f"address:{address[:64]}": throttle.FREE_BY_ADDRESS}
    with desk.writing() as session:
        count_attempt(session, desk, subjects, desk.clock())
        row = _named(session, desk, name)
    if not _fits(row.password_hash if row else _nobody(), password[:LONGEST_PASSWORD]) or row is None:
        raise WrongPassword
    with desk.writing() as session:
        forget_attempts(session, desk, subjects)
    return _user(row)


def user_of(desk: Desk, *, user_id: str, epoch: int) -> User | None:
    """Return whose session it is, or None when the session is over."""
    with desk.reading() as session:
        row = session.get(UserRow, (desk.commune, user_id))
    return _user(row) if row is not None and row.session_epoch == epoch else None


def change_password(desk: Desk, user: User, *, old: str, new: str) -> User:
    """Change the password and end every other session (the epoch grows); `Invalid` (old, new)."""
    refuse(_password_faults("new", new))
    hashed = _HASHER.hash(new)
    with desk.writing() as session:
        row = session.get(UserRow, (desk.commune, user.id))
        if row is None or not _fits(row.password_hash, old[:LONGEST_PASSWORD]):
            raise Invalid(Fault("old", FaultCode.PASSWORD_WRONG))
        row.password_hash = hashed
        row.session_epoch += 1
    return _user(row)


def fold(name: str) -> str:
    """Return a sign-in name as it is compared: composed, lower case, without spaces around."""
    return unicodedata.normalize("NFC", name).strip().lower()


def _named(session: Session, desk: Desk, name: str) -> UserRow | None:
    return session.scalar(select(UserRow).where(UserRow.commune == desk.commune, UserRow.name == name))


def _password_faults(field: str, password: str) -> list[Fault]:
    if len(password) < LEAST_PASSWORD:
        return [Fault(field, FaultCode.PASSWORD_SHORT, {"least": LEAST_PASSWORD})]
    if len(password) > LONGEST_PASSWORD:
        return [Fault(field, FaultCode.PASSWORD_LONG, {"most": LONGEST_PASSWORD})]
    return []


def _fits(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(maxsize=1)
def _nobody() -> str:
    """The hash of a password that nobody has, so that an unknown name takes as long to refuse as a known one."""
    return _HASHER.hash("nobody has this password")


def _user(row: UserRow) -> User:
    return User(id=row.id, name=row.name, shown_name=row.shown_name, epoch=row.session_epoch)
