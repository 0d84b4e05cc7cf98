"""The player: relay on, settle, items without a break, tail, relay off; and every way in which that can end."""

import queue
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.adapters.performance import Stage
from edge.adapters.player import Player
from edge.adapters.relay_guard import RelayGuard
from edge.core.effects import StartSound
from edge.core.events import Event, RelayChanged, SoundChecked, SoundFailed, SoundFinished, SoundProgress, SoundStarted
from edge.core.events import SoundStopped as Stopped
from protocol.names import BroadcastId, Reason
from tests.fakes.clips import MadeClip, tone
from tests.fakes.relay import FakeRelay
from tests.fakes.sound import FakeOutput

RATE = 48_000
SETTLE_S = 0.05


class Booth:
    """A player with a fake relay and card, the clips on a disk, and what it said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.relay, self.output = FakeRelay(), FakeOutput()
        self.said: queue.Queue[Event] = queue.Queue()
        self.guard = RelayGuard(self.relay, self.said.put)
        stage = Stage(self.output, self.guard, lambda clip: folder / clip, self.said.put, SETTLE_S, 0.02)
        self.player = Player(stage)
        self.guard.start(on_limit=self.player.limit, on_stuck=lambda: None)
        self.player.start()
        assert self.said.get(timeout=10) == SoundChecked(ok=True)

    def close(self) -> None:
        self.output.release.set()
        self.player.close()
        self.relay.refuse_off = False
        self.guard.close()

    def order(
        self, *clips: MadeClip, in_s: float = 0.1, latest_s: float = 60, limit_s: float = 60, gap_ms: int = 0
    ) -> StartSound:
        for clip in clips:
            (self.folder / clip.hash).write_bytes(clip.data)
        now = time.monotonic()
        return StartSound(
            serial=1,
            broadcast=BroadcastId("b-1"),
            items=tuple(clip.item(gap_ms) for clip in clips),
            at=now + in_s,
            latest=now + latest_s,
            volume=100,
            limit_s=limit_s,
        )

    def until(self, wanted: Callable[[Event], bool]) -> list[Event]:
        heard: list[Event] = []
        while not heard or not wanted(heard[-1]):
            heard.append(self.said.get(timeout=10))
        return heard

    def play(self, order: StartSound) -> list[Event]:
        self.player.start_sound(order)
        return self.until(is_end)


def is_end(event: Event) -> bool:
    return isinstance(event, SoundFinished | Stopped | SoundFailed)


@pytest.fixture
def booth(tmp_path: Path):
    booth = Booth(tmp_path)
    yield booth
    booth.close()


def test_a_sound_goes_from_silence_to_silence(booth: Booth):
    order = booth.order(tone(100), tone(60), gap_ms=40)
    said = booth.play(order)
    kinds = [type(event) for event in said]
    assert kinds == [RelayChanged, SoundStarted, SoundProgress, SoundProgress, RelayChanged, SoundFinished]
    assert said[-1] == SoundFinished(1, 200)
    assert [event.items_done for event in said if isinstance(event, SoundProgress)] == [1, 2]
    assert booth.relay.switched == [False, True, False]
    label, heard = booth.output.played[0]
    assert (label, len(heard)) == ("b-1", 2 * RATE * 200 // 1000)
    assert said[1].at >= order.at


def test_there_is_silence_between_items_and_none_after_the_last(booth: Booth):
    booth.play(booth.order(tone(100), tone(60), gap_ms=40))
    heard = booth.output.played[0][1]
    gap = heard[2 * RATE * 100 // 1000 : 2 * RATE * 140 // 1000]
    assert gap == bytes(len(gap))
    assert heard[-960:] != bytes(960)


def test_the_relay_settles_before_the_first_sample_even_when_the_order_is_late(booth: Booth):
    begun = time.monotonic()
    said = booth.play(booth.order(tone(20), in_s=-1))
    assert said[1].at - begun >= SETTLE_S


def test_too_late_it_stays_silent(booth: Booth):
    said = booth.play(booth.order(tone(20), in_s=-1, latest_s=0.01))
    assert said == [SoundFailed(1, Reason.LATE, 0, 0)]
    assert booth.relay.switched == [False]


def test_stopped_before_its_time_it_stays_silent(booth: Booth):
    booth.player.start_sound(booth.order(tone(20), in_s=60, latest_s=100))
    booth.player.stop_sound(1)
    assert booth.until(is_end) == [Stopped(1, 0, 0)]
    assert booth.relay.switched == [False]


def test_stopped_while_it_sounds_the_relay_is_off_before_it_says_so(booth: Booth):
    booth.output.hang_after = RATE // 10
    booth.player.start_sound(booth.order(tone(100), tone(500)))
    booth.until(lambda event: isinstance(event, SoundProgress))
    booth.player.stop_sound(1)
    booth.output.release.set()
    said = booth.until(is_end)
    assert said[-2:] == [RelayChanged(on=False), Stopped(1, 100, 1)]


def test_a_player_that_hangs_is_cut_off_when_silence_is_wanted(booth: Booth):
    booth.output.hang_after = RATE // 10
    booth.player.start_sound(booth.order(tone(500)))
    booth.until(lambda event: isinstance(event, SoundStarted))
    booth.player.stop_sound(1)
    booth.relay.await_level(False)


def test_the_limit_on_the_relay_ends_the_sound_as_failed(booth: Booth):
    booth.output.hang_after = RATE // 10
    booth.player.start_sound(booth.order(tone(500), limit_s=0.2))
    booth.relay.await_level(True)
    booth.relay.await_level(False)
    booth.output.release.set()
    end = booth.until(is_end)[-1]
    assert (end.reason, end.played_ms) == (Reason.RELAY_LIMIT, 100)


def test_a_card_that_breaks_is_said_with_what_was_heard(booth: Booth):
    booth.output.fail_after = RATE // 10
    end = booth.play(booth.order(tone(500)))[-1]
    assert end == SoundFailed(1, Reason.SOUND_FAILED, 100, 0)
    assert booth.relay.switched == [False, True, False]


def test_a_relay_that_does_not_switch_on_is_said(booth: Booth):
    booth.relay.refuse_on = True
    assert booth.play(booth.order(tone(20)))[-1] == SoundFailed(1, Reason.RELAY_FAILED, 0, 0)
    assert booth.output.played == []


def test_an_unreadable_clip_is_found_while_there_is_silence(booth: Booth):
    bad = MadeClip(b"OggS and then nothing", 100)
    said = booth.play(booth.order(tone(100), bad))
    assert said == [SoundFailed(1, Reason.UNREADABLE_CLIP, 0, 0, bad.hash)]
    assert booth.relay.switched == [False]


def test_a_clip_that_ends_too_soon_ends_the_sound(booth: Booth):
    whole = tone(3000)
    short = MadeClip(damaged(whole.data), 3000)
    end = booth.play(booth.order(short))[-1]
    assert (end.reason, end.clip) == (Reason.UNREADABLE_CLIP, short.hash)
    assert booth.relay.switched[-1] is False


def damaged(data: bytes) -> bytes:
    """The clip without its middle: its last page still says how long it should be."""
    pages = data.split(b"OggS")
    return b"OggS".join([*pages[:3], pages[-1]])


def test_the_volume_is_applied(booth: Booth):
    order = booth.order(tone(100))
    booth.play(order)
    quiet = StartSound(
        **{name: getattr(order, name) for name in order.__dataclass_fields__} | {"volume": 0, "serial": 2}
    )
    booth.play(quiet)
    assert booth.output.played[0][1] != bytes(len(booth.output.played[0][1]))
    assert booth.output.played[1][1] == bytes(len(booth.output.played[1][1]))


def test_a_relay_that_does_not_switch_off_kills_the_thread_and_so_the_process(tmp_path: Path):
    booth, died = Booth(tmp_path), threading.Event()
    before, threading.excepthook = threading.excepthook, lambda hook: died.set()
    try:
        booth.player.start_sound(booth.order(tone(200)))
        booth.relay.await_level(True)
        booth.relay.refuse_off = True
        assert died.wait(timeout=10)
    finally:
        threading.excepthook = before
        booth.relay.refuse_off = False
        booth.close()


def test_stopping_what_has_ended_is_nothing(booth: Booth):
    booth.play(booth.order(tone(20)))
    booth.player.stop_sound(1)
    booth.player.stop_sound(99)
    assert booth.relay.switched == [False, True, False]
