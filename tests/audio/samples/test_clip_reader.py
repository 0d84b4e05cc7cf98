import subprocess
from array import array
from pathlib import Path

import numpy as np
import pytest

from audio.ffmpeg import Ffmpeg
from audio.samples.clip_reader import RATE, ClipReader, UnreadableClip, samples, silence
from tests.fakes.audio_sound import VOICE, make, sound


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clip")
    return sound(folder / "clip.opus", 2.5, VOICE, ("-c:a", "libopus", "-b:a", "24k", "-ar", "48000", "-f", "ogg"))


def test_blocks_are_20_ms_but_the_last(clip: Path) -> None:
    lengths = [len(block) for block in samples(clip)]
    assert set(lengths[:-1]) == {960 * 2}
    assert 0 < lengths[-1] <= 960 * 2
    assert sum(lengths) == 2 * round(2.5 * RATE)


@pytest.mark.parametrize("block_ms", [5, 20, 50, 333])
def test_any_block_length_gives_the_same_samples(clip: Path, block_ms: int) -> None:
    assert b"".join(samples(clip, block_ms=block_ms)) == b"".join(samples(clip))


def test_it_decodes_what_the_reference_decoder_decodes_from_the_first_sample_on(clip: Path) -> None:
    command = [Ffmpeg().program, "-v", "error", "-c:a", "libopus", "-i", str(clip), "-f", "s16le", "-"]
    reference = array("h", subprocess.run(command, check=True, capture_output=True).stdout)
    ours = array("h", b"".join(samples(clip)))
    assert len(ours) == len(reference)
    assert max(abs(one - other) for one, other in zip(ours, reference, strict=True)) <= 1


def test_the_length_is_known_before_reading(clip: Path) -> None:
    with ClipReader(clip) as reader:
        assert (reader.frames, reader.duration_ms) == (120_000, 2_500)


@pytest.mark.parametrize("start", [0, 1, 959, 48_000, 119_999])
def test_playing_from_the_middle_joins_exactly(clip: Path, start: int) -> None:
    whole = np.frombuffer(b"".join(samples(clip)), dtype="<i2").astype(int)
    part = np.frombuffer(b"".join(samples(clip, start)), dtype="<i2").astype(int)
    assert len(part) == 120_000 - start
    difference = np.abs(part - whole[start:])
    assert difference.max() <= 1_500, "a decoder that starts in the middle needs 80 ms to agree"
    assert difference[RATE // 10 :].max(initial=0) <= 40


def test_a_start_at_the_end_is_empty_and_beyond_is_an_error(clip: Path) -> None:
    assert list(samples(clip, 120_000)) == []
    with pytest.raises(UnreadableClip):
        list(samples(clip, 120_001))


@pytest.mark.parametrize("data", [b"", b"OggS", b"not a clip" * 100])
def test_a_file_that_is_no_clip_is_unreadable(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.opus"
    path.write_bytes(data)
    with pytest.raises(UnreadableClip):
        ClipReader(path)


def test_a_missing_file_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableClip):
        list(samples(tmp_path / "missing.opus"))


def test_other_sound_is_no_clip(clip: Path, tmp_path: Path) -> None:
    make(tmp_path / "stereo.opus", "-i", str(clip), "-ac", "2", "-c:a", "libopus", "-f", "ogg")
    for path in (sound(tmp_path / "a.wav"), sound(tmp_path / "a.ogg"), tmp_path / "stereo.opus"):
        with pytest.raises(UnreadableClip):
            ClipReader(path)


def test_a_damaged_clip_never_gives_more_than_it_declared(clip: Path, tmp_path: Path) -> None:
    data = bytearray(clip.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 600] = bytes(600)
    path = tmp_path / "damaged.opus"
    path.write_bytes(data)
    read = 0
    with ClipReader(path) as reader:
        try:
            for block in reader.blocks():
                read += len(block) // 2
        except UnreadableClip:
            assert read < reader.frames
        assert read <= reader.frames


def test_reading_a_closed_clip_is_an_error(clip: Path) -> None:
    reader = ClipReader(clip)
    reader.close()
    reader.close()
    with pytest.raises(UnreadableClip):
        next(reader.blocks())


def test_the_file_is_closed_when_the_player_stops_early(clip: Path) -> None:
    open_before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        playing = samples(clip)
        next(playing)
        playing.close()  # type: ignore[attr-defined]
    assert len(list(Path("/proc/self/fd").iterdir())) <= open_before


@pytest.mark.parametrize("frames", [0, 1, 959, 960, 961, 48_000])
def test_silence_is_exactly_as_long_as_asked(frames: int) -> None:
    assert b"".join(silence(frames)) == bytes(2 * frames)
    assert all(len(block) <= 1_920 for block in silence(frames))
