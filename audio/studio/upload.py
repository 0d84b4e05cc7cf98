"""From a stranger's file to a stored clip: recognised by content, bounded, decoded in confinement, re-encoded whole.

Nothing of the file itself is kept: a unit only ever receives what our own encoder wrote.
"""

from contextlib import ExitStack
from pathlib import Path
from typing import IO

from audio.clip import Clip
from audio.ffmpeg import Source
from audio.formats import HEAD_BYTES, recognise
from audio.studio.bulletin import store_clip
from audio.studio.equipment import Studio
from audio.studio.mastering import Progress, unwatched
from audio.studio.refusal import Refusal, RefusedAudio

_BLOCK = 1 << 20


def take_upload(source: Path | IO[bytes], studio: Studio, progress: Progress = unwatched) -> Clip:
    """Make a clip of an mp3, wav, m4a, ogg, opus or flac file, in memory that does not grow with its length.

    Raises:
        RefusedAudio: with the code that says why; nothing was stored.
        OSError: the disk is full.
        audio.child.ChildFailed: ffmpeg could not be started: not the file's fault.
    """
    with studio.store.workspace() as folder:
        path = folder / "upload"
        head = _copy(source, path, studio.largest_upload_bytes)
        kind = recognise(head)
        if kind is None:
            raise RefusedAudio(Refusal.NOT_AUDIO, "the first bytes are of no format that is read here")
        return store_clip(Source(path, kind), studio.longest_upload_s, folder, studio, progress)


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
