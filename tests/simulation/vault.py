"""The keys of the simulated desk: what a key folder holds, beside the database and not restored with it."""

from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from protocol.envelope import seal
from protocol.keys import Keyring, SigningKey, VerifyKey, decode_bytes, encode_bytes
from protocol.messages import Caps, DelegatedKey, Delegation
from protocol.names import CommuneId, Role

HOURS = ((300, 1320),)
"""From 5 to 22 o'clock: outside nothing sounds but an actual emergency."""


def new_key(random: Random) -> SigningKey:
    return SigningKey.from_text(encode_bytes(random.randbytes(32)))


@dataclass
class Vault:
    """The root key (truly it lies in a drawer), the keys in force, and every delegation that was ever signed."""

    commune: CommuneId
    random: Random
    caps: Caps = Caps(hours=HOURS, length_s=3600)
    delegations: list[Delegation] = field(default_factory=list)
    signed: bytes = b""

    def __post_init__(self) -> None:
        self.root, self.schedule, self.emergency = (new_key(self.random) for _ in range(3))

    @property
    def in_force(self) -> Delegation:
        return self.delegations[-1]

    def delegate(
        self,
        now: datetime,
        *,
        schedule: bool = False,
        emergency: bool = False,
        new_epoch: bool = False,
        beyond: int = 0,
    ) -> None:
        """Sign a new delegation: with new keys, so that the old ones are revoked, or in a new epoch."""
        if schedule:
            self.schedule = new_key(self.random)
        if emergency:
            self.emergency = new_key(self.random)
        last = self.delegations[-1] if self.delegations else None
        made = Delegation(
            commune=self.commune,
            serial=max(last.serial if last else 0, beyond) + 1,
            epoch=(last.epoch if last else 0) + (1 if new_epoch or last is None else 0),
            issued_at=now,
            keys=(_named(Role.SCHEDULE, self.schedule), _named(Role.EMERGENCY, self.emergency)),
            caps=self.caps,
        )
        self.delegations.append(made)
        self.signed = seal(made, self.root)

    def own_keys(self) -> Keyring:
        """Every key that ever signed for this commune, former ones too."""
        listed = {(key.role, key.public) for delegation in self.delegations for key in delegation.keys}
        return Keyring(VerifyKey(role, _public(public)) for role, public in sorted(listed))

    def known_ids(self) -> set[str]:
        return {VerifyKey(key.role, _public(key.public)).id for key in self.in_force.keys}


def _named(role: Role, key: SigningKey) -> DelegatedKey:
    return DelegatedKey(role=role, public=VerifyKey(role, key.public).text)


def _public(text: str) -> bytes:
    return decode_bytes(text, 32)
