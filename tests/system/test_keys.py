"""Keys on real processes: a rotation and a recovery that nobody hears, an emergency that needs its code, a stop that
needs none."""

import http.cookiejar
import json
import re
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from loalang.demo.commune import Login
from loalang.desk_client import DeskRefused
from loalang.keys import main as keys
from tests.system.conftest import Commune
from tests.system.waiting import eventually


def run(commune: Commune, *words: str) -> None:
    """A command of `loalang keys` with the root key from where the demonstration has put it."""
    places = commune.places
    secret = places.root / "secret"
    secret.write_text(Login.load(places).root_passphrase, "utf-8")
    root = ["--root", str(places.root_key), "--passphrase-file", str(secret)]
    assert keys([words[0], "--data", str(places.controller), *words[1:], *root]) == 0
    secret.unlink()


def await_held(commune: Commune) -> None:
    """Every unit reports the newest delegation and the newest programme."""
    eventually(
        lambda: all(unit["delegation_held"] and unit["programme_held"] for unit in commune.desk.units()),
        what="every unit holds delegation and programme",
        patience_s=90,
    )


def await_serial(commune: Commune, serial: int) -> None:
    eventually(lambda: commune.desk.health()["delegation"] == serial, what=f"delegation {serial}", patience_s=60)
    await_held(commune)


def heard_everywhere(commune: Commune, text: str) -> None:
    sent = commune.desk.say(text, to=[])
    eventually(lambda: commune.stages(sent.broadcast) == {"finished"}, what=f"{text!r} everywhere", patience_s=90)


def test_a_rotated_schedule_key_reaches_the_units_and_they_go_on_playing(commune: Commune) -> None:
    await_held(commune)
    serial = commune.desk.health()["delegation"]
    run(commune, "rotate", "schedule")
    await_serial(commune, serial + 1)
    heard_everywhere(commune, "Mời bà con đi họp.")


def test_an_emergency_needs_its_code_and_a_stop_needs_none(commune: Commune) -> None:
    text = "Lũ đang về, mời bà con lên chỗ cao ngay. " * 12
    unit = commune.stage.units[0].id
    with pytest.raises(DeskRefused):
        commune.desk.say(text, to=[unit], class_="emergency")
    with pytest.raises(DeskRefused):
        commune.desk.unlock_emergency("sai-sai-sai-sai")
    commune.desk.unlock_emergency(Login.load(commune.places).emergency_code)
    sent = commune.desk.say(text, to=[unit], class_="emergency")
    eventually(lambda: "started" in commune.stages(sent.broadcast), what="the emergency sounds", patience_s=60)
    commune.desk.lock_emergency()
    stop(commune)
    eventually(
        lambda: [target["reason"] for target in commune.targets(sent.broadcast)] == ["cancelled"],
        what="the emergency is taken back",
        patience_s=30,
    )


def stop(commune: Commune) -> None:
    """Press "stop everything" on the officer's page."""
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def post(path: str, **fields: str) -> str:
        data = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(commune.desk.url + path, data, {"Referer": commune.desk.url + "/"})
        with browser.open(request, timeout=15) as answer:
            return str(answer.read().decode())

    def token() -> str:
        with browser.open(commune.desk.url + "/", timeout=15) as answer:
            found = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
        assert found is not None
        return found[1]

    login = Login.load(commune.places)
    post("/dang-nhap", name=login.name, password=login.password, csrf_token=token())
    post("/dung-phat", csrf_token=token())


def test_a_recovery_ends_an_epoch_and_nobody_notices_at_the_loudspeaker(commune: Commune, tmp_path: Path) -> None:
    serial = commune.desk.health()["delegation"]
    run(commune, "recover", "--to", str(tmp_path / "stick"))
    await_serial(commune, serial + 1)
    heard_everywhere(commune, "Loa vẫn nói.")
    assert {path.name for path in (tmp_path / "stick").glob("programme-*")} == {
        f"programme-{unit.id}.loalang" for unit in commune.stage.units
    }


def test_caps_reach_the_units_and_the_desk_says_them_before_it_is_too_late(commune: Commune) -> None:
    serial = commune.desk.health()["delegation"]
    run(commune, "caps", "--hours", "03:15-03:16", "--length", "60s")
    await_serial(commune, serial + 1)
    with pytest.raises(DeskRefused) as error:
        commune.desk.say("Mời bà con đi họp. " * 40, to=[])
    assert error.value.lines
    run(commune, "caps", "--hours", "00:00-24:00", "--length", "60m")
    await_serial(commune, serial + 2)


def test_the_demonstration_keeps_its_root_key_off_the_controller(commune: Commune) -> None:
    places = commune.places
    assert not (places.controller / "keys" / "root.key").exists()
    assert places.root_key.exists()
    assert json.loads(places.login.read_text())["emergency_code"]
