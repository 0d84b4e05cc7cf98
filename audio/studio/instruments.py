"""Instruments that are computed: struck, plucked and blown, after those of the villages. No recording, nobody's rights.

A struck or plucked note is a sum of dying sines (its partials); a blown one lasts, with a little vibrato. Everything
is arithmetic on numbers that stand here, so that a tune is always the same bytes.
"""

import cmath
import math
import sys
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count as counting

_INAUDIBLE = 1e-4
_PEAK = 0.5


@dataclass(frozen=True, slots=True)
class Partial:
    """One sine of a note: multiple of its pitch, strength, seconds in which it fades to a third (None: it lasts)."""

    multiple: float
    strength: float
    fade_s: float | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """How a note sounds."""

    partials: tuple[Partial, ...]
    attack_s: float = 0.008
    """Time to full strength: nothing clicks."""
    release_s: float = 0.032
    vibrato_hz: float = 0.0
    vibrato_depth: float = 0.0
    """Share of the pitch; it comes in with the first quarter second."""
    slide: float = 0.0
    """Share of the pitch by which a note begins too low, and slides up within a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Note:
    """When it starts and how long it sounds (seconds), its pitch (Hz), its strength, and on what it is played."""

    start_s: float
    length_s: float
    pitch: float
    instrument: Instrument
    strength: float = 1.0


def _fading(*partials: tuple[float, float, float]) -> tuple[Partial, ...]:
    return tuple(Partial(*one) for one in partials)


BELL = Instrument(_fading((1.0, 1.0, 0.45), (2.0, 0.5, 0.26), (3.0, 0.2, 0.17)))
PIPE = Instrument((Partial(1.0, 1.0), Partial(2.0, 0.3)))
"""Plain and insistent: of attention and test."""
ZITHER = Instrument(
    _fading((1.0, 1.0, 0.5), (2.0, 0.55, 0.3), (3.0, 0.35, 0.2), (4.0, 0.18, 0.14), (5.0, 0.1, 0.1), (6.0, 0.06, 0.08)),
    attack_s=0.003,
)
"""After the đàn tranh: metal strings, plucked."""
BAMBOO = Instrument(_fading((1.0, 1.0, 0.16), (3.9, 0.25, 0.05), (9.2, 0.06, 0.02)), attack_s=0.002)
"""After the t'rưng: bamboo tubes, struck."""
STONE = Instrument(_fading((1.0, 1.0, 0.35), (2.76, 0.3, 0.12), (5.4, 0.1, 0.05)), attack_s=0.002)
"""After the đàn đá: ringing stones."""
GONG = Instrument(
    _fading((1.0, 1.0, 1.1), (1.48, 0.35, 0.8), (2.0, 0.5, 0.7), (2.67, 0.25, 0.45), (3.4, 0.12, 0.3)), attack_s=0.02
)
"""After the gongs of the highlands."""
FLUTE = Instrument(
    (Partial(1.0, 1.0), Partial(2.0, 0.28), Partial(3.0, 0.1)),
    attack_s=0.05,
    release_s=0.09,
    vibrato_hz=5.2,
    vibrato_depth=0.006,
)
"""After the sáo trúc: a bamboo flute."""
MONOCHORD = Instrument(
    _fading((1.0, 1.0, 0.9), (2.0, 0.4, 0.6), (3.0, 0.22, 0.4), (4.0, 0.1, 0.3)),
    attack_s=0.012,
    vibrato_hz=6.0,
    vibrato_depth=0.012,
    slide=0.06,
)
"""After the đàn bầu: one string, whose pitch is bent."""


def play(notes: Sequence[Note], rate: int) -> bytes:
    """The notes as signed 16-bit little-endian mono samples at `rate`; the highest 6 dB below full scale."""
    mixed = [0.0] * round(max((note.start_s + note.length_s for note in notes), default=0) * rate)
    for note in notes:
        _add(mixed, note, rate)
    peak = max(map(abs, mixed), default=0.0) or 1.0
    samples = array("h", (round(value / peak * _PEAK * 32767) for value in mixed))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def _add(mixed: list[float], note: Note, rate: int) -> None:
    start, count = round(note.start_s * rate), round(note.length_s * rate)
    count = min(count, len(mixed) - start)
    played, bent = note.instrument, note.instrument.vibrato_depth or note.instrument.slide
    phases = _bent_phases(note, count, rate) if bent else None
    sound = [0.0] * count
    for partial in played.partials:
        if phases is None:
            _add_steady(sound, partial, note.pitch, rate)
        else:
            _add_bent(sound, partial, phases, rate)
    attack, release = max(1, round(played.attack_s * rate)), max(1, round(played.release_s * rate))
    for index, value in enumerate(sound):
        softness = min(1.0, index / attack, (count - index) / release)
        mixed[start + index] += note.strength * softness * value


def _add_steady(sound: list[float], partial: Partial, pitch: float, rate: int) -> None:
    """A dying sine is a pointer that turns and shrinks: one multiplication a sample."""
    fading = -1 / partial.fade_s if partial.fade_s else 0.0
    step = cmath.exp(complex(fading, math.tau * pitch * partial.multiple) / rate)
    audible = len(sound)
    if partial.fade_s:
        audible = min(audible, round(-math.log(_INAUDIBLE) * partial.fade_s * rate))
    pointer = complex(partial.strength, 0.0)
    for index in range(audible):
        sound[index] += pointer.imag
        pointer *= step


def _bent_phases(note: Note, count: int, rate: int) -> list[float]:
    """The phase of the first partial, sample by sample."""
    played, phase, phases = note.instrument, 0.0, []
    for index in range(count):
        seconds = index / rate
        swing = played.vibrato_depth * min(1.0, seconds * 4) * math.sin(math.tau * played.vibrato_hz * seconds)
        bend = played.slide * math.exp(-seconds * 25) if played.slide else 0.0
        phases.append(phase)
        phase += math.tau * note.pitch * (1 + swing - bend) / rate
    return phases


def _add_bent(sound: list[float], partial: Partial, phases: Sequence[float], rate: int) -> None:
    fading = math.exp(-1 / (partial.fade_s * rate)) if partial.fade_s else 1.0
    strength = partial.strength
    for index, phase in zip(counting(), phases, strict=False):
        sound[index] += strength * math.sin(partial.multiple * phase)
        strength *= fading
