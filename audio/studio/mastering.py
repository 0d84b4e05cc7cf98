"""Make any sound fit for a horn loudspeaker and equally loud: the last step before it becomes a clip.

A horn carries about 300 Hz to 7 kHz; energy outside only eats the amplifier's reserve. So: band-limit, lift the
consonants, turn the phase (which nobody hears and which takes 3 dB off the peaks of a voice), bring to a nominal
level, compress, then a fixed gain and a true-peak limit, and encode. The result is decoded and measured, and gain and
limit are corrected, until the clip itself has the stated loudness and peak. Everything streams through ffmpeg.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from audio import ogg_opus
from audio.child import Limits
from audio.ffmpeg import Ffmpeg, Format, Source
from audio.studio.analysis import pick
from audio.studio.findings import Channels, Findings
from audio.studio.pouring import poured
from audio.studio.refusal import Refusal, RefusedAudio
from audio.studio.soundness import Progress, check, refusals, stage, unwatched, watcher
from audio.studio.waveform import Waveform

TARGET_LUFS = -16.0
"""Loudness of every clip. At -12 horns are over-driven; below -18 a village hears wind."""
TRUE_PEAK_DBTP = -3.0
"""Highest true peak of what goes into the encoder, and of the clip when it is decoded again."""
BIT_RATE = 24_000
"""Bits a second: 180 kB a minute, and no audible loss within a horn's band."""
TOLERANCE_LU = 0.5
"""How far from the target a clip of ordinary speech may be."""

_NOMINAL_LUFS = -23.0
"""Level at which sound enters the compressor, so that a quiet recording is treated like a loud one."""
_QUIETEST_LUFS = -55.0
"""Below this in the horn's band there is nothing to hear; lifting it would broadcast noise."""
_CLOSE_ENOUGH_LU = 0.35
_ATTEMPTS = 6
_SURVEY = 0.3
"""Share of the whole work that the first reading is, for the progress bar."""
_HARDEST_DRIVE_DB = 16.0
"""More than the first guess: beyond, the limiter would only distort."""
_LEAST_SLOPE = 0.15
_METER_ERROR_DB = 0.1
"""A meter that looks between the samples four times may miss so much of a peak."""
_LIMIT_BELOW_PEAK_DB = 0.8
"""The limiter sees samples; what swings between them is at most this much higher in a band that ends at 7 kHz."""
_OVERSHOOT_DB = 0.7
"""How far the limit stands below the peak that a decoded clip may have: what the encoder adds to nearly all speech."""
_SPARE_DB = 0.3
_LOST_BY_LIMIT = 0.6
"""Loudness that is lost, roughly, for each decibel by which the limit is lowered."""
_TURNED_PHASE = ",".join(["allpass=f=600:t=q:w=0.7"] * 4)
_MONO = "aresample=48000,aformat=sample_fmts=flt:channel_layouts=mono,"
_COUNTED = "asetpts=N/SR/TB"
"""Time is counted by samples: a gap in the time stamps of a source would be the end to the decoder of a unit."""
_METER = "ebur128=framelog=quiet"
_OPUS = ("-c:a", "libopus", "-application", "voip", "-frame_duration", "20", "-map_metadata", "-1")
_WIDEBAND = ("-cutoff", "8000")
"""Above the horn's band nothing is coded. Measured on speech at 24 kbit/s: the spectrum is kept better (3.1 instead of
3.9 dB away), and the encoder no longer switches between its two ways of coding, where it made peaks 9 dB too high."""
_SAME_BYTES = ("-fflags", "+bitexact", "-flags:a", "+bitexact", "-f", "ogg", "pipe:1")
_RAW = ("-c:a", "pcm_s16le", "-f", "s16le", "pipe:1")
_FROM_ZERO = "asetpts=PTS-STARTPTS,"
_WITHOUT_GAPS = "asetpts=N/SR/TB"
"""The time of what is encoded is its number of samples. What browsers record begins before zero, and jumps where they
paused; of such times the encoder would make a clip that no unit can read."""
_CLIP = Format("opus", "ogg", ("libopus",))


class Profile(StrEnum):
    """For which loudspeakers a clip is shaped. Units get `HORN`."""

    HORN = "horn"
    PLAIN = "plain"
    """Equally loud, but neither band-limited nor compressed: for indoor loudspeakers, and to compare with."""


@dataclass(frozen=True, slots=True)
class _Shape:
    band: str
    dynamics: str
    cost_lu: float
    """Loudness that ordinary speech loses in the dynamics and the encoder: the first guess."""
    encoder: tuple[str, ...]


