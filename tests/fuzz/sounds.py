"""Sound files: a clip's pages and samples, what an upload begins with, and a WAV file that a power cut left."""

import struct
from datetime import UTC, datetime
from pathlib import Path

from audio.formats import HEAD_BYTES, recognise
from audio.ogg_opus import NotOggOpus, frames, milliseconds
from audio.samples.clip_reader import FRAME_BYTES, UnreadableClip, samples
from edge.adapters import wav_sink
from tests.fakes.clips import tone
from tests.fuzz.target import Target, work_folder

MOST_SAMPLES = 20 * 48_000


def written(data: bytes) -> Path:
    path = work_folder() / "file"
    path.write_bytes(data)
    return path


def ogg_opus(data: bytes) -> None:
    """The length of a clip, from its pages."""
    try:
        count = frames(written(data))
    except NotOggOpus:
        return
    assert milliseconds(count) * 48 >= count
    assert b"OggS" in data[-128 * 1024 :]


def clip_samples(data: bytes) -> None:
    """Every sample of a clip, as the player takes them."""
    read = 0
    try:
        for block in samples(written(data)):
            assert block
            assert len(block) % FRAME_BYTES == 0
            read += len(block) // FRAME_BYTES
            if read > MOST_SAMPLES:
                return
    except UnreadableClip:
        return


def upload_head(data: bytes) -> None:
    """The first bytes of an upload, shorter ones too."""
    assert recognise(data[:HEAD_BYTES]) == recognise(data)


def wav_repair(data: bytes) -> None:
    """Whatever lies in the folder of simulated sound: repaired once, then whole."""
    folder = work_folder() / "wavs"
    folder.mkdir(exist_ok=True)
    path = folder / "20261122T220000-b-1.wav"
    path.write_bytes(data)
    wav_sink.repair(folder)
    after = path.read_bytes()
    assert wav_sink.repair(folder) == 0
    assert path.read_bytes() == after
    assert len(after) <= len(data)
    if len(after) >= wav_sink._HEADER_BYTES:
        (size,) = struct.unpack_from("<I", after, wav_sink._HEADER_BYTES - 4)
        assert size == (len(after) - wav_sink._HEADER_BYTES) // 2 * 2


_CLIP = tone(40).data
_HEADER = wav_sink._header(datetime(2026, 11, 22, 22, 0, tzinfo=UTC))
_MARKS = (b"OggS", b"fLaC", b"ID3\x04", b"\xff\xfb\x90\x00", b"\x1aE\xdf\xa3", b"#!AMR\n", b"")
HEADS = (b"RIFF\0\0\0\0WAVEfmt ", b"\0\0\0\x20ftypM4A ", *_MARKS)
TARGETS = (
    Target("ogg-opus", ogg_opus, (_CLIP, _CLIP[:60], b"OggS"), longest=2048),
    Target("clip-samples", clip_samples, (_CLIP, _CLIP[:-9], b"OggS"), longest=2048),
    Target("upload-head", upload_head, HEADS, longest=32, share=0.2),
    Target("wav-repair", wav_repair, (_HEADER, _HEADER + b"\1\2\3", _HEADER[:50], b""), longest=256),
)
