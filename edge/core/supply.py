"""Which clips to look for and to fetch, and when to try again. The plan decides the need, `downloads` what it may cost.

Nothing is believed to be on the disk because it once was: every process looks for each clip that is needed, hash and
all, before it counts as stored. A clip that lies there long is looked at again, at the latest CHECK_NEAR_S before it
sounds: flash rots, and a clip that is found spoilt hours ahead is fetched anew, while one found at air time is silence.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace

from edge.core import spending
from edge.core.decision import Decision
from edge.core.downloads import SOON, SPREAD_S, Terms, cost, next_month
from edge.core.effects import FetchClip, KeepOnly
from edge.core.events import ClipAbsent, ClipEvent, ClipFailed, ClipProgress, ClipsRemoved, ClipStored
from edge.core.instant import Instant
from edge.core.needs import Need, needs
from edge.core.state import Fetch, Gate, Outstanding, State
from protocol.messages import Caps, Coming, Downloads
from protocol.names import ClipHash, Reason

RETRY_FIRST_S = 5.0
RETRY_LONGEST_S = 300.0
URGENT_S = 900.0
"""A clip that is needed within this time is tried again at least every RETRY_URGENT_S seconds."""
RETRY_URGENT_S = 10.0
AFTER_LONGEST_S = 3600.0
"""A server that asks to be left alone is, for so long at most, and for AFTER_URGENT_S when the clip is needed soon."""
AFTER_URGENT_S = 30.0
GREW_BYTES = 16 * 1024
"""A try that brought so much, or a twentieth of the clip, was no failure of the way: the wait begins anew."""
CHECK_S = 86_400.0
CHECK_NEAR_S = 6 * 3600.0
TOLD = 24
"""At most so many clips on their way are named in a report."""
_DISK = (Reason.DISK_FULL, Reason.DISK_READ_ONLY, Reason.DISK_FAILED)


def on_clip(decision: Decision, event: ClipEvent) -> None:
    """Take the word of the disk or the network about a clip."""
    match event:
        case ClipStored():
            on_stored(decision, event)
        case ClipFailed():
            on_failed(decision, event)
        case ClipAbsent():
            on_absent(decision, event)
        case ClipProgress():
            on_progress(decision, event)
        case ClipsRemoved():
            on_removed(decision, event)


def on_stored(decision: Decision, event: ClipStored) -> None:
    """A clip is here and right."""
    state = decision.state
    spending.count(decision, event.fetched)
    decision.change(
        clips=state.clips | {event.clip},
        checked={**state.checked, event.clip: decision.now.mono},
        checking=None if state.checking == event.clip else state.checking,
        fetches=_without(state.fetches, event.clip),
    )


def on_progress(decision: Decision, event: ClipProgress) -> None:
    """More of a clip has come."""
    spending.count(decision, event.fetched)
    fetch = decision.state.fetches.get(event.clip)
    if fetch is not None:
        _put(decision, event.clip, replace(fetch, here=event.here, received=fetch.received + event.fetched))


def on_absent(decision: Decision, event: ClipAbsent) -> None:
    """A clip was looked for and is not here. If it was, it has rotted, or was taken away, since it was last looked at.

    It is not fetched at once, unless it is urgent or soon needed: the units of a commune spread their first requests.
    """
    state, now = decision.state, decision.now
    if event.clip in state.clips:
        _spoilt(decision, event.clip)
    fetch = decision.state.fetches.get(event.clip, Fetch(looking=True))
    if fetch.looking:
        _put(decision, event.clip, Fetch(retry_at=now.mono + SPREAD_S * now.chance, here=event.here))


def on_failed(decision: Decision, event: ClipFailed) -> None:
    """A clip could not be had: wait, longer each time, with jitter, and less long when its broadcast is near.

    Of a clip that came another way in the meantime (inside an order) a failed fetch says nothing; a failed look does.
    """
    state, now = decision.state, decision.now
    spending.count(decision, event.fetched)
    if event.clip in state.clips:
        if state.checking != event.clip:
            return
        _spoilt(decision, event.clip)
    fetch = state.fetches.get(event.clip, Fetch())
    need = needs(state).get(event.clip)
    size = GREW_BYTES if need is None else need.size
    grew = event.here - fetch.before >= max(1, min(GREW_BYTES, size // 20))
    failures = 1 if grew else fetch.failures + 1
    delay = min(RETRY_FIRST_S * 2.0 ** min(failures - 1, 10), RETRY_LONGEST_S)
    near = need is not None and need.start is not None and now.mono_of(need.start) - now.mono < URGENT_S
    delay = min(delay, RETRY_URGENT_S) if near else delay
    asked = min(event.after_s or 0.0, AFTER_URGENT_S if near else AFTER_LONGEST_S)
    retry_at = now.mono + max(delay * (0.5 + now.chance), asked)
    _put(decision, event.clip, Fetch(failures, retry_at, event.reason, event.here))


def on_removed(decision: Decision, event: ClipsRemoved) -> None:
    """What was removed to make room is not here any more; if a plan needs it since then, it is asked for again."""
    decision.change(clips=decision.state.clips - event.clips)


def fetch_needed(decision: Decision) -> None:
    """Ask for every clip that is needed and not here, when it may be asked for; say what is still to come."""
    wanted = needs(decision.state)
    keep(decision, frozenset(wanted))
    spending.begin_month(decision, utc_offset_min(decision.state))
    lacking = sorted((need for need in wanted.values() if need.clip not in decision.state.clips), key=_turn)
    terms = _terms(decision)
    _ask(decision, lacking, terms)
    _check_again(decision, wanted)
    spending.note(decision)
    decision.change(outstanding=_outstanding(decision, lacking, terms))


def keep(decision: Decision, clips: frozenset[ClipHash], *, again: bool = False) -> None:
    """Tell the disk which clips must stay, when that has changed or is to be said `again`."""
    state = decision.state
    if clips != state.kept or again:
        checking = state.checking if state.checking in clips else None
        decision.change(kept=clips, checking=checking)
        decision.do(KeepOnly(clips))


def why_lacking(state: State, clips: Iterable[ClipHash]) -> Reason:
    """Why clips are missing at air time: the disk, the month's budget, or simply that they did not come."""
    fetches = [state.fetches[clip] for clip in clips if clip in state.fetches]
    reasons = {_reason(fetch) for fetch in fetches}
    return next((reason for reason in (*_DISK, Reason.DATA_BUDGET) if reason in reasons), Reason.CLIP_MISSING)


