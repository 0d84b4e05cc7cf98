"""A bulletin put together: opening, speech n times with gaps, closing; or tones alone.

pydub does the cutting and joining. It holds its sound in memory, so it is given short material only: speech is held
once however often it is repeated, and the whole is written out part by part.
"""

import warnings
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from audio.speech.port import Passage
from audio.studio.chime import Closing, Opening, Tones, tune
from audio.studio.signature import Signature

with warnings.catch_warnings():
    # pydub looks for a player and an encoder that it is never asked to use here, and for a module named audioop.
    warnings.simplefilter("ignore")
    from pydub import AudioSegment

MAX_REPEAT = 3
MAX_GAP_MS = 10_000
MIN_PAUSE_MS, MAX_PAUSE_MS = 600, 1_500
"""Shorter, sentences run together in the echo of a valley; longer, people think that it is over."""
TONES_RATE = 24_000
_PEAK_DBFS = -1.0
_TONES_DBFS = -20.0
_LEAD_MS = 150
"""Silence at both ends, for the encoder to settle and the ear to part one item from the next."""
_TUNE_BELOW_SPEECH_DB = 1.0
"""Root mean square against root mean square: a tone carries further than speech of the same power."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the parts follow each other; times in milliseconds."""

    repeat: int = 1
    """How often the whole speech is heard, 1 to 3."""
    gap_ms: int = 2_000
    """Silence between two repetitions."""
    pause_ms: int = 800
    """Silence between passages, and between tones and speech: a breath, 600 to 1,500."""
    opening: Opening | Signature = Opening.CHIME
    """A chime, or the commune's signature tune."""
    closing: Closing | Signature = Closing.TONE
    between: Opening | Signature = Opening.NONE
    """Heard after the gap, before each repetition: who came late knows that it begins anew."""

    def __post_init__(self) -> None:
        """Refuse what the officer's form must not offer."""
        if not 1 <= self.repeat <= MAX_REPEAT:
            raise ValueError(f"repeat must be 1 to {MAX_REPEAT}, not {self.repeat}")
        if not 0 <= self.gap_ms <= MAX_GAP_MS:
            raise ValueError(f"a gap must be 0 to {MAX_GAP_MS} ms")
        if not MIN_PAUSE_MS <= self.pause_ms <= MAX_PAUSE_MS:
            raise ValueError(f"a pause must be {MIN_PAUSE_MS} to {MAX_PAUSE_MS} ms")


BARE = Layout(opening=Opening.NONE, closing=Closing.NONE)
"""Speech alone: to be put together with others in a sitting."""


@dataclass(frozen=True, slots=True)
class Composition:
    """The parts in the order in which they are heard; the same part may stand in it several times."""

    rate: int
    parts: tuple[AudioSegment, ...]

    @property
    def duration_ms(self) -> int:
        """Milliseconds from the first sample to the last."""
        return self._frames() * 1000 // self.rate

    def write(self, file: IO[bytes]) -> None:
        """Write it as a WAV file, one part at a time."""
        with wave.open(file, "wb") as written:
            written.setparams((1, 2, self.rate, self._frames(), "NONE", "not compressed"))
            for part in self.parts:
                written.writeframes(part.raw_data)

    def _frames(self) -> int:
        return sum(int(part.frame_count()) for part in self.parts)


def compose(passages: Sequence[Passage], layout: Layout) -> Composition:
    """Put the passages between opening and closing as `layout` says.

    Raises:
        ValueError: there is no passage, or two have different rates (one engine speaks a whole bulletin).
    """
    rates = {passage.rate for passage in passages}
    if len(rates) != 1:
        raise ValueError(f"passages of one rate are needed, not {sorted(rates)}")
    rate = rates.pop()
    speech = _between([_segment(passage.samples, rate) for passage in passages], _silence(layout.pause_ms, rate))
    level = max(part.dBFS for part in speech) - _TUNE_BELOW_SPEECH_DB
    lead, pause, gap = (_silence(length, rate) for length in (_LEAD_MS, layout.pause_ms, layout.gap_ms))
    opening, between, closing = (_tune(kind, rate, level) for kind in (layout.opening, layout.between, layout.closing))
    again = [gap, *between, *([pause] if between else []), *speech] * (layout.repeat - 1)
    opened = [*opening, pause] if opening else []
    closed = [pause, *closing] if closing else []
    return Composition(rate, (lead, *opened, *speech, *again, *closed, lead))


def compose_tones(kind: Tones) -> Composition:
    """Tones alone, between two breaths of silence.

    Raises:
        ValueError: `kind` is the one that means no tones.
    """
    lead, tones = _silence(_LEAD_MS, TONES_RATE), _tune(kind, TONES_RATE, _TONES_DBFS)
    if not tones:
        raise ValueError("no tones to make a clip of")
    return Composition(TONES_RATE, (lead, *tones, lead))


def _segment(samples: bytes, rate: int) -> AudioSegment:
    return AudioSegment(data=samples, sample_width=2, frame_rate=rate, channels=1)


def _silence(length_ms: int, rate: int) -> AudioSegment:
    return AudioSegment.silent(length_ms, frame_rate=rate)


def _tune(kind: Tones, rate: int, level_dbfs: float) -> list[AudioSegment]:
    """The tones at this level, or nothing."""
    tones = _segment(tune(kind, rate), rate)
    if not tones.frame_count():
        return []
    return [tones.apply_gain(min(level_dbfs - tones.dBFS, _PEAK_DBFS - tones.max_dBFS))]


def _between(parts: Sequence[AudioSegment], pause: AudioSegment) -> list[AudioSegment]:
    """The parts with a pause between each two."""
    return [part for index, speech in enumerate(parts) for part in ((pause, speech) if index else (speech,))]
