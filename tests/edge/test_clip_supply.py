"""Clips: fetched whole, resumed, checked, kept atomically; the urgent ones first."""

import errno
import hashlib
import os
import queue
import time
from pathlib import Path

import pytest

from edge.adapters import clip_folder
from edge.adapters.clip_folder import KEEP_DAYS, LOW_BYTES, RESERVE_BYTES, ClipFolder, DiskFull
from edge.adapters.clip_supply import ClipSupply
from edge.adapters.download import FetchFailed, Interrupted, fetch
from edge.core.effects import FetchClip
from edge.core.events import ClipFailed, ClipStored, Event
from protocol.names import ClipHash, Reason
from tests.fakes.clip_server import ClipServer

DATA = os.urandom(300_000)
CLIP = ClipHash(hashlib.sha256(DATA).hexdigest())
ROOMY = LOW_BYTES * 10


def never() -> bool:
    return False


@pytest.fixture
def server():
    server = ClipServer()
    server.files = {CLIP: DATA}
    yield server
    server.close()


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "clip.part"


# ---- one download


def test_a_clip_is_fetched(server: ClipServer, part: Path):
    fetch(server.address, CLIP, len(DATA), part, never)
    assert part.read_bytes() == DATA


def test_a_part_is_resumed(server: ClipServer, part: Path):
    part.write_bytes(DATA[:100_000])
    fetch(server.address, CLIP, len(DATA), part, never)
    assert part.read_bytes() == DATA
    assert server.asked == [(CLIP, "bytes=100000-")]


def test_a_server_that_ignores_ranges_sends_it_all_again(server: ClipServer, part: Path):
    part.write_bytes(b"x" * 100_000)
    server.ignore_ranges = True
    fetch(server.address, CLIP, len(DATA), part, never)
    assert part.read_bytes() == DATA


def test_a_part_that_is_whole_asks_nobody_and_one_that_is_too_long_begins_anew(server: ClipServer, part: Path):
    part.write_bytes(DATA)
    fetch(server.address, CLIP, len(DATA), part, never)
    assert server.asked == []
    part.write_bytes(DATA + b"more")
    fetch(server.address, CLIP, len(DATA), part, never)
    assert part.read_bytes() == DATA
    assert server.asked == [(CLIP, None)]


def test_a_connection_that_breaks_off_keeps_what_came(server: ClipServer, part: Path):
    server.cut_after = 70_000
    with pytest.raises(FetchFailed):
        fetch(server.address, CLIP, len(DATA), part, never)
    assert part.read_bytes() == DATA[:70_000]


def test_more_than_was_promised_is_thrown_away(server: ClipServer, part: Path):
    server.extra = b"one more"
    with pytest.raises(FetchFailed, match="more than"):
        fetch(server.address, CLIP, len(DATA), part, never)
    assert not part.exists()


@pytest.mark.parametrize("status", [404, 500, 302, 416])
def test_an_answer_that_is_none_is_a_failure(server: ClipServer, part: Path, status: int):
    server.status = status
    with pytest.raises(FetchFailed, match=f"HTTP {status}"):
        fetch(server.address, CLIP, len(DATA), part, never)


def test_nobody_there_is_a_failure(server: ClipServer, part: Path):
    address = server.address
    closed = ClipServer()
    gone = closed.address
    closed.close()
    assert gone != address
    with pytest.raises(FetchFailed):
        fetch(gone, CLIP, len(DATA), part, never)


def test_it_gives_way_and_keeps_what_came(server: ClipServer, part: Path):
    with pytest.raises(Interrupted):
        fetch(server.address, CLIP, len(DATA), part, lambda: True)
    assert 0 < part.stat().st_size < len(DATA)


# ---- the folder


@pytest.fixture
def folder(tmp_path: Path) -> ClipFolder:
    return ClipFolder(tmp_path / "clips", free=lambda _: ROOMY)


def test_a_clip_is_there_only_whole_and_right(folder: ClipFolder):
    assert not folder.has(CLIP, len(DATA))
    folder.store(CLIP, DATA)
    assert folder.has(CLIP, len(DATA))
    folder.path(CLIP).write_bytes(DATA[:-1] + b"\0")
    assert not folder.has(CLIP, len(DATA))
    assert not folder.path(CLIP).exists()


def test_a_part_that_is_not_the_clip_is_removed(folder: ClipFolder):
    folder.part(CLIP).write_bytes(b"another")
    with pytest.raises(ValueError, match="not clip"):
        folder.accept(CLIP, folder.part(CLIP))
    assert not folder.part(CLIP).exists()
    assert not folder.path(CLIP).exists()


