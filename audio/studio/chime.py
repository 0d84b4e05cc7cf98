"""The tones before and after speech: computed here, so that no recording and nobody's rights are needed.

All lie between 500 Hz and 3 kHz, which a horn carries well. The attention tone of an emergency is like no other
sound of the day, and a test opens with short pips: the ear knows what is coming before the first word.
"""

import math
import sys
from array import array
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Opening(StrEnum):
    """What is heard before the speech."""

    CHIME = "chime"
    ATTENTION = "attention"
    TEST = "test"
    NONE = "none"


class Closing(StrEnum):
    """What is heard after the speech."""

    TONE = "tone"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class _Strike:
    """One note: when it starts and how long it sounds (seconds), its pitch (Hz), and whether it rings like a bell."""

    start: float
    length: float
    pitch: float
    bell: bool = True


_BELL = ((1.0, 1.0, 1.0), (2.0, 0.5, 1.7), (3.0, 0.2, 2.6))
"""Partials: multiple of the pitch, strength, how much faster it fades than the first."""
_HUM = ((1.0, 1.0, 0.0), (2.0, 0.3, 0.0))
_FADE_S = 0.45
"""Time in which a bell fades to a third."""
_EDGE_S = 0.008
"""Every note rises and falls so softly that nothing clicks."""
_PEAK = 0.5

_TUNES: dict[str, tuple[_Strike, ...]] = {
    Opening.CHIME: (_Strike(0.0, 1.6, 784.0), _Strike(0.6, 1.4, 587.3)),
    Opening.ATTENTION: tuple(
        _Strike(0.5 * turn, 0.5, pitch, bell=False) for turn, pitch in enumerate((988.0, 659.3) * 3)
    ),
    Opening.TEST: tuple(_Strike(0.4 * turn, 0.15, 1046.5, bell=False) for turn in range(3)),
    Closing.TONE: (_Strike(0.0, 0.9, 587.3), _Strike(0.3, 1.2, 523.3)),
}


@lru_cache(maxsize=16)
def tune(kind: Opening | Closing, rate: int) -> bytes:
    """The tones as signed 16-bit little-endian mono samples at `rate`, peak 6 dB below full scale; NONE is empty."""
    strikes = _TUNES.get(kind, ())
    mixed = [0.0] * round(max((strike.start + strike.length for strike in strikes), default=0) * rate)
    for strike in strikes:
        _add(mixed, strike, rate)
    peak = max(map(abs, mixed), default=1.0)
    samples = array("h", (round(value / peak * _PEAK * 32767) for value in mixed))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def _add(mixed: list[float], strike: _Strike, rate: int) -> None:
    start, count = round(strike.start * rate), round(strike.length * rate)
    edge = max(1, round(_EDGE_S * rate))
    for index in range(min(count, len(mixed) - start)):
        softness = min(1.0, index / edge, (count - index) / (edge * 4))
        mixed[start + index] += softness * _tone(index / rate, strike)


def _tone(seconds: float, strike: _Strike) -> float:
    partials = _BELL if strike.bell else _HUM
    return sum(
        strength * math.exp(-seconds * fading / _FADE_S) * math.sin(math.tau * strike.pitch * multiple * seconds)
        for multiple, strength, fading in partials
    )
