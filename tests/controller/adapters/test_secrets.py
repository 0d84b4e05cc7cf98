"""Secrets are made once, kept for their owner only, and never replaced in silence."""

import os
import stat

import pytest

from controller.adapters.private_file import private_folder, write_private
from controller.adapters.secrets import SecretUnreadable, open_secrets


def test_secrets_are_made_at_the_first_start_and_found_at_the_next(tmp_path):
    first, second = open_secrets(tmp_path), open_secrets(tmp_path)
    assert first.api_token == second.api_token != first.session_secret
    assert len(first.broker_password) >= 32


def test_only_the_owner_can_read_them(tmp_path):
    open_secrets(tmp_path)
    files = [tmp_path / "api-token", *(tmp_path / "keys").iterdir()]
    assert len(files) == 3
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_no_secret_stands_in_its_representation(tmp_path):
    found = open_secrets(tmp_path)
    assert found.api_token not in repr(found)


@pytest.mark.parametrize("name", ["session.secret", "broker.password"])
def test_a_damaged_secret_stops_the_start(tmp_path, name):
    open_secrets(tmp_path)
    (tmp_path / "keys" / name).write_text("xx", encoding="ascii")
    with pytest.raises(SecretUnreadable):
        open_secrets(tmp_path)


def test_a_secret_that_others_can_read_stops_the_start(tmp_path):
    open_secrets(tmp_path)
    (tmp_path / "keys" / "session.secret").chmod(0o644)
    with pytest.raises(SecretUnreadable, match="chmod"):
        open_secrets(tmp_path)


def test_a_secret_that_is_no_text_stops_the_start(tmp_path):
    open_secrets(tmp_path)
    (tmp_path / "api-token").write_bytes(b"\xff" * 40)
    with pytest.raises(SecretUnreadable):
        open_secrets(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can write for another")
def test_what_root_writes_belongs_to_the_owner_of_the_folder(tmp_path):
    os.chown(tmp_path, 12345, 12346)
    for content in (b"first", b"second"):
        write_private(tmp_path / "accounts.json", content)
    found = (tmp_path / "accounts.json").stat()
    assert (found.st_uid, found.st_gid, found.st_mode & 0o777) == (12345, 12346, 0o600)
    assert [path.name for path in tmp_path.iterdir()] == ["accounts.json"]
    private_folder(tmp_path / "keys")
    made = (tmp_path / "keys").stat()
    assert (made.st_uid, made.st_gid, made.st_mode & 0o777) == (12345, 12346, 0o700)