def utc_offset_min(state: State) -> int:
    """The commune's offset from UTC in minutes, by which its hours and its month are told."""
    return Caps().utc_offset_min if state.delegation is None else state.delegation.caps.utc_offset_min


def _terms(decision: Decision) -> Terms:
    state = decision.state
    downloads = Downloads() if state.programme is None else state.programme.downloads
    return Terms(decision.now, downloads, utc_offset_min(state), state.spent.bytes)


def _turn(need: Need) -> tuple[bool, float, ClipHash]:
    return need.turn


def _ask(decision: Decision, lacking: Iterable[Need], terms: Terms) -> None:
    state = decision.state
    open_now = terms.open_now
    held = {need.clip: (need, state.fetches.get(need.clip)) for need in lacking}
    reserved = sum(_reserved(need, fetch) for need, fetch in held.values() if fetch and _is_fetched(fetch))
    fetches: dict[ClipHash, Fetch] = {}
    for clip, (need, fetch) in held.items():
        then = _next(need, fetch, terms, reserved, open_now=open_now)
        fetches[clip] = then
        if then.retry_at is None and (fetch is None or fetch.retry_at is not None or fetch.looking != then.looking):
            needed_at = math.inf if need.start is None else decision.now.mono_of(need.start)
            decision.do(FetchClip(clip, need.size, needed_at, only_look=then.looking))
            reserved += 0 if then.looking else cost(need.size)
    decision.change(fetches=fetches)


def _reserved(need: Need, fetch: Fetch) -> int:
    return max(0, cost(need.size) - fetch.received)


def _is_fetched(fetch: Fetch) -> bool:
    return fetch.retry_at is None and not fetch.looking


def _next(need: Need, fetch: Fetch | None, terms: Terms, reserved: int, *, open_now: bool) -> Fetch:
    """What a clip's asking becomes now: in hand (`retry_at` None), looked for, kept back, or waiting its time."""
    if fetch is not None and _is_fetched(fetch):
        return fetch
    hasty = terms.hasty(need)
    gate = terms.gate(need, reserved, open_now=open_now)
    if fetch is None:
        return _begun(Fetch(), looking=gate is not None or not hasty)
    if fetch.retry_at is None:
        return fetch if gate is not None or not hasty else _begun(fetch, looking=False)
    if gate is not None:
        return replace(fetch, gate=gate)
    spread = 0.0 if fetch.gate is None or hasty else SPREAD_S * terms.now.chance
    retry_at = max(fetch.retry_at, terms.now.mono + spread)
    due = retry_at <= terms.now.mono or (hasty and fetch.failures == 0)
    return _begun(fetch, looking=False) if due else replace(fetch, gate=None, retry_at=retry_at)


