"""Sound to test with, made on the spot by the real ffmpeg."""

import subprocess
from pathlib import Path

from audio.ffmpeg import Ffmpeg

VOICE = "aevalsrc='0.4*sin(2*PI*700*t)*(0.55+0.45*sin(2*PI*4*t))+0.05*random(0)':s=22050"
CODECS = {
    "mp3": ("-c:a", "libmp3lame", "-b:a", "48k"),
    "wav": ("-c:a", "pcm_s16le"),
    "m4a": ("-c:a", "aac", "-f", "mp4"),
    "ogg": ("-c:a", "libvorbis"),
    "opus": ("-c:a", "libopus", "-f", "ogg"),
    "flac": ("-c:a", "flac"),
    "webm": ("-c:a", "libopus"),
}


def sound(path: Path, seconds: float = 3.0, source: str = VOICE, codec: tuple[str, ...] | None = None) -> Path:
    """Write a sound file; the container follows the ending, the sound the filter `source`."""
    make(path, "-f", "lavfi", "-i", f"{source}:d={seconds}", *(codec or CODECS[path.suffix[1:]]))
    return path


def make(path: Path, *arguments: str) -> None:
    """Call ffmpeg freely, as a stranger would who made the file."""
    subprocess.run([Ffmpeg().program, "-v", "error", "-y", *arguments, str(path)], check=True, timeout=60)
