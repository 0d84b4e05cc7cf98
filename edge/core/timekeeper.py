"""Which clock a unit believes: the network's, or the controller's signed word, counted on by the monotonic clock.

An anchor is a time once known, and the monotonic second at which it was. From there the monotonic clock counts, so
that neither a stepped clock nor a restart of the process moves the time that is believed. There are two anchors:

- of the network: the machine's clock while the kernel says that it is synchronised. It is renewed by the hour while the
  two agree; a machine's clock that departs from it is not followed, unless the controller's recent word confirms it.
- of the controller: its signed answer to this unit's own nonce, uncertain by half of the round trip.

Where they contradict each other, the signed one is believed, and the network's is named as its rival: quiet hours then
hold by both (`edge.core.caps`), so that a stolen schedule key that lies about the time wakes nobody. Where they agree,
the network's is believed while it lasts, and then whichever is the less uncertain. Pure; times `mono` are in seconds.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from msgspec import Struct

from edge.core.instant import Instant
from protocol.names import ClockSource, ClockTrust, KeyId

DRIFT = 200e-6
"""How fast a monotonic clock may go wrong, at the worst: a crystal in the heat is off by less (seconds a second)."""
TOLERANCE_S = 1.0
"""Clocks that differ by so much more than their uncertainty contradict each other."""
NETWORK_ERROR_S = 0.1
"""How far a clock that a time service keeps over a bad line may be off."""
HOLDOVER_S = 14 * 86_400.0
"""How long an anchor is counted on from: as long as a plan. Older, it is an estimate."""
RENEW_S = 3600.0
"""How often the network's anchor is renewed, and so how often it is written to a card that wears."""
RECENT_S = 2 * 3600.0
"""How old the controller's word may be to confirm that the machine's clock was rightly set."""
BEFORE_NEWEST = timedelta(minutes=10)
"""A network's time that lies further before the newest time that was ever signed is not believed."""


class Anchor(Struct, frozen=True, omit_defaults=True):
    """A time once known: it was `wall` at `mono`, give or take `error_s`. `signer` is the key of a controller's."""

    wall: datetime
    mono: float
    error_s: float
    signer: KeyId | None = None

    def wall_at(self, mono: float) -> datetime:
        """The time at a monotonic second, counted from here."""
        return self.wall + timedelta(seconds=mono - self.mono)

    def error_at(self, mono: float) -> float:
        """How far that may be off, in seconds."""
        return self.error_s + DRIFT * (mono - self.mono)

    def holds(self, mono: float) -> bool:
        """Whether it may still be counted on from."""
        return mono - self.mono <= HOLDOVER_S

    def agrees(self, wall: datetime, mono: float) -> bool:
        """Whether another clock's time at a monotonic second does not contradict this one."""
        return abs((wall - self.wall_at(mono)).total_seconds()) <= self.error_at(mono) + TOLERANCE_S


class Anchors(Struct, frozen=True, omit_defaults=True):
    """What is known of the time since the machine was switched on. `boot` is the kernel's name of that."""

    boot: str = ""
    network: Anchor | None = None
    signed: Anchor | None = None


@dataclass(frozen=True, slots=True)
class Belief:
    """The clock believed at one moment: `instant`, what it rests on, and how far it may be off.

    `dispute_s` is by how much the machine's clock differs from it, None while that is within what it may.
    """

    instant: Instant
    source: ClockSource | None = None
    error_s: float | None = None
    dispute_s: float | None = None


def observe(anchors: Anchors, raw: Instant) -> Anchors:
    """Return the anchors after a reading of the machine's clock, the same object when nothing is to be noted."""
    if not raw.trusted or not _may_anchor(anchors, raw):
        return anchors
    return _with(anchors, Anchor(raw.wall, raw.mono, NETWORK_ERROR_S), anchors.signed)


def answered(anchors: Anchors, at: datetime, asked: float, raw: Instant, signer: KeyId) -> Anchors:
    """Return the anchors after the controller's answer `at` to a question that was sent at the mono second `asked`.

    Of two words of the controller that do not contradict each other the less uncertain stays, counted on to now.
    """
    half_s = (raw.mono - asked) / 2
    fresh = Anchor(at + timedelta(seconds=half_s), raw.mono, half_s, signer)
    held = anchors.signed
    if held is not None and held.signer == signer:
        counted, error_s = held.wall_at(raw.mono), held.error_at(raw.mono)
        if error_s < half_s and abs((counted - fresh.wall).total_seconds()) <= error_s + half_s:
            fresh = Anchor(counted, raw.mono, error_s, signer)
    return observe(_with(anchors, anchors.network, fresh), raw)


def without(anchors: Anchors, trusted: frozenset[KeyId]) -> Anchors:
    """Return the anchors less the controller's word when its key is not among the trusted any more."""
    revoked = anchors.signed is not None and anchors.signed.signer not in trusted
    return _with(anchors, anchors.network, None) if revoked else anchors


