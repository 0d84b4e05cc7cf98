"""Short Ogg Opus clips whose sound can be recognised: a tone of a known pitch, silence around nothing."""

import hashlib
import io
from dataclasses import dataclass
from functools import cache

import numpy as np
import soundfile

from protocol.messages import Item
from protocol.names import ClipHash

RATE = 48_000


@dataclass(frozen=True)
class MadeClip:
    data: bytes
    duration_ms: int

    @property
    def hash(self) -> ClipHash:
        return ClipHash(hashlib.sha256(self.data).hexdigest())

    def item(self, gap_ms: int = 0) -> Item:
        return Item(clip=self.hash, size=len(self.data), duration_ms=self.duration_ms, gap_ms=gap_ms)


@cache
def tone(duration_ms: int = 400, hertz: int = 1000) -> MadeClip:
    frames = RATE * duration_ms // 1000
    wave = 0.5 * np.sin(2 * np.pi * hertz * np.arange(frames) / RATE)
    file = io.BytesIO()
    soundfile.write(file, wave, RATE, format="OGG", subtype="OPUS")
    return MadeClip(file.getvalue(), duration_ms)
