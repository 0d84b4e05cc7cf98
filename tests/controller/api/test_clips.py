"""Clips are served whole or in part, to be kept for ever, and nothing else is."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from audio.clip import ClipStore
from controller.web.clips import clips_blueprint

CONTENT = bytes(range(256)) * 40


@pytest.fixture
def clip(tmp_path: Path) -> str:
    source = tmp_path / "source"
    source.write_bytes(CONTENT)
    return ClipStore(tmp_path / "clips").add(source)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[FlaskClient]:
    app = Flask("test")
    app.register_blueprint(clips_blueprint(ClipStore(tmp_path / "clips")))
    with app.test_client() as found:
        yield found


def test_a_clip_is_served_whole_and_may_be_kept_for_ever(client, clip):
    answer = client.get(f"/clips/{clip}", buffered=True)
    assert (answer.status_code, answer.data) == (200, CONTENT)
    assert answer.mimetype == "audio/ogg"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert {"public", "immutable", "max-age=31536000"} <= set(answer.headers["Cache-Control"].split(", "))
    assert clip in answer.headers["ETag"]


def test_a_broken_download_is_resumed(client, clip):
    answer = client.get(f"/clips/{clip}", headers={"Range": "bytes=10000-", "If-Range": f'"{clip}"'}, buffered=True)
    assert (answer.status_code, answer.data) == (206, CONTENT[10_000:])
    assert answer.headers["Content-Range"] == f"bytes 10000-{len(CONTENT) - 1}/{len(CONTENT)}"


def test_a_resumption_of_another_content_starts_again(client, clip):
    answer = client.get(f"/clips/{clip}", headers={"Range": "bytes=10000-", "If-Range": '"other"'}, buffered=True)
    assert (answer.status_code, answer.data) == (200, CONTENT)


def test_a_range_beyond_the_end_is_refused(client, clip):
    assert client.get(f"/clips/{clip}", headers={"Range": "bytes=99999-"}, buffered=True).status_code == 416


def test_what_the_browser_holds_is_not_sent_again(client, clip):
    assert client.get(f"/clips/{clip}", headers={"If-None-Match": f'"{clip}"'}, buffered=True).status_code == 304


@pytest.mark.parametrize("name", ["0" * 64, "x", "..%2f..%2fetc%2fpasswd", "", "0" * 63 + "G"])
def test_anything_else_is_not_found(client, clip, name):
    assert client.get(f"/clips/{name}").status_code == 404
