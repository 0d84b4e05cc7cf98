import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audio.clip import ClipStore, UnknownClip


@pytest.fixture
def store(tmp_path: Path) -> ClipStore:
    return ClipStore(tmp_path / "clips")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source"
    path.write_bytes(b"a clip")
    return path


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(data=st.binary(max_size=3_000_000))
def test_a_clip_is_found_by_the_hash_of_its_bytes(store: ClipStore, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "data").write_bytes(data)
    name = store.add(tmp_path / "data")
    assert name == hashlib.sha256(data).hexdigest()
    assert store.path_of(name).read_bytes() == data
    assert store.holds(name)
    assert store.verify(name)


def test_it_lies_in_a_folder_of_its_first_two_digits(store: ClipStore, source: Path) -> None:
    name = store.add(source)
    assert store.path_of(name) == store.root / name[:2] / f"{name}.opus"


def test_the_same_clip_is_stored_once_and_the_source_is_left_alone(store: ClipStore, source: Path) -> None:
    first = store.path_of(store.add(source)).stat()
    second = store.path_of(store.add(source)).stat()
    assert (first.st_ino, first.st_mtime_ns) == (second.st_ino, second.st_mtime_ns)
    assert source.read_bytes() == b"a clip"


def test_a_clip_that_rotted_on_the_disk_is_seen_and_replaced(store: ClipStore, source: Path) -> None:
    name = store.add(source)
    store.path_of(name).write_bytes(b"a clio")
    assert not store.verify(name)
    assert store.add(source) == name
    assert store.verify(name)


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "A" * 64, "0" * 63, "0" * 65, "0" * 64, "0" * 64 + "\n"]
)
def test_what_is_no_clip_is_unknown(store: ClipStore, name: str) -> None:
    assert not store.holds(name)
    with pytest.raises(UnknownClip):
        store.path_of(name)


def test_a_failed_add_leaves_nothing(store: ClipStore, tmp_path: Path) -> None:
    for bad in (tmp_path / "missing", tmp_path):
        with pytest.raises(OSError):
            store.add(bad)
    with pytest.raises(OSError):
        store.add(Path("/proc/self/mem"))
    assert list((store.root / "incoming").iterdir()) == []


def test_a_workspace_is_gone_whatever_happens(store: ClipStore) -> None:
    def work() -> None:
        with store.workspace() as folder:
            (folder / "half").write_bytes(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        work()
    assert list((store.root / "incoming").iterdir()) == []


def test_what_a_crash_left_is_swept_and_clips_stay(store: ClipStore, source: Path) -> None:
    name = store.add(source)
    (store.root / "incoming" / "tmp1").write_bytes(b"half")
    (store.root / "incoming" / "work").mkdir()
    (store.root / "incoming" / "work" / "upload").write_bytes(b"half")
    assert ClipStore(store.root).sweep() == 2
    assert list((store.root / "incoming").iterdir()) == []
    assert store.verify(name)
