"""The thread that fetches: every wish is answered, the disk before the network, the urgent ones first."""

import errno
import hashlib
import os
import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.adapters.clip_folder import ClipFolder
from edge.adapters.clip_supply import TELL_S, ClipSupply
from edge.adapters.download import Source
from edge.core.downloads import HEAD_BYTES
from edge.core.effects import FetchClip
from edge.core.events import ClipAbsent, ClipFailed, ClipProgress, ClipsRemoved, ClipStored, Event
from edge.core.eviction import LOW_BYTES, NEAR_S, RESERVE_BYTES
from protocol.names import ClipHash, Reason
from tests.fakes.clip_server import ClipServer

DATA = os.urandom(300_000)
CLIP = ClipHash(hashlib.sha256(DATA).hexdigest())
ROOMY = LOW_BYTES * 10
SOON = 1.0


class Answers(queue.Queue):
    """What the thread posts. `next` passes over how a fetch goes on, and `received` counts it."""

    received = 0

    def post(self, event: Event) -> None:
        self.put(event)

    def next_of_all(self) -> Event:
        event = self.get(timeout=10)
        self.received += getattr(event, "fetched", 0)
        return event

    def next(self) -> Event:
        while isinstance(event := self.next_of_all(), ClipProgress):
            pass
        return event


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[ClipServer]:
    server = ClipServer()
    server.files = {CLIP: DATA}
    yield server
    server.close()


@pytest.fixture
def folder(tmp_path: Path) -> ClipFolder:
    return ClipFolder(tmp_path / "clips", free=lambda _: ROOMY)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def supply(folder: ClipFolder, server: ClipServer, answers: Answers, clock: Clock) -> Iterator[ClipSupply]:
    supply = ClipSupply(folder, Source(server.address), answers.post, clock)
    yield supply
    supply.close()


def name_of(data: bytes) -> ClipHash:
    return ClipHash(hashlib.sha256(data).hexdigest())


def ask(data: bytes = DATA, needed_at: float = SOON, *, only_look: bool = False) -> FetchClip:
    return FetchClip(name_of(data), len(data), needed_at, only_look)


def is_stored(event: Event, clip: ClipHash = CLIP) -> bool:
    return isinstance(event, ClipStored) and event.clip == clip


# ---- what is asked is answered


def test_a_wanted_clip_comes_and_its_bytes_are_counted(supply: ClipSupply, folder: ClipFolder, answers: Answers):
    supply.start()
    supply.want(ask())
    assert is_stored(answers.next())
    assert folder.path(CLIP).read_bytes() == DATA
    assert len(DATA) < answers.received < len(DATA) + HEAD_BYTES


def test_one_that_is_there_is_checked_and_not_fetched(
    supply: ClipSupply, folder: ClipFolder, answers: Answers, server: ClipServer
):
    folder.store(CLIP, DATA)
    supply.start()
    supply.want(ask())
    assert answers.next() == ClipStored(CLIP)
    assert server.asked == []


def test_one_that_rotted_on_the_disk_is_fetched_anew(
    supply: ClipSupply, folder: ClipFolder, answers: Answers, server: ClipServer
):
    folder.path(CLIP).write_bytes(DATA[:-1] + bytes([DATA[-1] ^ 1]))
    supply.start()
    supply.want(ask())
    assert is_stored(answers.next())
    assert folder.path(CLIP).read_bytes() == DATA


def test_to_look_is_not_to_fetch(supply: ClipSupply, folder: ClipFolder, answers: Answers, server: ClipServer):
    folder.part(CLIP).write_bytes(DATA[:1000])
    supply.start()
    supply.want(ask(only_look=True))
    assert answers.next() == ClipAbsent(CLIP, 1000)
    folder.path(CLIP).write_bytes(bytes(len(DATA)))
    supply.want(ask(only_look=True))
    assert answers.next() == ClipAbsent(CLIP, 1000)
    assert not folder.path(CLIP).exists()
    folder.store(CLIP, DATA)
    supply.want(ask(only_look=True))
    assert answers.next() == ClipStored(CLIP)
    assert server.asked == []


