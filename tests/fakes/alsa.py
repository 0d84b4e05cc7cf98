"""ALSA without hardware: its own file plugin over null, and a card in user space that keeps time (alsa_card.c)."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SOURCE = Path(__file__).with_name("alsa_card.c")


def build(folder: Path) -> Path:
    """Compile the card (needs gcc and libasound2-dev, as `make test` does) and return its library."""
    library = folder / "libasound_module_pcm_loacard.so"
    compiler = shutil.which("cc") or "cc"
    command = [compiler, "-shared", "-fPIC", "-DPIC", "-Wall", "-Wextra", "-O1", "-o", library, _SOURCE, "-lasound"]
    subprocess.run(command, check=True, capture_output=True, text=True)
    return library


@dataclass(frozen=True)
class AlsaFolder:
    """A configuration with the devices `file` and `card`, and what they heard."""

    folder: Path
    library: Path
    ppm: int = 0

    @property
    def configuration(self) -> Path:
        path = self.folder / "asound.conf"
        path.write_text(
            f'''pcm.file {{ type file; file "{self.folder}/file.raw"; format "raw"; slave.pcm {{ type null }} }}
pcm_type.loacard {{ lib "{self.library}" }}
pcm.card {{ type loacard; file "{self.folder}/card.raw"; unplugged "{self.gone}"; ppm {self.ppm} }}
'''
        )
        return path

    @property
    def gone(self) -> Path:
        """Make this file, and the card is unplugged."""
        return self.folder / "gone"

    def heard(self, device: str) -> bytes:
        """The samples of the last sound: what followed the last silence of half a second or the beginning."""
        data = (self.folder / f"{device}.raw").read_bytes()
        return data.rpartition(bytes(4800))[2].lstrip(b"\0") if data else b""

    def first_sample_at(self) -> float:
        """The monotonic second at which the card let the first sample that is not silence be heard (one sound only)."""
        data = (self.folder / "card.raw").read_bytes()
        silent = (len(data) - len(data.lstrip(b"\0"))) // 2
        return float((self.folder / "card.raw.started").read_text()) + silent / (48_000 * (1 + self.ppm / 1e6))
