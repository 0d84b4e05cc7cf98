"""What a fuzz target is: a function that eats any bytes, and examples to begin from.

A target raises only when something is wrong; a refusal that its parser promises is caught inside it. The targets run
under pytest on a fixed corpus (`test_targets.py`), and for hours under a coverage-guided fuzzer (`fuzz.py`).
"""

import atexit
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir, mkdtemp

SHARED_MEMORY = Path("/dev/shm")
FOLDER = SHARED_MEMORY if SHARED_MEMORY.is_dir() else Path(gettempdir())
"""Where a parser that wants a file finds it: not on a disk, for it is written thousands of times a second."""


PLACE = "LOALANG_FUZZ_PLACE"
"""The variable that says it otherwise: libFuzzer ends its process without a clean-up, so who started it does that."""


@cache
def work_folder() -> Path:
    """This process's folder there; it goes with the process."""
    folder = Path(mkdtemp(dir=os.environ.get(PLACE, FOLDER), prefix="loalang-fuzz-"))
    atexit.register(rmtree, folder, ignore_errors=True)
    return folder


@dataclass(frozen=True)
class Target:
    """One parser. A name, what it does with an input, and inputs to begin from.

    `structured`: what follows the first line of an input (or all of it) is JSON, and is also changed as such.
    `share`: of the time, beside the others'. `changes`: how many inputs it is given under pytest.
    """

    name: str
    run: Callable[[bytes], None]
    seeds: tuple[bytes, ...] | Callable[[], tuple[bytes, ...]]
    structured: bool = False
    longest: int = 4096
    share: float = 1.0
    changes: int = 300

    def examples(self) -> tuple[bytes, ...]:
        return self.seeds() if callable(self.seeds) else self.seeds

    def __str__(self) -> str:
        return self.name
