import sys
import threading

import pytest

from audio.child import ChildFailed, Limits, run
from audio.studio.pouring import poured

LIMITS = Limits(wall_s=30, cpu_s=30, memory_bytes=1 << 30, output_bytes=1 << 20)
MEGABYTES_WITHOUT_END = [sys.executable, "-c", "import os\nwhile True: os.write(1, bytes(1 << 20))"]
TEN_MEGABYTES = [sys.executable, "-c", "import os\nfor n in range(10): os.write(1, bytes([n]) * (1 << 20))"]


def _write(command: list[str], taken: list[bytes]) -> None:
    with poured(taken.append) as file:
        run(command, source=None, result=file, limits=LIMITS)


def test_what_a_child_writes_is_taken_in_order_and_whole_though_no_file_may_be_so_large() -> None:
    taken: list[bytes] = []
    _write(TEN_MEGABYTES, taken)
    assert b"".join(taken) == b"".join(bytes([number]) * (1 << 20) for number in range(10))
    assert len(taken) > 10


def test_an_error_of_who_takes_it_ends_the_child_and_is_told() -> None:
    def refuse(block: bytes) -> None:
        raise ArithmeticError(f"{len(block)} bytes")

    def write() -> None:
        with poured(refuse) as file:
            run(MEGABYTES_WITHOUT_END, source=None, result=file, limits=LIMITS)

    with pytest.raises(ArithmeticError, match="bytes"):
        write()


def test_an_error_of_who_takes_the_last_bytes_is_told() -> None:
    def refuse(block: bytes) -> None:
        raise ArithmeticError(block.decode())

    def write() -> None:
        with poured(refuse) as file:
            file.write(b"one")

    with pytest.raises(ArithmeticError, match="one"):
        write()


def test_the_failure_of_the_child_is_told() -> None:
    with pytest.raises(ChildFailed):
        _write([sys.executable, "-c", "raise SystemExit(3)"], [])


def test_no_thread_stays_behind() -> None:
    for _ in range(3):
        _write([sys.executable, "-c", "print('x')"], [])
    assert [thread.name for thread in threading.enumerate() if thread.name == "pouring"] == []