def test_the_reserve_is_never_filled(tmp_path: Path):
    folder = ClipFolder(tmp_path, free=lambda _: RESERVE_BYTES + 10)
    folder.require_room(10)
    with pytest.raises(DiskFull):
        folder.require_room(11)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_needed_or_young_is_kept_and_low_space_keeps_only_the_needed(tmp_path: Path):
    for name in ("needed.opus", "old.opus", "old.part", "young.opus"):
        (tmp_path / name).write_bytes(b"x")
    before = time.time() - (KEEP_DAYS + 1) * 86_400
    for name in ("needed.opus", "old.opus", "old.part"):
        os.utime(tmp_path / name, (before, before))
    removed = ClipFolder(tmp_path, free=lambda _: ROOMY).keep_only({ClipHash("needed")})
    assert sorted(removed) == ["old.opus", "old.part"]
    ClipFolder(tmp_path, free=lambda _: LOW_BYTES - 1).keep_only({ClipHash("needed")})
    assert names(tmp_path) == ["needed.opus"]


# ---- the thread


class Answers(queue.Queue):
    def post(self, event: Event) -> None:
        self.put(event)

    def next(self) -> Event:
        return self.get(timeout=10)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def supply(folder: ClipFolder, server: ClipServer, answers: Answers):
    supply = ClipSupply(folder, server.address, answers.post)
    yield supply
    supply.close()


def test_a_wanted_clip_comes(supply: ClipSupply, folder: ClipFolder, answers: Answers):
    supply.start()
    supply.want(FetchClip(CLIP, len(DATA), 0.0))
    assert answers.next() == ClipStored(CLIP)
    assert folder.path(CLIP).read_bytes() == DATA


def test_one_that_is_there_is_checked_and_not_fetched(
    supply: ClipSupply, folder: ClipFolder, answers: Answers, server: ClipServer
):
    folder.store(CLIP, DATA)
    supply.start()
    supply.want(FetchClip(CLIP, len(DATA), 0.0))
    assert answers.next() == ClipStored(CLIP)
    assert server.asked == []


def test_a_lie_of_the_right_size_is_a_failure(supply: ClipSupply, answers: Answers, server: ClipServer):
    server.files[CLIP] = bytes(len(DATA))
    supply.start()
    supply.want(FetchClip(CLIP, len(DATA), 0.0))
    assert answers.next() == ClipFailed(CLIP)


def test_a_full_disk_is_a_failure_with_its_reason(tmp_path: Path, server: ClipServer, answers: Answers):
    supply = ClipSupply(ClipFolder(tmp_path, free=lambda _: RESERVE_BYTES), server.address, answers.post)
    supply.start()
    supply.want(FetchClip(CLIP, len(DATA), 0.0))
    assert answers.next() == ClipFailed(CLIP, Reason.DISK_FULL)
    assert server.asked == []
    supply.close()


@pytest.mark.parametrize(("number", "reason"), [(errno.ENOSPC, Reason.DISK_FULL), (errno.EIO, None)])
def test_a_disk_that_refuses_is_a_failure(folder: ClipFolder, answers: Answers, number: int, reason: Reason | None):
    class Refusing(ClipFolder):
        def store(self, clip: ClipHash, data: bytes) -> None:
            raise OSError(number, os.strerror(number))

    supply = ClipSupply(Refusing(folder.path(CLIP).parent, free=lambda _: ROOMY), "http://localhost/", answers.post)
    supply.store(CLIP, DATA)
    assert answers.next() == ClipFailed(CLIP, reason)


def test_a_clip_inside_an_order_is_kept(supply: ClipSupply, folder: ClipFolder, answers: Answers):
    supply.store(CLIP, DATA)
    assert answers.next() == ClipStored(CLIP)
    assert folder.has(CLIP, len(DATA))


def test_the_soonest_needed_comes_first(supply: ClipSupply, answers: Answers, server: ClipServer):
    clips = {hashlib.sha256(data).hexdigest(): data for data in (b"late", b"soon", b"middle")}
    server.files = dict(clips)
    order = {b"late": 900.0, b"soon": 1.0, b"middle": 50.0}
    for name, data in clips.items():
        supply.want(FetchClip(ClipHash(name), len(data), order[data]))
    supply.start()
    came = [clips[answers.next().clip] for _ in clips]
    assert came == [b"soon", b"middle", b"late"]


def test_a_long_fetch_gives_way_to_a_more_urgent_clip_and_goes_on_after_it(
    supply: ClipSupply, answers: Answers, server: ClipServer
):
    urgent = b"a warning"
    name = ClipHash(hashlib.sha256(urgent).hexdigest())
    server.files[name] = urgent
    server.before_answer = lambda: supply.want(FetchClip(name, len(urgent), 1.0))
    supply.want(FetchClip(CLIP, len(DATA), 900.0))
    supply.start()
    assert [answers.next(), answers.next()] == [ClipStored(name), ClipStored(CLIP)]
    assert [asked for asked, _ in server.asked] == [CLIP, name, CLIP]
    assert server.asked[-1][1] is not None


def test_the_folder_is_synchronised_after_a_clip_was_put_in(folder: ClipFolder, monkeypatch: pytest.MonkeyPatch):
    synchronised: list[Path] = []
    monkeypatch.setattr(clip_folder, "_sync_folder", synchronised.append)
    folder.store(CLIP, DATA)
    assert synchronised == [folder.path(CLIP).parent]
