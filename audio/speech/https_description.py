"""A speech service, described: what is sent to it and what it answers. The words of `[[speech.https]]`.

Services for Vietnamese speak alike and yet each in its own way; a description in the configuration is enough to use a
new one. A value that cannot be meant is refused with the name of its key when the configuration is read.
"""

import re
import string
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from msgspec import Meta, Struct

from audio.speech.address import host_of
from audio.speech.language import is_tag
from audio.speech.template import KEYED, PLACES, Value, places_in

Seconds = Annotated[float, Meta(gt=0, le=600)]
NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
_FIELD = re.compile(r"[^.\s]+(\.[^.\s]+)*")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")
_HOST = re.compile(r"(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?")
_PRINTABLE = frozenset(string.printable) - frozenset("\t\n\r\x0b\x0c")
_SOUND_TYPES = ("audio/", "application/octet-stream", "binary/octet-stream")
_ID = "id"


class Region(StrEnum):
    """How Vietnamese is spoken; a voice may come from one of its three regions."""

    NORTH = "north"
    CENTRAL = "central"
    SOUTH = "south"


class Secret(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a key is read from, each time it is needed. It is never kept and never written down."""

    file: str | None = None
    """A file that only its owner can read; its first line counts."""
    env: str | None = None
    """A variable of the environment."""

    def __post_init__(self) -> None:
        """Refuse two places, or none."""
        if (self.file is None) == (self.env is None):
            raise ValueError("a secret comes from `file` or from `env`")
        if self.file is not None and not self.file.startswith("/"):
            raise ValueError(f"file: {self.file!r} is not a whole path, beginning with /")


class Match(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a field of an answer says when all is well."""

    field: str
    value: str | bool | int


class AudioAnswer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="audio"):
    """The answer is the sound."""

    types: tuple[str, ...] = _SOUND_TYPES
    """How the content types of sound begin."""


class Base64Answer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="base64"):
    """The answer is JSON, and one of its fields is the sound in base64."""

    field: str
    ok: Match | None = None


class AddressAnswer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="address"):
    """The answer is JSON and names an https address at which the sound will stand before long."""

    field: str
    hosts: tuple[str, ...]
    """From which the sound may be fetched: "file.example.vn", or "*.example.vn" for all hosts under it."""
    ok: Match | None = None
    types: tuple[str, ...] = _SOUND_TYPES
    every_s: Seconds = 1.0
    until_s: Seconds = 120.0


class JobAnswer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind", tag="job"):
    """The answer is JSON and gives a number under which one asks until the sound is ready, and then its address."""

    id: str
    """The field with the number."""
    status_url: str
    """Where to ask, with {id} in it; with the same headers as the question."""
    done: Match
    field: str
    """The field with the sound's address, once it is done."""
    hosts: tuple[str, ...]
    failed: tuple[str | int, ...] = ()
    """What the field of `done` says when there will be no sound."""
    ok: Match | None = None
    types: tuple[str, ...] = _SOUND_TYPES
    every_s: Seconds = 1.0
    until_s: Seconds = 120.0


AnswerKind = AudioAnswer | Base64Answer | AddressAnswer | JobAnswer


