"""The desk: everything that a use case works with, in one frozen object that is passed first to each of them."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, sessionmaker

from controller.services.keychain import Keychain
from controller.services.ports import Changes, Clips, Doorbell, Studio
from protocol.keys import SigningKey
from protocol.names import CommuneId

READING = "loalang_reading"
"""Execution option of a transaction that only reads: the SQLite adapter then takes no write lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskSettings:
    """What a commune may set, with units in the names."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Ho_Chi_Minh"))
    horizon_days: int = 14
    """How far ahead every unit holds its programme."""
    max_text: int = 10_000
    """Characters of one bulletin: about an hour of speech."""
    max_upload_bytes: int = 200 * 1024 * 1024
    max_repeat: int = 3
    lost_after_s: int = 75
    """A unit reports every 30 s; two missed reports and a little more is a lost unit (P-fault: at most 100 s)."""
    receipt_grace_s: int = 60
    """How long after its end a broadcast may stay without receipts before it is shown as unknown."""
    resend_after_s: int = 15
    """How long to wait for an answer before a programme or an order is published again."""
    render_lease_s: int = 3600
    """A claim on a rendition that is older than this was left by a controller that died."""
    emergency_open_s: int = 600
    """How long the emergency key stays open after the right code."""
    inline_bytes: int = 200_000
    """An emergency's clip of at most this size rides inside its order."""


def _fresh(prefix: str) -> str:
    return f"{prefix}-{secrets.token_hex(6)}"


def _leave(_job: str) -> None:
    """The alarm clock's next time is soon enough."""


def _doubt() -> bool:
    """Who makes a desk must say why its clock may be believed."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One commune's desk. Immutable; what changes is in the database."""

    commune: CommuneId
    sessions: sessionmaker[Session]
    clock: Callable[[], datetime]
    """Returns the present instant, aware, in UTC. Read once per decision."""
    doorbell: Doorbell
    studio: Studio
    clips: Clips
    changes: Changes
    keys: Keychain
    """What this process signs with; `delegations.begin` fills it."""
    uploads: Path
    """The folder where received recordings lie until they are clips."""
    started_at: datetime
    """Since when this controller listens: before that it cannot say that a unit was silent."""
    settings: DeskSettings = field(default_factory=DeskSettings)
    new_id: Callable[[str], str] = _fresh
    """Returns an identifier that was never used, beginning with the given word."""
    kick: Callable[[str], None] = _leave
    """Asks the alarm clock to run a job (`roll`, `render`) now instead of at its next time. Never waits."""
    clock_trusted: Callable[[], bool] = _doubt
    """Whether the machine's clock is kept by a time service: only then is a unit told what time it is."""

    @property
    def schedule_key(self) -> SigningKey:
        """The schedule key in force. A use case that signs several things reads it once."""
        return self.keys.schedule

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction that commits at the end of the block; announce and ring only after it."""
        with self.sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent look that changes nothing."""
        with self.sessions() as session:
            session.connection(execution_options={READING: True})
            yield session

    def local(self, instant: datetime) -> datetime:
        """Return the instant in the commune's wall time."""
        return instant.astimezone(self.settings.zone)

    @property
    def horizon(self) -> timedelta:
        """How far ahead the programme reaches."""
        return timedelta(days=self.settings.horizon_days)
