"""The accounts file, the passwords' hashes, and what each kind of account may do."""

from pathlib import Path

import pytest

from controller.adapters.broker import (
    Account,
    AccountsUnreadable,
    Grants,
    controller_account,
    hash_password,
    observer_account,
    read_accounts,
    unit_account,
    write_accounts,
)
from controller.adapters.broker.accounts import password_fits
from controller.adapters.broker.mosquitto import acl_lines, password_lines
from protocol import topics
from protocol.names import CommuneId, UnitId

COMMUNE, UNIT = CommuneId("khau-bang"), UnitId("na-lom")
PASSWORD = "a-password-for-tests-only"
HASH = hash_password(PASSWORD, salt=b"twelve bytes")


def test_a_password_fits_its_own_hash_only() -> None:
    assert password_fits(PASSWORD, HASH)
    assert not password_fits(PASSWORD + " ", HASH)
    assert not password_fits("", HASH)
    assert not password_fits(PASSWORD, "no hash")


def test_two_hashes_of_one_password_differ_and_hide_it() -> None:
    assert hash_password(PASSWORD) != hash_password(PASSWORD)
    assert PASSWORD not in HASH


def test_a_short_password_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 16"):
        hash_password("secret")


def test_accounts_come_back_as_they_were_written(tmp_path: Path) -> None:
    written = [controller_account([COMMUNE], HASH), unit_account(COMMUNE, UNIT, HASH)]
    path = tmp_path / "accounts.json"
    write_accounts(path, written)
    assert list(read_accounts(path).values()) == written
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["accounts.json"]


def test_a_user_stands_in_the_file_once(tmp_path: Path) -> None:
    twice = [unit_account(COMMUNE, UNIT, HASH)] * 2
    with pytest.raises(ValueError, match="same user"):
        write_accounts(tmp_path / "accounts.json", twice)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"version":2,"accounts":[]}',
        b'{"version":1,"accounts":[],"more":1}',
        b'{"version":1,"accounts":[{"user":"x"}]}',
        b'{"version":1,"accounts":[{"user":"x","password_hash":"plain","grants":{}}]}',
        f'{{"version":1,"accounts":[{{"user":"x:y","password_hash":"{HASH}","grants":{{}}}}]}}'.encode(),
        f'{{"version":1,"accounts":[{{"user":"x","password_hash":"{HASH}","grants":{{"read":["#"]}}}}]}}'.encode(),
    ],
)
def test_a_damaged_file_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "accounts.json"
    path.write_bytes(content)
    with pytest.raises(AccountsUnreadable, match=r"accounts\.json"):
        read_accounts(path)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(AccountsUnreadable):
        read_accounts(tmp_path / "absent.json")


@pytest.mark.parametrize("user", ["", "a:b", "a\nb", "Cao", "+", "#", ".a", "a b", "x" * 200])
def test_a_user_that_could_break_out_of_a_line_is_refused(user: str) -> None:
    with pytest.raises(ValueError, match="user name"):
        Account(user, HASH, Grants())


def test_a_unit_reads_its_own_down_topics_and_writes_its_own_up_topics() -> None:
    account = unit_account(COMMUNE, UNIT, HASH)
    assert account.user == "khau-bang.na-lom"
    for leaf in topics.Leaf:
        topic = topics.unit_topic(COMMUNE, UNIT, leaf)
        assert account.grants.may_read(topic) is (leaf in topics.DOWN)
        assert account.grants.may_write(topic) is (leaf in topics.UP)
    assert account.grants.may_read(topics.orders_topic(COMMUNE))
    assert not account.grants.may_write(topics.orders_topic(COMMUNE))


def test_the_controller_is_a_units_mirror_image() -> None:
    account = controller_account([COMMUNE], HASH)
    for leaf in topics.Leaf:
        topic = topics.unit_topic(COMMUNE, UNIT, leaf)
        assert account.grants.may_read(topic) is (leaf in topics.UP)
        assert account.grants.may_write(topic) is (leaf in topics.DOWN)
    assert account.grants.may_write(topics.orders_topic(COMMUNE))
    assert not account.grants.may_write(topics.orders_topic(CommuneId("another")))


def test_an_observer_writes_nothing() -> None:
    assert observer_account([COMMUNE], HASH).grants.write == ()


def test_mosquitto_is_told_the_same_as_the_file_says() -> None:
    account = unit_account(COMMUNE, UNIT, HASH)
    assert password_lines([account]) == f"khau-bang.na-lom:{HASH}\n"
    lines = acl_lines([account]).splitlines()
    assert lines[0] == "user khau-bang.na-lom"
    assert "topic read loalang/v1/khau-bang/orders" in lines
    assert "topic write loalang/v1/khau-bang/unit/na-lom/state" in lines
    assert len(lines) == 1 + len(topics.Leaf) + 2
