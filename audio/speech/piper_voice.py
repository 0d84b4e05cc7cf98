"""The voices for Piper that the operator brought: a folder for each, and the hashes of what was tried when it came.

Piper ships no voice, and none may be shipped with this project: who installs one answers for its licence. A voice is a
model of which nobody can see what it does, so it is spoken with once before it is taken, and from then on only the
very same bytes are ever given to the program.
"""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from audio.speech.language import is_tag

MODEL: Final = "voice.onnx"
CARD: Final = "voice.onnx.json"
"""Piper looks for the card under the model's name with `.json`."""
_RECORD: Final = "voice.json"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_LARGEST_CARD: Final = 1 << 20
_HERE = ("espeak", "text")
"""Ways from letters to sounds for which Piper fetches nothing while it speaks."""


class UnknownVoice(LookupError):
    """The voice that is wanted is not installed; the text says what is."""


class BadVoice(Exception):
    """The files are no voice that can be used, or no longer the ones that were installed; the text says why."""


class Installed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is written down of a voice when it is installed."""

    name: str
    language: str
    """BCP 47 tag of what its pronunciation is made for."""
    rate: int
    length_scale: float
    """How slowly it was trained to speak."""
    model_sha256: str
    card_sha256: str
    source: str
    """The file or address that it came from."""
    at: datetime


class _Audio(Struct):
    sample_rate: Annotated[int, Meta(ge=16_000, le=48_000)]


class _Espeak(Struct):
    voice: str


class Card(Struct):
    """What a voice says of itself, as far as it matters here. Piper's own file, so unknown keys are its business."""

    audio: _Audio
    espeak: _Espeak
    num_symbols: Annotated[int, Meta(ge=1)]
    num_speakers: Annotated[int, Meta(ge=1)]
    phoneme_id_map: dict[str, list[int]]
    phoneme_type: str = "espeak"
    language: dict[str, object] = {}
    inference: dict[str, object] = {}

    @property
    def length_scale(self) -> float:
        """How slowly it was trained to speak; 1.0 when it says nothing sensible."""
        told = self.inference.get("length_scale")
        return float(told) if isinstance(told, int | float) and 0.2 <= told <= 5 else 1.0

    @property
    def tag(self) -> str:
        """The BCP 47 tag of what it reads: with espeak's pronunciation, that of espeak's voice."""
        told = self.language.get("code") if self.phoneme_type == "text" else self.espeak.voice
        tag = str(told or self.espeak.voice).replace("_", "-")
        return tag.partition("-")[0].lower() if self.phoneme_type == "espeak" else tag


@dataclass(frozen=True, slots=True)
class PiperVoice:
    """An installed voice."""

    folder: Path
    record: Installed

    @property
    def name(self) -> str:
        """By which the configuration names it."""
        return self.record.name

    @property
    def model(self) -> Path:
        """What Piper is told to read."""
        return self.folder / MODEL

    def verify(self) -> None:
        """Raise BadVoice unless both files are, byte for byte, what was installed."""
        for path, wanted in ((self.model, self.record.model_sha256), (self.folder / CARD, self.record.card_sha256)):
            try:
                found = sha256_of(path)
            except OSError as error:
                raise BadVoice(f"{path}: {error.strerror}") from error
            if found != wanted:
                raise BadVoice(f"{path} was changed since it was installed")


class VoiceFolder:
    """`<root>/<name>/` with model, card and record. A voice that is half installed can never be seen."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def names(self) -> tuple[str, ...]:
        """The names of what is installed, in the order of the alphabet."""
        found = (path.parent.name for path in self._root.glob(f"*/{_RECORD}"))
        return tuple(sorted(name for name in found if _NAME.fullmatch(name)))

    def voice(self, name: str) -> PiperVoice:
        """Return the voice of this name; UnknownVoice, or BadVoice when its record cannot be read."""
        folder = self._root / name
        if not _NAME.fullmatch(name):
            raise UnknownVoice(name)
        try:
            record = msgspec.json.decode((folder / _RECORD).read_bytes(), type=Installed)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise UnknownVoice(name) from error
        except (OSError, ValueError) as error:
            raise BadVoice(f"{folder / _RECORD}: {error}") from error
        return PiperVoice(folder, record)

    def chosen(self, name: str | None) -> PiperVoice:
        """Return the voice of this name, or the only one; UnknownVoice, BadVoice."""
        if name is not None:
            return self.voice(name)
        names = self.names()
        if len(names) != 1:
            raise UnknownVoice(f"several voices, and none is chosen: {', '.join(names)}" if names else "no voice")
        return self.voice(names[0])

    @contextmanager
    def draft(self) -> Iterator[Path]:
        """Lend a folder in which a voice is put together; what is not taken from it by `take` is removed."""
        self._root.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(dir=self._root, prefix=".new-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def take(self, draft: PiperVoice) -> PiperVoice:
        """Put a voice that was tried in its place; FileExistsError when one of that name is there."""
        place = self._root / draft.name
        if place.exists():
            raise FileExistsError(17, "a voice of this name is installed", str(place))
        record = draft.folder / _RECORD
        record.write_bytes(msgspec.json.format(msgspec.json.encode(draft.record)))
        for path in (draft.model, draft.folder / CARD, record):
            path.chmod(0o644)
            _force(path)
        draft.folder.chmod(0o755)
        draft.folder.rename(place)
        _force(self._root)
        return PiperVoice(place, draft.record)

    def remove(self, name: str) -> None:
        """Remove a voice, also a damaged one; UnknownVoice."""
        if name not in self.names():
            raise UnknownVoice(name)
        place = self._root / name
        (place / _RECORD).unlink()  # from here on it is not seen
        shutil.rmtree(place)


def read_card(path: Path) -> Card:
    """Read what a voice says of itself; BadVoice when it cannot be used here."""
    try:
        if path.stat().st_size > _LARGEST_CARD:
            raise BadVoice(f"{path.name}: larger than {_LARGEST_CARD} bytes")
        card = msgspec.json.decode(path.read_bytes(), type=Card)
    except OSError as error:
        raise BadVoice(f"{path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise BadVoice(f"{path.name}: {error}") from error
    if card.phoneme_type not in _HERE:
        raise BadVoice(f"{path.name}: phoneme_type {card.phoneme_type!r} needs more than this machine has")
    if not is_tag(card.tag):
        raise BadVoice(f"{path.name}: no language can be told from {card.espeak.voice!r}")
    return card


def name_of(model: str) -> str:
    """The name of a voice by that of its file: "vi_VN-x-medium.onnx" is "vi_VN-x-medium"; BadVoice."""
    name = model.removesuffix(".onnx")
    if not model.endswith(".onnx") or not _NAME.fullmatch(name):
        raise BadVoice(f"{model!r} is no name of a voice: NAME.onnx, of A-Z, a-z, 0-9, - and _")
    return name


def sha256_of(path: Path) -> str:
    """The hash of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _force(path: Path) -> None:
    """Have a file, or the names in a folder, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
