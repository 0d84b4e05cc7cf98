"""What the studio works with, chosen once at the start and handed to every job."""

from dataclasses import dataclass, field

from audio.child import Limits
from audio.clip import ClipStore
from audio.ffmpeg import Ffmpeg
from audio.studio.mastering import Bench, Mastering

_MEMORY_BYTES = 1 << 30
"""Address space for one ffmpeg: its program and libraries take 0.3 GB of it, whatever the file."""
_CLIP_BYTES = 64 << 20


@dataclass(frozen=True, slots=True)
class Studio:
    """The store, the program, the aim, and what a stranger's file may cost."""

    store: ClipStore
    ffmpeg: Ffmpeg
    mastering: Mastering = field(default_factory=Mastering)
    longest_upload_s: float = 3_600.0
    """A sitting is at most 45 minutes; an hour leaves room."""
    largest_upload_bytes: int = 200_000_000
    pass_timeout_s: float = 600.0
    """For each of the three or four passes over the sound; an hour takes about 20 s on a desktop."""

    def bench(self, longest_s: float) -> Bench:
        """What mastering needs for sound of at most so many seconds."""
        limits = Limits(
            wall_s=self.pass_timeout_s,
            cpu_s=max(1, round(self.pass_timeout_s)),
            memory_bytes=_MEMORY_BYTES,
            output_bytes=_CLIP_BYTES,
        )
        return Bench(self.ffmpeg, self.mastering, limits, longest_s)
