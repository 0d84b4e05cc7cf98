"""What `[[speech.https]]` may say: the files in docs/voices are read, and a value that cannot be meant is named."""

import msgspec
import pytest

from audio.speech.address import host_of
from audio.speech.https_description import HttpsVoice, Region, allowed
from tests.audio.speech.described import VOICES, described

GOOD: dict[str, object] = {
    "name": "tinh",
    "url": "https://giong.example/tts",
    "text": "{text}",
    "answer": {"kind": "audio"},
}
JOB = {
    "kind": "job",
    "id": "id",
    "status_url": "https://giong.example/{id}",
    "done": {"field": "state", "value": "done"},
    "field": "url",
    "hosts": ["giong.example"],
}
ADDRESS = {"kind": "address", "field": "data.url", "hosts": ["*.example"]}


def _read(**changes: object) -> HttpsVoice:
    return msgspec.convert({**GOOD, **changes}, HttpsVoice)


@pytest.mark.parametrize("name", sorted(path.stem for path in VOICES.glob("*.toml")))
def test_the_examples_are_read(name: str) -> None:
    voice = described(name)
    assert voice.name == name
    assert voice.voice_of(Region.NORTH) != voice.voice_of(Region.SOUTH)
    assert all(secret.file for secret in voice.secrets.values())


@pytest.mark.parametrize("answer", [GOOD["answer"], ADDRESS, JOB, {"kind": "base64", "field": "audio"}])
def test_every_kind_of_answer_is_read(answer: object) -> None:
    assert _read(answer=answer).answer


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "Tỉnh"}, "name"),
        ({"url": "http://giong.example/tts"}, "url"),
        ({"url": "https://me:secret@giong.example/tts"}, "url"),
        ({"url": "https://giong.example/{voice}"}, "url"),
        ({"url": "https://giong.example:99999/"}, "url"),
        ({"url": "https://giong.example/\r\nHost: other"}, "url"),
        ({"method": "DELETE"}, "method"),
        ({"method": "GET"}, "GET"),
        ({"languages": []}, "languages"),
        ({"languages": ["tiếng việt"]}, "languages"),
        ({"json": {"input": "{text}"}}, "only one of json, text"),
        ({"text": "xin chào"}, "{text}"),
        ({"headers": {"X": "{text}"}}, "headers"),
        ({"headers": {"X Y": "1"}}, "headers"),
        ({"headers": {"X": "{secret.key}"}}, "secrets has no 'key'"),
        ({"text": "{text}{txet}"}, "txet"),
        ({"text": "{text}{speed}"}, "speed"),
        ({"text": "{text}{voice}"}, "voice"),
        ({"voices": {"west": "a"}}, "voices"),
        ({"longest": 5}, "longest"),
        ({"passage_s": 0}, "passage_s"),
        ({"colour": "blue"}, "colour"),
        ({"secrets": {"key": {}}}, "file"),
        ({"secrets": {"key": {"file": "/a", "env": "B"}}}, "file"),
        ({"secrets": {"key": {"file": "a"}}}, "whole path"),
        ({"answer": {"kind": "picture"}}, "kind"),
        ({"answer": {"kind": "base64"}}, "field"),
        ({"answer": {"kind": "base64", "field": "a..b"}}, "answer"),
        ({"answer": {**ADDRESS, "hosts": []}}, "answer.hosts"),
        ({"answer": {**ADDRESS, "hosts": ["https://a.example"]}}, "answer.hosts"),
        ({"answer": {**ADDRESS, "hosts": ["*"]}}, "answer.hosts"),
        ({"answer": {**ADDRESS, "every_s": 0}}, "every_s"),
        ({"answer": {**JOB, "status_url": "https://giong.example/"}}, "status_url"),
        ({"answer": {**JOB, "status_url": "http://giong.example/{id}"}}, "status_url"),
    ],
)
def test_a_value_that_cannot_be_meant_is_named(changes: dict[str, object], told: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        _read(**changes)
    assert told in str(caught.value)


@pytest.mark.parametrize(
    ("host", "hosts", "holds"),
    [
        ("a.example", ("a.example",), True),
        ("A.EXAMPLE", ("a.example",), True),
        ("b.a.example", ("a.example",), False),
        ("b.a.example", ("*.a.example",), True),
        ("a.example", ("*.a.example",), False),
        ("evila.example", ("*.a.example",), False),
        ("a.example:8443", ("a.example",), False),
        ("a.example:8443", ("a.example:8443",), True),
    ],
)
def test_the_sound_is_fetched_from_named_hosts_only(host: str, hosts: tuple[str, ...], *, holds: bool) -> None:
    assert allowed(host, hosts) is holds


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://a.example/b?c", "a.example"),
        ("https://A.example:443/", "a.example"),
        ("https://a.example:8443/", "a.example:8443"),
        ("http://a.example/", None),
        ("file:///etc/passwd", None),
        ("https://user@a.example/", None),
        ("https://a.example:x/", None),
        ("https://[::1", None),
        ("//a.example/", None),
        ("", None),
    ],
)
def test_the_host_of_an_address(url: str, host: str | None) -> None:
    assert host_of(url) == host
