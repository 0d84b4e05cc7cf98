"""A commune like Vi Hương (nine villages, four clusters, five peoples) at a real desk with a database of its own.

Only three things are not the product's: the clock, the doorbell (which rings nobody) and the studio (which answers at
once with a tone). Units are played by the test: they sign their states and receipts with keys of their own.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile

from argon2 import PasswordHasher

from audio.clip import Clip, ClipStore
from controller.adapters.changes import NoticeBoard
from controller.adapters.database import open_database, sessions_of, sqlite_url, upgrade
from controller.adapters.key_folder import KeyFolder
from controller.domain.rendition import Language
from controller.records.people import UserRow
from controller.records.plans import ProgrammeRow
from controller.services import delegations, enrolment, programmes, receipts, rendering, states
from controller.services.desk import Desk, DeskSettings
from controller.services.keychain import Keychain
from controller.services.ports import EngineFailure, NotRendered, Progress, Rendered, Script
from controller.services.views import User
from protocol.envelope import seal
from protocol.keys import SigningKey, encode_bytes
from protocol.messages import Receipt, ReceiptBatch, UnitState
from protocol.names import ClockTrust, CommuneId, Stage, UnitId
from tests.fakes.clips import tone
from tests.fakes.desk import CHEAP, CODE
from tests.fakes.doorbell import FakeDoorbell

COMMUNE = CommuneId("vi-huong")
NAME, PASSWORD = "hoa", "bac-kan-2026-loa"
NOON = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""08:00 on Monday 23 November 2026, local time."""

VILLAGES = (
    ("khau-bang", "Thôn Khau Bang", 74, (Language.TAY, Language.VI), "khau-bang"),
    ("na-ngam", "Thôn Nà Ngăm", 81, (Language.TAY, Language.VI), "khau-bang"),
    ("coc-xa", "Thôn Cốc Xả", 69, (Language.TAY, Language.NUNG, Language.VI), "khau-bang"),
    ("na-chao", "Thôn Nà Chào", 58, (Language.NUNG, Language.VI), "na-chao"),
    ("bo-lich", "Thôn Bó Lịch", 77, (Language.NUNG, Language.VI), "na-chao"),
    ("dong-luong", "Thôn Đông Lương", 92, (Language.VI, Language.MUONG), "thuy-dien"),
    ("thuy-dien", "Thôn Thủy Điện", 64, (Language.VI,), "thuy-dien"),
    ("khuoi-dao", "Thôn Khuổi Dao", 51, (Language.DAO, Language.VI), "khuoi-dao"),
    ("na-pen", "Thôn Nà Pẻn", 56, (Language.DAO, Language.VI), "khuoi-dao"),
)
UNITS = {
    "khau-bang": "Cụm loa Khau Bang",
    "na-chao": "Cụm loa Nà Chào",
    "thuy-dien": "Cụm loa Thủy Điện",
    "khuoi-dao": "Cụm loa Khuổi Dao",
}


