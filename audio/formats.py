"""Which sound file is this? Decided by its first bytes only: a name or a declared type is a stranger's word.

Only what is in this table is ever decoded, with exactly this demuxer and these decoders.
"""

from audio.ffmpeg import Format

HEAD_BYTES = 16
"""Enough to recognise every format."""

_PCM = ("pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_u8", "pcm_f32le", "pcm_f64le", "pcm_alaw", "pcm_mulaw")

MP3 = Format("mp3", "mp3", ("mp3float", "mp3"))
WAV = Format("wav", "wav", (*_PCM, "adpcm_ms", "adpcm_ima_wav"))
M4A = Format("m4a", "mov", ("aac", "alac"))
OGG = Format("ogg", "ogg", ("libopus", "opus", "vorbis", "flac"))
FLAC = Format("flac", "flac", ("flac",))


def recognise(head: bytes) -> Format | None:
    """The format of a file that begins with `head` (at least HEAD_BYTES, when it has so many); None: not ours."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return WAV
    if head[4:8] == b"ftyp":
        return M4A
    marks = {b"OggS": OGG, b"fLaC": FLAC}
    if found := marks.get(head[:4]):
        return found
    return MP3 if head[:3] == b"ID3" or _is_mp3_frame(head) else None


def _is_mp3_frame(head: bytes) -> bool:
    """Eleven bits set, layer III, and no reserved value for version, bit rate or sample rate (ISO 11172-3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bit_rate not in {0, 15} and sample_rate != 3
