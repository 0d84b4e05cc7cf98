"""What a unit believes of the time, held against the truth: how wrong it may be, and when nobody can promise."""

from edge.core.timekeeper import DRIFT, NETWORK_ERROR_S, TOLERANCE_S, Anchor
from protocol.names import ClockTrust
from tests.simulation.chronicle import true_time
from tests.simulation.unit import SimUnit

SLACK_S = 0.05


def trusted(unit: SimUnit) -> bool:
    """Whether the unit believes its clock."""
    belief = None if unit.state is None else unit.state.belief
    return belief is not None and belief.instant.trust is ClockTrust.TRUSTED


def disabuse(unit: SimUnit, thieves: set[str]) -> None:
    """A word of the controller's own, in the place of the thief's, ends the effect of the lie."""
    signed = None if unit.state is None else unit.state.anchors.signed
    if unit.told_lies and signed is not None and signed.signer not in thieves:
        unit.told_lies = False


def bound_s(unit: SimUnit) -> float | None:
    """By how many seconds what a unit believes may differ from the truth; None when nothing is promised.

    By honest sources alone it is as good as the unit says. When the machine's clock was set, or its time server lies:
    who knew the time before goes on counting, and follows steps of a second at most; the controller's word holds, and
    the machine's clock as far as it does not contradict it: it may be as far from that word as the word from the truth.
    """
    state = unit.state
    if state is None or state.belief is None or state.belief.error_s is None or not trusted(unit) or unit.told_lies:
        return None
    if not unit.misled:
        return state.belief.error_s + SLACK_S
    mono, signed = unit.clock.mono(unit.now), state.anchors.signed
    uncertain = 0.0 if signed is None else signed.error_at(mono)
    if unit.anchored:
        followed = TOLERANCE_S * (unit.steps_of_clock + 1)
        return followed + uncertain + NETWORK_ERROR_S + DRIFT * (unit.now - unit.honest_at) + SLACK_S
    if signed is None:
        return None
    return 2 * uncertain + _error(state.anchors.network, mono) + TOLERANCE_S + SLACK_S


def network_bound_s(unit: SimUnit) -> float | None:
    """The same of the network's clock alone: when that is honest, quiet hours hold by it, whoever else lies."""
    state = unit.state
    if state is None or unit.misled or not unit.kept or state.anchors.network is None:
        return None
    mono = unit.clock.mono(unit.now)
    signed = 0.0 if state.anchors.signed is None else state.anchors.signed.error_at(mono)
    return _error(state.anchors.network, mono) + signed + TOLERANCE_S + SLACK_S


def error_s(unit: SimUnit) -> float:
    """By how much what it believed at its last decision was ahead of the truth, if it was just now."""
    state = unit.state
    assert state is not None
    assert state.belief is not None
    return (state.belief.instant.wall - true_time(unit.now)).total_seconds()


def _error(anchor: Anchor | None, mono: float) -> float:
    return NETWORK_ERROR_S if anchor is None else anchor.error_at(mono)