class Clock:
    """A clock that the test moves."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@dataclass
class ToneStudio:
    """Answers with a tone. Buttons: `broken` names an error code; `failed_first` an engine that was tried before."""

    store: ClipStore
    duration_ms: int = 48_000
    broken: str | None = None
    failed_first: tuple[EngineFailure, ...] = ()
    rendered: list[Script] = field(default_factory=list)

    def render(self, script: Script, progress: Progress) -> Rendered:
        self._fail()
        self.rendered.append(script)
        progress(0.5)
        return Rendered(clip=self._clip(), engine="espeak", voice="vi", failures=self.failed_first)

    def take_upload(self, path: Path, script: Script, progress: Progress) -> Rendered:
        self._fail()
        if not path.read_bytes().startswith((b"RIFF", b"OggS", b"ID3", b"fLaC", b"\x1aE\xdf\xa3")):
            raise NotRendered("not_audio")
        return Rendered(clip=self._clip())

    def _fail(self) -> None:
        if self.broken:
            raise NotRendered(self.broken, failures=(EngineFailure("espeak", self.broken),))

    def _clip(self) -> Clip:
        made = tone(3000)
        with NamedTemporaryFile() as file:
            file.write(made.data)
            file.flush()
            name = self.store.add(Path(file.name))
        return Clip(name, len(made.data), self.duration_ms, -16.1, -3.2)


@dataclass
class Pole:
    """A unit, played by the test."""

    id: UnitId
    key: SigningKey
    counter: int = 0
    number: int = 0


class Commune:
    """Everything of one commune that a test of the pages touches."""

    def __init__(self, folder: Path, *, watchers: int = 40) -> None:
        self.clock = Clock()
        self.store = ClipStore(folder / "clips")
        self.studio = ToneStudio(self.store)
        self.doorbell = FakeDoorbell(since=NOON - timedelta(hours=1))
        self.board = NoticeBoard(watchers)
        (folder / "uploads").mkdir()
        self.engine = open_database(sqlite_url(folder / "desk.db"))
        upgrade(self.engine)
        sessions = sessions_of(self.engine)
        enrolment.create_commune(sessions, commune=COMMUNE, name="xã Vi Hương", zone="Asia/Ho_Chi_Minh")
        self.desk = Desk(
            commune=COMMUNE,
            sessions=sessions,
            clock=self.clock,
            doorbell=self.doorbell,
            studio=self.studio,
            clips=self.store,
            changes=self.board,
            keys=Keychain(KeyFolder(folder / "keys", COMMUNE, cost=CHEAP)),
            uploads=folder / "uploads",
            started_at=NOON - timedelta(hours=1),
            settings=DeskSettings(max_upload_bytes=2 * 1024 * 1024),
            clock_trusted=lambda: True,
        )
        delegations.establish(self.desk, code=CODE)
        self.user = self._officer()
        self.poles: dict[str, Pole] = {}
        self._settle()

    def _officer(self) -> User:
        """An account as `people.create_user` makes it, with the hash of the password counted once a run."""
        now = self.desk.clock()
        row = UserRow(
            commune=COMMUNE,
            id="user-hoa",
            name=NAME,
            shown_name="Hoàng Thị Hoa",
            password_hash=_hashed(),
            created_at=now,
        )
        with self.desk.writing() as session:
            session.add(row)
        return User(id=row.id, name=NAME, shown_name=row.shown_name, epoch=0)

    def _settle(self) -> None:
        for id_, name, households, languages, _unit in VILLAGES:
            enrolment.add_village(self.desk, village=id_, name=name, households=households, languages=languages)
        for unit, name in UNITS.items():
            pole = Pole(UnitId(unit), SigningKey.generate())
            served = [village for village, *_, by in VILLAGES if by == unit]
            new = enrolment.NewUnit(id=unit, name=name, public_key=encode_bytes(pole.key.public), villages=served)
            enrolment.enrol_unit(self.desk, _NoAccounts(), new)
            self.poles[unit] = pole

    def work(self) -> None:
        """Do what the alarm clock would: render what waits, roll and sign."""
        while rendering.render_next(self.desk):
            pass
        programmes.roll(self.desk, self.desk.clock())

    def report(self, unit: str, **said: object) -> None:
        """Let a unit report its state; by default it is well and holds the newest programme."""
        pole = self.poles[unit]
        pole.counter += 1
        facts: dict[str, object] = {
            "clock": ClockTrust.TRUSTED,
            "software": "0.1.0",
            "simulated": True,
            "programme": self.newest_programme(unit),
            "volume": 80,
            "relay": False,
            "sound_ok": True,
            "delegation": self.desk.keys.serial,
            "epoch": self.desk.keys.in_force.delegation.epoch,
            "temperature_c": 47.5,
            "undervoltage": False,
            "disk_free_bytes": 21_400_000_000,
        }
        state = UnitState(
            commune=COMMUNE,
            unit=pole.id,
            journal=f"journal-{unit}",
            boot="boot-1",
            counter=pole.counter,
            at=self.desk.clock(),
            **{**facts, **said},
        )
        states.accept_state(self.desk, pole.id, seal(state, pole.key))

    def receipt(self, unit: str, broadcast: str, stage: Stage, **said: object) -> None:
        """Let a unit say what it did."""
        pole = self.poles[unit]
        pole.number += 1
        line = Receipt(
            number=pole.number,
            at=self.desk.clock(),
            clock=ClockTrust.TRUSTED,
            stage=stage,
            broadcast=broadcast,
            **said,
        )
        batch = ReceiptBatch(commune=COMMUNE, unit=pole.id, journal=f"journal-{unit}", receipts=(line,))
        receipts.accept_receipts(self.desk, pole.id, seal(batch, pole.key))

    def newest_programme(self, unit: str) -> int | None:
        """The version that the desk made for a unit."""
        with self.desk.reading() as session:
            row = session.get(ProgrammeRow, (COMMUNE, unit))
            return row.version if row else None

    def close(self) -> None:
        """Send the pages away and let go of the database."""
        self.board.close()
        self.engine.dispose()


@cache
def _hashed() -> str:
    return PasswordHasher().hash(PASSWORD)


class _NoAccounts:
    def hash(self, password: str) -> str:
        return "hashed"

    def write(self, accounts: object) -> None:
        """Nobody connects in these tests."""
