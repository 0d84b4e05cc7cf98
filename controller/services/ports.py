"""What the desk needs from outside, as protocols: `controller.adapters` implements, `controller.__main__` chooses."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from audio.clip import Clip
from audio.speech.health import EngineHealth
from controller.domain.rendition import Language
from protocol.keys import SigningKey, VerifyKey
from protocol.names import KeyId, UnitId
from schedules.vocabulary import Status

Progress = Callable[[float], None]
"""Called with the share that is done, 0.0 to 1.0."""


class Doorbell(Protocol):
    """Ring a unit. Nothing here may fail or wait: the truth is in the database and is sent again until answered."""

    @property
    def connected_since(self) -> datetime | None:
        """Since when the broker is reached, or None when it is not. Sending needs no question."""
        ...

    def programme(self, unit: UnitId, data: bytes) -> None:
        """Publish the signed programme of a unit, retained."""
        ...

    def order(self, targets: Sequence[UnitId], data: bytes) -> None:
        """Publish a signed order to these units, never retained."""
        ...

    def receipt_ack(self, unit: UnitId, data: bytes) -> None:
        """Publish a signed acknowledgement of receipts."""
        ...

    def delegation(self, data: bytes) -> None:
        """Publish the commune's delegation, retained."""
        ...

    def clock_answer(self, unit: UnitId, data: bytes) -> None:
        """Publish a signed time to the unit that asked, never retained."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What the studio shall make a clip of: written text of a language, or a recording, and how it is announced.

    `bare`: without tones around it, to be put together with others. `spoken_lines`: the text in its spoken form, as a
    person saw it; None: the studio reads it by itself. `urgent`: an emergency waits for it, so that only voices are
    asked that answer at once.
    """

    language: Language
    status: Status
    repeat: int
    text: str = ""
    spoken_lines: tuple[str, ...] | None = None
    bare: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class EngineFailure:
    """A speech engine that was tried first, and the code of why it did not speak."""

    engine: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A clip that stands in the store, who spoke it (None for a recording), and who failed before."""

    clip: Clip
    engine: str | None = None
    voice: str | None = None
    failures: tuple[EngineFailure, ...] = ()


class NotRendered(Exception):
    """The studio made no clip. `code` stands in the catalogue (`voice-<code>`); `passing`: a retry can help."""

    def __init__(self, code: str, *, passing: bool = False, failures: tuple[EngineFailure, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.passing = passing
        self.failures = failures


class Studio(Protocol):
    """Make clips. Slow (seconds to minutes), so that it is only called from the render worker."""

    def render(self, script: Script, progress: Progress) -> Rendered:
        """Speak and master a text; `NotRendered` when no engine could."""
        ...

    def take_upload(self, path: Path, script: Script, progress: Progress) -> Rendered:
        """Make a stranger's recording into a clip; `NotRendered` when it is not one that we take."""
        ...

    def health(self, now: datetime) -> tuple[EngineHealth, ...]:
        """Return how each voice is, in the order of asking. Asks none of them, and never waits."""
        ...


class Clips(Protocol):
    """The content-addressed store (`audio.clip.ClipStore`)."""

    def path_of(self, clip_hash: str) -> Path:
        """Where the clip lies; raises `audio.clip.UnknownClip`."""
        ...

    def holds(self, clip_hash: str) -> bool:
        """Whether the clip is there."""
        ...


class TooManyWatchers(Exception):
    """The bound on watching browsers is reached; the page still works without live updates."""


class Watch(Protocol):
    """One browser's view of the changes. Close it when the browser goes."""

    def wait(self, timeout_s: float) -> frozenset[str] | None:
        """Return the topics announced since the last call (empty at the time-out), or None: the controller stops."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...


class Changes(Protocol):
    """Tell the open pages that something changed; what changed they read from the database.

    Topics: `units`, `home`, `alarms`, `bulletins`, `broadcasts`, `bulletin:<id>`, `broadcast:<id>`.
    """

    def announce(self, *topics: str) -> None:
        """Say that these topics changed. Never waits. Call it after the commit."""
        ...

    def watch(self, *topics: str) -> Watch:
        """Listen to these topics (none given: to all); `TooManyWatchers` beyond the bound."""
        ...


class WrongCode(Exception):
    """The emergency code does not open the emergency key."""


class KeyTrouble(Exception):
    """The key folder does not hold what the delegation in force names, or it cannot be read; the text says what."""


class Vault(Protocol):
    """The folder of private keys. What is put in is on the disk, for its owner only, when the call returns.

    A delegation in the database decides which of the keys count: a new key is put here before the delegation that names
    it is committed, so that the one commit changes everything. `KeyTrouble` when a file is damaged or open to others.
    """

    def schedule(self, key: KeyId) -> SigningKey | None:
        """Return the schedule key of this id, or None when it is not here."""
        ...

    def keep_schedule(self, key: SigningKey) -> None:
        """Put a schedule key here."""
        ...

    def open_emergency(self, key: KeyId, code: str) -> SigningKey:
        """Return the emergency key of this id, slowly on purpose; `WrongCode`, `KeyTrouble` (not here, not closed)."""
        ...

    def keep_emergency(self, key: SigningKey, code: str) -> None:
        """Put an emergency key here, closed by a code; one of the same id is replaced."""
        ...

    def emergency_closed(self, key: KeyId) -> bool | None:
        """Whether the emergency key of this id is closed by a code; None when it is not here."""
        ...

    def keep_only(self, keys: Collection[KeyId]) -> None:
        """Remove the schedule and emergency keys of all other ids: a revoked key must not be stolen later."""
        ...

    def root(self) -> VerifyKey | None:
        """Return the public root key that this commune's units trust, or None before there is one."""
        ...

    def keep_root(self, key: SigningKey) -> None:
        """Put the root key here, where it stays only until it is taken off line."""
        ...

    def pin_root(self, key: VerifyKey) -> None:
        """Write down which root key this commune's units trust; once there is a delegation by it."""
        ...

    def delegation(self) -> bytes | None:
        """Return the copy of the delegation in force, which outlives a database restored from an older copy."""
        ...

    def keep_delegation(self, data: bytes) -> None:
        """Replace the copy."""
        ...


class BrokerAccounts(Protocol):
    """The broker's list of who may connect. Passwords are made by machines and kept as hashes only."""

    def hash(self, password: str) -> str:
        """Return the hash of a password, as it is kept in the database."""
        ...

    def write(self, hashes: Mapping[UnitId, str]) -> None:
        """Replace the list of units with these, at once and whole."""
        ...
