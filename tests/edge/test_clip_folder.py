"""The clips on the disk: whole and right or not there, and what goes when room is short."""

import errno
import hashlib
import io
import os
import queue
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.adapters import clip_folder
from edge.adapters.clip_folder import ClipFolder, DiskFull, Found, WrongClip, trouble_of
from edge.adapters.clip_supply import ClipSupply
from edge.adapters.download import Source
from edge.core.effects import FetchClip
from edge.core.events import ClipProgress, Event
from edge.core.eviction import KEEP_S, LOW_BYTES, NEAR_S, RESERVE_BYTES, StoredFile, reserve_for, to_remove
from protocol.names import ClipHash, Reason
from tests.fakes.clip_server import ClipServer

DATA = os.urandom(300_000)
CLIP = ClipHash(hashlib.sha256(DATA).hexdigest())
ROOMY = LOW_BYTES * 10
NOW = 1_800_000_000.0


def name_of(data: bytes) -> ClipHash:
    return ClipHash(hashlib.sha256(data).hexdigest())


def named(number: int) -> ClipHash:
    return ClipHash(f"{number:064x}")


@pytest.fixture
def folder(tmp_path: Path) -> ClipFolder:
    return ClipFolder(tmp_path / "clips", free=lambda _: ROOMY, now=lambda: NOW)


# ---- whole and right, or not there


def test_a_clip_is_there_only_whole_and_right(folder: ClipFolder):
    assert folder.look(CLIP, len(DATA)) is Found.ABSENT
    folder.store(CLIP, DATA)
    assert folder.look(CLIP, len(DATA)) is Found.RIGHT


@pytest.mark.parametrize(
    "spoilt", [b"", DATA[:-1], DATA + b"\0", DATA[:1000] + bytes([DATA[1000] ^ 1]) + DATA[1001:], bytes(len(DATA))]
)
def test_an_empty_cut_or_flipped_clip_is_found_and_removed(folder: ClipFolder, spoilt: bytes):
    folder.store(CLIP, DATA)
    folder.path(CLIP).write_bytes(spoilt)
    assert folder.look(CLIP, len(DATA)) is Found.SPOILT
    assert not folder.path(CLIP).exists()


@pytest.mark.parametrize("spoilt", [b"", b"another", DATA[:-1], DATA + b"\0"])
def test_a_part_that_is_not_the_clip_is_removed(folder: ClipFolder, spoilt: bytes):
    folder.part(CLIP).write_bytes(spoilt)
    with pytest.raises(WrongClip):
        folder.accept(CLIP, folder.part(CLIP))
    assert not folder.part(CLIP).exists()
    assert not folder.path(CLIP).exists()


def test_what_was_looked_at_was_used_today(folder: ClipFolder):
    folder.store(CLIP, DATA)
    os.utime(folder.path(CLIP), (1.0, 1.0))
    folder.look(CLIP, len(DATA))
    assert folder.path(CLIP).stat().st_mtime == NOW


def test_the_disk_is_read_and_not_what_memory_holds_of_it(folder: ClipFolder, monkeypatch: pytest.MonkeyPatch):
    folder.store(CLIP, DATA)
    asked: list[int] = []
    monkeypatch.setattr(clip_folder.os, "posix_fadvise", lambda _fd, _from, _length, advice: asked.append(advice))
    folder.look(CLIP, len(DATA))
    assert asked == [os.POSIX_FADV_DONTNEED]


def test_a_clip_that_the_card_cannot_read_any_more_is_spoilt(folder: ClipFolder, monkeypatch: pytest.MonkeyPatch):
    def broken(_path: Path) -> str:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    folder.store(CLIP, DATA)
    monkeypatch.setattr(clip_folder, "_digest_of", broken)
    assert folder.look(CLIP, len(DATA)) is Found.SPOILT


