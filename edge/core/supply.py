"""Which clips to fetch, and when to try again. The plan decides the need; the disk and the network only answer."""

from edge.core.decision import Decision
from edge.core.effects import FetchClip
from edge.core.events import ClipFailed, ClipStored
from edge.core.plan import needed
from edge.core.state import Fetch

RETRY_FIRST_S = 5.0
RETRY_LONGEST_S = 300.0
URGENT_S = 900.0
"""A clip that is needed within this time is tried again at least every RETRY_URGENT_S seconds."""
RETRY_URGENT_S = 10.0


def on_stored(decision: Decision, event: ClipStored) -> None:
    """A clip is here and right."""
    state = decision.state
    fetches = {clip: fetch for clip, fetch in state.fetches.items() if clip != event.clip}
    decision.change(clips=state.clips | {event.clip}, fetches=fetches)


def on_failed(decision: Decision, event: ClipFailed) -> None:
    """A clip could not be had: wait, longer each time, with jitter, and less long when its broadcast is near.

    Of a clip that came another way in the meantime (inside an order) a failed fetch says nothing.
    """
    state, now = decision.state, decision.now
    if event.clip in state.clips:
        return
    failures = state.fetches.get(event.clip, Fetch()).failures + 1
    delay = min(RETRY_FIRST_S * 2.0 ** min(failures - 1, 10), RETRY_LONGEST_S)
    wanted = needed(state).get(event.clip)
    if wanted is not None and now.mono_of(wanted[1].start) - now.mono < URGENT_S:
        delay = min(delay, RETRY_URGENT_S)
    retry_at = now.mono + delay * (0.5 + now.chance)
    decision.change(fetches={**state.fetches, event.clip: Fetch(failures, retry_at, event.reason)})


def fetch_needed(decision: Decision) -> None:
    """Ask for every clip that the plan needs, that is not here, and whose time to be tried has come."""
    for clip, (item, broadcast) in needed(decision.state).items():
        state, now = decision.state, decision.now
        fetch = state.fetches.get(clip)
        waits = fetch is not None and (fetch.retry_at is None or fetch.retry_at > now.mono)
        if clip in state.clips or waits:
            continue
        asked = Fetch() if fetch is None else Fetch(fetch.failures, None, fetch.reason)
        decision.change(fetches={**state.fetches, clip: asked})
        decision.do(FetchClip(clip, item.size, now.mono_of(broadcast.start)))


def next_retry(decision: Decision) -> float | None:
    """The mono second of the next try, None when none is due."""
    clips = needed(decision.state)
    retries = [fetch.retry_at for clip, fetch in decision.state.fetches.items() if clip in clips]
    return min((time for time in retries if time is not None), default=None)