_SHAPES = {
    Profile.HORN: _Shape(
        f"{_MONO}highpass=f=300:p=2,highpass=f=300:p=2,lowpass=f=7000:p=2,equalizer=f=2500:t=q:w=1:g=3,{_TURNED_PHASE}",
        "acompressor=threshold=-22dB:ratio=3:attack=5:release=80,",
        6.0,
        _WIDEBAND,
    ),
    Profile.PLAIN: _Shape(f"{_MONO}highpass=f=60:p=2", "", 0.5, ()),
}


@dataclass(frozen=True, slots=True)
class Mastering:
    """What is aimed at."""

    target_lufs: float = TARGET_LUFS
    true_peak_dbtp: float = TRUE_PEAK_DBTP
    bit_rate: int = BIT_RATE
    profile: Profile = Profile.HORN

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
class Extract:
    """What of a source becomes the clip: from where to where (seconds; None: to the end), and which channels."""

    begin_s: float = 0.0
    end_s: float | None = None
    channels: Channels = Channels.ALL

    @property
    def length_s(self) -> float | None:
        """Seconds, when it is bounded."""
        return None if self.end_s is None else self.end_s - self.begin_s


WHOLE = Extract()


def worth_hearing(findings: Findings, *, trim: bool) -> Extract:
    """The channels that hold the sound and, with `trim`, from its first syllable to its last: never cut inside."""
    begin, end = findings.sound_s
    if not trim or (begin, end) == (0.0, findings.duration_s):
        return Extract(channels=findings.channels)
    return Extract(begin, end, findings.channels)


@dataclass(frozen=True, slots=True)
class Mastered:
    """A finished file, measured after decoding."""

    duration_ms: int
    loudness_lufs: float
    true_peak_dbtp: float
    peaks: tuple[float, ...]
    """Its outline, 400 values of 0 to 1."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is turned until loudness and peak are right: a gain (dB), and the true peak (dBTP) that is let through."""

    gain_db: float
    ceiling_dbtp: float


@dataclass(frozen=True, slots=True)
class Try:
    """Settings, and what they gave."""

    settings: Settings
    mastered: Mastered

    def under(self, ceiling_dbtp: float) -> float:
        """The loudness that the same gain would give under another limit, roughly."""
        return self.mastered.loudness_lufs - _LOST_BY_LIMIT * (self.settings.ceiling_dbtp - ceiling_dbtp)

    def distance(self, aim: Mastering) -> tuple[bool, float]:
        """How bad it is: a peak that is too high counts before all."""
        off = abs(self.mastered.loudness_lufs - aim.target_lufs)
        return self.mastered.true_peak_dbtp > aim.true_peak_dbtp - _METER_ERROR_DB, off

    def meets(self, aim: Mastering) -> bool:
        """Whether there is nothing left to correct."""
        too_high, off = self.distance(aim)
        return not too_high and off <= _CLOSE_ENOUGH_LU


@dataclass(frozen=True, slots=True)
class _Job:
    source: Source
    destination: Path
    bench: Bench
    extract: Extract
    found_lufs: float


def master(
    source: Source, destination: Path, bench: Bench, progress: Progress = unwatched, extract: Extract = WHOLE
) -> Mastered:
    """Write the clip made from `source` to `destination`; the same source gives the same bytes.

    Raises:
        RefusedAudio: silent, too short, too long, damaged, or not done in time.
        OSError: the disk is full.
        audio.child.ChildFailed: ffmpeg could not be started.
    """
    tries: list[Try] = []
    with refusals():
        job = _Job(source, destination, bench, extract, _survey(source, bench, extract, stage(progress, 0.0, _SURVEY)))
        for attempt in range(_ATTEMPTS):
            step = (1 - _SURVEY) / _ATTEMPTS
            working = stage(progress, _SURVEY + attempt * step, _SURVEY + (attempt + 1) * step)
            tries.append(_try(job, next_settings(tries, bench.mastering), working))
            if tries[-1].meets(bench.mastering):
                break
        best = min(tries, key=lambda one: one.distance(bench.mastering))
        if best is not tries[-1]:
            best = _try(job, best.settings, unwatched)
    progress(1.0)
    return best.mastered


