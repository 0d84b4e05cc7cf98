import sys
from pathlib import Path

import pytest

from audio.child import ChildFailed, Limits
from audio.ffmpeg import Account, Ffmpeg, Lack, Source
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


HOSTILE = """#!{python} -I
import errno, os, socket, sys
for name, attempt in (
    ("secret", lambda: open({secret!r})),
    ("write", lambda: open({secret!r} + ".new", "w")),
    ("passwd", lambda: open("/etc/passwd")),
    ("network", socket.socket),
    ("fork", os.fork),
    ("shell", lambda: os.execv("/bin/sh", ["sh", "-c", "exit 0"])),
):
    try:
        attempt()
    except OSError as error:
        print("attempt", name, errno.errorcode[error.errno], file=sys.stderr)
sys.exit(1)
"""


def test_a_decoder_that_was_taken_over_gets_nowhere(tmp_path: Path) -> None:
    """In place of ffmpeg a program runs that does what somebody would who had taken it over."""
    secret, program = tmp_path / "secret", tmp_path / "ffmpeg"
    secret.write_text("the data of the commune")
    program.write_text(HOSTILE.format(python=sys.executable, secret=str(secret)))
    program.chmod(0o755)
    source = Source(sound(tmp_path / "a.wav", 1), WAV)
    with pytest.raises(ChildFailed) as caught:
        Ffmpeg(program).process(source, "anull", NOWHERE, result=None, limits=LIMITS)
    attempts = [line.split()[-2:] for line in caught.value.detail.splitlines() if "attempt " in line]
    assert [name for name, _ in attempts] == ["secret", "write", "passwd", "network", "fork", "shell"]
    assert {answer for _, answer in attempts} <= {"EPERM", "EACCES", "ENOENT"}
    assert not Path(f"{secret}.new").exists()


@pytest.mark.parametrize(
    ("line", "lack"),
    [
        ("Stream map '' matches no streams.", Lack.NO_SOUND_TRACK),
        ("  Stream #0:0[0x1](und): Audio: aac (LC) (drms / 0x736D7264), 44100 Hz, mono", Lack.PROTECTED),
        ("[aist#0:0/ac3 @ 0x55] [dec:ac3 @ 0x56] Error while opening decoder: Invalid argument", Lack.UNKNOWN_CODING),
        ("[h264 @ 0x55b5c3284900] Codec (h264) not on whitelist 'aac'", None),
        ("    title : Stream map matches no streams", None),
    ],
)
def test_what_a_file_lacks_is_understood(line: str, lack: Lack | None) -> None:
    account = Account()
    account.hear(line)
    account.hear("out_time_us=N/A")
    assert account.lack is lack


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
