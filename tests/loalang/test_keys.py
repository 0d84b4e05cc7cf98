"""`loalang keys`: the ceremony, rotation beside a running controller, and the way back with the root key alone."""

import html
import io
import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from controller.__main__ import main as controller
from controller.adapters.key_folder import KeyFolder
from controller.adapters.private_file import create_private
from controller.assembly import open_keys, open_office, staff, utc_now
from controller.config import ControllerConfig
from controller.services import composing, delegations, enrolment, planning, rendering
from controller.services.ports import KeyTrouble, WrongCode
from controller.services.views import User
from loalang.keys import main
from loalang.keys.fingerprint import fingerprint
from loalang.keys.hours import Unclear, read_hours, read_length, told
from protocol.envelope import Refused, keyring_of, kind_of, open_delegation, open_down, seal
from protocol.keys import SigningKey, VerifyKey, encode_bytes
from protocol.messages import Programme
from protocol.names import Kind, Role
from tests.controller.web.commune import ToneStudio
from tests.fakes.doorbell import FakeDoorbell

CODE, PASSPHRASE = "k7dq-93mh-x2wt", "khóa gốc của xã"
OFFICER = User(id="user-1", name="hoa", shown_name="Hoa", epoch=0)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A commune as a technician makes it, with one village and one unit."""
    folder = tmp_path_factory.mktemp("prepared")
    before = os.umask(0o077)
    for name, text in (("code", CODE), ("password", "mat-khau-rat-dai")):
        (folder / name).write_text(text + "\n", "utf-8")
    data = ["--data", str(folder / "data")]
    made = ["--commune", "vi-huong", "--name", "Xã Vi Hương", "--user", "hoa"]
    secrets = ["--password-file", str(folder / "password"), "--emergency-code-file", str(folder / "code")]
    assert controller(["init", *data, *made, *secrets]) == 0
    assert controller(["village", *data, "--village", "na-pai", "--name", "Nà Pái"]) == 0
    key = encode_bytes(SigningKey.generate().public)
    assert controller(["enrol", *data, "--unit", "cum-a", "--name", "Cụm A", "--village", "na-pai", "--key", key]) == 0
    os.umask(before)
    return folder / "data"


class Desk:
    """A data folder, the commands on it, and a controller that runs beside them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        self.passphrase = folder / "passphrase"
        self.passphrase.write_text(PASSPHRASE + "\n", "utf-8")
        self.sealed = folder / "stick" / "root.sealed"
        self.sealed.parent.mkdir()
        self.office = open_office(self.data, ControllerConfig())
        self.doorbell = FakeDoorbell(since=utc_now())
        self.crew = staff(self.office, lambda _commune: self.doorbell)
        open_keys(self.crew)
        self.desk = self.crew.desk

    def keys(self, *words: str) -> int:
        return main([words[0], "--data", str(self.data), *words[1:]])

    def put_away(self) -> None:
        assert self.keys("offline", "--to", str(self.sealed), "--passphrase-file", str(self.passphrase)) == 0

    @property
    def root(self) -> list[str]:
        return ["--root", str(self.sealed), "--passphrase-file", str(self.passphrase)]

    def follow(self) -> bool:
        return delegations.take_up(self.desk, utc_now())

    @property
    def in_force(self):
        return self.desk.keys.in_force.delegation


@pytest.fixture
def desk(tmp_path: Path, prepared: Path) -> Iterator[Desk]:
    before = os.umask(0o077)
    shutil.copytree(prepared, tmp_path / "data")
    found = Desk(tmp_path)
    yield found
    found.office.engine.dispose()
    os.umask(before)


