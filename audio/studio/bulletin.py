"""From a script to a stored clip: the one call that the desk makes for a bulletin of text."""

from dataclasses import dataclass, field
from pathlib import Path

from audio.clip import Clip
from audio.ffmpeg import Source
from audio.formats import WAV
from audio.speech.order import EngineFailure, VoiceOrder
from audio.studio.chime import Tones
from audio.studio.composition import Composition, Layout, compose, compose_tones
from audio.studio.equipment import Studio
from audio.studio.mastering import WHOLE, Extract, master
from audio.studio.refusal import Refusal, RefusedAudio
from audio.studio.soundness import Progress, unwatched

_SPOKEN = 0.3
"""Share of the whole work that speaking is, for the progress bar."""


@dataclass(frozen=True, slots=True)
class Script:
    """What is to be said, in its spoken form, and how it is laid out.

    A test or an exercise has its announcement ("Đây là chương trình phát thử") as first passage, so that every
    repetition begins with it.
    """

    language: str
    """BCP 47 tag, "vi"."""
    passages: tuple[str, ...]
    layout: Layout = field(default_factory=Layout)

    def __post_init__(self) -> None:
        """Refuse a script that says nothing."""
        if not self.passages or not all(any(map(str.isalnum, text)) for text in self.passages):
            raise ValueError("every passage of a script needs a letter or digit")


@dataclass(frozen=True, slots=True)
class Rendered:
    """The clip, who spoke it, and which voices failed before."""

    clip: Clip
    engine: str
    voice: str
    failures: tuple[EngineFailure, ...]


def render_bulletin(script: Script, voices: VoiceOrder, studio: Studio, progress: Progress = unwatched) -> Rendered:
    """Speak, compose, master and store a bulletin; blocks for about a second a minute of sound.

    Raises:
        NoVoice: no engine could speak it.
        RefusedAudio: what was spoken cannot be made into a clip (too long, or no sound in a horn's band).
    """
    spoken = voices.speak(script.passages, script.language)
    progress(_SPOKEN)
    composition = compose(spoken.passages, script.layout)
    clip = _store(composition, studio, lambda fraction: progress(_SPOKEN + (1 - _SPOKEN) * fraction))
    return Rendered(clip, spoken.engine, spoken.voice, spoken.failures)


def render_tones(kind: Tones, studio: Studio) -> Clip:
    """A chime or signature tune as a clip of its own, to stand between others in a sitting; always the same bytes."""
    return _store(compose_tones(kind), studio, unwatched)


def store_clip(
    source: Source, longest_s: float, folder: Path, studio: Studio, progress: Progress, extract: Extract = WHOLE
) -> Clip:
    """Master any sound in a workspace of the store and store it; raises RefusedAudio."""
    finished = folder / "clip.opus"
    mastered = master(source, finished, studio.bench(longest_s), progress, extract)
    return Clip(
        hash=studio.store.add(finished),
        size=finished.stat().st_size,
        duration_ms=mastered.duration_ms,
        loudness_lufs=mastered.loudness_lufs,
        true_peak_dbtp=mastered.true_peak_dbtp,
        peaks=mastered.peaks,
    )


def _store(composition: Composition, studio: Studio, progress: Progress) -> Clip:
    if composition.duration_ms > studio.longest_upload_s * 1000:
        raise RefusedAudio(Refusal.TOO_LONG, f"{composition.duration_ms} ms of speech")
    with studio.store.workspace() as folder:
        path = folder / "bulletin.wav"
        with path.open("wb") as file:
            composition.write(file)
        return store_clip(Source(path, WAV), studio.longest_upload_s, folder, studio, progress)
