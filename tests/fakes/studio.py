"""A studio that makes silent clips at once, as strict as the real one, with buttons for every way in which it fails."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from audio.clip import Clip, UnknownClip
from audio.speech.health import EngineHealth
from controller.domain.rendition import SPOKEN_BY_ENGINE
from controller.services.ports import EngineFailure, NotRendered, Progress, Rendered, Script


def _nothing() -> None:
    """What happens in the middle of a rendering, unless a test says otherwise."""


@dataclass
class FakeStudio:
    """Records what it was asked. `refuse`: the code to fail with; `meanwhile`: what happens in the middle."""

    folder: Path
    duration_ms: int = 30_000
    size: int = 1_000
    refuse: str | None = None
    fell_over: tuple[EngineFailure, ...] = ()
    meanwhile: Callable[[], None] = _nothing
    scripts: list[Script] = field(default_factory=list)
    uploads: list[Path] = field(default_factory=list)
    voices: tuple[EngineHealth, ...] = ()

    def health(self, now: datetime) -> tuple[EngineHealth, ...]:
        assert now.tzinfo is not None
        return self.voices

    def render(self, script: Script, progress: Progress) -> Rendered:
        assert script.text.strip()
        assert script.language in SPOKEN_BY_ENGINE
        self.scripts.append(script)
        return self._make(f"{script}", progress, engine="fake", voice="fake-vi")

    def take_upload(self, path: Path, script: Script, progress: Progress) -> Rendered:
        assert path.is_file()
        self.scripts.append(script)
        self.uploads.append(path)
        return self._make(path.read_bytes().hex(), progress, engine=None, voice=None)

    def _make(self, seed: str, progress: Progress, *, engine: str | None, voice: str | None) -> Rendered:
        progress(0.5)
        self.meanwhile()
        if self.refuse is not None:
            raise NotRendered(self.refuse, failures=self.fell_over)
        content = hashlib.sha256(seed.encode()).digest() * (self.size // 32 + 1)
        content = content[: self.size]
        name = hashlib.sha256(content).hexdigest()
        (self.folder / name).write_bytes(content)
        clip = Clip(name, len(content), self.duration_ms, -16.0, -3.0)
        return Rendered(clip=clip, engine=engine, voice=voice, failures=self.fell_over)


@dataclass
class FakeClips:
    """The clips of a fake studio, by hash."""

    folder: Path

    def path_of(self, clip_hash: str) -> Path:
        if not self.holds(clip_hash):
            raise UnknownClip(clip_hash)
        return self.folder / clip_hash

    def holds(self, clip_hash: str) -> bool:
        return len(clip_hash) == 64 and (self.folder / clip_hash).is_file()
