"""Orders: obeyed once, inside their window. What was dealt with, obeyed or refused, is remembered before it is done.

Time. An order holds from `not_before` (less SKEW, for the desk's clock may be a little ahead) until `not_after`.
Without a trusted clock that cannot be judged, and a recorded order looks like a fresh one: so every order, of whatever
class, then waits, in memory only, while the controller is asked for the time with a nonce of this unit's own. Its
answer, a round trip later, proves what is fresh and what is not.
"""

import hashlib
from datetime import timedelta

from msgspec.structs import replace

from edge.core import caps, clock, lives
from edge.core.decision import Decision
from edge.core.effects import StoreClip
from edge.core.memory import RETENTION, Ordered, SeenOrder, Tombstone
from edge.core.plan import in_turn, progress_of
from edge.core.playback import Happening, Phase
from edge.core.state import Unproven
from protocol.messages import Cancel, Order, Play, Stop
from protocol.names import KeyId, Reason, Refusal, Stage

SKEW = timedelta(seconds=5)
MOST_UNPROVEN = 16
"""So many orders may wait to be proven; then the oldest of the lowest class gives way."""


def on_order(decision: Decision, order: Order, key: KeyId) -> None:
    """Obey an authentic order, or refuse it with a receipt. One that was dealt with before changes nothing."""
    state = decision.state
    if order.id in state.orders or any(each.order.id == order.id for each in state.unproven):
        decision.log("order-repeated", order=order.id)
    elif decision.now.trusted:
        _judge(decision, order, key)
    else:
        _await_proof(decision, order, key)


def judge_unproven(decision: Decision) -> None:
    """Judge the orders that waited for a trusted clock, once there is one."""
    waiting = decision.state.unproven
    if waiting and decision.now.trusted:
        decision.change(unproven=())
        for each in waiting:
            _judge(decision, each.order, each.key)


def _await_proof(decision: Decision, order: Order, key: KeyId) -> None:
    waiting = [*decision.state.unproven, Unproven(order, key)]
    decision.log("order-awaits-proof", order=order.id)
    if len(waiting) > MOST_UNPROVEN:
        given_up = min(waiting, key=lambda each: each.order.class_.rank)
        waiting.remove(given_up)
        decision.log("order-given-up", warning=True, order=given_up.order.id)
    decision.change(unproven=tuple(waiting))
    clock.hurry(decision)


def _judge(decision: Decision, order: Order, key: KeyId) -> None:
    refusal = _window(decision, order)
    decision.keep_order(order.id, SeenOrder(order.not_after + RETENTION))
    decision.note_signed(order.issued_at)
    refusal = refusal or _obey(decision, order, key)
    if refusal is not None:
        decision.receipt(Stage.REFUSED, order=order.id, reason=refusal)


def _window(decision: Decision, order: Order) -> Refusal | None:
    now = decision.now
    if now.wall < order.not_before - SKEW:
        return Refusal.TOO_EARLY
    return Refusal.EXPIRED if now.wall > order.not_after else None


def _obey(decision: Decision, order: Order, key: KeyId) -> Refusal | None:
    match order.act:
        case Play():
            return _play(decision, order, order.act, key)
        case Stop():
            return _stop(decision, order)
        case Cancel():
            return _cancel(decision, order, order.act, key)


def _play(decision: Decision, order: Order, play: Play, key: KeyId) -> Refusal | None:
    broadcast = play.broadcast
    if progress_of(decision.state, broadcast.id).phase is Phase.OVER:
        return Refusal.REPLAYED
    state = decision.state
    if broadcast.duration_ms > state.setting.max_on_s * 1000 or caps.is_too_long(state, broadcast):
        return Refusal.CAPS
    decision.keep_ordered(Ordered(broadcast, key, order.issued_at))
    decision.change(judge_all=True)
    decision.receipt(Stage.APPLIED, order=order.id, broadcast=broadcast.id)
    _store_inline(decision, play)
    return None


def _store_inline(decision: Decision, play: Play) -> None:
    wanted = {item.clip: item.size for item in play.broadcast.items}
    for clip, data in play.inline.items():
        right = len(data) == wanted.get(clip) and hashlib.sha256(data).hexdigest() == clip
        if right and clip not in decision.state.clips:
            decision.do(StoreClip(clip, data))
        elif not right:
            decision.log("inline-clip-is-not-what-it-says", warning=True, clip=clip)


def _stop(decision: Decision, order: Order) -> Refusal | None:
    """Silence what sounds, and what it had interrupted: an officer who wants silence does not want the one below."""
    active = decision.state.active
    if active is not None and active.broadcast.class_.rank > order.class_.rank:
        return Refusal.OUTRANKED
    decision.receipt(Stage.APPLIED, order=order.id)
    if active is not None:
        lives.halt(decision, active, Reason.STOPPED)
    for sitting in list(in_turn(decision.state)):
        progress = sitting.progress
        if progress.phase is Phase.CUT and sitting.broadcast.class_.rank <= order.class_.rank:
            moved = lives.befall(decision, sitting.broadcast.id, progress, Happening.HALT)
            stage = Stage.INTERRUPTED if progress.begun else Stage.SKIPPED
            lives.end(decision, sitting.broadcast.id, moved, stage, Reason.STOPPED)
    return None


def _cancel(decision: Decision, order: Order, cancel: Cancel, key: KeyId) -> Refusal | None:
    decision.receipt(Stage.APPLIED, order=order.id)
    for id_ in cancel.broadcasts:
        tombstone = Tombstone(order.class_, order.not_after + RETENTION, key)
        held = decision.state.cancelled.get(id_)
        if held is not None and held.class_.rank > tombstone.class_.rank:
            tombstone = replace(tombstone, class_=held.class_, key=held.key)
        decision.keep_tombstone(id_, tombstone)
    return None
