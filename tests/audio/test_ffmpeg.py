from pathlib import Path

import pytest

from audio.child import ChildFailed, Limits
from audio.ffmpeg import Account, Ffmpeg, Source
from audio.formats import MP3, WAV
from tests.fakes.audio_sound import sound

LIMITS = Limits(wall_s=20, cpu_s=20, memory_bytes=1 << 30, output_bytes=1)
NOWHERE = ("-f", "null", "pipe:1")


def test_a_configured_program_that_is_missing_stops_the_start() -> None:
    with pytest.raises(FileNotFoundError, match="/nowhere/ffmpeg"):
        Ffmpeg(Path("/nowhere/ffmpeg"))


def test_a_configured_program_is_used() -> None:
    program = Path(Ffmpeg().program)
    assert Ffmpeg(program).program == str(program)


def test_the_account_tells_length_and_loudness(tmp_path: Path) -> None:
    told: list[tuple[float, float | None]] = []
    source = Source(sound(tmp_path / "a.wav", 3, "sine=f=1000:r=48000"), WAV)
    account = Ffmpeg().process(
        source,
        "ebur128=framelog=quiet:peak=true",
        NOWHERE,
        result=None,
        limits=LIMITS,
        told=lambda *pair: told.append(pair),
    )
    assert account.done_s == pytest.approx(3.0, abs=0.01)
    assert account.declared_s == 3.0
    assert account.loudness_lufs == pytest.approx(-21.1, abs=0.3)
    assert account.true_peak_dbtp == pytest.approx(-18.1, abs=0.2)
    assert told[-1] == (account.done_s, 3.0)


def test_only_the_pinned_demuxer_is_used(tmp_path: Path) -> None:
    with pytest.raises(ChildFailed):
        Ffmpeg().process(Source(sound(tmp_path / "a.mp3"), WAV), "anull", NOWHERE, result=None, limits=LIMITS)


def test_only_the_listed_decoders_are_used(tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav", 1, codec=("-c:a", "adpcm_yamaha"))
    with pytest.raises(ChildFailed):
        Ffmpeg().process(Source(path, WAV), "anull", NOWHERE, result=None, limits=LIMITS)


def test_a_guessed_length_is_no_declared_length(tmp_path: Path) -> None:
    path = sound(tmp_path / "a.mp3", 3, codec=("-c:a", "libmp3lame", "-b:a", "48k", "-write_xing", "0"))
    account = Ffmpeg().process(Source(path, MP3), "anull", NOWHERE, result=None, limits=LIMITS)
    assert account.declared_s is None
    assert account.done_s == pytest.approx(3.0, abs=0.1)


def test_silence_and_nonsense_are_no_loudness() -> None:
    account = Account()
    for line in (
        "    I:         -inf LUFS",
        "    Peak:       -inf dBFS",
        "out_time_us=N/A",
        "  Duration: N/A, bitrate",
    ):
        account.hear(line)
    assert account == Account(told=account.told)
    account.hear("    I:         nan LUFS")
    assert account.loudness_lufs == float("-inf")
