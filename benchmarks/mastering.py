"""What a minute of bulletin costs from text to mastered clip, and how near the target mixed sound ends.

    python -m benchmarks.mastering

First table: speech + composition + mastering against the speech engine alone. Second table: 30 different inputs,
their loudness before and after by an independent meter (pyloudnorm, on the decoded clip), and the true peak of what
comes out, measured by eight-fold oversampling.
"""

import io
import math
import statistics
import subprocess
import tempfile
import time
import wave
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pyloudnorm
from scipy.signal import resample_poly

from audio.clip import ClipStore
from audio.ffmpeg import Ffmpeg
from audio.samples.clip_reader import RATE, samples
from audio.speech.espeak import Espeak, EspeakVoice
from audio.speech.order import VoiceOrder
from audio.speech.port import Passage
from audio.studio.bulletin import Script, render_bulletin
from audio.studio.chime import Closing, Opening
from audio.studio.composition import Layout
from audio.studio.equipment import Studio
from audio.studio.mastering import TARGET_LUFS, TOLERANCE_LU, TRUE_PEAK_DBTP
from audio.studio.signature import Signature, melody
from audio.studio.upload import take_upload

NOTICE = (
    "Ủy ban nhân dân xã Vi Hương thông báo. Căn cứ kế hoạch tiêm phòng dại cho đàn chó mèo năm hai nghìn không "
    "trăm hai mươi sáu, Ủy ban nhân dân xã tổ chức tiêm phòng tại nhà văn hóa các thôn, bắt đầu từ bảy giờ ngày "
    "mười lăm tháng mười một. Đề nghị bà con đưa chó, mèo đến đúng thời gian và địa điểm nêu trên. "
    "Trân trọng cảm ơn bà con. "
)
FILTERS = {
    "as it is": "anull",
    "20 dB quieter": "volume=-20dB",
    "30 dB quieter": "volume=-30dB",
    "12 dB too loud, clipped": "volume=12dB,aformat=sample_fmts=s16",
    "telephone": "highpass=f=300,lowpass=f=3400,aresample=8000",
    "dull microphone": "lowpass=f=1500",
    "shrill microphone": "highpass=f=1500",
    "bass boom": "bass=g=15",
    "echoing hall": "aecho=0.8:0.6:60|120:0.5|0.3",
    "moving away": "volume='1-t/40':eval=frame",
    "turning away": "volume='if(gt(mod(t,6),3),0.1,1)':eval=frame",
    "22,050 Hz, 8 bit": "aformat=sample_fmts=u8",
    "half of it silence": "apad=pad_dur=25",
    "only on the left": "pan=stereo|c0=c0|c1=0*c0",
    "right upside down": "pan=stereo|c0=c0|c1=-1*c0",
    "with mains hum": "aeval='val(0)+0.1*sin(100*PI*t)+0.05*sin(200*PI*t)+0.03*sin(300*PI*t)':c=same",
    "in noise, 12 dB": "aeval='val(0)+0.05*(random(0)*2-1)':c=same",
    "beaten drum behind": "aeval='val(0)+0.6*exp(-30*mod(t,0.7))*sin(180*PI*t)':c=same",
    "clicks of a bad plug": "aeval='val(0)+0.9*lt(mod(t,1.3),0.0002)':c=same",
}
SOUNDS = {
    "tone 1 kHz": "sine=f=1000:d=20",
    "pink noise": "anoisesrc=c=pink:d=20:a=0.3:seed=1",
    "white noise": "anoisesrc=c=white:d=20:a=0.3:seed=1",
    "beats, like music": "aevalsrc='0.6*exp(-6*mod(t\\,0.5))*(sin(440*2*PI*t)+0.5*sin(660*2*PI*t))':d=20",
    "bass beats": "aevalsrc='0.8*exp(-6*mod(t\\,0.5))*sin(80*2*PI*t)+0.05*sin(880*2*PI*t)':d=20",
    "siren": "aevalsrc='0.5*sin(2*PI*(700*t+40*sin(2*PI*0.5*t)))':d=20",
}
INPUTS = 30


def cost(studio: Studio) -> None:
    """Speech alone, and the whole way, for bulletins of different lengths."""
    print(f"{'bulletin':24}{'sound s':>9}{'speech s':>10}{'whole s':>9}{'s a minute':>12}{'times speech':>14}")
    for name, text, layout in (
        ("one sentence", NOTICE[:48], Layout(opening=Opening.ATTENTION, closing=Closing.NONE)),
        ("notice", NOTICE, Layout()),
        ("notice, read twice", NOTICE, Layout(repeat=2)),
        ("ten notices", NOTICE * 10, Layout()),
    ):
        engine = Espeak()
        speech = median_seconds(lambda text=text, engine=engine: engine.speak(text, "vi"))
        script, order = Script("vi", (text,), layout), VoiceOrder([engine])
        whole = median_seconds(lambda script=script, order=order: render_bulletin(script, order, studio))
        sound = render_bulletin(script, order, studio).clip.duration_ms / 1000
        print(f"{name:24}{sound:>9.1f}{speech:>10.2f}{whole:>9.2f}{whole * 60 / sound:>12.2f}{whole / speech:>14.1f}")