def test_a_lie_of_the_right_size_is_a_failure_and_its_bytes_are_counted(
    supply: ClipSupply, folder: ClipFolder, answers: Answers, server: ClipServer
):
    server.files[CLIP] = bytes(len(DATA))
    supply.start()
    supply.want(ask())
    failed = answers.next()
    assert (failed.clip, failed.reason, failed.here) == (CLIP, None, 0)
    assert answers.received > len(DATA)
    assert not folder.path(CLIP).exists()


def test_content_that_changes_between_two_tries_is_found_out_and_fetched_anew(
    supply: ClipSupply, folder: ClipFolder, answers: Answers, server: ClipServer
):
    server.files[CLIP], server.cut_after = bytes(len(DATA)), 150_000
    supply.start()
    supply.want(ask())
    assert answers.next().here == 150_000
    server.files[CLIP], server.cut_after = DATA, None
    supply.want(ask())
    assert answers.next().here == 0
    supply.want(ask())
    assert is_stored(answers.next())
    assert folder.path(CLIP).read_bytes() == DATA


def test_a_server_that_asks_for_time_is_quoted(supply: ClipSupply, answers: Answers, server: ClipServer):
    server.status, server.headers = 503, {"Retry-After": "120"}
    supply.start()
    supply.want(ask())
    assert answers.next().after_s == 120.0


def test_what_comes_is_told_at_every_tenth(supply: ClipSupply, answers: Answers):
    supply.start()
    supply.want(ask())
    told: list[int] = []
    while isinstance(event := answers.next_of_all(), ClipProgress):
        told.append(event.here)
        assert event.fetched > 0
    assert 1 <= len(told) <= 10
    assert told == sorted(told)
    assert len(DATA) < answers.received < len(DATA) + HEAD_BYTES, "bytes were counted twice, or not at all"


def test_what_comes_slowly_is_told_every_half_minute(
    supply: ClipSupply, answers: Answers, server: ClipServer, clock: Clock
):
    server.chunked = True
    large = os.urandom(2_000_000)
    server.files[name_of(large)] = large
    later = iter(range(1000))

    class Late(Clock):
        def __call__(self) -> float:
            return next(later) * TELL_S

    supply._clock = Late()
    supply.start()
    supply.want(ask(large, needed_at=1e9))
    told = 0
    while isinstance(answers.next_of_all(), ClipProgress):
        told += 1
    assert told > 10


# ---- the disk


def test_no_room_is_a_failure_with_its_reason_and_nobody_is_asked(
    tmp_path: Path, server: ClipServer, answers: Answers, clock: Clock
):
    folder = ClipFolder(tmp_path, free=lambda _: RESERVE_BYTES)
    supply = ClipSupply(folder, Source(server.address), answers.post, clock)
    supply.start()
    supply.want(ask())
    assert answers.next() == ClipFailed(CLIP, Reason.DISK_FULL)
    assert server.asked == []
    supply.close()


