"""A voice for Piper is installed: both files are fetched, looked at, spoken with once, and only then put in place."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Final
from urllib.parse import unquote, urljoin, urlsplit

import requests

from audio.speech.address import host_of
from audio.speech.piper import Piper, PiperSettings
from audio.speech.piper_voice import (
    CARD,
    MODEL,
    BadVoice,
    Installed,
    PiperVoice,
    VoiceFolder,
    name_of,
    read_card,
    sha256_of,
)
from audio.speech.port import Passage

SENTENCE: Final = "Xin chào bà con. Đây là giọng đọc thử của loa phát thanh xã."
"""What a Vietnamese voice is tried with. Another one says its own name, which has letters at least."""
_LARGEST_MODEL: Final = 512 << 20
_LARGEST_CARD: Final = 1 << 20
_BLOCK: Final = 1 << 18
_TIMEOUTS_S: Final = (10.0, 60.0)
_REDIRECTS: Final = 5
_OK, _MOVED = 200, frozenset({301, 302, 303, 307, 308})

Told = Callable[[int], None]
"""Hears how many bytes of the model have come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What the operator asks for."""

    source: str
    """The file NAME.onnx, or its https address; its card stands beside it with `.json` behind the name."""
    card: str | None = None
    """Where the card is, when it is not there."""
    sha256: str | None = None
    """What the model's hash must be, from whoever published it."""
    name: str | None = None
    """By which it shall be known; None: as its file."""
    authorities: str | None = None
    """File of trusted certificates; None: the usual public ones."""


@dataclass(frozen=True, slots=True)
class Welcome:
    """The voice as it was installed, and what it said."""

    voice: PiperVoice
    said: Passage


def install(
    offer: Offer, folder: VoiceFolder, settings: PiperSettings, now: datetime, told: Told = lambda _bytes: None
) -> Welcome:
    """Install a voice.

    Raises:
        BadVoice: the pair is not whole, not a voice, or not what `sha256` says.
        SpeechFailed: it did not speak.
        FileExistsError: one of that name is installed.
        OSError: a file cannot be read or written, or an address not reached.
    """
    name = name_of(f"{offer.name}.onnx" if offer.name else _last_part(offer.source))
    if name in folder.names():
        raise FileExistsError(17, "a voice of this name is installed", name)
    with folder.draft() as draft:
        _bring(offer.card or _card_beside(offer.source), draft / CARD, _LARGEST_CARD, offer.authorities)
        card = read_card(draft / CARD)
        _bring(offer.source, draft / MODEL, _LARGEST_MODEL, offer.authorities, told)
        record = Installed(
            name=name,
            language=card.tag,
            rate=card.audio.sample_rate,
            length_scale=card.length_scale,
            model_sha256=_checked_hash(draft / MODEL, offer.sha256),
            card_sha256=sha256_of(draft / CARD),
            source=_shown(offer.source),
            at=now,
        )
        candidate = PiperVoice(draft, record)
        text = SENTENCE if card.tag == "vi" else name
        said = Piper(lambda: candidate, settings).speak(text, card.tag)
        return Welcome(folder.take(candidate), said)


def _checked_hash(model: Path, wanted: str | None) -> str:
    found = sha256_of(model)
    if wanted is not None and found != wanted.strip().lower():
        raise BadVoice(f"the SHA-256 of the model is {found}, not {wanted}")
    return found


def _bring(source: str, place: Path, largest: int, authorities: str | None, told: Told = lambda _bytes: None) -> None:
    with place.open("wb") as written:
        if "://" in source:
            _fetch(source, written, largest, authorities, told)
        else:
            _copy(Path(source), written, largest)


def _copy(path: Path, written: IO[bytes], largest: int) -> None:
    with path.open("rb") as read:
        if path.stat().st_size > largest:
            raise BadVoice(f"{path} is larger than {largest} bytes")
        shutil.copyfileobj(read, written, _BLOCK)


def _fetch(address: str, written: IO[bytes], largest: int, authorities: str | None, told: Told) -> None:
    """Fetch over https only, through at most a few redirections, which again lead to https only."""
    with requests.Session() as session:
        for _ in range(_REDIRECTS):
            if host_of(address) is None:
                raise BadVoice(f"{_shown(address)} is not an address of the form https://host/…")
            with session.get(
                address,
                timeout=_TIMEOUTS_S,
                verify=authorities or True,
                allow_redirects=False,
                stream=True,
                headers={"Accept-Encoding": "identity"},
            ) as answer:
                if answer.status_code == _OK:
                    _pour(answer, written, largest, told)
                    return
                if answer.status_code not in _MOVED:
                    raise BadVoice(f"{_shown(address)}: HTTP {answer.status_code}")
                address = urljoin(address, answer.headers.get("Location", ""))
    raise BadVoice(f"{_shown(address)}: too many redirections")


def _pour(answer: requests.Response, written: IO[bytes], largest: int, told: Told) -> None:
    come = 0
    for block in answer.iter_content(_BLOCK):
        come += len(block)
        if come > largest:
            raise BadVoice(f"larger than {largest} bytes")
        written.write(block)
        told(come)


def _last_part(source: str) -> str:
    return unquote(urlsplit(source).path).rpartition("/")[2] if "://" in source else Path(source).name


def _card_beside(source: str) -> str:
    """The card's name is the model's and `.json`; in an address it stands before the question mark."""
    if "://" not in source:
        return f"{source}.json"
    parts = urlsplit(source)
    return parts._replace(path=f"{parts.path}.json").geturl()


def _shown(source: str) -> str:
    """A source without what may be a key in its address."""
    return urlsplit(source)._replace(query="", fragment="").geturl() if "://" in source else source
