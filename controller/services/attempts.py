"""Guesses at a secret are counted before they are looked at, so that many made at the same time do not slip through."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from controller.domain import throttle
from controller.records.people import SignInFailureRow
from controller.services.desk import Desk


class Throttled(Exception):
    """Too many failures: try again in `wait_s` seconds (at most 30). Nobody is locked out."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"wait {wait_s} s")
        self.wait_s = wait_s


def count_attempt(session: Session, desk: Desk, subjects: Mapping[str, int], now: datetime) -> None:
    """Count an attempt of each subject as failed; `subjects` gives how many are free of waiting. `Throttled`."""
    rows = {subject: session.get(SignInFailureRow, (desk.commune, subject)) for subject in subjects}
    waits = [throttle.wait_s(row.failures, row.last_at, now, subjects[row.subject]) for row in rows.values() if row]
    if any(waits):
        raise Throttled(max(waits))
    for subject, row in rows.items():
        if row is None:
            session.add(SignInFailureRow(commune=desk.commune, subject=subject, failures=1, last_at=now))
        else:
            row.failures = throttle.counted(row.failures, row.last_at, now) + 1
            row.last_at = now


def forget_attempts(session: Session, desk: Desk, subjects: Mapping[str, int]) -> None:
    """The last attempt succeeded."""
    for subject in subjects:
        if failure := session.get(SignInFailureRow, (desk.commune, subject)):
            session.delete(failure)
