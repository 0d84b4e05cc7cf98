"""What a unit pays for its share of the audio room."""

import json
import subprocess
import sys
from pathlib import Path

from tests.fakes.audio_sound import sound

_PROBE = """
import json, sys

def resident(key):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(key)) / 1024

before = resident("VmRSS")
from pathlib import Path
from audio.samples.clip_reader import samples
from audio.samples.loudness import gain
frames = sum(len(gain(block, 60)) // 2 for block in samples(Path(sys.argv[1])))
heavy = sorted({"numpy", "cffi", "soundfile", "pydub", "imageio_ffmpeg", "requests", "gtts", "ssl"} & set(sys.modules))
print(json.dumps({"frames": frames, "grown_mb": resident("VmHWM") - before, "heavy": heavy}))
"""


def test_reading_clips_is_light_and_does_not_grow_with_length(tmp_path: Path) -> None:
    clip = sound(tmp_path / "clip.opus", 120, "sine=f=500:r=48000")
    command = [sys.executable, "-W", "error", "-c", _PROBE, str(clip)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert told["frames"] == 120 * 48_000
    assert told["heavy"] == []
    assert told["grown_mb"] < 10, "two minutes decoded are 11.5 MB"