def test_on_a_read_only_disk_a_right_clip_is_right(folder: ClipFolder, monkeypatch: pytest.MonkeyPatch):
    def read_only(*_: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    folder.store(CLIP, DATA)
    monkeypatch.setattr(clip_folder.os, "utime", read_only)
    assert folder.look(CLIP, len(DATA)) is Found.RIGHT


def test_the_folder_is_synchronised_after_a_clip_was_put_in(folder: ClipFolder, monkeypatch: pytest.MonkeyPatch):
    synchronised: list[Path] = []
    monkeypatch.setattr(clip_folder, "_sync_folder", synchronised.append)
    folder.store(CLIP, DATA)
    assert synchronised == [folder.path(CLIP).parent]


def test_nothing_is_left_of_a_store_that_fails(folder: ClipFolder):
    with pytest.raises(WrongClip):
        folder.store(CLIP, b"wrong")
    with pytest.raises(WrongClip):
        folder.take_in(CLIP, io.BytesIO(DATA), len(DATA) - 1)
    assert list(folder.path(CLIP).parent.iterdir()) == []


def test_a_clip_is_taken_in_from_another_medium(folder: ClipFolder):
    folder.take_in(CLIP, io.BytesIO(DATA), len(DATA))
    assert folder.look(CLIP, len(DATA)) is Found.RIGHT


# ---- what goes: the rule

files = st.lists(
    st.builds(
        StoredFile,
        name=st.uuids().map(str),
        size=st.integers(0, 100),
        unused_s=st.floats(0, 2 * KEEP_S),
        needed=st.booleans(),
        clip=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda file: file.name,
)


@given(files, st.integers(0, 300), st.integers(0, 900))
def test_what_is_needed_never_goes_and_no_more_goes_than_room_needs(stored: list[StoredFile], free: int, wanted: int):
    by_name = {file.name: file for file in stored}
    gone = [by_name[name] for name in to_remove(stored, free, wanted)]
    assert not any(file.needed for file in gone)
    aged = [file for file in stored if not file.needed and file.unused_s > KEEP_S]
    assert gone[: len(aged)] == aged
    young = gone[len(aged) :]
    free += sum(file.size for file in aged)
    if young:
        assert free + sum(file.size for file in young) >= wanted
        assert free + sum(file.size for file in young[:-1]) < wanted, "more went than room needed"
    left = [file for file in stored if not file.needed and file not in gone]
    for file in young:
        assert all((file.clip, -file.unused_s) <= (other.clip, -other.unused_s) for other in left)
    if free < wanted and not young:
        assert free + sum(file.size for file in left) < wanted, "room could have been made"


def test_parts_go_before_clips_and_the_longest_unused_first():
    stored = [
        StoredFile("new", 10, 1.0, needed=False),
        StoredFile("old", 10, 900.0, needed=False),
        StoredFile("needed", 10, 9000.0, needed=True),
        StoredFile("part", 10, 1.0, needed=False, clip=False),
        StoredFile("needed-part", 10, 1.0, needed=True, clip=False),
    ]
    assert [to_remove(stored, 0, wanted) for wanted in (5, 15, 25, 30)] == [
        ("part",),
        ("part", "old"),
        ("part", "old", "new"),
        ("part", "old", "new"),
    ]
    assert to_remove(stored, 0, 31) == ()


def test_what_is_not_needed_soon_leaves_room_for_what_is():
    assert reserve_for(0.0) == reserve_for(NEAR_S) == RESERVE_BYTES
    assert reserve_for(NEAR_S + 1) == reserve_for(float("inf")) == LOW_BYTES


# ---- what goes: the folder


def names(folder: ClipFolder) -> list[str]:
    return sorted(path.name for path in folder.path(CLIP).parent.iterdir())


def put(folder: ClipFolder, name: str, days: float = 0.0) -> None:
    path = folder.path(CLIP).with_name(name)
    path.write_bytes(b"x" * 5000)
    os.utime(path, (NOW - days * 86_400, NOW - days * 86_400))


def test_the_aged_goes_and_the_needed_stays_whole_or_begun(folder: ClipFolder):
    for name in (f"{named(1)}.opus", f"{named(2)}.opus", f"{named(1)}.part", f"{named(2)}.part", "junk"):
        put(folder, name, days=8)
    put(folder, f"{named(3)}.opus", days=6)
    assert folder.tidy({named(1)}) == {named(2)}
    assert names(folder) == [f"{named(1)}.opus", f"{named(1)}.part", f"{named(3)}.opus"]


def test_a_clock_that_goes_back_ages_nothing(folder: ClipFolder):
    put(folder, f"{named(2)}.opus", days=-20_000)
    folder.tidy(())
    assert names(folder) == [f"{named(2)}.opus"]


def test_room_is_made_from_the_least_needed_and_only_as_much(tmp_path: Path):
    free = RESERVE_BYTES
    folder = ClipFolder(tmp_path, free=lambda _: free, now=lambda: NOW)
    put(folder, f"{named(1)}.opus", days=1)
    put(folder, f"{named(2)}.opus", days=3)
    put(folder, f"{named(3)}.opus", days=2)
    with pytest.raises(DiskFull):
        folder.make_room(5000, RESERVE_BYTES, {named(1)})
    assert names(folder) == [f"{named(1)}.opus", f"{named(3)}.opus"]


def test_when_all_of_it_is_too_little_nothing_goes(tmp_path: Path):
    folder = ClipFolder(tmp_path, free=lambda _: RESERVE_BYTES, now=lambda: NOW)
    put(folder, f"{named(2)}.opus")
    with pytest.raises(DiskFull):
        folder.make_room(100_000, RESERVE_BYTES, ())
    assert names(folder) == [f"{named(2)}.opus"]


def test_the_reserve_is_never_filled(tmp_path: Path):
    folder = ClipFolder(tmp_path, free=lambda _: RESERVE_BYTES + 10)
    folder.make_room(10, RESERVE_BYTES, ())
    with pytest.raises(DiskFull):
        folder.make_room(11, RESERVE_BYTES, ())


def test_a_draft_in_hand_is_not_removed_and_a_forgotten_one_is(folder: ClipFolder):
    put(folder, f"{named(2)}.1f.draft", days=8)

    class Removing(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            folder._now = lambda: NOW + 30 * 86_400
            folder.tidy({CLIP})
            return super().read(size)

    folder.take_in(CLIP, Removing(DATA), len(DATA))
    assert names(folder) == [f"{CLIP}.opus"]


# ---- a disk that refuses


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, Reason.DISK_FULL),
        (errno.EDQUOT, Reason.DISK_FULL),
        (errno.EROFS, Reason.DISK_READ_ONLY),
        (errno.EIO, Reason.DISK_FAILED),
        (errno.ENOENT, None),
        (None, None),
    ],
)
def test_full_read_only_and_broken_are_told_apart(number: int | None, reason: Reason | None):
    assert trouble_of(OSError() if number is None else OSError(number, os.strerror(number))) is reason


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("this machine does not let us mount a tmpfs")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_truly_full_disk_says_so_and_takes_the_next_clip_that_fits(small_disk: Path):
    folder = ClipFolder(small_disk / "clips")
    made = [os.urandom(300_000) for _ in range(3)]
    for data in made:
        folder.store(name_of(data), data)
    with pytest.raises(OSError) as refused:
        folder.store(CLIP, DATA)
    assert trouble_of(refused.value) is Reason.DISK_FULL
    assert len(names(folder)) == 3, "something is left of a clip that found no room"
    gone = folder.make_room(len(DATA), 0, {name_of(made[0])})
    assert len(gone) == 1
    folder.store(CLIP, DATA)
    assert folder.look(CLIP, len(DATA)) is Found.RIGHT
    assert folder.path(name_of(made[0])).exists()


def test_a_truly_read_only_disk_says_so_and_still_has_its_clips(small_disk: Path):
    folder = ClipFolder(small_disk / "clips")
    folder.store(CLIP, DATA)
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    assert folder.look(CLIP, len(DATA)) is Found.RIGHT
    with pytest.raises(OSError) as refused:
        folder.store(named(1), b"x")
    assert trouble_of(refused.value) is Reason.DISK_READ_ONLY


def test_a_disk_that_fills_up_in_the_middle_of_a_download_gets_its_room_back(small_disk: Path):
    large = os.urandom(2_000_000)
    server = ClipServer()
    server.files = {name_of(large): large}
    folder = ClipFolder(small_disk / "clips", free=lambda _: ROOMY)
    answers: queue.SimpleQueue[Event] = queue.SimpleQueue()
    supply = ClipSupply(folder, Source(server.address), answers.put)
    supply.start()
    supply.want(FetchClip(name_of(large), len(large), 0.0))
    while isinstance(answer := answers.get(timeout=10), ClipProgress):
        pass
    assert (answer.reason, answer.here) == (Reason.DISK_FULL, 0)
    assert names(folder) == []
    supply.close()
    server.close()
