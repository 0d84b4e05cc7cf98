"""ffmpeg, the one program that decodes, measures and encodes, in constant memory.

It is never given a name, an address or a choice: it reads one open file with one pinned demuxer and a short list of
decoders, and the `fd` protocol is the only one that it may use (so ffmpeg 6.0 or later is needed).
"""

import math
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO

import imageio_ffmpeg

from audio.child import ChildFailed, Fault, Limits, run

Told = Callable[[float, float | None], None]
"""Hears the seconds done and the seconds declared by the file (None: unknown)."""

_DURATION = re.compile(r"  Duration: (\d+):(\d\d):(\d\d\.\d+)")
_LOCKED = re.compile(r" +Stream #0:\d+.*: Audio: .*\((drms|enca) / ")
_INTEGRATED = re.compile(r"    I: +(-?[\d.]+|-inf|nan) LUFS")
_PEAK = re.compile(r"    Peak: +(-?[\d.]+|-inf) dBFS")


class Lack(StrEnum):
    """Why a container that is whole gives no sound."""

    NO_SOUND_TRACK = "no_sound_track"
    """Only pictures, or nothing at all."""
    PROTECTED = "protected"
    """Bought music: locked to somebody's account."""
    UNKNOWN_CODING = "unknown_coding"
    """The container is one of ours, the sound in it is coded in a way that is not read here."""


class NotPlayable(ChildFailed):
    """ffmpeg gave no sound, and said why."""

    def __init__(self, lack: Lack, detail: str) -> None:
        super().__init__(Fault.FAILED, detail)
        self.lack = lack


@dataclass(frozen=True, slots=True)
class Format:
    """One container that we read, and the decoders that may be met in it; ffmpeg may use no other."""

    name: str
    demuxer: str
    decoders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Sound to be read: a regular file of our own, and what is in it. ffmpeg gets the open file, never the name."""

    path: Path
    format: Format


@dataclass(slots=True)
class Account:
    """What ffmpeg said about one run, gathered line by line so that its length does not matter."""

    declared_s: float | None = None
    """Length by the file's own header; None when it has none or ffmpeg only guessed."""
    done_s: float = 0.0
    loudness_lufs: float = float("-inf")
    true_peak_dbtp: float = float("-inf")
    told: Told = field(default=lambda *_seconds: None)
    lack: Lack | None = None
    _guessed: bool = False

    def hear(self, line: str) -> None:
        """Take one line of standard error."""
        if line.startswith("out_time_us="):
            self._advance(line.partition("=")[2])
        elif (found := _DURATION.match(line)) and not self._guessed:
            hours, minutes, seconds = found.groups()
            self.declared_s = int(hours) * 3600 + int(minutes) * 60 + float(seconds)
        elif "Estimating duration from bitrate" in line:
            self._guessed = True
        elif found := _INTEGRATED.match(line):
            self.loudness_lufs = _decibels(found[1])
        elif found := _PEAK.match(line):
            self.true_peak_dbtp = _decibels(found[1])
        elif self.lack is None:
            self.lack = _lack(line)

    def _advance(self, microseconds: str) -> None:
        if microseconds.isdigit():
            self.done_s = int(microseconds) / 1e6
            self.told(self.done_s, self.declared_s)


class Ffmpeg:
    """The ffmpeg program: the configured one, else the one that the Python package `imageio-ffmpeg` carries."""

    def __init__(self, program: Path | None = None) -> None:
        """Raise FileNotFoundError with a clear message when the configured program is not there."""
        found = shutil.which(str(program)) if program else imageio_ffmpeg.get_ffmpeg_exe()
        if not found:
            raise FileNotFoundError(f"no ffmpeg program at {program}")
        self.program = found

    def process(
        self,
        source: Source,
        filters: str,
        output: Sequence[str],
        *,
        result: IO[bytes] | None,
        limits: Limits,
        at_most_s: float | None = None,
        told: Told = lambda *_seconds: None,
    ) -> Account:
        """Read `source` through the audio filters to `result` and return what ffmpeg said.

        Raises:
            NotPlayable: there is no sound in it that can be read.
            audio.child.ChildFailed: when ffmpeg gave no result within the limits.
        """
        account = Account(told=told)
        decoders = source.format.decoders
        pinned = ("-c:a", *decoders) if len(decoders) == 1 else ()
        cut = () if at_most_s is None else ("-t", f"{at_most_s:.3f}")
        command = [
            self.program,
            *("-hide_banner", "-nostdin", "-nostats", "-progress", "pipe:2", "-loglevel", "info"),
            *("-filter_threads", "1", "-threads", "1"),
            *("-protocol_whitelist", "fd", "-format_whitelist", source.format.demuxer),
            *("-codec_whitelist", ",".join(decoders), "-f", source.format.demuxer),
            *pinned,
            *("-vn", "-sn", "-dn"),
            *cut,
            *("-fd", "0", "-i", "fd:", "-map", "0:a:0", "-af", filters, *output),
        ]
        with source.path.open("rb") as file:
            try:
                run(command, source=file, result=result, limits=limits, hear=account.hear)
            except ChildFailed as failure:
                if failure.fault is Fault.FAILED and account.lack is not None:
                    raise NotPlayable(account.lack, failure.detail) from failure
                raise
        if account.lack is Lack.PROTECTED:
            raise NotPlayable(Lack.PROTECTED, "its sound is marked as locked")
        return account


def _lack(line: str) -> Lack | None:
    if line.startswith("Stream map ") and "matches no streams" in line:
        return Lack.NO_SOUND_TRACK
    if _LOCKED.match(line):
        return Lack.PROTECTED
    if line.startswith("[aist#") and "Error while opening decoder" in line:
        return Lack.UNKNOWN_CODING
    return None


def _decibels(text: str) -> float:
    value = float(text)
    return float("-inf") if math.isnan(value) else value
