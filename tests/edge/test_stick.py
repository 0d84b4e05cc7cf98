"""The inbox and the USB stick: what a person carries is read once, never believed, and cannot hurt."""

import hashlib
import os
import threading
from pathlib import Path

import pytest
from msgspec.structs import replace

from edge.adapters.clip_folder import ClipFolder, DiskFull, Found
from edge.adapters.clip_supply import ClipSupply
from edge.adapters.download import Source
from edge.adapters.stick import MOST_CLIPS, MOST_MESSAGES, WAIT_LOOKS, Stick
from edge.core.effects import KeepOnly
from edge.core.events import ClipStored, Event, MessageArrived
from edge.core.eviction import LOW_BYTES
from protocol.envelope import LARGEST
from protocol.names import ClipHash, Kind
from tests.edge.world import World, broadcast

DATA = os.urandom(5000)
CLIP = ClipHash(hashlib.sha256(DATA).hexdigest())


def envelope(kind: Kind, text: str = "") -> bytes:
    return b'{"loalang":1,"kind":"%b","key":"k","sig":"s"}\n%b' % (kind.encode(), text.encode())


class Place:
    """A stick, the unit's clip folder, and what was posted."""

    def __init__(self, tmp_path: Path) -> None:
        self.media = tmp_path / "stick"
        self.media.mkdir()
        self.free = LOW_BYTES * 10
        self.folder = ClipFolder(tmp_path / "clips", free=lambda _: self.free)
        self.events: list[Event] = []
        self.supply = ClipSupply(self.folder, Source("http://127.0.0.1:1/"), self.events.append)
        self.stick = Stick([tmp_path / "nothing", self.media], self.supply, self.events.append)

    def put(self, name: str, data: bytes) -> Path:
        path = self.media / name
        path.write_bytes(data)
        return path

    def look(self, times: int = 2) -> list[Event]:
        self.events.clear()
        for _ in range(times):
            self.stick.look()
        return list(self.events)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


# ---- messages


def test_a_message_is_posted_once_it_is_the_same_in_two_looks(place: Place):
    data = envelope(Kind.PROGRAMME)
    place.put("programme.loalang", data)
    assert place.look(1) == []
    assert place.look(1) == [MessageArrived(Kind.PROGRAMME, data)]
    assert place.look(5) == []


def test_one_that_is_still_being_copied_is_left_alone(place: Place):
    whole = envelope(Kind.PROGRAMME, "x" * 100)
    for end in (50, 80, 100):
        place.put("programme.loalang", whole[:end])
        assert place.look(1) == []
    place.put("programme.loalang", whole)
    assert place.look(2) == [MessageArrived(Kind.PROGRAMME, whole)]


def test_a_changed_file_is_read_again(place: Place):
    path = place.put("order.loalang", envelope(Kind.ORDER, "1"))
    place.look()
    place.put("order.loalang", envelope(Kind.ORDER, "22"))
    assert place.look() == [MessageArrived(Kind.ORDER, envelope(Kind.ORDER, "22"))]
    os.utime(path, (1, 1))
    assert len(place.look()) == 1


def test_the_delegation_comes_first_then_the_programme(place: Place):
    kinds = [Kind.ORDER, Kind.PROGRAMME, Kind.DELEGATION]
    for number, kind in enumerate(kinds):
        place.put(f"{number}.loalang", envelope(kind))
    assert [event.kind for event in place.look()] == [Kind.DELEGATION, Kind.PROGRAMME, Kind.ORDER]


def test_a_programme_that_came_before_its_delegation_is_posted_again_after_it(place: Place):
    place.put("a.loalang", envelope(Kind.PROGRAMME))
    assert [event.kind for event in place.look()] == [Kind.PROGRAMME]
    place.put("b.loalang", envelope(Kind.DELEGATION))
    assert [event.kind for event in place.look(3)] == [Kind.DELEGATION, Kind.PROGRAMME]
    assert place.look(3) == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no envelope",
        b"\xff\xfe\0\n",
        b"{}\n{}",
        b"[" * 900 + b"\n",
        b'{"loalang":1,"kind":"nothing","key":"k","sig":"s"}\n',
        envelope(Kind.STATE),
        envelope(Kind.RECEIPT),
        envelope(Kind.CLOCK_ANSWER),
        envelope(Kind.PROGRAMME, "x" * LARGEST),
    ],
)
def test_junk_is_passed_over(place: Place, data: bytes):
    place.put("junk.loalang", data)
    assert place.look(4) == []


def test_other_names_are_not_read(place: Place):
    for name in ("programme.json", "loalang", ".loalang.swp", "holiday.jpg"):
        place.put(name, envelope(Kind.PROGRAMME))
    assert place.look() == []