def test_the_last_room_is_for_what_is_needed_soon(tmp_path: Path, server: ClipServer, answers: Answers, clock: Clock):
    folder = ClipFolder(tmp_path, free=lambda _: LOW_BYTES)
    supply = ClipSupply(folder, Source(server.address), answers.post, clock)
    supply.start()
    supply.want(ask(needed_at=NEAR_S + 100))
    assert answers.next() == ClipFailed(CLIP, Reason.DISK_FULL)
    supply.want(ask(needed_at=NEAR_S - 100))
    assert is_stored(answers.next())
    supply.close()


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        (errno.ENOSPC, Reason.DISK_FULL),
        (errno.EROFS, Reason.DISK_READ_ONLY),
        (errno.EIO, Reason.DISK_FAILED),
        (errno.ENOENT, None),
    ],
)
def test_a_disk_that_refuses_is_a_failure(
    folder: ClipFolder, answers: Answers, server: ClipServer, number: int, reason: Reason | None
):
    class Refusing(ClipFolder):
        def store(self, clip: ClipHash, data: bytes) -> None:
            raise OSError(number, os.strerror(number))

        def accept(self, clip: ClipHash, part: Path) -> None:
            raise OSError(number, os.strerror(number))

    refusing = Refusing(folder.path(CLIP).parent, free=lambda _: ROOMY)
    supply = ClipSupply(refusing, Source(server.address), answers.post)
    supply.store(CLIP, DATA)
    assert answers.next() == ClipFailed(CLIP, reason)
    supply.start()
    supply.want(ask())
    assert answers.next().reason is reason
    assert refusing.part(CLIP).exists() is (number != errno.ENOSPC), "a brimming disk must have its room back"
    supply.close()


def test_what_was_removed_to_make_room_is_told_and_what_is_kept_stays(
    tmp_path: Path, server: ClipServer, answers: Answers, clock: Clock
):
    idle, kept = b"i" * 5000, b"k" * 5000
    folder = ClipFolder(tmp_path, free=lambda _: ROOMY)
    for data in (idle, kept):
        folder.store(name_of(data), data)

    def free(_: Path) -> int:
        return RESERVE_BYTES + len(DATA) - (4096 if folder.path(name_of(idle)).exists() else 0)

    scarce = ClipFolder(tmp_path, free=free)
    supply = ClipSupply(scarce, Source(server.address), answers.post, clock)
    supply._tidied_at = 0.0
    supply.keep_only(frozenset({name_of(kept), CLIP}))
    supply.start()
    supply.want(ask())
    assert answers.next() == ClipsRemoved(frozenset({name_of(idle)}))
    assert is_stored(answers.next())
    assert folder.path(name_of(kept)).exists()
    supply.close()


def test_a_disk_that_refuses_to_be_tidied_ends_nothing(folder: ClipFolder, answers: Answers, server: ClipServer):
    class Refusing(ClipFolder):
        def tidy(self, needed: object) -> frozenset[ClipHash]:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        def drop_part(self, clip: ClipHash) -> None:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        def accept(self, clip: ClipHash, part: Path) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    supply = ClipSupply(Refusing(folder.path(CLIP).parent, free=lambda _: ROOMY), Source(server.address), answers.post)
    supply.keep_only(frozenset({CLIP}))
    supply.start()
    supply.want(ask())
    assert answers.next().reason is Reason.DISK_FULL
    supply.want(ask(only_look=True))
    assert answers.next() == ClipAbsent(CLIP, len(DATA))
    supply.close()


def test_a_clip_inside_an_order_is_kept_without_the_thread(
    supply: ClipSupply, folder: ClipFolder, answers: Answers, server: ClipServer
):
    supply.keep_only(frozenset())
    supply.store(CLIP, DATA)
    assert answers.next() == ClipStored(CLIP)
    assert folder.path(CLIP).read_bytes() == DATA
    assert CLIP in supply._needed(), "it could be removed before the core says that it is needed"


def test_a_clip_that_could_not_be_played_is_removed_and_a_disk_that_refuses_that_ends_nothing(
    supply: ClipSupply, folder: ClipFolder
):
    folder.store(CLIP, DATA)
    supply.discard(CLIP)
    assert not folder.path(CLIP).exists()
    folder.path(CLIP).mkdir()
    supply.discard(CLIP)


# ---- whose turn it is


def test_the_soonest_needed_comes_first(supply: ClipSupply, answers: Answers, server: ClipServer):
    order = {b"late": 900.0, b"soon": 1.0, b"middle": 50.0}
    server.files = {name_of(data): data for data in order}
    for data, needed_at in order.items():
        supply.want(ask(data, needed_at))
    supply.start()
    came = [answers.next().clip for _ in order]
    assert came == [name_of(data) for data in (b"soon", b"middle", b"late")]


