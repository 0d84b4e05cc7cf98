"""What a service sends as sound becomes a passage: recognised by its first bytes, decoded in confinement."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from audio.child import ChildFailed, Limits
from audio.ffmpeg import Ffmpeg, Source
from audio.formats import HEAD_BYTES, recognise
from audio.speech.port import Passage, Reason, SpeechFailed, look_at

RATE = 24_000
"""Samples a second of everything that comes over the Internet, so that the pieces of a bulletin fit together."""
_LIMITS = Limits(wall_s=60, cpu_s=60, memory_bytes=1 << 30, output_bytes=256 << 20)


def decode(ffmpeg: Ffmpeg, sound: bytes, text: str) -> Passage:
    """Decode the sound of `text`; raises SpeechFailed(NO_SOUND) when it is none, or too short for the text."""
    kind = recognise(sound[:HEAD_BYTES])
    if kind is None:
        raise SpeechFailed(Reason.NO_SOUND, f"{len(sound)} bytes that are no sound", retryable=True)
    with tempfile.NamedTemporaryFile() as coded, tempfile.TemporaryFile() as plain:
        coded.write(sound)
        coded.flush()
        try:
            ffmpeg.process(
                Source(Path(coded.name), kind),
                f"aresample={RATE},aformat=channel_layouts=mono",
                ("-c:a", "pcm_s16le", "-f", "s16le", "pipe:1"),
                result=plain,
                limits=_LIMITS,
            )
        except ChildFailed as failure:
            detail = f"the sound does not decode: {failure.detail}"
            raise SpeechFailed(Reason.NO_SOUND, detail, retryable=True) from failure
        plain.seek(0)
        passage = Passage(RATE, plain.read())
    look_at(passage, text)
    return passage


def joined(pieces: Sequence[Passage]) -> Passage:
    """The pieces of one passage, one after the other."""
    return Passage(RATE, b"".join(piece.samples for piece in pieces))
