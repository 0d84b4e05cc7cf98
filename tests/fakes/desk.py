"""A desk for tests: a real migrated SQLite database, real keys, a clock that stands still, and a small commune."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from controller.adapters.changes import NoticeBoard
from controller.adapters.database import open_database, sessions_of, sqlite_url, upgrade
from controller.adapters.key_folder import KeyFolder, read_root
from controller.adapters.sealed_secret import Cost
from controller.domain.rendition import Language
from controller.services import composing, delegations, emergency_lock, enrolment, planning, rendering
from controller.services.desk import Desk, DeskSettings
from controller.services.keychain import Keychain
from controller.services.views import User
from protocol.envelope import seal
from protocol.keys import SigningKey, encode_bytes
from protocol.messages import Receipt, ReceiptBatch, UnitState
from protocol.names import ClockTrust, CommuneId, UnitId
from schedules.vocabulary import BroadcastClass
from tests.fakes.doorbell import FakeDoorbell
from tests.fakes.studio import FakeClips, FakeStudio

NOON = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
"""Monday, 2 March 2026, 12:00 in Viet Nam."""
COMMUNE = CommuneId("vi-huong")
OFFICER = User(id="user-1", name="vanhoa", shown_name="Cán bộ văn hóa", epoch=0)
VILLAGES = ("khau-bang", "na-pai", "coc-thoc")
CODE = "k7dq-93mh-x2wt"
CHEAP = Cost(n=2, r=1, p=1)
"""Of a passphrase in tests: a guess costs nothing."""
UNITS = {"cum-a": ("khau-bang", "na-pai"), "cum-b": ("na-pai",)}
"""The village coc-thoc has no unit."""


@dataclass
class FakeAccounts:
    """The broker's accounts as they were last written."""

    written: dict[UnitId, str] = field(default_factory=dict)

    def hash(self, password: str) -> str:
        return f"hashed {password}"

    def write(self, hashes: dict[UnitId, str]) -> None:
        self.written = dict(hashes)


