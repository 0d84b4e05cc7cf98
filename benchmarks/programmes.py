"""How long the desk takes to build and sign the programmes of a large commune, and what an idle controller holds.

60 units, 14 days, 10 broadcasts a day at every unit: 9,000 targets. Run: `.venv/bin/python benchmarks/programmes.py`.
"""

import json
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from datetime import time as wall_time
from pathlib import Path

from audio.clip import Clip
from controller.adapters.changes import NoticeBoard
from controller.adapters.database import open_database, sessions_of, sqlite_url, upgrade
from controller.adapters.key_folder import KeyFolder
from controller.adapters.offline import Unattached
from controller.services import composing, delegations, enrolment, planning, programmes, rendering
from controller.services.desk import Desk
from controller.services.keychain import Keychain
from controller.services.ports import Progress, Rendered, Script
from controller.services.views import User
from protocol.keys import SigningKey, encode_bytes
from protocol.names import CommuneId
from schedules.patterns import Daily
from schedules.recurrence import Rule

UNITS, A_DAY, ROUNDS = 60, 10, 5
START = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
OFFICER = User(id="user-1", name="officer", shown_name="Officer", epoch=0)


class OneClip:
    """A studio whose every bulletin is the same clip: what is measured is the desk."""

    def render(self, script: Script, progress: Progress) -> Rendered:  # noqa: ARG002
        """See `Studio`."""
        return Rendered(clip=Clip("0" * 64, 400_000, 120_000, -16.0, -3.0), engine="none", voice="none")

    def take_upload(self, path: Path, script: Script, progress: Progress) -> Rendered:  # noqa: ARG002
        """See `Studio`."""
        return self.render(script, progress)


class NoHashing:
    """Broker accounts are not what is measured."""

    def hash(self, password: str) -> str:
        """See `BrokerAccounts`."""
        return password

    def write(self, hashes: object) -> None:
        """Leave it."""


class ClipsElsewhere:
    """No clip is read here."""

    def path_of(self, clip_hash: str) -> Path:
        """See `Clips`."""
        raise LookupError(clip_hash)

    def holds(self, clip_hash: str) -> bool:  # noqa: ARG002
        """See `Clips`."""
        return False


def open_desk(folder: Path) -> Desk:
    engine = open_database(sqlite_url(folder / "desk.db"))
    upgrade(engine)
    desk = Desk(
        commune=CommuneId("vi-huong"),
        sessions=sessions_of(engine),
        clock=lambda: START,
        doorbell=Unattached(),
        studio=OneClip(),
        clips=ClipsElsewhere(),
        changes=NoticeBoard(),
        keys=Keychain(KeyFolder(folder / "keys", CommuneId("vi-huong"))),
        uploads=folder,
        started_at=START,
    )
    delegations.establish(desk, code=None)
    return desk


def furnish(desk: Desk) -> None:
    enrolment.create_commune(desk.sessions, commune=desk.commune, name="Xã lớn", zone="Asia/Ho_Chi_Minh")
    for number in range(UNITS):
        enrolment.add_village(desk, village=f"thon-{number}", name=f"Thôn {number}")
        key = encode_bytes(SigningKey.generate().public)
        new = enrolment.NewUnit(id=f"cum-{number}", name=f"Cụm {number}", public_key=key, villages=[f"thon-{number}"])
        enrolment.enrol_unit(desk, NoHashing(), new)
    for number in range(A_DAY):
        bulletin = composing.create_bulletin(desk, OFFICER, composing.NewBulletin(text=f"Bản tin số {number}."))
        rule = Rule(pattern=Daily(), times=(wall_time(5 + number, 30),), start_date=date(2026, 3, 1))
        villages = tuple(f"thon-{unit}" for unit in range(UNITS))
        plan = planning.NewPlan(bulletin=bulletin, villages=villages, when=planning.Repeating(rule))
        planning.plan(desk, OFFICER, plan)
    while rendering.render_next(desk):
        pass


def seconds_of(desk: Desk, now: datetime) -> tuple[float, int]:
    began = time.perf_counter()
    count = len(programmes.roll(desk, now))
    return time.perf_counter() - began, count


def measure_programmes(folder: Path) -> None:
    desk = open_desk(folder)
    furnish(desk)
    first, count = seconds_of(desk, START)
    print(f"schedules expanded, {count} programmes built, signed and stored: {first:.2f} s")
    idle = statistics.median(seconds_of(desk, START)[0] for _ in range(ROUNDS))
    print(f"nothing changed (every minute):                      {idle:.2f} s")
    changed = []
    for volume in range(50, 50 + ROUNDS):
        for number in range(UNITS):
            enrolment.set_volume(desk, unit=f"cum-{number}", volume=volume)
        changed.append(seconds_of(desk, START)[0])
    print(f"all {UNITS} changed, built and signed anew:                {statistics.median(changed):.2f} s")
    largest = max(len(row.signed) for row in rows(desk))
    print(f"one programme: {largest / 1000:.0f} kB; memory at its peak: {peak_mb():.0f} MB")


def rows(desk: Desk) -> list[programmes.ProgrammeRow]:
    with desk.reading() as session:
        return list(session.query(programmes.ProgrammeRow))


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure_idle(folder: Path) -> None:
    """Start a real controller without units, leave it alone for half a minute, and read what the kernel counted."""
    command = [sys.executable, "-m", "controller"]
    commune = ["--data", str(folder), "--commune", "vi-huong", "--name", "Xã", "--user", "hoa", "--generate-password"]
    subprocess.run([*command, "init", *commune], check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    began = time.perf_counter()
    running = subprocess.Popen(
        [*command, "--data", str(folder), "--port", "0", "--mqtt-port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    if running.stdout is None:
        raise AssertionError("standard output is a pipe here")
    running.stdout.readline()
    ready = time.perf_counter() - began
    before = cpu_s(running.pid)
    time.sleep(30)
    used = cpu_s(running.pid) - before
    print(
        f"controller ready after {ready:.1f} s; idle: peak {memory_mb(running.pid):.0f} MB, {used / 30:.1%} of a core"
    )
    running.send_signal(signal.SIGTERM)
    running.wait(10)
    running.stdout.close()


def memory_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        measure_programmes(Path(place))
    with tempfile.TemporaryDirectory() as place:
        measure_idle(Path(place))
    print(json.dumps({"python": sys.version.split()[0], "cores": os.cpu_count()}))