def test_every_command_says_where_the_root_key_lies_until_it_is_put_away(desk, capsys):
    assert desk.keys("show") == 0
    told = capsys.readouterr()
    assert fingerprint(desk.desk.keys.in_force.root.public) in told.out
    assert "Khóa gốc còn nằm trên máy này" in told.err
    desk.put_away()
    assert "đã đọc lại và ký thử được" in capsys.readouterr().out
    assert not (desk.data / "keys" / "root.key").exists()
    assert stat.S_IMODE(desk.sealed.stat().st_mode) == 0o600
    assert desk.keys("show") == 0
    told = capsys.readouterr()
    assert "Khóa gốc không nằm trên máy này." in told.out
    assert told.err == ""
    assert desk.keys("offline", "--to", str(desk.folder / "other"), "--passphrase-file", str(desk.passphrase)) == 2


def test_the_root_key_is_not_removed_when_it_could_not_be_put_away(desk, capsys):
    taken = desk.folder / "taken"
    taken.write_text("here already")
    short = desk.folder / "short"
    short.write_text("ngắn")
    for to, secret in (
        (taken, desk.passphrase),
        (desk.data / "root.sealed", desk.passphrase),
        (desk.folder / "nowhere" / "root", desk.passphrase),
        (desk.sealed, short),
    ):
        assert desk.keys("offline", "--to", str(to), "--passphrase-file", str(secret)) == 2
        assert capsys.readouterr().err.strip()
        assert (desk.data / "keys" / "root.key").exists()
    assert taken.read_text() == "here already"


def test_a_rotated_key_is_followed_by_the_running_controller(desk, capsys):
    old = desk.desk.schedule_key.id
    desk.put_away()
    assert desk.keys("rotate", "schedule", *desk.root) == 0
    assert desk.desk.schedule_key.id == old
    assert desk.follow()
    assert (desk.in_force.serial, desk.desk.schedule_key.id != old) == (2, True)
    assert fingerprint(desk.desk.schedule_key.public) in capsys.readouterr().out


def test_the_emergency_key_gets_a_new_code_or_is_replaced(desk, capsys):
    key = desk.desk.keys.emergency_id
    new = desk.folder / "new-code"
    new.write_text("ma-moi-2026-xa")
    old = desk.folder / "old-code"
    old.write_text("sai-sai-sai-sai")
    assert desk.keys("code", "--old-code-file", str(old), "--emergency-code-file", str(new)) == 2
    assert "không đúng" in capsys.readouterr().err
    old.write_text(CODE)
    assert desk.keys("code", "--old-code-file", str(old), "--emergency-code-file", str(new)) == 0
    assert desk.crew.keys.open_emergency(key, "MA MOI 2026 XA").id == key
    with pytest.raises(WrongCode):
        desk.crew.keys.open_emergency(key, CODE)
    capsys.readouterr()
    assert desk.keys("rotate", "emergency") == 0
    made = capsys.readouterr().out.split("Mã khẩn cấp mới: ")[1].split()[0]
    assert desk.follow()
    assert desk.desk.keys.emergency_id != key
    assert desk.crew.keys.open_emergency(desk.desk.keys.emergency_id, made)
    new.write_text("ngắn")
    assert desk.keys("rotate", "emergency", "--emergency-code-file", str(new)) == 2


def test_caps_are_set_in_words_of_people(desk, capsys):
    assert (
        desk.keys("caps", "--hours", "05:00-11:30", "--hours", "13:30-21:00", "--length", "45m", "--volume", "80") == 0
    )
    assert "05:00-11:30, 13:30-21:00; dài nhất 45 phút; âm lượng cao nhất 80 %" in capsys.readouterr().out
    assert desk.follow()
    caps = desk.in_force.caps
    assert (caps.hours, caps.length_s, caps.volume, caps.utc_offset_min) == (((300, 690), (810, 1260)), 2700, 80, 420)
    assert desk.keys("caps", "--volume", "70") == 0
    assert desk.follow()
    assert (desk.in_force.caps.hours, desk.in_force.caps.volume) == (caps.hours, 70)
    for wrong in (["--hours", "5-22"], ["--length", "lâu"], ["--volume", "101"], ["--hours", "05:00-25:00"]):
        assert desk.keys("caps", *wrong) == 2
        assert capsys.readouterr().err.strip()
    assert not desk.follow()