def next_settings(tries: Sequence[Try], aim: Mastering) -> Settings:
    """The gain and limit to try next, from those tried and what each gave.

    The harder the limiter works, the less a decibel of gain adds; so from the second try on, the step follows what the
    last decibel brought. It never goes further than a horn should be driven. Where the encoder made higher peaks than
    are allowed, the limit is lowered by as much.
    """
    first = aim.target_lufs - _NOMINAL_LUFS + _SHAPES[aim.profile].cost_lu
    if not tries:
        return Settings(first, aim.true_peak_dbtp - _OVERSHOOT_DB)
    last = tries[-1]
    excess = last.mastered.true_peak_dbtp - (aim.true_peak_dbtp - _METER_ERROR_DB)
    ceiling = last.settings.ceiling_dbtp - (excess + _SPARE_DB if excess > 0 else 0.0)
    step = (aim.target_lufs - last.under(ceiling)) / _slope(tries, ceiling)
    return Settings(min(last.settings.gain_db + step, first + _HARDEST_DRIVE_DB), ceiling)


def _slope(tries: Sequence[Try], ceiling: float) -> float:
    """What the last decibel of gain brought in loudness, as far as it can be told."""
    if len(tries) < 2:
        return 1.0
    before, last = tries[-2:]
    gained = last.settings.gain_db - before.settings.gain_db
    if not gained:
        return 1.0
    return min(1.0, max(_LEAST_SLOPE, (last.under(ceiling) - before.under(ceiling)) / gained))


def mastering_filters(found_lufs: float, settings: Settings, profile: Profile) -> str:
    """The chain of filters for sound that was found to be so loud in the band that is kept."""
    shape = _SHAPES[profile]
    limit = 10 ** ((settings.ceiling_dbtp - _LIMIT_BELOW_PEAK_DB) / 20)
    return (
        f"{shape.band},volume={_NOMINAL_LUFS - found_lufs:.2f}dB,{shape.dynamics}"
        f"volume={settings.gain_db:.2f}dB,alimiter=limit={limit:.4f}:attack=5:release=30:level=0:latency=1,"
        f"{_WITHOUT_GAPS}"
    )


def _survey(source: Source, bench: Bench, extract: Extract, progress: Progress) -> float:
    """Read the whole source once: is it sound, is it whole, how long and how loud (LUFS in the horn's band)?"""
    account = bench.ffmpeg.process(
        source,
        f"{_taken(extract)}{_SHAPES[bench.mastering.profile].band},{_METER}",
        ("-f", "null", "pipe:1"),
        result=None,
        limits=bench.limits,
        at_most_s=bench.longest_s + 1,
        told=watcher(bench.longest_s, progress),
    )
    check(account, bench.longest_s, extract.length_s)
    if account.loudness_lufs < _QUIETEST_LUFS:
        raise RefusedAudio(Refusal.SILENT, f"{account.loudness_lufs} LUFS between 300 and 7,000 Hz")
    return account.loudness_lufs


def _try(job: _Job, settings: Settings, progress: Progress) -> Try:
    """Encode with these settings, and measure the result."""
    bench, aim = job.bench, job.bench.mastering
    with job.destination.open("wb") as written:
        bench.ffmpeg.process(
            job.source,
            _taken(job.extract) + mastering_filters(job.found_lufs, settings, aim.profile),
            (*_OPUS, *_SHAPES[aim.profile].encoder, "-b:a", str(aim.bit_rate), *_SAME_BYTES),
            result=written,
            limits=bench.limits,
            at_most_s=bench.longest_s + 1,
            told=watcher(bench.longest_s, progress),
        )
    return Try(settings, _measure(job.destination, bench))


def _measure(clip: Path, bench: Bench) -> Mastered:
    """Decode what was encoded, and measure it as a listener would."""
    outline = Waveform()
    with poured(outline.take) as result:
        account = bench.ffmpeg.process(
            Source(clip, _CLIP), f"{_METER}:peak=true", _RAW, result=result, limits=bench.limits
        )
    frames = ogg_opus.frames(clip)
    if outline.samples < frames:
        raise AssertionError(f"{outline.samples} of {frames} samples can be decoded")
    return Mastered(ogg_opus.milliseconds(frames), account.loudness_lufs, account.true_peak_dbtp, outline.peaks())


def _taken(extract: Extract) -> str:
    """The filters that leave what is wanted of the source."""
    counted = f"{pick(extract.channels)}{_FROM_ZERO}"
    if extract.length_s is None:
        return counted
    return f"{counted}atrim=start={extract.begin_s:.3f}:end={extract.end_s:.3f},asetpts=PTS-STARTPTS,"
