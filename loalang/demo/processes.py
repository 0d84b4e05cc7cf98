"""The demonstration's processes: started, watched and ended together, as systemd would do on real machines.

Each runs in a session of its own, so that Ctrl-C reaches the demonstration alone and it can end them in order: first
the units (their relays go off), then the controller with its broker.
"""

import os
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

GRACE_S = 10.0


@dataclass
class Managed:
    """One child process, its command and its log file."""

    name: str
    command: list[str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it (again); what it prints goes to the end of its log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    @property
    def ended(self) -> int | None:
        """The exit code of a process that ended, or None while it runs."""
        return None if self.process is None else self.process.poll()

    def end(self) -> None:
        """Ask it to end, and after the grace period make it end."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def last_lines(self, count: int = 5) -> list[str]:
        """Return the last lines of its log, for the person who must find out why it ended."""
        if not self.log.exists():
            return []
        return self.log.read_text("utf-8", errors="replace").splitlines()[-count:]


class Company:
    """All children of one demonstration, and the note of their process ids for the next one to clean up after."""

    def __init__(self, note: Path) -> None:
        self._note = note
        self.members: list[Managed] = []

    def start(self, member: Managed) -> None:
        """Start a child and remember it."""
        member.start()
        self.members.append(member)
        self._write_note()

    def restart_ended(self) -> list[tuple[Managed, int]]:
        """Start again what ended by itself, and return it with its exit codes."""
        ended = [(member, code) for member in self.members if (code := member.ended) is not None]
        for member, _ in ended:
            member.start()
        if ended:
            self._write_note()
        return ended

    def end(self) -> None:
        """End all children, the last started first."""
        for member in reversed(self.members):
            member.end()
        self._note.unlink(missing_ok=True)

    def _write_note(self) -> None:
        pids = [str(member.process.pid) for member in self.members if member.process is not None]
        self._note.write_text("\n".join(pids) + "\n", "utf-8")


def end_leftovers(note: Path, mark: str) -> int:
    """End children that a killed demonstration left behind, and return how many there were.

    Only processes in the note whose command line contains `mark` (the data folder) are touched: process ids are
    used again by others.
    """
    if not note.exists():
        return 0
    ended = 0
    for line in note.read_text("utf-8").split():
        command = Path(f"/proc/{line}/cmdline")
        if line.isdigit() and command.exists() and mark in command.read_text("utf-8", errors="replace"):
            os.kill(int(line), signal.SIGKILL)
            ended += 1
    note.unlink()
    return ended
