"""The folder for an administrator's own Mosquitto: written again at will, never over somebody else's work."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest

from controller.adapters.broker import Limits, hash_password, observer_account, unit_account, write_accounts
from controller.adapters.broker.explanation import option_of
from controller.adapters.broker.handout import DOCUMENTS, ForeignFiles, Handout, write_handout
from controller.adapters.broker.settings import TlsSettings
from protocol.names import CommuneId, UnitId
from words import say

COMMUNE = CommuneId("khau-bang")
HASH = hash_password("a-password-for-tests-only")
AT = PurePosixPath("/etc/mosquitto/loalang")


@pytest.fixture
def handout(tmp_path: Path) -> Handout:
    write_accounts(tmp_path / "accounts.json", [observer_account([COMMUNE], HASH)])
    tls = TlsSettings(tmp_path / "tls", "0.0.0.0", 8883, ("loa.example.vn",))
    tls.certificates.renew(datetime.now(UTC))
    accounts = tmp_path / "accounts.json"
    return Handout(data=tmp_path, accounts_file=accounts, at=AT, tls=tls, limits=Limits())


def test_written_twice_it_changes_nothing(handout: Handout, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert set(write_handout(folder, handout.files())) == handout.files().keys()
    before = {each: each.stat().st_mtime_ns for each in folder.rglob("*")}
    assert write_handout(folder, handout.files()) == ()
    assert {each: each.stat().st_mtime_ns for each in folder.rglob("*")} == before


def test_a_new_unit_changes_its_two_lists_only(handout: Handout, tmp_path: Path) -> None:
    write_handout(tmp_path / "out", handout.files())
    write_accounts(handout.accounts_file, [unit_account(COMMUNE, UnitId("na-lom"), HASH)])
    assert write_handout(tmp_path / "out", handout.files()) == ("passwords", "acl")
    assert "khau-bang.na-lom:" in (tmp_path / "out/passwords").read_text()


@pytest.mark.parametrize("name", ["mosquitto.conf", "acl", "systemd/mosquitto.service.d/loalang.conf", "README.md"])
def test_what_somebody_else_put_there_is_named_and_nothing_is_written(
    handout: Handout, tmp_path: Path, name: str
) -> None:
    theirs = tmp_path / "out" / name
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs")
    with pytest.raises(ForeignFiles) as refusal:
        write_handout(tmp_path / "out", handout.files())
    assert refusal.value.names == (name,)
    assert [each for each in (tmp_path / "out").rglob("*") if each.is_file()] == [theirs]
    assert name in write_handout(tmp_path / "out", handout.files(), overwrite=True)
    assert theirs.read_bytes() == handout.files()[name]


def test_what_somebody_changed_since_is_not_overwritten_unasked(handout: Handout, tmp_path: Path) -> None:
    write_handout(tmp_path / "out", handout.files())
    changed = tmp_path / "out/acl"
    changed.write_text(changed.read_text() + "topic readwrite #\n")
    with pytest.raises(ForeignFiles, match="acl"):
        write_handout(tmp_path / "out", handout.files())


@pytest.mark.parametrize("content", [b"", b"{", b'["acl"]'])
def test_a_damaged_list_of_what_we_wrote_makes_everything_that_differs_foreign(
    handout: Handout, tmp_path: Path, content: bytes
) -> None:
    write_handout(tmp_path / "out", handout.files())
    (tmp_path / "out/.written.json").write_bytes(content)
    write_accounts(handout.accounts_file, [unit_account(COMMUNE, UnitId("na-lom"), HASH)])
    with pytest.raises(ForeignFiles) as refusal:
        write_handout(tmp_path / "out", handout.files())
    assert refusal.value.names == ("passwords", "acl")


def test_files_are_for_their_owner_only_and_the_authoritys_key_is_not_among_them(
    handout: Handout, tmp_path: Path
) -> None:
    write_handout(tmp_path / "out", handout.files())
    assert (tmp_path / "out").stat().st_mode & 0o077 == 0
    assert {each.stat().st_mode & 0o777 for each in (tmp_path / "out").rglob("*") if each.is_file()} == {0o600}
    authority = (tmp_path / "tls/authority.pem").read_text().partition("-----END PRIVATE KEY")[0]
    assert all(authority.encode() not in content for content in handout.files().values())


@pytest.mark.parametrize("language", DOCUMENTS)
def test_every_line_of_the_configuration_is_explained(handout: Handout, language: str) -> None:
    page = handout.files()[DOCUMENTS[language]].decode()
    lines = handout.files()["mosquitto.conf"].decode().splitlines()
    assert len(lines) > 15
    for line in lines:
        why = say(f"broker-line-{option_of(line).replace('_', '-')}", language)
        assert f"| `{line}` | {why} |" in page


@pytest.mark.parametrize("language", DOCUMENTS)
def test_every_file_is_named_in_the_page(handout: Handout, language: str) -> None:
    page = handout.files()[DOCUMENTS[language]].decode()
    for name in handout.files():
        assert name.partition("loalang-broker-files")[0] in page or name in DOCUMENTS.values()


def test_what_mosquitto_reads_again_has_no_door_in_it(handout: Handout) -> None:
    again = handout.files()["reload.conf"].decode().splitlines()
    assert not any(line.startswith(("listener", "max_qos", "max_connections", "certfile")) for line in again)
    assert set(again) < set(handout.files()["mosquitto.conf"].decode().splitlines())


def test_paths_are_those_of_the_brokers_machine(handout: Handout, tmp_path: Path) -> None:
    configuration = handout.files()["mosquitto.conf"].decode()
    assert f"password_file {AT}/passwords\n" in configuration
    assert f"certfile {AT}/server.pem\n" in configuration
    assert str(tmp_path) not in configuration


def test_systemd_understands_its_files(handout: Handout, tmp_path: Path) -> None:
    write_handout(tmp_path / "out", handout.files())
    units = tmp_path / "units"
    (units / "mosquitto.service.d").mkdir(parents=True)
    (units / "mosquitto.service").write_text("[Service]\nType=notify\nExecStart=/bin/true\nExecReload=/bin/true\n")
    drop_in = (tmp_path / "out/systemd/mosquitto.service.d/loalang.conf").read_text()
    (units / "mosquitto.service.d/loalang.conf").write_text(drop_in.replace("/usr/sbin/mosquitto", "/bin/true"))
    for kind in ("path", "timer", "service"):
        text = (tmp_path / f"out/systemd/loalang-broker-files.{kind}").read_text()
        (units / f"loalang-broker-files.{kind}").write_text(text.replace("/opt/loalang/bin/loalang", "/bin/true"))
    checked = [units / "mosquitto.service", *(units / f"loalang-broker-files.{kind}" for kind in ("path", "timer"))]
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *map(str, checked)], capture_output=True, text=True, check=False
    )
    assert (told.returncode, [line for line in told.stderr.splitlines() if "loalang" in line]) == (0, [])
