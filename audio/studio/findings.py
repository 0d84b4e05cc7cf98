"""What the counts of a listened recording mean: where it is silent, and what an officer should know of it.

Pure. Told is only what can be told reliably from the sound alone; each threshold stands here with its reason. Nothing
here refuses a recording: an officer is warned, listens and decides.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby, pairwise

from audio.studio.waveform import Folding

FRAME_S = 0.02
"""Sound is judged in frames of 20 ms: a syllable has ten, and 50 Hz repeats itself in one."""
LEVELS = 256
SILENT = 255
"""Level of digital silence; the others, 0 to 254, are half decibels below full scale."""

TOO_QUIET_DBFS = -42.0
"""Speech below this was recorded from too far away; lifted to a clip's level, the room comes with it."""
CLIPPED_SHARE = 0.001
"""Of the samples in sounding frames. A whole recording whose highest peak touches full scale has a tenth of it."""
NOISY_SNR_DB = 15.0
"""Speech less than this above the noise of its own pauses is hard to follow from a horn in the open."""
LONG_SILENCE_S = 5.0
"""After so long, listeners take it for the end."""
HUM_BELOW_SPEECH_DB = 40.0
"""A mains hum that is less far below the speech is heard in every pause."""
ONE_CHANNEL_DB = 20.0
"""So much weaker, the other channel of a stereo recording holds only crosstalk."""
OPPOSED_DB = 12.0
"""So much weaker than the channels, their mean has lost what they have in common: one is wired upside down."""

_LOUD_SHARE, _FLOOR_SHARE, _LOWEST_SHARE = 0.98, 0.10, 0.02
_STEADY_DB = 2.0
"""Noise has hardly a spread; where the quietest frames differ by more, they are fading sound."""
_LEAST_SPREAD_DB = 3.0
"""Between the loudest frames and the quietest: what has less is one steady sound, noise or not, and no speech."""
_ACTIVE_DB = 15.0
"""Frames so far below the loudest are pauses or the ends of words."""
_BELOW_SPEECH_DB = 30.0
_ABOVE_NOISE_DB = 4.0
_LEAST_BELOW_SPEECH_DB = 10.0
_QUIETEST_DBFS = -70.0
_SUSTAINED_S = 0.06
"""What is shorter is the click of the button, not the first syllable."""
_KEPT_BEFORE_S, _KEPT_AFTER_S = 0.2, 0.4
"""Kept around the sound when silence is cut off: soft consonants, and the room's answer."""
_HUM_SHARE = 0.5
_LEAST_PAUSES_S = 0.3
_MOST_SNR_DB = 90.0


class Problem(StrEnum):
    """What an officer should know before a village hears it; each has its sentence in the catalogue."""

    TOO_QUIET = "too-quiet"
    CLIPPED = "clipped"
    NOISY = "noisy"
    LONG_SILENCE = "long-silence"
    ONE_CHANNEL = "one-channel"
    """Only the left or right channel holds the sound; it alone is used."""
    OPPOSED_CHANNELS = "opposed-channels"
    """Left and right cancel each other; one alone is used."""
    HUM = "hum"


class Channels(StrEnum):
    """Which channels of a recording are used."""

    ALL = "all"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found. Levels are of what a horn carries (300 Hz to 7 kHz), in dB below full scale."""

    duration_s: float
    peaks: tuple[float, ...]
    """The outline: 400 values of 0 to 1 (`audio.studio.waveform`)."""
    level_dbfs: float
    """Of the speech, its pauses left out; -127.5 of silence."""
    noise_floor_dbfs: float
    """Of the quietest tenth; in a recording that never pauses this is its quietest speech."""
    silence_lead_s: float
    """Before the first sound; the whole duration when there is none."""
    silence_tail_s: float
    silence_longest_s: float
    """Between the first sound and the last."""
    silent_share: float
    """Of the whole duration, 0 to 1."""
    clipped_share: float
    """Of the samples in sounding frames, 0 to 1."""
    hum_dbfs: float
    """50 Hz and its multiples up to 300 Hz, in the pauses; -127.5 when there is none, or no pause to hear it in."""
    channels: Channels
    problems: tuple[Problem, ...]

    @property
    def snr_db(self) -> float:
        """How far the speech stands above the floor, in dB, 90 at most."""
        return min(_MOST_SNR_DB, self.level_dbfs - self.noise_floor_dbfs)

    @property
    def sound_s(self) -> tuple[float, float]:
        """Begin and end (seconds) of what is left without the silence at both ends; some of it is kept."""
        if self.silence_lead_s >= self.duration_s:
            return 0.0, self.duration_s
        begin = max(0.0, self.silence_lead_s - _KEPT_BEFORE_S)
        return begin, min(self.duration_s, self.duration_s - self.silence_tail_s + _KEPT_AFTER_S)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted while the sound went by."""

    duration_s: float
    peaks: tuple[float, ...]
    loudest: Folding
    """Half decibels above silence (SILENT less the level), frame by frame."""
    frames: Sequence[int]
    """Number of frames of each level."""
    full_samples: int
    """Samples at full scale, of the channel that has more of them."""
    samples_a_frame: int
    left_power: float
    right_power: float
    mean_power: float
    """Of the mean of left and right: what a mono loudspeaker plays."""
    low_power: Sequence[float]
    """Of the frames of each level: power below 300 Hz."""
    hum_power: Sequence[float]
    """Of the frames of each level: how much of that repeats itself after 20 ms."""


