from pathlib import Path

import pytest

from audio import ogg_opus
from audio.samples.clip_reader import samples
from tests.fakes.audio_sound import sound


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sound(tmp_path_factory.mktemp("opus") / "a.opus", 2.345, "sine=f=500:r=48000")


def test_the_length_by_the_pages_is_the_length_that_is_decoded(clip: Path) -> None:
    decoded = sum(len(block) for block in samples(clip)) // 2
    assert ogg_opus.frames(clip) == decoded == round(2.345 * 48_000)


def test_milliseconds_are_rounded_up() -> None:
    assert [ogg_opus.milliseconds(count) for count in (0, 1, 48, 49)] == [0, 1, 1, 2]


@pytest.mark.parametrize("keep", [0, 10, 40, 500, -1])
def test_a_file_cut_short_is_refused(clip: Path, tmp_path: Path, keep: int) -> None:
    cut = tmp_path / "cut.opus"
    data = clip.read_bytes()
    cut.write_bytes(data[: data.rindex(b"OggS")] if keep < 0 else data[:keep])
    with pytest.raises(ogg_opus.NotOggOpus):
        ogg_opus.frames(cut)


def test_another_codec_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ogg_opus.NotOggOpus):
        ogg_opus.frames(sound(tmp_path / "a.ogg", 1))
