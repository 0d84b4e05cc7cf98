import io
import subprocess
import sys
import threading
import wave
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from audio import ogg_opus
from audio.child import ChildFailed, Fault
from audio.ffmpeg import Ffmpeg
from audio.samples.clip_reader import ClipReader
from audio.studio.equipment import Studio
from audio.studio.findings import Problem
from audio.studio.mastering import TARGET_LUFS
from audio.studio.refusal import Refusal, RefusedAudio
from audio.studio.upload import examine, take_upload
from tests.fakes.audio_sound import VOICE, make, sound

ENDINGS = ("mp3", "wav", "m4a", "ogg", "opus", "flac", "webm")


def _refused(source: Path | io.BytesIO, studio: Studio) -> Refusal:
    with pytest.raises(RefusedAudio) as caught:
        take_upload(source, studio)
    left = [path for path in studio.store.root.rglob("*") if path.is_file()]
    assert left == [], "a refused file leaves nothing behind"
    return caught.value.code


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_format_becomes_the_same_kind_of_clip(sounds: Path, studio: Studio, ending: str) -> None:
    clip = take_upload(sounds / f"sound.{ending}", studio)
    path = studio.store.path_of(clip.hash)
    assert studio.store.verify(clip.hash)
    assert clip.size == path.stat().st_size
    assert 2_990 <= clip.duration_ms <= 3_080
    assert clip.duration_ms == ogg_opus.milliseconds(ogg_opus.frames(path))
    assert clip.loudness_lufs == pytest.approx(TARGET_LUFS, abs=0.5)
    with ClipReader(path) as reader:
        assert reader.duration_ms == clip.duration_ms


def test_the_type_is_decided_by_content_not_by_name(sounds: Path, studio: Studio, tmp_path: Path) -> None:
    lying = tmp_path / "notice.mp3"
    lying.write_bytes((sounds / "sound.wav").read_bytes())
    assert take_upload(lying, studio) == take_upload(sounds / "sound.wav", studio)


def test_an_open_file_is_taken_like_a_path(sounds: Path, studio: Studio) -> None:
    data = (sounds / "sound.mp3").read_bytes()
    assert take_upload(io.BytesIO(data), studio) == take_upload(sounds / "sound.mp3", studio)


def test_cover_pictures_are_ignored(sounds: Path, studio: Studio, tmp_path: Path) -> None:
    picture = tmp_path / "cover.png"
    make(picture, "-f", "lavfi", "-i", "color=red:s=64x64", "-frames:v", "1")
    inputs = ("-i", str(sounds / "sound.mp3"), "-i", str(picture), "-map", "0", "-map", "1")
    make(tmp_path / "cover.mp3", *inputs, "-c", "copy", "-disposition:v", "attached_pic")
    assert b"APIC" in (tmp_path / "cover.mp3").read_bytes()
    assert take_upload(tmp_path / "cover.mp3", studio).duration_ms > 2_900


def test_progress_only_grows_and_ends_at_one(sounds: Path, studio: Studio) -> None:
    heard: list[float] = []
    take_upload(sounds / "sound.mp3", studio, heard.append)
    assert heard == sorted(heard)
    assert 0 <= heard[0] < heard[-1] == 1.0


def _archive() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.mp3", bytes(1000))
    return written.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        "Thông báo về việc họp thôn\n".encode() * 50,
        _archive(),
        b"\x89PNG\r\n\x1a\n" + bytes(500),
        b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/a.mp3\n",
        b"ffconcat version 1.0\nfile '/etc/passwd'\n",
        b"%PDF-1.7\n" + bytes(500),
        b"RIFF\x00\x00\x00\x00AVI LIST" + bytes(500),
        b"\xff\xf1\x10\x80" + bytes(500),
        b"\x00",
    ],
    ids=["text", "zip", "png", "m3u8", "concat", "pdf", "avi", "raw aac", "one byte"],
)
def test_what_is_not_audio_is_refused(studio: Studio, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "renamed.mp3"
    path.write_bytes(data)
    assert _refused(path, studio) is Refusal.NOT_AUDIO


def test_an_empty_file_is_refused(studio: Studio) -> None:
    assert _refused(io.BytesIO(), studio) is Refusal.EMPTY


def test_silence_is_refused(studio: Studio, tmp_path: Path) -> None:
    assert _refused(sound(tmp_path / "a.wav", 3, "anullsrc=r=22050:cl=mono"), studio) is Refusal.SILENT


def test_a_hum_that_no_horn_carries_is_refused_as_silent(studio: Studio, tmp_path: Path) -> None:
    assert _refused(sound(tmp_path / "a.wav", 3, "aevalsrc=0.02*sin(2*PI*50*t)"), studio) is Refusal.SILENT


def test_a_moment_of_sound_is_too_short(studio: Studio, tmp_path: Path) -> None:
    assert _refused(sound(tmp_path / "a.wav", 0.3), studio) is Refusal.TOO_SHORT


def test_a_two_hour_file_is_refused_by_its_header(studio: Studio, tmp_path: Path) -> None:
    path, size = tmp_path / "a.wav", 7_200 * 8_000
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 1, 8_000, size, "NONE", "not compressed"))
        file.writeframesraw(b"\x80")
        file._patchheader = lambda: None  # type: ignore[attr-defined]
    with path.open("r+b") as sparse:
        sparse.truncate(44 + size)
    assert _refused(path, studio) is Refusal.TOO_LONG


