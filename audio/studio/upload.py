"""From a stranger's file to a stored clip: recognised by content, bounded, decoded in confinement, re-encoded whole.

Nothing of the file itself is kept: a unit only ever receives what our own encoder wrote.
"""

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import IO

from audio.clip import Clip
from audio.ffmpeg import Source
from audio.formats import HEAD_BYTES, WAV, recognise
from audio.studio.analysis import listen
from audio.studio.bulletin import store_clip
from audio.studio.equipment import Studio
from audio.studio.findings import Findings
from audio.studio.mastering import Extract, worth_hearing
from audio.studio.refusal import Refusal, RefusedAudio
from audio.studio.soundness import Progress, check, refusals, stage, unwatched, watcher

_BLOCK = 1 << 20
_NO_SIZE = 0x7FFF0000
"""Programs that do not know the size when they begin write about this, or all bits set."""
_LISTENING = 0.2
"""Share of the whole work that listening is, for the progress bar."""


def take_upload(source: Path | IO[bytes], studio: Studio, progress: Progress = unwatched, *, trim: bool = True) -> Clip:
    """Make a clip of a sound file (`audio.formats`), in memory that does not grow with its length.

    With `trim`, silence before the first sound and after the last is left out. The clip says what is wrong with it.

    Raises:
        RefusedAudio: with the code that says why; nothing was stored.
        OSError: the disk is full.
        audio.child.ChildFailed: ffmpeg could not be started: not the file's fault.
    """
    with studio.store.workspace() as folder:
        received = _received(source, folder / "upload", studio)
        findings = _listened(received, studio, stage(progress, 0.0, _LISTENING))
        mastering, extract = stage(progress, _LISTENING, 1.0), worth_hearing(findings, trim=trim)
        clip = store_clip(received, studio.longest_upload_s, folder, studio, mastering, extract)
        return replace(clip, problems=findings.problems, cut_ms=_left_out(findings, extract))


def examine(source: Path | IO[bytes], studio: Studio, progress: Progress = unwatched) -> Findings:
    """Look at a stranger's file as `take_upload` would, and make nothing of it: outline and warnings for the page.

    Raises:
        RefusedAudio, OSError, audio.child.ChildFailed: as `take_upload`.
    """
    with studio.store.workspace() as folder:
        return _listened(_received(source, folder / "upload", studio), studio, progress)


def _left_out(findings: Findings, extract: Extract) -> tuple[int, int]:
    """Milliseconds before and after what was taken."""
    end_s = findings.duration_s if extract.end_s is None else extract.end_s
    return round(extract.begin_s * 1000), max(0, round((findings.duration_s - end_s) * 1000))


def _received(source: Path | IO[bytes], path: Path, studio: Studio) -> Source:
    head = _copy(source, path, studio.largest_upload_bytes)
    kind = recognise(head)
    if kind is None:
        raise RefusedAudio(Refusal.NOT_AUDIO, "the first bytes are of no format that is read here")
    if kind is WAV and (missing := _missing(head, path.stat().st_size)) > 0:
        raise RefusedAudio(Refusal.DAMAGED, f"{missing} bytes that its header promises are missing")
    return Source(path, kind)


def _missing(head: bytes, size: int) -> int:
    """Bytes by which a WAV file is shorter than its header says: ffmpeg would take what is left for the whole."""
    promised = int.from_bytes(head[4:8], "little") + 8
    unknown = promised > _NO_SIZE
    return 0 if unknown or promised - size <= promised // 100 else promised - size


def _listened(source: Source, studio: Studio, progress: Progress) -> Findings:
    bench = studio.bench(studio.longest_upload_s)
    with refusals():
        heard = listen(
            source,
            bench.ffmpeg,
            bench.limits,
            at_most_s=bench.longest_s + 1,
            told=watcher(bench.longest_s, progress),
        )
    check(heard.account, bench.longest_s)
    return heard.findings


def _copy(source: Path | IO[bytes], path: Path, largest: int) -> bytes:
    """Copy block by block, because the declared size of an upload is a stranger's word; gives the first bytes."""
    head, total = b"", 0
    with ExitStack() as files:
        reading = files.enter_context(source.open("rb")) if isinstance(source, Path) else source
        written = files.enter_context(path.open("wb"))
        while block := reading.read(_BLOCK):
            head = head or block[:HEAD_BYTES]
            total += len(block)
            if total > largest:
                raise RefusedAudio(Refusal.TOO_LARGE, f"more than {largest} bytes")
            written.write(block)
    if not total:
        raise RefusedAudio(Refusal.EMPTY, "no bytes")
    return head
