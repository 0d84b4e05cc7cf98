"""The first decision of a process: what the disk remembers, and what a sound that was cut by the restart came to.

A broadcast that was with the player is not played again, not even from the item that was cut: after a crash nobody
can say which samples left. It is receipted as interrupted, at the last position that was written down.
"""

from edge.core import lives, memory
from edge.core.decision import Decision
from edge.core.memory import Memory, Newest, Progress, Shelf, Tombstone
from edge.core.playback import WITH_PLAYER, Happening
from protocol.envelope import Refused, open_down
from protocol.messages import PlannedBroadcast, Programme
from protocol.names import BroadcastId, Reason, Stage


def on_booted(decision: Decision, held: Memory) -> None:
    """Take up what the disk remembers. A programme whose key is no longer trusted is not taken up."""
    shelves = held.shelves
    newest = shelves.get(Shelf.NEWEST, {}).get("signed")
    decision.change(
        journal=held.journal,
        receipts=held.receipts,
        last_number=held.last_number,
        ordered=memory.broadcasts(shelves.get(Shelf.ORDERED, {}), PlannedBroadcast),
        orders=memory.orders(shelves.get(Shelf.ORDERS, {})),
        progress=memory.broadcasts(shelves.get(Shelf.PROGRESS, {}), Progress),
        cancelled=memory.broadcasts(shelves.get(Shelf.CANCELLED, {}), Tombstone),
        newest=Newest() if newest is None else memory.decode(newest, Newest),
    )
    data = shelves.get(Shelf.PROGRAMME, {}).get("held")
    if data is not None:
        _take_up_programme(decision, data)
    for id_, progress in list(decision.state.progress.items()):
        if progress.phase in WITH_PLAYER:
            _close(decision, id_, progress)
    version = None if decision.state.programme is None else decision.state.programme.version
    decision.log("booted", programme=version, receipts=len(held.receipts), clock=decision.now.trust)


def _take_up_programme(decision: Decision, data: bytes) -> None:
    setting = decision.state.setting
    try:
        programme, _ = open_down(data, Programme, setting.keys, setting.commune, setting.unit)
    except Refused as refusal:
        decision.log("held-programme-refused", warning=True, reason=refusal.reason)
        return
    decision.change(programme=programme, programme_bytes=data)


def _close(decision: Decision, id_: BroadcastId, progress: Progress) -> None:
    moved = lives.befall(decision, id_, progress, Happening.RESTART)
    if progress.begun and progress.item >= progress.items:
        lives.end(decision, id_, moved, Stage.FINISHED)
    else:
        lives.end(decision, id_, moved, Stage.INTERRUPTED, Reason.RESTARTED)