def median_seconds(job: Callable[[], object]) -> float:
    """The middle of three runs, after one that warms the files up."""
    job()
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        job()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def loudness(studio: Studio, folder: Path) -> None:
    """Thirty inputs, before and after."""
    inputs = mixed(folder)
    print(f"\n{'input':26}{'LUFS before':>12}{'after':>9}{'off by':>9}{'peak dBTP':>11}{'s':>7}")
    off, peaks = [], []
    for name, arguments in inputs.items():
        path = folder / "input.wav"
        subprocess.run([studio.ffmpeg.program, "-v", "error", "-y", *arguments, str(path)], check=True)
        began = time.perf_counter()
        clip = take_upload(path, studio)
        seconds = time.perf_counter() - began
        after, peak = meter(studio.store.path_of(clip.hash))
        off.append(after - TARGET_LUFS)
        peaks.append(peak)
        mark = "" if abs(off[-1]) <= TOLERANCE_LU and peak <= TRUE_PEAK_DBTP else "  <- outside"
        print(
            f"{name:26}{meter_wav(path):>12.1f}{after:>9.2f}{off[-1]:>9.2f}{peak:>11.2f}"
            f"{seconds:>7.2f}{mark}  {' '.join(clip.problems)}"
        )
    inside = sum(abs(one) <= TOLERANCE_LU for one in off)
    print(f"{inside} of {len(off)} within {TOLERANCE_LU} LU, worst {max(map(abs, off)):.2f};", end=" ")
    print(
        f"{sum(one <= TRUE_PEAK_DBTP for one in peaks)} of {len(peaks)} under {TRUE_PEAK_DBTP} dBTP, {max(peaks):.2f}"
    )


def mixed(folder: Path) -> dict[str, Sequence[str]]:
    """What ffmpeg shall make each input of."""
    speech = folder / "speech.wav"
    speech.write_bytes(wav_of(Espeak().speak(NOTICE, "vi")))
    inputs: dict[str, Sequence[str]] = {name: ("-i", str(speech), "-af", chain) for name, chain in FILTERS.items()}
    inputs |= {name: ("-f", "lavfi", "-i", source) for name, source in SOUNDS.items()}
    for rate in (110, 160):
        fast = folder / f"rate{rate}.wav"
        fast.write_bytes(wav_of(Espeak(EspeakVoice(words_a_minute=rate)).speak(NOTICE, "vi")))
        inputs[f"{rate} words a minute"] = ("-i", str(fast))
    inputs["southern voice"] = ("-i", str(southern(folder)))
    for kind in (Signature.SPRING, Signature.HIGHLAND):
        tune = folder / f"{kind}.wav"
        tune.write_bytes(wav_of(Passage(RATE, melody(kind, RATE))))
        inputs[f"signature tune {kind}"] = ("-i", str(tune))
    if len(inputs) != INPUTS:
        raise AssertionError(f"{len(inputs)} inputs")
    return inputs


def southern(folder: Path) -> Path:
    """The same notice by another voice."""
    path = folder / "south.wav"
    path.write_bytes(wav_of(Espeak(EspeakVoice(voice="vi-vn-x-south")).speak(NOTICE, "vi")))
    return path


def wav_of(passage: Passage) -> bytes:
    """A WAV file in memory."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setparams((1, 2, passage.rate, 0, "NONE", "not compressed"))
        file.writeframes(passage.samples)
    return written.getvalue()


def meter(clip: Path) -> tuple[float, float]:
    """Integrated loudness of a decoded clip, and its true peak by eight times as many samples."""
    decoded = np.frombuffer(b"".join(samples(clip)), dtype="<i2") / 32768
    peak = float(np.abs(resample_poly(decoded, 8, 1)).max())
    return float(pyloudnorm.Meter(RATE).integrated_loudness(decoded)), 20 * math.log10(peak)


def meter_wav(path: Path) -> float:
    """Integrated loudness of a WAV file of 8 or 16 bits."""
    with wave.open(str(path)) as file:
        eight_bits = file.getsampwidth() == 1
        decoded = np.frombuffer(file.readframes(file.getnframes()), dtype="u1" if eight_bits else "<i2").astype(float)
        decoded = (decoded - 128) / 128 if eight_bits else decoded / 32768
        shaped = decoded.reshape(-1, file.getnchannels())
        return float(pyloudnorm.Meter(file.getframerate()).integrated_loudness(shaped))


def main() -> None:
    """Print both tables."""
    with tempfile.TemporaryDirectory() as folder:
        studio = Studio(ClipStore(Path(folder) / "clips"), Ffmpeg())
        cost(studio)
        loudness(studio, Path(folder))


if __name__ == "__main__":
    main()
