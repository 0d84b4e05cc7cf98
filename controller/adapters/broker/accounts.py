"""Who may speak to the broker: accounts, their passwords' hashes, and the one file that both brokers are fed from.

The file is the controller's to write (`write_accounts`) whenever a unit is enrolled or withdrawn; a running broker
notices the change by itself and no connection of anybody else is dropped.
"""

import hashlib
import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections.abc import Collection
from pathlib import Path

import msgspec
from msgspec import Struct

from controller.adapters.broker.grants import Grants
from controller.adapters.private_file import write_private
from protocol import topics
from protocol.names import CommuneId, UnitId

CONTROLLER = "controller"
OBSERVER = "observer"
ITERATIONS = 1_000
"""Rounds of PBKDF2-SHA512. Passwords here are made by machines (`MIN_PASSWORD`), so rounds add little; and at a
change of accounts Mosquitto checks every connected client again, one after the other, in its only thread."""
MIN_PASSWORD = 16
"""Characters. Below it a password was thought up by a person, and `ITERATIONS` would not protect it."""

_SALT_BYTES = 12
_USER = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,126}[a-z0-9])?")
_HASH = re.compile(r"\$7\$([1-9][0-9]{0,6})\$([A-Za-z0-9+/]{16})\$([A-Za-z0-9+/]{86}==)")


class AccountsUnreadable(Exception):
    """The accounts file is missing or is not what `write_accounts` writes. A retry helps once it was written again."""


class Account(Struct, frozen=True, forbid_unknown_fields=True):
    """One user of the broker. The client id of its connection is always `user`: see `docs/adr/0004`."""

    user: str
    password_hash: str
    grants: Grants

    def __post_init__(self) -> None:
        """Refuse names and hashes that could break out of a line of a generated file.

        Raises:
            ValueError: the user is not made of `[a-z0-9.-]`, or the hash is not one of `hash_password`.
        """
        if _USER.fullmatch(self.user) is None:
            raise ValueError(f"not a user name for the broker: {self.user!r}")
        if _HASH.fullmatch(self.password_hash) is None:
            raise ValueError(f"the password of {self.user} is not hashed as the brokers expect it")


class _AccountsFile(Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    accounts: tuple[Account, ...]


def unit_user(commune: CommuneId, unit: UnitId) -> str:
    """Return the user name, and so the client id, of a unit. The dot keeps it apart from every other account."""
    return f"{commune}.{unit}"


def unit_account(commune: CommuneId, unit: UnitId, password_hash: str) -> Account:
    """Return a unit's account: it reads its down topics, `orders` and `delegation`, and writes its up topics."""
    read = [topics.unit_topic(commune, unit, leaf) for leaf in sorted(topics.DOWN)]
    write = [topics.unit_topic(commune, unit, leaf) for leaf in sorted(topics.UP)]
    grants = Grants((*read, topics.orders_topic(commune), topics.delegation_topic(commune)), tuple(write))
    return Account(unit_user(commune, unit), password_hash, grants)


def controller_account(communes: Collection[CommuneId], password_hash: str) -> Account:
    """Return the controller's account: it writes the down topics of its communes and reads their up topics."""
    read = [topics.every_unit(commune, leaf) for commune in communes for leaf in sorted(topics.UP)]
    write = [topics.every_unit(commune, leaf) for commune in communes for leaf in sorted(topics.DOWN)]
    shared = [name(commune) for commune in communes for name in (topics.orders_topic, topics.delegation_topic)]
    return Account(CONTROLLER, password_hash, Grants(tuple(read), (*write, *shared)))


def observer_account(communes: Collection[CommuneId], password_hash: str, user: str = OBSERVER) -> Account:
    """Return an account that reads everything of its communes and writes nothing, for a technician's watching.

    Only one connection a user can stand at a time, so each person who watches gets a `user` of his own.
    """
    return Account(user, password_hash, Grants(tuple(f"{topics.root(commune)}/#" for commune in communes)))


def hash_password(password: str, *, salt: bytes | None = None) -> str:
    """Return the hash of a password, in the form that Mosquitto 2 reads: `$7$rounds$salt$hash`, PBKDF2-SHA512.

    Raises:
        ValueError: the password is shorter than `MIN_PASSWORD`: make one, e.g. by `secrets.token_urlsafe(24)`.
    """
    if len(password) < MIN_PASSWORD:
        raise ValueError(f"a broker password has at least {MIN_PASSWORD} characters")
    salt = secrets.token_bytes(_SALT_BYTES) if salt is None else salt
    derived = _derive(password, salt, ITERATIONS)
    return f"$7${ITERATIONS}${b64encode(salt).decode()}${b64encode(derived).decode()}"


def password_fits(password: str, password_hash: str) -> bool:
    """Say whether a password is the one that was hashed; takes the same time for every wrong one."""
    parts = _HASH.fullmatch(password_hash)
    if parts is None:
        return False
    rounds, salt, derived = parts.groups()
    return hmac.compare_digest(_derive(password, b64decode(salt), int(rounds)), b64decode(derived))


def _derive(password: str, salt: bytes, rounds: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha512", password.encode("utf-8", "surrogatepass"), salt, rounds)


def write_accounts(path: Path, accounts: Collection[Account]) -> None:
    """Put the accounts in place of those in the file, all at once; readable by the owner only.

    Raises:
        ValueError: two accounts have the same user.
        OSError: the folder cannot be written.
    """
    if len({account.user for account in accounts}) != len(accounts):
        raise ValueError("two accounts have the same user")
    ordered = sorted(accounts, key=lambda account: account.user)
    write_private(path, msgspec.json.encode(_AccountsFile(1, tuple(ordered))))


def read_accounts(path: Path) -> dict[str, Account]:
    """Return the accounts in the file by user.

    Raises:
        AccountsUnreadable: there is no such file, or one word of it is not as it should be.
    """
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_AccountsFile)
    except (OSError, ValueError, RecursionError) as error:
        raise AccountsUnreadable(f"the broker's accounts in {path} cannot be read: {error}") from error
    if found.version != 1:
        raise AccountsUnreadable(f"the broker's accounts in {path} are of the unknown version {found.version}")
    return {account.user: account for account in found.accounts}
