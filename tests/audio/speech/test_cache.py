import hashlib
import os
from array import array
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audio.speech.cache import PassageCache, key_of
from audio.speech.port import Passage
from tests.fakes.audio_speech import FakeEngine


def _passage(number: int = 1, count: int = 1_000) -> Passage:
    return Passage(22_050, array("h", [number] * count).tobytes())


def _key(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def _files(root: Path) -> list[Path]:
    return sorted(root.glob("*/*"))


def test_what_was_kept_is_found_also_by_the_next_process(tmp_path: Path) -> None:
    PassageCache(tmp_path, 1 << 20).keep(_key(1), _passage(7))
    assert PassageCache(tmp_path, 1 << 20).find(_key(1)) == _passage(7)
    assert PassageCache(tmp_path, 1 << 20).find(_key(2)) is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[:20],
        lambda data: data[:-2],
        lambda data: data[:-1] + bytes([data[-1] ^ 1]),
        lambda data: data[:8] + b"\x01" + data[9:],
        lambda data: b"X" + data[1:],
    ],
    ids=["empty", "half a head", "cut off", "a bit", "another rate", "no mark"],
)
def test_a_damaged_entry_is_noticed_removed_and_spoken_anew(tmp_path: Path, damage) -> None:
    cache = PassageCache(tmp_path, 1 << 20)
    cache.keep(_key(1), _passage())
    (path,) = _files(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    assert cache.find(_key(1)) is None
    assert _files(tmp_path) == []
    cache.keep(_key(1), _passage())
    assert cache.find(_key(1)) == _passage()


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = PassageCache(tmp_path, 3 * 2_100)
    for number in (1, 2, 3):
        cache.keep(_key(number), _passage(number))
    assert cache.find(_key(1)) is not None
    cache.keep(_key(4), _passage(4))
    assert [cache.find(_key(number)) is not None for number in (1, 2, 3, 4)] == [True, False, True, True]


def test_what_a_crash_left_half_written_goes_when_its_turn_comes(tmp_path: Path) -> None:
    cache = PassageCache(tmp_path, 5_000)
    left = tmp_path / _key(1)[:2] / ".half"
    left.parent.mkdir()
    left.write_bytes(bytes(4_000))
    os.utime(left, (0, 0))
    cache.keep(_key(1), _passage())
    assert not left.exists()
    assert cache.find(_key(1)) is not None


def test_more_than_the_limit_is_not_kept(tmp_path: Path) -> None:
    cache = PassageCache(tmp_path, 1_000)
    cache.keep(_key(1), _passage())
    assert _files(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "passages").write_text("a file in its place")
    cache = PassageCache(tmp_path / "passages", 1 << 20)
    cache.keep(_key(1), _passage())
    assert cache.find(_key(1)) is None


def test_the_key_is_who_how_and_what() -> None:
    engine, other, changed = FakeEngine(), FakeEngine("other"), FakeEngine()
    changed.settings = "faster"
    keys = {
        key_of(engine, "vi", "xin chào"),
        key_of(other, "vi", "xin chào"),
        key_of(changed, "vi", "xin chào"),
        key_of(engine, "tyz", "xin chào"),
        key_of(engine, "vi", "xin chào bà con"),
    }
    assert len(keys) == 5
    assert key_of(engine, "vi", "xin cha\u0300o ") == key_of(engine, "VI", "xin chào")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(st.lists(st.tuples(st.booleans(), st.integers(0, 7), st.integers(100, 900)), max_size=40))
def test_it_holds_what_was_used_last_and_never_more_than_its_limit(
    tmp_path_factory: pytest.TempPathFactory, uses: list[tuple[bool, int, int]]
) -> None:
    root, limit = tmp_path_factory.mktemp("cache"), 5_000
    cache = PassageCache(root, limit)
    model: dict[int, Passage] = {}
    for keeps, number, count in uses:
        if keeps:
            model.pop(number, None)
            model[number] = _passage(number, count)
            cache.keep(_key(number), model[number])
        else:
            assert cache.find(_key(number)) == model.get(number)
            if number in model:
                model[number] = model.pop(number)
        while sum(44 + len(one.samples) for one in model.values()) > limit:
            del model[next(iter(model))]
        assert sum(path.stat().st_size for path in _files(root)) <= limit
    assert {number: cache.find(_key(number)) for number in range(8)} == {
        number: model.get(number) for number in range(8)
    }
