"""Units and desks that break one promise each: to show that the referee would see it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from edge.core.effects import DropReceipts, Effect, SendReceipts, StartSound, StopSound
from edge.core.events import Booted, Event, MessageArrived, SoundFinished, SoundStopped, Woke
from edge.core.instant import Instant
from edge.core.memory import Shelf
from edge.core.state import State
from edge.core.step import step
from edge.core.timekeeper import Anchors
from protocol.envelope import Refused
from protocol.messages import ReceiptBatch
from protocol.names import ClockTrust, Kind, Refusal
from protocol.topics import Leaf
from tests.simulation import desk_inbox
from tests.simulation.commune import Commune
from tests.simulation.desk import Desk

ALL_DAY = ((0, 1440),)
Stepped = tuple[State, tuple[Effect, ...]]


def forgets_what_it_played(state: State, event: Event, now: Instant) -> Stepped:
    if isinstance(event, Booted):
        shelves = {**event.memory.shelves, Shelf.PROGRESS: {}}
        event = Booted(replace(event.memory, shelves=shelves))
    return step(state, event, now)


def _with_starts(state: State, event: Event, now: Instant, change: Callable[[StartSound], StartSound]) -> Stepped:
    state, effects = step(state, event, now)
    return state, tuple(change(each) if isinstance(each, StartSound) else each for each in effects)


def plays_too_late(state: State, event: Event, now: Instant) -> Stepped:
    return _with_starts(state, event, now, lambda sound: replace(sound, at=sound.at + 615, latest=sound.latest + 700))


def plays_too_early(state: State, event: Event, now: Instant) -> Stepped:
    return _with_starts(state, event, now, lambda sound: replace(sound, at=sound.at - 0.4))


def plays_a_little_late(state: State, event: Event, now: Instant) -> Stepped:
    return _with_starts(state, event, now, lambda sound: replace(sound, at=sound.at + 0.2))


def plays_other_items(state: State, event: Event, now: Instant) -> Stepped:
    return _with_starts(state, event, now, lambda sound: replace(sound, items=sound.items + sound.items[:1]))


def claims_the_end(state: State, event: Event, now: Instant) -> Stepped:
    if isinstance(event, SoundStopped):
        event = SoundFinished(event.serial, event.played_ms)
    return step(state, event, now)


def claims_more(state: State, event: Event, now: Instant) -> Stepped:
    if isinstance(event, SoundStopped):
        event = replace(event, played_ms=event.played_ms + 2000)
    return step(state, event, now)


def drops_what_was_not_acknowledged(state: State, event: Event, now: Instant) -> Stepped:
    state, effects = step(state, event, now)
    drops = [DropReceipts(each.receipts[-1].number) for each in effects if isinstance(each, SendReceipts)]
    return state, (*effects, *drops)


def hears_no_cancellation(state: State, event: Event, now: Instant) -> Stepped:
    if isinstance(event, MessageArrived) and b'"do":"cancel"' in event.data:
        event = MessageArrived(Kind.ORDER, b"")
    return step(state, event, now)


def obeys_what_is_for_others(state: State, event: Event, now: Instant) -> Stepped:
    if not isinstance(event, MessageArrived) or b'"do":"play"' not in event.data:
        return step(state, event, now)
    try:
        targets = msgspec.json.decode(event.data.partition(b"\n")[2])["targets"]
    except (ValueError, TypeError, KeyError):
        return step(state, event, now)
    own = state.setting
    state, effects = step(replace(state, setting=replace(own, unit=targets[0])), event, now)
    return replace(state, setting=own), effects


def takes_older_programmes(state: State, event: Event, now: Instant) -> Stepped:
    if isinstance(event, MessageArrived) and event.kind is Kind.PROGRAMME:
        state = replace(state, programme=None)
    return step(state, event, now)


def never_trusts_its_clock(state: State, event: Event, now: Instant) -> Stepped:
    if isinstance(event, MessageArrived) and event.kind is Kind.CLOCK_ANSWER:
        event = Woke()
    return step(state, event, replace(now, trust=ClockTrust.UNKNOWN))


def follows_any_clock(state: State, event: Event, now: Instant) -> Stepped:
    """The machine's clock, whatever it shows, as long as some time server keeps it; and never asks the controller."""
    if now.trust is ClockTrust.TRUSTED:
        state = replace(state, anchors=Anchors(state.anchors.boot), ask_at=now.mono + 3600.0)
    return step(state, event, now)


def knows_no_hours(state: State, event: Event, now: Instant) -> Stepped:
    return step(_free(state), event, now)


def _free(state: State) -> State:
    if state.delegation is None or state.delegation.caps.hours == ALL_DAY:
        return state
    caps = msgspec.structs.replace(state.delegation.caps, hours=ALL_DAY)
    return replace(state, delegation=msgspec.structs.replace(state.delegation, caps=caps))


