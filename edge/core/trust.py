"""Which keys this unit obeys. The root key is pinned; all others are named by the one delegation that it signed last.

A key that a new delegation leaves out is revoked at once: what it signed is dropped, and a sound that came from it
falls silent. A new epoch drops the programme, whoever signed it: that is how a recovery ends what a stolen key, or a
database restored from an old copy, has left behind. What was played stays known, so that nothing sounds twice.
"""

from edge.core import clock, lives, timekeeper
from edge.core.decision import Decision
from edge.core.effects import Remember
from edge.core.memory import Newest, Shelf
from edge.core.plan import in_turn, planned
from edge.core.state import State
from protocol.envelope import Refused, keyring_of, open_delegation, open_down
from protocol.keys import Keyring, decode_bytes, key_id
from protocol.messages import Delegation, Programme
from protocol.names import KeyId, Reason, Refusal, Role
from schedules.vocabulary import BroadcastClass

HELD = "held"
"""The key of the one record of the shelves DELEGATION and PROGRAMME."""


def keyring(state: State) -> Keyring:
    """Return the keys that this unit obeys; none without a delegation."""
    return keyring_of(state.delegation)


def on_delegation(decision: Decision, data: bytes) -> None:
    """Take up a newer delegation; `Refused` for one that is not believed, or is older than the one held."""
    setting, held = decision.state.setting, decision.state.delegation
    delegation = open_delegation(data, setting.root, setting.commune)
    if data == decision.state.delegation_bytes:
        return
    if held is not None and delegation.serial <= held.serial:
        raise Refused(Refusal.REPLAYED, f"serial {delegation.serial} after {held.serial}")
    decision.do(Remember(Shelf.DELEGATION, HELD, data))
    _hold(decision, delegation, data)
    decision.log("delegation-accepted", serial=delegation.serial, epoch=delegation.epoch, keys=len(delegation.keys))
    revoked = held is not None and not _ids(held) <= _ids(delegation)
    if revoked:
        decision.keep_newest(Newest(delegation.issued_at))
    else:
        decision.note_signed(delegation.issued_at)
    let_go(decision)


def recall(decision: Decision, data: bytes | None) -> None:
    """Take up the delegation of an earlier process, and the one of the installation if that is newer."""
    setting = decision.state.setting
    if data is not None:
        try:
            _hold(decision, open_delegation(data, setting.root, setting.commune), data)
        except Refused as refusal:
            decision.log("held-delegation-refused", warning=True, reason=refusal.reason)
    if setting.delegation is not None:
        try:
            on_delegation(decision, setting.delegation)
        except Refused as refusal:
            decision.log("installed-delegation-not-taken-up", reason=refusal.reason, detail=refusal.detail)


def opened(decision: Decision, data: bytes) -> tuple[Programme, KeyId]:
    """Return an authentic programme of this unit's epoch, and who signed it; `Refused` otherwise."""
    state = decision.state
    programme, key = open_down(data, Programme, keyring(state), state.setting.commune, state.setting.unit)
    epoch = None if state.delegation is None else state.delegation.epoch
    if programme.epoch != epoch:
        raise Refused(Refusal.EPOCH, f"epoch {programme.epoch}, here {epoch}")
    return programme, key.id


def let_go(decision: Decision) -> None:
    """Drop what rests on a key that is not trusted any more, or on a former epoch."""
    decision.change(judge_all=True)
    if decision.state.programme is not None:
        try:
            opened(decision, decision.state.programme_bytes)
        except Refused as refusal:
            _drop_programme(decision, refusal)
    _drop_orders(decision)
    _halt(decision)
    kept = timekeeper.without(decision.state.anchors, _ids(decision.state.delegation))
    if kept != decision.state.anchors:
        decision.keep_anchors(kept)
    clock.look(decision)


def _hold(decision: Decision, delegation: Delegation, data: bytes) -> None:
    decision.change(delegation=delegation, delegation_bytes=data)


def _drop_programme(decision: Decision, refusal: Refused) -> None:
    decision.change(programme=None, programme_bytes=b"", programme_key=None, set_back=None)
    decision.do(Remember(Shelf.PROGRAMME, HELD, None))
    decision.log("programme-dropped", warning=True, reason=refusal.reason)


def _drop_orders(decision: Decision) -> None:
    """What was ordered by a revoked key will not sound, and that is said; its cancellations hold no longer."""
    state, ring = decision.state, keyring(decision.state)
    unproven = tuple(each for each in state.unproven if _obeys(ring, each.key, each.order.class_))
    decision.change(unproven=unproven)
    dropped = {id_ for id_, each in state.ordered.items() if not _obeys(ring, each.key, each.broadcast.class_)}
    waiting = {sitting.broadcast.id: sitting for sitting in in_turn(decision.state)}
    decision.forget(Shelf.ORDERED, set(dropped))
    for id_ in sorted(dropped - planned(decision.state).keys()):
        if id_ in waiting:
            lives.lapse(decision, id_, lives.known(decision, waiting[id_].broadcast), Reason.KEY_REVOKED)
    stones = {id_ for id_, stone in state.cancelled.items() if stone.key is not None and ring.get(stone.key) is None}
    decision.forget(Shelf.CANCELLED, set(stones))


def _halt(decision: Decision) -> None:
    active = decision.state.active
    if active is not None and not _obeys(keyring(decision.state), active.key, active.broadcast.class_):
        lives.halt(decision, active, Reason.KEY_REVOKED)


def _obeys(ring: Keyring, key: KeyId, class_: BroadcastClass) -> bool:
    known = ring.get(key)
    return known is not None and (class_ is not BroadcastClass.EMERGENCY or known.role is Role.EMERGENCY)


def _ids(delegation: Delegation | None) -> frozenset[KeyId]:
    return (
        frozenset()
        if delegation is None
        else frozenset(key_id(decode_bytes(key.public, 32)) for key in delegation.keys)
    )
