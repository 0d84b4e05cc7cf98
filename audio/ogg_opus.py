"""How long an Ogg Opus file really is, read from its own pages (RFC 3533, RFC 7845) without decoding it."""

from pathlib import Path

RATE = 48_000
"""Opus counts in samples of 48 kHz, whatever went in (RFC 7845, section 4)."""

_PAGE = b"OggS"
_HEADER = 27
_END_OF_STREAM = 0x04
_TAIL = 128 * 1024
"""More than two pages: a page has at most 65,307 bytes."""


class NotOggOpus(ValueError):
    """The file is not one whole Ogg Opus stream."""


def frames(path: Path) -> int:
    """The number of samples that a right decoder gives: the last granule position less the pre-skip.

    Raises:
        NotOggOpus: it does not begin as Ogg Opus, or its last page is not marked as the last.
    """
    with path.open("rb") as file:
        head = file.read(_HEADER + 1 + 19)
        file.seek(max(0, path.stat().st_size - _TAIL))
        tail = file.read(_TAIL)
    if head[:4] != _PAGE or head[28:36] != b"OpusHead":
        raise NotOggOpus("no Opus identification header")
    pre_skip = int.from_bytes(head[38:40], "little")
    last = tail.rfind(_PAGE)
    if last < 0 or len(tail) - last < _HEADER or not tail[last + 5] & _END_OF_STREAM:
        raise NotOggOpus("the last page is missing")
    return int.from_bytes(tail[last + 6 : last + 14], "little") - pre_skip


def milliseconds(count: int) -> int:
    """Samples as milliseconds, rounded up."""
    return -(-count * 1000 // RATE)
