"""The alarm clock: APScheduler wakes the jobs, and knows nothing of what they do or when a broadcast is due.

Truth is in our tables; a job looks there for what there is to do, and a missed or repeated waking changes nothing.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger(__name__)

Fatal = Callable[[str, BaseException], None]
"""Ends the process: a job that fails for a reason that nobody foresaw must not fail silently."""


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be done every so many seconds, and whenever it is asked for."""

    name: str
    every_s: float
    act: Callable[[], object]


class _Runner:
    """Runs one chore, never twice at a time; asked for while it runs, it runs once more."""

    def __init__(self, chore: Chore, fatal: Fatal) -> None:
        self._chore = chore
        self._fatal = fatal
        self._wanted = False
        self._running = threading.Lock()

    def want(self) -> None:
        self._wanted = True

    def run(self) -> None:
        self._wanted = True
        while self._wanted and self._running.acquire(blocking=False):
            try:
                while self._wanted:
                    self._wanted = False
                    self._chore.act()
            except Exception as error:  # noqa: BLE001 - it ends the process
                self._fatal(self._chore.name, error)
                return
            finally:
                self._running.release()


class AlarmClock:
    """Wakes chores on time. Start it once; `kick` may be called from any thread."""

    def __init__(self, chores: list[Chore], fatal: Fatal) -> None:
        self._scheduler = BackgroundScheduler(timezone=UTC)
        self._runners = {chore.name: _Runner(chore, fatal) for chore in chores}
        for chore in chores:
            self._scheduler.add_job(
                self._runners[chore.name].run,
                "interval",
                seconds=chore.every_s,
                id=chore.name,
                misfire_grace_time=None,
                coalesce=True,
                max_instances=2,  # the second one only leaves word with the first: see _Runner
                next_run_time=datetime.now(UTC),
            )

    def start(self) -> None:
        """Begin to wake; every chore runs at once, and then at its interval."""
        self._scheduler.start()

    def kick(self, name: str) -> None:
        """Run a chore now. Harmless before the start, after the stop and while it runs."""
        self._runners[name].want()
        try:
            self._scheduler.modify_job(name, next_run_time=datetime.now(UTC))
        except JobLookupError:
            log.debug("the alarm clock no longer runs; %s was not woken", name)

    def stop(self) -> None:
        """Wake nobody any more; chores that run are not waited for: what they do is safe to break off."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