def test_links_pipes_and_folders_are_passed_over(place: Place, tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_bytes(envelope(Kind.PROGRAMME))
    (place.media / "link.loalang").symlink_to(secret)
    os.mkfifo(place.media / "pipe.loalang")
    (place.media / "folder.loalang").mkdir()
    (place.media / "gone.loalang").symlink_to(tmp_path / "gone")
    looking = threading.Thread(target=place.look, daemon=True)
    looking.start()
    looking.join(10)
    assert not looking.is_alive(), "it waits at a pipe"
    assert place.events == []


def test_a_file_that_is_exchanged_for_a_link_between_two_looks_is_not_followed(place: Place, tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_bytes(envelope(Kind.PROGRAMME))
    path = place.put("a.loalang", envelope(Kind.PROGRAMME))
    place.look(1)
    path.unlink()
    path.symlink_to(secret)
    assert place.look(3) == []


def test_a_full_stick_is_read_bit_by_bit(place: Place):
    for number in range(2 * MOST_MESSAGES + 3):
        place.put(f"{number:03}.loalang", envelope(Kind.ORDER, str(number)))
    assert [len(place.look(1)) for _ in range(5)] == [0, MOST_MESSAGES, MOST_MESSAGES, 3, 0]


def test_a_stick_that_is_pulled_out_and_put_in_again_is_read_again(place: Place, tmp_path: Path):
    place.put("a.loalang", envelope(Kind.ORDER))
    assert len(place.look()) == 1
    place.media.rename(tmp_path / "pocket")
    assert place.look() == []
    (tmp_path / "pocket").rename(place.media)
    assert len(place.look()) == 1


# ---- clips


def test_a_clip_that_the_plan_lacks_is_taken_in(place: Place):
    place.put(f"{CLIP}.opus", DATA)
    assert place.look() == []
    place.supply.keep_only(frozenset({CLIP}))
    assert place.look(1) == [ClipStored(CLIP)]
    assert place.folder.look(CLIP, len(DATA)) is Found.RIGHT
    assert place.look(3) == []


@pytest.mark.parametrize("wrong", [DATA[:-1], DATA + b"x", bytes(len(DATA))])
def test_a_clip_that_is_not_what_it_says_is_not_kept_and_not_read_again(place: Place, wrong: bytes):
    place.put(f"{CLIP}.opus", wrong)
    place.supply.keep_only(frozenset({CLIP}))
    assert place.look(4) == []
    assert list(place.folder.path(CLIP).parent.iterdir()) == []
    place.put(f"{CLIP}.opus", DATA)
    assert place.look() == [ClipStored(CLIP)]


def test_a_clip_that_finds_no_room_is_tried_again_later(place: Place, monkeypatch: pytest.MonkeyPatch):
    tries: list[ClipHash] = []

    def full(clip: ClipHash, *_: object) -> None:
        tries.append(clip)
        raise DiskFull

    place.put(f"{CLIP}.opus", DATA)
    place.supply.keep_only(frozenset({CLIP}))
    monkeypatch.setattr(place.supply, "take_in", full)
    place.look(2)
    place.look(WAIT_LOOKS - 1)
    assert len(tries) == 1
    place.look(1)
    assert len(tries) == 2


def test_links_to_clips_and_clips_beyond_the_limit_are_passed_over(place: Place, tmp_path: Path):
    (tmp_path / "clip").write_bytes(DATA)
    (place.media / f"{CLIP}.opus").symlink_to(tmp_path / "clip")
    large = place.media / f"{'0' * 64}.opus"
    large.touch()
    os.truncate(large, 65 * 1024 * 1024)
    place.supply.keep_only(frozenset({CLIP, ClipHash("0" * 64)}))
    assert place.look(3) == []


def test_many_clips_come_a_few_at_a_look(place: Place):
    clips = {}
    for number in range(MOST_CLIPS + 2):
        data = bytes([number]) * 100
        clips[ClipHash(hashlib.sha256(data).hexdigest())] = data
    for clip, data in clips.items():
        place.put(f"{clip}.opus", data)
    place.supply.keep_only(frozenset(clips))
    assert [len(place.look(1)) for _ in range(4)] == [0, MOST_CLIPS, 2, 0]


def test_it_looks_by_itself_until_it_is_closed(place: Place, monkeypatch: pytest.MonkeyPatch):
    looked = threading.Event()
    monkeypatch.setattr("edge.adapters.stick.LOOK_S", 0.01)
    monkeypatch.setattr(place.stick, "look", looked.set)
    place.stick.start()
    assert looked.wait(10)
    place.stick.close()
    place.stick._thread.join(10)
    assert not place.stick._thread.is_alive()


# ---- all of it together


def test_a_unit_without_any_network_gets_its_programme_and_its_clips_from_a_stick_and_plays(place: Place):
    unit = World()
    unit.watchers.append(lambda effect: place.supply.keep_only(effect.clips) if isinstance(effect, KeepOnly) else None)
    planned = broadcast(start_s=120)
    item = replace(planned.items[0], clip=CLIP, size=len(DATA))
    place.put("week.loalang", unit.programme(replace(planned, items=(item,))))
    place.put(f"{CLIP}.opus", DATA)
    for _ in range(3):
        for event in place.look(1):
            unit.take(event)
    assert unit.stages("b-1") == ["stored"]
    unit.pass_s(120)
    unit.begin()
    unit.finish()
    assert unit.stages("b-1") == ["stored", "started", "finished"]
    assert unit.link is False
