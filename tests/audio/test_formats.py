import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.ffmpeg import Format
from audio.formats import AAC, AMR, FLAC, HEAD_BYTES, M4A, MP3, OGG, WAV, WEBM, recognise


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", WAV),
        (b"RIFF\x24\x00\x00\x00AVI fmt ", None),
        (b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00", M4A),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", M4A),
        (b"OggS\x00\x02" + bytes(10), OGG),
        (b"fLaC\x00\x00\x00\x22" + bytes(8), FLAC),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(6), MP3),
        (b"\xff\xfb\x90\x64" + bytes(12), MP3),
        (b"\xff\xf3\x40\xc4" + bytes(12), MP3),
        (b"\xff\xfb\xf0\x64" + bytes(12), None),
        (b"\xff\xfb\x0c\x64" + bytes(12), None),
        (b"\xff\xeb\x90\x64" + bytes(12), None),
        (b"\xff\xf1\x50\x80" + bytes(12), None),
        (b"PK\x03\x04" + bytes(12), None),
        (b"\x1a\x45\xdf\xa3" + bytes(12), WEBM),
        (b"\x1a\x45\xdf\xa4" + bytes(12), None),
        (b"\x00\x00\x00\x18ftyp3gp5\x00\x00\x00\x00", M4A),
        (b"#!AMR\n" + bytes(10), AMR),
        (b"#!AMR-WB\n" + bytes(7), AMR),
        (b"\xff\xf1\x60\x40\x40\x1f\xfc" + bytes(9), AAC),
        (b"\xff\xf9\x50\x80\x02\x1f\xfc" + bytes(9), AAC),
        (b"\xff\xf1\x50\x80\x00\x1f\xfc" + bytes(9), None),
        (b"\xff\xf1\x7c\x80\x40\x1f\xfc" + bytes(9), None),
        (b"\xff\xf1\x50\x80", None),
        (b"", None),
        (b"\xff", None),
    ],
)
def test_the_first_bytes_decide(head: bytes, expected: Format | None) -> None:
    assert recognise(head) is expected


@given(st.text(min_size=1, max_size=HEAD_BYTES))
def test_text_is_never_sound(text: str) -> None:
    head = text.encode()
    marked = head[:3] == b"ID3" or head[:4] in {b"OggS", b"fLaC", b"#!AM"} or head[4:8] == b"ftyp"
    assert marked or recognise(head) is None


@given(st.binary(max_size=HEAD_BYTES))
def test_any_bytes_are_judged_without_error(head: bytes) -> None:
    recognise(head)
