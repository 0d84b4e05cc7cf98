"""The tones before, between and after speech: computed here, so that no recording and nobody's rights are needed.

All lie between 500 Hz and 3 kHz, which a horn carries well. The attention tone of an emergency is like no other
sound of the day, and a test opens with short pips: the ear knows what is coming before the first word.
"""

from enum import StrEnum
from functools import lru_cache

from audio.studio.instruments import BELL, PIPE, Note, play
from audio.studio.signature import Signature, melody


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


Tones = Opening | Closing | Signature
"""Everything that sounds and is not speech."""

_CHIMES: dict[Opening | Closing, tuple[Note, ...]] = {
    Opening.CHIME: (Note(0.0, 1.6, 784.0, BELL), Note(0.6, 1.4, 587.3, BELL)),
    Opening.ATTENTION: tuple(Note(0.5 * turn, 0.5, pitch, PIPE) for turn, pitch in enumerate((988.0, 659.3) * 3)),
    Opening.TEST: tuple(Note(0.4 * turn, 0.15, 1046.5, PIPE) for turn in range(3)),
    Closing.TONE: (Note(0.0, 0.9, 587.3, BELL), Note(0.3, 1.2, 523.3, BELL)),
}


@lru_cache(maxsize=16)
def tune(kind: Tones, rate: int) -> bytes:
    """The tones as signed 16-bit little-endian mono samples at `rate`, peak 6 dB below full scale; NONE is empty."""
    return melody(kind, rate) if isinstance(kind, Signature) else play(_CHIMES.get(kind, ()), rate)