def test_what_is_on_the_disk_does_not_queue_behind_what_must_be_fetched(
    supply: ClipSupply, folder: ClipFolder, answers: Answers, server: ClipServer
):
    here = b"on the disk"
    folder.store(name_of(here), here)
    supply.want(ask(needed_at=100.0))
    supply.want(ask(here, needed_at=5000.0))
    supply.start()
    assert [is_stored(answers.next(), name_of(here)), is_stored(answers.next())] == [True, True]


def test_while_nobody_answers_even_an_urgent_fetch_lets_the_disk_be_looked_at(
    folder: ClipFolder, answers: Answers, clock: Clock
):
    closed = ClipServer()
    address = closed.address
    closed.close()
    here = b"on the disk"
    folder.store(name_of(here), here)
    supply = ClipSupply(folder, Source(address), answers.post, clock)
    for data in (DATA, b"another", b"a third"):
        supply.want(ask(data, needed_at=1.0))
    supply.want(ask(here, needed_at=5000.0))
    supply.start()
    assert isinstance(answers.next(), ClipFailed)
    assert is_stored(answers.next(), name_of(here))
    supply.close()


def test_a_long_fetch_gives_way_to_a_more_urgent_clip_and_goes_on_after_it(
    supply: ClipSupply, answers: Answers, server: ClipServer
):
    urgent = b"a warning"
    server.files[name_of(urgent)] = urgent
    server.before_answer = lambda: supply.want(ask(urgent, needed_at=1.0))
    supply.want(ask(needed_at=900.0))
    supply.start()
    assert [answers.next().clip, answers.next().clip] == [name_of(urgent), CLIP]
    assert [asked for asked, _ in server.asked] == [CLIP, name_of(urgent), CLIP]
    assert server.asked[-1][1] is not None
    assert answers.received < len(DATA) + 3 * HEAD_BYTES


def test_a_server_that_stalls_holds_up_no_other_clip(
    supply: ClipSupply, answers: Answers, server: ClipServer, folder: ClipFolder
):
    other = b"another"
    server.files[name_of(other)] = other
    supply._source = Source(server.address, timeout_s=0.2)
    server.stall = threading.Event()
    supply.want(ask(needed_at=1.0))
    supply.want(ask(other, needed_at=50.0))
    supply.start()
    failed = answers.next()
    assert (failed.clip, failed.here) == (CLIP, len(DATA) // 2)
    server.stall.set()
    assert is_stored(answers.next(), name_of(other))


def test_what_no_plan_needs_any_more_is_not_fetched_to_its_end(
    supply: ClipSupply, answers: Answers, server: ClipServer, folder: ClipFolder
):
    other = b"another"
    server.files[name_of(other)] = other
    server.before_answer = lambda: supply.keep_only(frozenset({name_of(other)}))
    supply.keep_only(frozenset({CLIP, name_of(other)}))
    supply.want(ask(needed_at=900.0))
    supply.want(ask(other, needed_at=5000.0))
    supply.start()
    assert is_stored(answers.next(), name_of(other))
    assert not folder.path(CLIP).exists()
    assert answers.received > 0, "what was fetched in vain was not counted"


def test_a_clip_that_another_medium_brings_ends_its_fetch(
    supply: ClipSupply, answers: Answers, server: ClipServer, folder: ClipFolder, tmp_path: Path
):
    source = tmp_path / "stick"
    source.write_bytes(DATA)

    def bring() -> None:
        with source.open("rb") as file:
            supply.take_in(CLIP, file, len(DATA))

    supply.keep_only(frozenset({CLIP}))
    assert supply.lacks(CLIP)
    server.before_answer = bring
    supply.want(ask())
    supply.start()
    assert is_stored(answers.next())
    assert not supply.lacks(CLIP)
    assert not supply.lacks(name_of(b"unknown"))
    assert is_stored(answers.next())
    assert answers.received < len(DATA) // 2
