"""`<data>/keys`: the private keys, each in a file named by its role and id, and the copy of the delegation.

The schedule key lies open (it must sign at any hour), the emergency key is closed by a code, and the root key lies here
only until somebody takes it off line. Folders of the first release have `schedule.key` and `emergency.key`, both open:
they are read as they are.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from controller.adapters.private_file import SecretUnreadable, private_folder, read_private, sync_folder, write_private
from controller.adapters.sealed_secret import Cost, NotSealed, WrongPassphrase, is_sealed, label_of, open_key, seal_key
from controller.services.emergency_code import folded
from controller.services.ports import KeyTrouble, WrongCode
from protocol.keys import SigningKey, VerifyKey, decode_bytes, key_id
from protocol.names import CommuneId, KeyId, Role

ROOT, ROOT_PUBLIC, DELEGATION = "root.key", "root.pub", "delegation"


class KeyFolder:
    """Implements `controller.services.ports.Vault`."""

    def __init__(self, folder: Path, commune: CommuneId, *, cost: Cost | None = None) -> None:
        self.folder = folder
        self._commune = commune
        self._cost = cost
        private_folder(folder)

    @property
    def root_file(self) -> Path:
        """Where the root key lies until it is taken off line."""
        return self.folder / ROOT

    def schedule(self, key: KeyId) -> SigningKey | None:
        """Return the schedule key of this id."""
        path = self._find(Role.SCHEDULE, key)
        return None if path is None else _open(path)

    def keep_schedule(self, key: SigningKey) -> None:
        """Put a schedule key here."""
        write_private(self._path(Role.SCHEDULE, key.id), _text(key))

    def open_emergency(self, key: KeyId, code: str) -> SigningKey:
        """Return the emergency key."""
        path = self._find(Role.EMERGENCY, key)
        if path is None:
            raise KeyTrouble(f"no emergency key {key} in {self.folder}")
        data = _read(path)
        if not is_sealed(data):
            raise KeyTrouble(f"{path} is not closed by a code")
        try:
            found = open_key(data, folded(code))
        except WrongPassphrase as error:
            raise WrongCode from error
        except NotSealed as error:
            raise KeyTrouble(f"{path}: {error}") from error
        if found.id != key:
            raise KeyTrouble(f"{path} holds another key")
        return found

    def keep_emergency(self, key: SigningKey, code: str) -> None:
        """Put an emergency key here, closed by a code."""
        old = self._find(Role.EMERGENCY, key.id)
        path = self._path(Role.EMERGENCY, key.id)
        write_private(path, seal_key(key, folded(code), what="emergency", commune=self._commune, cost=self._cost))
        if old is not None and old != path:
            _remove(old)

    def emergency_closed(self, key: KeyId) -> bool | None:
        """Whether the emergency key is closed by a code."""
        path = self._find(Role.EMERGENCY, key)
        return None if path is None else is_sealed(_read(path))

    def keep_only(self, keys: Collection[KeyId]) -> None:
        """Remove the keys of all other ids."""
        for role in (Role.SCHEDULE, Role.EMERGENCY):
            for path in self._files(role):
                if _id_of(path) not in keys:
                    _remove(path)

    def root(self) -> VerifyKey | None:
        """Return the public root key."""
        try:
            text = (self.folder / ROOT_PUBLIC).read_text("ascii")
            return VerifyKey(Role.ROOT, decode_bytes(text.strip(), 32))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise KeyTrouble(f"{self.folder / ROOT_PUBLIC} is damaged") from error

    def keep_root(self, key: SigningKey) -> None:
        """Put the root key here."""
        write_private(self.root_file, _text(key))

    def pin_root(self, key: VerifyKey) -> None:
        """Write down which root key this commune's units trust."""
        write_private(self.folder / ROOT_PUBLIC, key.text.encode("ascii") + b"\n")

    def remove_root(self) -> None:
        """Remove the root key, once it is safe elsewhere."""
        _remove(self.root_file)

    def delegation(self) -> bytes | None:
        """Return the copy of the delegation. It is no secret, so its mode does not matter."""
        try:
            return (self.folder / DELEGATION).read_bytes()
        except OSError:
            return None

    def keep_delegation(self, data: bytes) -> None:
        """Replace the copy."""
        write_private(self.folder / DELEGATION, data)

    def former_keys(self) -> tuple[SigningKey, SigningKey] | None:
        """Return schedule and emergency key of a folder of the first release, where both lay open; else None."""
        paths = (self.folder / "schedule.key", self.folder / "emergency.key")
        if not all(path.exists() for path in paths) or is_sealed(_read(paths[1])):
            return None
        return _open(paths[0]), _open(paths[1])

    def _path(self, role: Role, key: KeyId) -> Path:
        return self.folder / f"{role}-{key}.key"

    def _files(self, role: Role) -> Iterator[Path]:
        yield from sorted(self.folder.glob(f"{role}-*.key"))
        if (former := self.folder / f"{role}.key").exists():
            yield former

    def _find(self, role: Role, key: KeyId) -> Path | None:
        named = self._path(role, key)
        if named.exists():
            return named
        return next((path for path in self._files(role) if _id_of(path) == key), None)


def read_root(path: Path, passphrase: str | None) -> SigningKey:
    """Return the root key of a file, plain or sealed.

    Raises:
        WrongPassphrase: it does not open the file.
        NotSealed: the file is neither, or is another key.
        SecretUnreadable: it is plain, and others can read it. A sealed file may lie on a stick that knows no modes.
        OSError: there is no such file.
    """
    data = path.read_bytes()
    if not is_sealed(data):
        return _key(read_private(path))
    if label_of(data).what != "root":
        raise NotSealed(f"{path} is no root key")
    return open_key(data, passphrase or "")


def _key(data: bytes) -> SigningKey:
    try:
        return SigningKey.from_text(data.decode("ascii").strip())
    except ValueError as error:
        raise NotSealed("the file holds no key") from error


def _open(path: Path) -> SigningKey:
    try:
        return _key(_read(path))
    except NotSealed as error:
        raise KeyTrouble(f"{path} holds no key") from error


def _id_of(path: Path) -> KeyId:
    data = _read(path)
    try:
        return key_id(decode_bytes(label_of(data).public, 32)) if is_sealed(data) else _key(data).id
    except (NotSealed, ValueError) as error:
        raise KeyTrouble(f"{path} holds no key") from error


def _read(path: Path) -> bytes:
    try:
        return read_private(path)
    except SecretUnreadable as error:
        raise KeyTrouble(str(error)) from error


def _text(key: SigningKey) -> bytes:
    return key.secret_text().encode("ascii") + b"\n"


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)
    sync_folder(path.parent)
