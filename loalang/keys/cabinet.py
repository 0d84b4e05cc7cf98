"""The data folder opened for a command about keys, and the root key wherever it lies."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from controller.adapters.key_folder import KeyFolder, read_root
from controller.adapters.offline import Unattached
from controller.adapters.sealed_secret import is_sealed
from controller.assembly import NotInitialised, Office, open_keys, open_office, staff
from controller.config import read_config
from controller.services.desk import Desk
from controller.services.ports import BrokerAccounts, KeyTrouble
from loalang.keys.asking import CannotGoOn, passphrase
from loalang.terminal import say
from protocol.keys import SigningKey


@dataclass(frozen=True, slots=True)
class Cabinet:
    """What the commands work with."""

    office: Office
    desk: Desk
    accounts: BrokerAccounts
    keys: KeyFolder

    def root(self, file: Path | None, passphrase_file: Path | None) -> SigningKey:
        """Return the root key: from this file, or from the key folder where it still lies there."""
        path = file or self.keys.root_file
        if not path.exists():
            raise CannotGoOn(say("keys-root-where") if file is None else say("keys-root-not-there", file=str(path)))
        sealed = is_sealed(path.read_bytes())
        return read_root(path, passphrase(passphrase_file) if sealed else None)


@contextmanager
def cabinet(data: Path, *, lenient: bool) -> Iterator[Cabinet]:
    """Open a data folder with its keys; `lenient`: even without, for a recovery. `NotInitialised`, `KeyTrouble`."""
    if not data.is_dir():
        raise NotInitialised(str(data))
    office = open_office(data, read_config(data))
    try:
        crew = staff(office, lambda _commune: Unattached())
        with suppress(*([KeyTrouble] if lenient else [])):
            open_keys(crew)
        yield Cabinet(office, crew.desk, crew.accounts, crew.keys)
    finally:
        office.engine.dispose()
