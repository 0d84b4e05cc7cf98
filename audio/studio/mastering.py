"""Make any sound fit for a horn loudspeaker and equally loud: the last step before it becomes a clip.

A horn carries about 300 Hz to 7 kHz; energy outside only eats the amplifier's reserve. So: band-limit, lift the
consonants, turn the phase (which nobody hears and which takes 3 dB off the peaks of a voice), bring to a nominal
level, compress, then a fixed gain and a true-peak limit, and encode. The result is decoded and measured, and the gain
corrected, until the clip itself has the stated loudness. Everything streams through ffmpeg.
"""

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from audio import ogg_opus
from audio.child import ChildFailed, Fault, Limits
from audio.ffmpeg import Account, Ffmpeg, Format, Source
from audio.studio.refusal import Refusal, RefusedAudio

TARGET_LUFS = -16.0
"""Loudness of every clip. At -12 horns are over-driven; below -18 a village hears wind."""
TRUE_PEAK_DBTP = -3.0
"""Highest true peak that goes into the encoder, which adds up to about 1 dB."""
BIT_RATE = 24_000
"""Bits a second: 180 kB a minute, and no audible loss within a horn's band."""
TOLERANCE_LU = 0.5
"""How far from the target a clip of ordinary speech may be."""

_NOMINAL_LUFS = -23.0
"""Level at which sound enters the compressor, so that a quiet recording is treated like a loud one."""
_COMPRESSOR_COST_LU = 5.5
"""Loudness that ordinary speech loses in the compressor and the encoder: the first guess."""
_QUIETEST_LUFS = -55.0
"""Below this in the horn's band there is nothing to hear; lifting it would broadcast noise."""
_SHORTEST_S = 0.5
"""The loudness meter itself needs 0.4 s."""
_CLOSE_ENOUGH_LU = 0.3
_ATTEMPTS = 4
_HARDEST_DRIVE_DB = 10.0
"""More than the first guess: beyond, the limiter would only distort."""
_LIMIT_BELOW_PEAK_DB = 0.8
"""The limiter sees samples; what swings between them is at most this much higher in a band that ends at 7 kHz."""
_BAND = (
    "aresample=48000,aformat=sample_fmts=flt:channel_layouts=mono,"
    "highpass=f=300:p=2,highpass=f=300:p=2,lowpass=f=7000:p=2,equalizer=f=2500:t=q:w=1:g=3,"
    + ",".join(["allpass=f=600:t=q:w=0.7"] * 4)
)
_METER = "ebur128=framelog=quiet"
_OPUS = ("-c:a", "libopus", "-application", "voip", "-frame_duration", "20", "-map_metadata", "-1")
_SAME_BYTES = ("-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "ogg", "pipe:1")
_CLIP = Format("opus", "ogg", ("libopus",))

Try = tuple[float, float]
"""A gain in dB and the loudness in LUFS that it gave."""

Progress = Callable[[float], None]
"""Called with the fraction done, 0 to 1, never less than before."""


def unwatched(fraction: float) -> None:
    """Nobody looks at the progress."""
    del fraction


@dataclass(frozen=True, slots=True)
class Mastering:
    """What is aimed at."""

    target_lufs: float = TARGET_LUFS
    true_peak_dbtp: float = TRUE_PEAK_DBTP
    bit_rate: int = BIT_RATE

    def __post_init__(self) -> None:
        """Refuse targets that a horn or the codec cannot meet."""
        if not -23.0 <= self.target_lufs <= -14.0:
            raise ValueError(f"target_lufs must be -23 to -14, not {self.target_lufs}")
        if not -9.0 <= self.true_peak_dbtp <= -1.0:
            raise ValueError(f"true_peak_dbtp must be -9 to -1, not {self.true_peak_dbtp}")
        if not 12_000 <= self.bit_rate <= 64_000:
            raise ValueError(f"bit_rate must be 12000 to 64000, not {self.bit_rate}")


@dataclass(frozen=True, slots=True)
class Bench:
    """What one run of mastering works with."""

    ffmpeg: Ffmpeg
    mastering: Mastering
    limits: Limits
    longest_s: float
    """Longer sound is refused as soon as its header or its samples show it."""


@dataclass(frozen=True, slots=True)
class Mastered:
    """A finished file, measured after decoding."""

    duration_ms: int
    loudness_lufs: float
    true_peak_dbtp: float


def master(source: Source, destination: Path, bench: Bench, progress: Progress = unwatched) -> Mastered:
    """Write the clip made from `source` to `destination`; the same source gives the same bytes.

    Raises:
        RefusedAudio: silent, too short, too long, damaged, or not done in time.
        OSError: the disk is full.
        audio.child.ChildFailed: ffmpeg could not be started.
    """
    tries: list[Try] = []
    with _refusals():
        found = _survey(source, bench, _stage(progress, 0.0, 0.3))
        for attempt in range(_ATTEMPTS):
            start = 0.3 + 0.7 * attempt / _ATTEMPTS
            stage = _stage(progress, start, start + 0.7 / _ATTEMPTS)
            gain = next_gain(tries, bench.mastering.target_lufs)
            _encode(source, destination, bench, horn_filters(found, gain, bench.mastering), stage)
            measured = _measure(destination, bench)
            tries.append((gain, measured.loudness_lufs))
            if abs(measured.loudness_lufs - bench.mastering.target_lufs) <= _CLOSE_ENOUGH_LU:
                break
    progress(1.0)
    return measured


def next_gain(tries: Sequence[Try], target_lufs: float) -> float:
    """The gain (dB) to try next, from the gains tried and the loudness that each gave.

    The harder the limiter works, the less a decibel of gain adds; so from the second try on, the step follows what the
    last decibel brought. It never goes further than a horn should be driven.
    """
    first = target_lufs - _NOMINAL_LUFS + _COMPRESSOR_COST_LU
    if not tries:
        return first
    gain, loudness = tries[-1]
    slope = 1.0
    if len(tries) > 1 and gain != tries[-2][0]:
        slope = (loudness - tries[-2][1]) / (gain - tries[-2][0])
    step = (target_lufs - loudness) / min(1.0, max(0.3, slope))
    return min(gain + step, first + _HARDEST_DRIVE_DB)


def horn_filters(found_lufs: float, gain_db: float, mastering: Mastering) -> str:
    """The chain of filters for sound that was found to be so loud in the horn's band."""
    limit = 10 ** ((mastering.true_peak_dbtp - _LIMIT_BELOW_PEAK_DB) / 20)
    return (
        f"{_BAND},volume={_NOMINAL_LUFS - found_lufs:.2f}dB,"
        "acompressor=threshold=-22dB:ratio=3:attack=5:release=80,"
        f"volume={gain_db:.2f}dB,alimiter=limit={limit:.4f}:attack=5:release=50:level=0:latency=1"
    )


def _survey(source: Source, bench: Bench, progress: Progress) -> float:
    """Read the whole source once: is it sound, is it whole, how long and how loud (LUFS in the horn's band)?"""

    def told(done: float, declared: float | None) -> None:
        if declared is not None and declared > bench.longest_s + 1:
            raise RefusedAudio(Refusal.TOO_LONG, f"{declared:.0f} s declared")
        progress(min(1.0, done / (declared or bench.longest_s)))

    account = bench.ffmpeg.process(
        source,
        f"{_BAND},{_METER}",
        ("-f", "null", "pipe:1"),
        result=None,
        limits=bench.limits,
        at_most_s=bench.longest_s + 1,
        told=told,
    )
    _check(account, bench.longest_s)
    return account.loudness_lufs


def _check(account: Account, longest_s: float) -> None:
    done, declared = account.done_s, account.declared_s
    if done > longest_s:
        raise RefusedAudio(Refusal.TOO_LONG, f"longer than {longest_s:.0f} s")
    if declared is not None and declared - done > max(0.5, 0.01 * declared):
        raise RefusedAudio(Refusal.DAMAGED, f"{done:.1f} s of {declared:.1f} s can be read")
    if done < _SHORTEST_S:
        raise RefusedAudio(Refusal.TOO_SHORT if done else Refusal.DAMAGED, f"{done:.2f} s")
    if account.loudness_lufs < _QUIETEST_LUFS:
        raise RefusedAudio(Refusal.SILENT, f"{account.loudness_lufs} LUFS between 300 and 7,000 Hz")


def _encode(source: Source, destination: Path, bench: Bench, filters: str, progress: Progress) -> None:
    def told(done: float, declared: float | None) -> None:
        progress(min(1.0, done / (declared or bench.longest_s)))

    with destination.open("wb") as written:
        bench.ffmpeg.process(
            source,
            filters,
            (*_OPUS, "-b:a", str(bench.mastering.bit_rate), *_SAME_BYTES),
            result=written,
            limits=bench.limits,
            at_most_s=bench.longest_s + 1,
            told=told,
        )


def _measure(clip: Path, bench: Bench) -> Mastered:
    account = bench.ffmpeg.process(
        Source(clip, _CLIP), f"{_METER}:peak=true", ("-f", "null", "pipe:1"), result=None, limits=bench.limits
    )
    duration_ms = ogg_opus.milliseconds(ogg_opus.frames(clip))
    return Mastered(duration_ms, account.loudness_lufs, account.true_peak_dbtp)


def _stage(progress: Progress, start: float, end: float) -> Progress:
    return lambda fraction: progress(start + (end - start) * fraction)


@contextmanager
def _refusals() -> Iterator[None]:
    """A file that ffmpeg cannot get through is damaged; a full disk or an ffmpeg that cannot start is our own fault."""
    try:
        yield
    except ChildFailed as failure:
        if failure.fault is Fault.NOT_STARTED:
            raise
        if os.strerror(errno.ENOSPC) in failure.detail:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from failure
        code = Refusal.TOO_SLOW if failure.fault is Fault.TIMED_OUT else Refusal.DAMAGED
        raise RefusedAudio(code, failure.detail) from failure
