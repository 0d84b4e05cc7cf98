"""What fuzzing has found, one test for each: inputs that once ended in a failure of our own instead of a refusal."""

import json
from pathlib import Path

import pytest

from audio import ogg_opus
from controller import config as desk_config
from controller.adapters.broker.accounts import AccountsUnreadable, read_accounts
from controller.web.api.requests import Unreadable, read_say
from controller.web.sign_in import kept
from edge import config as unit_config
from tests.fuzz.office import DESKS, from_a_unit
from tests.fuzz.unit import desk

DEEP = b"[" * 100_000
NOT_UTF8 = b'{"text":"\xff\xfe"}'
LONG_NUMBER = b"9" * 5000


@pytest.mark.parametrize("body", [NOT_UTF8, b"\xff", b'{"text":' + DEEP, DEEP, b'{"text":"a","repeat":' + LONG_NUMBER])
def test_a_request_that_is_no_text_is_the_programs_fault(body: bytes):
    with pytest.raises(Unreadable):
        read_say(body)


@pytest.mark.parametrize("toml", [b"\xff", b"a=" + b"[" * 5000, b"port=" + LONG_NUMBER])
def test_a_configuration_that_is_no_toml_stops_the_start_with_a_message(tmp_path: Path, toml: bytes):
    (tmp_path / desk_config.FILE).write_bytes(toml)
    with pytest.raises(desk_config.BadConfiguration):
        desk_config.read_config(tmp_path)
    (tmp_path / "unit.toml").write_bytes(toml)
    with pytest.raises(unit_config.BadConfiguration):
        unit_config.read(tmp_path / "unit.toml", simulate=True)


@pytest.mark.parametrize("url", ["http://[", "https://a:99999", "https://a:x", "https://", "https://a:0"])
def test_an_address_that_no_browser_reaches_stops_the_start_with_a_message(tmp_path: Path, url: str):
    (tmp_path / desk_config.FILE).write_text(f'[web]\npublic_url = "{url}"\n', "utf-8")
    with pytest.raises(desk_config.BadConfiguration, match="public_url"):
        desk_config.read_config(tmp_path)


@pytest.mark.parametrize("content", [b'{"version":1,"accounts":[{"user":"\xff"}]}', b'{"x":' + DEEP, b"\xff"])
def test_accounts_that_are_no_text_are_unreadable(tmp_path: Path, content: bytes):
    (tmp_path / "accounts").write_bytes(content)
    with pytest.raises(AccountsUnreadable):
        read_accounts(tmp_path / "accounts")


def test_words_that_ride_along_may_be_nested_without_end():
    assert kept._read("[" * 90_000) == {}


def test_a_clip_without_a_last_page_has_no_length(tmp_path: Path):
    head = b"OggS" + bytes(24) + b"OpusHead" + bytes(11)
    clip = tmp_path / "clip.opus"
    clip.write_bytes(head + b"\xff" * (200 * 1024))
    with pytest.raises(ogg_opus.NotOggOpus):
        ogg_opus.frames(clip)


def test_a_broadcast_until_the_end_of_time_does_not_end_the_unit():
    """Rightly signed: `not_after` and the time to remember it were once added up, and the process ended, and again."""
    item = '{"clip": "' + "0" * 63 + '1", "size": 1000, "duration_ms": 10000}'
    endless = f"""{{"commune": "vi-huong", "unit": "khau-bang", "epoch": 1, "version": 1, "volume": 70,
        "issued_at": "2026-11-22T22:00:00Z", "until": "9999-12-31T23:59:59.999999Z", "broadcasts": [{{"id": "b-1",
        "start": "2026-11-22T22:01:00Z", "not_after": "9999-12-31T23:59:59.999999Z", "class": "routine",
        "status": "actual", "title": "", "items": [{item}]}}], "cancelled": ["b-1"]}}"""
    desk(f'[["programme", {endless}], ["store", 1], ["pass", 100], ["programme", {endless}]]'.encode())


@pytest.mark.parametrize("number", [2**53, 2**63, 2**70])
def test_a_receipts_number_that_sqlite_cannot_hold_does_not_end_the_controller(number: int):
    try:
        from_a_unit(
            b"receipt\n"
            + json.dumps(
                {
                    "commune": "vi-huong",
                    "unit": "cum-a",
                    "journal": "j-1",
                    "receipts": [
                        {"number": number, "at": "2026-11-22T22:00:00Z", "clock": "trusted", "stage": "stored"}
                    ],
                }
            ).encode()
        )
    finally:
        DESKS.close()