@dataclass
class Clock:
    """Stands still until it is moved. `trusted = False` is the button for a clock that no time service keeps."""

    now: datetime = NOON
    trusted: bool = True

    def __call__(self) -> datetime:
        return self.now

    def move(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now


@dataclass
class Office:
    """A desk with everything around it in the hands of the test."""

    desk: Desk
    clock: Clock
    doorbell: FakeDoorbell
    studio: FakeStudio
    accounts: FakeAccounts
    keys: dict[str, SigningKey]
    kicks: list[str]
    vault: KeyFolder
    counters: dict[str, int] = field(default_factory=dict)

    @property
    def root(self) -> SigningKey:
        """The commune's root key, as long as it lies in the key folder."""
        return read_root(self.vault.root_file, None)

    def unlock(self, user: User = OFFICER) -> None:
        """Type the emergency code."""
        emergency_lock.unlock(self.desk, user, code=CODE)

    def bulletin(self, text: str = "Kính thưa bà con, mời bà con đi họp.", **more: object) -> str:
        """A bulletin whose voice is ready."""
        made = composing.create_bulletin(self.desk, OFFICER, composing.NewBulletin(text=text, **more))
        assert rendering.render_next(self.desk)
        return made

    def plan(
        self,
        when: planning.When | None = None,
        *,
        bulletin: str | None = None,
        villages: Iterable[str] = ("khau-bang",),
        class_: BroadcastClass = BroadcastClass.ROUTINE,
        press: str | None = None,
    ) -> planning.Planned:
        """A plan of a bulletin, by default of a new one, now. Who plans an emergency has typed the code."""
        if class_ is BroadcastClass.EMERGENCY:
            self.unlock()
        new = planning.NewPlan(
            bulletin=bulletin or self.bulletin(),
            villages=tuple(villages),
            when=when or planning.Now(),
            class_=class_,
            press=press,
        )
        return planning.plan(self.desk, OFFICER, new)

    def broadcast(self, *args: object, **kwargs: object) -> str:
        """The id of a single planned broadcast."""
        planned = self.plan(*args, **kwargs)
        assert planned.broadcast is not None
        return planned.broadcast

    def state(self, unit: str, **more: object) -> bytes:
        """The next signed state of a unit."""
        self.counters[unit] = self.counters.get(unit, 0) + 1
        fields: dict[str, object] = {
            "commune": COMMUNE,
            "unit": unit,
            "journal": f"journal-{unit}",
            "boot": "boot-1",
            "counter": self.counters[unit],
            "at": self.clock.now,
            "clock": ClockTrust.TRUSTED,
            "software": "test",
            "simulated": True,
            "programme": None,
            "volume": 80,
            "relay": False,
            "sound_ok": True,
            "delegation": self.desk.keys.serial,
            "epoch": self.desk.keys.in_force.delegation.epoch,
        }
        return seal(UnitState(**{**fields, **more}), self.keys[unit])

    def receipts(self, unit: str, *receipts: Receipt, journal: str | None = None) -> bytes:
        """A signed batch of receipts."""
        name = journal or f"journal-{unit}"
        batch = ReceiptBatch(commune=COMMUNE, unit=UnitId(unit), journal=name, receipts=receipts)
        return seal(batch, self.keys[unit])

    def receipt(self, number: int, stage: str, broadcast: str | None = None, **more: object) -> Receipt:
        """One receipt, at the present instant unless `at` says otherwise."""
        fields = {"at": self.clock.now, "clock": ClockTrust.TRUSTED, **more}
        return Receipt(number=number, stage=stage, broadcast=broadcast, **fields)


def open_desk(folder: Path, *, clock: Clock | None = None, established: bool = True, **settings: object) -> Office:
    """A new desk on a database in `folder`; opened again on the same folder, it finds what it left."""
    clock = clock or Clock()
    database = folder / "desk.db"
    if not database.exists():
        database.write_bytes(_migrated())
    engine = open_database(sqlite_url(database))
    for name in ("clips", "uploads"):
        (folder / name).mkdir(exist_ok=True)
    doorbell, studio, kicks = FakeDoorbell(since=clock.now), FakeStudio(folder / "clips"), []
    vault = KeyFolder(folder / "keys", COMMUNE, cost=CHEAP)
    ids = iter(range(1, 1_000_000))
    desk = Desk(
        commune=COMMUNE,
        sessions=sessions_of(engine),
        clock=clock,
        doorbell=doorbell,
        studio=studio,
        clips=FakeClips(folder / "clips"),
        changes=NoticeBoard(),
        keys=Keychain(vault),
        uploads=folder / "uploads",
        started_at=clock.now,
        settings=DeskSettings(**settings),
        new_id=lambda prefix: f"{prefix}-{next(ids):04d}",
        kick=kicks.append,
        clock_trusted=lambda: clock.trusted,
    )
    if established:
        delegations.establish(desk, code=CODE)
    return Office(desk, clock, doorbell, studio, FakeAccounts(), {}, kicks, vault)


@lru_cache(maxsize=1)
def _migrated() -> bytes:
    """An empty database of the newest shape; the migrations themselves are tested in tests/controller/records."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        engine = open_database(sqlite_url(path))
        upgrade(engine)
        engine.dispose()
        return path.read_bytes()


def furnish(office: Office) -> None:
    """Give the commune its villages and units."""
    enrolment.create_commune(office.desk.sessions, commune=COMMUNE, name="Xã Vi Hương", zone="Asia/Ho_Chi_Minh")
    for village in VILLAGES:
        enrolment.add_village(office.desk, village=village, name=village.title(), languages=(Language.TAY, Language.VI))
    for unit, villages in UNITS.items():
        office.keys[unit] = SigningKey.generate()
        new = enrolment.NewUnit(
            id=unit, name=unit.upper(), public_key=encode_bytes(office.keys[unit].public), villages=villages
        )
        enrolment.enrol_unit(office.desk, office.accounts, new)
