"""The folder of private keys: found by their ids, closed to others, and gone when they are revoked."""

import stat

import pytest

from controller.adapters.key_folder import KeyFolder, read_root
from controller.adapters.private_file import SecretUnreadable, create_private
from controller.adapters.sealed_secret import Cost, NotSealed, WrongPassphrase, seal_key
from controller.services.ports import KeyTrouble, WrongCode
from protocol.keys import SigningKey, VerifyKey
from protocol.names import CommuneId, Role

CHEAP = Cost(n=2, r=1, p=1)


@pytest.fixture
def folder(tmp_path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys", CommuneId("vi-huong"), cost=CHEAP)


def test_keys_are_found_by_their_ids_and_only_their_owner_can_read_them(folder):
    keys = [SigningKey.generate() for _ in range(2)]
    for key in keys:
        folder.keep_schedule(key)
    folder.keep_emergency(keys[0], "ma-khan-cap-1")
    assert [folder.schedule(key.id).id for key in keys] == [key.id for key in keys]
    assert folder.schedule(SigningKey.generate().id) is None
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.folder.stat().st_mode) == 0o700


def test_the_emergency_key_opens_by_its_code_only(folder):
    key = SigningKey.generate()
    assert folder.emergency_closed(key.id) is None
    folder.keep_emergency(key, "ma-khan-cap-1")
    assert folder.emergency_closed(key.id) is True
    assert folder.open_emergency(key.id, "MA KHAN CAP 1").id == key.id
    with pytest.raises(WrongCode):
        folder.open_emergency(key.id, "ma-khan-cap-2")
    folder.keep_emergency(key, "ma-khan-cap-2")
    with pytest.raises(WrongCode):
        folder.open_emergency(key.id, "ma-khan-cap-1")
    assert folder.open_emergency(key.id, "ma-khan-cap-2").id == key.id
    with pytest.raises(KeyTrouble):
        folder.open_emergency(SigningKey.generate().id, "ma-khan-cap-2")


def test_a_key_that_lies_open_is_not_taken_for_a_closed_one(folder):
    key = SigningKey.generate()
    create_private(folder.folder / "emergency.key", key.secret_text().encode())
    assert folder.emergency_closed(key.id) is False
    with pytest.raises(KeyTrouble, match="not closed"):
        folder.open_emergency(key.id, "")


def test_revoked_keys_leave_the_disk(folder):
    old, new = SigningKey.generate(), SigningKey.generate()
    for key in (old, new):
        folder.keep_schedule(key)
        folder.keep_emergency(key, "ma-khan-cap-1")
    folder.keep_only([new.id])
    assert (folder.schedule(old.id), folder.emergency_closed(old.id)) == (None, None)
    assert folder.schedule(new.id) is not None
    assert folder.emergency_closed(new.id) is True


@pytest.mark.parametrize("damage", [b"", b"xx", b"\xff" * 40])
def test_a_damaged_key_stops_the_desk(folder, damage):
    key = SigningKey.generate()
    folder.keep_schedule(key)
    (path,) = folder.folder.iterdir()
    path.write_bytes(damage)
    with pytest.raises(KeyTrouble):
        folder.schedule(key.id)


def test_a_key_that_others_can_read_stops_the_desk(folder):
    key = SigningKey.generate()
    folder.keep_schedule(key)
    (path,) = folder.folder.iterdir()
    path.chmod(0o640)
    with pytest.raises(KeyTrouble, match="chmod"):
        folder.schedule(key.id)


def test_the_root_key_lies_here_until_it_is_taken_away_and_its_public_half_stays(folder):
    key = SigningKey.generate()
    assert folder.root() is None
    folder.keep_root(key)
    folder.pin_root(VerifyKey(Role.ROOT, key.public))
    assert read_root(folder.root_file, None).id == key.id
    folder.remove_root()
    assert not folder.root_file.exists()
    assert folder.root().id == key.id
    (folder.folder / "root.pub").write_text("xx")
    with pytest.raises(KeyTrouble):
        folder.root()


def test_a_root_file_is_read_sealed_or_plain(tmp_path):
    key = SigningKey.generate()
    sealed, plain, open_ = tmp_path / "a", tmp_path / "b", tmp_path / "c"
    create_private(sealed, seal_key(key, "mã", what="root", commune="vi-huong", cost=CHEAP))
    sealed.chmod(0o755)  # a stick with a file system of cameras knows no modes
    create_private(plain, key.secret_text().encode() + b"\n")
    assert read_root(sealed, "mã").id == read_root(plain, None).id == key.id
    with pytest.raises(WrongPassphrase):
        read_root(sealed, None)
    create_private(open_, key.secret_text().encode())
    open_.chmod(0o644)
    with pytest.raises(SecretUnreadable):
        read_root(open_, None)


@pytest.mark.parametrize(
    "data", [b"nothing", seal_key(SigningKey.generate(), "mã", what="emergency", commune="x", cost=CHEAP)]
)
def test_what_is_no_root_key_is_told(tmp_path, data):
    create_private(tmp_path / "root", data)
    with pytest.raises(NotSealed):
        read_root(tmp_path / "root", "mã")
    with pytest.raises(OSError, match="No such file"):
        read_root(tmp_path / "none", "mã")


def test_a_file_is_never_written_over_by_a_new_one(tmp_path):
    create_private(tmp_path / "root", b"first")
    with pytest.raises(FileExistsError):
        create_private(tmp_path / "root", b"second")
    assert (tmp_path / "root").read_bytes() == b"first"


def test_a_folder_of_the_first_release_is_known_by_its_two_open_keys(folder):
    assert folder.former_keys() is None
    keys = SigningKey.generate(), SigningKey.generate()
    for name, key in zip(("schedule", "emergency"), keys, strict=True):
        create_private(folder.folder / f"{name}.key", key.secret_text().encode())
    assert [key.id for key in folder.former_keys()] == [key.id for key in keys]
    folder.keep_only([keys[0].id])
    assert folder.former_keys() is None
