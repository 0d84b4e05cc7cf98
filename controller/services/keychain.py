"""What this process signs with now: the delegation in force, its schedule key, and the emergency key while it is open.

It is the one thing of a desk that changes without standing in the database: the emergency key, once opened, is in the
memory of one process and nowhere else, and a restart closes it. Filled by `controller.services.delegations`.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from controller.domain.unlocking import Opening
from controller.services.ports import KeyTrouble, Vault
from protocol.keys import SigningKey, VerifyKey, decode_bytes
from protocol.messages import Delegation
from protocol.names import KeyId, Role


@dataclass(frozen=True, slots=True)
class InForce:
    """The delegation that counts, as signed, and the root key that signed it."""

    delegation: Delegation
    signed: bytes
    root: VerifyKey

    def key(self, role: Role) -> VerifyKey | None:
        """Return the key of a role, the last one when there are several."""
        found = [key for key in self.delegation.keys if key.role is role]
        return VerifyKey(role, decode_bytes(found[-1].public, 32)) if found else None


@dataclass(frozen=True, slots=True, repr=False)
class _Content:
    in_force: InForce | None = None
    schedule: SigningKey | None = None
    emergency: SigningKey | None = None
    openings: Mapping[str, Opening] = field(default_factory=dict)


class Keychain:
    """One process's keys. Safe to use from every thread; a reader sees one delegation whole, never half of the next."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self._content = _Content()
        self._changing = threading.Lock()

    def take(self, in_force: InForce, schedule: SigningKey) -> None:
        """Sign under this delegation from now on. An emergency key that it does not name is closed."""
        with self._changing:
            old, named = self._content, in_force.key(Role.EMERGENCY)
            keep = old.emergency is not None and named is not None and named.id == old.emergency.id
            self._content = _Content(in_force, schedule, old.emergency if keep else None, old.openings if keep else {})

    @property
    def serial(self) -> int:
        """The serial of the delegation in force; 0 before there is one."""
        found = self._content.in_force
        return found.delegation.serial if found else 0

    @property
    def in_force(self) -> InForce:
        """The delegation in force; `KeyTrouble` before there is one."""
        if self._content.in_force is None:
            raise KeyTrouble("no delegation")
        return self._content.in_force

    @property
    def signing(self) -> tuple[InForce, SigningKey]:
        """The delegation in force and its schedule key, together; `KeyTrouble` before there is one."""
        content = self._content
        if content.in_force is None or content.schedule is None:
            raise KeyTrouble("no delegation")
        return content.in_force, content.schedule

    @property
    def schedule(self) -> SigningKey:
        """The schedule key; `KeyTrouble` before there is one."""
        return self.signing[1]

    @property
    def emergency_id(self) -> KeyId | None:
        """The id of the emergency key in force."""
        key = self.in_force.key(Role.EMERGENCY)
        return key.id if key else None

    def open(self, person: str, key: SigningKey, opening: Opening) -> bool:
        """Hold the emergency key open for a person; False when another delegation came meanwhile."""
        with self._changing:
            if self.emergency_id != key.id:
                return False
            old = self._content
            self._content = _Content(old.in_force, old.schedule, key, {**old.openings, person: opening})
            return True

    def opening(self, person: str, now: datetime) -> Opening | None:
        """Return the person's opening, while it holds."""
        found = self._content.openings.get(person)
        return found if found is not None and found.holds(now) else None

    def keep_open(self, person: str, now: datetime) -> None:
        """Give a person who has just planned an emergency the time to see it signed."""
        with self._changing:
            old = self._content
            if (found := old.openings.get(person)) is not None and found.holds(now):
                openings = {**old.openings, person: found.at_work(now)}
                self._content = _Content(old.in_force, old.schedule, old.emergency, openings)

    def emergency(self, now: datetime) -> SigningKey | None:
        """Return the emergency key while anybody holds it open; None, and forgotten, when nobody does."""
        content = self._content
        if content.emergency is None:
            return None
        if any(opening.holds(now) for opening in content.openings.values()):
            return content.emergency
        self.close()
        return None

    def close(self) -> None:
        """Forget the emergency key."""
        with self._changing:
            self._content = _Content(self._content.in_force, self._content.schedule)
