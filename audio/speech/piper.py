"""The neural voice on this machine: Piper, with a voice that the operator brought.

Piper is under GPL-3 and runs as a program of its own, in an environment of its own; nothing of it is imported here.
Starting it and reading the voice costs more than speaking a sentence, so that all passages of a bulletin go through
one process: one line of text each way, one file of sound for each line. Between bulletins nothing is kept running: the
330 MB that it takes are more than a small controller can spare.
"""

import re
import shutil
import stat
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from audio.child import ChildFailed, Limits, Reach, run
from audio.reading import sounded
from audio.speech.espeak import speech_failed
from audio.speech.packing import pack
from audio.speech.piper_voice import BadVoice, PiperVoice, UnknownVoice
from audio.speech.port import Passage, Reason, SpeechEngine, SpeechFailed, passage_of

_MEMORY_BYTES: Final = 4 << 30
_SOUND_BYTES: Final = 256 << 20
_LINE: Final = 300
"""Characters in one line: what Piper holds in memory grows with the square of a sentence's length."""
_ENDS: Final = ".?!…;:,"
_SILENT: Final = {"ORT_DISABLE_TELEMETRY": "1"}
"""The library that runs the model reports on its use to its maker, unless it is told not to."""
_BRACKETS: Final = re.compile(r"\[(?=\[)")


@dataclass(frozen=True, slots=True)
class PiperSettings:
    """How it speaks, and how long it may take."""

    program: tuple[str, ...] = ()
    """How Piper is called; empty: as it is found beside this program or on the path."""
    speed: float = 0.9
    """1.0 is the voice's own, made for a listener in a quiet room; a horn in the open needs it slower."""
    noise: float | None = None
    """How much the voice varies (`noise-scale`); None: as it was trained."""
    rhythm: float | None = None
    """How much its rhythm varies (`noise-w-scale`); None: as it was trained."""
    pause_s: float = 0.35
    """Silence between two sentences."""
    volume: float = 0.7
    """3 dB below full scale, to which Piper raises every sentence."""
    start_s: float = 60.0
    """Seconds for the start of the program."""
    s_per_character: float = 0.15
    """Seconds for each character: twice what a Raspberry Pi 4 takes."""

    def __post_init__(self) -> None:
        """Refuse settings that no listener could follow."""
        for name, low, high in (("speed", 0.5, 2.0), ("noise", 0.0, 1.5), ("rhythm", 0.0, 1.5), ("pause_s", 0.0, 3.0)):
            value = getattr(self, name)
            if value is not None and not low <= value <= high:
                raise ValueError(f"{name} must be {low} to {high}, not {value}")
        if not 0.05 <= self.volume <= 1.0:
            raise ValueError(f"volume must be 0.05 to 1.0, not {self.volume}")