@pytest.mark.parametrize("word", [["rotate", "schedule"], ["caps", "--volume", "50"], ["rotate", "emergency"]])
def test_without_the_root_key_nothing_is_delegated(desk, capsys, word):
    desk.put_away()
    capsys.readouterr()
    assert desk.keys(*word) == 2
    assert "--root" in capsys.readouterr().err
    strange = desk.folder / "strange"
    create_private(strange, SigningKey.generate().secret_text().encode())
    wrong = desk.folder / "wrong"
    wrong.write_text("không phải mật khẩu")
    damaged = desk.folder / "damaged"
    damaged.write_bytes(desk.sealed.read_bytes()[:-9])
    for root in (
        ["--root", str(strange)],
        ["--root", str(damaged), "--passphrase-file", str(desk.passphrase)],
        ["--root", str(desk.sealed), "--passphrase-file", str(wrong)],
        ["--root", str(desk.folder / "none")],
    ):
        assert desk.keys(*word, *root) == 2
        assert capsys.readouterr().err.strip()
    assert not desk.follow()


def test_nobody_is_asked_where_nobody_sits(desk, capsys, monkeypatch):
    desk.put_away()
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    assert desk.keys("rotate", "schedule", "--root", str(desk.sealed)) == 2
    assert "--passphrase-file" in capsys.readouterr().err


def test_a_passphrase_may_come_from_the_standard_input(desk, monkeypatch):
    desk.put_away()
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSPHRASE + "\n"))
    assert desk.keys("rotate", "schedule", "--root", str(desk.sealed), "--passphrase-file", "-") == 0


def test_a_unit_is_revoked(desk, capsys):
    assert desk.keys("revoke", "--unit", "cum-a") == 0
    assert "cum-a" not in (desk.data / "broker-accounts.json").read_text()
    assert desk.keys("revoke", "--unit", "cum-x") == 2
    assert "cum-x" in capsys.readouterr().err


