"""Signature tunes (nhạc hiệu): short melodies of our own, one of which a commune chooses as its own.

Each keeps to one of the five Vietnamese modes without semitones and lies where a horn carries. They are written as
steps of the mode and beats, so that anybody can change or add one: a name, a score, its word in the catalogue.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from audio.studio.instruments import BAMBOO, BELL, FLUTE, GONG, MONOCHORD, STONE, ZITHER, Instrument, Note, play


class Signature(StrEnum):
    """The tunes; each has its Vietnamese name in the catalogue."""

    DAWN = "dawn"
    RICE_FIELD = "rice-field"
    SPRING = "spring"
    FESTIVAL = "festival"
    RIVER = "river"
    HIGHLAND = "highland"
    EVENING = "evening"


BAC = (0, 2, 5, 7, 9)
"""Bright and solemn: hò xự xang xê cống, as semitones above the first."""
NAM = (0, 3, 5, 7, 10)
"""Gentle, a little sad."""
NAO = (0, 2, 5, 7, 10)
"""Between the two."""
HUYNH = (0, 2, 4, 7, 9)
"""Cheerful."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One instrument's part.

    `steps` are written "degree:beats" with a degree of the mode counted from 0, downwards with a minus, ":beats" alone
    for a rest, and one beat where none is given: "0 2 3:1.5 :0.5 -1".
    """

    instrument: Instrument
    steps: str
    strength: float = 1.0
    ring: float = 1.0
    """How many times its beats a note sounds: strings ring on, flutes do not."""

    def parsed(self) -> Iterator[tuple[int | None, float]]:
        """Yield degree (None: a rest) and beats of each step."""
        for step in self.steps.split():
            degree, _, beats = step.partition(":")
            yield int(degree) if degree else None, float(beats or 1)


@dataclass(frozen=True, slots=True)
class Score:
    """A tune: its mode, its first note (Hz), seconds a beat, and its voices."""

    mode: tuple[int, ...]
    tonic: float
    beat_s: float
    voices: tuple[Voice, ...]

    def notes(self) -> Iterator[Note]:
        """Yield the notes of all voices."""
        for voice in self.voices:
            beats = 0.0
            for degree, length in voice.parsed():
                if degree is not None:
                    start, sounding = beats * self.beat_s, length * self.beat_s * voice.ring
                    yield Note(start, sounding, self.pitch(degree), voice.instrument, voice.strength)
                beats += length

    def pitch(self, degree: int) -> float:
        """Hz of a degree: so many steps of the mode above its first note, or below."""
        octave, step = divmod(degree, len(self.mode))
        return self.tonic * float(2 ** (octave + self.mode[step] / 12))


SCORES = {
    Signature.DAWN: Score(
        BAC,
        523.3,
        0.34,
        (
            Voice(ZITHER, "0:.5 1:.5 2:.5 3:.5 5 4 3 5 3:.5 2:.5 3:3", ring=2.5),
            Voice(ZITHER, ":2 0:2 0:2 -2 0:3", strength=0.5, ring=1.5),
        ),
    ),
    Signature.RICE_FIELD: Score(
        HUYNH,
        587.3,
        0.42,
        (
            Voice(FLUTE, "2 3:.5 2:.5 1 0 1:.5 2:.5 3 4:.5 3:.5 5:3", ring=0.96),
            Voice(ZITHER, "0 3 0 3 -1 2 -2 0:3", strength=0.45, ring=2.0),
        ),
    ),
    Signature.SPRING: Score(
        HUYNH,
        587.3,
        0.19,
        (
            Voice(BAMBOO, "0 2 3 5 4 3 2 3 1 3 4 6 5 4 3 4 5:2 3:2 5:3", ring=2.0),
            Voice(BAMBOO, "0:4 -1:4 -2:4 -1:4 0:2 -2:2 0:3", strength=0.7),
        ),
    ),
    Signature.FESTIVAL: Score(
        NAO,
        587.3,
        0.24,
        (
            Voice(STONE, "3 3:.5 4:.5 5 3 2 3:.5 2:.5 1 0 1 2:.5 3:.5 5 4 3 5:3", ring=2.0),
            Voice(GONG, "0:4 -2:4 0:4 0:4", strength=0.4),
        ),
    ),
    Signature.RIVER: Score(
        NAM,
        523.3,
        0.5,
        (
            Voice(MONOCHORD, "0 2 3:1.5 4:.5 3 2:.5 1:.5 2 0:3", ring=1.3),
            Voice(ZITHER, ":1 0:2 2:2 -2:2 0:3", strength=0.35, ring=1.5),
        ),
    ),
    Signature.HIGHLAND: Score(
        BAC,
        440.0,
        0.45,
        (
            Voice(GONG, "0:2 3:2 0:2 3 5:4", strength=0.8, ring=1.2),
            Voice(FLUTE, ":2 5 6:.5 7:.5 8:1.5 7:.5 6 8:4", strength=0.6, ring=0.95),
        ),
    ),
    Signature.EVENING: Score(
        HUYNH,
        698.5,
        0.5,
        (
            Voice(BELL, "4 3 2 3 1 2 0:3", ring=1.8),
            Voice(BELL, "0:2 -2:2 -1:2 -5:3", strength=0.5, ring=1.4),
        ),
    ),
}


@lru_cache(maxsize=16)
def melody(kind: Signature, rate: int) -> bytes:
    """The tune as signed 16-bit little-endian mono samples at `rate`, peak 6 dB below full scale."""
    return play(tuple(SCORES[kind].notes()), rate)