@dataclass(frozen=True, slots=True)
class _Levels:
    """What stands out of the levels of all frames: the loudest, the quiet tenth, and whether that is a steady noise."""

    loud: int
    floor: int
    steady: bool
    speech_dbfs: float

    @property
    def noise(self) -> float | None:
        """A noise that never stops, in dB below full scale."""
        return _dbfs(self.floor) if self.steady else None

    @property
    def noisy(self) -> bool:
        """Whether speech stands in such a noise; one steady sound alone is no speech, and not judged."""
        varied = self.floor - self.loud > 2 * _LEAST_SPREAD_DB
        return self.noise is not None and varied and self.speech_dbfs - self.noise < NOISY_SNR_DB


def judge(tally: Tally) -> Findings:
    """Turn counts into findings."""
    levels = _levels(tally.frames)
    threshold = _silence_below(levels.speech_dbfs, levels.noise)
    lead, tail, longest = _silences(tally, threshold)
    total, silent = max(1, sum(tally.frames)), sum(tally.frames[threshold:])
    clipped = min(1.0, tally.full_samples / (max(1, total - silent) * tally.samples_a_frame))
    channels, problem = _channels(tally)
    found = Findings(
        duration_s=round(tally.duration_s, 3),
        peaks=tally.peaks,
        level_dbfs=round(levels.speech_dbfs, 1),
        noise_floor_dbfs=_dbfs(levels.floor),
        silence_lead_s=round(lead, 2),
        silence_tail_s=round(tail, 2),
        silence_longest_s=round(longest, 2),
        silent_share=round(silent / total, 3),
        clipped_share=round(clipped, 5),
        hum_dbfs=round(_hum_dbfs(tally, threshold), 1),
        channels=channels,
        problems=(),
    )
    return replace(found, problems=(*_problems(found, noisy=levels.noisy), *problem))


def _problems(found: Findings, *, noisy: bool) -> Iterator[Problem]:
    if found.level_dbfs < TOO_QUIET_DBFS:
        yield Problem.TOO_QUIET
    if found.clipped_share >= CLIPPED_SHARE:
        yield Problem.CLIPPED
    if noisy:
        yield Problem.NOISY
    if found.silence_longest_s >= LONG_SILENCE_S:
        yield Problem.LONG_SILENCE
    if found.hum_dbfs > max(_QUIETEST_DBFS, found.level_dbfs - HUM_BELOW_SPEECH_DB):
        yield Problem.HUM


def _levels(frames: Sequence[int]) -> _Levels:
    loud, floor, lowest = (_percentile(frames, share) for share in (_LOUD_SHARE, _FLOOR_SHARE, _LOWEST_SHARE))
    steady = lowest < SILENT and (lowest - floor) / 2 <= _STEADY_DB
    return _Levels(loud, floor, steady, _mean_level(frames[: loud + round(2 * _ACTIVE_DB)]))


def _dbfs(level: int) -> float:
    return -level / 2


def _percentile(frames: Sequence[int], share: float) -> int:
    """The level that so large a share of the frames does not exceed."""
    louder = (1 - share) * sum(frames)
    for level, count in enumerate(frames):
        louder -= count
        if louder < 0:
            return level
    return SILENT


def _mean_level(frames: Sequence[int]) -> float:
    """The mean power of frames of these levels, in dB below full scale."""
    power = sum(count * 10 ** (_dbfs(level) / 10) for level, count in enumerate(frames[:SILENT]))
    return 10 * math.log10(power / sum(frames)) if power else _dbfs(SILENT)


def _silence_below(level: float, noise: float | None) -> int:
    """The first level that counts as silence: below the speech by far, or hardly above a steady noise."""
    silence = level - _BELOW_SPEECH_DB
    if noise is not None:
        silence = max(silence, min(noise + _ABOVE_NOISE_DB, level - _LEAST_BELOW_SPEECH_DB))
    return min(SILENT, round(-2 * max(_QUIETEST_DBFS, silence)))


def _silences(tally: Tally, threshold: int) -> tuple[float, float, float]:
    """Seconds of silence at the beginning, at the end, and the longest between."""
    step = FRAME_S * tally.loudest.each
    sounds = list(_sounds(tally.loudest.held, SILENT - threshold, max(1, math.ceil(_SUSTAINED_S / step))))
    if not sounds:
        return tally.duration_s, 0.0, 0.0
    longest = max((later[0] - earlier[1] for earlier, later in pairwise(sounds)), default=0)
    return sounds[0][0] * step, max(0.0, tally.duration_s - sounds[-1][1] * step), longest * step


def _sounds(loudness: Iterable[int], silence: int, least: int) -> Iterator[tuple[int, int]]:
    """Begin and end of the stretches that are louder than `silence` for at least so many steps."""
    position = 0
    for sounding, stretch in groupby(loudness, lambda value: value > silence):
        length = sum(1 for _ in stretch)
        if sounding and length >= least:
            yield position, position + length
        position += length


def _hum_dbfs(tally: Tally, threshold: int) -> float:
    """The hum in the pauses, when they are long enough to tell and the hum is most of what is there."""
    pauses = sum(tally.frames[threshold:])
    low, hum = sum(tally.low_power[threshold:]), sum(tally.hum_power[threshold:])
    if pauses * FRAME_S < _LEAST_PAUSES_S or not hum or hum < _HUM_SHARE * low:
        return _dbfs(SILENT)
    return 10 * math.log10(hum / pauses)


def _channels(tally: Tally) -> tuple[Channels, tuple[Problem, ...]]:
    stronger = max(tally.left_power, tally.right_power)
    weaker = min(tally.left_power, tally.right_power)
    better = Channels.LEFT if tally.left_power >= tally.right_power else Channels.RIGHT
    if weaker < stronger * 10 ** (-ONE_CHANNEL_DB / 10):
        return better, (Problem.ONE_CHANNEL,)
    if tally.mean_power < stronger * 10 ** (-OPPOSED_DB / 10):
        return better, (Problem.OPPOSED_CHANNELS,)
    return Channels.ALL, ()
