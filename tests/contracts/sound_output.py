"""The contract of every sound output, run on the WAV sink, on ALSA and on the fake.

A subclass gives the fixture `output`, and `heard`, which returns the samples of the last sound as they went out.
"""

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from edge.core.ports import Output

RATE = 48_000
BLOCK = 960


def ramp(frames: int, first: int = 1) -> bytes:
    """Frames that never repeat within 30,000, so that a lost or doubled one shows."""
    return b"".join((first + index % 30_000).to_bytes(2, "little", signed=True) for index in range(frames))


def blocks(data: bytes) -> Iterator[bytes]:
    return (data[begin : begin + 2 * BLOCK] for begin in range(0, len(data), 2 * BLOCK))


def endless() -> Iterator[bytes]:
    while True:
        yield ramp(BLOCK)


class Ear:
    """A listener that remembers, and can be waited for."""

    def __init__(self) -> None:
        self.started_at: list[float] = []
        self.frames: list[int] = []
        self.sounds = threading.Event()

    def started(self, at: float) -> None:
        self.started_at.append(at)

    def reached(self, frames: int) -> None:
        self.frames.append(frames)
        self.sounds.set()


def soon() -> float:
    return time.monotonic() + 0.05


class SoundOutputContract:
    keeps_time = True

    def test_every_frame_is_heard_once_and_in_order(self, output: Output, heard: Callable[[], bytes]):
        data, ear = ramp(5 * BLOCK + 7), Ear()
        assert output.play(blocks(data), soon(), threading.Event(), ear, "b-1") == 5 * BLOCK + 7
        assert heard() == data
        assert len(ear.started_at) == 1
        assert ear.frames == sorted(ear.frames)
        assert ear.frames[-1] == 5 * BLOCK + 7

    def test_nothing_is_heard_before_the_start(self, output: Output):
        ear, start = Ear(), time.monotonic() + 0.2
        output.play(blocks(ramp(BLOCK)), start, threading.Event(), ear, "b-1")
        assert ear.started_at[0] >= start - 0.001
        assert time.monotonic() >= start

    def test_it_keeps_time(self, output: Output):
        if not self.keeps_time:
            pytest.skip("this one plays in no time")
        begun = time.monotonic()
        output.play(blocks(ramp(10 * BLOCK)), begun, threading.Event(), Ear(), "b-1")
        assert time.monotonic() - begun >= 10 * BLOCK / RATE - 0.001

    def test_a_start_that_is_past_begins_at_once(self, output: Output):
        ear = Ear()
        output.play(blocks(ramp(BLOCK)), time.monotonic() - 5, threading.Event(), ear, "b-1")
        assert len(ear.started_at) == 1

    def test_no_block_is_no_sound(self, output: Output):
        ear = Ear()
        assert output.play(iter(()), soon(), threading.Event(), ear, "b-1") == 0
        assert ear.started_at == []

    def test_halted_it_is_silent_and_says_how_far_it_came(self, output: Output, heard: Callable[[], bytes]):
        halt, ear, result = threading.Event(), Ear(), []
        thread = threading.Thread(target=lambda: result.append(output.play(endless(), soon(), halt, ear, "b-1")))
        thread.start()
        assert ear.sounds.wait(timeout=10)
        halt.set()
        thread.join(timeout=10)
        assert result
        assert 0 < result[0] <= len(heard()) // 2

    def test_halted_before_its_start_it_makes_no_sound(self, output: Output):
        halt, ear = threading.Event(), Ear()
        halt.set()
        assert output.play(endless(), time.monotonic() + 60, halt, ear, "b-1") == 0
        assert ear.started_at == []

    def test_it_plays_again_after_it_was_halted(self, output: Output, heard: Callable[[], bytes]):
        halt = threading.Event()
        halt.set()
        output.play(endless(), soon(), halt, Ear(), "b-1")
        data = ramp(2 * BLOCK)
        assert output.play(blocks(data), soon(), threading.Event(), Ear(), "b-2") == 2 * BLOCK
        assert heard() == data

    @pytest.mark.parametrize("block", [b"", b"\0", bytes(2 * RATE + 2)])
    def test_a_wrong_block_is_refused(self, output: Output, block: bytes):
        with pytest.raises(ValueError):
            output.play(iter([block]), soon(), threading.Event(), Ear(), "b-1")
        assert output.play(blocks(ramp(BLOCK)), soon(), threading.Event(), Ear(), "b-2") == BLOCK

    def test_one_sound_at_a_time(self, output: Output):
        halt, ear = threading.Event(), Ear()
        thread = threading.Thread(target=lambda: output.play(endless(), soon(), halt, ear, "b-1"))
        thread.start()
        assert ear.sounds.wait(timeout=10)
        with pytest.raises(RuntimeError):
            output.play(blocks(ramp(BLOCK)), soon(), threading.Event(), Ear(), "b-2")
        halt.set()
        thread.join(timeout=10)

    def test_what_the_source_raises_comes_out_and_it_plays_again(self, output: Output):
        def broken() -> Iterator[bytes]:
            yield ramp(BLOCK)
            raise LookupError

        with pytest.raises(LookupError):
            output.play(broken(), soon(), threading.Event(), Ear(), "b-1")
        assert output.play(blocks(ramp(BLOCK)), soon(), threading.Event(), Ear(), "b-2") == BLOCK

    def test_it_is_there(self, output: Output):
        assert output.check()
