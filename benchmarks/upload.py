"""Memory and time of turning a long upload into a clip, next to plain decoding by ffmpeg in the same run.

    python -m benchmarks.upload [minutes]

The promise: our process does not grow with the length, and ffmpeg needs little more than it needs to decode at all.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from audio.clip import ClipStore
from audio.ffmpeg import Ffmpeg
from audio.studio.equipment import Studio
from audio.studio.upload import take_upload

_VOICE = "0.5*sin(2*PI*500*t)*(0.5+0.5*sin(2*PI*3*t))+0.1*random(0)"


def make_mp3(program: str, path: Path, minutes: int) -> None:
    """A stereo mp3 of 128 kbit/s, as an officer would bring it."""
    source = f"aevalsrc='{_VOICE}|{_VOICE}':s=44100:d=60"
    once = path.with_suffix(".once.mp3")
    base = [program, "-v", "error", "-y"]
    mp3 = ["-c:a", "libmp3lame", "-b:a", "128k"]
    subprocess.run([*base, "-f", "lavfi", "-i", source, *mp3, str(once)], check=True)
    subprocess.run(
        [*base, "-stream_loop", str(minutes - 1), "-i", str(once), "-c", "copy", "-f", "mp3", str(path)], check=True
    )


def in_fresh_process(what: str, path: Path) -> dict[str, float]:
    """Peak memory is a property of a process, so each figure is taken in a new one."""
    command = [sys.executable, "-m", "benchmarks.upload", what, str(path)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def measure(what: str, path: Path) -> dict[str, float]:
    """Run one of the jobs here and account for this process and its children."""
    jobs = {"take": _take, "decode": _decode, "idle": lambda path: path}
    began = time.perf_counter()
    jobs[what](path)
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "seconds": time.perf_counter() - began,
        "own_mb": mine.ru_maxrss / 1024,
        "child_mb": theirs.ru_maxrss / 1024,
        "child_cpu_s": theirs.ru_utime + theirs.ru_stime,
    }


def _take(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        take_upload(path, Studio(ClipStore(Path(folder)), Ffmpeg(), longest_upload_s=7200))


def _decode(path: Path) -> None:
    program = Ffmpeg().program
    subprocess.run([program, "-v", "error", "-i", str(path), "-ac", "1", "-ar", "48000", "-f", "null", "-"], check=True)


def main() -> None:
    """Print a table."""
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
        return
    minutes = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory() as folder:
        short, long = Path(folder) / "short.mp3", Path(folder) / "long.mp3"
        make_mp3(Ffmpeg().program, short, 1)
        make_mp3(Ffmpeg().program, long, minutes)
        rows = {
            "idle": in_fresh_process("idle", long),
            "clip of 1 min": in_fresh_process("take", short),
            f"clip of {minutes} min": in_fresh_process("take", long),
            f"plain decode of {minutes} min": in_fresh_process("decode", long),
        }
    print(f"{'':28}{'seconds':>10}{'own MB':>10}{'child MB':>10}{'child CPU s':>13}")
    for name, row in rows.items():
        print(
            f"{name:28}"
            + "".join(f"{value:>{width}.1f}" for value, width in zip(row.values(), (10, 10, 10, 13), strict=True))
        )
    ours, plain = rows[f"clip of {minutes} min"], rows[f"plain decode of {minutes} min"]
    memory, effort = (ours[key] / plain[key] for key in ("child_mb", "child_cpu_s"))
    print(f"against plain decoding: memory x {memory:.2f}, CPU x {effort:.1f}")


if __name__ == "__main__":
    main()