def _begun(fetch: Fetch, *, looking: bool) -> Fetch:
    return Fetch(fetch.failures, None, fetch.reason, fetch.here, before=fetch.here, looking=looking)


def _put(decision: Decision, clip: ClipHash, fetch: Fetch) -> None:
    decision.change(fetches={**decision.state.fetches, clip: fetch})


def _without(fetches: Mapping[ClipHash, Fetch], clip: ClipHash) -> dict[ClipHash, Fetch]:
    return {other: fetch for other, fetch in fetches.items() if other != clip}


def _spoilt(decision: Decision, clip: ClipHash) -> None:
    state = decision.state
    decision.log("clip-spoilt-on-the-disk", warning=True, clip=clip[:12])
    decision.change(clips=state.clips - {clip}, checking=None if state.checking == clip else state.checking)


def _check_again(decision: Decision, wanted: Mapping[ClipHash, Need]) -> None:
    """Look again at one clip that was last looked at too long ago. One at a time: nobody shall wait for it."""
    state, now = decision.state, decision.now
    if state.checking is not None:
        return
    due = (need for clip, need in wanted.items() if clip in state.clips and _is_stale(decision, need))
    need = min(due, key=_turn, default=None)
    if need is not None:
        decision.change(checking=need.clip)
        needed_at = math.inf if need.start is None else now.mono_of(need.start)
        decision.do(FetchClip(need.clip, need.size, needed_at, only_look=True))


def _is_stale(decision: Decision, need: Need) -> bool:
    now = decision.now
    age = now.mono - decision.state.checked.get(need.clip, now.mono)
    if age < CHECK_NEAR_S:
        return False
    near = now.trusted and need.start is not None and (need.start - now.wall).total_seconds() < CHECK_NEAR_S
    return near or age >= CHECK_S


def _outstanding(decision: Decision, lacking: list[Need], terms: Terms) -> Outstanding:
    fetches = decision.state.fetches
    opens = _opens(terms, {fetches[need.clip].gate for need in lacking})
    looks = [_look_at(need, fetches[need.clip], decision.now, opens) for need in lacking]
    note_at = spending.note_at(decision.state)
    look_at = min((*looks, math.inf if note_at is None else note_at))
    return Outstanding(
        clips=len(lacking),
        bytes=sum(need.size for need in lacking),
        coming=tuple(_coming(need, fetches[need.clip]) for need in lacking[:TOLD]),
        look_at=None if look_at == math.inf else max(look_at, decision.now.mono + 0.001),
    )


def _coming(need: Need, fetch: Fetch) -> Coming:
    return Coming(clip=need.clip, size=need.size, fetched=min(fetch.here, need.size), reason=_reason(fetch))


def _reason(fetch: Fetch) -> Reason | None:
    return Reason.DATA_BUDGET if fetch.gate is Gate.BUDGET else fetch.reason


def _opens(terms: Terms, gates: set[Gate | None]) -> dict[Gate, float]:
    """The mono seconds at which those gates open by time alone. The month of an untrusted clock never ends."""
    now = terms.now
    opens = {Gate.HOURS: math.inf, Gate.BUDGET: math.inf}
    if Gate.HOURS in gates and terms.opens_at is not None:
        opens[Gate.HOURS] = now.mono_of(terms.opens_at)
    if Gate.BUDGET in gates and now.trusted:
        opens[Gate.BUDGET] = now.mono_of(next_month(now.wall, terms.utc_offset_min))
    return opens


def _look_at(need: Need, fetch: Fetch, now: Instant, opens: Mapping[Gate, float]) -> float:
    """The mono second at which something changes for a clip by time alone; infinite when only an event can."""
    if fetch.retry_at is None:
        return math.inf
    at = fetch.retry_at if fetch.gate is None else opens[fetch.gate]
    if fetch.gate is Gate.BUDGET:
        return at
    waits_for_soon = now.trusted and need.start is not None and (fetch.failures == 0 or fetch.gate is Gate.HOURS)
    return min(at, now.mono_of(need.start - SOON)) if waits_for_soon and need.start is not None else at
