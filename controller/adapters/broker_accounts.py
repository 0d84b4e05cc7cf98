"""The desk's list of units becomes the file that the embedded broker reads."""

from collections.abc import Mapping
from pathlib import Path

from controller.adapters.broker.accounts import (
    CONTROLLER,
    Account,
    controller_account,
    hash_password,
    observer_account,
    password_fits,
    read_accounts,
    unit_account,
    write_accounts,
)
from protocol.names import CommuneId, UnitId


class AccountsFile:
    """Writes the broker's accounts: the controller's own and one for each unit."""

    def __init__(self, path: Path, commune: CommuneId, own_password: str) -> None:
        self.path = path
        self._commune = commune
        self._own_password = own_password

    def hash(self, password: str) -> str:
        """Return the hash of a password that a machine made; `ValueError` when it is short."""
        return hash_password(password)

    def write(self, hashes: Mapping[UnitId, str]) -> None:
        """Replace the file, at once and whole; accounts of observers stay as they are."""
        own = controller_account([self._commune], self._own_hash())
        units = (unit_account(self._commune, unit, hashed) for unit, hashed in hashes.items())
        write_accounts(self.path, [own, *units, *self._observers()])

    def observe(self, user: str, password: str) -> None:
        """Add an account that reads everything of the commune and writes nothing, or give it a new password."""
        new = observer_account([self._commune], hash_password(password), user)
        others = (account for account in self._held() if account.user != user)
        write_accounts(self.path, [*others, new])

    def _own_hash(self) -> str:
        """Hash the controller's password anew only when it is another: a new hash cuts its connection."""
        for account in self._held():
            if account.user == CONTROLLER and password_fits(self._own_password, account.password_hash):
                return account.password_hash
        return hash_password(self._own_password)

    def _observers(self) -> list[Account]:
        return [account for account in self._held() if account.user != CONTROLLER and "." not in account.user]

    def _held(self) -> list[Account]:
        return list(read_accounts(self.path).values()) if self.path.exists() else []
