"""Orders: obeyed once, inside their window. What was dealt with, obeyed or refused, is remembered before it is done.

Time. With a trusted clock an order holds from `not_before` (less SKEW, for the desk's clock may be a little ahead)
until `not_after`. Without one its window cannot be judged; then only an order that was issued after every order and
not before every programme that this unit ever saw is obeyed: a recorded one is older than that. An emergency that is
to be played then sounds at once, and for as long as its window was when it was issued; other classes wait for a clock.
"""

import hashlib
from datetime import timedelta

from msgspec.structs import replace

from edge.core import lives
from edge.core.decision import Decision
from edge.core.effects import StoreClip
from edge.core.memory import RETENTION, Newest, SeenOrder, Tombstone
from edge.core.plan import in_turn, progress_of
from edge.core.playback import Happening, Phase
from protocol.messages import Cancel, Order, Play, Stop
from protocol.names import Reason, Refusal, Stage
from schedules.vocabulary import BroadcastClass

SKEW = timedelta(seconds=5)


def on_order(decision: Decision, order: Order) -> None:
    """Obey an authentic order, or refuse it with a receipt. One that was dealt with before changes nothing."""
    if order.id in decision.state.orders:
        decision.log("order-repeated", order=order.id)
        return
    refusal = _window(decision, order)
    decision.keep_order(order.id, SeenOrder(order.not_after + RETENTION))
    _keep_newest(decision, order)
    refusal = refusal or _obey(decision, order)
    if refusal is not None:
        decision.receipt(Stage.REFUSED, order=order.id, reason=refusal)


def _window(decision: Decision, order: Order) -> Refusal | None:
    now, newest = decision.now, decision.state.newest
    if not now.trusted:
        after_orders = newest.order is None or order.issued_at > newest.order
        after_programmes = newest.programme is None or order.issued_at >= newest.programme
        return None if after_orders and after_programmes else Refusal.REPLAYED
    if now.wall < order.not_before - SKEW:
        return Refusal.TOO_EARLY
    return Refusal.EXPIRED if now.wall > order.not_after else None


def _keep_newest(decision: Decision, order: Order) -> None:
    newest = decision.state.newest
    if newest.order is None or order.issued_at > newest.order:
        decision.keep_newest(Newest(order.issued_at, newest.programme))


def _obey(decision: Decision, order: Order) -> Refusal | None:
    match order.act:
        case Play():
            return _play(decision, order, order.act)
        case Stop():
            return _stop(decision, order)
        case Cancel():
            return _cancel(decision, order, order.act)


def _play(decision: Decision, order: Order, play: Play) -> Refusal | None:
    broadcast = play.broadcast
    if progress_of(decision.state, broadcast.id).phase is Phase.OVER:
        return Refusal.REPLAYED
    if broadcast.duration_ms > decision.state.setting.max_on_s * 1000:
        return Refusal.CAPS
    decision.keep_ordered(broadcast)
    if not decision.now.trusted and broadcast.class_ is BroadcastClass.EMERGENCY:
        window_s = (min(order.not_after, broadcast.not_after) - order.issued_at).total_seconds()
        decision.change(proven={**decision.state.proven, broadcast.id: decision.now.mono + window_s})
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


def _cancel(decision: Decision, order: Order, cancel: Cancel) -> Refusal | None:
    decision.receipt(Stage.APPLIED, order=order.id)
    for id_ in cancel.broadcasts:
        tombstone = Tombstone(order.class_, order.not_after + RETENTION)
        held = decision.state.cancelled.get(id_)
        if held is not None and held.class_.rank > tombstone.class_.rank:
            tombstone = replace(tombstone, class_=held.class_)
        decision.keep_tombstone(id_, tombstone)
    return None