def recalled(anchors: Anchors, boot: str, mono: float) -> Anchors:
    """Return what an earlier process noted, if the machine was not switched off since; else nothing."""
    known = [anchor for anchor in (anchors.network, anchors.signed) if anchor is not None]
    same = boot != "" and anchors.boot == boot and all(anchor.mono <= mono for anchor in known)
    return anchors if same else Anchors(boot)


def believe(anchors: Anchors, raw: Instant, floor: datetime | None) -> Belief:
    """Return the clock to be believed at this reading. `floor` is the newest time that was ever signed to this unit."""
    network, signed, mono = _network(anchors, raw, floor), anchors.signed, raw.mono
    if signed is not None and not signed.holds(mono):
        signed = None
    if network is not None and (signed is None or _prefers_network(network, signed, raw)):
        return _by_network(network, raw)
    if signed is not None:
        return _by_signed(signed, anchors.network, raw)
    return _estimate(anchors, raw)


def _may_anchor(anchors: Anchors, raw: Instant) -> bool:
    network, signed, mono = anchors.network, anchors.signed, raw.mono
    if network is None or not network.holds(mono):
        return True
    if network.agrees(raw.wall, mono):
        return mono - network.mono >= RENEW_S
    recent = signed is not None and mono - signed.mono <= RECENT_S
    return recent and signed is not None and signed.agrees(raw.wall, mono)


def _with(anchors: Anchors, network: Anchor | None, signed: Anchor | None) -> Anchors:
    return Anchors(anchors.boot, network, signed)


def _network(anchors: Anchors, raw: Instant, floor: datetime | None) -> Anchor | None:
    """The network's anchor, if it holds and its time can be true."""
    network = anchors.network
    if network is None or not network.holds(raw.mono):
        return None
    plausible = floor is None or network.wall_at(raw.mono) >= floor - BEFORE_NEWEST
    return network if plausible else None


def _prefers_network(network: Anchor, signed: Anchor, raw: Instant) -> bool:
    """Whether the network's time is to be believed: it does not contradict the signed one, and is the more certain."""
    mono = raw.mono
    kept = raw.trusted and network.agrees(raw.wall, mono)
    wall, error_s = (raw.wall, NETWORK_ERROR_S) if kept else (network.wall_at(mono), network.error_at(mono))
    apart_s = abs((wall - signed.wall_at(mono)).total_seconds())
    if apart_s > error_s + signed.error_at(mono) + TOLERANCE_S:
        return False
    return kept or error_s <= signed.error_at(mono)


def _by_network(network: Anchor, raw: Instant) -> Belief:
    """The machine's clock itself while it agrees: it is the precise one."""
    if not network.agrees(raw.wall, raw.mono):
        return _counted(network, raw, ClockSource.HOLDOVER, disputed=True)
    if raw.trusted:
        return Belief(raw, ClockSource.NETWORK, NETWORK_ERROR_S)
    return Belief(replace(raw, trust=ClockTrust.TRUSTED), ClockSource.HOLDOVER, network.error_at(raw.mono))


def _by_signed(signed: Anchor, network: Anchor | None, raw: Instant) -> Belief:
    recent = raw.mono - signed.mono <= RECENT_S
    source = ClockSource.CONTROLLER if recent else ClockSource.HOLDOVER
    disputed = raw.trusted and not signed.agrees(raw.wall, raw.mono)
    belief = _counted(signed, raw, source, disputed=disputed)
    if network is None:
        return belief
    rival = network.wall_at(raw.mono)
    apart_s = abs((rival - belief.instant.wall).total_seconds())
    if apart_s <= network.error_at(raw.mono) + signed.error_at(raw.mono) + TOLERANCE_S:
        return belief
    return replace(belief, instant=replace(belief.instant, rival=rival))


def _counted(anchor: Anchor, raw: Instant, source: ClockSource, *, disputed: bool) -> Belief:
    wall = anchor.wall_at(raw.mono)
    dispute_s = (raw.wall - wall).total_seconds() if disputed else None
    return Belief(replace(raw, wall=wall, trust=ClockTrust.TRUSTED), source, anchor.error_at(raw.mono), dispute_s)


def _estimate(anchors: Anchors, raw: Instant) -> Belief:
    """The last anchor that can be counted on no more, or else the machine's clock, of which nothing is known."""
    old = [each for each in (anchors.network, anchors.signed) if each is not None and not each.holds(raw.mono)]
    if not old:
        return Belief(replace(raw, trust=ClockTrust.UNKNOWN))
    last = max(old, key=lambda anchor: anchor.mono)
    instant = replace(raw, wall=last.wall_at(raw.mono), trust=ClockTrust.ESTIMATED)
    return Belief(instant, ClockSource.HOLDOVER, last.error_at(raw.mono))
