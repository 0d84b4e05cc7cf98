"""Which sound file is this? Decided by its first bytes only: a name or a declared type is a stranger's word.

Only what is in this table is ever decoded, with exactly this demuxer and these decoders.
"""

from audio.ffmpeg import Format

HEAD_BYTES = 16
"""Enough to recognise every format."""

_PCM = ("pcm_s16le", "pcm_s24le", "pcm_s32le", "pcm_u8", "pcm_f32le", "pcm_f64le", "pcm_alaw", "pcm_mulaw")

MP3 = Format("mp3", "mp3", ("mp3float", "mp3"))
WAV = Format("wav", "wav", (*_PCM, "adpcm_ms", "adpcm_ima_wav"))
M4A = Format("m4a", "mov", ("aac", "alac", "libopus", "opus", "amrnb", "amrwb", "mp3float", "mp3"))
"""MPEG-4 and its relatives: what iPhones, Safari and, as 3gp, older telephones record. Of a film, the sound."""
OGG = Format("ogg", "ogg", ("libopus", "opus", "vorbis", "flac"))
FLAC = Format("flac", "flac", ("flac",))
WEBM = Format("webm", "matroska", ("libopus", "opus", "vorbis"))
"""What most browsers record."""
AMR = Format("amr", "amr", ("amrnb", "amrwb"))
"""What older telephones record."""
AAC = Format("aac", "aac", ("aac",))
"""What some recorders of Android write."""


def recognise(head: bytes) -> Format | None:
    """The format of a file that begins with `head` (at least HEAD_BYTES, when it has so many); None: not ours."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return WAV
    if head[4:8] == b"ftyp":
        return M4A
    marks = {b"OggS": OGG, b"fLaC": FLAC, b"\x1a\x45\xdf\xa3": WEBM, b"#!AM": AMR}
    if found := marks.get(head[:4]):
        return found
    if _is_adts_frame(head):
        return AAC
    return MP3 if head[:3] == b"ID3" or _is_mp3_frame(head) else None


def _is_adts_frame(head: bytes) -> bool:
    """Twelve bits set, layer 0, the profile "low complexity", and no reserved sample rate (ISO 14496-3, 1.A.3.2)."""
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return False
    profile, sample_rate = head[2] >> 6, head[2] >> 2 & 15
    length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
    return profile == 1 and sample_rate <= 12 and length > 7


def _is_mp3_frame(head: bytes) -> bool:
    """Eleven bits set, layer III, and no reserved value for version, bit rate or sample rate (ISO 11172-3)."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bit_rate, sample_rate = head[2] >> 4, head[2] >> 2 & 3
    return version != 1 and layer == 1 and bit_rate not in {0, 15} and sample_rate != 3
