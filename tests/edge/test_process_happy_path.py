"""A real unit process, from a programme on the broker to a sound at the planned instant and its receipts."""

import wave
from datetime import UTC, datetime, timedelta

import numpy as np

from protocol.topics import OFFLINE, ONLINE
from tests.edge.conftest import Village
from tests.edge.desk import sitting
from tests.fakes.clips import tone


def test_a_programme_is_stored_played_on_time_and_receipted(village: Village) -> None:
    desk, unit, clips = village.desk, village.unit, village.clips
    one, two = tone(400, 700), tone(300, 1500)
    clips.files = {clip.hash: clip.data for clip in (one, two)}
    unit.start()
    desk.await_availability(ONLINE)
    start = datetime.now(UTC) + timedelta(seconds=2)
    desk.programme(sitting("b-1", start, one, two, gap_ms=200))

    desk.await_receipt("stored", "b-1")
    started = desk.await_receipt("started", "b-1")
    finished = desk.await_receipt("finished", "b-1")

    assert started.error_us == (started.at - start) // timedelta(microseconds=1)
    assert started.error_us > -1000, "never before its instant"
    assert (finished.played_ms, finished.of_ms) == (900, 900)
    assert desk.stages("b-1") == ["stored", "started", "finished"]
    assert unit.relay() == ["off", "on", "off"]
    (path,) = unit.wavs()
    assert path.name == f"{started.at:%Y%m%dT%H%M%S}-b-1.wav"
    assert pitches(path) == [700, 0, 1500]
    desk.await_state(lambda state: state.programme == 1 and not state.relay and state.pending_receipts == 0)
    assert unit.stop() == 0
    desk.await_availability(OFFLINE)


def pitches(path) -> list[int]:
    """The pitch in the middle of the first tone, of the gap and of the second tone, to 50 Hz; 0 for silence."""
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (48_000, 1, 2)
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)
    return [pitch(sound[48 * begin : 48 * begin + 4800]) for begin in (150, 450, 700)]


def pitch(sound: np.ndarray) -> int:
    if np.sqrt(np.mean(sound**2)) < 50:
        return 0
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return round(float(np.argmax(spectrum)) * 48_000 / len(sound) / 50) * 50
