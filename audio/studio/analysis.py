"""Listen to a recording before people do: its outline, its silences, its noise, and what is wrong with it.

It is read once, as it streams out of ffmpeg, and what is kept does not grow with its length. What the figures mean
stands in `audio.studio.findings`.
"""

import math
import sys
import warnings
from array import array
from dataclasses import dataclass, replace

from audio.child import Limits
from audio.ffmpeg import Account, Ffmpeg, Source, Told
from audio.studio.findings import FRAME_S, LEVELS, SILENT, Channels, Findings, Problem, Tally, judge
from audio.studio.pouring import poured
from audio.studio.waveform import Folding, Waveform

with warnings.catch_warnings():
    # audioop left the standard library with Python 3.13 (there: the package audioop-lts); 3.11 and 3.12 announce it.
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

__all__ = ["Channels", "Findings", "Heard", "Problem", "listen", "look", "pick"]

RATE = 48_000

_FILTERS = (
    # Left, right, what a horn carries of both, and what lies below. A mono file is its own left and right.
    "aresample=48000,aformat=sample_fmts=fltp,pan=quad|FL=FL+FC|FR=FR+FC|BL=0.5*FL+0.5*FR+FC|BR=0.5*FL+0.5*FR+FC,"
    "highpass=f=300:p=2:c=BL,highpass=f=300:p=2:c=BL,lowpass=f=7000:p=2:c=BL,"
    "highpass=f=35:p=2:c=BR,lowpass=f=300:p=2:c=BR,lowpass=f=300:p=2:c=BR"
)
_RAW = ("-c:a", "pcm_s16le", "-f", "s16le", "pipe:1")
_CHANNELS = 4
_FRAME = round(RATE * FRAME_S)
_BLOCK_FRAMES = 25
_BLOCK = 2 * _CHANNELS * _FRAME * _BLOCK_FRAMES
"""Bytes that are judged at once: always half a second, so that the same file gives the same findings."""
_LEVELS_HELD = 1 << 16
"""Silences are found to a frame in 20 minutes, to two in 40, and so on."""
_FULL = 32_768
_ALMOST_FULL = 0x7E00
_ALMOST_FULL_BYTES = (b"\x7e", b"\x7f", b"\x80", b"\x81")
"""Upper bytes of samples from 98.4 % of full scale on: a clipped top that was resampled or coded still lies there."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What was found in a file, and what ffmpeg said of it: whether it is whole, and how long it says that it is."""

    findings: Findings
    account: Account


def look(source: Source, ffmpeg: Ffmpeg, limits: Limits) -> Findings:
    """Find out about a sound of any length, reading it once.

    Raises:
        audio.child.ChildFailed: ffmpeg gave no result within the limits.
    """
    return listen(source, ffmpeg, limits).findings


def listen(
    source: Source,
    ffmpeg: Ffmpeg,
    limits: Limits,
    *,
    at_most_s: float | None = None,
    told: Told = lambda *_seconds: None,
) -> Heard:
    """As `look`, with what ffmpeg said beside it, for who must decide whether a stranger's file is whole."""
    heard = _listen(source, Channels.ALL, ffmpeg, limits, at_most_s, told)
    if Problem.OPPOSED_CHANNELS not in heard.findings.problems:
        return heard
    chosen = heard.findings.channels
    alone = _listen(source, chosen, ffmpeg, limits, at_most_s, lambda *_seconds: None).findings
    problems = (*alone.problems, Problem.OPPOSED_CHANNELS)
    return Heard(replace(alone, channels=chosen, problems=problems), heard.account)


def pick(channels: Channels) -> str:
    """The beginning of a chain of filters that uses only these channels."""
    return {Channels.ALL: "", Channels.LEFT: "pan=mono|FC=FL,", Channels.RIGHT: "pan=mono|FC=FR,"}[channels]


