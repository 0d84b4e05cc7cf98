"""What time is it? A unit whose clock nobody keeps asks with a nonce, and is told by us, signed.

Told only while this machine's own clock is kept by a time service: a wrong answer is worse than none, because the unit
would believe it over its network. The unit bounds the error by the time that the answer took, so nothing here may wait.
"""

import logging
import threading
from datetime import datetime, timedelta
from enum import StrEnum

from controller.services.desk import Desk
from controller.services.receipts import unit_keys
from protocol.envelope import open_up, seal
from protocol.messages import ClockAnswer, ClockQuestion
from protocol.names import UnitId

log = logging.getLogger(__name__)

SPACING = timedelta(seconds=1)
"""A unit is not answered more often: a stolen one must not keep the others waiting."""


class Silence(StrEnum):
    """Why a question was not answered."""

    UNTRUSTED = "untrusted"  # our own clock is not kept
    TOO_SOON = "too-soon"


class ClockAnswers:
    """Answers questions, and remembers which unit was answered when. Called by one thread at a time or by several."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._answered: dict[UnitId, datetime] = {}
        self._told = False
        self._changing = threading.Lock()

    def answer(self, unit: UnitId, data: bytes) -> Silence | None:
        """Answer a question, or say why not; `Refused` when the question is not believed."""
        desk = self._desk
        with desk.reading() as session:
            keys = unit_keys(session, desk, unit)
        question = open_up(data, ClockQuestion, keys, desk.commune, unit)
        if not self._trusted():
            return Silence.UNTRUSTED
        now = desk.clock()
        if not self._due(unit, now):
            return Silence.TOO_SOON
        reply = ClockAnswer(commune=desk.commune, unit=unit, nonce=question.nonce, at=now)
        desk.doorbell.clock_answer(unit, seal(reply, desk.schedule_key))
        return None

    def _trusted(self) -> bool:
        trusted = self._desk.clock_trusted()
        if not trusted and not self._told:
            log.warning("units ask for the time and are not answered: no time service keeps this machine's clock")
        self._told = not trusted
        return trusted

    def _due(self, unit: UnitId, now: datetime) -> bool:
        """Whether the unit may be answered; our own clock may have been set back meanwhile."""
        with self._changing:
            last = self._answered.get(unit)
            if last is not None and timedelta() <= now - last < SPACING:
                return False
            self._answered[unit] = now
            return True
