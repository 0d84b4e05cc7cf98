"""The desk put together: which adapter stands behind which port. Only what runs a command comes here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from audio.child import best_confinement
from audio.clip import ClipStore
from audio.ffmpeg import Ffmpeg
from audio.studio.equipment import Studio as Equipment
from controller.adapters.broker_accounts import AccountsFile
from controller.adapters.changes import NoticeBoard
from controller.adapters.database import open_database, sessions_of, sqlite_url, upgrade
from controller.adapters.kernel_clock import assumed, kernel_says_synchronised
from controller.adapters.key_folder import KeyFolder
from controller.adapters.secrets import Secrets, open_secrets
from controller.adapters.studio import SpeechStudio
from controller.config import Clock, ControllerConfig
from controller.records.places import CommuneRow
from controller.services import delegations
from controller.services.desk import Desk, DeskSettings
from controller.services.enrolment import the_commune
from controller.services.keychain import Keychain
from controller.services.ports import Doorbell
from controller.voices import voice_order
from protocol.names import CommuneId
from schedules.vocabulary import Status
from words import say

DATABASE = "loalang.db"
ACCOUNTS = "broker-accounts.json"
KEYS = "keys"


class NotInitialised(Exception):
    """The data folder has no commune yet: `loalang controller init` makes one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A data folder, opened: what every command needs."""

    data: Path
    config: ControllerConfig
    secrets: Secrets
    engine: Engine
    sessions: sessionmaker[Session]
    store: ClipStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """A desk and what only the process that made it needs of it."""

    desk: Desk
    board: NoticeBoard
    accounts: AccountsFile
    keys: KeyFolder


def utc_now() -> datetime:
    """Return the present instant; the one clock of the controller."""
    return datetime.now(UTC)


def open_office(data: Path, config: ControllerConfig) -> Office:
    """Open a data folder, making what is missing, and bring its database to the newest shape."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    secrets = open_secrets(data)
    engine = open_database(config.database or sqlite_url(data / DATABASE))
    upgrade(engine)
    (data / "uploads").mkdir(exist_ok=True)
    return Office(
        data=data,
        config=config,
        secrets=secrets,
        engine=engine,
        sessions=sessions_of(engine),
        store=ClipStore(data / "clips"),
    )


def commune_of(office: Office) -> CommuneRow:
    """Return the commune of the office; `NotInitialised`."""
    commune = the_commune(office.sessions)
    if commune is None:
        raise NotInitialised(str(office.data))
    return commune


def staff(
    office: Office,
    doorbell: Callable[[CommuneId], Doorbell],
    *,
    kick: Callable[[str], None] | None = None,
) -> Staff:
    """Put the desk together; `kick` is the alarm clock's, which a command-line tool has not."""
    commune = commune_of(office)
    commune_id = CommuneId(commune.commune)
    keys = KeyFolder(office.data / KEYS, commune_id)
    board = NoticeBoard(most_watchers=office.config.web.threads * 3 // 4)
    desk = Desk(
        commune=commune_id,
        sessions=office.sessions,
        clock=utc_now,
        doorbell=doorbell(commune_id),
        studio=_studio(office),
        clips=office.store,
        changes=board,
        keys=Keychain(keys),
        uploads=office.data / "uploads",
        started_at=utc_now(),
        settings=_settings(office.config, commune),
        kick=kick or _leave,
        clock_trusted=assumed if office.config.clock is Clock.ASSUME_TRUSTED else kernel_says_synchronised,
    )
    accounts = AccountsFile(office.data / ACCOUNTS, commune_id, office.secrets.broker_password)
    return Staff(desk=desk, board=board, accounts=accounts, keys=keys)


def open_keys(crew: Staff, *, code: str | None = None) -> None:
    """Take up the delegation in force; make the first one, with this emergency code, where there is none.

    A data folder of the first release keeps its keys; its emergency key stays without a code until `loalang keys code`
    gives it one, and no emergency can be started before that.
    """
    delegations.establish(crew.desk, code=code, former=crew.keys.former_keys())


def _leave(_job: str) -> None:
    """The running controller's alarm clock finds it in the database."""


def _settings(config: ControllerConfig, commune: CommuneRow) -> DeskSettings:
    return DeskSettings(
        zone=ZoneInfo(commune.zone),
        horizon_days=config.limits.horizon_days,
        max_text=config.limits.max_text,
        max_upload_bytes=config.limits.max_upload_mb << 20,
        lost_after_s=config.limits.lost_after_s,
        emergency_open_s=config.limits.emergency_open_minutes * 60,
    )


def _studio(office: Office) -> SpeechStudio:
    best_confinement()  # so that the log says at the start how strangers' files are held
    ffmpeg = Ffmpeg()
    equipment = Equipment(
        store=office.store, ffmpeg=ffmpeg, largest_upload_bytes=office.config.limits.max_upload_mb << 20
    )
    announcements = {status: say(f"announce-{status}") for status in (Status.TEST, Status.EXERCISE)}
    return SpeechStudio(equipment, voice_order(office.config.speech, office.data, ffmpeg, utc_now), announcements)