class Piper(SpeechEngine):
    """Asks for its voice anew for each bulletin, so that one can be installed while the controller runs."""

    def __init__(self, chosen: Callable[[], PiperVoice], settings: PiperSettings | None = None) -> None:
        """Take where to get the voice, such as `VoiceFolder.chosen`; it may raise UnknownVoice and BadVoice."""
        self._chosen = chosen
        self._settings = settings or PiperSettings()

    @property
    def name(self) -> str:
        """See SpeechEngine."""
        return "piper"

    @property
    def voice(self) -> str:
        """The name of the voice, as it is installed; "-" while there is none."""
        found = self._installed()
        return "-" if found is None else found.name

    @property
    def languages(self) -> frozenset[str]:
        """What the voice was made for; Vietnamese as long as there is none."""
        found = self._installed()
        return frozenset({"vi" if found is None else found.record.language})

    @property
    def identity(self) -> str:
        """The bytes of the voice, and every setting that is heard."""
        found = self._installed()
        chosen = self._settings
        heard = (chosen.speed, chosen.noise, chosen.rhythm, chosen.pause_s, chosen.volume)
        return " ".join(map(str, (found and found.record.model_sha256, *heard)))

    @property
    def offline(self) -> bool:
        """See SpeechEngine."""
        return True

    def check(self) -> None:
        """See SpeechEngine."""
        self._verified()
        self._program()

    def _speak_each(self, texts: Sequence[str], _language: str, within_s: float | None) -> Iterator[Passage]:
        voice = self._verified()
        lines = [_lines(sounded(text)) for text in texts]
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            self._run(voice, [line for several in lines for line in several], Path(folder), within_s)
            files = _files(Path(folder), sum(map(len, lines)))
            for several in lines:
                yield self._passage([files.pop(0) for _ in several])

    def _run(self, voice: PiperVoice, lines: Sequence[str], folder: Path, within_s: float | None) -> None:
        with tempfile.TemporaryFile() as written:
            written.write("\n".join(lines).encode())
            written.seek(0)
            try:
                run(
                    self._command(voice, folder),
                    source=written,
                    result=None,
                    limits=self._limits(lines, within_s),
                    reach=Reach(reads=(voice.folder,), writes=(folder,)),
                    environment=_SILENT,
                )
            except ChildFailed as failure:
                raise speech_failed(failure) from failure

    def _command(self, voice: PiperVoice, folder: Path) -> list[str]:
        chosen = self._settings
        options = {
            "--model": voice.model,
            "--output-dir": folder,
            "--length-scale": round(voice.record.length_scale / chosen.speed, 3),
            "--noise-scale": chosen.noise,
            "--noise-w-scale": chosen.rhythm,
            "--sentence-silence": chosen.pause_s,
            "--volume": chosen.volume,
        }
        given = [(name, str(value)) for name, value in options.items() if value is not None]
        return [*self._program(), *(word for option in given for word in option)]

    def _program(self) -> tuple[str, ...]:
        program = self._settings.program or found_program()
        if program is None or shutil.which(program[0]) is None:
            told = f"the program {program[0] if program else 'piper'} is not installed"
            raise SpeechFailed(Reason.NOT_SET_UP, told, retryable=False)
        return program

    def _limits(self, lines: Sequence[str], within_s: float | None) -> Limits:
        chosen = self._settings
        wall = chosen.start_s + chosen.s_per_character * sum(map(len, lines))
        wall = wall if within_s is None else min(wall, within_s)
        return Limits(wall_s=wall, cpu_s=4 * int(wall + 1), memory_bytes=_MEMORY_BYTES, output_bytes=_SOUND_BYTES)

    def _passage(self, files: Sequence[Path]) -> Passage:
        """The lines of one passage with a pause between them."""
        pieces = [passage_of(file.read_bytes()) for file in files]
        rate = pieces[0].rate
        pause = bytes(2 * int(rate * self._settings.pause_s))
        return Passage(rate, pause.join(piece.samples for piece in pieces))

    def _installed(self) -> PiperVoice | None:
        try:
            return self._chosen()
        except (UnknownVoice, BadVoice):
            return None

    def _verified(self) -> PiperVoice:
        """The voice, byte for byte as it was installed; SpeechFailed(NOT_SET_UP)."""
        try:
            voice = self._chosen()
            voice.verify()
        except UnknownVoice as error:
            raise SpeechFailed(Reason.NOT_SET_UP, f"not installed: {error}", retryable=False) from error
        except BadVoice as error:
            raise SpeechFailed(Reason.NOT_SET_UP, str(error), retryable=False) from error
        return voice


def found_program() -> tuple[str, ...] | None:
    """Where Piper is: in an environment of its own within this one, else beside this program, else on the path."""
    places = (Path(sys.prefix) / "piper" / "bin" / "piper", Path(sys.executable).with_name("piper"))
    own = next((str(place) for place in places if place.is_file()), None)
    found = own or shutil.which("piper")
    return None if found is None else (found,)


def _lines(text: str) -> list[str]:
    """What Piper reads: each line is spoken by itself, and no text can be taken for its own signs ("[[…]]")."""
    ended = (line if line[-1] in _ENDS else f"{line}." for line in map(str.strip, text.splitlines()) if line)
    plain = "".join(" " if unicodedata.category(sign).startswith("C") else sign for sign in " ".join(ended))
    return pack(" ".join(_BRACKETS.sub("[ ", plain).split()), _LINE)


def _files(folder: Path, wanted: int) -> list[Path]:
    """The sounds in the order in which they were made: each is named by the moment."""
    found = [path for path in folder.glob("*.wav") if path.stem.isdigit() and stat.S_ISREG(path.lstat().st_mode)]
    if len(found) != wanted:
        raise SpeechFailed(Reason.NO_SOUND, f"{len(found)} sounds for {wanted} lines", retryable=True)
    return sorted(found, key=lambda path: int(path.stem))