def test_a_header_that_hides_the_length_does_not_help(studio: Studio, tmp_path: Path) -> None:
    once = sound(tmp_path / "once.mp3", 10, f"{VOICE}", ("-c:a", "libmp3lame", "-b:a", "32k", "-write_xing", "0"))
    path = tmp_path / "long.mp3"
    path.write_bytes(once.read_bytes() * 3)
    assert _refused(path, replace(studio, longest_upload_s=20)) is Refusal.TOO_LONG


def test_more_bytes_than_allowed_are_not_even_copied(sounds: Path, studio: Studio) -> None:
    assert _refused(sounds / "sound.wav", replace(studio, largest_upload_bytes=10_000)) is Refusal.TOO_LARGE


@pytest.mark.parametrize("ending", ["mp3", "m4a", "flac"])
def test_a_truncated_file_is_damaged(sounds: Path, studio: Studio, tmp_path: Path, ending: str) -> None:
    data = (sounds / f"sound.{ending}").read_bytes()
    path = tmp_path / f"half.{ending}"
    path.write_bytes(data[: len(data) // 2])
    assert _refused(path, studio) is Refusal.DAMAGED


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_beginning_and_then_rubbish_is_damaged(sounds: Path, studio: Studio, tmp_path: Path, ending: str) -> None:
    data = (sounds / f"sound.{ending}").read_bytes()
    path = tmp_path / f"rubbish.{ending}"
    path.write_bytes(data[:16] + b"\xa5" * 20_000)
    assert _refused(path, studio) in {Refusal.DAMAGED, Refusal.SILENT, Refusal.TOO_SHORT}


def test_a_film_without_sound_is_refused(studio: Studio, tmp_path: Path) -> None:
    make(tmp_path / "film.m4a", "-f", "lavfi", "-i", "color=red:s=64x64:d=2", "-c:v", "mpeg4", "-f", "mp4")
    assert _refused(tmp_path / "film.m4a", studio) is Refusal.NO_SOUND_TRACK


@pytest.mark.parametrize("mark", [b"drms", b"enca"], ids=["bought", "encrypted"])
def test_what_is_locked_to_an_account_is_refused(sounds: Path, studio: Studio, mark: bytes) -> None:
    locked = (sounds / "sound.m4a").read_bytes().replace(b"mp4a", mark)
    assert _refused(io.BytesIO(locked), studio) is Refusal.PROTECTED


def test_a_coding_that_is_not_read_here_is_refused_as_such(studio: Studio, tmp_path: Path) -> None:
    path = sound(tmp_path / "cinema.mp4", codec=("-c:a", "ac3"))
    assert _refused(path, studio) is Refusal.UNKNOWN_CODING


FILM = ("-f", "lavfi", "-i", "testsrc=s=64x64:d=3", "-map", "0", "-map", "1")
TELEPHONES = {
    "recorder.aac": ("-c:a", "aac"),
    "old.amr": ("-ar", "8000", "-ac", "1", "-c:a", "libopencore_amrnb"),
    "old.3gp": ("-ar", "8000", "-ac", "1", "-c:a", "libopencore_amrnb", "-f", "3gp"),
    "android.3gp": ("-c:a", "aac", "-f", "3gp"),
    "voice-memo.m4a": ("-c:a", "alac", "-f", "ipod"),
    "quicktime.mov": ("-c:a", "aac", "-f", "mov"),
    "firefox.webm": ("-c:a", "libopus", "-f", "webm"),
    "older.webm": ("-c:a", "libvorbis", "-f", "webm"),
    "ringtone.ogg": ("-c:a", "flac", "-f", "ogg"),
    "safari.mp4": ("-c:a", "libopus", "-f", "mp4"),
    "dictaphone.wav": ("-c:a", "adpcm_ima_wav"),
    "exchange.wav": ("-ar", "8000", "-c:a", "pcm_alaw"),
    "film.mp4": (*FILM, "-c:v", "libx264", "-c:a", "aac"),
    "film.webm": (*FILM, "-c:v", "libvpx", "-c:a", "libopus", "-f", "webm"),
}


@pytest.mark.parametrize("name", TELEPHONES)
def test_what_telephones_and_browsers_record_is_taken(studio: Studio, tmp_path: Path, name: str) -> None:
    made = tmp_path / name
    make(made, "-f", "lavfi", "-i", f"{VOICE}:d=3", *TELEPHONES[name])
    clip = take_upload(made, studio)
    assert 2_900 <= clip.duration_ms <= 3_150
    assert clip.loudness_lufs == pytest.approx(TARGET_LUFS, abs=0.5)


PAYLOAD = b"<script>alert('loa')</script>" * 40


def test_nothing_of_a_file_that_is_also_another_reaches_the_clip(sounds: Path, studio: Studio) -> None:
    """A sound that is at the same time a web page and an archive: what was played is kept, the rest is not."""
    voice = (sounds / "sound.mp3").read_bytes()
    assert voice[:3] == b"ID3"
    frames = voice[10 + _id3_size(voice[6:10]) :]
    tag = b"TXXX" + len(PAYLOAD).to_bytes(4, "big") + b"\0\0" + PAYLOAD
    size = bytes(len(tag) >> shift & 127 for shift in (21, 14, 7, 0))
    clip = take_upload(io.BytesIO(b"ID3\x03\0\0" + size + tag + frames + _archive()), studio)
    stored = studio.store.path_of(clip.hash).read_bytes()
    assert stored.startswith(b"OggS")
    assert not any(foreign in stored for foreign in (b"script", b"alert", b"a.mp3", b"ID3"))


def _id3_size(sevens: bytes) -> int:
    return sum(byte << shift for byte, shift in zip(sevens, (21, 14, 7, 0), strict=True))


def test_attachments_are_ignored(studio: Studio, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(PAYLOAD)
    attached = ("-attach", str(tmp_path / "page.html"), "-metadata:s:t", "mimetype=text/html", "-f", "matroska")
    made = tmp_path / "attached.webm"
    make(made, "-f", "lavfi", "-i", f"{VOICE}:d=3", "-c:a", "libopus", *attached)
    assert b"script" in made.read_bytes()
    clip = take_upload(made, studio)
    assert b"script" not in studio.store.path_of(clip.hash).read_bytes()


def test_ten_hours_that_a_few_bytes_declare_are_refused_by_the_header(sounds: Path, studio: Studio) -> None:
    data = bytearray((sounds / "sound.flac").read_bytes())
    rate = int.from_bytes(data[18:21], "big") >> 4
    declared = int.from_bytes(data[21:26], "big") >> 36 << 36 | 36_000 * rate
    data[21:26] = declared.to_bytes(5, "big")
    assert _refused(io.BytesIO(data), studio) is Refusal.TOO_LONG


def test_silence_without_end_in_a_few_bytes_is_cut_short(studio: Studio) -> None:
    """Thirty minutes of silence in a small file that does not say how long it is."""
    silence = ("-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono:d=1800", "-c:a", "flac", "-f", "flac", "pipe:1")
    command = [Ffmpeg().program, "-v", "error", *silence]
    made = subprocess.run(command, check=True, capture_output=True, timeout=60).stdout
    assert len(made) < 250_000
    assert _refused(io.BytesIO(made), replace(studio, longest_upload_s=20)) is Refusal.TOO_LONG


def _wav(sounds: Path, riff: int, data: int) -> io.BytesIO:
    """The same sound under a header that says other sizes."""
    held = bytearray((sounds / "sound.wav").read_bytes())
    held[4:8] = riff.to_bytes(4, "little")
    place = held.index(b"data")
    held[place + 4 : place + 8] = data.to_bytes(4, "little")
    return io.BytesIO(held)


@pytest.mark.parametrize(
    ("riff", "data"), [(0xFFFFFFFF, 0xFFFFFFFF), (0x7FFFFFFF, 0x7FFFFFFF), (0, 0xFFFFFFFF), (0, 0)]
)
def test_a_recorder_that_was_switched_off_left_no_sizes(sounds: Path, studio: Studio, riff: int, data: int) -> None:
    assert 2_900 <= take_upload(_wav(sounds, riff, data), studio).duration_ms <= 3_100


def test_a_header_that_promises_more_than_there_is_is_damage(sounds: Path, studio: Studio) -> None:
    assert _refused(_wav(sounds, 10_000_036, 10_000_000), studio) is Refusal.DAMAGED


def test_a_header_that_promises_less_gives_less(sounds: Path, studio: Studio) -> None:
    assert take_upload(_wav(sounds, 44_136, 44_100), studio).duration_ms < 1_200


def test_a_file_that_takes_too_long_is_given_up(sounds: Path, studio: Studio) -> None:
    assert _refused(sounds / "sound.mp3", replace(studio, pass_timeout_s=0.001)) is Refusal.TOO_SLOW


def test_an_ffmpeg_that_cannot_start_is_not_the_file_s_fault(sounds: Path, studio: Studio, tmp_path: Path) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("neither a program nor a script")
    program.chmod(0o755)
    with pytest.raises(ChildFailed) as caught:
        take_upload(sounds / "sound.mp3", replace(studio, ffmpeg=Ffmpeg(program)))
    assert caught.value.fault is Fault.NOT_STARTED


@pytest.fixture
def trap() -> Iterator[tuple[str, list[str]]]:
    """A web server that no upload may ever make anyone ask."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("disguise", [b"", b"ID3\x04\x00\x00\x00\x00\x00\x00", b"\xff\xfb\x90\x64"])
def test_a_playlist_in_any_disguise_asks_for_nothing(
    studio: Studio, trap: tuple[str, list[str]], disguise: bytes
) -> None:
    address, asked = trap
    playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{address}a.mp3\n#EXT-X-ENDLIST\n".encode()
    assert _refused(io.BytesIO(disguise + playlist), studio) in {Refusal.NOT_AUDIO, Refusal.DAMAGED}
    assert asked == []


def test_an_m4a_that_refers_to_another_file_opens_nothing(sounds: Path, studio: Studio, tmp_path: Path) -> None:
    """The track's data reference is changed from "in this file" to an alias, and the file's own sound is wiped."""
    (tmp_path / "secret.wav").write_bytes((sounds / "sound.wav").read_bytes())
    data = (sounds / "sound.m4a").read_bytes()
    here = b"url \x00\x00\x00\x01"
    assert here in data
    name = str(tmp_path / "secret.wav").encode()[:4].ljust(4, b"\0")
    path = tmp_path / "alias.m4a"
    begin, end = data.index(b"mdat") + 4, data.index(b"moov") - 4
    data = data[:begin] + bytes(end - begin) + data[end:]
    path.write_bytes(data.replace(here, b"alis" + name))
    assert _refused(path, studio) in {Refusal.DAMAGED, Refusal.SILENT}


def test_memory_does_not_grow_with_length(tmp_path: Path) -> None:
    """Decoded, two minutes are 23 MB in ffmpeg's own form: none of the two processes may hold them."""
    short, long = (sound(tmp_path / f"{seconds}.mp3", seconds, "sine=f=800:r=16000") for seconds in (5, 120))
    with Path(Ffmpeg().program).open("rb") as program:
        while program.read(1 << 20):
            pass  # pages of the program itself count as its memory, so all of them shall be at hand in both runs
    small, large = (_peak_megabytes(path, tmp_path) for path in (short, long))
    assert large[0] - small[0] < 8
    assert large[1] - small[1] < 12


def _peak_megabytes(path: Path, folder: Path) -> tuple[float, float]:
    code = (
        "import resource, sys; from pathlib import Path; from audio.clip import ClipStore;"
        "from audio.ffmpeg import Ffmpeg; from audio.studio.equipment import Studio;"
        "from audio.studio.upload import take_upload;"
        "take_upload(Path(sys.argv[1]), Studio(ClipStore(Path(sys.argv[2])), Ffmpeg()));"
        "print(*(resource.getrusage(who).ru_maxrss / 1024"
        " for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))"
    )
    command = [sys.executable, "-c", code, str(path), str(folder / "clips")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    own, child = map(float, done.stdout.split())
    return own, child


def test_the_same_upload_is_the_same_clip(sounds: Path, studio: Studio) -> None:
    first = take_upload(sounds / "sound.m4a", studio)
    assert take_upload(sounds / "sound.m4a", studio) == first


GAPS = "aevalsrc='between(mod(t,6),2,5)*0.3*sin(2*PI*700*t)*(0.6+0.4*sin(2*PI*4*t))':s=22050"


def test_silence_is_cut_off_at_both_ends_and_kept_inside(studio: Studio, tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav", 13, GAPS)
    trimmed, whole = take_upload(path, studio), take_upload(path, studio, trim=False)
    assert whole.duration_ms == 13_000
    assert trimmed.duration_ms == pytest.approx(9_600, abs=100)
    assert sum(trimmed.cut_ms) == pytest.approx(13_000 - trimmed.duration_ms, abs=20)
    assert whole.cut_ms == (0, 0)
    assert trimmed.peaks[0] < 0.05
    quiet = [peak < 0.05 for peak in trimmed.peaks]
    assert 0.25 < sum(quiet) / len(quiet) < 0.45


def test_a_clip_tells_what_was_wrong_with_its_recording(studio: Studio, tmp_path: Path) -> None:
    path = sound(tmp_path / "a.wav", 4, "aevalsrc='3*sin(2*PI*700*t)*gt(sin(2*PI*2*t),0)|0':s=48000")
    clip = take_upload(path, studio)
    assert clip.problems == (Problem.CLIPPED, Problem.ONE_CHANNEL)
    assert len(clip.peaks) == 400
    assert clip.loudness_lufs == pytest.approx(TARGET_LUFS, abs=0.5)


def test_channels_that_cancel_each_other_are_heard_all_the_same(studio: Studio, tmp_path: Path) -> None:
    voice = "0.4*sin(2*PI*700*t)*(0.55+0.45*sin(2*PI*4*t))"
    path = sound(tmp_path / "a.wav", 3, f"aevalsrc='{voice}|-1*{voice}':s=22050")
    clip = take_upload(path, studio)
    assert Problem.OPPOSED_CHANNELS in clip.problems
    assert clip.loudness_lufs == pytest.approx(TARGET_LUFS, abs=0.5)


def test_a_file_can_be_looked_at_without_making_a_clip_of_it(sounds: Path, studio: Studio) -> None:
    findings = examine(sounds / "sound.mp3", studio)
    assert findings.duration_s == pytest.approx(3, abs=0.1)
    assert [path for path in studio.store.root.rglob("*") if path.is_file()] == []


def test_what_is_refused_as_a_clip_is_refused_when_looked_at(studio: Studio, tmp_path: Path) -> None:
    for data, code in ((b"", Refusal.EMPTY), (b"\x89PNG\r\n\x1a\n" + bytes(500), Refusal.NOT_AUDIO)):
        with pytest.raises(RefusedAudio) as caught:
            examine(io.BytesIO(data), studio)
        assert caught.value.code is code
    with pytest.raises(RefusedAudio) as caught:
        examine(sound(tmp_path / "a.wav", 30), replace(studio, longest_upload_s=20))
    assert caught.value.code is Refusal.TOO_LONG


def test_a_recording_whose_times_jump_becomes_a_clip_without_gaps(studio: Studio, tmp_path: Path) -> None:
    paused = tmp_path / "a.webm"
    jump = ("-af", "asetpts='PTS+gte(T,2)*1.5/TB'")
    make(paused, "-f", "lavfi", "-i", f"{VOICE}:d=4", *jump, "-c:a", "libopus")
    clip = take_upload(paused, studio)
    with ClipReader(studio.store.path_of(clip.hash)) as reader:
        assert reader.duration_ms == clip.duration_ms == pytest.approx(4_000, abs=80)


@pytest.mark.parametrize("ending", ["m4a", "webm"])
def test_a_gap_in_the_time_stamps_does_not_end_a_clip_early(studio: Studio, tmp_path: Path, ending: str) -> None:
    """A recording that was paused: whoever plays the clip must get to its end all the same."""
    path = tmp_path / f"paused.{ending}"
    codec = ("-c:a", "aac", "-f", "mp4") if ending == "m4a" else ("-c:a", "libopus", "-f", "webm")
    make(path, "-f", "lavfi", "-i", f"{VOICE}:d=3", "-af", "asetpts='PTS+if(gt(T,1),0.5/TB,0)'", *codec)
    clip = take_upload(path, studio)
    assert clip.duration_ms == pytest.approx(3_000, abs=80)
    with ClipReader(studio.store.path_of(clip.hash)) as reader:
        assert sum(len(block) for block in reader.blocks()) == 2 * reader.frames
