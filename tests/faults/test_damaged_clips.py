"""A card that forgets: clips on the unit's disk with a bit flipped, cut short, or of no length at all."""

from pathlib import Path

import pytest

from tests.edge.desk import sitting
from tests.fakes.clips import MadeClip, tone
from tests.faults.village import Village, in_s, village


def flipped(data: bytes) -> bytes:
    place = len(data) * 2 // 3
    return data[:place] + bytes([data[place] ^ 4]) + data[place + 1 :]


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def emptied(data: bytes) -> bytes:
    return b""


DAMAGE = {damage.__name__: damage for damage in (flipped, cut, emptied)}


def store(here: Village, clip: MadeClip, lead_s: float) -> Path:
    here.begin(clip)
    here.desk.programme(sitting("news", in_s(lead_s), clip))
    here.desk.await_receipt("stored", "news")
    return here.unit.data / "clips" / f"{clip.hash}.opus"


def heard_whole(here: Village, clip: MadeClip) -> None:
    here.desk.await_settled("news")
    here.judge()
    assert here.desk.stages("news")[-1] == "finished"
    assert abs(here.unit.evidence().heard_ms("news") - clip.duration_ms) <= 1


@pytest.mark.beside(seconds=10)
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_clip_damaged_while_the_unit_was_off_is_found_and_fetched_again(folder: Path, damage: str) -> None:
    with village(folder) as here:
        clip = tone(1500)
        path = store(here, clip, lead_s=6)
        here.unit.stop()
        path.write_bytes(DAMAGE[damage](clip.data))
        asked = len(here.clips.asked)
        here.unit.start()
        heard_whole(here, clip)
        assert len(here.clips.asked) == asked + 1
        assert path.read_bytes() == clip.data


@pytest.mark.beside(seconds=10)
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_clip_damaged_under_a_running_unit_is_never_claimed_as_heard(folder: Path, damage: str) -> None:
    """Mended in time, or said to have failed: never "finished" over a sound that was not whole and right."""
    with village(folder) as here:
        clip = tone(1500)
        path = store(here, clip, lead_s=5)
        path.write_bytes(DAMAGE[damage](clip.data))
        here.desk.await_settled("news")
        here.judge()
        if here.desk.stages("news")[-1] == "finished":
            assert path.read_bytes() == clip.data
            heard_whole(here, clip)
        else:
            assert here.desk.stages("news")[-1] in {"failed", "skipped"}
            assert not path.exists() or path.read_bytes() == clip.data, "the damaged clip was kept"


def test_the_damage_is_real(tmp_path: Path) -> None:
    assert all(damage(tone(1500).data) != tone(1500).data for damage in DAMAGE.values())
