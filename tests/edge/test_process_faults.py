"""A real unit process when things go wrong: what it hears, what it is told, and what is done to it."""

import contextlib
import sqlite3
import subprocess
import sys
import wave
from datetime import UTC, datetime, timedelta

import pytest

from protocol.envelope import LIMITS, seal
from protocol.keys import decode_bytes
from protocol.messages import Cancel, Caps, Order, Stop
from protocol.names import BroadcastId, DiskHealth, Kind, OrderId, Role
from protocol.topics import ONLINE, Leaf
from schedules.vocabulary import BroadcastClass
from tests.edge.conftest import Village
from tests.edge.desk import COMMUNE, UNIT, Mosquitto, UnitProcess, play_now, sitting
from tests.fakes.clips import tone


def in_s(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


def begin(village: Village, *clips) -> None:
    village.clips.files = {clip.hash: clip.data for clip in clips}
    village.unit.start()
    village.desk.await_availability(ONLINE)


def seconds(path) -> float:
    with wave.open(str(path)) as file:
        return file.getnframes() / file.getframerate()


def order(name: str, act, class_: BroadcastClass = BroadcastClass.ROUTINE) -> Order:
    now = datetime.now(UTC)
    return Order(
        id=OrderId(name),
        commune=COMMUNE,
        targets=(UNIT,),
        issued_at=now,
        not_before=now,
        not_after=now + timedelta(minutes=5),
        class_=class_,
        act=act,
    )


def test_play_now_is_heard_with_its_clip_from_the_network(village: Village):
    begin(village, tone())
    village.desk.order(play_now("o-1", sitting("now", in_s(0), tone())))
    village.desk.await_receipt("applied", order="o-1")
    village.desk.await_receipt("finished", "now")
    assert len(village.unit.wavs()) == 1


def test_an_emergency_with_its_clip_inside_needs_one_message(village: Village):
    begin(village)
    clip = tone()
    broadcast = sitting("flood", in_s(0), clip, class_=BroadcastClass.EMERGENCY)
    village.desk.order(play_now("o-1", broadcast, {clip.hash: clip.data}))
    village.desk.await_receipt("finished", "flood")
    assert village.clips.asked == []


def test_stop_silences_at_once_and_the_file_says_where(village: Village):
    long = tone(8000)
    begin(village, long)
    village.desk.order(play_now("o-1", sitting("now", in_s(0), long)))
    village.desk.await_receipt("started", "now")
    village.desk.order(order("o-2", Stop()))
    stopped = village.desk.await_receipt("interrupted", "now")
    assert stopped.reason == "stopped"
    (path,) = village.unit.wavs()
    assert seconds(path) < 7
    assert abs(seconds(path) - stopped.played_ms / 1000) < 0.1
    assert village.unit.relay() == ["off", "on", "off"]


def test_cancel_of_what_sounds_stops_it(village: Village):
    long = tone(8000)
    begin(village, long)
    village.desk.order(play_now("o-1", sitting("now", in_s(0), long)))
    village.desk.await_receipt("started", "now")
    village.desk.order(order("o-2", Cancel(broadcasts=(BroadcastId("now"),))))
    assert village.desk.await_receipt("interrupted", "now").reason == "cancelled"


def test_an_emergency_interrupts_and_the_routine_resumes(village: Village):
    long, siren = tone(3000, 700), tone(500, 1500)
    begin(village, long, siren)
    village.desk.order(play_now("o-1", sitting("news", in_s(0), long)))
    village.desk.await_receipt("started", "news")
    village.desk.order(play_now("o-2", sitting("flood", in_s(0), siren, class_=BroadcastClass.EMERGENCY)))
    village.desk.await_receipt("finished", "news")
    assert village.desk.stages("news")[-3:] == ["interrupted", "resumed", "finished"]
    assert village.desk.stages("flood")[-2:] == ["started", "finished"]
    assert village.unit.relay() == ["off", *["on", "off"] * 3]


def test_killed_while_playing_it_says_restarted_and_does_not_play_it_again(village: Village):
    long = tone(8000)
    begin(village, long)
    village.desk.order(play_now("o-1", sitting("now", in_s(0), long)))
    village.desk.await_receipt("started", "now")
    village.unit.kill()
    assert village.unit.relay()[-1] == "on"
    (path,) = village.unit.wavs()
    assert 0 < seconds(path) < 8
    village.unit.start()
    interrupted = village.desk.await_receipt("interrupted", "now")
    assert interrupted.reason == "restarted"
    assert village.unit.relay()[-1] == "off"
    village.desk.await_state(lambda state: state.pending_receipts == 0 and state.playing is None)
    assert len(village.unit.wavs()) == 1
    assert sorted(village.desk.receipts) == list(range(1, len(village.desk.receipts) + 1))


def test_asked_to_end_while_playing_it_falls_silent_first(village: Village):
    long = tone(8000)
    begin(village, long)
    village.desk.order(play_now("o-1", sitting("now", in_s(0), long)))
    village.desk.await_receipt("started", "now")
    assert village.unit.stop() == 0
    assert village.unit.relay() == ["off", "on", "off"]
    village.desk.await_availability(b"offline")
    village.unit.start()
    interrupted = village.desk.await_receipt("interrupted", "now")
    assert interrupted.reason == "restarted"
    assert interrupted.played_ms > 0


@pytest.mark.parametrize("bad", ["signature", "malformed", "oversized", "stranger"])
def test_a_bad_message_is_counted_and_the_next_good_one_obeyed(village: Village, bad: str):
    clip = tone()
    begin(village, clip)
    desk = village.desk
    good = desk.sealed(play_now("o-1", sitting("bad", in_s(0), clip)))
    messages = {
        "signature": good.replace(b"Th", b"th"),
        "malformed": b"\xff\x00 not an envelope",
        "oversized": good + b" " * LIMITS[Kind.ORDER],
        "stranger": desk.sealed(play_now("o-1", sitting("bad", in_s(0), clip)), stranger=True),
    }
    desk.send(Leaf.ORDER, messages[bad])
    village.unit.await_line("message-refused", "kind=order")
    desk.order(play_now("o-2", sitting("good", in_s(0), clip)))
    desk.await_receipt("finished", "good")
    state = desk.await_state(lambda state: state.refused == 1)
    reasons = {"signature": "signature", "malformed": "malformed", "oversized": "size", "stranger": "unknown-key"}
    assert state.last_refusal == f"order: {reasons[bad]}"
    assert desk.stages("bad") == []
    assert len(village.unit.wavs()) == 1


def test_a_recorded_order_sent_again_does_nothing(village: Village):
    clip = tone()
    begin(village, clip)
    recorded = village.desk.order(play_now("o-1", sitting("now", in_s(0), clip)))
    village.desk.await_receipt("finished", "now")
    village.desk.send(Leaf.ORDER, recorded)
    village.unit.await_line("order-repeated", "order=o-1")
    assert len(village.unit.wavs()) == 1


def test_an_older_programme_sent_again_does_nothing(village: Village):
    clip = tone()
    begin(village, clip)
    old = village.desk.programme(sitting("old", in_s(60), clip))
    village.desk.programme(sitting("new", in_s(90), clip))
    village.desk.await_receipt("stored", "new")
    village.desk.send(Leaf.PROGRAMME, old, retain=True)
    village.unit.await_line("message-refused", "reason=replayed")
    assert village.desk.await_state(lambda state: state.programme is not None).programme == 2


def test_without_a_broker_at_its_start_it_waits_says_so_and_plays_its_own_timetable(village: Village):
    clip = tone()
    begin(village, clip)
    village.desk.programme(sitting("later", in_s(4), clip))
    village.desk.await_receipt("stored", "later")
    village.unit.stop()
    village.desk.close()
    village.broker.close()
    village.unit.lines.clear()
    village.unit.start()
    village.unit.await_line("broker-not-reached", "again_in_s")
    village.unit.await_line("receipt-finished", "broadcast=later")
    assert len(village.unit.wavs()) == 1
    again = Mosquitto(village.unit.folder / "broker", village.broker.port)
    try:
        with village.another_desk() as desk:
            desk.await_receipt("finished", "later")
            assert sorted(desk.receipts) == list(range(min(desk.receipts), max(desk.receipts) + 1))
    finally:
        again.close()


def test_receipts_wait_for_a_controller_that_is_away(village: Village):
    clip = tone()
    begin(village, clip)
    village.desk.acknowledge = False
    village.desk.programme(sitting("now", in_s(1), clip))
    village.desk.await_receipt("finished", "now")
    village.unit.stop()
    village.unit.start()
    village.unit.await_line("booted", "receipts=3")


def test_a_clip_that_comes_late_makes_it_late_and_a_download_that_breaks_off_is_resumed(village: Village):
    clip = tone(3000)
    village.clips.cut_after = len(clip.data) // 3
    begin(village, clip)
    village.desk.programme(sitting("now", in_s(0.5), clip))
    village.unit.await_line("clip-failed")
    village.clips.cut_after = None
    village.desk.await_receipt("finished", "now")
    assert village.clips.asked[-1] == (clip.hash, f"bytes={len(clip.data) // 3}-")


def test_a_server_that_lies_is_found_out_and_nothing_sounds(village: Village):
    clip, other = tone(400, 700), tone(400, 1500)
    village.clips.files = {clip.hash: other.data}
    village.unit.start()
    village.desk.await_availability(ONLINE)
    village.desk.programme(sitting("now", in_s(0.5), clip, grace_s=2))
    assert village.desk.await_receipt("skipped", "now").reason == "clip-missing"
    assert village.unit.wavs() == []
    assert "on" not in village.unit.relay()


def test_a_clip_that_cannot_be_read_is_said_so(village: Village):
    broken = type(tone())(b"OggS is how it begins" * 50, 400)
    begin(village, broken)
    village.desk.programme(sitting("now", in_s(1), broken))
    assert village.desk.await_receipt("failed", "now").reason == "unreadable-clip"
    assert "on" not in village.unit.relay()


def test_an_unknown_error_ends_the_process_with_the_relay_off(village: Village):
    long = tone(8000)
    begin(village, long)
    village.desk.order(play_now("o-1", sitting("now", in_s(0), long)))
    village.desk.await_receipt("started", "now")
    with contextlib.closing(sqlite3.connect(village.unit.data / "memory.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        village.desk.order(order("o-2", Stop()))
        assert village.unit.await_exit() == 70
    assert village.unit.relay() == ["off", "on", "off"]
    village.unit.start()
    assert village.desk.await_receipt("interrupted", "now").reason == "restarted"


def test_a_damaged_memory_is_set_aside_and_a_new_journal_begun(village: Village):
    begin(village, tone())
    village.unit.stop()
    (village.unit.data / "memory.sqlite3").write_bytes(b"not a database any more" * 1000)
    village.unit.start()
    village.unit.await_line("memory-was-damaged", "set_aside=")
    village.desk.programme(sitting("b-1", in_s(0.5), tone()))
    village.desk.await_receipt("finished", "b-1")


def test_a_bad_configuration_stops_the_start_with_its_key(village: Village):
    unit: UnitProcess = village.unit
    unit.config.write_text(unit.config.read_text().replace("settle_ms = 100", "settle_ms = 99000"))
    unit.start()
    unit.await_line("relay.settle_ms")
    assert unit.await_exit() == 78


def test_the_key_comes_before_the_configuration_and_stays_the_same(tmp_path):
    command = [sys.executable, "-m", "edge", "init", "--data", str(tmp_path / "unit")]
    first, second = (subprocess.run(command, check=True, capture_output=True, text=True).stdout for _ in range(2))
    assert len(decode_bytes(first.strip(), 32)) == 32
    assert first == second
    assert (tmp_path / "unit" / "unit.key").stat().st_mode & 0o077 == 0


# ---- keys, the clock, and a disk that cannot be read


def test_a_key_that_is_revoked_while_its_broadcast_sounds_silences_it(village: Village):
    long = tone(8000)
    begin(village, long)
    desk = village.desk
    desk.send(Leaf.ORDER, seal(play_now("o-1", sitting("now", in_s(0), long)), desk.schedule))
    desk.await_receipt("started", "now")
    desk.delegate(revoked=Role.SCHEDULE)
    village.unit.await_line("receipt-interrupted", "reason=key-revoked")
    desk.await_state(lambda state: state.delegation == desk.serial and not state.relay)
    assert village.unit.relay() == ["off", "on", "off"]


def test_outside_the_hours_an_order_is_skipped_and_an_emergency_heard(village: Village):
    clip = tone()
    begin(village, clip)
    desk = village.desk
    desk.delegate(Caps(hours=()))
    desk.await_state(lambda state: state.delegation == desk.serial)
    desk.order(play_now("o-1", sitting("now", in_s(0), clip)))
    assert desk.await_receipt("skipped", "now").reason == "quiet-hours"
    desk.order(play_now("o-2", sitting("flood", in_s(0), clip, class_=BroadcastClass.EMERGENCY)))
    desk.await_receipt("finished", "flood")
    assert len(village.unit.wavs()) == 1


def test_a_controller_that_goes_back_is_shown_what_the_unit_holds(village: Village):
    clip = tone()
    begin(village, clip)
    old = village.desk.programme(sitting("old", in_s(60), clip))
    held = village.desk.programme(sitting("new", in_s(90), clip))
    village.desk.await_receipt("stored", "new")
    village.desk.send(Leaf.PROGRAMME, old, retain=True)
    assert village.desk.await_state(lambda state: state.set_back == 1).programme == 2
    assert village.desk.shown == [held]


def test_the_clock_is_asked_for_and_the_answer_reported(village: Village):
    unit = village.unit
    unit.config.write_text(unit.config.read_text().replace("assume-trusted", "kernel"))
    clip = tone()
    begin(village, clip)
    village.desk.order(play_now("o-1", sitting("flood", in_s(0), clip, class_=BroadcastClass.EMERGENCY)))
    village.desk.await_receipt("finished", "flood")
    assert village.desk.questions
    unit.await_line("clock-answered", "clock=trusted")
    state = village.desk.await_state(lambda state: state.clock_source is not None)
    assert state.clock_error_ms < 5000


def test_a_clock_that_the_controller_contradicts_is_reported_and_the_signed_one_believed(village: Village):
    village.desk.clock_off = timedelta(hours=-2)
    begin(village, tone())
    state = village.desk.await_state(lambda state: state.clock_dispute_s is not None)
    assert abs(state.clock_dispute_s - 7200) < 2
    assert abs((state.at - datetime.now(UTC)).total_seconds() + 7200) < 5


def test_a_unit_whose_memory_cannot_be_opened_says_so_and_goes_on_when_it_can(village: Village):
    clip = tone()
    (village.unit.data / "memory.sqlite3").mkdir(parents=True)
    begin(village, clip)
    village.unit.await_line("memory-failed", "disk=failed")
    village.desk.await_state(lambda state: state.disk is DiskHealth.FAILED)
    (village.unit.data / "memory.sqlite3").rmdir()
    village.desk.await_state(lambda state: state.disk is DiskHealth.OK)
    village.desk.programme(sitting("b-1", in_s(0.5), clip))
    village.desk.await_receipt("finished", "b-1")
    assert len(village.unit.wavs()) == 1


def test_a_data_folder_that_cannot_be_made_stops_the_start_with_words(village: Village):
    village.unit.data.parent.mkdir(exist_ok=True)
    village.unit.public()
    (village.unit.data / "unit.key").unlink()
    for left in sorted(village.unit.data.rglob("*"), reverse=True):
        left.rmdir() if left.is_dir() else left.unlink()
    village.unit.data.rmdir()
    village.unit.data.write_text("a file where a folder should be")
    village.unit.start()
    village.unit.await_line("Không dùng được thư mục dữ liệu")
    assert village.unit.await_exit() == 78
