"""A key is revoked while what it asked for sounds; and what then still may sound."""

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from loalang.demo.commune import Login
from protocol.keys import SigningKey
from schedules.vocabulary import BroadcastClass
from tests.edge.desk import play_now, sitting
from tests.fakes.clips import tone
from tests.faults.office import Office, office
from tests.faults.village import in_s, village
from tests.system.waiting import eventually

LONG = tone(9000)


@pytest.mark.beside(seconds=10)
def test_a_sound_from_a_revoked_schedule_key_falls_silent_and_its_plan_is_dropped(folder: Path) -> None:
    with village(folder) as here:
        desk = here.desk
        here.begin(LONG, tone())
        thief = desk.schedule
        desk.by_schedule_key(desk.planned(sitting("planned", in_s(4), tone())), retain=True)
        desk.await_receipt("stored", "planned")
        desk.by_schedule_key(play_now("o-1", sitting("playing", in_s(0), LONG)))
        desk.await_receipt("started", "playing")
        desk.schedule = SigningKey.generate()
        desk.delegate()
        assert desk.await_receipt("interrupted", "playing").reason == "key-revoked"
        new, desk.schedule = desk.schedule, thief
        desk.by_schedule_key(play_now("o-2", sitting("stolen", in_s(0), tone())))
        here.unit.await_line("message-refused", "kind=order", "reason=unknown-key")
        desk.schedule = new
        desk.by_schedule_key(desk.planned(sitting("right", in_s(2), tone())), retain=True)
        desk.await_settled("right")
        here.judge()
        assert {sound.broadcast for sound in here.unit.evidence().sounds} == {"playing", "right"}
        assert here.unit.evidence().heard_ms("playing") < LONG.duration_ms


@pytest.mark.beside(seconds=10)
def test_an_emergency_goes_on_while_the_schedule_key_is_revoked(folder: Path) -> None:
    with village(folder) as here:
        siren = tone(3000, 1500)
        here.begin(siren)
        flood = sitting("flood", in_s(0), siren, class_=BroadcastClass.EMERGENCY)
        here.desk.order(play_now("o-1", flood, {siren.hash: siren.data}))
        here.desk.await_receipt("started", "flood")
        here.desk.schedule = SigningKey.generate()
        here.desk.delegate()
        here.unit.await_line("delegation-accepted", times=2)
        here.desk.await_settled("flood")
        here.judge()
        assert here.desk.stages("flood")[-1] == "finished"


@pytest.mark.beside(seconds=8)
def test_the_schedule_key_starts_no_emergency(folder: Path) -> None:
    """Neither by an order, nor hidden in a programme, nor as a test that claims to be none."""
    with village(folder) as here:
        siren = tone(500, 1500)
        here.begin(siren, tone())
        flood = sitting("flood", in_s(0), siren, class_=BroadcastClass.EMERGENCY)
        order = play_now("o-1", flood, {siren.hash: siren.data})
        here.desk.by_schedule_key(order)
        here.desk.by_schedule_key(replace(order, class_=BroadcastClass.ROUTINE))
        here.desk.by_schedule_key(here.desk.planned(flood))
        here.unit.await_line("message-refused", "reason=role", times=3)
        here.desk.by_schedule_key(play_now("o-2", sitting("news", in_s(0), tone())))
        here.desk.await_settled("news")
        here.judge()
        assert [sound.broadcast for sound in here.unit.evidence().sounds] == ["news"]


def keys(here: Office, *words: str) -> None:
    """What a technician types while the controller runs."""
    command = [sys.executable, "-m", "loalang", "keys", *words, "--data", str(here.places.controller)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 0, told.stderr


@pytest.mark.beside(seconds=60)
def test_a_commune_rotates_its_schedule_key_in_the_middle_of_a_broadcast(folder: Path) -> None:
    """The old key's sound falls silent within a roll (20 s) and a little, and the next bulletin is heard."""
    with office(folder) as here:
        playing = here.desk.say("Bản tin rất dài. " * 40, to=[]).broadcast
        here.await_stages(playing, "started")
        passphrase = folder / "passphrase"
        passphrase.write_text(Login.load(here.places).root_passphrase)
        root = ["--root", str(here.places.root_key), "--passphrase-file", str(passphrase)]
        keys(here, "rotate", "schedule", "--yes", *root)
        here.await_stages(playing, "interrupted")
        (target,) = here.desk.broadcast(playing)["targets"]
        assert target["reason"] == "key-revoked"
        after = here.desk.say("Bản tin sau.", to=[]).broadcast
        here.await_stages(after, "finished")
        here.judge()


@pytest.mark.beside(seconds=40)
def test_a_unit_whose_key_is_revoked_while_it_plays_claims_nothing_more(folder: Path) -> None:
    """It plays to its end, for its plan is rightly signed; but nothing that it says afterwards is believed."""
    with office(folder) as here:
        playing = here.desk.say("Bản tin dài. " * 20, to=[]).broadcast
        here.await_stages(playing, "started")
        keys(here, "revoke", "--unit", here.units[0].id)
        assert not here.unit.said("receipt-finished"), "it was over before the key was revoked"
        eventually(lambda: here.unit.said("receipt-finished") == 1, what="the end of the sound")
        eventually(lambda: here.evidence().relay_is_off, what="relay off")
        assert not [receipt for receipt in here.receipts() if receipt.stage == "finished"]
        assert here.stages(playing) != {"finished"}
        eventually(lambda: {card["health"] for card in here.desk.units()} <= {"lost", "revoked"}, what="not in contact")
