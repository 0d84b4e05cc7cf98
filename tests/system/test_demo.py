"""What a newcomer does: `loalang demo`, read what it says, end it with Ctrl-C, and meet a taken port."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from loalang.demo.sample import UNITS
from tests.system.conftest import free_port
from tests.system.waiting import eventually


class Demo:
    """A running `loalang demo` and the lines that it has said."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.folder = folder
        self.port, self.mqtt_port = free_port(), free_port()
        ports = ["--port", str(self.port), "--mqtt-port", str(self.mqtt_port)]
        command = [sys.executable, "-m", "loalang", "demo", "--folder", str(folder), *ports, *more]
        self.lines: list[str] = []
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def says(self, pattern: str, patience_s: float = 120.0) -> re.Match[str]:
        def found() -> re.Match[str] | None:
            return next((match for line in self.lines if (match := re.search(pattern, line))), None)

        return eventually(found, what=f"{pattern!r} among {self.lines}", patience_s=patience_s)

    def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        self._reader.join(10)
        return code

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as out:
            self.lines.extend(line.rstrip("\n") for line in out)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    running = Demo(tmp_path_factory.mktemp("demo") / "commune")
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.interrupt()


def children(folder: Path) -> list[str]:
    """Command lines of the processes that work in this folder."""
    found = []
    for process in Path("/proc").iterdir():
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if process.name.isdigit() and str(folder) in command and int(process.name) != os.getpid():
            found.append(command)
    return found


def test_the_sample_bulletin_is_heard_everywhere_and_the_terminal_says_so(demo: Demo) -> None:
    demo.says(r"Bản tin mẫu đã được phát ở cả 4 cụm loa và có biên nhận")
    demo.says(rf"http://127\.0\.0\.1:{demo.port}")
    demo.says(r"Đăng nhập: +vanhoa / \S{8,}$")
    for unit in UNITS:
        demo.says(rf"{unit.name}: bắt đầu phát lúc")
        demo.says(rf"{unit.name}: đã phát (\d+)/\1 giây")
        (path,) = (demo.folder / "units" / unit.id / "sound").glob("*.wav")
        sound, rate = soundfile.read(path)
        assert rate == 48_000
        assert np.sqrt(np.mean(sound[rate : 5 * rate] ** 2)) > 0.01


def test_another_bulletin_can_be_said_from_the_terminal(demo: Demo) -> None:
    demo.says(r"Hệ thống đang chạy")
    command = [sys.executable, "-m", "loalang", "say", "Mời bà con đi họp lúc 19h30.", "--to", "khau-bang"]
    told = subprocess.run([*command, "--data", str(demo.folder / "controller")], capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr
    assert "Cụm loa Khau Bang: đã phát" in told.stdout
    assert "Địa Cát" not in told.stdout
    wrong = subprocess.run(
        [*command[:-1], "khong-co", "--data", str(demo.folder / "controller")], capture_output=True, text=True
    )
    assert wrong.returncode == 2
    assert wrong.stderr.strip()


def test_the_doctor_finds_a_running_desk_well(demo: Demo) -> None:
    demo.says(r"Hệ thống đang chạy")
    data = str(demo.folder / "controller")
    told = subprocess.run(
        [sys.executable, "-m", "loalang", "doctor", "--data", data], capture_output=True, text=True, timeout=60
    )
    assert told.returncode == 0, told.stdout
    assert "Mọi thứ đều tốt." in told.stdout


def test_a_second_demonstration_in_the_same_folder_is_refused_with_words(demo: Demo) -> None:
    demo.says(r"Khởi động máy chủ")
    other = Demo(demo.folder)
    assert other.process.wait(30) == 1
    other.says("Một lần chạy thử khác đang dùng")


def test_ctrl_c_ends_everything_and_a_second_run_works(demo: Demo) -> None:
    demo.says(r"Hệ thống đang chạy")
    assert children(demo.folder)
    assert demo.interrupt() == 0
    demo.says("Đã dừng")
    assert children(demo.folder) == []
    for unit in UNITS:
        assert (demo.folder / "units" / unit.id / "relay.log").read_text().split()[-1] == "off"
    again = Demo(demo.folder)
    again.says("Cụm loa Địa Cát đã kết nối")
    again.process.kill()
    again.process.wait()
    third = Demo(demo.folder)
    third.says("Đã dọn")
    third.says("Cụm loa Địa Cát đã kết nối")
    assert third.interrupt() == 0
    assert children(demo.folder) == []


def test_a_taken_port_is_named_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        demo = Demo(tmp_path, "--port", port)
        assert demo.process.wait(30) == 1
        demo.says(rf"Cổng {port} .* make demo DEMO=")
