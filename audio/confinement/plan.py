"""What the launcher is told: written into its call, so that it has nothing to read."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

NOT_STARTED: Final = 125
"""Exit status of the launcher when it could not confine itself or start the program; why is on standard error."""
_SOURCES: Final = str(Path(__file__).parents[2])


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be started and what is left to it."""

    command: list[str]
    parent: int
    """The process without which it is not to go on."""
    cpu_s: int
    memory_bytes: int
    output_bytes: int
    filtered: bool
    landlock: bool
    bubblewrap: str
    """The program bwrap; empty: without."""
    reads: list[str]
    writes: list[str]
    starts: list[str]

    def call(self, python: str) -> list[str]:
        """How the launcher is called to carry this out; the type of `sys.implementation` is a name space at no cost."""
        fields = asdict(self)
        begin = f"import sys; sys.path.insert(0, {_SOURCES!r}); from audio.confinement.launch import main"
        return [python, "-I", "-S", "-c", f"{begin}; main(type(sys.implementation)(**{fields!r}))"]
