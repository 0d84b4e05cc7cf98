"""What one unit process costs: memory, CPU while idle and while playing, and the time of its imports.

    python -m benchmarks.unit_memory [seconds]

A real simulated unit with a plan as large as a commune makes (14 days x 10 broadcasts), linked to a real broker; each
phase is measured for so many seconds (default 60). Limits: 60 MB resident, 1 % of one core idle. The peer of the
import time is an interpreter that imports nothing.
"""

import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from protocol.keys import SigningKey
from protocol.topics import ONLINE
from tests.edge.desk import Desk, Mosquitto, UnitProcess, free_port, play_now, sitting
from tests.fakes.clip_server import ClipServer
from tests.fakes.clips import tone

LIMIT_MB = 60.0
LIMIT_IDLE = 1.0
DAYS, A_DAY = 14, 10
IMPORT_RUNS = 5


def main() -> None:
    """Measure and print."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    _imports()
    with tempfile.TemporaryDirectory() as folder:
        _unit(Path(folder), seconds)


def _imports() -> None:
    def fastest(program: str) -> float:
        times = []
        for _ in range(IMPORT_RUNS):
            begun = time.perf_counter()
            subprocess.run([sys.executable, "-c", program], check=True)
            times.append(time.perf_counter() - begun)
        return min(times)

    bare, unit = fastest("pass"), fastest("import edge.__main__")
    print(f"import of the unit: {1000 * (unit - bare):.0f} ms beyond {1000 * bare:.0f} ms of a bare interpreter")


def _unit(folder: Path, seconds: float) -> None:
    schedule, emergency = SigningKey.generate(), SigningKey.generate()
    broker, clips = Mosquitto(folder / "broker", free_port()), ClipServer()
    unit = UnitProcess(folder / "unit", clips=clips.address, port=broker.port)
    desk = Desk(broker.port, schedule, emergency, unit.public())
    try:
        sound = tone(int(1000 * (seconds + 5)))
        clips.files = {sound.hash: sound.data, tone().hash: tone().data}
        unit.start()
        desk.await_availability(ONLINE)
        _plan(desk)
        process = psutil.Process(unit.pid)
        idle = _cpu(process, seconds)
        desk.order(play_now("o-1", sitting("now", datetime.now(UTC), sound)))
        desk.await_receipt("started", "now")
        playing = _cpu(process, seconds)
        _told(process, idle, playing)
    finally:
        unit.kill()
        desk.close()
        clips.close()
        broker.close()


def _plan(desk: Desk) -> None:
    later = datetime.now(UTC) + timedelta(hours=2)
    desk.programme(
        *[
            sitting(f"b-{day}-{number}", later + timedelta(days=day, minutes=30 * number), tone())
            for day in range(DAYS)
            for number in range(A_DAY)
        ]
    )
    desk.await_receipt("stored", f"b-{DAYS - 1}-{A_DAY - 1}")
    desk.await_state(lambda state: state.pending_receipts == 0)


def _cpu(process: psutil.Process, seconds: float) -> float:
    """Per cent of one core."""
    before, begun = process.cpu_times(), time.monotonic()
    time.sleep(seconds)
    after, ended = process.cpu_times(), time.monotonic()
    return 100 * (after.user + after.system - before.user - before.system) / (ended - begun)


def _told(process: psutil.Process, idle: float, playing: float) -> None:
    peak_kb = next(
        int(line.split()[1])
        for line in Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
        if line.startswith("VmHWM:")
    )
    peak = peak_kb / 1024
    print(f"memory: peak {peak:.1f} MB resident ({peak / LIMIT_MB:.2f} of the limit), {process.num_threads()} threads")
    print(f"CPU idle: {idle:.2f} % of a core ({idle / LIMIT_IDLE:.2f} of the limit); while playing: {playing:.2f} %")


if __name__ == "__main__":
    main()