def with_a_plan(desk: Desk) -> None:
    """A bulletin that is planned for tomorrow, its clip in the store."""
    here = replace(desk.desk, studio=ToneStudio(desk.office.store))
    bulletin = composing.create_bulletin(here, OFFICER, composing.NewBulletin(text="Mời bà con đi họp."))
    assert rendering.render_next(here)
    noon = here.local(utc_now() + timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
    at = planning.At(noon)
    planning.plan(here, OFFICER, planning.NewPlan(bulletin=bulletin, villages=("na-pai",), when=at))


def test_a_recovery_fits_on_a_stick_and_the_same_goes_to_the_broker(desk, capsys):
    with_a_plan(desk)
    stick = desk.folder / "stick" / "units"
    assert desk.keys("recover", "--to", str(stick), "--new-emergency-key") == 0
    assert "Mã khẩn cấp mới" in capsys.readouterr().out
    assert {path.name for path in stick.glob("*.loalang")} == {"delegation.loalang", "programme-cum-a.loalang"}
    root = VerifyKey(Role.ROOT, desk.desk.keys.in_force.root.public)
    made = open_delegation((stick / "delegation.loalang").read_bytes(), root, "vi-huong")
    assert (made.serial, made.epoch) == (2, 2)
    data = (stick / "programme-cum-a.loalang").read_bytes()
    assert kind_of(data) is Kind.PROGRAMME
    programme, _ = open_down(data, Programme, keyring_of(made), "vi-huong", "cum-a")
    assert programme.epoch == 2
    ((item,),) = [broadcast.items for broadcast in programme.broadcasts]
    assert (stick / f"{item.clip}.opus").read_bytes() == (desk.desk.clips.path_of(item.clip)).read_bytes()
    assert desk.follow()
    assert desk.desk.keys.in_force.signed == (stick / "delegation.loalang").read_bytes()


def test_what_a_stolen_schedule_key_signs_after_a_recovery_is_refused(desk):

    stolen, now = desk.desk.schedule_key, utc_now()
    assert desk.keys("recover", "--to", str(desk.folder / "units")) == 0
    assert desk.follow()
    forged = Programme(
        commune="vi-huong",
        unit="cum-a",
        epoch=2,
        version=99,
        issued_at=now,
        until=now + timedelta(days=1),
        volume=100,
        broadcasts=(),
    )
    with pytest.raises(Refused):
        open_down(seal(forged, stolen), Programme, keyring_of(desk.in_force), "vi-huong", "cum-a")


def test_a_recovery_works_when_the_key_folder_was_lost(desk):
    desk.put_away()
    shutil.rmtree(desk.data / "keys")
    assert desk.keys("show") == 2
    assert desk.keys("recover", *desk.root, "--to", str(desk.folder / "units")) == 0
    other = Desk.__new__(Desk)
    other.office = open_office(desk.data, ControllerConfig())
    crew = staff(other.office, lambda _commune: desk.doorbell)
    open_keys(crew)
    assert (crew.desk.keys.serial, crew.keys.emergency_closed(crew.desk.keys.emergency_id)) == (2, None)
    other.office.engine.dispose()


def test_a_new_root_key_waits_for_a_visit_to_every_unit(desk, capsys):
    assert desk.keys("rotate", "root") == 2
    assert desk.keys("rotate", "root", "--yes") == 2
    desk.put_away()
    capsys.readouterr()
    old = desk.desk.keys.in_force
    assert desk.keys("rotate", "root", "--yes") == 0
    told = capsys.readouterr().out
    assert desk.follow()
    new = desk.desk.keys.in_force
    assert (new.delegation.serial, new.delegation.keys) == (2, old.delegation.keys)
    assert new.root.public != old.root.public
    assert f'root = "{new.root.text}"' in told
    with pytest.raises(Refused):
        open_delegation(new.signed, old.root, "vi-huong")
    assert desk.keys("caps", "--volume", "60", *desk.root) == 2, "the old root key is worth nothing here"
    assert desk.keys("caps", "--volume", "60") == 0


@pytest.mark.parametrize("name", ["le.html", "le.txt"])
def test_the_ceremony_is_a_page_to_be_read_aloud_and_signed(desk, name):
    page = desk.folder / name
    assert desk.keys("ceremony", "--to", str(page)) == 0
    text = html.unescape(page.read_text("utf-8"))
    assert ("<html" in text) is name.endswith("html")
    for public in (desk.desk.keys.in_force.root.public, desk.desk.schedule_key.public):
        assert fingerprint(public) in text
    for word in ("Xã Vi Hương", "Những người có mặt", "Chữ ký" if name.endswith("html") else "Phong bì có khóa gốc"):
        assert word in text


def test_where_there_is_no_commune_it_is_told(tmp_path, capsys):
    assert main(["show", "--data", str(tmp_path / "nowhere")]) == 2
    assert str(tmp_path / "nowhere") in capsys.readouterr().err


@pytest.mark.parametrize(
    ("given", "spans"),
    [
        (["05:00-22:00"], ((300, 1320),)),
        (["22:00-05:00"], ((0, 300), (1320, 1440))),
        (["22:00-00:00"], ((1320, 1440),)),
        (["00:00-24:00"], ((0, 1440),)),
        (["13:00–14:00", "5:00-6:30"], ((300, 390), (780, 840))),
        ([], ()),
    ],
)
def test_hours_are_read_as_people_write_them(given, spans):
    assert read_hours(given) == spans
    assert read_hours(told(spans).split(", ") if spans else []) == spans


@pytest.mark.parametrize("text", ["", "5", "05:00", "05:60-06:00", "24:00-05:00", "25:00-26:00", "06:00-06:00", "a-b"])
def test_what_is_no_span_of_hours_is_told(text):
    with pytest.raises(Unclear):
        read_hours([text])


@pytest.mark.parametrize(("text", "seconds"), [("60m", 3600), ("1h", 3600), ("90s", 90), ("90", 90), (" 2 m", 120)])
def test_lengths_are_read_as_people_write_them(text, seconds):
    assert read_length(text) == seconds


def test_an_open_emergency_key_of_the_first_release_gets_its_code(desk, capsys, tmp_path):
    """A data folder that an older release left: both keys open, no delegation, no root key."""
    keys = (SigningKey.generate(), SigningKey.generate())
    data = tmp_path / "old"
    shutil.copytree(desk.data, data)
    for path in (data / "keys").iterdir():
        if path.name not in {"session.secret", "broker.password"}:
            path.unlink()
    office = open_office(data, ControllerConfig())
    with office.engine.begin() as connection:
        connection.exec_driver_sql("delete from delegation")
    office.engine.dispose()
    for name, key in zip(("schedule", "emergency"), keys, strict=True):
        create_private(data / "keys" / f"{name}.key", key.secret_text().encode())
    assert main(["show", "--data", str(data)]) == 0
    told = capsys.readouterr()
    assert fingerprint(keys[0].public) in told.out
    assert "chưa có mã" in told.out
    assert "root.key" in told.err
    assert main(["code", "--data", str(data)]) == 0
    made = capsys.readouterr().out.split("Mã khẩn cấp mới: ")[1].split()[0]
    folder = KeyFolder(data / "keys", "vi-huong")
    assert folder.open_emergency(keys[1].id, made).id == keys[1].id
    assert not (data / "keys" / "emergency.key").exists()


def test_enrolling_and_rotating_at_once_does_not_lose_either(desk):
    assert desk.keys("rotate", "schedule") == 0
    key = encode_bytes(SigningKey.generate().public)
    new = enrolment.NewUnit(id="cum-b", name="B", public_key=key, villages=("na-pai",))
    enrolment.enrol_unit(desk.desk, desk.crew.accounts, new)
    assert desk.follow()
    with pytest.raises(KeyTrouble):
        desk.desk.keys.vault.open_emergency(SigningKey.generate().id, CODE)


def test_the_doctor_says_what_is_wrong_with_the_keys(desk):
    from loalang.doctor.desk import keys

    assert keys(desk.data).fault == "root-on-line"
    desk.put_away()
    assert keys(desk.data).severity == "ok"
    (emergency,) = (desk.data / "keys").glob("emergency-*.key")
    emergency.unlink()
    assert (keys(desk.data).severity, keys(desk.data).fault) == ("warn", "emergency-open")
    (schedule,) = (desk.data / "keys").glob("schedule-*.key")
    schedule.rename(schedule.with_name("elsewhere"))
    assert (keys(desk.data).severity, keys(desk.data).fault) == ("fail", "lost")
    schedule.with_name("elsewhere").rename(schedule)
    schedule.chmod(0o644)
    assert keys(desk.data).severity == "fail"
    schedule.chmod(0o600)
    (desk.data / "keys" / "delegation").write_bytes(b"x\n{}")
    assert keys(desk.data).fault == "lost"
    (desk.data / "keys" / "delegation").unlink()
    assert keys(desk.data).fault == "missing"
    assert keys(desk.folder).fault == "missing"


def test_the_doctor_says_whether_units_are_told_the_time(desk, monkeypatch):
    from loalang.doctor import desk as looks

    monkeypatch.setattr(looks, "kernel_says_synchronised", lambda: False)
    assert looks.clock(desk.data).fault == "untrusted"
    (desk.data / "controller.toml").write_text('clock = "assume-trusted"\n')
    assert looks.clock(desk.data).severity == "ok"