def keeps_revoked_keys(state: State, event: Event, now: Instant) -> Stepped:
    """Goes by all keys that it ever knew."""
    after, effects = step(state, event, now)
    if state.delegation is None or after.delegation is state.delegation or after.delegation is None:
        return after, effects
    keys = tuple(dict.fromkeys((*after.delegation.keys, *state.delegation.keys)))
    held = msgspec.structs.replace(after.delegation, keys=keys, epoch=state.delegation.epoch)
    kept = {"programme": state.programme, "programme_bytes": state.programme_bytes, "ordered": state.ordered}
    kept |= {"programme_key": state.programme_key, "progress": state.progress, "active": state.active}
    return replace(after, delegation=held, **kept), tuple(each for each in effects if not isinstance(each, StopSound))


def plays_without_a_clock(state: State, event: Event, now: Instant) -> Stepped:
    """Takes what an unknown clock shows for the time."""
    return step(state, event, replace(now, trust=ClockTrust.TRUSTED))


class AcknowledgesTooMuch(Desk):
    """Acknowledges receipts beyond a gap."""

    def through(self, through: int, numbers: list[int]) -> int:
        return max([through, *numbers])


class AcknowledgesBeforeStoring(Desk):
    """Rings before the commit, and dies between."""

    def settle(self, store: Any, rings: Any) -> None:
        rings = list(rings)
        for ring in rings:
            self.publish(ring)
        super().settle(store, ())


class NeverRepeats(Desk):
    """What was lost once is lost."""

    def resend(self) -> None:
        pass

    def greet(self) -> None:
        pass


class BelievesAnybody(Desk):
    """Reads receipts and does not look who signed them."""

    def taken(self, leaf: Any, unit: Any, data: bytes) -> None:
        if leaf is not Leaf.RECEIPT:
            super().taken(leaf, unit, data)
            return
        try:
            desk_inbox.receipts(self, msgspec.json.decode(data.partition(b"\n")[2], type=ReceiptBatch))
        except msgspec.DecodeError as error:
            raise Refused(Refusal.MALFORMED) from error


@dataclass(frozen=True)
class Mutant:
    """A way to be wrong, what must see it, and the trouble in which it shows."""

    breaks: Callable[[Commune], None]
    promises: frozenset[str]
    only: frozenset[str] = frozenset()


def unit_that(decides: Callable[[State, Event, Instant], Stepped]) -> Callable[[Commune], None]:
    def change(commune: Commune) -> None:
        for unit in commune.units:
            unit.decides = decides

    return change


def desk_that(kind: type[Desk]) -> Callable[[Commune], None]:
    def change(commune: Commune) -> None:
        commune.desk.__class__ = kind

    return change


def _of(change: Callable[[Commune], None], promises: str, only: str = "") -> Mutant:
    return Mutant(change, frozenset(promises.split()), frozenset(only.split()))


MUTANTS: dict[str, Mutant] = {
    "forgets-what-it-played": _of(unit_that(forgets_what_it_played), "P-once P-truth", "crash power"),
    "plays-too-late": _of(unit_that(plays_too_late), "P-late"),
    "plays-too-early": _of(unit_that(plays_too_early), "P-late"),
    "plays-a-little-late": _of(unit_that(plays_a_little_late), "P-start"),
    "plays-other-items": _of(unit_that(plays_other_items), "P-quiet"),
    "claims-the-end": _of(unit_that(claims_the_end), "P-truth"),
    "claims-more": _of(unit_that(claims_more), "P-truth"),
    "drops-receipts": _of(unit_that(drops_what_was_not_acknowledged), "receipts", "weather"),
    "hears-no-cancellation": _of(unit_that(hears_no_cancellation), "P-cancel healing"),
    "obeys-what-is-for-others": _of(unit_that(obeys_what_is_for_others), "P-quiet", "hostile"),
    "takes-older-programmes": _of(unit_that(takes_older_programmes), "rollback", "hostile"),
    "never-trusts-its-clock": _of(unit_that(never_trusts_its_clock), "P-autonomy"),
    "follows-any-clock": _of(unit_that(follows_any_clock), "P-clock P-late", "clock-set lying-time"),
    "plays-without-a-clock": _of(unit_that(plays_without_a_clock), "P-clock P-late", "power no-time"),
    "knows-no-hours": _of(unit_that(knows_no_hours), "P-hours", "theft"),
    "keeps-revoked-keys": _of(unit_that(keeps_revoked_keys), "P-revoked P-cancel P-quiet healing", "rotate theft"),
    "acknowledges-too-much": _of(desk_that(AcknowledgesTooMuch), "receipts", "weather"),
    "acknowledges-before-storing": _of(desk_that(AcknowledgesBeforeStoring), "receipts", "desk-crash"),
    "never-repeats": _of(desk_that(NeverRepeats), "healing", "weather partition desk-away"),
    "believes-anybody": _of(desk_that(BelievesAnybody), "P-truth", "hostile"),
}
