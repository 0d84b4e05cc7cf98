"""The first decision of a process: what the disk remembers, and what a sound that was cut by the restart came to.

A broadcast that was with the player is not played again, not even from the item that was cut: after a crash nobody
can say which samples left. It is receipted as interrupted, at the last position that was written down.
"""

from edge.core import clock, lives, memory, spending, trust
from edge.core.decision import Decision
from edge.core.memory import Memory, Newest, Ordered, Progress, Shelf, Tombstone
from edge.core.playback import WITH_PLAYER, Happening
from edge.core.timekeeper import Anchors
from protocol.envelope import Refused
from protocol.names import BroadcastId, DiskHealth, Reason, Stage


def on_booted(decision: Decision, held: Memory) -> None:
    """Take up what the disk remembers. What rests on a key that is no longer trusted is not taken up."""
    _take_up(decision, held)
    anchors = held.shelves.get(Shelf.CLOCK, {}).get("anchors")
    clock.recall(decision, Anchors() if anchors is None else memory.decode(anchors, Anchors))
    trust.recall(decision, held.shelves.get(Shelf.DELEGATION, {}).get(trust.HELD))
    data = held.shelves.get(Shelf.PROGRAMME, {}).get(trust.HELD)
    if data is not None:
        _take_up_programme(decision, data)
    for id_, progress in list(decision.state.progress.items()):
        if progress.phase in WITH_PLAYER:
            _close(decision, id_, progress)
    trust.let_go(decision)
    version = None if decision.state.programme is None else decision.state.programme.version
    decision.log("booted", programme=version, receipts=len(held.receipts), clock=decision.now.trust)
    if held.disk is not DiskHealth.OK:
        decision.log("memory-failed", warning=True, disk=held.disk)


def _take_up(decision: Decision, held: Memory) -> None:
    shelves = held.shelves
    newest = shelves.get(Shelf.NEWEST, {}).get("signed")
    decision.change(
        booted_at=decision.raw.mono,
        journal=held.journal,
        receipts=held.receipts,
        last_number=held.last_number,
        durable_through=held.last_number,
        acknowledged=held.acknowledged,
        ordered=memory.broadcasts(shelves.get(Shelf.ORDERED, {}), Ordered),
        orders=memory.orders(shelves.get(Shelf.ORDERS, {})),
        progress=memory.broadcasts(shelves.get(Shelf.PROGRESS, {}), Progress),
        cancelled=memory.broadcasts(shelves.get(Shelf.CANCELLED, {}), Tombstone),
        newest=Newest() if newest is None else memory.decode(newest, Newest),
    )
    if held.disk is not DiskHealth.OK:
        decision.change(disk=held.disk)
    spending.on_booted(decision, shelves.get(Shelf.SPENT, {}).get(spending.KEY))


def _take_up_programme(decision: Decision, data: bytes) -> None:
    try:
        programme, key = trust.opened(decision, data)
    except Refused as refusal:
        decision.log("held-programme-refused", warning=True, reason=refusal.reason)
        return
    decision.change(programme=programme, programme_bytes=data, programme_key=key)


def _close(decision: Decision, id_: BroadcastId, progress: Progress) -> None:
    moved = lives.befall(decision, id_, progress, Happening.RESTART)
    if progress.begun and progress.item >= progress.items:
        lives.end(decision, id_, moved, Stage.FINISHED)
    else:
        lives.end(decision, id_, moved, Stage.INTERRUPTED, Reason.RESTARTED)