class HttpsVoice(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One service. Of `json`, `form`, `text` and a `query` with {text}, it takes the text in one."""

    name: str
    """By which it stands in `speech.order`, and by which the officer knows it."""
    url: str
    answer: AnswerKind
    method: Annotated[str, Meta(pattern="^(GET|POST|PUT)$")] = "POST"
    languages: tuple[str, ...] = ("vi",)
    voice: str = ""
    voices: dict[Region, str] = {}
    """The voice for each region, in place of `voice`."""
    speed: Value | None = None
    """As the service counts it."""
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    json: dict[str, Any] | None = None
    form: dict[str, str] | None = None
    text: str | None = None
    secrets: dict[str, Secret] = {}
    longest: Annotated[int, Meta(ge=20, le=10_000)] = 500
    """Characters in one request; longer passages are cut where a reader would breathe."""
    between_s: Annotated[float, Meta(ge=0, le=60)] = 0.5
    """Pause between two requests."""
    connect_s: Seconds = 5.0
    read_s: Seconds = 30.0
    passage_s: Seconds = 180.0
    ca: str | None = None
    """File of trusted certificates, for a service of the province's own; None: the usual public ones."""

    def __post_init__(self) -> None:
        """Refuse, by the name of the key, what the service could not be asked with."""
        self._check_name()
        self._check_url("url", self.url)
        self._check_body()
        self._check_places()
        for header in self.headers:
            self._demand(_HEADER.fullmatch(header), f"headers: {header!r} is no name of a header")
        self._check_answer()

    @property
    def asks_for_voice(self) -> bool:
        """Whether the name of a voice stands anywhere in what is sent."""
        return "voice" in set(places_in([self.headers, self.query, self.json, self.form, self.text]))

    def voice_of(self, region: Region) -> str:
        """The voice for a region, or the one voice."""
        return self.voices.get(region, self.voice)

    def _check_name(self) -> None:
        self._demand(NAME.fullmatch(self.name), f"name: {self.name!r} is not of the form a-z, 0-9, -")
        self._demand(self.languages, "languages: at least one is needed")
        for tag in self.languages:
            self._demand(is_tag(tag), f"languages: {tag!r} is no language tag")

    def _check_url(self, key: str, url: str) -> None:
        plain = host_of(url) and all(sign in _PRINTABLE for sign in url)
        self._demand(plain, f"{key}: {url!r} is not an address of the form https://host")

    def _check_body(self) -> None:
        bodies = [name for name in ("json", "form", "text") if getattr(self, name) is not None]
        self._demand(len(bodies) <= 1, f"only one of {', '.join(bodies)} can be sent")
        self._demand(not bodies or self.method != "GET", f"{''.join(bodies)}: a GET has no body")

    def _check_places(self) -> None:
        sent = (self.query, self.json, self.form, self.text)
        found = {name for part in sent for name in places_in(part)}
        self._demand("text" in found, "{text} stands nowhere in json, form, text or query")
        self._demand("text" not in set(places_in(self.headers)), "headers: {text} cannot stand in a header")
        self._demand(not list(places_in(self.url)), "url: values stand in query, not in the address")
        for name in sorted(found | set(places_in(self.headers))):
            self._check_place(name)

    def _check_place(self, name: str) -> None:
        if name.startswith(KEYED):
            known = name.removeprefix(KEYED) in self.secrets
            self._demand(known, f"{{{name}}}: secrets has no {name.removeprefix(KEYED)!r}")
            return
        self._demand(name in PLACES, f"{{{name}}} is none of {', '.join(PLACES)}, {KEYED}…")
        self._demand(name != "speed" or self.speed is not None, "{speed} is used, but speed is not given")
        self._demand(name != "voice" or self.voice or self.voices, "{voice} is used, but voice is not given")

    def _check_answer(self) -> None:
        answer = self.answer
        for path in _paths(answer):
            self._demand(_FIELD.fullmatch(path), f"answer: {path!r} is no path of fields")
        if isinstance(answer, AddressAnswer | JobAnswer):
            self._demand(answer.hosts, "answer.hosts: at least one is needed")
            for host in answer.hosts:
                self._demand(_HOST.fullmatch(host), f"answer.hosts: {host!r} is no name of a host")
        if isinstance(answer, JobAnswer):
            self._check_url("answer.status_url", answer.status_url.replace("{id}", _ID))
            self._demand(list(places_in(answer.status_url)) == [_ID], "answer.status_url: {id} stands in it once")

    def _demand(self, holds: object, what: str) -> None:
        if not holds:
            raise ValueError(f"{self.name!r}: {what}")


def _paths(answer: AnswerKind) -> list[str]:
    matches = [getattr(answer, name, None) for name in ("ok", "done")]
    fields = [getattr(answer, name, None) for name in ("field", "id")]
    return [match.field for match in matches if match] + [path for path in fields if path is not None]


def allowed(host: str, hosts: tuple[str, ...]) -> bool:
    """Whether the sound may be fetched from this host (with its port, when that is not 443)."""
    host = host.lower()
    return any(host.endswith(one[1:]) if one.startswith("*.") else host == one for one in hosts)


def values_of(
    described: HttpsVoice, region: Region, language: str, text: str, keys: Mapping[str, str]
) -> dict[str, Value]:
    """What is put in the places of a description."""
    return {
        "text": text,
        "voice": described.voice_of(region),
        "speed": "" if described.speed is None else described.speed,
        "language": language,
        **{f"{KEYED}{name}": key for name, key in keys.items()},
    }
