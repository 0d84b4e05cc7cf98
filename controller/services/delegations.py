"""Whom the units believe: the delegation that the root key signed, taken up by this process and brought to every unit.

The database holds it, and the key folder a copy: the one with the higher serial counts, so that neither a database nor
a folder that was restored from an older copy leads back to a revoked key. A command that rotates a key writes beside
the running controller, which takes the new delegation up at its next roll, signs the programmes anew, and publishes.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from controller.records.places import UnitRow, UnitStateRow
from controller.records.plans import BroadcastRow, OrderRow, ProgrammeRow
from controller.records.trust import DelegationRow
from controller.services.desk import Desk
from controller.services.faults import Fault, FaultCode, Invalid
from controller.services.keychain import InForce
from controller.services.ports import KeyTrouble
from protocol.envelope import Refused, open_delegation, seal
from protocol.keys import SigningKey, VerifyKey
from protocol.messages import Caps, DelegatedKey, Delegation, UnitState
from protocol.names import KeyId, Role, UnitId

log = logging.getLogger(__name__)

LOOKED_AT = 4
"""Of the delegations in the database: while a root key is being replaced, the last may be by the next one."""
HIGHEST_SERIAL = 2**52
"""A unit that claims to hold more than this is not followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a new delegation changes; all else stays."""

    schedule: bool = False
    """Make a new schedule key; the old one is revoked."""
    emergency_code: str | None = None
    """Make a new emergency key, closed by this code; the old one is revoked."""
    caps: Caps | None = None
    new_epoch: bool = False
    """End what the units hold, whoever signed it: a recovery."""


def establish(desk: Desk, *, code: str | None, former: tuple[SigningKey, SigningKey] | None = None) -> None:
    """Make the commune's first keys and delegation, unless there are; `former` are those of the first release.

    Without a code there is no emergency key yet (or an open one), and no emergency can be started.
    """
    now = desk.clock()
    if _newest(desk) is not None:
        take_up(desk, now)
        return
    if desk.keys.vault.root() is not None:
        raise KeyTrouble("the root key is known, but no delegation by it is here")
    root = SigningKey.generate()
    desk.keys.vault.keep_root(root)
    schedule, emergency = former or (SigningKey.generate(), None)
    if former is None:
        desk.keys.vault.keep_schedule(schedule)
    if emergency is None and code is not None:
        emergency = SigningKey.generate()
        desk.keys.vault.keep_emergency(emergency, code)
    keys = [_named(Role.SCHEDULE, schedule), *([_named(Role.EMERGENCY, emergency)] if emergency else [])]
    first = Delegation(commune=desk.commune, serial=1, epoch=1, issued_at=now, keys=tuple(keys))
    with desk.writing() as session:
        _add(session, desk, InForce(first, seal(first, root), VerifyKey(Role.ROOT, root.public)))
    take_up(desk, now)


def take_up(desk: Desk, now: datetime) -> bool:
    """Follow the newest delegation there is, and say whether it is another than before; `KeyTrouble`."""
    found = _newest(desk)
    if found is None:
        raise KeyTrouble("there is no delegation by this commune's root key")
    _copy(desk, found)
    if found.delegation.serial == desk.keys.serial:
        return False
    key = found.key(Role.SCHEDULE)
    schedule = desk.keys.vault.schedule(key.id) if key else None
    if schedule is None:
        raise KeyTrouble(f"the schedule key of delegation {found.delegation.serial} is not here")
    desk.keys.take(found, schedule)
    with desk.writing() as session:
        _sign_anew(session, desk, found, now)
    log.info("delegation %d of epoch %d is in force", found.delegation.serial, found.delegation.epoch)
    return True


def delegate(desk: Desk, root: SigningKey, change: Change) -> Delegation:
    """Sign a new delegation with the root key, and take it up.

    Raises:
        Invalid: the key is not this commune's root key (ROOT_WRONG), a unit holds a newer delegation than ours
            (KEYS_SET_BACK; a new epoch mends it), or the caps make no sense (CAPS_INVALID).
    """
    now = desk.clock()
    last = _newest(desk)
    _check_root(desk, root, last)
    caps = _checked(change.caps) if change.caps else (last.delegation.caps if last else Caps())
    keys = _keys(desk, last, change)
    with desk.writing() as session:
        serial, epoch = _next(session, desk, last, new_epoch=change.new_epoch)
        made = Delegation(commune=desk.commune, serial=serial, epoch=epoch, issued_at=now, keys=keys, caps=caps)
        _add(session, desk, InForce(made, seal(made, root), VerifyKey(Role.ROOT, root.public)))
    take_up(desk, now)
    desk.keys.vault.keep_only([key.id for key in _verifying(desk.keys.in_force)])
    return made


def begin_root(desk: Desk, root: SigningKey) -> Delegation:
    """Let another root key sign the same delegation anew. Each unit goes on under the old one until it was visited."""
    now = desk.clock()
    last = desk.keys.in_force.delegation
    with desk.writing() as session:
        serial, epoch = _next(session, desk, desk.keys.in_force, new_epoch=False)
        made = Delegation(
            commune=desk.commune, serial=serial, epoch=epoch, issued_at=now, keys=last.keys, caps=last.caps
        )
        signed = InForce(made, seal(made, root), VerifyKey(Role.ROOT, root.public))
        _add(session, desk, signed)
    desk.keys.vault.keep_delegation(signed.signed)
    desk.keys.vault.pin_root(signed.root)
    take_up(desk, now)
    return made


def publish(desk: Desk, now: datetime) -> None:
    """Publish the delegation in force: at every reconnection, and when it is new."""
    with desk.writing() as session:
        row = session.get_one(DelegationRow, (desk.commune, desk.keys.serial))
        row.published_at = now
    desk.doorbell.delegation(desk.keys.in_force.signed)


def resend(desk: Desk, now: datetime) -> bool:
    """Publish again when a unit reported, after the last time, to hold an older one; say whether."""
    with desk.reading() as session:
        row = session.get_one(DelegationRow, (desk.commune, desk.keys.serial))
        patience = timedelta(seconds=desk.settings.resend_after_s)
        if row.published_at is None or row.published_at > now - patience:
            return False
        if not any(_held(state) < row.serial for state in _heard(session, desk, row)):
            return False
    publish(desk, now)
    return True


def current(session: Session, desk: Desk) -> Delegation | None:  # noqa: ARG001 - what this process signs under
    """Return the delegation whose schedule key this process signs with; None before there is one."""
    return desk.keys.in_force.delegation if desk.keys.serial else None


def epoch(session: Session, desk: Desk) -> int:  # noqa: ARG001 - of the key that this process signs with, not of a row
    """Return the epoch that a programme must name: that of the delegation whose key this process signs with."""
    return desk.keys.in_force.delegation.epoch


def ahead(session: Session, desk: Desk) -> dict[UnitId, int]:
    """Return the units that hold a newer delegation than ours, with its serial: our copy went back in time."""
    return _ahead(session, desk, desk.keys.serial)


def _ahead(session: Session, desk: Desk, serial: int) -> dict[UnitId, int]:
    states = session.scalars(_states(desk))
    return {UnitId(state.unit): _held(state) for state in states if serial < _held(state) <= HIGHEST_SERIAL}


def _newest(desk: Desk) -> InForce | None:
    """The newest delegation by the root key that is pinned, in the database or in the key folder."""
    with desk.reading() as session:
        rows = select(DelegationRow).where(DelegationRow.commune == desk.commune)
        newest = session.scalars(rows.order_by(DelegationRow.serial.desc()).limit(LOOKED_AT)).all()
    root = desk.keys.vault.root() or (VerifyKey(Role.ROOT, newest[0].root) if newest else None)
    if root is None:
        return None
    stored = (_opened(desk, row.signed, root) for row in newest if row.root == root.public)
    found = (next(filter(None, stored), None), _opened(desk, desk.keys.vault.delegation(), root))
    return max((one for one in found if one), key=lambda one: one.delegation.serial, default=None)


def _opened(desk: Desk, data: bytes | None, root: VerifyKey) -> InForce | None:
    if data is None:
        return None
    try:
        return InForce(open_delegation(data, root, desk.commune), data, root)
    except Refused as error:
        log.warning("a delegation that cannot be believed: %s", error)
        return None


def _copy(desk: Desk, found: InForce) -> None:
    """Bring database and key folder to the same delegation."""
    if desk.keys.vault.delegation() != found.signed:
        desk.keys.vault.keep_delegation(found.signed)
    if desk.keys.vault.root() is None:
        desk.keys.vault.pin_root(found.root)
    with desk.reading() as session:
        known = session.get(DelegationRow, (desk.commune, found.delegation.serial)) is not None
    if not known:
        log.warning("the database is older than the key folder: delegation %d is put back", found.delegation.serial)
        with desk.writing() as session:
            _add(session, desk, found)


def _add(session: Session, desk: Desk, one: InForce) -> None:
    session.add(
        DelegationRow(
            commune=desk.commune,
            serial=one.delegation.serial,
            epoch=one.delegation.epoch,
            root=one.root.public,
            signed=one.signed,
            issued_at=one.delegation.issued_at,
        )
    )


def _check_root(desk: Desk, root: SigningKey, last: InForce | None) -> None:
    pinned = desk.keys.vault.root() or (last.root if last else None)
    if pinned is not None and pinned.public != root.public:
        raise Invalid(Fault("root", FaultCode.ROOT_WRONG))


def _checked(caps: Caps) -> Caps:
    try:
        made = msgspec.convert(msgspec.to_builtins(caps), Caps)
    except msgspec.ValidationError as error:
        raise Invalid(Fault("caps", FaultCode.CAPS_INVALID)) from error
    if not made.hours or any(begin >= end for begin, end in made.hours):
        raise Invalid(Fault("caps", FaultCode.CAPS_INVALID))
    return made


def _keys(desk: Desk, last: InForce | None, change: Change) -> tuple[DelegatedKey, ...]:
    """Return the keys of the next delegation; the new ones are on the disk before anything names them."""
    schedule, emergency = (last.key(Role.SCHEDULE), last.key(Role.EMERGENCY)) if last else (None, None)
    if change.schedule or schedule is None:
        made = SigningKey.generate()
        desk.keys.vault.keep_schedule(made)
        schedule = VerifyKey(Role.SCHEDULE, made.public)
    if change.emergency_code is not None:
        made = SigningKey.generate()
        desk.keys.vault.keep_emergency(made, change.emergency_code)
        emergency = VerifyKey(Role.EMERGENCY, made.public)
    return tuple(DelegatedKey(role=key.role, public=key.text) for key in (schedule, emergency) if key is not None)


def _next(session: Session, desk: Desk, last: InForce | None, *, new_epoch: bool) -> tuple[int, int]:
    """Return serial and epoch of the next delegation; a new epoch goes beyond all that any unit reports."""
    serial, epoch = (last.delegation.serial, last.delegation.epoch) if last else (0, 0)
    beyond = _ahead(session, desk, serial)
    if not new_epoch:
        if beyond:
            raise Invalid(Fault("", FaultCode.KEYS_SET_BACK, {"unit": min(beyond)}))
        return serial + 1, epoch
    epochs = (_reported(state).epoch or 0 for state in session.scalars(_states(desk)))
    known = max((one for one in epochs if one <= HIGHEST_SERIAL), default=0)
    return max(serial, *beyond.values(), 0) + 1, max(epoch, known) + 1


def _sign_anew(session: Session, desk: Desk, found: InForce, now: datetime) -> None:
    """What was signed by a key that is not in force any more is signed again at the next roll."""
    known = {key.id for key in _verifying(found)}
    for programme in session.scalars(select(ProgrammeRow).where(ProgrammeRow.commune == desk.commune)):
        if _signer(programme.signed) not in known:
            programme.digest = ""
    open_ = select(OrderRow).where(OrderRow.commune == desk.commune, OrderRow.not_after >= now)
    for order in session.scalars(open_):
        if _signer(order.signed) in known:
            continue
        if order.act == "play" and order.broadcast is not None:
            _order_anew(session, desk, order.broadcast, now)
        session.delete(order)


def _order_anew(session: Session, desk: Desk, broadcast: str, now: datetime) -> None:
    """A broadcast has one life at a unit, however often it is ordered."""
    session.execute(
        update(BroadcastRow)
        .where(
            BroadcastRow.commune == desk.commune,
            BroadcastRow.id == broadcast,
            BroadcastRow.not_after >= now,
            BroadcastRow.cancelled_at.is_(None),
        )
        .values(ordered_at=None)
    )


def _signer(data: bytes) -> KeyId:
    """The key id in the header of one of our own envelopes."""
    head = data.partition(b"\n")[0]
    return KeyId(msgspec.json.decode(head)["key"]) if head else KeyId("")


def _verifying(one: InForce) -> Iterable[VerifyKey]:
    return [key for role in (Role.SCHEDULE, Role.EMERGENCY) if (key := one.key(role)) is not None]


def _named(role: Role, key: SigningKey) -> DelegatedKey:
    return DelegatedKey(role=role, public=VerifyKey(role, key.public).text)


def _states(desk: Desk) -> Select[UnitStateRow]:
    """The last states of the units that are not revoked."""
    return (
        select(UnitStateRow)
        .join(UnitRow, (UnitRow.commune == UnitStateRow.commune) & (UnitRow.id == UnitStateRow.unit))
        .where(UnitStateRow.commune == desk.commune, UnitRow.revoked_at.is_(None))
    )


def _heard(session: Session, desk: Desk, row: DelegationRow) -> Iterable[UnitStateRow]:
    """The states that came after the last publication, of units that are there."""
    return session.scalars(
        _states(desk).where(UnitStateRow.online.is_(True), UnitStateRow.received_at >= row.published_at)
    )


def _reported(row: UnitStateRow) -> UnitState:
    return msgspec.convert(row.body, UnitState)


def _held(row: UnitStateRow) -> int:
    return _reported(row).delegation or 0