def _listen(
    source: Source, channels: Channels, ffmpeg: Ffmpeg, limits: Limits, at_most_s: float | None, told: Told
) -> Heard:
    ear = _Ear()
    filters = pick(channels) + _FILTERS
    with poured(ear.take) as result:
        account = ffmpeg.process(source, filters, _RAW, result=result, limits=limits, at_most_s=at_most_s, told=told)
    return Heard(ear.findings(), account)


class _Ear:
    """Takes the four channels as they come, and counts."""

    def __init__(self) -> None:
        self._rest = b""
        self._samples = 0
        self._waveform = Waveform()
        self._loudest = Folding(_LEVELS_HELD)
        self._frames = [0] * LEVELS
        self._full = [0, 0]
        self._power = [0.0, 0.0, 0.0]
        self._below = bytes(2 * _FRAME)
        self._low_power = [0.0] * LEVELS
        self._hum_power = [0.0] * LEVELS

    def take(self, block: bytes) -> None:
        """Take interleaved samples, in blocks of any length."""
        self._rest += block
        while len(self._rest) >= _BLOCK:
            self._judge(self._rest[:_BLOCK])
            self._rest = self._rest[_BLOCK:]

    def findings(self) -> Findings:
        """Judge all that was heard; the last, shorter frame is filled up with silence."""
        whole = -len(self._rest) % (2 * _CHANNELS * _FRAME)
        samples = self._samples + len(self._rest) // (2 * _CHANNELS)
        self._judge(self._rest + bytes(whole))
        return judge(
            Tally(
                duration_s=samples / RATE,
                peaks=self._waveform.peaks(),
                loudest=self._loudest,
                frames=self._frames,
                full_samples=max(self._full),
                samples_a_frame=_FRAME,
                left_power=self._power[0],
                right_power=self._power[1],
                mean_power=self._power[2],
                low_power=self._low_power,
                hum_power=self._hum_power,
            )
        )

    def _judge(self, data: bytes) -> None:
        samples = array("h", data)
        if sys.byteorder == "big":
            samples.byteswap()
        left, right, band, below = (samples[channel::_CHANNELS].tobytes() for channel in range(_CHANNELS))
        self._samples += len(left) // 2
        self._waveform.take(left if audioop.max(left, 2) >= audioop.max(right, 2) else right)
        self._weigh(left, right)
        for start in range(0, len(band), 2 * _FRAME):
            end = start + 2 * _FRAME
            self._hear(band[start:end], below[start:end])

    def _weigh(self, left: bytes, right: bytes) -> None:
        """How strong the channels are, apart and together, and how often they touch full scale."""
        mean = audioop.add(audioop.mul(left, 2, 0.5), audioop.mul(right, 2, 0.5), 2)
        for index, samples in enumerate((left, right, mean)):
            self._power[index] += len(samples) * float(audioop.rms(samples, 2)) ** 2
        for index, samples in enumerate((left, right)):
            self._full[index] += _full(samples)

    def _hear(self, band: bytes, below: bytes) -> None:
        """One frame. What repeats itself after 20 ms is 50 Hz or a multiple of it: in a pause, that is hum."""
        level = _level(audioop.rms(band, 2))
        self._frames[level] += 1
        self._loudest.add(SILENT - level)
        before, self._below = self._below, below
        power = (audioop.rms(below, 2) / _FULL) ** 2
        alike = audioop.findfactor(below, before) if power and audioop.rms(before, 2) else 0.0
        self._low_power[level] += power
        self._hum_power[level] += power * min(1.0, max(0.0, alike))


def _full(samples: bytes) -> int:
    if audioop.max(samples, 2) < _ALMOST_FULL:
        return 0
    upper = samples[1::2] if sys.byteorder == "little" else samples[::2]
    return sum(map(upper.count, _ALMOST_FULL_BYTES))


def _level(rms: int) -> int:
    """Half decibels below full scale."""
    return min(SILENT - 1, round(-40 * math.log10(rms / _FULL))) if rms else SILENT
